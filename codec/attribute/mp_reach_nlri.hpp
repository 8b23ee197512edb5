#pragma once
// MP_REACH_NLRI: routes of any family with their next hop. RFC 4760 section 3.
//
//     +---------+----------+--------------------+----------+--------------+----------+
//     | AFI (2) | SAFI (1) | Next hop length (1)| Next hop | Reserved (1) | NLRI     |
//     +---------+----------+--------------------+----------+--------------+----------+

#include <utility>

#include "codec/attribute/mp_next_hop.hpp"
#include "codec/attribute/path_attribute.hpp"
#include "codec/nlri/nlri_families.hpp"

namespace barrage {

struct MpReachNlri {
    static constexpr auto type = AttributeType::mp_reach_nlri;
    static constexpr auto flags = optional_non_transitive;
    // What cannot be parsed cannot be withdrawn. RFC 7606 sections 3.j, 5.3 and 7.11, which would also allow to disable
    // the family; a tester that goes on without one of its families measures something else than it was asked to.
    static constexpr auto malformed = Recovery::session_reset;
    static constexpr auto flags_conflict = Recovery::session_reset;
    static constexpr std::string_view name = "mp_reach_nlri";

    MpNextHop next_hop;
    std::uint8_t reserved = 0;   // ignored, kept to be written again
    AnyRoutes nlri;

    [[nodiscard]] Family family() const noexcept { return family_of(nlri); }

    void encode(Writer& out, const SessionOptions&) const
    {
        const auto [afi, safi] = family();
        out.u16(std::to_underlying(afi));
        out.u8(std::to_underlying(safi));
        out.u8(static_cast<std::uint8_t>(next_hop.octets.size()));
        out.octets(next_hop.octets);
        out.u8(reserved);
        encode_routes(nlri, out);
    }

    static bool looks_sound(Reader in, const SessionOptions& options)
    {
        const Afi afi{in.u16()};
        const Family of{afi, Safi{in.u8()}};
        const auto hop = in.octets(in.u8());
        in.skip(1);
        if (in.failed()) return false;
        const auto* codec = nlri_codec(of);
        return !codec || (codec->next_hop_fits(hop.size()) && codec->is_sound(in, nlri_field(of, options, false)));
    }
    static Decoded<MpReachNlri> decode(Reader& in, const SessionOptions& options)
    {
        const auto error = [](std::string_view text, Recovery recovery = malformed, std::size_t offset = 0) {
            return std::unexpected(DecodeError{recovery, UpdateSubcode::optional_attribute_error, text, offset});
        };
        const Afi afi{in.u16()};
        const Family of{afi, Safi{in.u8()}};
        const auto hop = in.octets(in.u8());
        const auto reserved_octet = in.u8();
        if (in.failed()) return error("MP_REACH_NLRI is shorter than its next hop");
        const auto* codec = nlri_codec(of);
        if (codec && !codec->next_hop_fits(hop.size())) return error("MP_REACH_NLRI with a next hop of a wrong length");
        auto routes = decode_routes(of, in, nlri_field(of, options, false));
        if (!routes)
            return error(routes.error().text, routes.error().recovery, routes.error().offset);   // milder where it can be skipped
        return MpReachNlri{{Octets(hop.begin(), hop.end())}, reserved_octet, std::move(*routes)};
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("next_hop", self.next_hop);
        visit("reserved", self.reserved);
        visit("nlri", self.nlri);
    }
    friend bool operator==(const MpReachNlri&, const MpReachNlri&) = default;
};

}   // namespace barrage
