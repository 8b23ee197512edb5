#include "loadgen/exabgp/grammar/given_attributes.hpp"

#include <algorithm>

#include "codec/attribute/mp_next_hop.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::size_t most_octets = 0xffff;

Octets next_hop_octets(const GivenAttributes& given, NextHopForm form)
{
    if (given.next_hop_octets && form != NextHopForm::none) return *given.next_hop_octets;
    Octets octets;
    if (!given.next_hop || given.next_hop_self || form == NextHopForm::none) return octets;
    Writer out{octets};
    if (form == NextHopForm::behind_zero_rd) RouteDistinguisher{}.encode(out);
    if (form == NextHopForm::address_mapped && given.next_hop->is_v4()) {
        out.u64(0);
        out.u32(0xffff);
    }
    out.octets(MpNextHop::of(*given.next_hop).octets);
    if (!given.link_local) return octets;
    if (form == NextHopForm::behind_zero_rd) RouteDistinguisher{}.encode(out);   // RFC 4659 section 3.2.1.1
    out.octets(given.link_local->value);
    return octets;
}

}   // namespace

void GivenAttributes::note_word(TokenCursor& cursor, const Token& word)
{
    static constexpr std::string_view add_up[] = {"extended-community", "attribute", "next-hop", "name"};
    static constexpr std::string_view last_counts[] = {"path-information", "rd", "route-distinguisher", "label", "split",
                                                       "watchdog"};
    const auto is_among = [&word](std::span<const std::string_view> some) {
        return std::ranges::find(some, word.text) != some.end();
    };
    if (is_among(add_up)) return;
    if (std::ranges::find(words, word.text) == words.end()) return words.push_back(word.text);
    const std::string_view which = is_among(last_counts) ? "the last one counts" : "the first one counts";
    cursor.add_warning(word, "a second " + std::string{word.text} + " of one route: " + std::string{which});
}

AttributeSetRef intern_given(const GivenAttributes& given, NextHopForm form, AttributePool& pool)
{
    auto attributes = given.attributes;
    const auto add_sorted = [&attributes](auto list, auto attribute) {
        if (list.empty()) return;
        std::ranges::sort(list);
        attribute.communities = std::move(list);
        attributes.insert(attributes.begin(), with_usual_flags(std::move(attribute)));
    };
    if (!given.octets_first) add_sorted(given.extended_communities, ExtendedCommunities{});
    if (!given.ipv6_octets_first) add_sorted(given.ipv6_extended_communities, Ipv6ExtendedCommunities{});
    if (given.plain_next_hop) attributes.push_back(with_usual_flags(NextHop{*given.plain_next_hop}));

    const auto type = [](const ReceivedAttribute& attribute) { return type_of(attribute.value); };
    std::ranges::stable_sort(attributes, {}, type);
    const auto repeated = std::ranges::unique(attributes, {}, type);
    attributes.erase(repeated.begin(), repeated.end());

    Octets octets;
    Writer out{octets};
    for (const auto& attribute : attributes)
        if (!encode_attribute(attribute, {}, out)) return {};
    if (octets.size() > most_octets) return {};
    return pool.intern(octets, next_hop_octets(given, form));
}

}   // namespace barrage::exabgp
