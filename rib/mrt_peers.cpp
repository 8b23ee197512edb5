#include "rib/mrt_peers.hpp"

#include <charconv>

namespace barrage {

std::optional<MrtPeerChoice> MrtPeerChoice::from_text(std::string_view text) noexcept
{
    if (text == "all") return MrtPeerChoice{.by = By::all};
    if (text == "most") return MrtPeerChoice{.by = By::most_routes};
    if (text.starts_with("AS") || text.starts_with("as")) {
        const auto as = Asn::from_text(text.substr(2));
        if (!as) return std::nullopt;
        return MrtPeerChoice{.by = By::as, .number = as->value};
    }
    std::uint32_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error == std::errc{} && end == text.data() + text.size()) return MrtPeerChoice{.by = By::index, .number = index};
    if (const auto address = IpAddress::from_text(text)) return MrtPeerChoice{.by = By::address, .address = *address};
    return std::nullopt;
}

std::string MrtPeerChoice::text() const
{
    switch (by) {
    case By::most_routes: return "peer with most routes";
    case By::all: return "peer";
    case By::index: return "peer " + std::to_string(number);
    case By::address: return "peer " + to_text(address);
    case By::as: return "peer of AS" + std::to_string(number);
    }
    return {};
}

bool MrtPeerChoice::matches(std::size_t index, const MrtPeer& peer) const noexcept
{
    switch (by) {
    case By::most_routes:
    case By::all: return true;
    case By::index: return index == number;
    case By::address: return peer.address == address;
    case By::as: return peer.as.value == number;
    }
    return false;
}

std::size_t MrtPeers::add(const MrtPeer& peer)
{
    const auto number = peers_.size();
    const bool wanted = choice_.matches(number, peer);
    peers_.push_back(peer);
    wanted_.push_back(wanted ? 1 : 0);
    any_wanted_ = any_wanted_ || wanted;
    numbers_.emplace(peer, number);
    return number;
}

std::size_t MrtPeers::number_of(const MrtPeer& peer)
{
    const auto found = numbers_.find(peer);
    return found != numbers_.end() ? found->second : add(peer);
}

void MrtPeers::set_table(const std::vector<MrtPeer>& table)
{
    const bool first = peers_.empty();
    table_.clear();
    table_.reserve(table.size());
    for (const auto& peer : table) table_.push_back(first ? add(peer) : number_of(peer));
}

}   // namespace barrage
