#include "loadgen/play/sent_next_hops.hpp"

#include <algorithm>

#include "rib/next_hop_choice.hpp"

namespace barrage {

SentNextHops::SentNextHops(const Scenario& scenario) : device_is_route_server_(scenario.dut.route_server)
{
    const auto look_at = [this](const Expect& expect) {
        policy_sets_them_ |= expect.attributes && expect.attributes->next_hop.has_value();
    };
    for (const auto& expect : scenario.expects) look_at(expect);
    for (const auto& group : scenario.groups) {
        if (group.expect) look_at(*group.expect);
        if (group.next_hop.given.v4) named_.insert(*group.next_hop.given.v4);
        if (group.next_hop.given.v6) named_.insert(*group.next_hop.given.v6);
    }
    for_each_phase(scenario.phases, [&](const Scenario::Phase& phase) {
        if (phase.expect) look_at(*phase.expect);
    });
}

void SentNextHops::add(const RouteSet& routes)
{
    OctetView last;
    for (const auto& group : routes.groups()) {
        if (!group.attributes) continue;
        const auto next_hop = group.attributes->next_hop();
        if (std::ranges::equal(next_hop, last)) continue;
        last = next_hop;
        const auto host = host_of_next_hop(next_hop);
        Reader in{host};
        if (host.size() == Ipv4Address::octets)
            named_.insert(Ipv4Address::read(in));
        else if (host.size() == Ipv6Address::octets)
            named_.insert(Ipv6Address::read(in));
    }
}

bool SentNextHops::may_come_back(const std::optional<IpAddress>& receiver, bool sends,
                                 const std::vector<InterfaceAddress>& interfaces) const
{
    if (policy_sets_them_) return true;
    if (std::ranges::count(senders_, receiver) > (sends ? 1 : 0)) return true;
    if (receiver) return named_.contains(*receiver);
    return std::ranges::any_of(interfaces, [this](const InterfaceAddress& each) { return named_.contains(each.address); });
}

UsableRoutesConfig SentNextHops::usable_at(const std::optional<IpAddress>& receiver, bool sends, const IpAddress& device,
                                           const std::vector<InterfaceAddress>& interfaces) const
{
    UsableRoutesConfig usable{.peer_is_route_server = device_is_route_server_,
                              .own_address_is_sent = may_come_back(receiver, sends, interfaces)};
    // RFC 4271 section 5.1.3: the address of another peer may stay where that, the device and the receiver share a network. A route server
    // leaves next hops as they are, wherever they are.
    const auto* network = network_of(device, interfaces);
    if (device_is_route_server_ || policy_sets_them_ || !network || !receiver || !network->on_network(*receiver)) return usable;
    auto& foreign = usable.foreign_next_hops;
    for (const auto& sender : senders_)
        if (sender && sender->is_v4() == device.is_v4() && !network->on_network(*sender) && !named_.contains(*sender) &&
            std::ranges::find(foreign, *sender) == foreign.end())
            foreign.push_back(*sender);
    return usable;
}

}   // namespace barrage
