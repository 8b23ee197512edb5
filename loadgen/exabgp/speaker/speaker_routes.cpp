// The speaker's route changes and messages: to whom, and as which commands of the engine.

#include <algorithm>
#include <mutex>

#include "loadgen/exabgp/grammar/sent_attributes.hpp"
#include "loadgen/exabgp/speaker/peer_config.hpp"
#include "loadgen/exabgp/speaker/speaker_line.hpp"
#include "rib/route_walk.hpp"

namespace barrage::exabgp {

namespace {

/// The route's attributes with this next hop.
AttributeSetRef with_next_hop(AttributePool& pool, const AttributeSet& attributes, const IpAddress& address)
{
    Octets next_hop;
    Writer out{next_hop};
    if (address.is_v4())
        out.u32(address.v4().value);
    else
        out.octets(address.v6().value);
    return pool.intern(attributes.octets(), next_hop);
}

/// As ExaBGP names them.
std::string_view cease_words(std::uint8_t code)
{
    switch (CeaseSubcode{code}) {
    case CeaseSubcode::maximum_prefixes_reached: return "Maximum Number of Prefixes Reached";
    case CeaseSubcode::administrative_shutdown: return "Administrative Shutdown";
    case CeaseSubcode::peer_deconfigured: return "Peer De-configured";
    case CeaseSubcode::administrative_reset: return "Administrative Reset";
    case CeaseSubcode::connection_rejected: return "Connection Rejected";
    case CeaseSubcode::other_configuration_change: return "Other Configuration Change";
    case CeaseSubcode::connection_collision_resolution: return "Connection Collision Resolution";
    case CeaseSubcode::out_of_resources: return "Out of Resources";
    default: return {};
    }
}

/// 6/2 and 6/4 have their words behind a length (RFC 9003), all others without.
NotificationError cease_as_exabgp(std::uint8_t code)
{
    const auto words = cease_words(code);
    const CeaseSubcode subcode{code};
    if (subcode == CeaseSubcode::administrative_shutdown || subcode == CeaseSubcode::administrative_reset)
        return cease(subcode, words);
    return {ErrorCode::cease, code, {words.begin(), words.end()}};
}

}   // namespace

AttributeSetRef Speaker::settled(const Line& line, const ConfiguredRoute& route) const
{
    if (!route.attributes) return route.attributes;
    const auto& config = line.status.config;
    const auto attributes = sends_aigp(config) ? route.attributes : without_aigp(route.attributes, *pool_);
    const auto self = route.next_hop_self ? self_address(config, route.key.family) : std::nullopt;
    return self ? with_next_hop(*pool_, *attributes, *self) : attributes;
}

std::vector<PeerIndex> Speaker::peers_of(const Neighbors& of, bool established_only) const
{
    std::vector<PeerIndex> peers;
    for (const auto neighbor : of)
        for (const auto& peer : line(neighbor).peers)
            if (peer.established || !established_only) peers.push_back(peer.index);
    return peers;
}

void Speaker::post_all(const Neighbors& to, std::vector<command::Any> what, Answer answer)
{
    engine_.post({.peers = peers_of(to, false), .what = std::move(what), .answer = std::move(answer)});
}

void Speaker::post_established(const Neighbors& to, std::vector<command::Any> what, Answer answer)
{
    engine_.post({.peers = peers_of(to, true), .what = std::move(what), .answer = std::move(answer)});
}

void Speaker::only_answer(Answer answer)
{
    if (answer) engine_.post({.peers = {}, .what = {}, .answer = std::move(answer)});   // in its place among the others
}

/// Neighbours that get the very same commands get them as one.
void Speaker::change(const Neighbors& to, const std::vector<ConfiguredRoute>& routes, bool withdraw, Answer answer)
{
    const bool any_self = std::ranges::any_of(routes, &ConfiguredRoute::next_hop_self);
    const bool any_aigp = std::ranges::any_of(routes, [](const ConfiguredRoute& route) {
        return route.attributes && has_attribute(route.attributes->octets(), AttributeType::aigp);
    });
    struct Group {
        NeighborIndex first;
        FamilySet families;
        Neighbors neighbors;
    };
    std::vector<Group> groups;
    FamilySet needed;
    for (const auto& route : routes) needed.insert(route.key.family);
    for (const auto neighbor : with_away_members(to)) {
        auto& each = line(neighbor);
        const auto families = each.status.config.families & needed;
        if (families.empty()) continue;
        for (const auto& route : routes)
            if (!withdraw && route.watchdog != 0 && families.contains(route.key.family)) each.watch(route);
        auto group = std::ranges::find_if(groups, [&](const Group& known) {
            const auto& other = line(known.first).status.config;
            if (any_aigp && sends_aigp(other) != sends_aigp(each.status.config)) return false;
            return known.families == families && (!any_self || (other.local_address == each.status.config.local_address &&
                                                                other.router_id == each.status.config.router_id));
        });
        if (group == groups.end()) group = groups.insert(groups.end(), Group{neighbor, families, {}});
        group->neighbors.push_back(neighbor);
    }
    for (const auto& group : groups) {
        std::vector<command::Any> what;
        what.reserve(routes.size());
        for (const auto& route : routes) {
            if (!group.families.contains(route.key.family) || !route.attributes) continue;
            if (!withdraw && route.watchdog != 0 && route.starts_withdrawn) continue;
            auto attributes = settled(line(group.first), route);
            for (const auto neighbor : group.neighbors) line(neighbor).note_path(route.key, withdraw);
            for (const auto neighbor : group.neighbors)
                if (line(neighbor).is_prefix()) line(neighbor).remember(route.key, withdraw ? AttributeSetRef{} : attributes);
            if (withdraw)
                what.emplace_back(command::Withdraw{route.key, std::move(attributes)});
            else
                what.emplace_back(command::Announce{route.key, std::move(attributes)});
        }
        post_all(group.neighbors, std::move(what), {});
    }
    only_answer(std::move(answer));
}

void Speaker::announce(const Neighbors& to, const std::vector<ConfiguredRoute>& routes, Answer answer)
{
    change(to, routes, false, std::move(answer));
}

void Speaker::withdraw(const Neighbors& to, const std::vector<ConfiguredRoute>& routes, Answer answer)
{
    change(to, routes, true, std::move(answer));
}

bool Speaker::Line::watch(const ConfiguredRoute& route)
{
    auto& routes = watched[route.watchdog];
    const auto known = std::ranges::find_if(routes, [&](const Watched& each) { return each.route.key == route.key; });
    if (known != routes.end())
        *known = {route, !route.starts_withdrawn};
    else
        routes.push_back({route, !route.starts_withdrawn});
    return !route.starts_withdrawn;
}

std::uint32_t Speaker::watchdog_number(const std::string& name) const
{
    const auto& names = configuration_.watchdogs;
    return static_cast<std::uint32_t>(std::ranges::find(names, name) - names.begin()) + 1;
}

bool Speaker::has_watchdog(const Neighbors& to, const std::string& name) const
{
    const auto number = watchdog_number(name);
    return std::ranges::any_of(to, [&](NeighborIndex neighbor) { return line(neighbor).watched.contains(number); });
}

void Speaker::move_watchdog(const Neighbors& to, const std::string& name, bool announce, Answer answer)
{
    const auto number = watchdog_number(name);
    for (const auto neighbor : with_away_members(to)) {
        auto& each = line(neighbor);
        const auto found = each.watched.find(number);
        if (found == each.watched.end()) continue;
        std::vector<command::Any> what;
        for (auto& watched : found->second) {
            if (std::exchange(watched.announced, announce) == announce) continue;
            auto attributes = settled(each, watched.route);
            each.note_path(watched.route.key, !announce);
            if (each.is_prefix()) each.remember(watched.route.key, announce ? attributes : AttributeSetRef{});
            if (announce)
                what.emplace_back(command::Announce{watched.route.key, std::move(attributes)});
            else
                what.emplace_back(command::Withdraw{watched.route.key, std::move(attributes)});
        }
        if (!what.empty()) post_all({neighbor}, std::move(what), {});
    }
    only_answer(std::move(answer));
}

void Speaker::flush(const Neighbors& to, Answer answer)
{
    for (const auto neighbor : to) {
        const auto& config = line(neighbor).status.config;
        post_established({neighbor}, {command::Resend{config.families, config.route_refresh}}, {});
    }
    only_answer(std::move(answer));
}

void Speaker::clear_out(const Neighbors& to, Answer answer)
{
    for (const auto neighbor : to) {
        auto& each = line(neighbor);
        each.paths.clear();
        if (!each.is_prefix()) continue;   // members that are still to come get nothing of it, as those that are there
        for (auto& [route, change] : each.changed) change.second = {};
        for (const auto& route : each.status.config.routes) each.remember(route.key, {});
    }
    post_all(with_away_members(to), {command::WithdrawAll{}}, std::move(answer));
}

void Speaker::clear_in(const Neighbors& to, Answer answer)
{
    const auto clear = [](Peer& peer, const OnShard&, TimePoint) {
        if (auto* kept = peer.adj_rib_in()) kept->clear();
    };
    post_all(to, {command::Visit{clear}}, std::move(answer));
}

void Speaker::show_adj_rib(Direction direction, const Neighbors& of, FamilySet families,
                           std::function<void(std::vector<ShownRoutes>)> answer)
{
    struct Gathered {
        std::mutex mutex;
        std::vector<ShownRoutes> routes;
    };
    const auto gathered = std::make_shared<Gathered>();
    for (const auto neighbor : of) gathered->routes.push_back({neighbor, {}});
    for (std::size_t i = 0; i < of.size(); ++i) {
        if (line(of[i]).peers.empty()) continue;
        const auto gather = [gathered, direction, families, i](Peer& peer, const OnShard&, TimePoint) {
            std::vector<ShownRoute> shown;
            const auto show = [&](const RouteKey& key, const AttributeSetRef& attributes) {
                if (families.contains(key.family)) shown.push_back({key, attributes});
            };
            if (direction == Direction::sent)
                for_each_held(peer.adj_rib_out(), show);
            else if (const auto* kept = peer.adj_rib_in())
                kept->for_each(show);
            const std::lock_guard lock{gathered->mutex};
            auto& all = gathered->routes[i].routes;
            all.insert(all.end(), std::make_move_iterator(shown.begin()), std::make_move_iterator(shown.end()));
        };
        engine_.post({.peers = {line(of[i]).peers.front().index}, .what = {command::Visit{gather}}});
    }
    only_answer([gathered, answer = std::move(answer)] { answer(std::move(gathered->routes)); });
}

void Speaker::end_of_rib(const Neighbors& to, Family family, Answer answer)
{
    post_established(to, {command::SendEndOfRib{FamilySet{family}}}, std::move(answer));
}

void Speaker::route_refresh(const Neighbors& to, Family family, Answer answer)
{
    Octets message;
    encode(RouteRefresh{.family = family}, message);
    post_established(to, {command::SendMessage{std::move(message)}}, std::move(answer));
}

void Speaker::operational(const Neighbors& to, const Operational& operational, Answer answer)
{
    Octets message;
    encode(operational, message);
    post_established(to, {command::SendMessage{std::move(message)}}, std::move(answer));
}

void Speaker::teardown(const Neighbors& to, std::uint8_t code, Answer answer)
{
    for (const auto neighbor : to) {
        const bool silent = line(neighbor).status.config.graceful_restart.has_value();
        const auto notification = silent ? std::nullopt : std::optional{cease_as_exabgp(code)};
        post_established({neighbor}, {command::Teardown{notification, true}}, {});
    }
    only_answer(std::move(answer));
}

}   // namespace barrage::exabgp
