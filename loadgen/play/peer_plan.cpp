#include "loadgen/play/peer_plan.hpp"

#include "loadgen/scenario/session_defaults.hpp"

namespace barrage {

PeerConfig peer_config(const Scenario& scenario, const Scenario::Group& group, PlaceOfPeer place, const Endpoint& device,
                       FamilySet families)
{
    PeerConfig config;
    config.remote = device;
    config.local_address = group.address ? session_defaults::source_address_from(*group.address, place.of_group)
                                         : session_defaults::source_address(device.address, place.of_all);
    config.restart = false;   // a session that is lost is lost, until a phase sets it up again: counts would be of two
    config.next_hop_mode = group.next_hop.mode;
    config.given_next_hops = group.next_hop.given;
    config.prepend_own_as = !group.keeps_as_path;
    config.ttl = group.ttl;
    config.md5_key = group.md5_key;
    auto& session = config.session;
    session.peer_as = scenario.dut.as;
    session.send_hold_time = group.send_hold_time.value_or(session_defaults::send_hold_time(group.hold_time));
    session.open_wait = session_defaults::open_wait;
    auto& open = session.open;
    open.my_as = Asn{group.as.value + group.as_step * place.of_group};
    open.hold_time = group.hold_time;
    open.bgp_identifier = group.router_id ? Ipv4Address{group.router_id->value + place.of_group}
                                          : Ipv4Address{session_defaults::first_router_id.value + place.of_all};
    open.families = group.families.value_or(families);
    open.extended_message = group.extended_message;
    if (group.add_path) open.add_path_send = open.families;
    open.graceful_restart_time = group.graceful_restart;
    open.enhanced_route_refresh = group.enhanced_refresh;
    return config;
}

}   // namespace barrage
