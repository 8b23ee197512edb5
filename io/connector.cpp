#include "io/connector.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

namespace barrage {

IoResult<Connector> Connector::begin(const Endpoint& remote, const std::optional<IpAddress>& source, const SocketOptions& options)
{
    const int domain = remote.address.is_v4() ? AF_INET : AF_INET6;
    FileDescriptor fd{::socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!fd) return io_error(errno, "open a socket", errno == EMFILE || errno == ENFILE ? "raise the limit of open files: ulimit -n 65536" : "");
    if (auto applied = apply_options(fd.get(), options, remote.address); !applied) return std::unexpected{applied.error()};
    if (source) {
        // The port is chosen when the connection is made, so that many may share an address.
        const int on = 1;
        setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        const SocketAddress address{{*source, 0}};
        if (::bind(fd.get(), address.get(), address.length) != 0)
            return io_error(errno, "connect from " + to_text(*source), "is the address on this machine? (ip address add)");
    }
    const SocketAddress address{remote};
    if (::connect(fd.get(), address.get(), address.length) != 0 && errno != EINPROGRESS)
        return io_error(errno, "connect to " + to_text(remote));
    return Connector{std::move(fd), remote};
}

IoResult<std::shared_ptr<Connection>> Connector::finish()
{
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return io_error(error, "connect to " + to_text(remote_));
    sockaddr_storage peer{};
    socklen_t peer_length = sizeof peer;
    if (getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&peer), &peer_length) != 0) return std::shared_ptr<Connection>{};
    return std::make_shared<Connection>(std::move(fd_));
}

} // namespace barrage
