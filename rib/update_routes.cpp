#include "rib/update_routes.hpp"

#include <algorithm>
#include <optional>

#include "codec/nlri/nlri_extent.hpp"
#include "codec/prefix.hpp"
#include "rib/path_attributes.hpp"

namespace barrage {

namespace {

// Prefixes with a label or a route distinguisher before them have lengths up to what the octet holds.
constexpr std::uint8_t max_bits(Family family) noexcept
{
    if (family.safi != Safi::unicast && family.safi != Safi::multicast) return 255;
    return family.afi == Afi::ipv4 ? 32 : 128;
}

/// As far as their lengths can be told without path identifiers; one at least.
std::uint64_t count_routes(Family family, OctetView nlri) noexcept
{
    std::uint64_t routes = 0;
    while (!nlri.empty()) {
        const auto octets = nlri_octets(family, nlri);
        if (octets == 0) break;
        nlri = nlri.subspan(octets);
        ++routes;
    }
    return std::max<std::uint64_t>(routes, 1);
}

}   // namespace

bool has_prefix_nlri(Family family) noexcept
{
    if (family.afi != Afi::ipv4 && family.afi != Afi::ipv6) return false;
    return family.safi == Safi::unicast || family.safi == Safi::multicast || family.safi == Safi::labeled_unicast ||
           family.safi == Safi::mpls_vpn;
}

CopiedNlri copy_nlri(OctetView nlri, Family family, bool has_path_ids, Octets& into)
{
    CopiedNlri copied;
    into.reserve(into.size() + nlri.size());
    if (!has_prefix_nlri(family)) {
        Writer out{into};
        copied.whole = for_each_nlri(family, nlri, has_path_ids, [&](PathId id, OctetView one) {
            if (has_path_ids) out.u32(id.value);
            out.octets(one);
            ++copied.routes;
        });
        return copied;
    }
    for (Reader in{nlri}; !in.empty();) {
        const auto path_id = in.octets(has_path_ids ? 4 : 0);
        const auto length = in.u8();
        if (length > max_bits(family)) in.fail();
        const auto prefix = in.octets(prefix_octets(length));
        if (in.failed()) {
            copied.whole = false;
            break;
        }
        into.insert(into.end(), path_id.begin(), path_id.end());
        into.push_back(length);
        into.insert(into.end(), prefix.begin(), prefix.end());
        if (const auto bits = length % 8; bits != 0) into.back() = static_cast<std::uint8_t>(into.back() & 0xff << (8 - bits));
        ++copied.routes;
    }
    return copied;
}

void UpdateRoutes::add(RouteBatch::Kind kind, Family family, OctetView nlri, OctetView next_hop, PathIds path_ids)
{
    if (nlri.empty()) return;
    if (!family_index(family)) {
        problems_.push_back(
            {"NLRI of a family whose routes are not read from dumps", LeftOutReason::unread_family, count_routes(family, nlri)});
        return;
    }
    const bool announces = kind == RouteBatch::Kind::announce;
    auto& octets = nlri_[count_];
    octets.clear();
    bool has_path_ids = path_ids == PathIds::present;
    auto copied = copy_nlri(nlri, family, has_path_ids, octets);
    if (!copied.whole && path_ids == PathIds::where_else_malformed) {
        octets.clear();
        copied = copy_nlri(nlri, family, true, octets);
        has_path_ids = copied.whole;
        if (!has_path_ids) {
            octets.clear();
            copied = copy_nlri(nlri, family, false, octets);
        }
    }
    if (!copied.whole) problems_.push_back({"malformed NLRI in an UPDATE"});
    if (copied.routes == 0) return;
    if (announces && (next_hop.size() > 0xff || (next_hop.empty() && !is_flow_specification(family)))) {
        problems_.push_back({"routes without a next hop in an UPDATE", LeftOutReason::no_next_hop, copied.routes});
        return;
    }
    batches_[count_] = {.kind = kind,
                        .family = family,
                        .attributes = announces ? OctetView{canonical_.octets} : OctetView{},
                        .next_hop = next_hop,
                        .nlri = octets,
                        .has_path_ids = has_path_ids,
                        .routes = copied.routes};
    ++count_;
}

void UpdateRoutes::read(OctetView message, const SessionOptions& options, PathIds path_ids)
{
    count_ = 0;
    problems_.clear();
    Reader in{message};
    in.skip(header_octets);
    const auto withdrawn = in.octets(in.u16());
    const auto attributes = in.octets(in.u16());
    const auto nlri = in.rest();
    if (in.failed()) {
        problems_.push_back({"an UPDATE whose lengths do not fit it"});
        return;
    }
    const auto found = find_next_hop_attributes(attributes);
    const bool readable = found && canonical_attributes(attributes, options, canonical_).has_value();

    using enum RouteBatch::Kind;
    add(withdraw, ipv4_unicast, withdrawn, {}, path_ids);
    if (!readable) {
        problems_.push_back({"malformed path attributes in an UPDATE"});
        return;
    }
    if (found->mp_unreach) {
        Reader unreach{*found->mp_unreach};
        const Family family{Afi{unreach.u16()}, Safi{unreach.u8()}};
        const auto routes = unreach.rest();
        if (unreach.failed()) problems_.push_back({"malformed MP_UNREACH_NLRI in an UPDATE"});
        add(withdraw, family, routes, {}, path_ids);
    }
    if (found->mp_reach) {
        Reader reach{*found->mp_reach};
        const Family family{Afi{reach.u16()}, Safi{reach.u8()}};
        const auto next_hop = reach.octets(reach.u8());
        reach.skip(1);   // reserved
        const auto routes = reach.rest();
        if (reach.failed()) problems_.push_back({"malformed MP_REACH_NLRI in an UPDATE"});
        add(announce, family, routes, next_hop, path_ids);
    }
    add(announce, ipv4_unicast, nlri, found->next_hop.value_or(OctetView{}), path_ids);
}

}   // namespace barrage
