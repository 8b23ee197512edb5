#pragma once
// Numbers of a peer that others may read while it runs: the five counters of a run begin here. One writer, the peer's shard; relaxed atomics,
// so any thread may take a snapshot, which is whole per number and not across numbers.

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <tuple>

#include "engine/time.hpp"

namespace barrage {

struct PeerNumbers {
    std::uint64_t state = 0;         // of its session: 0 Idle … 5 Established
    std::uint64_t sent_routes = 0;   // packed and handed over
    std::uint64_t sent_updates = 0;
    std::uint64_t wire_routes = 0;   // accepted by the kernel
    std::uint64_t wire_updates = 0;
    std::uint64_t wire_octets = 0;
    std::uint64_t acked_octets = 0;   // acknowledged by TCP
    std::uint64_t acked_routes = 0;
    std::uint64_t received_octets = 0;
    std::uint64_t received_messages = 0;
    std::uint64_t received_updates = 0;
    std::uint64_t announced = 0;   // prefixes received
    std::uint64_t withdrawn = 0;
    std::uint64_t distinct = 0;                 // prefixes ever announced to us
    std::uint64_t live = 0;                     // prefixes that hold
    std::uint64_t digest = 0;                   // over those, and their attributes
    std::uint64_t malformed = 0;                // messages with something wrong in them
    std::uint64_t not_negotiated = 0;           // messages: UPDATEs with routes of another family, ROUTE-REFRESH and OPERATIONAL
    std::uint64_t repeated_notifications = 0;   // NOTIFICATIONs where the session had ended: RFC 4271 section 6 knows one
    std::uint64_t blocked_nanoseconds = 0;      // the socket took nothing while octets waited, up to now where it still does not
    std::uint64_t reflected = 0;                // measured routes: changes that came back to their sending
    std::uint64_t reflected_live = 0;           // … and routes that hold, without the peer's own
    std::uint64_t unknown_live = 0;             // prefixes that hold and that nobody of us sent
    std::uint64_t full_reads = 0;               // turns in which more had arrived than a turn reads
};

/// The numbers as one array, and back.
using PeerNumberArray = std::array<std::uint64_t, sizeof(PeerNumbers) / sizeof(std::uint64_t)>;
constexpr PeerNumberArray to_array(const PeerNumbers& numbers) noexcept { return std::bit_cast<PeerNumberArray>(numbers); }
constexpr PeerNumbers to_numbers(const PeerNumberArray& array) noexcept { return std::bit_cast<PeerNumbers>(array); }

/// Everything that is counted, summed or as a difference; of state and digest that says nothing.
inline PeerNumbers& operator+=(PeerNumbers& sum, const PeerNumbers& more) noexcept
{
    auto to = to_array(sum);
    const auto from = to_array(more);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
    return sum = to_numbers(to);
}
inline PeerNumbers operator-(const PeerNumbers& now, const PeerNumbers& before) noexcept
{
    auto to = to_array(now);
    const auto from = to_array(before);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] -= from[i];
    return to_numbers(to);
}

class PeerCounters {
public:
    /// `blocked_since`: the socket takes nothing since then, and nobody of ours may run until it does; never: it takes what there is.
    void store(PeerNumbers numbers, TimePoint blocked_since = never) noexcept
    {
        if (blocked_since != never)
            numbers.blocked_nanoseconds -= static_cast<std::uint64_t>(nanoseconds_of(blocked_since));   // below 0: it lasts
        const auto from = to_array(numbers);
        for (std::size_t i = 0; i < from.size(); ++i) values_[i].store(from[i], std::memory_order_relaxed);
    }
    [[nodiscard]] PeerNumbers snapshot() const noexcept
    {
        PeerNumberArray to;
        for (std::size_t i = 0; i < to.size(); ++i) to[i] = values_[i].load(std::memory_order_relaxed);
        auto numbers = to_numbers(to);
        if (static_cast<std::int64_t>(numbers.blocked_nanoseconds) < 0)
            numbers.blocked_nanoseconds += static_cast<std::uint64_t>(nanoseconds_of(Clock::now()));
        return numbers;
    }

private:
    static std::int64_t nanoseconds_of(TimePoint at) noexcept { return std::chrono::nanoseconds{at.time_since_epoch()}.count(); }
    std::array<std::atomic<std::uint64_t>, std::tuple_size_v<PeerNumberArray>> values_{};
};

}   // namespace barrage
