#pragma once
// The routes of one peer that were announced or withdrawn one by one: they lie over its tables. Each is known by its number, which stays while
// the overlay says anything of it, be it that it is withdrawn. One thread: its peer's shard.

#include <cstdint>
#include <vector>

#include <boost/container/deque.hpp>

#include "rib/attribute_set.hpp"
#include "rib/route_index.hpp"

namespace barrage {

class RouteOverlay {
public:
    static constexpr std::uint32_t none = RouteIndex::none;

    struct Route {
        RouteKey key;                            // without NLRI where the number is free
        AttributeSetRef attributes;              // null: withdrawn
        AttributeSetRef advertised_attributes;   // where advertised: as the peer knows it; null: as withdrawn
        std::uint64_t announced_as = 0;          // its place in the order of first announcements
        std::uint32_t waits_in = 0;              // the number of the batch of changes it waits in; 0: it does not wait
        std::uint32_t runs_before = 0;           // where advertised: runs that had gone out until then
        bool advertised = false;                 // the peer may have it, or may have been sent its withdrawal
    };

    [[nodiscard]] Route& operator[](std::uint32_t number) noexcept { return routes_[number]; }
    [[nodiscard]] const Route& operator[](std::uint32_t number) const noexcept { return routes_[number]; }
    /// All numbers are below it, free ones among them.
    [[nodiscard]] std::uint32_t end() const noexcept { return static_cast<std::uint32_t>(routes_.size()); }
    /// The number of the route, or none.
    [[nodiscard]] std::uint32_t find(const RouteKey& key) const
    {
        return index_.find(key, [this](std::uint32_t number) -> const RouteKey& { return routes_[number].key; });
    }
    /// … which it has from now on where it had none: not announced. Of labels those of `key` are kept.
    std::uint32_t find_or_add(const RouteKey& key);
    /// Whether it is known with other labels than these: then the same attributes are another announcement (RFC 8277 section 2.4).
    [[nodiscard]] bool has_other_labels(const RouteKey& key) const;
    /// Null: withdrawn.
    void set_attributes(std::uint32_t number, AttributeSetRef attributes);
    /// Frees the number.
    void erase(std::uint32_t number);

    /// Routes that hold.
    [[nodiscard]] std::size_t holding() const noexcept { return holding_; }
    /// Numbers of the routes that hold, and `with_withdrawn` of those that are remembered as withdrawn, in the order of first announcements.
    [[nodiscard]] std::vector<std::uint32_t> in_order_of_announcement(bool with_withdrawn = false) const;

private:
    // In blocks: a flood of new routes moves none of those that are there.
    using Blocks = boost::container::deque_options<boost::container::block_size<512u>>::type;
    boost::container::deque<Route, void, Blocks> routes_;
    std::vector<std::uint32_t> free_;
    RouteIndex index_;   // into routes_
    std::uint64_t next_announced_ = 0;
    std::size_t holding_ = 0;
};

}   // namespace barrage
