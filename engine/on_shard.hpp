#pragma once
// Ownership in signatures: whoever takes `const OnShard&` runs on that shard's thread.

#include <cstdint>

namespace barrage {

using ShardIndex = std::uint32_t;

/// Proof that the caller runs on a shard's thread. Each Shard makes one for life, in sync mode too, where there is one shard;
/// it cannot be copied.
class OnShard {
public:
    OnShard(const OnShard&) = delete;
    OnShard& operator=(const OnShard&) = delete;
    [[nodiscard]] ShardIndex index() const noexcept { return index_; }

private:
    friend class Shard;
    explicit OnShard(ShardIndex index) noexcept : index_(index) {}
    ShardIndex index_;
};

}   // namespace barrage
