// Whom routes can reach and what neighbours are called: what is said where a command does nothing, and in the log.

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/speaker/speaker_line.hpp"
#include "loadgen/words/session_name.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::size_t most_named = 4;   // neighbours in one line

SessionId id_of(const Speaker::Status& status, bool is_prefix)
{
    const auto& config = status.config;
    SessionId id{
        .peer = config.peer_address, .local = config.local_address, .local_as = config.local_as, .peer_as = config.peer_as};
    if (is_prefix) id.prefix_length = config.peer_mask;
    const auto name = name_of(config);
    id.more = "router-id " + name.router_id;
    if (config.multi_session) id.more += ", " + name.family_allowed;
    return id;
}

}   // namespace

std::string Speaker::name(NeighborIndex neighbor) const
{
    const auto& each = line(neighbor);
    std::vector<SessionId> others;
    const auto [first, last] = by_address_.equal_range(each.status.config.peer_address);
    for (auto other = first; other != last; ++other)
        if (other->second != neighbor) others.push_back(id_of(line(other->second).status, line(other->second).is_prefix()));
    return session_name(id_of(each.status, each.is_prefix()), others);
}

std::string Speaker::names(const Neighbors& of) const
{
    std::string text;
    for (std::size_t i = 0; i < of.size() && i < most_named; ++i) text += (i == 0 ? "" : ", ") + name(of[i]);
    if (of.size() > most_named) text += fmt::format(" and {} more", of.size() - most_named);
    return text;
}

/// ExaBGP asks whether it is configured alone; RFC 2918 section 4 asks for the peer's capability.
bool Speaker::sends_route_refresh(NeighborIndex neighbor) const
{
    const auto& status = line(neighbor).status;
    return status.config.route_refresh && (!options_.rfc || (status.negotiated && status.negotiated->route_refresh));
}

/// What an UPDATE cannot carry is said once for each reason and session.
void Speaker::count_left_out(NeighborIndex neighbor, const LeftOut& routes)
{
    auto& status = line(neighbor).status;
    status.left_out.add_counts(routes);
    routes.for_each([&](const LeftOutWords& reason, const LeftOut::OfReason& of) {
        const auto number = static_cast<std::size_t>(&reason - left_out_words.data());
        if (status.left_out_reported.test(number)) return;
        status.left_out_reported.set(number);
        if (listener_) listener_->on_left_out(neighbor, reason, of.sample);
    });
}

/// When the session is up: which of them it cannot carry.
void Speaker::look_at_configured_routes(NeighborIndex neighbor)
{
    auto& each = line(neighbor);
    for (const auto& route : each.status.config.routes) each.note_path(route.key, false);
    if (!each.not_configured.empty()) count_left_out(neighbor, each.not_configured);
}

void Speaker::Line::note_not_configured()
{
    not_configured = {};
    for (const auto& route : status.config.routes)
        if (!status.config.families.contains(route.key.family))
            not_configured.add(LeftOutReason::not_configured, 1, [&] {
                const auto* octets = reinterpret_cast<const std::uint8_t*>(route.key.nlri.data());
                return sample_text(route.key.family, {octets, route.key.nlri.size()}, false);
            });
}

std::string Speaker::claim_path(const Neighbors& to, const RouteKey& key)
{
    std::string names;
    bool any = false;
    for (const auto neighbor : to) {
        auto& each = line(neighbor);
        if (!takes(neighbor, key.family)) continue;
        if (each.has_path_ids(key.family) || !each.paths.is_taken(key)) {
            any = true;
            each.note_path(key, false);
        } else if (status(neighbor).state != State::established) {
            any = true;   // the session may have them
        } else {
            names += (names.empty() ? "" : ", ") + name(neighbor);
        }
    }
    if (any || names.empty()) return {};
    return fmt::format("{} has no path identifiers (ADD-PATH) of {} in its session, and another route of the prefix", names,
                       family_words(key.family));
}

bool Speaker::takes(NeighborIndex neighbor, Family family) const
{
    const auto& status = line(neighbor).status;
    return status.config.families.contains(family) && (!status.negotiated || status.negotiated->families.contains(family));
}

Speaker::Reach Speaker::reach(const Neighbors& to) const
{
    Reach reach{.some = {}, .all = to.empty() ? FamilySet{} : FamilySet::all()};
    for (const auto neighbor : to) {
        const auto& status = line(neighbor).status;
        const auto takes = status.negotiated ? status.config.families & status.negotiated->families : status.config.families;
        takes.for_each([&](Family family) { reach.some.insert(family); });
        reach.all = reach.all & takes;
    }
    return reach;
}

std::string Speaker::why_not(const Neighbors& to, Family family) const
{
    std::string text;
    std::size_t more = 0;
    std::size_t named = 0;
    for (const auto neighbor : to) {
        if (takes(neighbor, family)) continue;
        if (named == most_named) {
            ++more;
            continue;
        }
        if (named++ != 0) text += ", ";
        const bool configured = line(neighbor).status.config.families.contains(family);
        text +=
            fmt::format("{} has no {} in its {}", name(neighbor), family_words(family), configured ? "session" : "configuration");
    }
    if (more != 0) text += fmt::format(", and {} more", more);
    return text;
}

}   // namespace barrage::exabgp
