#include "rib/attribute_pool.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cassert>
#include <cstring>
#include <new>
#include <xxhash.h>

#include "codec/attribute/attribute_view.hpp"
#include "codec/attribute/registry.hpp"
#include "rib/short_copy.hpp"

namespace barrage {

namespace {

std::uint64_t hash_of(OctetView octets, OctetView next_hop) noexcept
{
    const auto seed = XXH3_64bits(next_hop.data(), next_hop.size());
    return XXH3_64bits_withSeed(octets.data(), octets.size(), seed);
}

/// What a set is looked up by before it exists.
struct Candidate {
    OctetView octets;
    OctetView next_hop;
    std::uint64_t hash;
};

/// What a set is looked up by when it may be gone already: its address, which is never followed.
struct Address {
    const AttributeSet* set;
    std::uint64_t hash;
};

struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(const AttributeSet* set) const noexcept { return set->hash(); }
    std::size_t operator()(const Candidate& candidate) const noexcept { return candidate.hash; }
    std::size_t operator()(const Address& address) const noexcept { return address.hash; }
};

struct Equal {
    using is_transparent = void;
    bool operator()(const AttributeSet* a, const AttributeSet* b) const noexcept { return a == b; }
    bool operator()(const Address& a, const AttributeSet* b) const noexcept { return a.set == b; }
    bool operator()(const AttributeSet* a, const Address& b) const noexcept { return a == b.set; }
    bool operator()(const Candidate& a, const AttributeSet* b) const noexcept
    {
        return a.hash == b->hash() && std::ranges::equal(a.octets, b->octets()) && std::ranges::equal(a.next_hop, b->next_hop());
    }
    bool operator()(const AttributeSet* a, const Candidate& b) const noexcept { return (*this)(b, a); }
};

struct Landmarks {
    std::size_t as_path_at = 0;
    std::size_t as_path_end = 0;
    bool has_internal_only = false;
    bool has_local_pref = false;
};

/// One walk over canonical octets; they are our own, so their framing is right.
Landmarks landmarks_of(OctetView octets) noexcept
{
    Landmarks found;
    for (Reader in{octets}; const auto attribute = next_attribute(in);) {
        const auto type = attribute->type;
        if (type < AttributeType::as_path) found.as_path_at = found.as_path_end = in.offset();
        if (type == AttributeType::as_path) {
            found.as_path_at = attribute->offset;
            found.as_path_end = in.offset();
        }
        found.has_local_pref |= type == AttributeType::local_pref;
        found.has_internal_only |= codec_of(type).internal_only;
    }
    return found;
}

}   // namespace

struct AttributePool::Part {
    mutable std::mutex mutex;
    boost::unordered_flat_set<const AttributeSet*, Hash, Equal> sets;
    std::size_t octets = 0;
};

namespace {

/// By bits that the table inside does not use: it takes its groups from the highest and marks its slots with the lowest eight.
std::size_t part_of(std::uint64_t hash, std::size_t count) noexcept { return hash >> 8 & (count - 1); }

}   // namespace

AttributePool::AttributePool() : parts_(std::make_unique<std::array<Part, part_count>>()) {}

AttributePool::~AttributePool()
{
    for (auto& part : *parts_)
        for (const auto* set : part.sets) {
            assert(set->references_.load() == 0 && "an attribute set outlives its pool");
            set->~AttributeSet();
            ::operator delete(const_cast<AttributeSet*>(set));
        }
}

AttributeSetRef AttributePool::intern(OctetView octets, OctetView next_hop)
{
    assert(octets.size() <= 0xffff && next_hop.size() <= 0xff);
    const Candidate candidate{octets, next_hop, hash_of(octets, next_hop)};
    auto& part = (*parts_)[part_of(candidate.hash, part_count)];
    const std::lock_guard lock{part.mutex};
    if (const auto found = part.sets.find(candidate); found != part.sets.end()) return AttributeSetRef{*found};

    void* memory = ::operator new(sizeof(AttributeSet) + octets.size() + next_hop.size() + copy_slack);
    auto* set = new (memory) AttributeSet;
    auto* copy = reinterpret_cast<std::uint8_t*>(set + 1);
    std::ranges::copy(octets, copy);
    std::ranges::copy(next_hop, copy + octets.size());
    const auto landmarks = landmarks_of(octets);
    set->hash_ = candidate.hash;
    set->pool_ = this;
    set->size_ = static_cast<std::uint16_t>(octets.size());
    set->next_hop_size_ = static_cast<std::uint8_t>(next_hop.size());
    set->as_path_at_ = static_cast<std::uint16_t>(landmarks.as_path_at);
    set->as_path_end_ = static_cast<std::uint16_t>(landmarks.as_path_end);
    set->has_internal_only_ = landmarks.has_internal_only;
    set->has_local_pref_ = landmarks.has_local_pref;
    part.sets.insert(set);
    part.octets += octets.size() + next_hop.size();
    return AttributeSetRef{set};
}

void AttributePool::reclaim(const AttributeSet* set, std::uint64_t hash) noexcept
{
    auto& part = (*parts_)[part_of(hash, part_count)];
    const std::lock_guard lock{part.mutex};
    // Between the last release and this lock another thread may have found the set again, and even given it up and had it freed:
    // only its presence in the table makes it safe to look at.
    const auto found = part.sets.find(Address{set, hash});
    if (found == part.sets.end() || set->references_.load(std::memory_order_acquire) != 0) return;
    part.sets.erase(found);
    part.octets -= set->octets().size() + set->next_hop().size();
    set->~AttributeSet();
    ::operator delete(const_cast<AttributeSet*>(set));
}

AttributePool::Size AttributePool::size() const
{
    Size size;
    for (const auto& part : *parts_) {
        const std::lock_guard lock{part.mutex};
        size.sets += part.sets.size();
        size.octets += part.octets;
    }
    return size;
}

void AttributeSetRef::release() noexcept
{
    if (!set_) return;
    // Read before the count falls: afterwards the set may be gone.
    auto* pool = set_->pool_;
    const auto hash = set_->hash_;
    if (set_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) pool->reclaim(set_, hash);
}

}   // namespace barrage
