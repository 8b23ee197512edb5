#include "io/connection.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace barrage {

namespace {

Transfer failed(int number)
{
    if (number == EAGAIN || number == EWOULDBLOCK || number == EINTR) return {.would_block = true};
    return {.error = std::system_category().message(number)};
}

} // namespace

Connection::Connection(FileDescriptor fd) : fd_(std::move(fd))
{
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0) local_ = Endpoint::from_sockaddr(address);
    length = sizeof address;
    if (getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0) remote_ = Endpoint::from_sockaddr(address);
}

Transfer Connection::read(std::span<std::uint8_t> into)
{
    const auto octets = ::recv(fd_.get(), into.data(), into.size(), MSG_DONTWAIT);
    if (octets < 0) return failed(errno);
    if (octets == 0) return {.closed = true};
    return {.octets = static_cast<std::size_t>(octets)};
}

Transfer Connection::write(OctetView octets)
{
    const auto written = ::send(fd_.get(), octets.data(), octets.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (written < 0) return failed(errno);
    return {.octets = static_cast<std::size_t>(written)};
}

std::size_t Connection::unacknowledged() const noexcept
{
    int octets = 0;
    return ioctl(fd_.get(), SIOCOUTQ, &octets) == 0 && octets > 0 ? static_cast<std::size_t>(octets) : 0;
}

void Connection::shutdown_send() noexcept { ::shutdown(fd_.get(), SHUT_WR); }

void Connection::reset() noexcept
{
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    fd_.reset();
}

} // namespace barrage
