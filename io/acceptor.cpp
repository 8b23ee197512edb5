#include "io/acceptor.hpp"

#include <fcntl.h>

namespace barrage {

namespace {

FileDescriptor spare_descriptor() noexcept { return FileDescriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)}; }

std::string_view listen_advice(int number) noexcept
{
    return number == EADDRINUSE ? "another program listens there: stop it or take another port" : "";
}

IoError out_of_descriptors(int number, std::string_view what)
{
    return io_error(number, what, number == ENFILE ? "raise fs.file-max" : "raise `ulimit -n`").error();
}

}   // namespace

Acceptor::Acceptor(FileDescriptor socket)
    : socket_(std::move(socket)), spare_(spare_descriptor()), local_(local_endpoint(socket_.get()))
{
}

IoResult<Acceptor> Acceptor::listen(const Endpoint& local, const ListenOptions& options)
{
    const int family = local.address.is_v4() ? AF_INET : AF_INET6;
    FileDescriptor socket{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    const auto what = "listen on " + to_text(local);
    if (!socket) return io_error(errno, what, errno == EMFILE ? "raise `ulimit -n`" : "");

    if (const auto set = apply(socket.get(), options.socket); !set) return std::unexpected{set.error()};
    if (const auto set = set_reuse_address(socket.get()); !set) return std::unexpected{set.error()};
    if (family == AF_INET6)
        if (const auto set = set_v6_only(socket.get(), options.v6_only); !set) return std::unexpected{set.error()};
    for (const auto& key : options.tcp_md5_keys) {
        if (family == AF_INET && key.peer.is_v6()) continue;   // no such peer can come here
        if (const auto set = set_tcp_md5(socket.get(), key); !set) return std::unexpected{set.error()};
    }
    const SocketAddress address{local};
    if (::bind(socket.get(), address.get(), address.length) != 0) {
        const int number = errno;
        if (number == EADDRNOTAVAIL) return io_error(number, what, "the address is not on this machine");
        if (number == EACCES)
            return io_error(number, what, "ports below net.ipv4.ip_unprivileged_port_start need CAP_NET_BIND_SERVICE");
        return io_error(number, what, listen_advice(number));
    }
    if (::listen(socket.get(), options.backlog) != 0) return io_error(errno, what, listen_advice(errno));
    return Acceptor{std::move(socket)};
}

AcceptResult Acceptor::accept()
{
    if (!spare_) spare_ = spare_descriptor();
    for (;;) {
        SocketAddress address;
        FileDescriptor accepted{::accept4(socket_.get(), address.get(), &address.length, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (accepted) {
            AcceptResult result{.status = AcceptResult::Status::accepted,
                                .connection = std::make_shared<TcpConnection>(std::move(accepted))};
            result.remote = address.endpoint();
            return result;
        }
        switch (errno) {
        case EAGAIN: return {};
        case EMFILE:
        case ENFILE: return refuse(errno);
        case ENOBUFS:
        case ENOMEM:
            return {.status = AcceptResult::Status::back_off,
                    .error = io_error(errno, "accept on " + to_text(local_), "the kernel is out of socket memory").error()};
        case EINTR:
        case ECONNABORTED:   // this and what follows concern one connection, which is gone (accept(2)): the next
        case ECONNRESET:
        case ETIMEDOUT:
        case EPERM:
        case EPROTO:
        case ENOPROTOOPT:
        case ENETDOWN:
        case ENETUNREACH:
        case EHOSTDOWN:
        case EHOSTUNREACH:
        case ENONET: break;
        default:
            return {.status = AcceptResult::Status::back_off, .error = io_error(errno, "accept on " + to_text(local_)).error()};
        }
    }
}

AcceptResult Acceptor::refuse(int number)
{
    if (!spare_)
        return {.status = AcceptResult::Status::back_off, .error = out_of_descriptors(number, "accept on " + to_text(local_))};
    spare_.reset();
    SocketAddress address;
    FileDescriptor taken{::accept4(socket_.get(), address.get(), &address.length, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    const bool refused = static_cast<bool>(taken);
    // accept() asks for a descriptor before it looks whether anybody waits.
    const bool nobody = !refused && errno == EAGAIN;
    TcpConnection{std::move(taken)}.reset();
    spare_ = spare_descriptor();
    if (nobody) return {};
    AcceptResult result{.status = refused ? AcceptResult::Status::refused : AcceptResult::Status::back_off};
    if (refused) result.remote = address.endpoint();
    const auto whom = refused ? "a connection from " + to_text(result.remote) : "on " + to_text(local_);
    result.error = out_of_descriptors(number, "accept " + whom);
    return result;
}

}   // namespace barrage
