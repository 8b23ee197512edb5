#pragma once
// Routes of one attribute set → UPDATEs filled to the last octet the session allows: the *pack* stage, and the hot one.
// Bulk runs and single changes both come here. Hot: per prefix no allocation and, but at the end of a message, no branch on family.
//
//     IPv4 unicast        header | 00 00 | attributes length | attributes with NEXT_HOP | NLRI
//     others              header | 00 00 | attributes length | MP_REACH_NLRI with NLRI | attributes     (RFC 7606 section 5.1)
//     IPv4 withdrawn      header | withdrawn length | NLRI | 00 00
//     others withdrawn    header | 00 00 | attributes length | MP_UNREACH_NLRI with NLRI
//
// In ExaBGP's form (see UpdateForm; update_packer_exabgp.cpp):
//
//     header | withdrawn length | NLRI | attributes length | attributes | MP_UNREACH_NLRI | MP_REACH_NLRI | NLRI

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "codec/path_id.hpp"
#include "rib/attribute_variant.hpp"
#include "rib/left_out.hpp"
#include "rib/next_hop_choice.hpp"
#include "rib/packed_updates.hpp"

namespace barrage {

/// Routes that are told together: one attribute set (none: withdrawn), one family.
struct RouteGroup {
    const AttributeSet* attributes = nullptr;   // null: withdraw
    Family family = ipv4_unicast;
    bool has_path_ids = false;
    OctetView nlri;             // copy_slack octets behind it may be read
    std::uint32_t routes = 0;   // in nlri
    bool withdraw = false;      // though there are attributes: ExaBGP's form tells some withdrawals with them
};

/// How many prefixes from the front of `nlri` fit.
struct Fit {
    std::size_t octets = 0;
    std::uint32_t routes = 0;
};
Fit fit_prefixes(OctetView nlri, std::size_t room, std::uint32_t most_routes, bool path_ids) noexcept;
/// … of any family; what is no NLRI ends it.
Fit fit_routes(Family family, OctetView nlri, std::size_t room, std::uint32_t most_routes, bool path_ids) noexcept;

/// One of the routes that pack_front() takes from.
struct RouteChange {
    OctetView nlri;   // without a path identifier
    std::optional<PathId> path_id;
    bool withdraw = false;
};

/// Appends to one PackedUpdates at a time. One thread; keeps its scratch memory between calls.
class UpdatePacker {
public:
    explicit UpdatePacker(PackOptions options);
    [[nodiscard]] const PackOptions& options() const noexcept { return options_; }

    /// Packs the whole group.
    void pack(const RouteGroup& group, PackedUpdates& into);
    /// Packs one UPDATE, in ExaBGP's form, from the front of `changes`, which are of one set (null: no attributes but the default ones) and
    /// family: announced and withdrawn ones together. Says how many of them that were. Without `tell_withdrawals` these are left out, and leave
    /// an UPDATE without NLRI where ExaBGP's attributes would stand beside them.
    std::size_t pack_front(const AttributeSet* attributes, Family family, std::span<const RouteChange> changes,
                           bool with_withdrawals, PackedUpdates& into);
    /// Any message of our own, as it is.
    void pack_message(OctetView message, PackedUpdates& into);
    /// RFC 4724 section 2: the empty UPDATE, or one with an empty MP_UNREACH_NLRI.
    void pack_end_of_rib(Family family, PackedUpdates& into);
    /// What is sent of `group` beyond its NLRI: octets of one message with its attributes, and how many octets NLRI may take.
    struct Measure {
        std::size_t overhead;
        std::size_t room;
    };
    Measure measure(const RouteGroup& group);

    /// What was left out since the last take_left_out(), and why. Stretches: in groups as they were given to pack(), from their first route on.
    [[nodiscard]] LeftOut& left_out() noexcept { return left_out_; }
    [[nodiscard]] const LeftOut& left_out() const noexcept { return left_out_; }
    LeftOut take_left_out() { return std::exchange(left_out_, {}); }
    /// Memory for NLRI that are made to be packed.
    [[nodiscard]] Octets& made_nlri() noexcept { return made_nlri_; }

private:
    struct Prepared;
    /// Why the group is left out; nothing where it is not.
    std::optional<LeftOutReason> prepare(const RouteGroup& group, Prepared& prepared);
    [[nodiscard]] std::optional<LeftOutReason> has_no_family(Family family) const noexcept;
    OctetView with_wire_path_ids(const RouteGroup& group);
    [[nodiscard]] bool lacks_next_hop(const AttributeSet* attributes, Family family) const;   // in ExaBGP's form
    bool prepare_exabgp(const AttributeSet* attributes, Family family, bool announces, Prepared& prepared);
    struct Parts;
    void write_exabgp(const Prepared& prepared, Family family, const Parts& parts, std::uint32_t routes, PackedUpdates& into);

    PackOptions options_;
    LeftOut left_out_;
    Octets attributes_;   // of the group at hand
    Octets nlri_;         // of the group at hand, where path identifiers come or go
    Octets withdrawn_;    // of the message at hand
    Octets made_nlri_;
};

}   // namespace barrage
