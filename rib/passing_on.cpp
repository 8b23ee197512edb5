#include "rib/passing_on.hpp"

#include <algorithm>
#include <array>

#include "codec/attribute/registry.hpp"

namespace barrage {

namespace {

using enum PassedBetween;
using enum PassingFreedom;
using enum AttributeType;

// clang-format off
constexpr std::array rows{
    PassingRow{as_path, "AS_PATH", "the device's own AS in front, however often, unless an `as_path_prepend` names it; where segments are cut; the order inside a set", anybody, part_rewritten,
        "RFC 4271 sections 4.3 and 5.1.2"},
    PassingRow{next_hop, "NEXT_HOP", "all", anybody, whole_rewritten, "RFC 4271 section 5.1.3"},
    PassingRow{multi_exit_disc, "MULTI_EXIT_DISC", "all", anybody, whole_rewritten, "RFC 4271 section 5.1.4"},
    PassingRow{local_pref, "LOCAL_PREF", "all", anybody, whole_rewritten, "RFC 4271 section 5.1.5"},
    PassingRow{aggregator, "AGGREGATOR", "one of AS 0, which is malformed", anybody, part_taken_off, "RFC 7606 section 7.7, RFC 7607"},
    PassingRow{communities, "COMMUNITIES", "order and repetitions; beside BLACKHOLE also NO_EXPORT, NO_ADVERTISE, NO_EXPORT_SUBCONFED and NOPEER, which are to be added", anybody, part_rewritten,
        "RFC 1997, RFC 7999 section 3.2"},
    PassingRow{originator_id, "ORIGINATOR_ID", "all, but which of the senders it names", anybody, whole_rewritten, "RFC 4456 section 8"},
    PassingRow{cluster_list, "CLUSTER_LIST", "all", anybody, whole_rewritten, "RFC 4456 section 8"},
    PassingRow{mp_reach_nlri, "MP_REACH_NLRI", "its next hop", anybody, whole_rewritten, "RFC 4760 section 3"},
    PassingRow{mp_unreach_nlri, "MP_UNREACH_NLRI", "no part of a route", anybody, whole_rewritten, "RFC 4760 section 4"},
    PassingRow{extended_communities, "EXTENDED_COMMUNITIES", "non-transitive ones (bit 0x40 of the type); order and repetitions between any two", ases, part_taken_off, "RFC 4360 sections 3 and 6"},
    PassingRow{as4_path, "AS4_PATH", "all", anybody, whole_taken_off, "RFC 6793 section 4.1: for speakers of two-octet AS numbers alone"},
    PassingRow{as4_aggregator, "AS4_AGGREGATOR", "all", anybody, whole_taken_off, "RFC 6793 section 4.1"},
    PassingRow{tunnel_encapsulation, "TUNNEL_ENCAPSULATION", "all", ases, whole_taken_off, "RFC 9012 section 11"},
    PassingRow{ipv6_extended_communities, "IPV6_EXTENDED_COMMUNITIES", "non-transitive ones (bit 0x40 of the type); order and repetitions between any two", ases, part_taken_off, "RFC 5701 section 2, RFC 4360 section 6"},
    PassingRow{aigp, "AIGP", "all", anybody, whole_taken_off, "RFC 7311 sections 3.1 and 3.4: not where the session is not enabled for it; other values with another next hop"},
    PassingRow{bgp_ls, "BGP-LS", "all", anybody, whole_taken_off, "RFC 4271 section 5: not known to those that do not speak it"},
    PassingRow{large_communities, "LARGE_COMMUNITIES", "order and repetitions", anybody, part_rewritten, "RFC 8092 section 5"},
    PassingRow{only_to_customer, "ONLY_TO_CUSTOMER", "one of the AS of the device or of a sender, which is added where there are roles", anybody, part_rewritten, "RFC 9234 section 5"},
    PassingRow{prefix_sid, "PREFIX_SID", "all", ases, whole_taken_off, "RFC 8669 sections 4 and 5: the border of the SR domain"},
    PassingRow{{}, "any other that is optional and not transitive", "all", anybody, whole_taken_off, "RFC 4271 section 5: quietly ignored, not passed on"},
};
// clang-format on

constexpr bool is_non_transitive_attribute(std::uint8_t flags) noexcept
{
    return (flags & flag_optional) != 0 && (flags & flag_transitive) == 0;
}

constexpr auto row_by_type = [] {
    std::array<const PassingRow*, 256> by_type{};
    for (const auto& row : rows)
        if (row.type) by_type[std::to_underlying(*row.type)] = &row;
    return by_type;
}();

}   // namespace

std::span<const PassingRow> passing_rows() noexcept { return rows; }

const PassingRow* passing_row(const AttributeView& attribute) noexcept
{
    if (const auto* row = row_by_type[std::to_underlying(attribute.type)]) return row;
    // Of a type that has other flags by its RFC such flags are an error.
    const bool is_unknown = codec_of(attribute.type).decode == nullptr;
    return is_unknown && is_non_transitive_attribute(attribute.flags) ? &rows.back() : nullptr;
}

std::size_t community_octets(AttributeType type) noexcept
{
    switch (type) {
    case communities: return 4;
    case extended_communities: return 8;
    case large_communities: return 12;
    case ipv6_extended_communities: return 20;
    default: return 0;
    }
}

bool is_aggregator_of_as_0(const AttributeView& attribute) noexcept
{
    return attribute.type == aggregator && attribute.value.size() == 8 && Reader{attribute.value}.u32() == 0;
}

Octets passed_on(OctetView attributes, bool between_ases, bool (*is_known)(AttributeType))
{
    Octets all;
    Writer out{all};
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        const auto* row = passing_row(*attribute);
        const bool is_taken_off = row && row->is_taken_off() && (between_ases || row->between == anybody);
        if ((is_taken_off && row->is_whole()) || is_aggregator_of_as_0(*attribute)) continue;
        const bool is_optional = attribute->flags & flag_optional;
        const auto flags = static_cast<std::uint8_t>(
            is_optional && (attribute->flags & flag_transitive) && !is_known(attribute->type) ? attribute->flags | flag_partial
                                                                                              : attribute->flags);
        const auto size = community_octets(attribute->type);
        if (!is_taken_off || size == 0 || attribute->value.size() % size != 0) {
            const auto at = all.size();
            out.octets(attribute->whole);
            all[at] = flags;
            continue;
        }
        Octets left;
        for (std::size_t at = 0; at < attribute->value.size(); at += size)
            if (const auto community = attribute->value.subspan(at, size); !is_non_transitive(community))
                left.insert(left.end(), community.begin(), community.end());
        if (!left.empty()) put_attribute(out, without_extended_length(flags), attribute->type, left);
    }
    return all;
}

std::string passing_table()
{
    std::string text = "| attribute | not compared | between | by |\n|---|---|---|---|\n";
    for (const auto& row : rows) {
        for (const auto part :
             {row.attribute, row.what, std::string_view{row.between == ases ? "ASes" : "any two"}, row.reason}) {
            text += "| ";
            text += part;
            text += ' ';
        }
        text += "|\n";
    }
    return text;
}

}   // namespace barrage
