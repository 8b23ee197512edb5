// family { … }, add-path { … } and nexthop { … }: pairs of an address family and what is routed in it.

#include <algorithm>

#include "loadgen/exabgp/check_route.hpp"
#include "loadgen/exabgp/neighbor_draft.hpp"
#include "loadgen/exabgp/values.hpp"

namespace barrage::exabgp {

namespace {

struct AfiName {
    std::string_view name;
    Afi afi;
};
constexpr AfiName afi_names[] = {{"ipv4", Afi::ipv4}, {"ipv6", Afi::ipv6}, {"l2vpn", Afi::l2vpn}, {"bgp-ls", Afi::bgp_ls}};

struct SafiName {
    std::string_view name;
    Safi safi;
};
constexpr SafiName ip_safis[] = {{"unicast", Safi::unicast},
                                 {"multicast", Safi::multicast},
                                 {"nlri-mpls", Safi::labeled_unicast},
                                 {"labeled-unicast", Safi::labeled_unicast},
                                 {"mpls-vpn", Safi::mpls_vpn},
                                 {"mcast-vpn", Safi::mcast_vpn},
                                 {"flow", Safi::flowspec},
                                 {"flow-vpn", Safi::flowspec_vpn},
                                 {"mup", Safi::mup},
                                 {"sr-policy", Safi::sr_policy},
                                 {"rtc", Safi::rt_constraint}};
constexpr SafiName l2vpn_safis[] = {{"vpls", Safi::vpls}, {"evpn", Safi::evpn}};
constexpr SafiName bgp_ls_safis[] = {{"bgp-ls", Safi::bgp_ls}, {"bgp-ls-vpn", Safi::bgp_ls_vpn}};

constexpr std::span<const SafiName> safis_of(Afi afi) noexcept
{
    if (afi == Afi::l2vpn) return l2vpn_safis;
    if (afi == Afi::bgp_ls) return bgp_ls_safis;
    return ip_safis;
}

template <Afi Of>
std::optional<Family> take_family(TokenCursor& words)
{
    const auto token = take_word(words, "what is routed");
    const auto afi_name = std::ranges::find(afi_names, Of, &AfiName::afi)->name;
    const auto family = family_from_words(afi_name, token.text);
    if (family) return family;
    std::string expected = "expected one of ";
    for (const auto& known : safis_of(Of)) expected += (&known == safis_of(Of).data() ? "" : ", ") + std::string{known.name};
    words.fail(token, expected);
    return std::nullopt;
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
    if (const auto family = take_family<Of>(words)) draft.add_path_families.insert(*family);
}

template <Afi Of>
void read_nexthop(TokenCursor& words, NeighborDraft& draft)
{
    constexpr Afi other = Of == Afi::ipv4 ? Afi::ipv6 : Afi::ipv4;
    const auto family = take_family<Of>(words);
    words.expect(other == Afi::ipv6 ? "ipv6" : "ipv4");
    if (family && !words.failed()) draft.next_hops.push_back({*family, other});
}

using Row = Statement<NeighborDraft>;
constexpr std::string_view ip_values = "unicast | multicast | nlri-mpls | labeled-unicast | mpls-vpn | mcast-vpn | flow | "
                                       "flow-vpn | mup | sr-policy | rtc (ipv4 only)";

constexpr Row family_rows[] = {
    {"all", "",
     [](TokenCursor& words, NeighborDraft& draft) {
         if (!draft.families.empty()) return words.fail_last("all beside other families");
         draft.families = all_families();
     }},
    {"ipv4", ip_values, read_family<Afi::ipv4>},
    {"ipv6", ip_values, read_family<Afi::ipv6>},
    {"l2vpn", "vpls | evpn", read_family<Afi::l2vpn>},
    {"bgp-ls", "bgp-ls | bgp-ls-vpn", read_family<Afi::bgp_ls>},
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

std::optional<Family> family_from_words(std::string_view afi, std::string_view safi) noexcept
{
    for (const auto& known_afi : afi_names) {
        if (known_afi.name != afi) continue;
        for (const auto& known : safis_of(known_afi.afi)) {
            const Family family{known_afi.afi, known.safi};
            if (known.name == safi && family_index(family)) return family;
        }
    }
    return std::nullopt;
}

std::string family_as_configured(Family family)
{
    for (const auto& afi : afi_names) {
        if (afi.afi != family.afi) continue;
        for (const auto& safi : safis_of(family.afi))
            if (safi.safi == family.safi) return std::string{afi.name} + " " + std::string{safi.name};
    }
    return to_text(family);
}

FamilySet all_families() noexcept
{
    auto all = FamilySet::all();
    all.erase({Afi::ipv4, Safi::sr_policy});   // of the later version only: to be asked for by name
    all.erase({Afi::ipv6, Safi::sr_policy});
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
