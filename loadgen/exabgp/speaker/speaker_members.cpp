// Neighbours of a range: each address that connects is a neighbour of its own, with the range's configuration, from then until its connection is gone.
// What was announced to it stays with its peer, for when it comes back.

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/exabgp/speaker/peer_config.hpp"
#include "loadgen/exabgp/speaker/speaker_line.hpp"

namespace barrage::exabgp {

/// The peer of a neighbour that may be away; nothing where there are too many.
std::optional<PeerIndex> Speaker::take_member(NeighborIndex range, const IpAddress& remote)
{
    auto& from = line(range);
    if (const auto known = from.members.find(remote); known != from.members.end()) {
        auto& member = line(known->second);
        member.status.away = false;
        call_by_address(known->second, true);
        if (listener_) listener_->on_members_changed();
        return member.peers.front().index;
    }
    constexpr std::size_t most_members = 1 << 16;
    if (from.members.size() >= most_members) return std::nullopt;
    const auto index = static_cast<NeighborIndex>(lines_.size());
    lines_.push_back(std::make_unique<Line>());
    auto& each = line(index);
    each.status.config = from.status.config;
    each.status.config.peer_address = remote;
    each.status.config.peer_mask = remote.is_v4() ? 32 : 128;
    each.status.name = neighbor_name(each.status.config);
    each.status.member_of = range;
    each.bulk = from.bulk;
    each.not_configured = from.not_configured;
    each.bulk_run = from.bulk_run;
    each.watched = from.watched;
    from.members.emplace(remote, index);
    call_by_address(index, true);
    each.changed = from.changed;
    const auto peer = add_peer(index, remote);
    each.changed.clear();
    if (listener_) listener_->on_members_changed();
    return peer;
}

void Speaker::member_left(NeighborIndex member)
{
    line(member).status.away = true;
    call_by_address(member, false);
    if (listener_) listener_->on_members_changed();
}

void Speaker::call_by_address(NeighborIndex neighbor, bool is_there)
{
    const auto& address = line(neighbor).status.config.peer_address;
    const auto [first, last] = by_address_.equal_range(address);
    const auto known = std::find_if(first, last, [&](const auto& each) { return each.second == neighbor; });
    if (is_there && known == last) by_address_.emplace(address, neighbor);
    if (!is_there && known != last) by_address_.erase(known);
}

Speaker::Neighbors Speaker::with_members(Neighbors of) const
{
    std::set<NeighborIndex> more;
    for (const auto neighbor : of)
        for (const auto& [address, member] : line(neighbor).members)
            if (!line(member).status.away) more.insert(member);
    for (const auto neighbor : of) more.erase(neighbor);
    of.insert(of.end(), more.begin(), more.end());
    return of;
}

/// What changes routes of a range is for its members that are away, too.
Speaker::Neighbors Speaker::with_away_members(const Neighbors& of) const
{
    auto all = of;
    for (const auto neighbor : of)
        for (const auto& [address, member] : line(neighbor).members)
            if (line(member).status.away) all.push_back(member);
    return all;
}

/// Said once of an address, and only counted from then on: it may try for ever.
void Speaker::refuse(const Endpoint& remote, const Endpoint& local, std::string_view why)
{
    ++refused_;
    constexpr std::size_t most_reported = 1024;
    if (!listener_ || reported_refused_.size() > most_reported || !reported_refused_.insert(remote.address).second) return;
    if (reported_refused_.size() > most_reported)
        listener_->on_remark("connections of more addresses are refused, and only counted from now on: status shows how many");
    else
        listener_->on_remark(fmt::format("a connection from {} to {} is refused: {}; more from there are only counted",
                                         to_text(remote.address), to_text(local), why));
}

}   // namespace barrage::exabgp
