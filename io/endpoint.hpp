#pragma once
// An address and a TCP port, as the kernel wants it and as people write it. A value; any thread.

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/ip.hpp"

namespace barrage {

struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;

    /// "192.0.2.1:179" or "[2001:db8::1]:179"; nothing for any other text.
    static std::optional<Endpoint> from_text(std::string_view text);
    static Endpoint from_sockaddr(const sockaddr_storage& address) noexcept;   // IPv4-mapped addresses become IPv4

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

std::string to_text(const Endpoint& endpoint);

/// An endpoint in the form of system calls.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;

    explicit SocketAddress(const Endpoint& endpoint) noexcept;
    [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

} // namespace barrage
