#pragma once
// MP_UNREACH_NLRI: withdrawn routes of any family; alone and without NLRI it is the family's End-of-RIB (RFC 4724).
// RFC 4760 section 4.
//
//     +---------+----------+----------+
//     | AFI (2) | SAFI (1) | NLRI     |
//     +---------+----------+----------+

#include <utility>

#include "codec/attribute/path_attribute.hpp"
#include "codec/nlri/nlri_families.hpp"

namespace barrage {

struct MpUnreachNlri {
    static constexpr auto type = AttributeType::mp_unreach_nlri;
    static constexpr auto flags = optional_non_transitive;
    static constexpr auto malformed = Recovery::session_reset;   // as MP_REACH_NLRI; RFC 7606 section 5.3
    static constexpr auto flags_conflict = Recovery::session_reset;
    static constexpr std::string_view name = "mp_unreach_nlri";

    AnyRoutes nlri;

    [[nodiscard]] Family family() const noexcept { return family_of(nlri); }

    void encode(Writer& out, const SessionOptions&) const
    {
        const auto [afi, safi] = family();
        out.u16(std::to_underlying(afi));
        out.u8(std::to_underlying(safi));
        encode_routes(nlri, out);
    }

    static bool looks_sound(Reader in, const SessionOptions& options)
    {
        const Afi afi{in.u16()};
        const Family of{afi, Safi{in.u8()}};
        if (in.failed()) return false;
        const auto* codec = nlri_codec(of);
        return !codec || codec->is_sound(in, nlri_field(of, options, true));
    }
    static Decoded<MpUnreachNlri> decode(Reader& in, const SessionOptions& options)
    {
        const auto error = [](std::string_view text, Recovery recovery = malformed, std::size_t offset = 0) {
            return std::unexpected(DecodeError{recovery, UpdateSubcode::optional_attribute_error, text, offset});
        };
        const Afi afi{in.u16()};
        const Family of{afi, Safi{in.u8()}};
        if (in.failed()) return error("MP_UNREACH_NLRI is shorter than a family");
        auto routes = decode_routes(of, in, nlri_field(of, options, true));
        if (!routes) return error(routes.error().text, routes.error().recovery, routes.error().offset);
        return MpUnreachNlri{std::move(*routes)};
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("nlri", self.nlri);
    }
    friend bool operator==(const MpUnreachNlri&, const MpUnreachNlri&) = default;
};

}   // namespace barrage
