#include "io/socket_options.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <limits>

namespace barrage {

namespace {

std::string_view bind_advice(int number) noexcept
{
    switch (number) {
    case EADDRNOTAVAIL: return "the address is not on this machine: add it to an interface";
    case EADDRINUSE: return "another socket holds it: stop that program or take another port";
    case EINVAL: return "a link-local address is one of an interface: name the interface";
    case EACCES: return "ports below net.ipv4.ip_unprivileged_port_start need CAP_NET_BIND_SERVICE";
    default: return {};
    }
}

}   // namespace

int socket_family(int fd) noexcept
{
    int family = AF_UNSPEC;
    socklen_t length = sizeof family;
    ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length);
    return family;
}

IoResult<void> set_option(int fd, int level, int option, int value, std::string_view name)
{
    if (::setsockopt(fd, level, option, &value, sizeof value) == 0) return {};
    const int number = errno;
    return io_error(number, "set " + std::string{name} + " to " + std::to_string(value),
                    number == ENOPROTOOPT ? "this kernel does not have it" : "");
}

IoResult<void> apply(int fd, const SocketOptions& options)
{
    IoResult<void> result;
    const auto set = [&](int level, int option, int value, std::string_view name) {
        if (result) result = set_option(fd, level, option, value, name);
    };
    const bool v6 = socket_family(fd) == AF_INET6;

    if (options.no_delay) set(IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
    if (options.send_buffer_octets) set(SOL_SOCKET, SO_SNDBUF, *options.send_buffer_octets, "SO_SNDBUF");
    if (options.receive_buffer_octets) set(SOL_SOCKET, SO_RCVBUF, *options.receive_buffer_octets, "SO_RCVBUF");
    if (options.unsent_octets != 0) set(IPPROTO_TCP, TCP_NOTSENT_LOWAT, options.unsent_octets, "TCP_NOTSENT_LOWAT");
    if (result && !options.interface.empty() &&
        ::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, options.interface.data(),
                     static_cast<socklen_t>(options.interface.size())) != 0) {
        const int number = errno;
        result = io_error(number, "bind to the interface " + options.interface,
                          number == EPERM    ? "it needs CAP_NET_RAW"
                          : number == ENODEV ? "there is no such interface: `ip link` lists them"
                                             : "");
    }
    if (options.ttl) {
        if (v6)
            set(IPPROTO_IPV6, IPV6_UNICAST_HOPS, *options.ttl, "IPV6_UNICAST_HOPS");
        else
            set(IPPROTO_IP, IP_TTL, *options.ttl, "IP_TTL");
    }
    if (options.minimum_ttl) {
        if (v6)
            set(IPPROTO_IPV6, IPV6_MINHOPCOUNT, *options.minimum_ttl, "IPV6_MINHOPCOUNT");
        else
            set(IPPROTO_IP, IP_MINTTL, *options.minimum_ttl, "IP_MINTTL");
    }
    if (options.user_timeout) {
        const auto milliseconds = std::clamp<std::int64_t>(options.user_timeout->count(), 0, std::numeric_limits<int>::max());
        set(IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(milliseconds), "TCP_USER_TIMEOUT");
    }
    return result;
}

IoResult<void> set_reuse_address(int fd) { return set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR"); }

IoResult<void> set_v6_only(int fd, bool only) { return set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, only ? 1 : 0, "IPV6_V6ONLY"); }

IoResult<void> bind_source(int fd, const Endpoint& source)
{
    // The option stands at the IP level for both families.
    const auto prepared = source.port == 0 ? set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1, "IP_BIND_ADDRESS_NO_PORT")
                                           : set_reuse_address(fd);
    if (!prepared) return prepared;
    const SocketAddress address{source};
    if (::bind(fd, address.get(), address.length) == 0) return {};
    const int number = errno;
    return io_error(number, "bind to " + to_text(source), bind_advice(number));
}

}   // namespace barrage
