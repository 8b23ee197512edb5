#include "loadgen/exabgp/speaker/peer_config.hpp"

#include <fmt/format.h>

#include <tuple>

#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

namespace {

/// The peer says at once what it thinks of our OPEN: routes that went before would be lost with the session.
constexpr auto first_routes_after = std::chrono::milliseconds{50};
constexpr std::size_t longest_version = 64;
constexpr const char* version_of_interest = "5.0.0";

/// Families whose routes share UPDATEs with `group-updates`; all others go alone.
constexpr FamilySet grouped{ipv4_unicast, {Afi::ipv4, Safi::mcast_vpn}, {Afi::ipv6, Safi::mcast_vpn}};

FamilySet without(FamilySet all, FamilySet some)
{
    some.for_each([&](Family family) { all.erase(family); });
    return all;
}

OpenConfig open_config(const Neighbor& neighbor, const SpeakerOptions& options)
{
    OpenConfig open;
    open.my_as = neighbor.local_as.value_or(Asn{});
    open.hold_time = std::chrono::seconds{neighbor.hold_time};
    if (neighbor.router_id)
        open.bgp_identifier = *neighbor.router_id;
    else if (neighbor.local_address && neighbor.local_address->is_v4())
        open.bgp_identifier = neighbor.local_address->v4();
    open.families = neighbor.families;
    const auto paths = neighbor.add_path_families & neighbor.families;
    const auto wish = neighbor.add_path;
    if (wish == AddPathWish::send || wish == AddPathWish::send_receive) open.add_path_send = paths;
    if (wish == AddPathWish::receive || wish == AddPathWish::send_receive) open.add_path_receive = paths;
    if (neighbor.next_hop_capability.value_or(true))
        for (const auto& row : neighbor.next_hops) {
            const bool both =
                neighbor.families.contains(row.family) && neighbor.families.contains({row.next_hop, row.family.safi});
            if (both && row.family.afi == Afi::ipv4 && row.next_hop == Afi::ipv6) open.extended_next_hop.insert(row.family);
        }
    open.four_octet_as = neighbor.asn4;
    open.extended_message = neighbor.extended_message;
    open.route_refresh = open.enhanced_route_refresh = neighbor.route_refresh;
    open.operational = neighbor.operational;
    if (neighbor.graceful_restart) {
        open.graceful_restart_time =
            std::chrono::seconds{*neighbor.graceful_restart & capability::GracefulRestart::max_restart_time};
        open.graceful_restart_kept = true;
    }
    if (!neighbor.host_name.empty() || !neighbor.domain_name.empty())
        open.hostname = capability::Hostname{neighbor.host_name, neighbor.domain_name};
    if (neighbor.software_version) {
        auto text = "ExaBGP/" + (options.version.empty() ? std::string{version_of_interest} : options.version);
        if (text.size() > longest_version) text.resize(longest_version);
        open.software_version = std::move(text);
    }
    if (neighbor.multi_session) {
        open.extra_capabilities.emplace_back(capability::Multisession{.flags = 0, .session_identifiers = {}});
        open.extra_capabilities.emplace_back(capability::Multisession{.flags = 1, .session_identifiers = {}});
    }
    return open;
}

std::string as_text(const std::optional<Asn>& as) { return as ? std::to_string(as->value) : "auto"; }

void add_kinds(const MessageSelection& selection, MessageKinds& kinds)
{
    const auto add = [&](bool wanted, MessageType type) {
        if (wanted) kinds.insert(type);
    };
    add(selection.open, MessageType::open);
    add(selection.update, MessageType::update);
    add(selection.notification, MessageType::notification);
    add(selection.keepalive, MessageType::keepalive);
    add(selection.refresh, MessageType::route_refresh);
    add(selection.operational, MessageType::operational);
}

}   // namespace

FamilySet grouped_families(const Neighbor& neighbor) { return neighbor.group_updates ? grouped : FamilySet{}; }

ObservedMessages observed_messages(const Neighbor& neighbor)
{
    ObservedMessages kinds;
    for (const auto& api : neighbor.apis) {
        add_kinds(api.send, kinds.sent);
        add_kinds(api.receive, kinds.received);
    }
    return kinds;
}

PeerConfig peer_config(const Neighbor& neighbor, const SpeakerOptions& options)
{
    PeerConfig config;
    auto& session = config.session;
    session.open = open_config(neighbor, options);
    session.peer_as = neighbor.peer_as;
    session.open_wait = options.open_wait;
    session.words_for_unknown_messages = !options.rfc;
    session.observes_states = true;
    const auto kinds = observed_messages(neighbor);
    session.observed_sent = kinds.sent;
    session.observed_received = kinds.received;

    config.passive = neighbor.passive || options.passive;
    config.remote = {neighbor.peer_address, config.passive          ? std::uint16_t{0}
                                            : neighbor.connect != 0 ? neighbor.connect
                                                                    : options.port};
    config.local_address = neighbor.local_address;
    config.connections = options.attempts;
    config.growing_retry = true;

    config.send_rules = options.rfc ? SendRules::exabgp_by_rfc : SendRules::exabgp;
    config.one_route_per_update = without(FamilySet::all(), grouped_families(neighbor));
    config.prepend_own_as = false;
    config.end_of_rib = !neighbor.manual_eor;
    config.keepalive_for_no_family = true;
    config.first_routes_after = first_routes_after;
    config.updates_per_second = neighbor.rate_limit;
    config.ttl = neighbor.outgoing_ttl.value_or(std::uint8_t{0});
    config.minimum_ttl = neighbor.incoming_ttl;
    config.interface = neighbor.source_interface;
    config.md5_key = neighbor.md5_password;
    config.receive =
        ReceiverConfig{.count_only = true};   // what a peer sends is judged here; AdjRibIn keeps it, within its limits
    return config;
}

bool same_session(const Neighbor& a, const Neighbor& b)
{
    const auto values = [](const Neighbor& n) {
        return std::tuple{n.host_name,
                          n.domain_name,
                          n.peer_address,
                          n.peer_mask,
                          n.local_address,
                          n.source_interface,
                          n.router_id,
                          n.local_as,
                          n.peer_as,
                          n.hold_time,
                          n.rate_limit,
                          n.passive,
                          n.listen,
                          n.connect,
                          n.outgoing_ttl,
                          n.incoming_ttl,
                          n.md5_password,
                          n.md5_ip,
                          n.group_updates,
                          n.auto_flush,
                          n.adj_rib_in,
                          n.adj_rib_out,
                          n.manual_eor,
                          n.next_hop_capability,
                          n.add_path,
                          n.asn4,
                          n.graceful_restart,
                          n.multi_session,
                          n.operational,
                          n.route_refresh,
                          n.extended_message,
                          n.software_version,
                          n.aigp};
    };
    return values(a) == values(b) && a.families == b.families && a.add_path_families == b.add_path_families &&
           a.next_hops == b.next_hops;
}

std::string neighbor_name(const Neighbor& neighbor)
{
    std::string families;
    neighbor.families.for_each([&](Family family) {
        if (!families.empty()) families += '/';
        families += family_words(family, '-');
    });
    auto router_id = neighbor.router_id ? to_text(IpAddress{*neighbor.router_id}) : std::string{};
    const auto local = neighbor.local_address ? to_text(*neighbor.local_address) : std::string{"auto"};
    if (router_id.empty()) router_id = local;
    auto peer = to_text(neighbor.peer_address);
    return fmt::format("neighbor {} local-ip {} local-as {} peer-as {} router-id {} family-allowed {}", peer, local,
                       as_text(neighbor.local_as), as_text(neighbor.peer_as), router_id,
                       neighbor.multi_session ? families : "in-open");
}

std::optional<IpAddress> self_address(const Neighbor& neighbor, Family family)
{
    if (!neighbor.local_address) return std::nullopt;
    if (neighbor.local_address->is_v4()) {
        if (family.afi != Afi::ipv6) return neighbor.local_address;
        Ipv6Address mapped{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}};   // RFC 4291 section 2.5.5.2
        const auto v4 = neighbor.local_address->v4().value;
        for (std::size_t i = 0; i < 4; ++i) mapped.value[12 + i] = static_cast<std::uint8_t>(v4 >> (24 - 8 * i));
        return IpAddress{mapped};
    }
    if (family.afi == Afi::ipv4) {
        if (!neighbor.router_id) return std::nullopt;
        return IpAddress{*neighbor.router_id};
    }
    return neighbor.local_address;
}

}   // namespace barrage::exabgp
