#include "io/connector.hpp"

#include <poll.h>

namespace barrage {

namespace {

bool is_link_local(const IpAddress& address) noexcept
{
    return address.is_v6() && address.v6().value[0] == 0xfe && (address.v6().value[1] & 0xc0) == 0x80;   // RFC 4291 section 2.5.6
}

std::string_view connect_advice(int number, bool link_local) noexcept
{
    switch (number) {
    case EINVAL: return link_local ? "a link-local address is one of an interface: name the interface" : "";
    case ECONNREFUSED: return "nothing listens there";
    case EADDRNOTAVAIL: return "no free local port: widen net.ipv4.ip_local_port_range or use more source addresses";
    case EADDRINUSE: return "this pair of addresses and ports is in use: leave the source port to the kernel";
    case ENETUNREACH:
    case EHOSTUNREACH: return "there is no route to it: check the address and `ip route`";
    case ETIMEDOUT: return "no answer: a firewall, a wrong address, or a TCP MD5 key that differs";
    default: return {};
    }
}

std::unexpected<IoError> cannot_connect(const Endpoint& remote, int number)
{
    return io_error(number, "connect to " + to_text(remote), connect_advice(number, is_link_local(remote.address)));
}

}   // namespace

IoResult<Connector> Connector::start(const Endpoint& remote, const ConnectOptions& options)
{
    const int family = remote.address.is_v4() ? AF_INET : AF_INET6;
    FileDescriptor socket{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket) return io_error(errno, "make a socket for " + to_text(remote), errno == EMFILE ? "raise `ulimit -n`" : "");

    if (const auto set = apply(socket.get(), options.socket); !set) return std::unexpected{set.error()};
    if (options.tcp_md5_key) {
        const TcpMd5Key key{.peer = remote.address, .prefix_length = {}, .key = *options.tcp_md5_key};
        if (const auto set = set_tcp_md5(socket.get(), key); !set) return std::unexpected{set.error()};
    }
    if (options.source) {
        if (options.source->address.is_v4() != remote.address.is_v4())
            return io_error(EAFNOSUPPORT, "connect to " + to_text(remote) + " from " + to_text(*options.source),
                            "source and router are of different families");
        if (const auto bound = bind_source(socket.get(), *options.source); !bound) return std::unexpected{bound.error()};
    }

    const SocketAddress address{remote};
    // Interrupted, it goes on in the background like one in progress.
    if (::connect(socket.get(), address.get(), address.length) != 0 && errno != EINPROGRESS && errno != EINTR)
        return cannot_connect(remote, errno);
    return Connector{std::move(socket), remote};
}

IoResult<std::shared_ptr<Connection>> Connector::finish()
{
    pollfd look{.fd = socket_.get(), .events = POLLOUT, .revents = 0};
    if (::poll(&look, 1, 0) <= 0) return nullptr;

    int number = 0;
    socklen_t length = sizeof number;
    if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &number, &length) != 0) number = errno;
    if (number != 0) {
        socket_.reset();
        return cannot_connect(remote_, number);
    }
    auto connection = std::make_shared<TcpConnection>(std::move(socket_));
    // With nobody listening on an ephemeral port of our own, the kernel may choose that very port as source and connect
    // the socket to itself (RFC 9293 section 3.5, simultaneous open).
    if (connection->local() == connection->remote()) {
        connection->reset();
        return cannot_connect(remote_, ECONNREFUSED);
    }
    return connection;
}

}   // namespace barrage
