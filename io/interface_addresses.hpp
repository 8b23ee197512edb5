#pragma once
// The addresses of this machine's interfaces, as the kernel has them: what a session's interface has beside the session's own address, and
// which of our networks a router is on. Asked for before sessions, or once for each; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/ip.hpp"

namespace barrage {

struct InterfaceAddress {
    std::string interface;
    IpAddress address;
    std::uint8_t prefix_length = 0;
    bool is_up = true;

    /// Whether the address is of its network.
    [[nodiscard]] bool on_network(const IpAddress& other) const noexcept;
    friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
};

/// Empty where the kernel does not say.
std::vector<InterfaceAddress> interface_addresses();

/// 127.0.0.0/8 and ::1.
bool is_loopback(const IpAddress& address) noexcept;
/// Anything that others can reach: neither loopback nor link-local, multicast, unspecified or IPv4-mapped.
bool is_global(const IpAddress& address) noexcept;

/// The address of the other family that routes of a session from `local` can have as next hop: a global one of the same interface; of
/// 127.0.0.0/8 it is ::1. 127.0.0.1 leads nowhere, and is none of ::1.
std::optional<IpAddress> address_beside(const IpAddress& local, const std::vector<InterfaceAddress>& all);
/// The one whose network the address is on, the narrowest; null where it is on none.
const InterfaceAddress* network_of(const IpAddress& address, const std::vector<InterfaceAddress>& all) noexcept;

}   // namespace barrage
