#include "rib/exabgp_packer.hpp"

#include <algorithm>
#include <cassert>

#include "codec/nlri/nlri_extent.hpp"
#include "codec/route_distinguisher.hpp"
#include "rib/exabgp_variant.hpp"
#include "rib/update_octets.hpp"

namespace barrage {

namespace {

/// Of a VPN route: behind its route distinguisher, which is zero (RFC 4364 section 4.3.2) unless octets say otherwise.
bool is_behind_rd(OctetView next_hop, Family family) noexcept
{
    return family.safi == Safi::mpls_vpn && (next_hop.size() == RouteDistinguisher::octets + 4 ||
                                             (!next_hop.empty() && next_hop.size() % (RouteDistinguisher::octets + 16) == 0));
}

constexpr std::size_t unreach_octets = mp_header_octets + 1 + 3;   // header with its longer length, family

/// Families whose routes lead nowhere, or whose next hop is never told in NEXT_HOP too.
bool has_no_next_hop_attribute(Family family) noexcept
{
    return family.safi == Safi::flowspec || family.safi == Safi::flowspec_vpn || family.safi == Safi::vpls;
}

bool is_flow(Family family) noexcept { return family.safi == Safi::flowspec || family.safi == Safi::flowspec_vpn; }

/// Withdrawals in MP_UNREACH_NLRI are told with the attributes of their route, but for those of unicast and multicast.
bool withdraws_with_attributes(Family family) noexcept { return family.safi != Safi::unicast && family.safi != Safi::multicast; }

/// The next hop as the route says it, without a route distinguisher; the own address where it says none.
Octets next_hop_of(const AttributeSet* attributes, Family family, bool announces, const PackOptions& options)
{
    const auto given = attributes ? attributes->next_hop() : OctetView{};
    if (!given.empty()) {
        const auto plain = is_behind_rd(given, family) ? given.subspan(RouteDistinguisher::octets) : given;
        return {plain.begin(), plain.end()};
    }
    if (!announces || is_flow(family)) return {};
    Octets self;
    Writer out{self};
    if (family.afi != Afi::ipv6) {
        out.u32(options.self_v4.value);
    } else {
        out.octets(options.self_v6.value_or(Ipv6Address{}).value);
    }
    return self;
}

}   // namespace

/// An IPv6 route without a next hop of its own, where we have no IPv6 address to put there. Never the IPv4 one, mapped (RFC 4291 section 2.5.5.2).
bool ExabgpPacker::lacks_next_hop(const AttributeSet* attributes, Family family) const
{
    const bool names_one = attributes && !attributes->next_hop().empty();
    return !names_one && !is_flow(family) && family.afi == Afi::ipv6 && !options_.self_v6;
}

/// What all messages of a group share.
struct ExabgpPacker::Prepared {
    OctetView nlri;
    bool path_ids = false;         // in nlri
    bool plain = false;            // the NLRI and withdrawn routes fields of RFC 4271, not RFC 4760's
    OctetView encoded;             // attributes ready to copy
    Octets mp_next_hop;            // of MP_REACH_NLRI
    std::size_t own_as_at = 0;     // in `encoded`; 0: nothing to patch
    bool with_attributes = true;   // also where only withdrawals are sent
    std::size_t overhead = 0;      // octets of a message without NLRI
};

/// The NLRI of one message.
struct ExabgpPacker::Parts {
    OctetView withdrawn = {};   // in the withdrawn routes field
    OctetView announced = {};   // in the NLRI field
    bool unreach = false;       // whether there is an MP_UNREACH_NLRI
    OctetView unreach_nlri = {};
    bool reach = false;
    OctetView reach_nlri = {};

    static Parts of(bool plain, bool withdraws, OctetView nlri)
    {
        if (plain) return withdraws ? Parts{.withdrawn = nlri} : Parts{.announced = nlri};
        return withdraws ? Parts{.unreach = true, .unreach_nlri = nlri} : Parts{.reach = true, .reach_nlri = nlri};
    }
};

bool ExabgpPacker::prepare(const AttributeSet* attributes, Family family, bool announces, Prepared& prepared)
{
    auto next_hop = next_hop_of(attributes, family, announces, options_);
    prepared.plain = family == ipv4_unicast && (!announces || next_hop.size() == Ipv4Address::octets);
    const bool in_attribute =
        next_hop.size() == Ipv4Address::octets && !has_no_next_hop_attribute(family) && (prepared.plain || !by_rfc());
    attributes_.clear();
    prepared.own_as_at =
        encode_exabgp_variant(attributes, options_, in_attribute ? OctetView{next_hop} : OctetView{}, attributes_).own_as;
    prepared.encoded = attributes_;
    prepared.with_attributes = announces || (!prepared.plain && withdraws_with_attributes(family) && !by_rfc());
    prepared.overhead = fixed_octets;
    // ExaBGP leaves room for the attributes also where only withdrawals are told.
    if (prepared.plain || prepared.with_attributes) prepared.overhead += prepared.encoded.size();
    if (!prepared.plain && announces) {
        const auto given = attributes ? attributes->next_hop() : OctetView{};
        if (is_behind_rd(given, family)) {
            prepared.mp_next_hop.assign(given.begin(), given.end());
        } else {
            if (family.safi == Safi::mpls_vpn && !next_hop.empty()) prepared.mp_next_hop.assign(RouteDistinguisher::octets, 0);
            prepared.mp_next_hop.insert(prepared.mp_next_hop.end(), next_hop.begin(), next_hop.end());
        }
        prepared.overhead += mp_header_octets + 1 + 5 + prepared.mp_next_hop.size();
    } else if (!prepared.plain) {
        prepared.overhead += unreach_octets;
    }
    prepared.path_ids = options_.add_path.contains(family);
    const std::size_t shortest = prepared.path_ids ? path_id_octets + 1 : 1;
    return prepared.overhead + shortest <= options_.max_message;
}

std::optional<LeftOutReason> ExabgpPacker::prepare(const RouteGroup& group, Prepared& prepared)
{
    if (const auto reason = has_no_family(group.family)) return reason;
    if (!group.is_withdrawn() && lacks_next_hop(group.attributes, group.family)) return LeftOutReason::no_next_hop;
    prepared.nlri = with_wire_path_ids(group);
    if (!prepare(group.attributes, group.family, !group.is_withdrawn(), prepared)) return LeftOutReason::too_large;
    return std::nullopt;
}

PackMeasure ExabgpPacker::measure(const RouteGroup& group)
{
    Prepared prepared;
    if (prepare(group, prepared)) return {};
    return {prepared.overhead, options_.max_message - prepared.overhead};
}

void ExabgpPacker::pack(const RouteGroup& group, PackedUpdates& into)
{
    if (!by_rfc() || !has_labels(group.family)) return pack_as_it_is(group, into);
    with_wire_labels(group, [&](const RouteGroup& piece) { pack_as_it_is(piece, into); });
}

void ExabgpPacker::pack_as_it_is(const RouteGroup& group, PackedUpdates& into)
{
    Prepared prepared;
    if (const auto reason = prepare(group, prepared)) return leave_out(group, *reason);
    const auto room = options_.max_message - prepared.overhead;
    const bool withdraws = group.is_withdrawn();
    for_each_message(group, prepared.nlri, prepared.path_ids, room, [&](OctetView nlri, std::uint32_t routes) {
        write(prepared, group.family, Parts::of(prepared.plain, withdraws, nlri), routes, into);
        into.count(routes, withdraws);
    });
}

void ExabgpPacker::write(const Prepared& prepared, Family family, const Parts& parts, std::uint32_t routes,
                         PackedUpdates& into) const
{
    const bool with_attributes = !parts.announced.empty() || parts.reach || prepared.with_attributes;
    const auto attributes = with_attributes ? prepared.encoded : OctetView{};
    auto* const begin = into.begin_message(fixed_octets + parts.withdrawn.size() + attributes.size() + unreach_octets +
                                           parts.unreach_nlri.size() + mp_header_octets + 1 + 5 + prepared.mp_next_hop.size() +
                                           parts.reach_nlri.size() + parts.announced.size());
    auto* at = put_header(begin);
    PackedMessage message{.routes = routes};
    put16(at, parts.withdrawn.size());
    at = put_octets(at + 2, parts.withdrawn);
    auto* const attributes_length = at;
    at += 2;
    const auto put_own = [&] {
        if (with_attributes && prepared.own_as_at != 0 && options_.own_as == Asn{})
            message.own_as_at = static_cast<std::uint16_t>(static_cast<std::size_t>(at - begin) + prepared.own_as_at);
        at = put_octets(at, attributes);
    };
    if (!by_rfc()) put_own();
    if (parts.unreach) {
        at = put_attribute_header(at, flag_optional, AttributeType::mp_unreach_nlri, 3 + parts.unreach_nlri.size());
        at = put_family(at, family);
        at = put_octets(at, parts.unreach_nlri);
    }
    if (parts.reach) {
        at = put_attribute_header(at, flag_optional, AttributeType::mp_reach_nlri,
                                  5 + prepared.mp_next_hop.size() + parts.reach_nlri.size());
        at = put_family(at, family);
        *at++ = static_cast<std::uint8_t>(prepared.mp_next_hop.size());
        at = put_octets(at, prepared.mp_next_hop);
        *at++ = 0;   // reserved
        at = put_octets(at, parts.reach_nlri);
    }
    if (by_rfc()) put_own();
    put16(attributes_length, static_cast<std::size_t>(at - attributes_length - 2));
    at = put_octets(at, parts.announced);
    const auto size = static_cast<std::size_t>(at - begin);
    assert(size <= options_.max_message);
    put16(begin + 16, size);
    into.end_message(message, size);
}

std::size_t ExabgpPacker::pack_front(const AttributeSet* attributes, Family family, std::span<const RouteChange> changes,
                                     bool with_withdrawals, PackedUpdates& into)
{
    assert(!changes.empty());
    const auto leave_out = [&](LeftOutReason reason, std::size_t routes, OctetView first) {
        left_out_.add(reason, routes, [&] { return sample_text(family, first, false); });
    };
    if (const auto reason = has_no_family(family)) {
        leave_out(*reason, changes.size(), changes.front().nlri);
        return changes.size();
    }
    if (lacks_next_hop(attributes, family)) {   // what is withdrawn beside them may have been sent with another set
        const auto first = changes.front().withdraw;
        const auto other = std::ranges::find(changes, !first, &RouteChange::withdraw);
        changes = changes.first(static_cast<std::size_t>(other - changes.begin()));
        if (!first) {
            leave_out(LeftOutReason::no_next_hop, changes.size(), changes.front().nlri);
            return changes.size();
        }
    }
    const std::size_t most = std::min<std::size_t>(options_.most_routes(family), changes.size());
    const bool announces = std::ranges::any_of(changes.first(most), [](const RouteChange& change) { return !change.withdraw; });
    Prepared prepared;
    if (!prepare(attributes, family, announces, prepared)) {
        leave_out(LeftOutReason::too_large, most, changes.front().nlri);
        return most;
    }
    const bool both_kinds = announces && !prepared.plain;   // MP_UNREACH_NLRI may come beside MP_REACH_NLRI
    const auto overhead = prepared.overhead + (both_kinds && most > 1 ? unreach_octets : 0);
    const auto room = options_.max_message > overhead ? options_.max_message - overhead : 0;

    nlri_.clear();
    withdrawn_.clear();
    std::size_t taken = 0;
    std::uint32_t announced = 0;
    std::uint32_t withdrawn = 0;
    bool left_out = false;   // a withdrawal
    const bool looks_at_labels = by_rfc() && has_labels(family);
    Octets one_label;
    for (; taken < most; ++taken) {
        auto change = changes[taken];
        if (change.withdraw && !with_withdrawals) {
            left_out = true;
            continue;
        }
        if (looks_at_labels && has_label_stack(family, change.nlri)) {
            if (change.withdraw) {
                one_label.clear();
                put_with_one_label(change.nlri, one_label);
                change.nlri = one_label;
            } else if (!options_.multiple_labels.contains(family)) {
                leave_out(LeftOutReason::labels_not_negotiated, 1, change.nlri);
                continue;
            }
        }
        const auto octets = change.nlri.size() + (prepared.path_ids ? path_id_octets : 0);
        if (nlri_.size() + withdrawn_.size() + octets > room) {
            if (announced + withdrawn != 0) break;
            leave_out(LeftOutReason::too_large, 1, change.nlri);
            continue;
        }
        Writer out{change.withdraw ? withdrawn_ : nlri_};
        if (prepared.path_ids) out.u32(change.path_id ? change.path_id->value : 0);
        out.octets(change.nlri);
        ++(change.withdraw ? withdrawn : announced);
    }
    if (announced + withdrawn != 0) {
        Parts parts;
        if (prepared.plain) {
            parts = {.withdrawn = withdrawn_, .announced = nlri_};
        } else if (family == ipv4_unicast) {   // with an IPv6 next hop; what is withdrawn stays where it always was
            parts = {.withdrawn = withdrawn_, .reach = announced != 0, .reach_nlri = nlri_};
        } else {
            parts = {.unreach = withdrawn != 0, .unreach_nlri = withdrawn_, .reach = announced != 0, .reach_nlri = nlri_};
        }
        write(prepared, family, parts, announced + withdrawn, into);
        into.count(announced, false);
        into.count(withdrawn, true);
    } else if (left_out && !prepared.plain && withdraws_with_attributes(family) && !by_rfc()) {
        write(prepared, family, {}, 0, into);
    }
    return taken;
}

void ExabgpPacker::pack_end_of_rib(Family family, PackedUpdates& into)
{
    write_end_of_rib(family, by_rfc() ? flag_optional : flag_optional | flag_extended_length, into);
}

}   // namespace barrage
