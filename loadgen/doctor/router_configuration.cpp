#include "loadgen/doctor/router_configuration.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "io/interface_addresses.hpp"

namespace barrage::doctor {

namespace {

constexpr const char* identifier = "10.255.255.254";   // any that no peer has: those of loadgen begin with 10.0.0.1

bool is_v6(const Neighbors& neighbors) { return neighbors.router.address.is_v6(); }

/// A line for each neighbor: {0} is its address, {1} its AS, {2} its number from 1, {3} the key.
std::string for_each(const Neighbors& neighbors, std::string_view line)
{
    std::string text;
    for (std::size_t i = 0; i < neighbors.all.size(); ++i)
        text += fmt::format(fmt::runtime(line), to_text(neighbors.all[i].address), neighbors.all[i].as.value, i + 1,
                            neighbors.md5_key);
    return text;
}

std::string bird(const Neighbors& neighbors)
{
    const auto& router = neighbors.router;
    const auto* family = is_v6(neighbors) ? "ipv6" : "ipv4";
    auto text = fmt::format("router id {};\nprotocol device {{ }}\n", identifier);
    if (is_loopback(router.address))   // where next hops have a route
        text += fmt::format("protocol static {{ {}; route {} via \"lo\"; }}\n", family, is_v6(neighbors) ? "::/0" : "0.0.0.0/0");
    text +=
        fmt::format("template bgp barrage {{\n"
                    "    local {} port {} as {};\n"
                    "    strict bind yes;\n"
                    "    passive yes;\n"
                    "{}{}"
                    "    {} {{ import all; export where source = RTS_BGP; next hop self; }};\n"
                    "}}\n",
                    to_text(router.address), router.port, neighbors.router_as.value, neighbors.multihop ? "    multihop;\n" : "",
                    neighbors.md5_key.empty() ? std::string{} : fmt::format("    password \"{}\";\n", neighbors.md5_key), family);
    return text + for_each(neighbors, "protocol bgp barrage{2} from barrage {{ neighbor {0} as {1}; }}\n");
}

std::string frr(const Neighbors& neighbors)
{
    auto text = fmt::format("router bgp {}\n bgp router-id {}\n no bgp ebgp-requires-policy\n no bgp default ipv4-unicast\n",
                            neighbors.router_as.value, identifier);
    std::string each = " neighbor {0} remote-as {1}\n neighbor {0} passive\n";
    if (neighbors.multihop) each += " neighbor {0} ebgp-multihop 255\n neighbor {0} disable-connected-check\n";
    if (!neighbors.md5_key.empty()) each += " neighbor {0} password {3}\n";
    text += for_each(neighbors, each);
    text += fmt::format(" address-family {} unicast\n", is_v6(neighbors) ? "ipv6" : "ipv4");
    text += for_each(neighbors, "  neighbor {0} activate\n");
    return text + " exit-address-family\n";
}

std::string gobgp(const Neighbors& neighbors)
{
    const auto& router = neighbors.router;
    auto text = fmt::format("[global.config]\n  as = {}\n  router-id = \"{}\"\n  port = {}\n  local-address-list = [\"{}\"]\n",
                            neighbors.router_as.value, identifier, router.port, to_text(router.address));
    std::string each = "[[neighbors]]\n  [neighbors.config]\n    neighbor-address = \"{0}\"\n    peer-as = {1}\n";
    if (!neighbors.md5_key.empty()) each += "    auth-password = \"{3}\"\n";
    each += "  [neighbors.transport.config]\n    passive-mode = true\n";
    if (neighbors.multihop) each += "  [neighbors.ebgp-multihop.config]\n    enabled = true\n    multihop-ttl = 255\n";
    each += fmt::format("  [[neighbors.afi-safis]]\n    [neighbors.afi-safis.config]\n      afi-safi-name = \"{}-unicast\"\n",
                        is_v6(neighbors) ? "ipv6" : "ipv4");
    return text + for_each(neighbors, each);
}

std::string openbgpd(const Neighbors& neighbors)
{
    const auto& router = neighbors.router;
    auto text = fmt::format("AS {}\nrouter-id {}\nlisten on {} port {}\nfib-update no\nnexthop qualify via default\n",
                            neighbors.router_as.value, identifier, to_text(router.address), router.port);
    std::string each = "neighbor {0} {{\n    remote-as {1}\n    passive\n";
    if (neighbors.multihop) each += "    multihop 255\n";
    if (!neighbors.md5_key.empty()) each += "    tcp md5sig password {3}\n";
    each += fmt::format("    announce {} unicast\n}}}}\n", is_v6(neighbors) ? "IPv6" : "IPv4");
    return text + for_each(neighbors, each) + "allow from any\nallow to any\n";
}

std::string junos(const Neighbors& neighbors)
{
    const std::string group = "set protocols bgp group barrage ";
    auto text = fmt::format("set routing-options autonomous-system {}\nset routing-options router-id {}\n",
                            neighbors.router_as.value, identifier);
    text += group + "type external\n" + group + fmt::format("local-address {}\n", to_text(neighbors.router.address)) + group +
            fmt::format("family {} unicast\n", is_v6(neighbors) ? "inet6" : "inet") + group + "passive\n";
    if (neighbors.multihop) text += group + "multihop ttl 255\n";
    if (!neighbors.md5_key.empty()) text += group + fmt::format("authentication-key \"{}\"\n", neighbors.md5_key);
    return text + for_each(neighbors, group + "neighbor {0} peer-as {1}\n");
}

std::string iosxr(const Neighbors& neighbors)
{
    const auto* family = is_v6(neighbors) ? "ipv6" : "ipv4";
    auto text = fmt::format(
        "route-policy BARRAGE\n  pass\nend-policy\n!\nrouter bgp {}\n bgp router-id {}\n address-family {} unicast\n !\n"
        " neighbor-group barrage\n  session-open-mode passive-only\n",
        neighbors.router_as.value, identifier, family);
    if (neighbors.multihop) text += "  ebgp-multihop 255\n";
    if (!neighbors.md5_key.empty()) text += fmt::format("  password clear {}\n", neighbors.md5_key);
    // By default a session with more than 1,048,576 routes is closed.
    text += fmt::format("  address-family {} unicast\n   route-policy BARRAGE in\n   route-policy BARRAGE out\n   maximum-prefix "
                        "10000000 75\n  !\n !\n",
                        family);
    return text + for_each(neighbors, " neighbor {0}\n  remote-as {1}\n  use neighbor-group barrage\n !\n") + "!\n";
}

std::string eos(const Neighbors& neighbors)
{
    auto text = fmt::format("router bgp {}\n   router-id {}\n   no bgp default ipv4-unicast\n   neighbor barrage peer group\n"
                            "   neighbor barrage passive\n   neighbor barrage maximum-routes 0\n",   // by default 12,000
                            neighbors.router_as.value, identifier);
    if (neighbors.multihop) text += "   neighbor barrage ebgp-multihop 255\n";
    if (!neighbors.md5_key.empty()) text += fmt::format("   neighbor barrage password 0 {}\n", neighbors.md5_key);
    text += for_each(neighbors, "   neighbor {0} peer group barrage\n   neighbor {0} remote-as {1}\n");
    return text + fmt::format("   address-family {}\n      neighbor barrage activate\n", is_v6(neighbors) ? "ipv6" : "ipv4");
}

std::string srlinux(const Neighbors& neighbors)
{
    const std::string bgp = "set / network-instance default protocols bgp ";
    auto text = bgp + "admin-state enable\n" + bgp + fmt::format("autonomous-system {}\n", neighbors.router_as.value) + bgp +
                fmt::format("router-id {}\n", identifier) + bgp +
                fmt::format("afi-safi {}-unicast admin-state enable\n", is_v6(neighbors) ? "ipv6" : "ipv4") + bgp +
                "ebgp-default-policy import-reject-all false\n" + bgp + "ebgp-default-policy export-reject-all false\n" + bgp +
                "group barrage transport passive-mode true\n";
    if (neighbors.multihop)
        text += bgp + "group barrage multihop admin-state enable\n" + bgp + "group barrage multihop maximum-hops 255\n";
    if (!neighbors.md5_key.empty())
        text += bgp + "group barrage authentication keychain barrage\n";   // a keychain of algorithm md5, made before
    return text + for_each(neighbors, bgp + "neighbor {0} peer-group barrage\n" + bgp + "neighbor {0} peer-as {1}\n");
}

}   // namespace

const std::vector<RouterKind>& router_kinds()
{
    static const std::vector<RouterKind> kinds{
        {"bird", "BIRD 2", bird},  {"frr", "FRR", frr},        {"gobgp", "GoBGP", gobgp}, {"openbgpd", "OpenBGPD", openbgpd},
        {"junos", "Junos", junos}, {"iosxr", "IOS XR", iosxr}, {"eos", "EOS", eos},       {"srlinux", "SR Linux", srlinux},
    };
    return kinds;
}

const RouterKind* router_kind(std::string_view word)
{
    const auto found = std::ranges::find(router_kinds(), word, &RouterKind::word);
    return found == router_kinds().end() ? nullptr : &*found;
}

}   // namespace barrage::doctor
