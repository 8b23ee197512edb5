#include "loadgen/exabgp/given_attributes.hpp"

#include <algorithm>

#include "codec/attribute/mp_next_hop.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::size_t most_octets = 0xffff;

Octets next_hop_octets(const GivenAttributes& given, NextHopForm form)
{
    Octets octets;
    if (!given.next_hop || given.next_hop_self || form == NextHopForm::none) return octets;
    Writer out{octets};
    if (form == NextHopForm::behind_zero_rd) RouteDistinguisher{}.encode(out);
    if (form == NextHopForm::address_mapped && given.next_hop->is_v4()) {
        out.u64(0);
        out.u32(0xffff);
    }
    out.octets(MpNextHop::of(*given.next_hop).octets);
    return octets;
}

}   // namespace

AttributeSetRef intern_given(const GivenAttributes& given, NextHopForm form, AttributePool& pool)
{
    auto attributes = given.attributes;
    const auto add_sorted = [&attributes](auto list, auto attribute) {
        if (list.empty()) return;
        std::ranges::sort(list);
        attribute.communities = std::move(list);
        attributes.insert(attributes.begin(), with_usual_flags(std::move(attribute)));
    };
    add_sorted(given.extended_communities, ExtendedCommunities{});
    add_sorted(given.ipv6_extended_communities, Ipv6ExtendedCommunities{});

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
