#pragma once
// COMMUNITIES: marks of four octets that operators give a meaning to, by custom ASN:value. RFC 1997.

#include <optional>
#include <string>
#include <vector>

#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct Community {
    std::uint32_t value = 0;

    /// "65001:100", a number, or a name of RFC 1997, 3765, 7999, 8326, 9494: "no-export", "blackhole", …
    static std::optional<Community> from_text(std::string_view text) noexcept;
    friend constexpr auto operator<=>(const Community&, const Community&) = default;
};

std::string to_text(Community community);

struct Communities {
    static constexpr auto type = AttributeType::communities;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.8
    static constexpr std::string_view name = "communities";

    std::vector<Community> communities;

    void encode(Writer& out, const SessionOptions&) const
    {
        for (const auto community : communities) out.u32(community.value);
    }

    static bool looks_sound(Reader in, const SessionOptions&) noexcept { return whole_elements(in, 4) != 0; }
    static Decoded<Communities> decode(Reader& in, const SessionOptions&)
    {
        Communities all;
        const auto count = whole_elements(in, 4);
        if (count == 0)
            return std::unexpected(DecodeError{malformed, UpdateSubcode::optional_attribute_error,
                                               "COMMUNITIES is not a non-zero multiple of four octets long"});
        all.communities.reserve(count);
        while (!in.empty()) all.communities.push_back({in.u32()});
        return all;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("communities", self.communities);
    }
    friend bool operator==(const Communities&, const Communities&) = default;
};

}   // namespace barrage
