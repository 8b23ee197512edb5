// A neighbor as it was written → a neighbor as it is run: ExaBGP's defaults, and what can only be checked once all of it is
// known.

#include <algorithm>
#include <array>

#include "loadgen/exabgp/grammar/check_route.hpp"
#include "loadgen/exabgp/grammar/neighbor_draft.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

namespace {

std::uint8_t width_of(const IpAddress& address) noexcept { return address.is_v4() ? 32 : 128; }

/// RFC 4648 section 4; nothing where the text is none.
std::optional<std::string> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    text.remove_suffix(padding);
    std::string octets;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char digit : text) {
        std::uint32_t value = 0;
        if (digit >= 'A' && digit <= 'Z')
            value = static_cast<std::uint32_t>(digit - 'A');
        else if (digit >= 'a' && digit <= 'z')
            value = static_cast<std::uint32_t>(digit - 'a') + 26;
        else if (digit >= '0' && digit <= '9')
            value = static_cast<std::uint32_t>(digit - '0') + 52;
        else if (digit == '+' || digit == '/')
            value = digit == '+' ? 62 : 63;
        else
            return std::nullopt;
        bits = bits << 6 | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            octets += static_cast<char>(bits >> count);
            bits &= (1u << count) - 1;
        }
    }
    return octets;
}

/// A note where the words say too little or what cannot be.
std::optional<std::string_view> set_addresses(const NeighborDraft& draft, Neighbor& neighbor)
{
    if (!draft.peer_address) return "a neighbor needs an address";
    std::tie(neighbor.peer_address, neighbor.peer_mask) = *draft.peer_address;
    neighbor.local_address = draft.local_address.value_or(std::nullopt);
    neighbor.router_id = draft.router_id;
    neighbor.md5_ip = draft.md5_ip;
    neighbor.source_interface = draft.source_interface.value_or("");
    neighbor.passive = draft.passive.value_or(false);
    neighbor.listen = draft.listen.value_or(0);
    neighbor.connect = draft.connect.value_or(0);
    neighbor.outgoing_ttl = draft.outgoing_ttl.value_or(std::nullopt);
    neighbor.incoming_ttl = draft.incoming_ttl.value_or(std::nullopt);

    if (neighbor.local_address && neighbor.local_address->is_v4() != neighbor.peer_address.is_v4())
        return "local-address and peer-address must be of one family";
    if (!neighbor.router_id && neighbor.peer_address.is_v6()) return "a neighbor with an IPv6 address needs a router-id";
    if (!neighbor.router_id && !neighbor.local_address) return "a neighbor needs a router-id where its local-address is auto";
    if (!neighbor.local_address && neighbor.listen != 0) return "a neighbor that listens needs a local-address";
    if (neighbor.peer_mask != width_of(neighbor.peer_address) && !neighbor.passive)
        return "a neighbor of many addresses needs passive";
    return std::nullopt;
}

std::optional<std::string_view> set_password(const NeighborDraft& draft, Neighbor& neighbor)
{
    constexpr std::size_t longest = 80;   // TCP_MD5SIG_MAXKEYLEN
    neighbor.md5_password = draft.md5_password.value_or("");
    const auto base64 = draft.md5_base64.value_or(false);
    if (!neighbor.md5_password.empty() && base64 != false) {
        auto octets = from_base64(neighbor.md5_password);
        if (!octets && base64) return "md5-password is no base64";
        if (octets) neighbor.md5_password = std::move(*octets);
    }
    if (neighbor.md5_password.size() > longest) return "md5-password is longer than 80 octets";
    return std::nullopt;
}

void set_capabilities(const CapabilityDraft& draft, Neighbor& neighbor)
{
    neighbor.next_hop_capability = draft.nexthop.value_or(std::nullopt);
    neighbor.add_path = draft.add_path.value_or(AddPathWish::disable);
    neighbor.asn4 = draft.asn4.value_or(true);
    neighbor.multi_session = draft.multi_session.value_or(false);
    neighbor.operational = draft.operational.value_or(false);
    neighbor.route_refresh = draft.route_refresh.value_or(false);
    neighbor.aigp = draft.aigp.value_or(false);
    neighbor.extended_message = draft.extended_message.value_or(true);
    neighbor.software_version = draft.software_version.value_or(false);
    if (draft.graceful_restart && draft.graceful_restart->enabled)
        neighbor.graceful_restart = draft.graceful_restart->seconds != 0 ? draft.graceful_restart->seconds : neighbor.hold_time;
}

void set_families(const NeighborDraft& draft, Neighbor& neighbor)
{
    neighbor.families = draft.families.empty() ? all_families() : draft.families;
    if (draft.add_path_families.empty()) {
        for (const auto safi : {Safi::unicast, Safi::labeled_unicast, Safi::mpls_vpn, Safi::mup})
            for (const auto afi : {Afi::ipv4, Afi::ipv6})
                if (neighbor.families.contains({afi, safi})) neighbor.add_path_families.insert({afi, safi});
    } else
        neighbor.add_path_families = draft.add_path_families & neighbor.families;
    for (const auto& next_hop : draft.next_hops) {
        const bool is_known = std::ranges::find(neighbor.next_hops, next_hop) != neighbor.next_hops.end();
        if (!is_known && neighbor.families.contains(next_hop.family) &&
            neighbor.families.contains({next_hop.next_hop, next_hop.family.safi}))
            neighbor.next_hops.push_back(next_hop);
    }
}

/// The value of an OPERATIONAL begins with AFI and SAFI.
Family family_of(const Operational& message)
{
    Reader in{message.value};
    const Afi afi{in.u16()};
    return {afi, Safi{in.u8()}};
}

}   // namespace

Neighbor finish_neighbor(TokenCursor& words, NeighborDraft&& draft, const std::vector<ProcessConfig>& processes)
{
    Neighbor neighbor;
    neighbor.description = std::move(draft.description).value_or("");
    neighbor.host_name = std::move(draft.host_name).value_or("");
    neighbor.domain_name = std::move(draft.domain_name).value_or("");
    neighbor.local_as = draft.local_as.value_or(std::nullopt);
    neighbor.peer_as = draft.peer_as.value_or(std::nullopt);
    neighbor.hold_time = draft.hold_time.value_or(neighbor.hold_time);
    neighbor.rate_limit = draft.rate_limit.value_or(0);
    neighbor.group_updates = draft.group_updates.value_or(true);
    neighbor.auto_flush = draft.auto_flush.value_or(true);
    neighbor.adj_rib_in = draft.adj_rib_in.value_or(true);
    neighbor.adj_rib_out = draft.adj_rib_out.value_or(true);
    neighbor.manual_eor = draft.manual_eor.value_or(false);

    if (const auto wrong = set_addresses(draft, neighbor)) words.add_error(draft.at, std::string{*wrong});
    if (const auto wrong = set_password(draft, neighbor)) words.add_error(draft.at, std::string{*wrong});
    set_capabilities(draft.capability, neighbor);
    set_families(draft, neighbor);

    warn_of_no_effect(words, draft, neighbor);
    for (auto& api : draft.apis) {
        for (const auto& [name, at] : api.processes)
            if (std::ranges::find(processes, name, &ProcessConfig::name) == processes.end())
                words.add_error(at, "no process of this name");
        const auto is_named = [&](const ProcessConfig& process) { return names_process(api.section, process.name); };
        if (!api.section.processes_match.empty() && std::ranges::none_of(processes, is_named))
            words.add_warning(api.at, "processes-match has no effect: it matches the name of no process");
        neighbor.apis.push_back(std::move(api.section));
    }
    for (const auto& [family, at] : draft.route_families)
        if (family == ipv4_unicast && !neighbor.families.contains(family))
            words.add_warning(at, "routes of ipv4 unicast have no effect: it is not among the families of the neighbor");
        else if (family != ipv4_unicast && !neighbor.families.contains(family))
            words.add_error(at, "a route of " + family_words(family) + ", which is not among the families of the neighbor");
    neighbor.routes = std::move(draft.routes);
    for (auto& message : draft.operationals)
        if (neighbor.families.contains(family_of(message))) neighbor.operationals.push_back(std::move(message));
    return neighbor;
}

}   // namespace barrage::exabgp
