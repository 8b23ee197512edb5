#include "loadgen/play/played_peers.hpp"

#include <fmt/format.h>

#include <cmath>

namespace barrage {

std::string name_of(const PlayedPeer& peer)
{
    auto name = peer.group->count == 1 ? peer.group->name : fmt::format("{} {}", peer.group->name, peer.of_group + 1);
    if (peer.config.local_address) name += fmt::format(" ({})", to_text(*peer.config.local_address));
    return name;
}

void PlayedPeers::has_index(PlayedPeer& peer, PeerIndex index)
{
    peer.index = index;
    by_index_.resize(std::max<std::size_t>(by_index_.size(), index + 1));
    by_index_[index] = peer.number;
}

std::shared_ptr<const std::vector<PlayedPeer*>> PlayedPeers::by_index()
{
    auto peers = std::make_shared<std::vector<PlayedPeer*>>();
    for (const auto number : by_index_) peers->push_back(&all_[number]);
    return peers;
}

std::vector<PlayedPeer*> PlayedPeers::chosen(const std::vector<std::string>& groups, Which which)
{
    std::vector<PlayedPeer*> found;
    for (auto& peer : all_) {
        if (!concerns(groups, peer.group->name)) continue;
        if (which == Which::senders && !peer.group->sends()) continue;
        if (which == Which::receivers && !peer.group->measures()) continue;
        found.push_back(&peer);
    }
    return found;
}

std::vector<PlayedPeer*> PlayedPeers::part_of(const std::vector<PlayedPeer*>& peers, RoutesPart part)
{
    std::vector<PlayedPeer*> found;
    for (auto* peer : peers) {
        // Never more than was asked for.
        constexpr double rounding = 1e-6;
        const auto whole = [&](double share) { return static_cast<std::uint32_t>(share * peer->group->count + rounding); };
        const auto first = whole(part.from);
        if (peer->of_group >= first && peer->of_group < first + whole(part.to - part.from)) found.push_back(peer);
    }
    // Of so few that the share is of none, one: of no peer nothing would be seen.
    if (found.empty() && !peers.empty()) found.push_back(peers.front());
    return found;
}

std::vector<PeerIndex> PlayedPeers::measuring() const
{
    std::vector<PeerIndex> peers;
    for (const auto& peer : all_)
        if (peer.index && peer.config.receive) peers.push_back(*peer.index);
    return peers;
}

std::size_t PlayedPeers::without_address() const noexcept
{
    return static_cast<std::size_t>(
        std::ranges::count_if(all_, [](const PlayedPeer& peer) { return !peer.config.local_address; }));
}

PeerNumbers PlayedPeers::totals(const Engine& engine, const std::vector<std::string>* groups) const
{
    PeerNumbers all;
    for (const auto& peer : all_) {
        if (!peer.index) continue;
        auto numbers = engine.numbers(*peer.index);
        if (groups && !groups->empty() && std::ranges::find(*groups, peer.group->name) == groups->end())
            numbers.sent_routes = numbers.wire_routes = numbers.wire_updates = numbers.wire_octets = numbers.acked_routes = 0;
        if (!peer.group->sends()) numbers.blocked_nanoseconds = 0;
        if (!peer.group->receives()) numbers.received_updates = numbers.received_octets = numbers.full_reads = 0;
        all += numbers;
    }
    return all;
}

bool PlayedPeers::all_acked(const std::vector<PlayedPeer*>& peers)
{
    return std::ranges::all_of(peers, [](const PlayedPeer* peer) { return peer->acked || !peer->up; });
}

std::vector<double> PlayedPeers::divided(double rate, std::size_t peers)
{
    // Whole routes a second each, which together are what was asked for; 0 is no rate, so each has one at least.
    std::vector<double> each(peers, 0);
    if (rate <= 0 || peers == 0) return each;
    const auto whole = std::floor(rate / static_cast<double>(peers));
    const auto more = static_cast<std::size_t>(std::llround(rate - whole * static_cast<double>(peers)));
    for (std::size_t i = 0; i < peers; ++i) each[i] = std::max(1.0, whole + (i < more ? 1 : 0));
    return each;
}

}   // namespace barrage
