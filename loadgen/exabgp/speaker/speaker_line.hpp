#pragma once
// What the speaker keeps of a neighbour, shared by its source files alone. On the speaker's thread.

#include <map>

#include "loadgen/exabgp/speaker/held_paths.hpp"
#include "loadgen/exabgp/speaker/peer_config.hpp"
#include "loadgen/exabgp/speaker/speaker.hpp"

namespace barrage::exabgp {

struct Speaker::Line {
    struct PeerOf {
        PeerIndex index;
        IpAddress remote;
        bool established = false;
        bool ended = false;   // and does not try again
    };

    Status status;
    std::vector<PeerOf> peers;                    // one, but for a range: that has members instead
    std::map<IpAddress, NeighborIndex> members;   // of a range, also those that are away
    std::shared_ptr<const RouteSet> bulk;         // its configured routes, where they are many: then status.config has none
    std::uint64_t bulk_run = 0;
    /// By the watchdog's number: what it stands for, and what of that is announced.
    struct Watched {
        ConfiguredRoute route;
        bool announced = false;
    };
    std::map<std::uint32_t, std::vector<Watched>> watched;

    /// Of a range: what programs changed, for members that are still to come. Null: withdrawn.
    std::map<std::pair<Family, std::pair<std::uint64_t, std::string>>, std::pair<RouteKey, AttributeSetRef>> changed;
    void remember(const RouteKey& key, const AttributeSetRef& attributes)
    {
        const std::uint64_t path = key.path_id ? key.path_id->value + std::uint64_t{1} : 0;
        changed.insert_or_assign({key.family, {path, key.nlri}}, std::pair{key, attributes});
    }

    /// Of the configured routes: ExaBGP takes those of IPv4 unicast where the neighbour does not have the family, and never sends them.
    LeftOut not_configured;
    void note_not_configured();
    HeldPaths paths;   // of families without path identifiers
    /// Whether the session has path identifiers for its routes; before there is one, whether we offer them.
    [[nodiscard]] bool has_path_ids(Family family) const noexcept
    {
        return status.negotiated ? status.negotiated->options.add_path_send.contains(family)
                                 : offered_add_path(status.config).contains(family);
    }
    /// … and what it is to have.
    void note_path(const RouteKey& key, bool withdraw)
    {
        if (!key.path_id || has_path_ids(key.family)) return;
        withdraw ? paths.withdrawn(key) : paths.announced(key);
    }

    [[nodiscard]] bool is_prefix() const noexcept
    {
        const auto& config = status.config;
        return config.peer_mask != 0 && config.peer_mask < (config.peer_address.is_v4() ? 32 : 128);
    }
    [[nodiscard]] bool established() const noexcept
    {
        for (const auto& peer : peers)
            if (peer.established) return true;
        return false;
    }
    /// A route is watched from now on; true when it is to be announced.
    bool watch(const ConfiguredRoute& route);
};

}   // namespace barrage::exabgp
