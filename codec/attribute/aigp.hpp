#pragma once
// AIGP: the metric of the interior protocols, added up over the systems of one administration. RFC 7311.
//
//     +----------+---------------------+----------------------+
//     | Type (1) | Length (2): all of  | Value (Length - 3)   |   … one TLV after the other; type 1 holds the metric
//     |          | the TLV's octets    |                      |
//     +----------+---------------------+----------------------+

#include <optional>
#include <vector>

#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct Aigp {
    struct Tlv {
        std::uint8_t type = 0;
        Octets value;

        template <class Self, class Visitor>
        static void describe(Self& self, Visitor&& visit)
        {
            visit("type", self.type);
            visit("value", self.value);
        }
        friend bool operator==(const Tlv&, const Tlv&) = default;
    };

    static constexpr auto type = AttributeType::aigp;
    static constexpr auto flags = optional_non_transitive;
    static constexpr auto malformed = Recovery::attribute_discard;        // RFC 7311 section 3.2
    static constexpr auto flags_conflict = Recovery::attribute_discard;   // the same section
    static constexpr std::string_view name = "aigp";
    static constexpr std::uint8_t metric_type = 1;

    std::vector<Tlv> tlvs;   // kept as they are: those of unknown types travel on

    /// That of the first TLV of type 1, which alone counts (RFC 7311 section 3).
    [[nodiscard]] std::optional<std::uint64_t> metric() const noexcept
    {
        for (const auto& tlv : tlvs)
            if (tlv.type == metric_type) return Reader{tlv.value}.u64();
        return std::nullopt;
    }

    void encode(Writer& out, const SessionOptions&) const
    {
        for (const auto& tlv : tlvs) {
            out.u8(tlv.type);
            out.u16(static_cast<std::uint16_t>(tlv.value.size() + 3));
            out.octets(tlv.value);
        }
    }

    static Decoded<Aigp> decode(Reader& in, const SessionOptions&)
    {
        static constexpr DecodeError error{malformed, UpdateSubcode::optional_attribute_error, "AIGP with a malformed TLV"};
        Aigp aigp;
        while (!in.empty()) {
            const auto tlv_type = in.u8();
            const std::size_t length = in.u16();
            if (length < 3 || (tlv_type == metric_type && length != 11)) return std::unexpected(error);
            const auto value = in.octets(length - 3);
            if (in.failed()) return std::unexpected(error);
            aigp.tlvs.push_back({tlv_type, Octets(value.begin(), value.end())});
        }
        if (in.failed() || aigp.tlvs.empty()) return std::unexpected(error);
        return aigp;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("tlvs", self.tlvs);
    }
    friend bool operator==(const Aigp&, const Aigp&) = default;
};

}   // namespace barrage
