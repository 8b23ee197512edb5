#include "loadgen/routes/next_hop_doubts.hpp"

#include <fmt/format.h>

#include "io/interface_addresses.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

struct Doubt {
    std::uint64_t routes = 0;
    std::string first;
    void add(const IpAddress& address, std::uint64_t more)
    {
        if (routes == 0) first = to_text(address);
        routes += more;
    }
};

std::optional<IpAddress> address_in(OctetView octets)
{
    Reader in{octets};
    if (octets.size() == Ipv4Address::octets) return Ipv4Address::read(in);
    if (octets.size() == Ipv6Address::octets || octets.size() == 2 * Ipv6Address::octets) return Ipv6Address::read(in);
    return std::nullopt;
}

bool is_mapped(const IpAddress& address)
{
    if (address.is_v4()) return false;
    const auto value = address.v6().value;
    for (std::size_t i = 0; i < 10; ++i)
        if (value[i] != 0) return false;
    return value[10] == 0xff && value[11] == 0xff;
}

}   // namespace

std::vector<std::string> next_hop_doubts(const RouteTable& table, const NextHopChoice& choice, const NextHopsGoTo& to)
{
    const auto& given = choice.given;
    const auto& router = to.router;
    const auto interfaces = interface_addresses();
    const auto* network = to.external ? network_of(router, interfaces) : nullptr;
    Doubt own, off, mapped, loopback;
    std::uint64_t of_session = 0;   // routes
    const auto look = [&](const IpAddress& address, std::uint64_t routes) {
        if (is_loopback(address) && address != router) loopback.add(address, routes);
        if (address == router)
            own.add(address, routes);
        else if (is_mapped(address))
            mapped.add(address, routes);
        else if (network && address.is_v4() == router.is_v4() && !network->on_network(address))
            off.add(address, routes);
    };
    std::uint64_t routes_v4 = 0, routes_v6 = 0;
    for (const auto& source : table.sources) {
        const bool keeps = choice.mode == NextHopMode::keep || (choice.mode == NextHopMode::automatic && source.names_next_hops);
        for (const auto& group : source.routes->groups()) {
            const auto family = known_families[group.family].family;
            if (!group.attributes || is_flow_specification(family)) continue;   // none, or what a flow is redirected to
            const bool is_v6 = family.afi == Afi::ipv6;
            (is_v6 ? routes_v6 : routes_v4) += group.routes;
            if (is_v6 ? given.v6.has_value() : given.v4.has_value()) continue;
            const auto address = address_in(group.attributes->next_hop());
            if (keeps && address)
                look(*address, group.routes);
            else if (!address || choice.mode == NextHopMode::self || to.external)
                of_session += group.routes;
        }
    }
    if (given.v4) look(*given.v4, routes_v4);
    if (given.v6) look(*given.v6, routes_v6);   // mapped because it was asked for
    std::vector<std::string> doubts;
    const auto append = [&](const Doubt& doubt, const std::string& what) {
        if (doubt.routes == 0) return;
        doubts.push_back(
            fmt::format("the next hop of {} routes ({}) is {}: routers refuse such routes; --next-hop self, or next_hop: self, "
                        "gives them the session's address",
                        full_number(doubt.routes), doubt.first, what));
    };
    append(own, "the router's own address");
    if (network)
        append(off, fmt::format("not on the session's network ({}/{} of {})", to_text(network->address), network->prefix_length,
                                network->interface));
    if (!given.v6 || !is_mapped(*given.v6)) append(mapped, "an IPv4-mapped address");
    if (is_loopback(router)) loopback.routes += of_session;
    if (loopback.routes != 0 && !to.is_verified)
        doubts.push_back(fmt::format(
            "the next hop of {} routes ({}) is a loopback address: some routers drop such routes without a word (GoBGP) or end "
            "the "
            "session (FRR); --next-hop 192.0.2.1 gives them another, --verify compares what the router advertises",
            full_number(loopback.routes), loopback.first.empty() ? std::string{"the session's own"} : loopback.first));
    return doubts;
}

}   // namespace barrage
