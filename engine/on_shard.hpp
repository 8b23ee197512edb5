#pragma once
// Ownership in signatures: whoever takes `const OnShard&` runs on that shard's thread.

#include <atomic>
#include <cassert>
#include <cstdint>

namespace barrage {

using ShardIndex = std::uint32_t;

/// Proof that the caller runs on a shard's thread. Only Shard::enter() makes one, and the shard's thread function calls it: what takes the
/// proof is reached from there and from nowhere else. It is neither copied nor moved, so it ends with that function.
class OnShard {
public:
    OnShard(const OnShard&) = delete;
    OnShard& operator=(const OnShard&) = delete;
    ~OnShard() { entered_.store(false, std::memory_order_release); }
    [[nodiscard]] ShardIndex index() const noexcept { return index_; }

private:
    friend class Shard;
    OnShard(ShardIndex index, std::atomic<bool>& entered) noexcept : index_(index), entered_(entered)
    {
        [[maybe_unused]] const bool has_a_thread = entered_.exchange(true, std::memory_order_acquire);
        assert(!has_a_thread && "a shard has one thread");
    }
    ShardIndex index_;
    std::atomic<bool>& entered_;
};

}   // namespace barrage
