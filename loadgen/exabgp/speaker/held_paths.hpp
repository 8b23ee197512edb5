#pragma once
// Routes with path identifiers that a neighbour is to have, by prefix: a session without ADD-PATH (RFC 7911) carries one of each prefix, the first
// (rib/path_owners.hpp), and whoever announces another is to know. On the speaker's thread.

#include <algorithm>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "rib/route_key.hpp"

namespace barrage::exabgp {

class HeldPaths {
public:
    void announced(const RouteKey& key)
    {
        if (!key.path_id) return;
        auto& ids = ids_[name_of(key)];
        if (std::ranges::find(ids, *key.path_id) == ids.end()) ids.push_back(*key.path_id);
    }
    void withdrawn(const RouteKey& key)
    {
        if (!key.path_id) return;
        const auto found = ids_.find(name_of(key));
        if (found == ids_.end()) return;
        std::erase(found->second, *key.path_id);
        if (found->second.empty()) ids_.erase(found);
    }
    void clear() { ids_.clear(); }
    /// Whether the prefix is another route's.
    [[nodiscard]] bool is_taken(const RouteKey& key) const
    {
        if (!key.path_id) return false;
        const auto found = ids_.find(name_of(key));
        return found != ids_.end() && found->second.front() != *key.path_id;
    }

private:
    struct HashName {
        std::size_t operator()(const RouteKey& key) const noexcept { return hash_of_route(key); }
    };
    struct SameName {
        bool operator()(const RouteKey& a, const RouteKey& b) const noexcept { return name_same_route(a, b); }
    };
    static RouteKey name_of(RouteKey key)
    {
        key.path_id.reset();
        return key;
    }
    boost::unordered_flat_map<RouteKey, std::vector<PathId>, HashName, SameName> ids_;   // in the order of their announcement
};

}   // namespace barrage::exabgp
