#include "engine/open_negotiation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/fsm/fsm.hpp"

namespace barrage {

namespace {

std::unexpected<NotificationError> refuse(OpenSubcode subcode, std::string_view text)
{
    return std::unexpected(NotificationError{ErrorCode::open_message, std::to_underlying(subcode), {}, text});
}

/// One capability of an OPEN, read for what it says of families.
struct OpenContents {
    FamilySet families;
    FamilySet add_path_send;
    FamilySet add_path_receive;
    FamilySet extended_next_hop;
    FamilySet multiple_labels;
    std::uint8_t max_labels = 0;   // the least that was said of a family; 0: nothing was
    bool multiprotocol = false;
    bool four_octet_as = false;
    bool extended_message = false;
    bool route_refresh = false;
    bool enhanced_route_refresh = false;
    bool graceful_restart = false;
    bool operational = false;
    std::optional<BgpRole> role;
    bool roles_differ = false;
    std::string software;
    std::vector<Family> unknown_families;
};

void put(FamilySet& set, Family family, bool in) { in ? set.insert(family) : set.erase(family); }

void take(OpenContents& contents, const capability::Multiprotocol& value)
{
    contents.multiprotocol = true;
    if (family_index(value.family))
        contents.families.insert(value.family);
    else
        contents.unknown_families.push_back(value.family);
}

void take(OpenContents& contents, const capability::AddPath& value)
{
    using capability::AddPath;
    for (const auto& entry : value.entries) {
        if (entry.mode < AddPath::receive || entry.mode > AddPath::both) continue;   // RFC 7911 section 4: not understood
        put(contents.add_path_send, entry.family, entry.mode & AddPath::send);
        put(contents.add_path_receive, entry.family, entry.mode & AddPath::receive);
    }
}

void take(OpenContents& contents, const capability::ExtendedNextHop& value)
{
    for (const auto& entry : value.entries)
        if (entry.next_hop_afi == Afi::ipv6 && entry.safi <= 0xff)
            contents.extended_next_hop.insert({entry.afi, Safi{static_cast<std::uint8_t>(entry.safi)}});
}

/// RFC 8277 section 2.1: the first capability, and in it the first word on a family, counts; fewer than two labels say nothing.
void take(OpenContents& contents, const capability::MultipleLabels& value)
{
    if (contents.max_labels != 0) return;
    FamilySet received_open;
    for (const auto& entry : value.entries) {
        if (received_open.contains(entry.family)) continue;
        received_open.insert(entry.family);
        if (entry.count < 2) continue;
        contents.multiple_labels.insert(entry.family);
        contents.max_labels = contents.max_labels == 0 ? entry.count : std::min(contents.max_labels, entry.count);
    }
}

void take(OpenContents& contents, const capability::Role& value)
{
    contents.roles_differ = contents.roles_differ || (contents.role && *contents.role != value.role);
    contents.role = value.role;
}

void take(OpenContents& contents, const capability::FourOctetAs&) { contents.four_octet_as = true; }
void take(OpenContents& contents, const capability::ExtendedMessage&) { contents.extended_message = true; }
void take(OpenContents& contents, const capability::RouteRefresh&) { contents.route_refresh = true; }
void take(OpenContents& contents, const capability::EnhancedRouteRefresh&) { contents.enhanced_route_refresh = true; }
void take(OpenContents& contents, const capability::GracefulRestart&) { contents.graceful_restart = true; }
void take(OpenContents& contents, const capability::Operational&) { contents.operational = true; }
void take(OpenContents& contents, const capability::SoftwareVersion& value) { contents.software = value.version; }

OpenContents listen(const Open& open)
{
    OpenContents contents;
    for (const auto& parameter : open.parameters)
        for (const auto& capability : parameter.capabilities)
            std::visit(
                [&](const auto& value) {
                    if constexpr (requires { take(contents, value); }) take(contents, value);
                },
                capability);
    // RFC 4760 section 8: who says nothing of families speaks IPv4 unicast.
    if (!contents.multiprotocol) contents.families.insert(ipv4_unicast);
    return contents;
}

/// RFC 9234 section 4.2, table 2.
bool roles_match(BgpRole ours, BgpRole peer)
{
    constexpr std::array pairs{
        std::pair{BgpRole::provider, BgpRole::customer},
        std::pair{BgpRole::customer, BgpRole::provider},
        std::pair{BgpRole::route_server, BgpRole::route_server_client},
        std::pair{BgpRole::route_server_client, BgpRole::route_server},
        std::pair{BgpRole::peer, BgpRole::peer},
    };
    return std::ranges::find(pairs, std::pair{ours, peer}) != pairs.end();
}

std::string text_of(Family family)
{
    if (const auto known = name(family); !known.empty()) return std::string{known};
    return std::to_string(std::to_underlying(family.afi)) + "/" + std::to_string(std::to_underlying(family.safi));
}

void add_remarks(const OpenContents& ours, const OpenContents& theirs, const Negotiated& settled,
                 std::vector<std::string>& remarks)
{
    ours.families.for_each([&](Family family) {
        if (!theirs.families.contains(family)) remarks.push_back("the peer does not speak " + text_of(family));
    });
    theirs.families.for_each([&](Family family) {
        if (!ours.families.contains(family)) remarks.push_back("only the peer speaks " + text_of(family));
    });
    for (const auto family : theirs.unknown_families) remarks.push_back("only the peer speaks " + text_of(family));
    if (settled.families.empty()) remarks.emplace_back("no family is spoken by both sides");
    if (ours.four_octet_as && !theirs.four_octet_as) remarks.emplace_back("the peer has no four-octet AS numbers");
    if (ours.extended_message && !theirs.extended_message) remarks.emplace_back("the peer takes no extended messages");
    if (ours.role && !theirs.role && !settled.internal) remarks.emplace_back("the peer says no role");
}

std::uint16_t clamp_seconds(std::chrono::seconds value, std::uint16_t most)
{
    return static_cast<std::uint16_t>(std::clamp<std::chrono::seconds::rep>(value.count(), 0, most));
}

}   // namespace

Open make_open(const OpenConfig& config)
{
    Open open;
    open.my_as = config.my_as.two_octets();
    open.hold_time = clamp_seconds(config.hold_time, 0xffff);
    open.bgp_identifier = config.bgp_identifier;
    const auto offer = [&](Capability capability) { open.parameters.push_back({{std::move(capability)}}); };

    config.families.for_each([&](Family family) { offer(capability::Multiprotocol{family}); });
    if (config.four_octet_as) offer(capability::FourOctetAs{config.my_as});

    capability::ExtendedNextHop next_hops;
    config.extended_next_hop.for_each(
        [&](Family family) { next_hops.entries.push_back({family.afi, std::to_underlying(family.safi), Afi::ipv6}); });
    if (!next_hops.entries.empty()) offer(std::move(next_hops));

    capability::MultipleLabels labels;
    config.multiple_labels.for_each([&](Family family) { labels.entries.push_back({family, config.max_labels}); });
    if (!labels.entries.empty()) offer(std::move(labels));

    capability::AddPath paths;
    for (const auto& known : known_families) {
        const auto mode = (config.add_path_receive.contains(known.family) ? capability::AddPath::receive : 0) |
                          (config.add_path_send.contains(known.family) ? capability::AddPath::send : 0);
        if (mode != 0) paths.entries.push_back({known.family, static_cast<std::uint8_t>(mode)});
    }
    if (!paths.entries.empty()) offer(std::move(paths));

    if (config.graceful_restart_time) {
        capability::GracefulRestart restart;
        restart.restart_time = clamp_seconds(*config.graceful_restart_time, capability::GracefulRestart::max_restart_time);
        using capability::GracefulRestart;
        if (config.graceful_restart_restarted || config.graceful_restart_kept)
            restart.restart_flags = GracefulRestart::restarting;
        const auto flags = config.graceful_restart_kept ? GracefulRestart::forwarding : std::uint8_t{0};
        config.families.for_each([&](Family family) { restart.entries.push_back({family, flags}); });
        offer(std::move(restart));
    }
    if (config.route_refresh) offer(capability::RouteRefresh{});
    if (config.enhanced_route_refresh) offer(capability::EnhancedRouteRefresh{});
    if (config.operational) offer(capability::Operational{});
    if (config.extended_message) offer(capability::ExtendedMessage{});
    if (config.hostname) offer(*config.hostname);
    if (config.software_version) offer(capability::SoftwareVersion{*config.software_version});
    if (config.role) offer(capability::Role{*config.role});
    for (const auto& extra : config.extra_capabilities) offer(extra);
    return open;
}

Checked<Negotiated> negotiate(const OpenConfig& ours, const Open& sent, const Open& received, std::optional<Asn> expected_peer_as)
{
    const auto we = listen(sent);
    const auto they = listen(received);

    Negotiated settled;
    settled.my_as = ours.my_as;
    settled.peer_as = received.asn();
    settled.peer_identifier = received.bgp_identifier;
    settled.peer_software = they.software;
    settled.internal = settled.peer_as == ours.my_as;

    if (settled.peer_as.value == 0)
        return refuse(OpenSubcode::bad_peer_as, "AS 0");   // RFC 7607 section 2; decode_open refuses it too
    if (expected_peer_as && settled.peer_as != *expected_peer_as)
        return refuse(OpenSubcode::bad_peer_as, "another AS than the one expected");
    // RFC 6286 section 2.2: not zero, and within an AS not ours.
    if (settled.peer_identifier.value == 0) return refuse(OpenSubcode::bad_bgp_identifier, "BGP identifier 0.0.0.0");
    if (settled.internal && settled.peer_identifier == sent.bgp_identifier)
        return refuse(OpenSubcode::bad_bgp_identifier, "our own BGP identifier");

    const auto hold_time = std::min(sent.hold_time, received.hold_time);
    if (hold_time == 1 || hold_time == 2) return refuse(OpenSubcode::unacceptable_hold_time, "a hold time of one or two seconds");
    settled.hold_time = std::chrono::seconds{hold_time};
    settled.keepalive_interval = Fsm::keepalive_interval(settled.hold_time);

    // RFC 9234 section 4.2; roles are between ASes, so iBGP ignores them.
    if (!settled.internal && they.roles_differ) return refuse(OpenSubcode::role_mismatch, "several roles at once");
    if (!settled.internal && we.role && they.role && !roles_match(*we.role, *they.role))
        return refuse(OpenSubcode::role_mismatch, "a role that does not go with ours");
    if (!settled.internal) settled.peer_role = they.role;

    settled.families = we.families & they.families;
    settled.options.four_octet_as = we.four_octet_as && they.four_octet_as;
    settled.options.extended_message = we.extended_message && they.extended_message;
    settled.options.add_path_send = we.add_path_send & they.add_path_receive & settled.families;
    settled.options.add_path_receive = we.add_path_receive & they.add_path_send & settled.families;
    settled.options.extended_next_hop = we.extended_next_hop & they.extended_next_hop & settled.families;
    settled.options.multiple_labels = we.multiple_labels & they.multiple_labels & settled.families;
    if (!settled.options.multiple_labels.empty()) settled.options.max_labels = we.max_labels;
    settled.route_refresh = they.route_refresh;
    settled.peer_refresh = they.enhanced_route_refresh ? PeerRefresh::enhanced : PeerRefresh::plain;
    settled.enhanced_route_refresh = we.enhanced_route_refresh && they.enhanced_route_refresh;
    settled.graceful_restart = we.graceful_restart && they.graceful_restart;
    settled.operational = we.operational && they.operational;
    add_remarks(we, they, settled, settled.remarks);
    return settled;
}

}   // namespace barrage
