#include "tests/support/slow_peer.hpp"

#include "tests/support/doctest.hpp"
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "tests/engine/peer_conversation.hpp"

namespace barrage {

SlowPeer::SlowPeer()
{
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(listener_ >= 0);
    const int small = 8 * 1024;   // connections have it from the listener
    REQUIRE(::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0);
    const SocketAddress loopback{{Ipv4Address{0x7f000001}}};
    REQUIRE(::bind(listener_, loopback.get(), loopback.length) == 0);
    REQUIRE(::listen(listener_, 1) == 0);
}

SlowPeer::~SlowPeer()
{
    if (socket_ >= 0) ::close(socket_);
    ::close(listener_);
}

bool SlowPeer::meet(Asn neighbor)
{
    pollfd waits{listener_, POLLIN, 0};
    if (::poll(&waits, 1, 10'000) != 1) return false;
    socket_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket_ < 0) return false;
    negotiated_ = {.families = {ipv4_unicast}, .peer_as = neighbor};
    auto open_octets = open_as("fdea", "0a000002", "0000");
    open_octets.insert(open_octets.end(), keepalive.begin(), keepalive.end());
    return ::send(socket_, open_octets.data(), open_octets.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(open_octets.size());
}

bool SlowPeer::read(std::size_t most)
{
    while (most > 0) {
        const auto space = framer_.space();
        const auto count = ::recv(socket_, space.data(), std::min(space.size(), most), 0);
        if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
        if (count == 0) return false;
        framer_.filled(static_cast<std::size_t>(count));
        most -= static_cast<std::size_t>(count);
        while (true) {
            const auto message = framer_.next();
            if (!message) return false;
            if (!*message) break;
            const auto octets = **message;
            if (MessageType{octets[header_octets - 1]} == MessageType::update && receiver_.update(octets, negotiated_, {}))
                return false;
        }
    }
    return true;
}

}   // namespace barrage
