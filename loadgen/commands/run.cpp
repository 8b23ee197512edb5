#include "loadgen/commands/run.hpp"

#include <fmt/format.h>

#include <memory>

#include "loadgen/commands/option_words.hpp"
#include "loadgen/inject/inject_options.hpp"
#include "loadgen/run/run_scenario.hpp"
#include "loadgen/scenario/phase_table.hpp"

namespace barrage {

namespace {

struct File {
    const char* names;
    std::string RunOptions::* into;
    const char* type;
    const char* description;
};
constexpr File files[] = {
    {"--report", &RunOptions::report_file, "FILE.json", "Write the run's report, barrage.report/1"},
    {"--html", &RunOptions::html_file, "FILE.html", "Write it as a page that needs nothing else"},
    {"--series", &RunOptions::series_file, "FILE.ndjson", "Write the counters over time, one JSON object a line"},
    {"--hgrm", &RunOptions::hgrm_file, "FILE.hgrm",
     "Write latencies as HdrHistogram's percentiles in milliseconds: of announcements; other kinds in files beside it"},
};

/// One line a phase, and what it does.
std::string phases_text()
{
    std::string text = "Phases:\n";
    for (const auto& phase : phase_words()) text += fmt::format("  {:<9} {}\n", phase.word, phase.description);
    return text + "  repeat    phases, so many times\n";
}

}   // namespace

void add_run_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("run", "Plays a scripted stress run (a scenario) and measures what comes of it");
    const auto run = std::make_shared<RunOptions>();
    const auto dut = std::make_shared<std::string>();
    command.add_option("SCENARIO", run->file, "The scenario, YAML; `loadgen validate --schema` says what may stand in it")
        ->required()
        ->type_name("FILE.yaml");
    command.add_option("--dut", *dut, "The device under test, instead of the scenario's")->type_name("ADDR[:PORT]");
    option_words::add(command, "--pid", "N",
                      "Of the device's process, where it is on this machine: its CPU and memory are watched",
                      [run](const std::string& text) -> std::expected<void, std::string> {
                          const auto pid = option_words::number_within(text, 1, 1u << 22);
                          if (!pid) return std::unexpected(pid.error());
                          run->pid = static_cast<std::int64_t>(*pid);
                          return {};
                      });
    command
        .add_option_function<std::vector<std::string>>(
            "--assert",
            [run](const std::vector<std::string>& words) {
                for (const auto& word : words) {
                    auto threshold = parse_threshold(word);
                    if (!threshold) throw CLI::ValidationError("--assert", threshold.error());
                    run->assertions.push_back(std::move(*threshold));
                }
            },
            "A threshold beside those of the scenario, such as 'convergence.p99 < 2s'; repeatable")
        ->type_name("'METRIC < VALUE'")
        ->expected(1)
        ->take_all();
    command
        .add_option_function<std::vector<std::string>>(
            "--set",
            [run](const std::vector<std::string>& words) {
                for (const auto& word : words) {
                    auto setting = parse_setting(word);
                    if (!setting) throw CLI::ValidationError("--set", setting.error());
                    run->settings.push_back(std::move(*setting));
                }
            },
            "A value of the scenario that is to be another, such as peers.senders.count=2 or phases.churn.for=1m; repeatable")
        ->type_name("KEY.KEY=VALUE")
        ->expected(1)
        ->take_all();
    option_words::add(command, "--seed", "N", "Of synthetic tables and of churn [the scenario's]",
                      [run](const std::string& text) -> std::expected<void, std::string> {
                          const auto seed = option_words::number_within(text, 0, ~std::uint64_t{0});
                          if (!seed) return std::unexpected(seed.error());
                          run->seed = *seed;
                          return {};
                      });
    for (const auto& [names, into, type, description] : files)
        command.add_option(names, (*run).*into, description)->type_name(type);
    option_words::add_metrics(command, run->metrics);
    command.add_flag(
        "--add-addresses", run->add_addresses,
        "Add the addresses that groups name to the interface that leads to the device, and take them away at the end; needs "
        "CAP_NET_ADMIN");
    command.add_flag("--allow-left-out", run->allow_left_out,
                     "Pass also where routes were not put on the wire, as the scenario's allow_left_out [exit status 4]");
    command.add_flag("--json", run->json, "Print the report in place of the summary");
    command.add_flag("--quiet", run->quiet, "No progress on stderr");
    option_words::add_engine(command, run->engine, "one for each core; never more than peers");
    command.footer(phases_text() +
                   "Times are taken at this process: when an UPDATE is handed to the kernel (and, where it is paced, when it was "
                   "due), and when\n"
                   "what the device makes of it is read from the receiving peer's socket.\n"
                   "Exit status: 0 passed; 2 usage or an error in the scenario; 3 a session could not be set up; 4 routes are "
                   "missing, or not\n"
                   "all was done; 99 a threshold failed; 130 interrupted.\n"
                   "Examples:\n"
                   "  loadgen run loadgen/scenarios/full-table.yaml --dut 192.0.2.1 --report run.json --html run.html\n"
                   "  loadgen run churn.yaml --dut 127.0.0.1:1790 --pid $(pidof bird) --assert 'convergence.p99 < 2s' --assert "
                   "'missing == 0'");
    command.callback([run, dut, &action] {
        if (!dut->empty()) {
            const auto endpoint = parse_router(*dut);
            if (!endpoint) throw CLI::ValidationError("--dut", endpoint.error());
            run->dut = *endpoint;
        }
        action = [run] { return run_scenario(*run); };
    });
}

}   // namespace barrage
