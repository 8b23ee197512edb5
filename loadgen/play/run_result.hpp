#pragma once
// What a scenario came to: filled by the player, judged by verdict, written by scenario_report. A value; any thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/message/notification.hpp"
#include "engine/reflections.hpp"
#include "loadgen/console/exit_status.hpp"
#include "loadgen/play/comparison.hpp"
#include "loadgen/play/finding.hpp"
#include "loadgen/play/floor.hpp"
#include "loadgen/play/not_returned.hpp"
#include "loadgen/scenario/phase_kind.hpp"
#include "loadgen/scenario/threshold.hpp"
#include "rib/left_out.hpp"
#include "rib/route_slice.hpp"

namespace barrage {

/// Percentiles of a histogram, for a receiver or a phase.
struct Spread {
    std::uint64_t count = 0;
    std::chrono::nanoseconds min{}, p50{}, p90{}, p99{}, p999{}, max{};
    double mean_seconds = 0;
    static Spread of(const Histogram& histogram);
};

struct RunResult {
    using Time = std::chrono::nanoseconds;

    struct Receiver {
        std::uint32_t peer = 0;   // from 1
        std::string name;
        Spread announced, withdrawn, failover;
        std::uint64_t duplicates = 0;
        std::optional<Time> last_change;   // since the operation began
        std::uint64_t not_returned = 0;
    };
    /// Of a graceful restart: routes of the peers that restarted, at all receivers.
    struct Kept {
        std::uint64_t at_stake = 0;
        std::uint64_t flushed = 0;                     // withdrawn before they were announced again
        std::optional<Time> first_flush, last_flush;   // since the sessions were ended
        Time down{};                                   // until the last was Established again
    };
    struct Phase {
        std::string name;
        std::string repetition_of;   // as of the scenario's phase
        /// A threshold of this name is about it.
        [[nodiscard]] bool is_called(std::string_view word) const
        {
            return !word.empty() && (name == word || repetition_of == word);
        }
        PhaseKind kind;
        Time began{};   // since the beginning of the run
        Time took{};
        std::string note;
        bool is_operation = false;       // something is measured from its beginning on
        std::uint64_t wire_routes = 0;   // within it
        std::uint64_t wire_updates = 0;
        std::uint64_t wire_octets = 0;
        std::uint64_t acked_routes = 0;
        std::uint64_t reflected = 0;
        std::optional<double> asked_rate;   // routes or changes a second
        std::optional<double> rate;
        std::optional<Time> first_change;   // from its beginning to the first change at any receiver
        std::optional<Time> settled;        // from its beginning to the last change at any receiver, until the next operation
        ReflectionTimes times;
        std::vector<SenderTimes> times_by_group;   // of RunResult::sender_groups
        Histogram establish;
        Histogram lateness;
        std::optional<NotReturned> not_returned;   // nothing: no receiver measured it
        std::uint64_t not_returned_awaited = 0;    // … of those, after they were waited for
        /// `awaited`: there was time for it.
        void add_not_returned(const NotReturned& missed, bool awaited);
        std::uint64_t malformed = 0;               // UPDATEs of the device, within it
        std::uint32_t peers_down = 0;              // of those that it was for: with them nothing was done
        std::optional<double> dut_cores;           // mean; nothing: it was not watched
        std::optional<std::uint64_t> dut_octets;   // most
        bool finished = false;
        std::optional<Kept> kept;
        std::uint64_t failover_not_needed = 0;   // at all receivers: see Reflections
        std::optional<Comparison> comparison;    // when it was waited for convergence, over all receivers
        std::vector<Receiver> receivers;
    };
    /// Totals at a moment.
    struct Sample {
        double at_seconds = 0;
        std::uint32_t up = 0;
        std::uint64_t sent = 0, wire = 0, acked = 0, reflected = 0, live = 0;
        double own_cores = 0, dut_cores = 0;
        std::uint64_t dut_octets = 0;
    };
    struct Peer {
        std::uint32_t number = 0;
        std::string group;
        std::string address;
        std::uint32_t as = 0;
        bool sends = false, receives = false, measures = false;
        std::uint64_t routes = 0;   // that it has, advertised or not
        RouteCount of_sources;      // … of which so many are announced, and withdrawn by a file of updates
        std::uint64_t left_out = 0;
        std::optional<std::uint32_t> peer_as;   // once it was Established
        std::string peer_software;              // as the OPEN names it; empty where it does not
        std::optional<Time> established;        // from the first attempt
        std::optional<Time> established_at;     // since the beginning of the run
        std::optional<Time> all_acked;          // from Established to the acknowledgement of everything that it advertised first
        std::chrono::nanoseconds blocked{};
        std::uint64_t sent = 0, wire = 0, acked = 0, wire_octets = 0, reflected = 0;
        Comparison comparison;                   // at the end
        Spread announced, withdrawn, failover;   // over the run
        double blocked_share = 0;
        std::uint32_t losses = 0;
        std::string end;
        // Of what the device sent.
        std::uint64_t malformed = 0;
        std::string malformed_sample;   // the first: RFC 7606's action and what is wrong
        std::uint64_t not_negotiated = 0;
        std::uint64_t repeated_notifications = 0;
    };
    /// A session that ended unexpectedly.
    struct Loss {
        std::uint32_t number = 0;          // of the peer, from 0
        std::vector<std::string> phases;   // while which, and after which operation
        std::string group;
        std::string peer;
        std::string end;                                 // one line for a person
        std::optional<Notification> notification = {};   // the device's
        bool expected = false;
    };
    struct Verdict {
        Threshold threshold;
        std::optional<double> measured;   // nothing: it was not measured, and the threshold fails
        bool holds = false;
    };
    struct Device {
        bool watched = false;
        double mean_cores = 0, most_cores = 0;
        std::uint64_t most_octets = 0;
    };
    ExitStatus status = ExitStatus::passed;
    bool stopped = false;   // by a threshold, before its end
    std::vector<std::string> problems;
    std::vector<std::string> warnings;
    std::vector<Finding> findings;   // in the order of their list
    std::string limited_by;          // one word, and a line about it: see Judgement
    std::string limit_text;
    Time took{};
    std::vector<Phase> phases;
    std::vector<Sample> samples;
    std::vector<Peer> peers;
    Comparison comparison;   // at the end, over all receivers
    bool compared = false;
    std::uint64_t unique_routes = 0;   // prefixes that anybody has
    std::uint64_t sent = 0, wire = 0, wire_updates = 0, wire_octets = 0, acked = 0, reflected = 0;
    LeftOut left_out;   // by the readers of sources and by sessions
    std::uint32_t sessions_lost = 0;
    std::vector<Loss> losses;
    Device device;
    // Over the operations of the run.
    ReflectionTimes times;
    /// Of a set of routes that is expected within a time.
    struct SetTime {
        std::size_t expect = 0;      // index of Scenario::expects
        std::uint64_t changed = 0;   // its prefixes of which some change came back at some receiver
        Time slowest{};
        std::string sample;   // the prefix of that
    };
    bool attributes_compared = true;          // else only whether prefixes are there: whose path it is nobody can tell
    std::vector<std::size_t> sets_not_sent;   // indices of Scenario::expects: of these sets no route was ever sent
    std::vector<SetTime> set_times;
    std::vector<std::string> sender_groups;   // where times are told apart by them
    std::vector<SenderTimes> times_by_group;
    Histogram establish;
    Histogram lateness;   // of paced routes and changes
    // While something was announced or withdrawn.
    double own_cores = 0;
    double other_cpu_share = 0;   // of the machine, without the device where that is watched
    double blocked_share = 0;
    double full_read_share = 0;    // of receivers' turns, those in which more had come than a turn reads
    Time timer_lateness{};         // p99: how much later than asked this process was woken
    double timer_late_share = 0;   // of the time: between when it asked to be woken and when it was
    std::uint64_t swapped_octets = 0;
    Time clock_step{};   // the wall clock against the steady one
    std::vector<Verdict> verdicts;
};

/// What limited it, what was lost, what disturbed it: asks the judge, and adds to the findings. `cores`: that this process may use.
void find_limits(RunResult& result, double cores);
/// From sending to coming back, over the run: what is held against the machine's floor.
std::vector<MeasuredTime> times_of(const RunResult& result);
/// A metric of a threshold; nothing where it was not measured.
std::optional<double> metric_of(const RunResult& result, const Threshold& threshold);
/// Fills `verdicts`; a threshold that does not hold makes the status of a run that otherwise passed.
void judge(RunResult& result, const std::vector<Threshold>& thresholds);

}   // namespace barrage
