#include "loadgen/bench/calibration.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/time.hpp"
#include "loadgen/console/child_listener.hpp"
#include "loadgen/console/output_file.hpp"
#include "loadgen/words/document_json.hpp"
#include "loadgen/words/numbers.hpp"
#include "tuning/host_facts.hpp"

namespace barrage {

namespace {

using document::number;
using document::part;

constexpr auto run_patience = std::chrono::seconds{60};
constexpr double kept = 0.98;                                           // of a rate: the schedule held …
constexpr auto latest = std::chrono::milliseconds{20};                  // … and nothing left later than that (p99)
constexpr std::uint32_t latency_rate = 1'000, latency_routes = 2'000;   // slow enough that no route waits for another
constexpr std::uint32_t first_rate = 10'000, last_rate = 1'280'000;
constexpr std::uint32_t unpaced_routes = 50'000;

/// Gone with what is in it.
class TemporaryFolder {
public:
    TemporaryFolder()
    {
        auto name = (std::filesystem::temp_directory_path() / "barrage-calibrate-XXXXXX").string();
        if (mkdtemp(name.data())) path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder()
    {
        std::error_code none;
        if (!path_.empty()) std::filesystem::remove_all(path_, none);
    }
    [[nodiscard]] bool is_there() const noexcept { return !path_.empty(); }
    [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

/// One sender, one receiver, one announcement; `rate` 0: as fast as it is taken.
std::string scenario_text(std::uint32_t routes, std::uint32_t rate, bool measures)
{
    return fmt::format("name: calibration\n"
                       "dut: {{as: 65000}}\n"
                       "peers:\n"
                       "  - {{name: sender, as: 65001, routes: \"range:10.0.0.0/24x{}\", next_hop: self}}\n"
                       "  - {{name: receiver, as: 64601{}}}\n"
                       "phases:\n"
                       "  - connect: {{timeout: 10s}}\n"
                       "  - hold: 200ms\n"
                       "  - announce: {}\n"
                       "  - {}\n",
                       routes, measures ? "" : ", measure: false",
                       rate == 0 ? std::string{"{timeout: 30s}"} : fmt::format("{{rate: {}, timeout: 30s}}", rate),
                       measures ? "wait: {for: converged, timeout: 20s}" : "hold: 300ms");
}

class Bench {
public:
    Bench(const CalibrationOptions& options, ChildProcess device, Endpoint address)
        : options_(options), device_(std::move(device)), address_(address)
    {
    }

    /// The report of one run; an error where it did not pass.
    std::expected<boost::json::object, std::string> run(std::uint32_t routes, std::uint32_t rate, bool measures)
    {
        const auto scenario = folder_.file("scenario.yaml"), report = folder_.file("report.json");
        if (const auto written = write_file(scenario, scenario_text(routes, rate, measures)); !written)
            return std::unexpected(written.error());
        Program program{.argv = {"/proc/self/exe", "run", scenario, "--dut", to_text(address_), "--report", report, "--quiet"},
                        .captures_errors = true};
        program.argv.insert(program.argv.end(), options_.engine_words.begin(), options_.engine_words.end());
        auto child = ChildProcess::start(program);
        if (!child) return std::unexpected("cannot start the tester: " + child.error().text);
        const auto end = wait_for_end(*child, Clock::now() + run_patience);
        if (!end) return std::unexpected("a run of some seconds did not end");
        if (end->signal != 0) return std::unexpected(fmt::format("the tester was ended by signal {}", end->signal));
        std::ifstream file{report, std::ios::binary};
        std::ostringstream text;
        text << file.rdbuf();
        boost::system::error_code error;
        auto document = boost::json::parse(text.str(), error);
        if (error || !document.is_object()) {
            const auto error_line = next_line(child->errors(), Clock::now());
            return std::unexpected("the tester wrote no report" + (error_line ? ": " + *error_line : std::string{}));
        }
        if (document::text(document.as_object(), "result") != "passed") {
            const auto& problems = document::list(document.as_object(), "problems");
            return std::unexpected("a run did not pass" + (problems.empty() || !problems[0].is_string()
                                                               ? std::string{}
                                                               : ": " + std::string{problems[0].as_string()}));
        }
        return std::move(document.as_object());
    }

    [[nodiscard]] bool is_ready() const noexcept { return folder_.is_there(); }

private:
    const CalibrationOptions& options_;
    ChildProcess device_;
    Endpoint address_;
    TemporaryFolder folder_;
};

Floor::Time time_of(const boost::json::object* from, const char* key)
{
    const auto value = from ? number(*from, key) : std::nullopt;
    return Floor::Time{static_cast<std::int64_t>(value.value_or(0) * 1e9)};
}

double announce_rate(const boost::json::object& scenario)
{
    double rate = 0;
    document::for_each_object(document::list(scenario, "phases"), [&](const boost::json::object& phase) {
        if (document::text(phase, "word") == "announce") rate = number(phase, "rate_per_second").value_or(0);
    });
    return rate;
}

/// The best of some runs: what disturbs one makes it slower, never faster.
double best_rate(Bench& bench, bool measures)
{
    constexpr int runs = 3;
    double best = 0;
    for (int i = 0; i < runs; ++i)
        if (const auto report = bench.run(unpaced_routes, 0, measures))
            if (const auto* scenario = part(*report, "scenario")) best = std::max(best, announce_rate(*scenario));
    return best;
}

}   // namespace

std::expected<Floor, std::string> calibrate(const CalibrationOptions& options)
{
    ::unsetenv("GITHUB_STEP_SUMMARY");   // the run below has no answer of its own there
    Program program{.argv = {"/proc/self/exe", "device", "--listen", "127.0.0.1:0"}, .captures_errors = true};
    program.argv.insert(program.argv.end(), options.engine_words.begin(), options.engine_words.end());
    auto device = ChildProcess::start(program);
    if (!device) return std::unexpected("cannot start the device: " + device.error().text);
    const auto address = listening_address(*device, "the device");
    if (!address) return std::unexpected(address.error());
    Bench bench{options, std::move(*device), *address};
    if (!bench.is_ready()) return std::unexpected(std::string{"cannot make a temporary folder"});

    options.progress(fmt::format("times of {} routes at {}/s", full_number(latency_routes), short_number(latency_rate)));
    const auto first = bench.run(latency_routes, latency_rate, true);
    if (!first) return std::unexpected(first.error());
    const auto* scenario = part(*first, "scenario");
    const auto* times = scenario ? part(*scenario, "convergence") : nullptr;
    if (!times) return std::unexpected(std::string{"no times were measured"});
    Floor floor{.host = host_facts().name,
                .date = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))),
                .version = BARRAGE_VERSION,
                .engine = fmt::format("{}, {:.0f} thread{}", document::text(*first, "mode"), number(*first, "shards").value_or(1),
                                      number(*first, "shards").value_or(1) == 1 ? "" : "s"),
                .p50 = time_of(times, "p50_seconds"),
                .p99 = time_of(times, "p99_seconds"),
                .max = time_of(times, "max_seconds"),
                .lateness_p99 = time_of(part(*scenario, "lateness"), "p99_seconds")};

    for (auto rate = first_rate; rate <= last_rate; rate *= 2) {
        options.progress(fmt::format("the schedule at {}/s", short_number(rate)));
        const auto report = bench.run(rate / 2, rate, true);
        const auto* ran = report ? part(*report, "scenario") : nullptr;
        if (!ran || announce_rate(*ran) < kept * rate || time_of(part(*ran, "lateness"), "p99_seconds") > latest) break;
        floor.rate_per_second = rate;
    }

    options.progress("what measuring costs");
    const auto without = best_rate(bench, false), with = best_rate(bench, true);
    if (without > 0 && with > 0) floor.measuring_cost = std::clamp(1 - with / without, 0.0, 1.0);
    return floor;
}

}   // namespace barrage
