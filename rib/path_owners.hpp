#pragma once
// On a session without path identifiers (RFC 7911) the routes of a prefix are one: the first that is sent has it until it is withdrawn, and others
// with another identifier are left out. Only prefixes of routes with identifiers cost anything. One thread: its peer's shard.

#include <optional>

#include <boost/unordered/unordered_flat_map.hpp>

#include "rib/route_key.hpp"

namespace barrage {

class PathOwners {
public:
    [[nodiscard]] bool empty() const noexcept { return owners_.empty(); }
    void clear() { owners_ = {}; }

    /// Whether this change can be sent: the prefix is nobody's, or this route's. `is_advertised(name)`: whether the route of this name without an
    /// identifier was sent, which is not noted here.
    bool takes(const RouteKey& key, bool withdraw, auto&& is_advertised)
    {
        auto name = key;
        name.path_id.reset();
        const auto owner = owners_.find(name);
        if (owner != owners_.end()) {
            if (owner->second != key.path_id) return false;
            if (withdraw) owners_.erase(owner);
            return true;
        }
        if (!key.path_id) return true;
        if (is_advertised(name)) return false;
        if (!withdraw) owners_.emplace(std::move(name), key.path_id);
        return true;
    }

private:
    struct HashName {
        std::size_t operator()(const RouteKey& key) const noexcept { return hash_of_route(key); }
    };
    struct SameName {
        bool operator()(const RouteKey& a, const RouteKey& b) const noexcept { return name_same_route(a, b); }
    };
    boost::unordered_flat_map<RouteKey, std::optional<PathId>, HashName, SameName> owners_;   // by name, without identifiers
};

}   // namespace barrage
