#include "loadgen/doctor/probe.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "codec/message/keepalive.hpp"
#include "engine/open_negotiation.hpp"
#include "io/message_framer.hpp"
#include "io/socket_options.hpp"
#include "io/tcp_md5.hpp"

namespace barrage::doctor {

namespace {

using Deadline = std::chrono::steady_clock::time_point;

/// Whether the events came before the deadline.
bool wait_for(int fd, short events, Deadline deadline)
{
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        pollfd polled{.fd = fd, .events = events, .revents = 0};
        const auto ready = ::poll(&polled, 1, static_cast<int>(left.count()));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

FileDescriptor tcp_socket(const IpAddress& router)
{
    return FileDescriptor{::socket(router.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
}

/// 0, or the errno by which the attempt ended; ETIMEDOUT where nothing came back.
int connect_within(int fd, const Endpoint& router, std::chrono::milliseconds timeout)
{
    const SocketAddress to{router};
    if (::connect(fd, to.get(), to.length) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (!wait_for(fd, POLLOUT, std::chrono::steady_clock::now() + timeout)) return ETIMEDOUT;
    int error = 0;
    socklen_t length = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

Reached reached_by(int error)
{
    switch (error) {
    case ECONNREFUSED: return Reached::refused;
    case ETIMEDOUT: return Reached::no_answer;
    case EADDRNOTAVAIL: return Reached::no_source;
    default: return Reached::unreachable;
    }
}

/// The conversation behind the TCP connection.
class Conversation {
public:
    Conversation(const ProbeOptions& options, Probe& probe, int fd) : options_(options), probe_(probe), fd_(fd) {}

    void run()
    {
        // Most routers speak first. Of one that waits for our OPEN nothing is known yet, and it is offered both unicast families.
        constexpr auto first_word = std::chrono::milliseconds{1000};
        const auto now = std::chrono::steady_clock::now();
        if (!read_until(now + std::min(first_word, options_.timeout), [&] { return probe_.open.has_value(); }) && is_over())
            return;
        send_open();
        const auto deadline = std::chrono::steady_clock::now() + options_.timeout;
        if (!read_until(deadline, [&] { return probe_.open.has_value(); })) return;
        Octets keepalive;
        encode(Keepalive{}, keepalive);
        send(keepalive);
        if (read_until(deadline, [&] { return alive_; })) probe_.reached = Reached::established;
    }

private:
    [[nodiscard]] bool is_over() const noexcept { return probe_.closed || probe_.notification; }

    void send(const Octets& octets) const
    {
        [[maybe_unused]] const auto sent =
            ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);   // a new connection takes that much
    }

    void send_open() const
    {
        OpenConfig config;
        config.my_as = options_.as;
        config.bgp_identifier = options_.identifier;
        config.families = probe_.open ? families_of(*probe_.open) : FamilySet{ipv4_unicast, ipv6_unicast};
        Octets octets;
        encode(make_open(config), octets);
        send(octets);
    }

    /// Takes messages until `is_reached`; false where the session ended or the time was up before.
    bool read_until(Deadline deadline, auto&& is_reached)
    {
        while (!is_reached()) {
            if (is_over() || !wait_for(fd_, POLLIN, deadline)) return false;
            const auto room = framer_.space();
            const auto received = ::recv(fd_, room.data(), room.size(), 0);
            if (received < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (received <= 0) {
                probe_.closed = true;
                return false;
            }
            framer_.filled(static_cast<std::size_t>(received));
            while (auto message = framer_.next()) {
                if (!*message) break;
                take(**message);
            }
        }
        return true;
    }

    void take(OctetView message)
    {
        const auto header = decode_header(message, max_message_octets);
        if (!header) return;
        if (header->type == MessageType::open) {
            if (auto open = decode_open(message)) probe_.open = std::move(*open);
        } else if (header->type == MessageType::notification) {
            if (auto notification = decode_notification(message)) probe_.notification = std::move(*notification);
        } else if (header->type == MessageType::keepalive) {
            alive_ = true;
        }
    }

    const ProbeOptions& options_;
    Probe& probe_;
    int fd_;
    MessageFramer framer_;
    bool alive_ = false;
};

}   // namespace

Probe probe(const ProbeOptions& options)
{
    Probe result;
    const auto fail = [&](Reached reached, std::string error) {
        result.reached = reached;
        result.error = std::move(error);
    };
    auto socket = tcp_socket(options.router.address);
    if (!socket) return fail(Reached::unreachable, std::strerror(errno)), std::move(result);
    if (const auto set = apply(socket.get(), {.ttl = options.ttl}); !set)
        return fail(Reached::unreachable, set.error().text), std::move(result);
    if (!options.md5_key.empty())
        if (const auto set =
                set_tcp_md5(socket.get(), {.peer = options.router.address, .prefix_length = {}, .key = options.md5_key});
            !set)
            return fail(Reached::unreachable, set.error().text), std::move(result);
    if (options.source)
        if (const auto bound = bind_source(socket.get(), {*options.source, 0}); !bound)
            return fail(Reached::no_source, bound.error().text), std::move(result);
    if (const auto error = connect_within(socket.get(), options.router, options.timeout); error != 0)
        return fail(reached_by(error), std::strerror(error)), std::move(result);
    result.reached = Reached::connected;
    result.local = local_endpoint(socket.get()).address;
    Conversation{options, result, socket.get()}.run();
    if (result.reached == Reached::established) result.socket = std::move(socket);
    return result;
}

void end(Probe& probe)
{
    if (!probe.socket) return;
    Octets octets;
    encode(notification_of(cease(CeaseSubcode::administrative_shutdown, "loadgen doctor is done")), octets);
    [[maybe_unused]] const auto sent = ::send(probe.socket.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
    ::shutdown(probe.socket.get(), SHUT_WR);
    // What the router still sends is read for a moment: closing over it would reset the connection, and with it the Cease.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{1};
    char octets_to_drop[4096];
    while (wait_for(probe.socket.get(), POLLIN, deadline))
        if (::recv(probe.socket.get(), octets_to_drop, sizeof octets_to_drop, 0) <= 0) break;
    probe.socket.reset();
}

bool answers_elsewhere(const IpAddress& router, std::chrono::milliseconds timeout)
{
    constexpr std::uint16_t unused_port = 1;   // tcpmux, RFC 1078, which nobody offers any more
    const auto socket = tcp_socket(router);
    if (!socket) return false;
    const auto error = connect_within(socket.get(), {router, unused_port}, timeout);
    return error == 0 || error == ECONNREFUSED;
}

std::optional<IpAddress> address_toward(const Endpoint& router)
{
    const FileDescriptor socket{::socket(router.address.is_v6() ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    const SocketAddress to{router};
    if (!socket || ::connect(socket.get(), to.get(), to.length) != 0) return std::nullopt;   // of UDP: nothing is sent
    return local_endpoint(socket.get()).address;
}

FamilySet families_of(const Open& open)
{
    FamilySet families;
    bool any = false;
    for (const auto& capability : open.capabilities())
        if (const auto* multiprotocol = std::get_if<capability::Multiprotocol>(&capability)) {
            any = true;
            if (family_index(multiprotocol->family)) families.insert(multiprotocol->family);
        }
    if (!any) families.insert(ipv4_unicast);
    return families;
}

}   // namespace barrage::doctor
