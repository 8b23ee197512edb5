#pragma once
// EXTENDED_COMMUNITIES: marks of eight octets with a type, such as route targets. RFC 4360, RFC 5668.
//
//     +-----------+-------------+---------------------+
//     | Type high | Type low    | Value (6 octets)    |
//     +-----------+-------------+---------------------+

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct ExtendedCommunity {
    std::array<std::uint8_t, 8> value{};

    /// By the types in use, in extended_community_text.cpp: "target:65001:100", "origin:192.0.2.1:7", "target:4200000000L:1" (an
    /// ASN of four octets), "rate-octets:0:1250000", "router-mac:00-00-5e-00-53-01", "color:0:100", …; all others, and those
    /// with reserved octets that are not 0, as their sixteen digits, "0x8006000000000000".
    static std::optional<ExtendedCommunity> from_text(std::string_view text);
    friend constexpr auto operator<=>(const ExtendedCommunity&, const ExtendedCommunity&) = default;
};

std::string to_text(const ExtendedCommunity& community);

struct ExtendedCommunities {
    static constexpr auto type = AttributeType::extended_communities;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.14
    static constexpr std::string_view name = "extended_communities";

    std::vector<ExtendedCommunity> communities;

    void encode(Writer& out, const SessionOptions&) const
    {
        for (const auto& community : communities) out.octets(community.value);
    }

    static bool looks_sound(Reader in, const SessionOptions&) noexcept { return whole_elements(in, 8) != 0; }
    static Decoded<ExtendedCommunities> decode(Reader& in, const SessionOptions&)
    {
        ExtendedCommunities all;
        const auto count = whole_elements(in, 8);
        if (count == 0)
            return std::unexpected(DecodeError{malformed, UpdateSubcode::optional_attribute_error,
                                               "EXTENDED_COMMUNITIES is not a non-zero multiple of eight octets long"});
        all.communities.resize(count);
        for (auto& community : all.communities)
            for (auto& octet : community.value) octet = in.u8();
        return all;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("communities", self.communities);
    }
    friend bool operator==(const ExtendedCommunities&, const ExtendedCommunities&) = default;
};

}   // namespace barrage
