#pragma once
// What a BGP socket asks of the kernel, before it connects or listens. TCP_MD5SIG is in tcp_md5.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "io/endpoint.hpp"
#include "io/io_error.hpp"

namespace barrage {

struct SocketOptions {
    bool no_delay = true;   // TCP_NODELAY: we write whole messages, and many at once
    /// TCP_NOTSENT_LOWAT: what waits in the kernel and was never sent. A table in the kernel's memory is out of the cache when its turn comes, and
    /// is no sooner with the peer; what is under way on a long link is not bounded by it. 0: the kernel's default.
    int unsent_octets = 256 * 1024;
    std::optional<int> send_buffer_octets = {};      // the kernel doubles it, up to net.core.wmem_max, and stops tuning it itself
    std::optional<int> receive_buffer_octets = {};   // likewise, net.core.rmem_max
    std::optional<std::uint8_t> ttl = {};            // of what we send; eBGP over one hop: 1, with GTSM 255
    /// GTSM, RFC 5082: what arrives with less is dropped by the kernel; 255 - hops + 1. Send with ttl 255 then.
    std::optional<std::uint8_t> minimum_ttl = {};
    std::string interface = {};   // SO_BINDTODEVICE: by no other interface; empty: by any
    /// TCP_USER_TIMEOUT, RFC 5482: give up on what is not acknowledged.
    std::optional<std::chrono::milliseconds> user_timeout = {};
};

/// Set on the socket as far as given; the first refusal ends it. The family is the socket's own.
IoResult<void> apply(int fd, const SocketOptions& options);

/// One option, checked. `name` is for the error: "TCP_NODELAY".
IoResult<void> set_option(int fd, int level, int option, int value, std::string_view name);

/// So that a listener may come back while connections of the one before are in TIME_WAIT.
IoResult<void> set_reuse_address(int fd);
/// Listens to IPv6 alone, whatever net.ipv6.bindv6only says, so that 0.0.0.0 and :: can be two listeners.
IoResult<void> set_v6_only(int fd, bool only);
/// Connects from this address. With port 0 the port is chosen by connect(), by the whole pair of endpoints
/// (IP_BIND_ADDRESS_NO_PORT): one address then serves far more than its ephemeral ports.
IoResult<void> bind_source(int fd, const Endpoint& source);

/// AF_INET or AF_INET6, of the socket.
int socket_family(int fd) noexcept;

}   // namespace barrage
