#pragma once
// The routes that peers advertised, as numbers: to count, to compare and to digest, not to route by. Prefixes are numbered once for all peers
// of a shard; each peer has one word a prefix, the digest of the attributes it gave it. So 100 peers × a full table are 100 arrays, not 100
// tables. One thread: the shard that receives.

#include <array>
#include <cstdint>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "codec/path_id.hpp"
#include "codec/prefix.hpp"
#include "rib/prefix_slots.hpp"

namespace barrage {

/// Gives every prefix (with its path identifier) a number, in the order of first sight.
class PrefixIndex {
public:
    using Number = std::uint32_t;

    /// `prefix` has no bits set after its length.
    Number number_of(Ipv4Prefix prefix, PathId path_id);
    Number number_of(const Ipv6Prefix& prefix, PathId path_id);
    /// number_of() of it will soon be asked: several of them wait for memory at the same time then.
    void prefetch(Ipv4Prefix prefix) const noexcept { ipv4_[prefix.length].prefetch(bits_of(prefix)); }
    /// For digests: the same for equal prefixes in every process.
    [[nodiscard]] std::uint64_t hash(Number number) const noexcept { return hashes_[number]; }
    [[nodiscard]] std::size_t size() const noexcept { return hashes_.size(); }

private:
    struct Key {
        std::uint64_t high, low, tag;   // address, then length, family and path identifier
        friend bool operator==(const Key&, const Key&) = default;
        [[nodiscard]] std::uint64_t hash() const noexcept;
        friend std::size_t hash_value(const Key& key) noexcept { return key.hash(); }
    };
    /// Those that the length covers, as a number.
    static std::uint32_t bits_of(Ipv4Prefix prefix) noexcept
    {
        return static_cast<std::uint32_t>(std::uint64_t{prefix.address.value} >> (Ipv4Prefix::max_length - prefix.length));
    }
    Number number_of(const Key& key);
    std::array<PrefixSlots, Ipv4Prefix::max_length + 1> ipv4_;   // by length; without path identifiers: most of what comes
    boost::unordered_flat_map<Key, Number> others_;
    std::vector<std::uint64_t> hashes_;
};

/// One peer's routes.
class RouteDigest {
public:
    explicit RouteDigest(PrefixIndex& prefixes) : prefixes_(&prefixes) {}

    [[nodiscard]] PrefixIndex& prefixes() noexcept { return *prefixes_; }
    /// `attributes`: a digest of them, of any value.
    void announce(PrefixIndex::Number prefix, std::uint64_t attributes);
    void withdraw(PrefixIndex::Number prefix);

    [[nodiscard]] std::uint64_t distinct() const noexcept { return distinct_; }   // ever announced
    [[nodiscard]] std::uint64_t live() const noexcept { return live_; }
    /// Over live routes: the same in any order and any packing.
    [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }

private:
    [[nodiscard]] std::uint64_t part(PrefixIndex::Number prefix, std::uint64_t attributes) const noexcept;

    static constexpr std::uint64_t never_announced = 0;
    static constexpr std::uint64_t withdrawn = 1;

    PrefixIndex* prefixes_;
    std::vector<std::uint64_t> attributes_;   // by prefix number
    std::uint64_t distinct_ = 0;
    std::uint64_t live_ = 0;
    std::uint64_t digest_ = 0;
};

}   // namespace barrage
