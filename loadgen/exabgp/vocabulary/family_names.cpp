#include "loadgen/exabgp/vocabulary/family_names.hpp"

#include <utility>

#include "loadgen/exabgp/vocabulary/names.hpp"

namespace barrage::exabgp {

namespace {

constexpr NamedValue<Afi> afis[] = {{Afi::ipv4, "ipv4"}, {Afi::ipv6, "ipv6"}, {Afi::l2vpn, "l2vpn"}, {Afi::bgp_ls, "bgp-ls"}};

constexpr NamedValue<Safi> safis[] = {{Safi::unicast, "unicast"},
                                      {Safi::multicast, "multicast"},
                                      {Safi::labeled_unicast, "nlri-mpls"},
                                      {Safi::labeled_unicast, "labeled-unicast"},
                                      {Safi::mpls_vpn, "mpls-vpn"},
                                      {Safi::mcast_vpn, "mcast-vpn"},
                                      {Safi::flowspec, "flow"},
                                      {Safi::flowspec_vpn, "flow-vpn"},
                                      {Safi::mup, "mup"},
                                      {Safi::sr_policy, "sr-policy"},
                                      {Safi::rt_constraint, "rtc"},
                                      {Safi::vpls, "vpls"},
                                      {Safi::evpn, "evpn"},
                                      {Safi::bgp_ls, "bgp-ls"},
                                      {Safi::bgp_ls_vpn, "bgp-ls-vpn"},
                                      // which ExaBGP does not know
                                      {Safi::classful_transport, "classful-transport"},
                                      {Safi::car, "car"},
                                      {Safi::vpn_car, "vpn-car"},
                                      {Safi::bgp_ls_spf, "bgp-ls-spf"}};

}   // namespace

std::string family_words(Family family, char between)
{
    const auto afi = afi_word(family.afi);
    const auto safi = name_of_value<Safi>(safis, family.safi);
    auto text = afi.empty() ? std::to_string(std::to_underlying(family.afi)) : std::string{afi};
    text += between;
    text += safi.empty() ? std::to_string(std::to_underlying(family.safi)) : std::string{safi};
    return text;
}

std::optional<Family> family_of_words(std::string_view afi, std::string_view safi)
{
    const auto known_afi = afi_of_word(afi);
    const auto known_safi = value_named<Safi>(safis, safi);
    if (!known_afi || !known_safi) return std::nullopt;
    const Family family{*known_afi, *known_safi};
    return family_index(family) ? std::optional{family} : std::nullopt;
}

std::string_view afi_word(Afi afi) noexcept { return name_of_value<Afi>(afis, afi); }
std::optional<Afi> afi_of_word(std::string_view word) { return value_named<Afi>(afis, word); }

std::string safi_words(Afi afi)
{
    std::string text;
    for (const auto& safi : safis)
        if (family_index({afi, safi.value})) text += (text.empty() ? "" : ", ") + std::string{safi.name};
    return text;
}

}   // namespace barrage::exabgp
