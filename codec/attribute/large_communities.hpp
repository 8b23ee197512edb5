#pragma once
// LARGE_COMMUNITIES: marks of three numbers of four octets, the first of them an ASN. RFC 8092.

#include <optional>
#include <string>
#include <vector>

#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct LargeCommunity {
    static constexpr std::size_t octets = 12;

    std::uint32_t global_administrator = 0;
    std::uint32_t local_data_1 = 0;
    std::uint32_t local_data_2 = 0;

    /// "64496:4294967295:2", RFC 8092 section 4.
    static std::optional<LargeCommunity> from_text(std::string_view text) noexcept;
    friend constexpr auto operator<=>(const LargeCommunity&, const LargeCommunity&) = default;
};

std::string to_text(const LargeCommunity& community);

struct LargeCommunities {
    static constexpr auto type = AttributeType::large_communities;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 8092 section 6
    static constexpr std::string_view name = "large_communities";

    std::vector<LargeCommunity> communities;

    void encode(Writer& out, const SessionOptions&) const
    {
        for (const auto& community : communities) {
            out.u32(community.global_administrator);
            out.u32(community.local_data_1);
            out.u32(community.local_data_2);
        }
    }

    static bool looks_sound(Reader in, const SessionOptions&) noexcept { return whole_elements(in, LargeCommunity::octets) != 0; }
    static Decoded<LargeCommunities> decode(Reader& in, const SessionOptions&)
    {
        LargeCommunities all;
        const auto count = whole_elements(in, LargeCommunity::octets);
        if (count == 0)
            return std::unexpected(DecodeError{malformed, UpdateSubcode::optional_attribute_error,
                                               "LARGE_COMMUNITIES is not a non-zero multiple of twelve octets long"});
        all.communities.reserve(count);
        while (!in.empty()) {
            auto& community = all.communities.emplace_back();
            community.global_administrator = in.u32();
            community.local_data_1 = in.u32();
            community.local_data_2 = in.u32();
        }
        return all;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("communities", self.communities);
    }
    friend bool operator==(const LargeCommunities&, const LargeCommunities&) = default;
};

}   // namespace barrage
