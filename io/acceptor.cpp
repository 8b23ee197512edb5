#include "io/acceptor.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace barrage {

namespace {

constexpr int backlog = 4096;   // the kernel cuts it to net.core.somaxconn

FileDescriptor spare() { return FileDescriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)}; }

} // namespace

IoResult<Acceptor> Acceptor::listen(const Endpoint& local)
{
    const int domain = local.address.is_v4() ? AF_INET : AF_INET6;
    FileDescriptor fd{::socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!fd) return io_error(errno, "open a socket");
    const int on = 1;
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const SocketAddress address{local};
    if (::bind(fd.get(), address.get(), address.length) != 0) {
        const auto advice = errno == EADDRINUSE      ? "another program listens there: choose another port, or 0"
                            : errno == EADDRNOTAVAIL ? "the address is not on this machine"
                            : errno == EACCES        ? "ports below 1024 need root or CAP_NET_BIND_SERVICE"
                                                     : "";
        return io_error(errno, "listen on " + to_text(local), advice);
    }
    if (::listen(fd.get(), backlog) != 0)
        return io_error(errno, "listen on " + to_text(local), errno == EADDRINUSE ? "another program listens there: choose another port, or 0" : "");
    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &length);
    return Acceptor{std::move(fd), spare(), Endpoint::from_sockaddr(bound)};
}

IoResult<std::shared_ptr<Connection>> Acceptor::accept()
{
    FileDescriptor accepted{::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (accepted) return std::make_shared<Connection>(std::move(accepted));
    const int error = errno;
    if (error == EMFILE || error == ENFILE) {
        spare_.reset();
        FileDescriptor{::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        spare_ = spare();
        return io_error(error, "accept a connection", "raise the limit of open files: ulimit -n 65536");
    }
    if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ECONNABORTED) return std::shared_ptr<Connection>{};
    return io_error(error, "accept a connection");
}

} // namespace barrage
