#pragma once
// IPV6_EXTENDED_COMMUNITIES: extended communities whose administrator is an IPv6 address. RFC 5701.
//
//     +-----------+-------------+------------------------+-----------------------+
//     | Type high | Type low    | Global (16 octets)     | Local (2 octets)      |
//     +-----------+-------------+------------------------+-----------------------+

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct Ipv6ExtendedCommunity {
    std::array<std::uint8_t, 20> value{};

    /// "target:[2001:db8::1]:100", "origin:…", "vrf-route-import:…", "redirect-ip:…"; all others as their digits, "0x40…".
    static std::optional<Ipv6ExtendedCommunity> from_text(std::string_view text);
    friend constexpr auto operator<=>(const Ipv6ExtendedCommunity&, const Ipv6ExtendedCommunity&) = default;
};

std::string to_text(const Ipv6ExtendedCommunity& community);

struct Ipv6ExtendedCommunities {
    static constexpr auto type = AttributeType::ipv6_extended_communities;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.15
    static constexpr std::string_view name = "ipv6_extended_communities";

    std::vector<Ipv6ExtendedCommunity> communities;

    void encode(Writer& out, const SessionOptions&) const
    {
        for (const auto& community : communities) out.octets(community.value);
    }

    static Decoded<Ipv6ExtendedCommunities> decode(Reader& in, const SessionOptions&)
    {
        Ipv6ExtendedCommunities all;
        const auto count = whole_elements(in, 20);
        if (count == 0)
            return std::unexpected(DecodeError{malformed, UpdateSubcode::optional_attribute_error,
                                               "IPV6_EXTENDED_COMMUNITIES is not a non-zero multiple of twenty octets long"});
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
    friend bool operator==(const Ipv6ExtendedCommunities&, const Ipv6ExtendedCommunities&) = default;
};

}   // namespace barrage
