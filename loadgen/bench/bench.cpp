#include "loadgen/bench/bench.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "loadgen/bench/bench_result.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/frame/command_frame.hpp"
#include "loadgen/report/run_report.hpp"
#include "loadgen/words/json_text.hpp"
#include "loadgen/words/numbers.hpp"
#include "tuning/cpu_affinity.hpp"

namespace barrage {

namespace {

/// The rounds over one piece of work.
class Rounds {
public:
    Rounds(const BenchOptions& options, WorkResult& work, Signals& signals) : options_(options), work_(work), signals_(signals) {}

    /// False where it was interrupted.
    bool prove()
    {
        for (auto& each : work_.contenders) {
            print_progress(each, "checked");
            each.proof = run(each, true, expected_distinct_);
            if (each.proof.status == ExitStatus::interrupted) return false;
            if (&each == &work_.contenders.front()) expected_distinct_ = each.proof.least_distinct;
            each.difference = difference(each.proof);
        }
        return true;
    }

    bool time()
    {
        // Everybody is first as often as any other.
        for (std::uint32_t round = 0; round < options_.repeats; ++round)
            for (std::size_t i = 0; i < work_.contenders.size(); ++i) {
                auto& each = work_.contenders[(round + i) % work_.contenders.size()];
                if (!each.problem().empty()) continue;   // it is reported once; another run would only take the time
                print_progress(each, fmt::format("round {} of {}", round + 1, options_.repeats));
                auto measured =
                    run(each, options_.check_every_run, options_.check_every_run ? expected_distinct_ : expected_announced());
                if (measured.status == ExitStatus::interrupted) return false;
                judge(each, measured);
                each.runs.push_back(std::move(measured));
            }
        return true;
    }

private:
    MeasuredRun run(const ContenderResult& each, bool checks, std::uint64_t expect)
    {
        return measure({.contender = &each.contender, .peers = work_.peers, .checks = checks, .expect = expect}, options_,
                       signals_);
    }
    [[nodiscard]] std::uint64_t expected_announced() const { return work_.contenders.front().proof.least_announced; }

    /// From what the first contender delivered; empty: nothing, or there is nothing to compare.
    [[nodiscard]] std::string difference(const MeasuredRun& proof) const
    {
        const auto& first = work_.contenders.front().proof;
        if (!proof.counts() || !first.counts()) return {};
        if (proof.sessions != first.sessions) return fmt::format("{} sessions of {}", proof.sessions, first.sessions);
        if (proof.live != first.live) return fmt::format("{} routes of {}", full_number(proof.live), full_number(first.live));
        if (proof.digest != first.digest)
            return fmt::format("as many routes with other attributes or prefixes: digest {:016x}", proof.digest.value_or(0));
        return {};
    }
    void judge(const ContenderResult& each, MeasuredRun& measured) const
    {
        if (!measured.counts()) return;
        const auto& proof = each.proof;
        const auto wanted =
            each.contender.is_ours() ? proof.announced : std::min(proof.announced, work_.contenders.front().proof.announced);
        if (measured.announced < wanted)
            measured.problem = fmt::format("only {} of {} routes came", full_number(measured.announced), full_number(wanted));
        else if (measured.digest && measured.digest != proof.digest)
            measured.problem = "other routes came than in the run before the timed ones";
        if (!measured.counts()) measured.status = ExitStatus::incomplete;
    }
    void print_progress(const ContenderResult& each, const std::string& what) const
    {
        if (options_.quiet) return;
        barrage::print_error(
            "bench", fmt::format("{} peer{}, {}: {}", work_.peers, work_.peers == 1 ? "" : "s", each.contender.name, what));
    }

    const BenchOptions& options_;
    WorkResult& work_;
    Signals& signals_;
    std::uint64_t expected_distinct_ = 0;
};

void run_all(BenchResult& result)
{
    Signals signals{{SIGINT, SIGTERM}, Signals::Unwatched::waits};
    for (const auto peers : result.options.peers) {
        auto& work = result.works.emplace_back(WorkResult{.peers = peers, .contenders = {}});
        for (auto& contender : contenders(result.options))
            work.contenders.push_back({.contender = std::move(contender), .proof = {}, .runs = {}, .difference = {}});
        Rounds rounds{result.options, work, signals};
        result.interrupted = !rounds.prove();
        // A command line that our own injector does not take is said once.
        const bool usable = work.contenders.front().proof.status != ExitStatus::usage;
        if (!result.interrupted && usable) result.interrupted = !rounds.time();
        if (result.interrupted || !usable) return;
    }
}

}   // namespace

ExitStatus bench(const BenchOptions& options)
{
    ::unsetenv("GITHUB_STEP_SUMMARY");   // the runs of a comparison have no answer of their own there
    const CommandFrame frame{{.command = "bench", .metrics = {}, .quiet = options.quiet, .engine = {}}};
    // Children inherit the limit of open files.
    const auto prepared =
        frame.prepare({.sockets = std::ranges::max(options.peers), .files_to_write = {options.json_file, options.html_file}});
    if (!prepared) return prepared.error();
    BenchResult result{.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))),
                       .cores = usable_cores().size(),
                       .options = options,
                       .works = {}};
    const auto began = std::chrono::steady_clock::now();
    run_all(result);
    result.seconds = seconds(std::chrono::steady_clock::now() - began);

    auto status = result.status();
    if (status == ExitStatus::usage) return frame.wrong(result.works.front().contenders.front().proof.problem, status);
    const auto write = [&](const std::string& path, const std::string& text) {
        if (!frame.write(path, text) && status == ExitStatus::passed) status = ExitStatus::incomplete;
    };
    if (!options.json_file.empty()) write(options.json_file, json_text(to_json(result)) + "\n");
    if (!options.html_file.empty()) write(options.html_file, to_html(result));
    return frame.output().print_text(to_text(result), status);
}

}   // namespace barrage
