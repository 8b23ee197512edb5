#pragma once
// The document that `--report` writes, schema barrage.report/1: every number with its unit in its name; report.schema.json beside
// this says what each key means. Filled by who ran; printed by summary.hpp for people. A value; any thread.

#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/console/exit_status.hpp"
#include "loadgen/play/floor.hpp"
#include "loadgen/play/judge.hpp"
#include "loadgen/sink/sink_result.hpp"
#include "rib/left_out.hpp"
#include "tuning/host_facts.hpp"

namespace barrage {

struct RunReport {
    std::string started;   // UTC, RFC 3339
    HostFacts host = {};
    std::optional<Floor> floor = {};   // nothing: this machine was never calibrated
    std::string target;                // "embedded sink" or the router's address and port
    std::string mode;
    std::uint32_t shards = 1;
    ExitStatus status = ExitStatus::passed;
    std::vector<std::string> problems;   // why it did not pass
    std::vector<std::string> warnings;

    struct Source {
        std::string words;
        std::uint64_t announced = 0;
        std::uint64_t withdrawn = 0;
        std::uint64_t groups = 0;   // of one attribute set
        std::string warning;
    };
    std::vector<Source> sources;
    bool sliced = false;

    struct Phase {
        std::string name;
        std::chrono::nanoseconds time;
    };
    std::vector<Phase> phases;

    /// The five, never mixed. Withdrawn routes count as announced ones do.
    struct Counters {
        std::uint64_t expected = 0;   // routes that were to be sent
        std::uint64_t sent = 0;
        std::uint64_t wire = 0;
        std::uint64_t acked = 0;
        std::optional<std::uint64_t> reflected;
        std::optional<std::uint64_t> missing;   // where the receiving side reports it
        std::uint64_t wire_updates = 0;
        std::uint64_t wire_octets = 0;
    };
    Counters counters;
    LeftOut left_out;   // by the readers of sources and by sessions

    /// From the first Established to the last acknowledgement, of what was announced.
    struct Rates {
        std::chrono::nanoseconds time{};
        double routes_per_second = 0;
        double updates_per_second = 0;
        double octets_per_second = 0;
        std::optional<double> scheduled_routes_per_second;
    };
    Rates rates;

    struct Memory {
        std::uint64_t table_octets = 0;   // beyond the interned attributes
        double table_octets_per_route = 0;
        std::uint64_t attribute_sets = 0;
        std::uint64_t attribute_octets = 0;
        std::optional<std::uint64_t> allocated_octets;   // tables and attributes as the allocator counts them
        std::uint64_t resident_octets = 0;
        std::uint64_t peak_resident_octets = 0;
    };
    Memory memory;

    /// While routes were sent.
    struct Limits {
        double own_cores = 0;         // CPU time over time: 1 is one core
        double other_cpu_share = 0;   // of the whole machine, 0 to 1
        double blocked_share = 0;     // of the sessions' time, 0 to 1: the socket took nothing while octets waited
        std::string limited_by;       // one word, and a line about it: see Judgement
        std::string explanation;
    };
    Limits limits;
    std::vector<Finding> findings;   // in the order of their list

    struct Session {
        std::uint32_t peer = 0;
        std::uint32_t local_as = 0;
        std::optional<std::uint32_t> peer_as;                  // once it was Established
        std::string peer_software;                             // as the OPEN names it; empty where it does not
        std::string source;                                    // address; empty: the kernel's choice
        std::optional<std::chrono::nanoseconds> established;   // since the start of connecting
        std::optional<std::chrono::nanoseconds> acked;         // since its Established, everything announced
        std::uint64_t sent_routes = 0;
        std::uint64_t wire_routes = 0;
        std::uint64_t acked_routes = 0;
        std::uint64_t wire_octets = 0;
        std::chrono::nanoseconds blocked{};
        std::string end;   // why it ended
    };
    std::vector<Session> sessions;

    std::optional<SinkResult> sink;
};

boost::json::object to_json(const RunReport& report);
/// The exit status in one word.
std::string_view name(ExitStatus status) noexcept;

/// Of a run of `inject`: what the judge is asked. `cores`: what sending may use at most.
Measures measures_of(const RunReport& report, double cores);
/// What it answered, in `limits` and `findings`.
void take(RunReport& report, Judgement judgement);
/// As reports have them: word, text, advice.
boost::json::array to_json(const std::vector<Finding>& findings);

}   // namespace barrage
