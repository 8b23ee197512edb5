#pragma once
// Where a TCP connection begins or ends: address and port, as a value, as text and as the kernel writes it.

#include <sys/socket.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/ip.hpp"

namespace barrage {

struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;
    std::uint32_t scope_id = 0;   // interface of a link-local IPv6 address (RFC 4007); 0: none

    /// "192.0.2.1:179", "[2001:db8::1]:179", "[fe80::1%eth0]:179"; without a port ("192.0.2.1", "2001:db8::1") that of
    /// `default_port`. An interface that is not there makes it no endpoint.
    static std::optional<Endpoint> from_text(std::string_view text, std::uint16_t default_port = 0);

    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

std::string to_text(const Endpoint& endpoint);

/// A sockaddr with its length.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = sizeof(sockaddr_storage);

    explicit SocketAddress(const Endpoint& endpoint) noexcept;
    SocketAddress() = default;   // to be filled by the kernel

    [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
    [[nodiscard]] sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
    /// An IPv4 address mapped into IPv6 (a listener for both) comes out as IPv4; another family as 0.0.0.0:0.
    [[nodiscard]] Endpoint endpoint() const noexcept;
};

/// What a socket is bound and connected to; 0.0.0.0:0 when it is not.
Endpoint local_endpoint(int fd) noexcept;
Endpoint remote_endpoint(int fd) noexcept;

}   // namespace barrage
