#pragma once
// Routes of one attribute set → UPDATEs filled to the last octet the session allows: the *pack* stage, and the hot one.
// Bulk runs and single changes both come here. (ExaBGP's UPDATEs: rib/exabgp_packer.hpp; which of the two a session has: rib/packer.hpp.)
//
//     IPv4 unicast        header | 00 00 | attributes length | attributes with NEXT_HOP | NLRI
//     others              header | 00 00 | attributes length | MP_REACH_NLRI with NLRI | attributes     (RFC 7606 section 5.1)
//     IPv4 withdrawn      header | withdrawn length | NLRI | 00 00
//     others withdrawn    header | 00 00 | attributes length | MP_UNREACH_NLRI with NLRI

#include <optional>

#include "rib/nlri_packing.hpp"

namespace barrage {

/// Appends to one PackedUpdates at a time. One thread.
class UpdatePacker : public NlriPacking {
public:
    /// Of one message beside NLRI and the attributes of the set: headers and lengths (35), an own AS or a path for one (9), LOCAL_PREF (7), a
    /// next hop chosen (51), and some.
    static constexpr std::size_t most_octets_beside_set = 112;

    explicit UpdatePacker(PackOptions options) : NlriPacking(std::move(options)) {}

    /// Packs the whole group.
    void pack(const RouteGroup& group, PackedUpdates& into);
    [[nodiscard]] PackMeasure measure(const RouteGroup& group);
    /// RFC 4724 section 2: the empty UPDATE, or one with an empty MP_UNREACH_NLRI.
    void pack_end_of_rib(Family family, PackedUpdates& into) { write_end_of_rib(family, flag_optional, into); }

private:
    struct Prepared;
    /// Why the group is left out; nothing where it is not.
    std::optional<LeftOutReason> prepare(const RouteGroup& group, Prepared& prepared);
    /// Whatever labels there are.
    void pack_as_it_is(const RouteGroup& group, PackedUpdates& into);
};

}   // namespace barrage
