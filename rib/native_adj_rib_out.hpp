#pragma once
// An Adj-RIB-Out whose changes wait by route: a newer change of a route replaces the one that waits and keeps its place. They go out by
// attribute set, in the order of the sets' first use. One thread: its peer's shard.

#include "rib/adj_rib_out.hpp"

namespace barrage {

class NativeAdjRibOut final : public AdjRibOut {
public:
    void announce(const RouteKey& key, AttributeSetRef attributes) override;
    void withdraw(const RouteKey& key, AttributeSetRef attributes = {}) override;
    void restart(FamilySet families) override;
    void pack_changes(Packer& packer, PackedUpdates& into, std::size_t most_routes,
                      std::vector<RouteKey>* left_out = nullptr) override
    {
        pack_changes(std::get<UpdatePacker>(packer), into, most_routes, left_out);
    }
    void pack_changes(UpdatePacker& packer, PackedUpdates& into, std::size_t most_routes,
                      std::vector<RouteKey>* left_out = nullptr);

private:
    struct Batch {
        std::uint32_t number;
        std::vector<std::uint32_t> routes{};   // of the overlay
        std::size_t taken = 0;
    };

    void forget_changes() override;
    /// Of all families, since runs are not kept by family; with an End-of-RIB behind.
    void queue_refresh(const RefreshRequest& request) override;
    void wait(std::uint32_t number);
    /// The whole overlay waits, in the order of first announcements.
    void wait_again();

    std::deque<Batch> batches_;   // one for each Changes in queue_
    std::uint32_t next_batch_ = 1;
};

}   // namespace barrage
