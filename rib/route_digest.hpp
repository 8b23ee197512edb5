#pragma once
// The routes that peers advertised, as numbers: to count, to compare and to digest, not to route by. Prefixes are numbered once for all peers
// of a shard; each peer has one word a prefix, the digest of the attributes it gave it. So 100 peers × a full table are 100 arrays, not 100
// tables. Only what a peer announces costs anything, and what no peer that is left has announced is forgotten.
// One thread: the shard that receives.

#include <array>
#include <cstdint>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "codec/path_id.hpp"
#include "codec/prefix.hpp"
#include "rib/prefix_slots.hpp"
#include "rib/route_key.hpp"

namespace barrage {

/// Gives every prefix (with its path identifier) a number, in the order of first sight; those of forgotten ones are used again.
class PrefixIndex {
public:
    using Number = std::uint32_t;
    static constexpr Number none = PrefixSlots::none;

    /// Unicast; `prefix` has no bits set after its length.
    Number number_of(Ipv4Prefix prefix, PathId path_id);
    Number number_of(const Ipv6Prefix& prefix, PathId path_id);
    /// Of any other family, by what names the route.
    Number number_of(const RouteKeyView& route);
    /// … or none, where nobody has announced it.
    [[nodiscard]] Number find(Ipv4Prefix prefix, PathId path_id) const;
    [[nodiscard]] Number find(const Ipv6Prefix& prefix, PathId path_id) const;
    [[nodiscard]] Number find(const RouteKeyView& route) const;
    /// number_of() of it will soon be asked: several of them wait for memory at the same time then.
    void prefetch(Ipv4Prefix prefix) const noexcept { ipv4_[prefix.length].prefetch(bits_of(prefix)); }
    /// For digests: the same for equal prefixes in every process.
    [[nodiscard]] std::uint64_t hash(Number number) const noexcept { return hashes_[number]; }
    /// Numbers given so far are below it.
    [[nodiscard]] std::size_t size() const noexcept { return hashes_.size(); }
    /// Prefixes that are known, forgotten ones not counted.
    [[nodiscard]] std::size_t known() const noexcept { return hashes_.size() - free_.size(); }

    /// One more peer has announced it.
    void hold(Number number) noexcept
    {
        if (holders_[number]++ == 0) --unheld_;
    }
    /// A peer that had is gone.
    void let_go(Number number) noexcept
    {
        if (--holders_[number] == 0) ++unheld_;
    }
    /// Forgets the prefixes that nobody holds, once they are half of all.
    void forget_unheld();

private:
    struct Key {
        std::uint64_t high, low, tag;   // address, then length, family and path identifier; of other families a hash, and 0
        friend bool operator==(const Key&, const Key&) = default;
        [[nodiscard]] std::uint64_t hash() const noexcept;
        friend std::size_t hash_value(const Key& key) noexcept { return key.hash(); }
    };
    /// Those that the length covers, as a number.
    static std::uint32_t bits_of(Ipv4Prefix prefix) noexcept
    {
        return static_cast<std::uint32_t>(std::uint64_t{prefix.address.value} >> (Ipv4Prefix::max_length - prefix.length));
    }
    static Key key_of(Ipv4Prefix prefix, PathId path_id) noexcept;
    static Key key_of(const Ipv6Prefix& prefix, PathId path_id) noexcept;
    static Key key_of(const RouteKeyView& route) noexcept;
    Number number_of(const Key& key);
    [[nodiscard]] Number find(const Key& key) const;
    [[nodiscard]] Number next() const noexcept { return free_.empty() ? static_cast<Number>(hashes_.size()) : free_.back(); }
    void take_next(std::uint64_t hash);
    std::array<PrefixSlots, Ipv4Prefix::max_length + 1> ipv4_;   // by length; without path identifiers: most of what comes
    boost::unordered_flat_map<Key, Number> others_;
    std::vector<std::uint64_t> hashes_;    // by number
    std::vector<std::uint32_t> holders_;   // by number: peers
    std::vector<Number> free_;             // of forgotten prefixes
    std::size_t unheld_ = 0;               // known prefixes without a holder
};

/// One peer's routes.
class RouteDigest {
public:
    explicit RouteDigest(PrefixIndex& prefixes) : prefixes_(&prefixes) {}
    RouteDigest(const RouteDigest&) = delete;
    RouteDigest& operator=(const RouteDigest&) = delete;

    [[nodiscard]] PrefixIndex& prefixes() noexcept { return *prefixes_; }
    /// `attributes`: a digest of them, of any value.
    void announce(PrefixIndex::Number prefix, std::uint64_t attributes);
    void withdraw(PrefixIndex::Number prefix);
    /// The peer is gone for good: its memory is given back, and the counts and the digest stay as they are.
    void release() noexcept;

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
