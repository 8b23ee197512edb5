#include "loadgen/commands/calibrate.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include <cstdio>
#include <memory>

#include "loadgen/bench/calibration.hpp"
#include "loadgen/commands/option_words.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/words/json_text.hpp"
#include "loadgen/words/numbers.hpp"
#include "tuning/host_facts.hpp"

namespace barrage {

namespace {

struct CalibrateWords {
    EngineChoice engine;
    std::string file;   // empty: that of this host
    bool json = false;
    bool quiet = false;
};

std::vector<std::string> words_of(const EngineChoice& engine)
{
    std::vector<std::string> words;
    const auto add = [&](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
    if (engine.mode) add({"--mode", *engine.mode == EngineMode::sync ? "sync" : "async"});
    if (engine.options.shards != 0) add({"--shards", std::to_string(engine.options.shards)});
    return words;
}

std::string to_text(const Floor& floor, const std::string& path)
{
    return fmt::format("machine   {}\n"
                       "engine    {}\n"
                       "delay     p50 {}, p99 {}, max {}: from sending to coming back from an honest device on this machine\n"
                       "schedule  held up to {} routes/s; at 1.00k/s routes left {} late (p99)\n"
                       "cost      measuring takes {:.0f} % of the rate\n"
                       "file      {}\n",
                       to_text(host_facts()), floor.engine, duration_text(floor.p50), duration_text(floor.p99),
                       duration_text(floor.max), short_number(floor.rate_per_second), duration_text(floor.lateness_p99),
                       100 * floor.measuring_cost, path);
}

ExitStatus run_calibrate(const CalibrateWords& words)
{
    const auto floor = calibrate({.engine_words = words_of(words.engine), .progress = [&](const std::string& line) {
                                      if (!words.quiet) print_error_line(line);
                                  }});
    if (!floor) {
        print_error("calibrate", floor.error());
        return ExitStatus::incomplete;
    }
    const auto path = words.file.empty() ? floor_file(floor->host) : words.file;
    if (const auto written = write_floor(path, *floor); !written) {
        print_error("calibrate", written.error());
        return ExitStatus::incomplete;
    }
    if (words.json)
        fmt::print("{}\n", json_text(to_json(*floor)));
    else
        fmt::print("{}", to_text(*floor, path));
    if (std::fflush(stdout) == 0) return ExitStatus::passed;
    print_error("calibrate", "cannot write the result to standard output");
    return ExitStatus::incomplete;
}

}   // namespace

void add_calibrate_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("calibrate", "What this machine itself adds to times: reports quote it from then on");
    const auto words = std::make_shared<CalibrateWords>();
    command
        .add_option(
            "--file", words->file,
            "Where it is kept [$BARRAGE_CALIBRATION, else barrage/calibration-HOST.json in $XDG_STATE_HOME or ~/.local/state]")
        ->type_name("FILE");
    command.add_flag("--json", words->json, "The result as one JSON object");
    command.add_flag("--quiet", words->quiet, "No progress on stderr");
    option_words::add_engine(command, words->engine);
    command.footer("It takes some ten seconds and needs no router: an honest `loadgen device` and `loadgen run` talk over "
                   "loopback. Do it on a\n"
                   "quiet machine, with the engine of the runs. Times within twice the floor are a finding, near_floor.\n"
                   "Reports look for the file where it is kept without --file; say BARRAGE_CALIBRATION where it is elsewhere.\n"
                   "Examples:\n"
                   "  loadgen calibrate\n"
                   "  loadgen calibrate --mode sync --json");
    command.callback([words, &action] { action = [words] { return run_calibrate(*words); }; });
}

}   // namespace barrage
