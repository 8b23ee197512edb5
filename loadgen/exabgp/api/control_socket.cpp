#include "loadgen/exabgp/api/control_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <utility>

namespace barrage::exabgp {

namespace {

constexpr int backlog = 64;
constexpr int most_accepts = 64;   // in one turn

std::optional<sockaddr_un> address_of(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

bool bind_to(int fd, const sockaddr_un& address) noexcept
{
    const auto mask = ::umask(0177);
    const auto bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::umask(mask);
    return bound == 0;
}

bool connect_to(int fd, const sockaddr_un& address) noexcept
{
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}   // namespace

IoResult<std::unique_ptr<ControlSocket>> ControlSocket::listen(Engine& engine, const std::string& path,
                                                               std::function<void(FileDescriptor)> accepted)
{
    const auto what = "listen on " + path;
    const auto address = address_of(path);
    if (!address) return io_error(ENAMETOOLONG, what, "a socket's path has at most 107 octets");
    struct stat found{};
    if (::lstat(path.c_str(), &found) == 0) {
        if (!S_ISSOCK(found.st_mode)) return io_error(EEXIST, what, "it is there, and no socket");
        const FileDescriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        if (probe && connect_to(probe.get(), *address)) return io_error(EADDRINUSE, what, "another speaker listens there");
        ::unlink(path.c_str());
    }
    FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket) return io_error(errno, what);
    if (!bind_to(socket.get(), *address) || ::listen(socket.get(), backlog) != 0) return io_error(errno, what);
    return std::unique_ptr<ControlSocket>{new ControlSocket{engine, path, std::move(socket), std::move(accepted)}};
}

ControlSocket::ControlSocket(Engine& engine, std::string path, FileDescriptor socket,
                             std::function<void(FileDescriptor)> accepted)
    : engine_(engine), path_(std::move(path)), socket_(std::move(socket)), accepted_(std::move(accepted))
{
    watch_ = engine_.watch(socket_.get(), {.read = true, .write = false}, [this](const Waiter::Ready&) { accept(); });
}

ControlSocket::~ControlSocket()
{
    engine_.unwatch(watch_);
    ::unlink(path_.c_str());
}

void ControlSocket::accept()
{
    for (int i = 0; i < most_accepts; ++i) {
        FileDescriptor connection{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (!connection) return;
        accepted_(std::move(connection));
    }
}

IoResult<FileDescriptor> connect_control_socket(const std::string& path)
{
    const auto what = "reach a speaker at " + path;
    const auto address = address_of(path);
    if (!address) return io_error(ENAMETOOLONG, what, "a socket's path has at most 107 octets");
    FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!socket || !connect_to(socket.get(), *address)) return io_error(errno, what, "is `loadgen speak --socket` running?");
    return socket;
}

}   // namespace barrage::exabgp
