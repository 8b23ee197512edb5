#pragma once
// What one receiving peer behind the device saw of the measured routes: which hold, with which attributes, and how long after their sending each
// change came. Eight octets and four a prefix, and a bit where paths go over to other senders. One thread: its peer's shard; whoever wants to look visits the peer there.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "engine/histogram.hpp"
#include "engine/measured_routes.hpp"

namespace barrage {

/// Times from sending to coming back, of one operation.
struct ReflectionTimes {
    Histogram announced;               // announce → reflected, from when it was handed to the kernel
    Histogram scheduled;               // … from when it was due; only of what had a schedule
    Histogram withdrawn;               // withdraw → withdrawn
    Histogram failover;                // the path that it held went → that of another sender came
    std::uint64_t duplicates = 0;      // announced again as they were, and nobody had told anything
    std::uint64_t interruptions = 0;   // withdrawn, though its one sender announces it and had sent nothing since all was right
    std::map<KnownPaths::Sender, std::uint64_t> interruptions_by_sender = {};
    // Of each route only the first time in the run:
    std::uint64_t altered = 0;   // announced with attributes that nobody had ever announced
    std::uint64_t leaked = 0;    // announced, and nobody sent it, or it must not come from anybody
    std::string altered_sample = {}, leaked_sample = {};
    void add(const ReflectionTimes& other);
};

/// Likewise, of what one group of senders sent.
struct SenderTimes {
    Histogram announced;
    Histogram withdrawn;
    Histogram failover;   // of paths of theirs that went
    void add(const SenderTimes& other) noexcept;
};

class Reflections {
public:
    using Number = MeasuredRoutes::Number;

    /// `own`: routes that this peer itself announces, which need not come back to it; may be empty.
    Reflections(std::shared_ptr<const MeasuredRoutes> routes, std::vector<bool> own);

    void announced(Number number, std::uint32_t fingerprint, TimePoint now);
    void withdrawn(Number number, TimePoint now);
    /// A prefix that nobody sends; the first few are kept for the report.
    void unknown(std::string prefix, bool announced, TimePoint now);
    /// Established: what was sent before could come only from now on.
    void session_begun(TimePoint now) noexcept { session_begun_ = now; }
    /// The session went: nothing holds any more.
    void session_lost();
    /// From now on it is noted which routes are announced again, until the end of it.
    void begin_refresh() { refreshed_.assign(seen_.size(), false); }
    void end_refresh() { refreshed_ = {}; }
    /// Routes that hold, without own ones, and were not announced since.
    [[nodiscard]] std::vector<Number> not_refreshed() const;
    /// Prefixes of which a sender's path went in this operation while this receiver held another's, so that nothing had to come.
    [[nodiscard]] std::uint64_t failover_not_needed() const noexcept;
    /// Times so far are the caller's, and counting begins anew, by groups too.
    ReflectionTimes take_times();
    [[nodiscard]] const ReflectionTimes& times() const noexcept { return times_; }
    /// From sending to coming back, of the change of this prefix that took longest, ever; 0: none came, or MeasuredRoutes::keeps_slowest() is false.
    [[nodiscard]] std::chrono::nanoseconds slowest(Number number) const noexcept
    {
        return number < slowest_.size() ? slowest_[number] : std::chrono::nanoseconds::zero();
    }
    /// By MeasuredRoutes::group_of(); empty where groups are not told apart.
    [[nodiscard]] const std::vector<SenderTimes>& times_by_group() const noexcept { return times_by_group_; }

    [[nodiscard]] bool holds(Number number) const noexcept { return (seen_[number] & live_flag) != 0; }
    /// Some sending of it has come back here, whether it holds or not.
    [[nodiscard]] bool has_come(Number number) const noexcept { return seen_[number] != 0; }
    /// It holds, and no sending of it has come back: it was there before.
    [[nodiscard]] bool was_there_before(Number number) const noexcept { return seen_[number] == live_flag; }
    [[nodiscard]] std::uint32_t fingerprint(Number number) const noexcept { return fingerprints_[number]; }
    [[nodiscard]] bool is_own(Number number) const noexcept { return number < own_.size() && own_[number]; }
    /// Routes that hold, without own ones.
    [[nodiscard]] std::uint64_t live() const noexcept { return live_; }
    /// Changes that came back to their sending, ever: the counter *reflected*.
    [[nodiscard]] std::uint64_t reflected() const noexcept { return reflected_; }
    [[nodiscard]] std::uint64_t unknown_live() const noexcept { return unknown_live_.size(); }
    [[nodiscard]] const std::vector<std::string>& unknown() const noexcept { return unknown_; }
    /// When the last change of any route came, since the times were taken; `never`: none.
    [[nodiscard]] TimePoint last_change() const noexcept { return last_change_; }
    [[nodiscard]] TimePoint first_change() const noexcept { return first_change_; }
    [[nodiscard]] const MeasuredRoutes& routes() const noexcept { return *routes_; }

private:
    static constexpr std::uint64_t live_flag = std::uint64_t{1} << 63;
    static constexpr std::uint64_t gone_again = 1;   // in place of a word: what had come is no more, and is to come anew
    static constexpr std::size_t most_unknown = 20;
    static constexpr std::size_t most_unknown_live = std::size_t{1} << 20;   // what a peer sends never grows us without bound
    void changed(TimePoint now) noexcept;
    /// The path that it held before, and what comes is neither that nor anybody's.
    void note_altered(Number number, std::uint32_t held);
    void note_leaked(const std::string& prefix);
    /// From the later of `since` and the session's beginning.
    [[nodiscard]] std::chrono::nanoseconds took(TimePoint since, TimePoint now) const noexcept
    {
        return std::chrono::nanoseconds{now - std::max(since, session_begun_)};
    }
    void note_slowest(Number number, std::chrono::nanoseconds took) noexcept
    {
        if (!slowest_.empty()) slowest_[number] = std::max(slowest_[number], took);
    }
    /// Another path than the one held before: true where that one was gone, and this is the failover.
    bool went_over(Number number, std::uint32_t held, std::uint32_t fingerprint, MeasuredRoutes::Word word, TimePoint now);

    std::shared_ptr<const MeasuredRoutes> routes_;
    std::vector<bool> own_;
    std::vector<std::uint64_t> seen_;   // by number: the word that was last matched, and whether the route holds
    std::vector<std::uint32_t> fingerprints_;
    std::vector<std::chrono::nanoseconds> slowest_;   // likewise; empty: nobody asks
    ReflectionTimes times_;
    std::vector<bool> went_over_;          // in this operation; empty: none
    MeasuredRoutes::Word operation_ = 0;   // of went_over_
    std::vector<SenderTimes> times_by_group_;
    std::uint64_t live_ = 0;
    std::uint64_t reflected_ = 0;
    boost::unordered_flat_set<std::uint64_t> unknown_live_;   // hashes
    std::vector<std::string> unknown_;
    boost::unordered_flat_map<Number, std::uint32_t> held_before_;   // of those that are held as nobody announced them
    boost::unordered_flat_set<std::uint64_t> altered_, leaked_;      // that are counted: numbers, and hashes of prefixes
    std::vector<bool> refreshed_;                                    // since begin_refresh(); empty: nobody asks
    TimePoint session_begun_ = TimePoint::min();
    TimePoint first_change_ = never;
    TimePoint last_change_ = never;
};

}   // namespace barrage
