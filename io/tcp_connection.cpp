#include "io/tcp_connection.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <climits>

namespace barrage {

TcpConnection::TcpConnection(FileDescriptor socket) noexcept
    : socket_(std::move(socket)), local_(local_endpoint(socket_.get())), remote_(remote_endpoint(socket_.get()))
{
}

ReadResult TcpConnection::read(std::span<std::uint8_t> into) noexcept
{
    assert(!into.empty() && "0 octets would look like the end");
    std::ptrdiff_t received = 0;
    do {
        received = ::recv(socket_.get(), into.data(), into.size(), MSG_DONTWAIT);
    } while (received < 0 && errno == EINTR);
    return to_read_result(received, errno);
}

WriteResult TcpConnection::write(std::span<const iovec> pieces) noexcept
{
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());   // the kernel only reads it
    message.msg_iovlen = std::min<std::size_t>(pieces.size(), IOV_MAX);
    std::ptrdiff_t sent = 0;
    do {
        sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    return to_write_result(sent, errno);
}

std::size_t TcpConnection::unacknowledged() const noexcept
{
    int octets = 0;
    if (!socket_ || ::ioctl(socket_.get(), SIOCOUTQ, &octets) != 0) return 0;
    return static_cast<std::size_t>(octets);
}

void TcpConnection::shutdown_send() noexcept
{
    if (socket_) ::shutdown(socket_.get(), SHUT_WR);
}

void TcpConnection::reset() noexcept
{
    if (!socket_) return;
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.reset();
}

}   // namespace barrage
