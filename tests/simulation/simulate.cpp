// The simulation as a program: simulate [SEEDS=n] [FROM=s] [HONEST=1] [VERBOSE=1] [STOP=1]. Plays n seeds from s on, says which broke what, and the
// smallest plan that still does. Exit status 1 where any did. Every eighth seed is played twice, and has to go the same way. HONEST: nothing goes
// wrong in any of them, where else something does in every other one. STOP: at the first that broke something, as it is.

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "loadgen/words/numbers.hpp"
#include "tests/simulation/play.hpp"

namespace {

using namespace barrage;
using namespace barrage::simulation;

constexpr int most_shrinking = 300;
constexpr int most_failures = 10;

/// Of the seed that is played, for whoever finds the program dead.
char now_playing[64] = "";

void say_which(int signal)
{
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, now_playing, std::strlen(now_playing));
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

/// The number behind NAME= in the arguments.
std::uint64_t number_of(int count, char** arguments, std::string_view name, std::uint64_t otherwise)
{
    for (int i = 1; i < count; ++i) {
        std::string_view argument{arguments[i]};
        if (!argument.starts_with(name)) continue;
        argument.remove_prefix(name.size());
        std::uint64_t value = 0;
        if (std::from_chars(argument.data(), argument.data() + argument.size(), value).ec == std::errc{}) return value;
    }
    return otherwise;
}

}   // namespace

int main(int count, char** arguments)
{
    const auto seeds = number_of(count, arguments, "SEEDS=", 200);
    const auto from = number_of(count, arguments, "FROM=", 1);
    const bool only_honest = number_of(count, arguments, "HONEST=", 0) != 0;
    const bool stops = number_of(count, arguments, "STOP=", 0) != 0;
    const bool verbose = number_of(count, arguments, "VERBOSE=", 0) != 0;
    std::signal(SIGSEGV, say_which);
    std::signal(SIGABRT, say_which);

    const auto began = std::chrono::steady_clock::now();
    Duration simulated{};
    std::uint64_t steps = 0;
    std::uint64_t passed = 0;
    int failures = 0;
    for (auto seed = from; seed < from + seeds && failures < most_failures; ++seed) {
        std::snprintf(now_playing, sizeof now_playing, "died while playing seed %llu\n", static_cast<unsigned long long>(seed));
        const auto plan = make_plan(seed, only_honest || seed % 2 == 0);
        const auto start = std::chrono::steady_clock::now();
        auto outcome = play(plan);
        if (verbose) {
            fmt::print("{}seed {}: status {}, {} steps, {} simulated in {}, trace {:016x}\n", plan.text(), seed,
                       static_cast<int>(outcome.result.status), outcome.steps, duration_text(outcome.time),
                       duration_text(std::chrono::steady_clock::now() - start), outcome.trace);
            for (const auto& problem : outcome.result.problems) fmt::print("  problem: {}\n", problem);
            for (const auto& finding : outcome.result.findings)
                fmt::print("  finding: {}: {}\n", word(finding.kind), finding.text);
        }
        simulated += outcome.time;
        steps += outcome.steps;
        if (outcome.result.status == ExitStatus::passed) ++passed;
        if (outcome.broken.empty() && seed % 8 == 0 && play(plan).trace != outcome.trace)
            outcome.broken.emplace_back("played again it goes another way");
        if (outcome.broken.empty()) continue;
        ++failures;
        fmt::print("seed {}:\n", seed);
        for (const auto& what : outcome.broken) fmt::print("  {}\n", what);
        std::fflush(stdout);
        if (stops) break;
        const auto small = shrunk(plan, most_shrinking);
        fmt::print("the smallest plan that breaks something:\n{}", small.text());
        for (const auto& what : play(small).broken) fmt::print("  {}\n", what);
        std::fflush(stdout);
    }
    const auto took = std::chrono::steady_clock::now() - began;
    fmt::print("{} seeds from {} on: {} runs broke what must hold; {} runs passed, {} steps, {} simulated in {}\n", seeds, from,
               failures, passed, full_number(steps), duration_text(simulated), duration_text(took));
    return failures == 0 ? 0 : 1;
}
