#pragma once
// The names of address families: configurations, API lines, selectors and events. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "codec/family.hpp"
#include "codec/ip.hpp"

namespace barrage::exabgp {

/// "ipv4 mpls-vpn", or with another sign between; a number where there is no name.
std::string family_words(Family family, char between = ' ');
std::optional<Family> family_of_words(std::string_view afi, std::string_view safi);

/// What `route PREFIX` means without a family.
constexpr Safi safi_of_prefix(const IpAddress& address, bool has_rd, bool has_label) noexcept
{
    if (has_rd) return Safi::mpls_vpn;
    if (has_label) return Safi::labeled_unicast;
    return address.is_v4() && address.v4().value >> 28 == 0xe ? Safi::multicast : Safi::unicast;   // RFC 5771: 224.0.0.0/4
}

/// "ipv4".
std::string_view afi_word(Afi afi) noexcept;
std::optional<Afi> afi_of_word(std::string_view word);
/// "unicast, multicast, …": all names of what is routed in it.
std::string safi_words(Afi afi);

}   // namespace barrage::exabgp
