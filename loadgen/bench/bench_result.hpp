#pragma once
// What `loadgen bench` found: each contender's runs on each piece of work, whether all of them delivered the same routes, and
// what follows. Values and pure functions; any thread.

#include <boost/json.hpp>

#include <functional>
#include <string>
#include <vector>

#include "loadgen/bench/measured_run.hpp"

namespace barrage {

/// Of the runs of one contender.
struct Spread {
    double median = 0, least = 0, most = 0;
};
Spread spread_of(std::vector<double> values);

struct ContenderResult {
    Contender contender;
    MeasuredRun proof;               // before the timed ones: the receiver checked, kept and digested what came
    std::vector<MeasuredRun> runs;   // timed, one a round
    std::string difference;          // from what the first contender delivered; empty: it delivered the same

    /// Of the runs that count.
    [[nodiscard]] Spread spread(const std::function<double(const MeasuredRun&)>& figure) const;
    [[nodiscard]] std::string problem() const;   // of the first run that does not count
};

/// Routes/s of one contender over those of another, in runs next to each other.
struct Ratio {
    double of_medians = 0, least = 0, most = 0;
    std::uint32_t rounds = 0, rounds_faster = 0, rounds_slower = 0;

    /// A share of rounds that chance brings about once in 16 times with five of them.
    [[nodiscard]] bool is_faster() const noexcept { return rounds > 1 && rounds_faster == rounds; }
    [[nodiscard]] bool is_slower() const noexcept { return rounds > 1 && rounds_slower == rounds; }
};
Ratio ratio(const ContenderResult& of, const ContenderResult& to);

struct WorkResult {
    std::uint32_t peers = 0;
    std::vector<ContenderResult> contenders;   // sync first

    /// The async one with the highest median; null where none has any.
    [[nodiscard]] const ContenderResult* best_async() const;
};

struct BenchResult {
    std::string started;   // UTC, RFC 3339
    std::size_t cores = 0;
    BenchOptions options;
    std::vector<WorkResult> works;
    double seconds = 0;
    bool interrupted = false;

    /// Every contender delivered the same routes with the same attributes, in every run.
    [[nodiscard]] bool same_work() const;
    [[nodiscard]] ExitStatus status() const;
};

/// sync against async in one sentence.
std::string verdict(const BenchResult& result);
/// What a reader of the figures has to know: who was the limit, what disturbed, who did other work.
std::vector<std::string> remarks(const BenchResult& result);

std::string to_text(const BenchResult& result);
boost::json::object to_json(const BenchResult& result);
std::string to_html(const BenchResult& result);

}   // namespace barrage
