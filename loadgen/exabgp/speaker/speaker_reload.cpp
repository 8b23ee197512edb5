// The configuration changes while the speaker runs: read again, or neighbours come and go.

#include <fmt/format.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

#include "loadgen/console/print_error.hpp"
#include "loadgen/exabgp/grammar/parse_files.hpp"
#include "loadgen/exabgp/speaker/peer_config.hpp"
#include "loadgen/exabgp/speaker/speaker_line.hpp"
#include "rib/route_walk.hpp"

namespace barrage::exabgp {

NeighborIndex Speaker::add_neighbor(Neighbor neighbor, Answer answer)
{
    const auto added = take_in(std::move(neighbor));
    only_answer(std::move(answer));
    return added;
}

void Speaker::remove_neighbor(NeighborIndex neighbor, Answer answer)
{
    leave_out(neighbor, line(neighbor).status.config.graceful_restart ? std::nullopt
                                                                      : std::optional{cease(CeaseSubcode::peer_deconfigured)});
    only_answer(std::move(answer));
}

/// What an apply() did, in numbers of neighbours.
struct Speaker::Difference {
    std::size_t added = 0, removed = 0, replaced = 0, changed = 0;
};

std::expected<Configuration, std::string> Speaker::read_configuration()
{
    auto files = options_.files.now();
    if (options_.rotate && !files.empty()) {
        file_at_ = (file_at_ + 1) % files.size();
        files = {files[file_at_]};
    }
    auto next = options_.files.is_fleet() ? parse_fleet(files, *pool_) : parse_configuration(files, *pool_);
    // A file without a word is one that is being written, or that a full disk has cut: no wish to end every session.
    if (next && !next->files_without_words.empty() && !neighbors().empty())
        next = std::unexpected(std::vector<TextError>{{next->files_without_words.front(), 0, 0, {}, "is empty"}});
    if (next) return std::move(*next);
    for (const auto& error : next.error()) print_error("speak", to_text(error));
    print_error("speak", "the configuration stays as it was");
    return std::unexpected(to_text(next.error().front()));
}

void Speaker::take_configuration(Configuration next, Taking taking)
{
    const auto did = apply(std::move(next), taking.re_establish);
    if (!listener_) return;
    listener_->on_remark(
        fmt::format("the configuration was read again; neighbors: {} in all, {} new, {} with another session, {} with other "
                    "routes or programs, {} gone{}{}",
                    neighbors().size(), did.added, did.replaced, did.changed, did.removed,
                    taking.re_establish ? "; all sessions are set up anew" : "",
                    taking.restart_programs ? "; programs are started again" : ""));
    listener_->on_reloaded(taking.restart_programs);
}

void Speaker::reload(Taking taking)
{
    if (auto next = read_configuration()) take_configuration(std::move(*next), taking);
}

Speaker::Difference Speaker::apply(Configuration next, bool re_establish)
{
    Difference did;
    // Names of watchdogs keep their numbers: routes of programs know them by these.
    auto watchdogs = configuration_.watchdogs;
    for (auto& neighbor : next.neighbors)
        for (auto& route : neighbor.routes) {
            if (route.watchdog == 0) continue;
            const auto& name = next.watchdogs[route.watchdog - 1];
            auto known = std::ranges::find(watchdogs, name);
            if (known == watchdogs.end()) known = watchdogs.insert(watchdogs.end(), name);
            route.watchdog = static_cast<std::uint32_t>(known - watchdogs.begin()) + 1;
        }
    auto neighbors_then = neighbors();
    std::erase_if(neighbors_then, [&](NeighborIndex then) { return line(then).status.member_of.has_value(); });
    auto wanted = std::move(next.neighbors);
    configuration_ = std::move(next);
    configuration_.neighbors.clear();
    configuration_.watchdogs = std::move(watchdogs);

    for (auto& neighbor : wanted) {
        const auto name = neighbor_name(neighbor);
        const auto same = std::ranges::find_if(neighbors_then, [&](NeighborIndex then) {
            return line(then).status.name == name && same_session(line(then).status.config, neighbor);
        });
        if (same == neighbors_then.end()) {
            const auto replaced = std::ranges::find_if(neighbors_then, [&](NeighborIndex then) {
                return line(then).status.config.peer_address == neighbor.peer_address &&
                       line(then).status.config.local_address == neighbor.local_address;
            });
            if (replaced != neighbors_then.end()) {
                leave_out(*replaced, line(*replaced).status.config.graceful_restart
                                         ? std::nullopt
                                         : std::optional{cease(CeaseSubcode::other_configuration_change)});
                neighbors_then.erase(replaced);
                ++did.replaced;
            } else {
                ++did.added;
            }
            take_in(std::move(neighbor));
            continue;
        }
        const auto index = *same;
        neighbors_then.erase(same);
        for (const auto& [address, member] : line(index).members) {
            auto of_member = neighbor;
            of_member.peer_address = address;
            (void)change_routes(member, std::move(of_member));
        }
        if (change_routes(index, std::move(neighbor))) ++did.changed;
        if (re_establish) teardown(with_members({index}), std::to_underlying(CeaseSubcode::administrative_reset), {});
    }
    for (const auto gone : neighbors_then) remove_neighbor(gone, {});
    did.removed = neighbors_then.size();
    if (const auto problem = listen()) print_error("speak", *problem);
    return did;
}

/// New routes are announced, changed ones too, and those that are gone withdrawn; what programs announced stays. Whether anything is other than it was.
bool Speaker::change_routes(NeighborIndex neighbor, Neighbor next)
{
    auto& each = line(neighbor);
    auto& config = each.status.config;
    boost::unordered_flat_map<RouteKey, AttributeSetRef, boost::hash<RouteKey>> before;
    if (each.bulk)
        for_each_route(RouteSlice::whole(each.bulk),
                       [&](const RouteKey& key, const AttributeSetRef& attributes) { before.emplace(key, attributes); });
    for (const auto& route : config.routes) before.insert_or_assign(route.key, settled(each, route));

    if (observed_messages(config) != observed_messages(next))
        post_all({neighbor}, {command::Visit{[kinds = observed_messages(next)](Peer& peer, const OnShard& here, TimePoint) {
                     peer.observe_messages(here, kinds.sent, kinds.received);
                 }}},
                 {});
    const bool observes_otherwise = config.apis != next.apis;
    config.apis = next.apis;
    config.description = next.description;
    config.operationals = next.operationals;

    std::vector<command::Any> what;
    std::map<std::uint32_t, std::vector<Line::Watched>> watched = std::exchange(each.watched, {});
    std::vector<command::Any> announced;
    for (const auto& route : next.routes) {
        const auto known = before.find(route.key);
        auto attributes = settled(each, route);
        const bool was_there = known != before.end();
        const bool is_same = was_there && known->second == attributes;
        if (was_there) before.erase(known);
        if (route.watchdog != 0) {
            each.watch(route);
            if (is_same) {   // as the watchdog left it
                for (const auto& then : watched[route.watchdog])
                    if (then.route.key == route.key) each.watched[route.watchdog].back().announced = then.announced;
                continue;
            }
            if (route.starts_withdrawn) continue;
        }
        each.note_path(route.key, !attributes);
        if (!is_same && attributes) announced.emplace_back(command::Announce{route.key, std::move(attributes)});
    }
    for (const auto& [key, attributes] : before) {
        each.note_path(key, true);
        what.emplace_back(command::Withdraw{key, attributes});
    }
    what.insert(what.end(), std::make_move_iterator(announced.begin()), std::make_move_iterator(announced.end()));
    if (!each.bulk) config.routes = std::move(next.routes);
    const bool changes = observes_otherwise || !what.empty();
    if (!what.empty()) post_all({neighbor}, std::move(what), {});
    if (each.bulk) {   // later differences are taken from what is configured now
        config.routes = std::move(next.routes);
        each.bulk.reset();
    }
    each.note_not_configured();
    return changes;
}

}   // namespace barrage::exabgp
