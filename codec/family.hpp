#pragma once
// Address families: AFI and SAFI together, the one list of those barrage knows, with where their NLRI end, and sets of them.

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

/// Their routes have no next hop: RFC 8955 section 4.
constexpr bool is_flow_specification(Family family) noexcept
{
    return family.safi == Safi::flowspec || family.safi == Safi::flowspec_vpn;
}

/// Where an NLRI of a family ends. Without a default: a family that leaves it out does not compile, as nobody could cut or pack its routes.
class NlriExtent {
public:
    /// What the length field counts.
    enum class Length : std::uint8_t {
        bits,           // one octet: the bits of what is behind it
        labeled_bits,   // likewise, and labels come first there: RFC 8277
        octet,          // one octet: the octets behind it
        two_octets,     // two octets: likewise
        flow_spec,      // one octet below 240, else two: RFC 8955 section 4.1
    };
    /// `before`: octets in front of the length, such as a route type.
    consteval NlriExtent(Length length, std::uint8_t before = 0) noexcept : length_(length), before_(before) {}

    [[nodiscard]] constexpr Length length() const noexcept { return length_; }
    [[nodiscard]] constexpr std::uint8_t before() const noexcept { return before_; }

private:
    Length length_;
    std::uint8_t before_;
};

struct NamedFamily {
    Family family;
    std::string_view name;   // on the command line, in JSON and in reports
    NlriExtent extent;
};

namespace nlri_extents {

inline constexpr NlriExtent prefix{NlriExtent::Length::bits};
inline constexpr NlriExtent labeled{NlriExtent::Length::labeled_bits};
inline constexpr NlriExtent typed{NlriExtent::Length::octet, 1};               // route type
inline constexpr NlriExtent mobile_user_plane{NlriExtent::Length::octet, 3};   // architecture, route type
inline constexpr NlriExtent flow_spec{NlriExtent::Length::flow_spec};
inline constexpr NlriExtent car{NlriExtent::Length::octet};                  // RFC 9871 section 2.9
inline constexpr NlriExtent vpls{NlriExtent::Length::two_octets};            // RFC 4761 section 3.2.2
inline constexpr NlriExtent link_state{NlriExtent::Length::two_octets, 2};   // NLRI type: RFC 9552 section 5.2

}   // namespace nlri_extents

/// Sorted by AFI and SAFI; a family's place here is its index in every table.
inline constexpr std::array known_families{
    NamedFamily{{Afi::ipv4, Safi::unicast}, "ipv4", nlri_extents::prefix},
    NamedFamily{{Afi::ipv4, Safi::multicast}, "ipv4-mcast", nlri_extents::prefix},
    NamedFamily{{Afi::ipv4, Safi::labeled_unicast}, "ipv4-lu", nlri_extents::labeled},
    NamedFamily{{Afi::ipv4, Safi::mcast_vpn}, "mvpn4", nlri_extents::typed},
    NamedFamily{{Afi::ipv4, Safi::sr_policy}, "srpol4", nlri_extents::prefix},
    NamedFamily{{Afi::ipv4, Safi::classful_transport}, "ipv4-ct", nlri_extents::labeled},
    NamedFamily{{Afi::ipv4, Safi::car}, "ipv4-car", nlri_extents::car},
    NamedFamily{{Afi::ipv4, Safi::vpn_car}, "vpnv4-car", nlri_extents::car},
    NamedFamily{{Afi::ipv4, Safi::mup}, "mup4", nlri_extents::mobile_user_plane},
    NamedFamily{{Afi::ipv4, Safi::mpls_vpn}, "vpnv4", nlri_extents::labeled},
    NamedFamily{{Afi::ipv4, Safi::rt_constraint}, "rtc", nlri_extents::prefix},
    NamedFamily{{Afi::ipv4, Safi::flowspec}, "flow4", nlri_extents::flow_spec},
    NamedFamily{{Afi::ipv4, Safi::flowspec_vpn}, "flowvpn4", nlri_extents::flow_spec},
    NamedFamily{{Afi::ipv6, Safi::unicast}, "ipv6", nlri_extents::prefix},
    NamedFamily{{Afi::ipv6, Safi::multicast}, "ipv6-mcast", nlri_extents::prefix},
    NamedFamily{{Afi::ipv6, Safi::labeled_unicast}, "ipv6-lu", nlri_extents::labeled},
    NamedFamily{{Afi::ipv6, Safi::mcast_vpn}, "mvpn6", nlri_extents::typed},
    NamedFamily{{Afi::ipv6, Safi::sr_policy}, "srpol6", nlri_extents::prefix},
    NamedFamily{{Afi::ipv6, Safi::classful_transport}, "ipv6-ct", nlri_extents::labeled},
    NamedFamily{{Afi::ipv6, Safi::car}, "ipv6-car", nlri_extents::car},
    NamedFamily{{Afi::ipv6, Safi::vpn_car}, "vpnv6-car", nlri_extents::car},
    NamedFamily{{Afi::ipv6, Safi::mup}, "mup6", nlri_extents::mobile_user_plane},
    NamedFamily{{Afi::ipv6, Safi::mpls_vpn}, "vpnv6", nlri_extents::labeled},
    NamedFamily{{Afi::ipv6, Safi::flowspec}, "flow6", nlri_extents::flow_spec},
    NamedFamily{{Afi::ipv6, Safi::flowspec_vpn}, "flowvpn6", nlri_extents::flow_spec},
    NamedFamily{{Afi::l2vpn, Safi::vpls}, "vpls", nlri_extents::vpls},
    NamedFamily{{Afi::l2vpn, Safi::evpn}, "evpn", nlri_extents::typed},
    NamedFamily{{Afi::bgp_ls, Safi::bgp_ls}, "ls", nlri_extents::link_state},
    NamedFamily{{Afi::bgp_ls, Safi::bgp_ls_vpn}, "ls-vpn", nlri_extents::link_state},
    NamedFamily{{Afi::bgp_ls, Safi::bgp_ls_spf}, "ls-spf", nlri_extents::link_state},
};

static_assert(known_families.size() < 32, "FamilySet has a bit for each");

using FamilyIndex = std::uint8_t;

/// Finding a family is one look, as it is done for each message: a row for each AFI, with an octet for each SAFI.
class FamilyIndexes {
public:
    consteval FamilyIndexes() noexcept
    {
        for (auto& row : rows_) row.fill(none);
        for (std::size_t i = 0; i < known_families.size(); ++i) {
            const auto [afi, safi] = known_families[i].family;
            rows_[row_of(afi)][std::to_underlying(safi)] = static_cast<FamilyIndex>(i);
        }
    }
    [[nodiscard]] constexpr std::optional<FamilyIndex> find(Family family) const noexcept
    {
        const auto row = row_of(family.afi);
        if (row == rows_.size()) return std::nullopt;
        const auto index = rows_[row][std::to_underlying(family.safi)];
        return index == none ? std::nullopt : std::optional{index};
    }

private:
    static constexpr FamilyIndex none = 0xff;
    /// The number of rows where there is none, which a known family cannot have: it would not compile.
    static constexpr std::size_t row_of(Afi afi) noexcept
    {
        switch (afi) {
        case Afi::ipv4: return 0;
        case Afi::ipv6: return 1;
        case Afi::l2vpn: return 2;
        case Afi::bgp_ls: return 3;
        default: return 4;
        }
    }
    std::array<std::array<FamilyIndex, 256>, 4> rows_{};
};
inline constexpr FamilyIndexes family_indexes;

constexpr std::optional<FamilyIndex> family_index(Family family) noexcept { return family_indexes.find(family); }

/// Nothing for a family that is not known.
constexpr std::optional<NlriExtent> nlri_extent(Family family) noexcept
{
    const auto index = family_index(family);
    return index ? std::optional{known_families[*index].extent} : std::nullopt;
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
