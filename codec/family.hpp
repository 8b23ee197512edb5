#pragma once
// Address families: AFI and SAFI together, the one list of those barrage knows, and sets of them.

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/iana.hpp"

namespace barrage {

struct Family {
    Afi afi;
    Safi safi;

    /// "vpnv4", or the numbers of AFI and SAFI: "1/128".
    static std::optional<Family> from_text(std::string_view text) noexcept;
    friend constexpr auto operator<=>(const Family&, const Family&) = default;
};

inline constexpr Family ipv4_unicast{Afi::ipv4, Safi::unicast};
inline constexpr Family ipv6_unicast{Afi::ipv6, Safi::unicast};

struct NamedFamily {
    Family family;
    std::string_view name;   // on the command line, in JSON and in reports
};

/// Sorted by AFI and SAFI; a family's place here is its index in every table.
inline constexpr std::array known_families{
    NamedFamily{{Afi::ipv4, Safi::unicast}, "ipv4"},
    NamedFamily{{Afi::ipv4, Safi::multicast}, "ipv4-mcast"},
    NamedFamily{{Afi::ipv4, Safi::labeled_unicast}, "ipv4-lu"},
    NamedFamily{{Afi::ipv4, Safi::mcast_vpn}, "mvpn4"},
    NamedFamily{{Afi::ipv4, Safi::sr_policy}, "srpol4"},
    NamedFamily{{Afi::ipv4, Safi::classful_transport}, "ipv4-ct"},
    NamedFamily{{Afi::ipv4, Safi::car}, "ipv4-car"},
    NamedFamily{{Afi::ipv4, Safi::vpn_car}, "vpnv4-car"},
    NamedFamily{{Afi::ipv4, Safi::mup}, "mup4"},
    NamedFamily{{Afi::ipv4, Safi::mpls_vpn}, "vpnv4"},
    NamedFamily{{Afi::ipv4, Safi::rt_constraint}, "rtc"},
    NamedFamily{{Afi::ipv4, Safi::flowspec}, "flow4"},
    NamedFamily{{Afi::ipv4, Safi::flowspec_vpn}, "flowvpn4"},
    NamedFamily{{Afi::ipv6, Safi::unicast}, "ipv6"},
    NamedFamily{{Afi::ipv6, Safi::multicast}, "ipv6-mcast"},
    NamedFamily{{Afi::ipv6, Safi::labeled_unicast}, "ipv6-lu"},
    NamedFamily{{Afi::ipv6, Safi::mcast_vpn}, "mvpn6"},
    NamedFamily{{Afi::ipv6, Safi::sr_policy}, "srpol6"},
    NamedFamily{{Afi::ipv6, Safi::classful_transport}, "ipv6-ct"},
    NamedFamily{{Afi::ipv6, Safi::car}, "ipv6-car"},
    NamedFamily{{Afi::ipv6, Safi::vpn_car}, "vpnv6-car"},
    NamedFamily{{Afi::ipv6, Safi::mup}, "mup6"},
    NamedFamily{{Afi::ipv6, Safi::mpls_vpn}, "vpnv6"},
    NamedFamily{{Afi::ipv6, Safi::flowspec}, "flow6"},
    NamedFamily{{Afi::ipv6, Safi::flowspec_vpn}, "flowvpn6"},
    NamedFamily{{Afi::l2vpn, Safi::vpls}, "vpls"},
    NamedFamily{{Afi::l2vpn, Safi::evpn}, "evpn"},
    NamedFamily{{Afi::bgp_ls, Safi::bgp_ls}, "ls"},
    NamedFamily{{Afi::bgp_ls, Safi::bgp_ls_vpn}, "ls-vpn"},
    NamedFamily{{Afi::bgp_ls, Safi::bgp_ls_spf}, "ls-spf"},
};

static_assert(known_families.size() < 32, "FamilySet has a bit for each");

using FamilyIndex = std::uint8_t;

constexpr std::optional<FamilyIndex> family_index(Family family) noexcept
{
    for (std::size_t i = 0; i < known_families.size(); ++i)
        if (known_families[i].family == family) return static_cast<FamilyIndex>(i);
    return std::nullopt;
}

constexpr std::optional<Family> family_from_name(std::string_view name) noexcept
{
    for (const auto& known : known_families)
        if (known.name == name) return known.family;
    return std::nullopt;
}

/// Empty for a family that is not known.
constexpr std::string_view name(Family family) noexcept
{
    const auto index = family_index(family);
    return index ? known_families[*index].name : std::string_view{};
}

/// The name, or the numbers where there is none: "16397/128".
std::string to_text(Family family);

/// A set of known families. One that is not known is never in it.
class FamilySet {
public:
    constexpr FamilySet() = default;
    constexpr FamilySet(std::initializer_list<Family> families) noexcept
    {
        for (const auto family : families) insert(family);
    }
    static constexpr FamilySet all() noexcept
    {
        FamilySet set;
        set.bits_ = (std::uint32_t{1} << known_families.size()) - 1;
        return set;
    }

    constexpr void insert(Family family) noexcept
    {
        if (const auto index = family_index(family)) bits_ |= std::uint32_t{1} << *index;
    }
    constexpr void erase(Family family) noexcept
    {
        if (const auto index = family_index(family)) bits_ &= ~(std::uint32_t{1} << *index);
    }
    [[nodiscard]] constexpr bool contains(Family family) const noexcept
    {
        if (bits_ == 0) return false;   // hot, and mostly so: nobody has to look for the family
        const auto index = family_index(family);
        return index && (bits_ >> *index & 1u);
    }
    [[nodiscard]] constexpr bool contains_index(FamilyIndex index) const noexcept { return bits_ >> index & 1u; }
    [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
    [[nodiscard]] constexpr int size() const noexcept { return std::popcount(bits_); }

    /// Calls `visit(Family)` for each, in the order of known_families.
    constexpr void for_each(auto&& visit) const
    {
        for (std::size_t i = 0; i < known_families.size(); ++i)
            if (bits_ >> i & 1u) visit(known_families[i].family);
    }

    friend constexpr FamilySet operator&(FamilySet a, FamilySet b) noexcept
    {
        a.bits_ &= b.bits_;
        return a;
    }
    friend constexpr bool operator==(FamilySet, FamilySet) = default;

private:
    std::uint32_t bits_ = 0;
};

}   // namespace barrage
