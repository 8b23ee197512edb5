#pragma once
// The routes that a run measures: each has a number, and a word that says when it was last handed to the kernel, by whom, and whether it was
// announced or withdrawn. Senders write the words just before they write to the socket, receivers (reflections.hpp) hold against them what comes
// back, all on one clock. One word a prefix, whatever the number of peers; where several may have the same prefixes one more for each of them,
// up to 256 MiB in all, and at least eight: when its path went.
//
// Built before the engine runs; then the numbers are immutable and the words relaxed atomics: any thread. What names a route says
// route_names.hpp; "prefix" stands for the whole of that below.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codec/family.hpp"
#include "engine/changed_paths.hpp"
#include "engine/known_paths.hpp"
#include "engine/route_names.hpp"
#include "engine/time.hpp"
#include "rib/route_fingerprint.hpp"
#include "rib/route_slice.hpp"

namespace barrage {

class MeasuredRoutes {
public:
    using Number = RouteNames::Number;
    static constexpr Number none = RouteNames::none;
    /// In lists of numbers: this route is withdrawn.
    static constexpr Number withdraw_bit = 0x80000000;

    /// time:46 ns | sender:16 | withdraw:1, from bit 62 down; 0: never sent.
    using Word = std::uint64_t;
    static constexpr unsigned time_shift = 17;
    static constexpr Word withdraw_flag = 1;
    static constexpr Word sender_mask = 0x1fffe;

    /// Numbers of all routes of a set, in its order.
    struct SetNumbers {
        std::shared_ptr<const RouteSet> set;
        std::vector<Number> of_route;
        std::vector<std::uint64_t> group_begins;   // into of_route
    };

    // ---- Before the engine runs.

    /// A set that is told; a second time it changes nothing.
    void add(const std::shared_ptr<const RouteSet>& set);
    void set_rules(FingerprintRules rules) { rules_ = std::move(rules); }
    /// Who can tell what; filled once the rules are set.
    [[nodiscard]] KnownPaths& paths() noexcept { return paths_; }
    /// … and what they announce otherwise while the engine runs.
    [[nodiscard]] ChangedPaths& changed_paths() noexcept { return changed_paths_; }
    /// Senders that may have the same prefixes: for those it is noted when their paths go.
    void note_departures_of(const std::vector<KnownPaths::Sender>& senders);
    /// Times are told apart by groups of senders, so many: which one each is of, by Sending::sender.
    void set_groups(std::vector<std::uint8_t> of_sender, std::size_t groups)
    {
        group_of_ = std::move(of_sender);
        groups_ = groups;
    }
    /// Single changes will have a schedule: see due().
    void expect_due_times() noexcept { has_due_times_ = true; }
    /// Receivers keep the slowest change of each prefix, for times of sets of routes.
    void keep_slowest() noexcept { keeps_slowest_ = true; }
    /// No more sets follow. Times count from `start`.
    void begin(TimePoint start);

    // ---- Any thread.

    [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
    [[nodiscard]] const RouteNames& names() const noexcept { return names_; }
    [[nodiscard]] std::string text_of(Number number) const { return names_.text_of(number); }
    /// Null for a set that was never added.
    [[nodiscard]] const SetNumbers* numbers_of(const RouteSet& set) const noexcept;
    /// Those of a slice, in its order.
    [[nodiscard]] std::span<const Number> numbers_of(const RouteSlice& slice) const;
    /// Where the first route of a slice stands in SetNumbers::of_route.
    [[nodiscard]] std::uint64_t first_route(const RouteSlice& slice) const;
    /// Adds the numbers of the routes of a message of our own, in the order in which it tells them: exactly `routes` of them.
    void numbers_of_message(OctetView message, std::uint32_t routes, FamilySet with_path_ids, std::vector<Number>& into) const;
    [[nodiscard]] const FingerprintRules& rules() const noexcept { return rules_; }
    [[nodiscard]] const KnownPaths& paths() const noexcept { return paths_; }

    /// From now on another operation is measured: of several who announce a prefix with their tables, the first counts.
    void begin_operation(TimePoint now) noexcept
    {
        any_departed_.store(false, std::memory_order_relaxed);
        operation_.store(word_of(now), std::memory_order_relaxed);
    }
    /// The same value as long as the same operation is measured.
    [[nodiscard]] Word operation() const noexcept { return operation_.load(std::memory_order_relaxed); }
    /// At this time all receivers held what is right, and nothing was on its way: a route that goes after that, with nothing sent since, goes
    /// without a cause.
    void all_is_right(TimePoint now) noexcept { all_right_since_.store(word_of(now), std::memory_order_relaxed); }
    /// … from now on nobody can say so any more.
    void all_may_change() noexcept { all_right_since_.store(0, std::memory_order_relaxed); }
    /// 0: nobody can say.
    [[nodiscard]] Word all_right_since() const noexcept { return all_right_since_.load(std::memory_order_relaxed); }
    struct Sending {
        KnownPaths::Sender sender = 0;
        bool withdraw = false;   // all of them
        bool departs = false;    // the session goes, and with it the paths
        bool single = false;     // a change of its own, not part of a table: the newest counts, whoever sent it
        TimePoint due = never;   // when they were to be sent, where there is a schedule
    };
    /// A single change of this route is to be sent at `when`. Of several that wait, the oldest counts: only the newest of them is sent.
    void due(Number number, TimePoint when) noexcept;
    /// These routes are handed to the kernel right now.
    void sent(std::span<const Number> numbers, const Sending& sending, TimePoint now) noexcept;

    [[nodiscard]] Word word(Number number) const noexcept { return words_[number].load(std::memory_order_relaxed); }
    [[nodiscard]] TimePoint time_of(Word word) const noexcept
    {
        return start_ + std::chrono::nanoseconds{static_cast<std::int64_t>(word >> time_shift)};
    }
    [[nodiscard]] static KnownPaths::Sender sender_of(Word word) noexcept
    {
        return static_cast<KnownPaths::Sender>(word >> 1 & 0xffff);
    }
    /// The session of a sender whose paths were noted as departed is ended only now: to note them took its time.
    void session_ends(KnownPaths::Sender sender, TimePoint now) noexcept
    {
        if (sender < slot_of_.size() && slot_of_[sender] != no_slot) ends_[sender].store(word_of(now), std::memory_order_relaxed);
    }
    /// Since when a path with this fingerprint is gone: its sender withdrew it, or its session went. Of several who told the same the last
    /// counts. Nothing where somebody still tells it, or where nobody notes that.
    [[nodiscard]] std::optional<TimePoint> gone_since(Number number, std::uint32_t fingerprint) const;
    /// A sender tells the prefix with this fingerprint, and did not let it go since.
    [[nodiscard]] bool is_advertised(Number number, std::uint32_t fingerprint) const;
    /// What this sender announces of the prefix now comes back with this fingerprint. What nobody can know is taken to.
    [[nodiscard]] bool comes_with(KnownPaths::Sender sender, Number number, std::uint32_t fingerprint) const
    {
        if (const auto changed = changed_paths_.find(sender, number)) return paths_.comes_as(sender, *changed, fingerprint);
        return paths_.fingerprint(sender, number) == 0 || paths_.matches(sender, number, fingerprint);
    }
    /// A path with this fingerprint is what came of the announcement of this word: the sender's own, or the path of another who has the
    /// prefix too; and not one from before, or one that the device made of it.
    [[nodiscard]] bool is_answer(Number number, Word word, std::uint32_t fingerprint) const
    {
        return rules_.prefixes_only || comes_with(sender_of(word), number, fingerprint) || paths_.is_told_variously(number) ||
               is_advertised(number, fingerprint);
    }
    /// In this operation the path of somebody who may share the prefix went.
    [[nodiscard]] bool departed_in_operation(Number number) const noexcept;
    [[nodiscard]] bool any_departed_in_operation() const noexcept { return any_departed_.load(std::memory_order_relaxed); }
    [[nodiscard]] Word word_at(TimePoint at) const noexcept { return word_of(at); }
    [[nodiscard]] bool keeps_slowest() const noexcept { return keeps_slowest_; }
    /// 0 where groups are not told apart.
    [[nodiscard]] std::size_t groups() const noexcept { return groups_; }
    [[nodiscard]] std::size_t group_of(Word word) const noexcept
    {
        const auto sender = (word & sender_mask) >> 1;
        return sender < group_of_.size() ? group_of_[sender] : 0;
    }
    /// How much later than due it was sent; nothing where there was no schedule.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> lateness(Number number) const noexcept
    {
        const auto late = late_[number].load(std::memory_order_relaxed);
        if (late == 0) return std::nullopt;
        return std::chrono::microseconds{late - 1};
    }

    /// No sender announced the prefix with this fingerprint, ever: the device made it. False where nobody can say.
    [[nodiscard]] bool is_made_up(Number number, std::uint32_t fingerprint) const;
    /// No sender's route of this prefix is to come through.
    [[nodiscard]] bool must_not_come(Number number) const
    {
        return paths_.complete() && !paths_.has(number) && !changed_paths_.had(number);
    }

private:
    [[nodiscard]] Word word_of(TimePoint at) const noexcept
    {
        const auto after = std::chrono::nanoseconds{at - start_}.count();
        return (static_cast<Word>(after < 1 ? 1 : after) & ((Word{1} << 46) - 1)) << time_shift;
    }
    /// Departures of senders that share one are told apart while no other of them goes.
    static constexpr std::size_t least_slots = 8;
    static constexpr std::size_t most_octets_of_slots = std::size_t{256} << 20;
    static constexpr std::uint32_t no_slot = ~std::uint32_t{0};
    [[nodiscard]] std::atomic<Word>* departures(KnownPaths::Sender sender) const noexcept
    {
        const auto slot = sender < slot_of_.size() ? slot_of_[sender] : no_slot;
        return slot == no_slot ? nullptr : departures_[slot].get();
    }

    RouteNames names_;
    std::vector<std::unique_ptr<SetNumbers>> sets_;
    FingerprintRules rules_;
    TimePoint start_{};
    std::unique_ptr<std::atomic<Word>[]> words_;
    std::unique_ptr<std::atomic<std::uint32_t>[]> late_;   // microseconds and one; 0: no schedule
    std::unique_ptr<std::atomic<std::uint64_t>[]> due_;    // of single changes: nanoseconds after start_, and one; 0: none waits
    std::vector<std::uint8_t> group_of_;                   // by sender
    std::size_t groups_ = 0;
    bool has_due_times_ = false;
    bool keeps_slowest_ = false;
    std::atomic<Word> operation_{0};
    std::atomic<Word> all_right_since_{0};
    KnownPaths paths_;
    ChangedPaths changed_paths_;
    std::vector<std::uint32_t> slot_of_;                             // by sender
    std::vector<std::unique_ptr<std::atomic<Word>[]>> departures_;   // of a slot, by number; 0: none
    std::unique_ptr<std::atomic<Word>[]> ends_;   // by sender: when its session was ended; 0: when that was noted
    std::atomic<bool> any_departed_{false};
};

}   // namespace barrage
