#pragma once
// The path attributes of a route: immutable, interned by AttributePool, shared by every route that has them and
// by all threads. It carries its canonical octets, which are encoded once and copied ever after:
//   - every attribute but NEXT_HOP, MP_REACH_NLRI and MP_UNREACH_NLRI, in ascending order of type,
//   - AS numbers in four octets, AS4_PATH and AS4_AGGREGATOR merged, no needless extended length;
//   - the next hop beside them, as octets of MP_REACH_NLRI's field (4 for IPv4, 16 or 32 for IPv6, …).
// What a group of peers sends instead (own AS, 2-octet AS, next hop self) is made from these by the update packer.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "codec/reader.hpp"

namespace barrage {

class AttributePool;

class AttributeSet {
public:
    AttributeSet(const AttributeSet&) = delete;
    AttributeSet& operator=(const AttributeSet&) = delete;

    /// Every attribute but the next hop, canonical as said above.
    [[nodiscard]] OctetView octets() const noexcept { return {data(), size_}; }
    /// Up to 255 octets; empty where the family has none (flow specification).
    [[nodiscard]] OctetView next_hop() const noexcept { return {data() + size_, next_hop_size_}; }
    /// Of octets and next hop; the same in every run and process.
    [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

    // Where things stand in octets(), found once so that packing need not parse. All in octets from its start.
    [[nodiscard]] std::uint16_t as_path_at() const noexcept { return as_path_at_; }     // its flags octet
    [[nodiscard]] std::uint16_t as_path_end() const noexcept { return as_path_end_; }   // at == end: there is none
    /// True where LOCAL_PREF, ORIGINATOR_ID or CLUSTER_LIST is among them: what eBGP drops. RFC 4271 5.1.5, RFC 4456 8.
    [[nodiscard]] bool has_internal_only() const noexcept { return has_internal_only_; }
    [[nodiscard]] bool has_local_pref() const noexcept { return has_local_pref_; }

private:
    friend class AttributePool;
    friend class AttributeSetRef;
    AttributeSet() = default;
    [[nodiscard]] const std::uint8_t* data() const noexcept { return reinterpret_cast<const std::uint8_t*>(this + 1); }

    std::uint64_t hash_ = 0;
    AttributePool* pool_ = nullptr;
    mutable std::atomic<std::uint32_t> references_{0};
    std::uint16_t size_ = 0;
    std::uint16_t as_path_at_ = 0;
    std::uint16_t as_path_end_ = 0;
    std::uint8_t next_hop_size_ = 0;
    bool has_internal_only_ : 1 = false;
    bool has_local_pref_ : 1 = false;
};

/// Keeps an interned set alive; the last one to go gives it back to its pool. Two are equal when they point at the
/// same set, which for one pool is when their octets are equal. Any thread.
class AttributeSetRef {
public:
    AttributeSetRef() = default;
    AttributeSetRef(const AttributeSetRef& other) noexcept : set_(other.set_) { retain(); }
    AttributeSetRef(AttributeSetRef&& other) noexcept : set_(std::exchange(other.set_, nullptr)) {}
    AttributeSetRef& operator=(AttributeSetRef other) noexcept
    {
        std::swap(set_, other.set_);
        return *this;
    }
    ~AttributeSetRef() { release(); }

    [[nodiscard]] const AttributeSet* get() const noexcept { return set_; }
    const AttributeSet& operator*() const noexcept { return *set_; }
    const AttributeSet* operator->() const noexcept { return set_; }
    explicit operator bool() const noexcept { return set_ != nullptr; }
    friend bool operator==(const AttributeSetRef&, const AttributeSetRef&) = default;

private:
    friend class AttributePool;
    explicit AttributeSetRef(const AttributeSet* set) noexcept : set_(set) { retain(); }   // adopts nothing: counts one more
    void retain() const noexcept
    {
        if (set_) set_->references_.fetch_add(1, std::memory_order_relaxed);
    }
    void release() noexcept;

    const AttributeSet* set_ = nullptr;
};

}   // namespace barrage
