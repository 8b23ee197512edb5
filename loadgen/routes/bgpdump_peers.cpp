#include "loadgen/routes/bgpdump_peers.hpp"

#include <algorithm>

namespace barrage {

BgpdumpPeers::Peer& BgpdumpPeers::peer(std::string_view name)
{
    if (last_ && last_name_ == name) return *last_;
    auto found = peers_.find(name);
    if (found == peers_.end()) {
        Peer peer{.number = peers_.size()};
        const auto bar = std::min(name.find('|'), name.size());
        const auto address = IpAddress::from_text(name.substr(0, bar));
        const auto as = Asn::from_text(name.substr(std::min(bar + 1, name.size())));
        if (address && as) {
            peer.address = *address;
            peer.as = *as;
            peer.is_one = true;
        }
        found = peers_.emplace(name, peer).first;
    }
    last_name_ = name;
    last_ = &found->second;
    return *last_;
}

void BgpdumpPeers::count(std::string_view name, bool in_rib)
{
    auto& of = peer(name);
    ++(in_rib ? of.routes : updates_);
}

void BgpdumpPeers::settle()
{
    using By = MrtPeerChoice::By;
    Peer* fullest = nullptr;
    for (auto& [name, peer] : peers_) {
        peer.wanted = peer.is_one && choice_.matches(peer.number, {peer.address, peer.as, {}});
        // Of equal ones the first.
        const bool more =
            !fullest || peer.routes > fullest->routes || (peer.routes == fullest->routes && peer.number < fullest->number);
        if (peer.is_one && more) fullest = &peer;
    }
    if (choice_.by != By::most_routes || has_updates()) return;
    for (auto& [name, peer] : peers_) peer.wanted = &peer == fullest;
}

std::string BgpdumpPeers::problem() const
{
    const bool any = std::ranges::any_of(peers_, [](const auto& named) { return named.second.wanted; });
    return any || !choice_.is_one() ? std::string{} : "it has no " + choice_.text();
}

}   // namespace barrage
