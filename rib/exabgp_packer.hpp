#pragma once
// Routes of one attribute set → UPDATEs as ExaBGP puts them together. Whole tables and changes both come here.
//
//     header | withdrawn length | NLRI | attributes length | attributes | MP_UNREACH_NLRI | MP_REACH_NLRI | NLRI
//
// Attributes stand in the order of their types; NEXT_HOP beside MP_REACH_NLRI wherever the next hop is IPv4; AS4_PATH and AS4_AGGREGATOR behind
// what they widen; the own AS only where a route has no AS_PATH at all. Withdrawals of most families have the attributes of their route; an
// End-of-RIB has every length in two octets. The own address is written here, not patched: peers that differ in it share no octets.
//
// With SendRules::exabgp_by_rfc: MP_UNREACH_NLRI and MP_REACH_NLRI first (RFC 7606 section 5.1), no NEXT_HOP beside the latter (RFC 4760
// section 3), withdrawals without attributes, a length in two octets only where it needs them (RFC 4271 section 4.3), one label where the session
// has not agreed to several, and one in withdrawals (RFC 8277 sections 2.2 and 2.4).

#include <cstdint>
#include <optional>
#include <span>

#include "codec/path_id.hpp"
#include "rib/nlri_packing.hpp"

namespace barrage {

/// One of the routes that pack_front() takes from.
struct RouteChange {
    OctetView nlri;   // without a path identifier
    std::optional<PathId> path_id;
    bool withdraw = false;
};

/// Appends to one PackedUpdates at a time. One thread.
class ExabgpPacker : public NlriPacking {
public:
    /// As UpdatePacker's; and ORIGIN (4), and a route distinguisher before the next hop (8).
    static constexpr std::size_t most_octets_beside_set = 128;

    explicit ExabgpPacker(PackOptions options) : NlriPacking(std::move(options)) {}

    /// Packs the whole group.
    void pack(const RouteGroup& group, PackedUpdates& into);
    [[nodiscard]] PackMeasure measure(const RouteGroup& group);
    /// Packs one UPDATE from the front of `changes`, which are of one set (null: no attributes but the default ones) and family: announced and
    /// withdrawn ones together. Answers how many of them that were, at least one. Without `with_withdrawals` these are left out, and leave an
    /// UPDATE without NLRI where attributes would stand beside them.
    std::size_t pack_front(const AttributeSet* attributes, Family family, std::span<const RouteChange> changes,
                           bool with_withdrawals, PackedUpdates& into);
    /// RFC 4724 section 2: the empty UPDATE, or one with an empty MP_UNREACH_NLRI.
    void pack_end_of_rib(Family family, PackedUpdates& into);

private:
    struct Prepared;
    struct Parts;
    [[nodiscard]] bool by_rfc() const noexcept { return options_.send_rules == SendRules::exabgp_by_rfc; }
    [[nodiscard]] bool lacks_next_hop(const AttributeSet* attributes, Family family) const;
    /// False: not even one route fits beside the attributes.
    bool prepare(const AttributeSet* attributes, Family family, bool announces, Prepared& prepared);
    std::optional<LeftOutReason> prepare(const RouteGroup& group, Prepared& prepared);
    /// Whatever labels there are.
    void pack_as_it_is(const RouteGroup& group, PackedUpdates& into);
    void write(const Prepared& prepared, Family family, const Parts& parts, std::uint32_t routes, PackedUpdates& into) const;

    Octets withdrawn_;   // of the message at hand
};

}   // namespace barrage
