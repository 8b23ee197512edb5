#pragma once
// What the words of a route say beside its prefix: attributes, next hop, and what belongs to the NLRI (labels, route
// distinguisher, path identifier) or to nobody on the wire (name, split, watchdog). Nothing is added that was not given. One
// thread.

#include <optional>
#include <string>
#include <vector>

#include "codec/attribute/registry.hpp"
#include "codec/ip.hpp"
#include "codec/path_id.hpp"
#include "codec/route_distinguisher.hpp"
#include "loadgen/exabgp/grammar/section.hpp"
#include "rib/attribute_pool.hpp"

namespace barrage::exabgp {

struct GivenAttributes {
    std::vector<std::string>* watchdogs = nullptr;   // the names, which grow

    std::vector<ReceivedAttribute> attributes;             // in the order of the words; of each type the first one counts
    std::vector<ExtendedCommunity> extended_communities;   // … but these add up
    std::vector<Ipv6ExtendedCommunity> ipv6_extended_communities;

    /// Octets of the attribute were given before the first word of one: of a repeated attribute the first one counts.
    bool octets_first = false, ipv6_octets_first = false;

    std::optional<IpAddress> next_hop;
    std::optional<Ipv6Address> link_local;       // behind it: RFC 2545 section 3
    std::optional<Octets> next_hop_octets;       // instead of it: MP_REACH_NLRI's field as it is to be
    std::optional<Ipv4Address> plain_next_hop;   // in NEXT_HOP, where `next_hop` is IPv6 and was given behind it
    bool next_hop_self = false;

    std::optional<RouteDistinguisher> rd;
    std::vector<std::uint32_t> labels;
    bool has_label = false;
    std::optional<PathId> path_id;

    std::optional<std::uint8_t> split;
    std::uint32_t watchdog = 0;   // its place in the names, from 1
    bool starts_withdrawn = false;

    std::vector<std::string_view> words;   // of those that were given, as they stand in the text
    void note_word(TokenCursor& cursor, const Token& word);
    void add(AnyAttribute attribute) { attributes.push_back(with_usual_flags(std::move(attribute))); }
    /// The first one counts; but an IPv6 one behind an IPv4 one goes into MP_REACH_NLRI, beside NEXT_HOP, as in ExaBGP.
    void add_next_hop(const IpAddress& address)
    {
        if (!has_next_hop()) {
            next_hop = address;
        } else if (next_hop && next_hop->is_v4() && address.is_v6()) {
            plain_next_hop = next_hop->v4();
            next_hop = address;
        }
    }
    [[nodiscard]] bool has_next_hop() const noexcept { return next_hop || next_hop_self || next_hop_octets; }
};

/// The words that any route may have: `static`, `announce` and the API.
std::span<const Statement<GivenAttributes>> attribute_statements() noexcept;
/// Those of them that a flow may have among its actions.
std::span<const Statement<GivenAttributes>> community_statements() noexcept;

void read_next_hop(TokenCursor& words, GivenAttributes& given);

/// The words of extended communities: "target:65000:1", "origin4:70000:1", "redirect:1:2", "0x0002fde800000001", …
std::optional<ExtendedCommunity> extended_community_from(std::string_view text);

/// What stands before the next hop's address in MP_REACH_NLRI.
enum class NextHopForm : std::uint8_t {
    none,   // no next hop at all
    address,
    behind_zero_rd,   // RFC 4364 section 4.3.2
    address_mapped,   // an IPv4 address becomes ::ffff:a.b.c.d
};

/// The attributes as an interned set, in the order of their types; null where they are longer than any message.
AttributeSetRef intern_given(const GivenAttributes& given, NextHopForm form, AttributePool& pool);

}   // namespace barrage::exabgp
