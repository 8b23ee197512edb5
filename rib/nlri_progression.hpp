#pragma once
// NLRI of any family that follow each other by fixed steps: the octets of the first one, and counters over some of their bits. Made when they
// are asked for and kept nowhere, so that a range costs no memory, however many routes it has. A value; any thread.
//
//     VPNv4   | 70 | label, bottom of stack | RD            | prefix     |
//                    20 bits: + 1 a route     32 bits: + 1    24 bits: + 1 a route, after 1000 of them anew
//                                             each 1000

#include <cstdint>
#include <vector>

#include "codec/family.hpp"
#include "codec/writer.hpp"
#include "rib/prefix_progression.hpp"
#include "rib/unsigned128.hpp"

namespace barrage {

/// Bits of an NLRI that are a number, the most significant first: route i has the first one's number plus step * (i / every % wrap).
struct NlriCounter {
    std::uint32_t bit = 0;     // its first one, from the start of the NLRI (of the path identifier, where there is one)
    std::uint32_t bits = 0;    // 1 to 128
    std::uint64_t step = 1;    // from one value to the next
    std::uint64_t every = 1;   // routes that have the same value, one behind the other; at least 1
    std::uint64_t wrap = 0;    // values, after which the first one comes again; 0: never

    static constexpr std::uint32_t most_bits = 128;

    friend constexpr bool operator==(const NlriCounter&, const NlriCounter&) = default;
};

/// How many routes there are before a counter of `bits` bits that begins at `first` has no next value. 2^64 - 1: that many or more.
std::uint64_t counter_room(Unsigned128 first, const NlriCounter& counter) noexcept;

class NlriProgression {
public:
    /// Prefixes of `family`, whose NLRI are a length and a prefix.
    NlriProgression(Family family, const PrefixProgression& prefixes) noexcept;
    /// `first`: with its path identifier (RFC 7911 section 3), if there are some. Each counter lies in it and has room for what will be asked
    /// for. `paths`: so many routes, one behind the other, differ in nothing but the path identifier.
    NlriProgression(Family family, Octets first, std::vector<NlriCounter> counters, bool has_path_ids, std::uint32_t paths = 1);

    [[nodiscard]] Family family() const noexcept { return family_; }
    [[nodiscard]] bool has_path_ids() const noexcept { return has_path_ids_; }
    [[nodiscard]] std::uint32_t paths() const noexcept { return paths_; }
    /// Of each NLRI, path identifier and all.
    [[nodiscard]] std::size_t octets_each() const noexcept;
    /// NLRI `first` to `first + count - 1`, written into `into`, where copy_slack octets follow them. Of prefixes an addition and a store for each;
    /// else a copy of the first NLRI, and an addition and a store for each counter.
    OctetView write(std::uint64_t first, std::size_t count, Octets& into) const;

    friend bool operator==(const NlriProgression&, const NlriProgression&) = default;

private:
    PrefixProgression prefixes_;   // where template_ is empty
    Octets template_;              // and copy_slack octets behind it
    std::vector<NlriCounter> counters_;
    Family family_;
    bool has_path_ids_;
    std::uint32_t paths_ = 1;
};

}   // namespace barrage
