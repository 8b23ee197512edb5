#pragma once
// Makes equal attribute sets one: the *intern* stage of the road of a route. Comparison is by pointer afterwards.
// Any thread may intern and release at any time; the pool is cut into parts with a lock each.
// The pool outlives every set it gave out.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "rib/attribute_set.hpp"

namespace barrage {

class AttributePool {
public:
    AttributePool();
    ~AttributePool();
    AttributePool(const AttributePool&) = delete;
    AttributePool& operator=(const AttributePool&) = delete;

    /// `octets` are canonical (see AttributeSet; canonical_attributes() makes them so), at most 65535, `next_hop` at most 255.
    AttributeSetRef intern(OctetView octets, OctetView next_hop);

    struct Size {
        std::size_t sets = 0;
        std::size_t octets = 0;   // of attributes and next hops, without what the pool adds
    };
    [[nodiscard]] Size size() const;

private:
    friend class AttributeSetRef;
    void reclaim(const AttributeSet* set, std::uint64_t hash) noexcept;

    struct Part;
    static constexpr std::size_t part_count = 64;
    std::unique_ptr<std::array<Part, part_count>> parts_;
};

}   // namespace barrage
