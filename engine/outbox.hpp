#pragma once
// What a session has handed over and the kernel has not taken yet: control messages of its own and messages of shared windows, in order.
// A window is patched with the peer's own values only when it is written, in memory that the whole shard shares, so that a waiting peer costs
// a reference and no copy. One thread.

#include <sys/uio.h>

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "codec/writer.hpp"
#include "engine/pacer.hpp"
#include "engine/time.hpp"
#include "rib/packed_updates.hpp"

namespace barrage {

/// One shard's memory for the window that is being patched and written. Peers of a group write the same window one after the other,
/// so mostly only the patched values change.
class PatchBuffer {
public:
    /// Octets of messages [first, last) of `updates` with this peer's values; good until the next call.
    OctetView patched(const std::shared_ptr<const PackedUpdates>& updates, std::size_t first, std::size_t last,
                      const PeerPatch& values);

private:
    std::shared_ptr<const PackedUpdates> holds_;
    std::vector<std::uint8_t> octets_;
};

/// Octets and routes that left, ever: the counters *sent* and *on the wire*.
struct OutboxCounters {
    std::uint64_t octets = 0;
    std::uint64_t messages = 0;
    std::uint64_t updates = 0;
    std::uint64_t routes = 0;   // announced and withdrawn
};

/// Which measured routes the messages of a stretch hold, and when they were due.
struct SentRoutes {
    std::shared_ptr<const std::vector<std::uint32_t>> numbers = {};   // MeasuredRoutes::Number; none: nobody measures
    std::uint64_t at = 0;                                             // of the first route of the first message, in numbers
    bool withdraw = false;                                            // all of them
    bool single = false;                                              // changes, not part of a table
    std::optional<Pacer> pacer = {};
    TimePoint due = never;     // of all of them, where there is a schedule without a rate
    std::uint64_t paced = 0;   // routes before the first message, on that schedule
};

class Outbox {
public:
    void push(Octets message);
    /// Goes out before all updates that were not begun, behind other messages like it: a KEEPALIVE does not wait behind a table.
    void push_urgent(Octets message);
    void push(std::shared_ptr<const PackedUpdates> updates, std::size_t first, std::size_t last, SentRoutes routes = {});

    [[nodiscard]] bool empty() const noexcept { return segments_.empty(); }
    /// No UPDATE of a window waits, only what the session itself says.
    [[nodiscard]] bool has_only_own() const noexcept;
    /// Octets that wait.
    [[nodiscard]] std::size_t octets() const noexcept { return octets_; }
    /// Everything but what was begun is dropped: a NOTIFICATION follows.
    void keep_only_begun();
    void clear();

    /// The next piece to write, at most one window and `most` octets; empty at the end. Good until the next call of anything here or of
    /// `buffer`.
    OctetView front(PatchBuffer& buffer, const PeerPatch& values, std::size_t most = std::numeric_limits<std::size_t>::max());
    /// Calls `visit(std::span<const std::uint32_t> numbers, const SentRoutes&, TimePoint due)` for each message, of those that the first
    /// `octets` of front() belong to, whose routes are measured.
    void for_each_measured(std::size_t octets, auto&& visit) const
    {
        if (segments_.empty() || !segments_.front().routes.numbers) return;
        const auto& segment = segments_.front();
        const auto& routes = segment.routes;
        auto at = routes.at;
        auto paced = routes.paced;
        const auto end = segment.updates->message_begin(segment.next) + segment.sent + octets;
        for (auto i = segment.next; i < segment.last && segment.updates->message_begin(i) < end; ++i) {
            const auto count = segment.updates->messages()[i].routes;
            visit(std::span{*routes.numbers}.subspan(at, count), routes,
                  routes.pacer ? routes.pacer->next_due(paced) : routes.due);
            at += count;
            paced += count;
        }
    }
    /// The kernel took `count` octets of front().
    void written(std::size_t count);

    [[nodiscard]] const OutboxCounters& handed_over() const noexcept { return handed_over_; }
    [[nodiscard]] const OutboxCounters& on_the_wire() const noexcept { return on_the_wire_; }

private:
    struct Segment {
        Octets own;                                     // a control message, or
        std::shared_ptr<const PackedUpdates> updates;   // messages [next, last) of a window
        std::size_t next = 0;
        std::size_t last = 0;
        std::size_t sent = 0;     // octets of `own`, or of the window's message `next`
        SentRoutes routes = {};   // from message `next` on
        [[nodiscard]] std::size_t octets() const noexcept;
    };

    std::deque<Segment> segments_;
    std::size_t octets_ = 0;
    OutboxCounters handed_over_;
    OutboxCounters on_the_wire_;
};

}   // namespace barrage
