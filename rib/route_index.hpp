#pragma once
// Numbers of routes, found by what names them. The keys stay with whoever gave the numbers: an entry here is eight octets, and growing it
// touches none of them. One thread.

#include <cstdint>
#include <type_traits>

#include <boost/unordered/unordered_flat_set.hpp>

#include "rib/route_key.hpp"

namespace barrage {

class RouteIndex {
public:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    /// The number of the route, or none. `key_of(number)` gives the key of a route that was inserted.
    [[nodiscard]] std::uint32_t find(const RouteKeyView& key, const auto& key_of) const
    {
        const auto found = slots_.find(Wanted<std::remove_cvref_t<decltype(key_of)>>{key, key_of, folded(key)});
        return found == slots_.end() ? none : found->number;
    }
    /// One that find() does not find.
    void insert(const RouteKeyView& key, std::uint32_t number) { slots_.insert({folded(key), number}); }
    void erase(const RouteKeyView& key, std::uint32_t number) { slots_.erase({folded(key), number}); }

private:
    struct Slot {
        std::uint32_t hash;
        std::uint32_t number;
    };
    template <class KeyOf>
    struct Wanted {
        const RouteKeyView& key;
        const KeyOf& key_of;
        std::uint32_t hash;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(const auto& what) const noexcept { return what.hash; }
    };
    struct Equal {
        using is_transparent = void;
        bool operator()(const Slot& a, const Slot& b) const noexcept { return a.number == b.number; }
        template <class KeyOf>
        bool operator()(const Wanted<KeyOf>& wanted, const Slot& slot) const noexcept
        {
            return wanted.hash == slot.hash && name_same_route(wanted.key, wanted.key_of(slot.number));
        }
    };
    static std::uint32_t folded(const RouteKeyView& key) noexcept
    {
        const std::uint64_t hash = hash_of_route(key);
        return static_cast<std::uint32_t>(hash ^ hash >> 32);
    }

    boost::unordered_flat_set<Slot, Hash, Equal> slots_;
};

}   // namespace barrage
