#include "rib/next_hop_choice.hpp"

#include <array>

#include "codec/nlri/nlri_families.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

namespace {

constexpr std::array<std::uint8_t, RouteDistinguisher::octets + Ipv6Address::octets>
    zeros{};   // a placeholder, with its route distinguisher

bool is_behind_rd(Family family) noexcept { return family.safi == Safi::mpls_vpn || family.safi == Safi::bgp_ls_vpn; }

/// Whether the next hop is to be of the AFI's own family of addresses.
bool is_of_addresses(Family family) noexcept
{
    switch (family.safi) {
    case Safi::unicast:
    case Safi::multicast:
    case Safi::labeled_unicast:
    case Safi::mpls_vpn: return family.afi == Afi::ipv4 || family.afi == Afi::ipv6;
    default: return false;
    }
}

/// Whether the family can have an address of IPv6, or of IPv4.
bool takes(bool ipv6, Family family, const PackOptions& options) noexcept
{
    if (!is_of_addresses(family)) return true;
    if (family.afi == Afi::ipv6) return ipv6;
    return !ipv6 || options.extended_next_hop.contains(family);
}

bool fits(const ChosenNextHop& chosen, Family family, const PackOptions& options)
{
    const auto octets =
        chosen.octets.size() -
        (is_behind_rd(family) && chosen.octets.size() >= RouteDistinguisher::octets ? RouteDistinguisher::octets : 0);
    if (!takes(octets != Ipv4Address::octets, family, options)) return false;
    const auto* codec = nlri_codec(family);
    return !codec || codec->next_hop_fits(chosen.octets.size());
}

void put(OctetView address, Family family, Octets& into)
{
    if (is_behind_rd(family)) into.resize(into.size() + RouteDistinguisher::octets);
    into.insert(into.end(), address.begin(), address.end());
}

/// That of the source. Where it has no route distinguisher and is to have one, it gets it: lines of API programs say addresses.
bool keep(OctetView as_given, Family family, const PackOptions& options, ChosenNextHop& chosen)
{
    constexpr auto pair = 2 * Ipv6Address::octets;
    const bool is_plain =
        as_given.size() == Ipv4Address::octets || as_given.size() == Ipv6Address::octets || as_given.size() == pair;
    chosen.octets = as_given;
    if (is_behind_rd(family) && is_plain) {
        const auto first = as_given.size() == pair ? Ipv6Address::octets : as_given.size();
        put(as_given.first(first), family, chosen.storage);
        if (first != as_given.size()) put(as_given.subspan(first), family, chosen.storage);
        chosen.octets = chosen.storage;
    }
    return fits(chosen, family, options);
}

bool give(Family family, const PackOptions& options, ChosenNextHop& chosen)
{
    const auto& given = options.given_next_hops;
    const bool v4 = given.v4 && takes(false, family, options), v6 = given.v6 && takes(true, family, options);
    if (!v4 && !v6) return false;
    const bool own_is_v6 = family.afi == Afi::ipv6 || (family.afi != Afi::ipv4 && options.self_is_ipv6);
    if (v4 && !(v6 && own_is_v6)) {
        Octets address;
        Writer{address}.u32(given.v4->value);
        put(address, family, chosen.storage);
    } else {
        put(given.v6->value, family, chosen.storage);
        if (given.link_local && is_of_addresses(family)) put(given.link_local->value, family, chosen.storage);
    }
    chosen.octets = chosen.storage;   // stays where it is when `chosen` is moved
    return true;
}

bool take_self(Family family, const PackOptions& options, ChosenNextHop& chosen)
{
    const bool own = takes(options.self_is_ipv6, family, options);
    if (!own && !(options.has_other_self && takes(!options.self_is_ipv6, family, options))) return false;
    const bool is_ipv6 = own == options.self_is_ipv6;
    const std::size_t before = is_behind_rd(family) ? RouteDistinguisher::octets : 0;
    chosen.patched_octets = is_ipv6 ? Ipv6Address::octets : Ipv4Address::octets;
    chosen.patched_at = static_cast<std::uint8_t>(before);
    chosen.octets = OctetView{zeros}.first(before + chosen.patched_octets);
    return true;
}

}   // namespace

OctetView host_of_next_hop(OctetView next_hop) noexcept
{
    constexpr std::size_t rd = RouteDistinguisher::octets, v4 = Ipv4Address::octets, v6 = Ipv6Address::octets;
    switch (next_hop.size()) {
    case 2 * v6: return next_hop.first(v6);
    case rd + v4: return next_hop.last(v4);
    case rd + v6:
    case 2 * (rd + v6): return next_hop.subspan(rd, v6);
    default: return next_hop;
    }
}

bool needs_extended_next_hop(Family family, OctetView next_hop) noexcept
{
    const auto before = is_behind_rd(family) && next_hop.size() >= RouteDistinguisher::octets ? RouteDistinguisher::octets : 0;
    const auto address = next_hop.size() - before;
    return is_of_addresses(family) && family.afi == Afi::ipv4 && address != 0 && address != Ipv4Address::octets;
}

bool choose_next_hop(const AttributeSet& attributes, Family family, const PackOptions& options, ChosenNextHop& chosen)
{
    const auto as_given = attributes.next_hop();
    const bool keeps = options.next_hop_mode == NextHopMode::keep && !as_given.empty();
    if (family == ipv4_unicast && options.given_next_hops.empty()) [[likely]] {   // mostly so: without a look at anything else
        if (keeps && as_given.size() == Ipv4Address::octets) {
            chosen.octets = as_given;
            return true;
        }
        if (!keeps && !options.self_is_ipv6) {
            chosen.octets = OctetView{zeros}.first(Ipv4Address::octets);
            chosen.patched_octets = Ipv4Address::octets;
            return true;
        }
    }
    if (is_flow_specification(family)) {   // where it redirects or copies to: not where the sender is
        chosen.octets = as_given;
        return true;
    }
    if (give(family, options, chosen)) return true;
    return keeps ? keep(as_given, family, options, chosen) : take_self(family, options, chosen);
}

}   // namespace barrage
