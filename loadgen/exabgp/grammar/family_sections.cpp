// family { … }, add-path { … } and nexthop { … }: pairs of an address family and what is routed in it.

#include "loadgen/exabgp/grammar/neighbor_draft.hpp"
#include "loadgen/exabgp/grammar/values.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

namespace {

template <Afi Of>
std::optional<Family> take_family(TokenCursor& words)
{
    const auto token = take_word(words, "what is routed");
    const auto family = family_of_words(afi_word(Of), token.text);
    if (!family) words.fail(token, "expected one of " + safi_words(Of));
    return family;
}

template <Afi Of>
void read_family(TokenCursor& words, NeighborDraft& draft)
{
    const auto family = take_family<Of>(words);
    if (!family) return;
    if (draft.families.contains(*family)) return words.fail_last("a family that is there already");
    draft.families.insert(*family);
}

template <Afi Of>
void read_add_path(TokenCursor& words, NeighborDraft& draft)
{
    if (const auto family = take_family<Of>(words)) {
        draft.add_path_families.insert(*family);
        draft.add_path_at.emplace_back(*family, words.last());
    }
}

template <Afi Of>
void read_nexthop(TokenCursor& words, NeighborDraft& draft)
{
    constexpr Afi other = Of == Afi::ipv4 ? Afi::ipv6 : Afi::ipv4;
    const auto at = words.last();
    const auto family = take_family<Of>(words);
    const auto next_hop = afi_word(other);
    if (!take_if_word(words, next_hop)) words.fail_here("expected '" + std::string{next_hop} + "'");
    if (!family || words.failed()) return;
    draft.next_hops.push_back({*family, other});
    draft.next_hops_at.push_back(at);
}

using Row = Statement<NeighborDraft>;
constexpr std::string_view ip_values = "unicast | multicast | nlri-mpls | labeled-unicast | mpls-vpn | mcast-vpn | flow | "
                                       "flow-vpn | mup | sr-policy | rtc (ipv4 only) | classful-transport | car | vpn-car";

constexpr Row family_rows[] = {
    {"all", "",
     [](TokenCursor& words, NeighborDraft& draft) {
         if (!draft.families.empty()) return words.fail_last("all beside other families");
         draft.families = all_families();
     }},
    {"ipv4", ip_values, read_family<Afi::ipv4>},
    {"ipv6", ip_values, read_family<Afi::ipv6>},
    {"l2vpn", "vpls | evpn", read_family<Afi::l2vpn>},
    {"bgp-ls", "bgp-ls | bgp-ls-vpn | bgp-ls-spf", read_family<Afi::bgp_ls>},
};
constexpr Row add_path_rows[] = {
    {"ipv4", "as in family", read_add_path<Afi::ipv4>},
    {"ipv6", "as in family", read_add_path<Afi::ipv6>},
    {"l2vpn", "as in family", read_add_path<Afi::l2vpn>},
    {"bgp-ls", "as in family", read_add_path<Afi::bgp_ls>},
};
constexpr Row nexthop_rows[] = {
    {"ipv4", "unicast|multicast|nlri-mpls|mpls-vpn ipv6", read_nexthop<Afi::ipv4>},
    {"ipv6", "unicast|multicast|nlri-mpls|mpls-vpn ipv4", read_nexthop<Afi::ipv6>},
};

}   // namespace

FamilySet all_families() noexcept
{
    // Those of the later version, and those that it does not know: to be asked for by name
    static constexpr Safi others[] = {Safi::sr_policy, Safi::classful_transport, Safi::car, Safi::vpn_car, Safi::bgp_ls_spf};
    auto all = FamilySet::all();
    FamilySet::all().for_each([&all](Family family) {
        for (const auto safi : others)
            if (family.safi == safi) all.erase(family);
    });
    return all;
}

void read_family_section(TokenCursor& words, NeighborDraft& draft)
{
    read_block<NeighborDraft>(words, draft, family_rows, "family");
}

void read_add_path_section(TokenCursor& words, NeighborDraft& draft)
{
    read_block<NeighborDraft>(words, draft, add_path_rows, "add-path");
}

void read_nexthop_section(TokenCursor& words, NeighborDraft& draft)
{
    read_block<NeighborDraft>(words, draft, nexthop_rows, "nexthop");
}

std::vector<SectionText> describe_family_sections()
{
    return {describe_section<NeighborDraft>("family", family_rows), describe_section<NeighborDraft>("add-path", add_path_rows),
            describe_section<NeighborDraft>("nexthop", nexthop_rows)};
}

}   // namespace barrage::exabgp
