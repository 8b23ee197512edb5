#pragma once
// Route target membership: which route targets a speaker wants routes of. A prefix over origin AS and route target.
// RFC 4684 section 4.
//
//     +--------------------+---------------+--------------------------------+
//     | Length in bits (1) | Origin AS (4) | Route target (so many bits)    |   0 (all of them) or 32 to 96
//     +--------------------+---------------+--------------------------------+

#include <algorithm>

#include "codec/asn.hpp"
#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/nlri_fields.hpp"

namespace barrage {

struct RouteTargetMembership {
    std::uint8_t length = 0;   // bits of both
    std::optional<Asn> origin_as;
    Octets route_target;   // the octets that hold its length - 32 bits: an extended community, or how it begins

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("length", self.length);
        visit("origin_as", self.origin_as);
        visit("route_target", self.route_target);
    }
    friend bool operator==(const RouteTargetMembership&, const RouteTargetMembership&) = default;
};

struct RtConstraint {
    using Nlri = RouteTargetMembership;

    static constexpr Afi afi = Afi::ipv4;
    static constexpr Safi safi = Safi::rt_constraint;

    static constexpr bool next_hop_fits(std::size_t octets) noexcept { return octets == 4 || octets == 16 || octets == 32; }

    static std::size_t encoded_size(const Nlri& nlri) noexcept { return 1 + (nlri.origin_as ? 4 : 0) + nlri.route_target.size(); }
    static void encode(const Nlri& nlri, Writer& out)
    {
        out.u8(nlri.length);
        if (nlri.origin_as) out.u32(nlri.origin_as->value);
        out.octets(nlri.route_target);
    }

    static Decoded<Nlri> decode(Reader& in)
    {
        Nlri nlri{.length = in.u8(), .origin_as = {}, .route_target = {}};
        if (nlri.length > 96 || (nlri.length > 0 && nlri.length < 32))   // RFC 4684 section 4
            return nlri_error("route target membership with a wrong length");
        if (nlri.length > 0) {
            nlri.origin_as = Asn{in.u32()};
            const auto target = in.octets((nlri.length - 32u + 7u) / 8u);
            nlri.route_target.assign(target.begin(), target.end());
        }
        if (in.failed()) return nlri_error("route target membership cut short");
        return nlri;
    }
};

static_assert(NlriFamily<RtConstraint>);

}   // namespace barrage
