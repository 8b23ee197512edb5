#include "loadgen/commands/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "codec/describe.hpp"
#include "loadgen/commands/option_words.hpp"
#include "loadgen/console/terminal.hpp"
#include "loadgen/inject/inject_options.hpp"
#include "loadgen/run/run_scenario.hpp"
#include "loadgen/scenario/phase_table.hpp"
#include "loadgen/scenario/shipped_scenarios.hpp"
#include "loadgen/words/json_text.hpp"

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
    {"--markdown", &RunOptions::markdown_file, "FILE.md", "Write it in Markdown, for a ticket"},
    {"--junit", &RunOptions::junit_file, "FILE.xml", "Write it as JUnit's XML: the run and each threshold is a test case"},
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

/// The scenarios that come with loadgen, one a line: its name and what it is about.
ExitStatus list_scenarios(bool json)
{
    const auto all = shipped_scenarios();
    if (json) {
        boost::json::array list;
        for (const auto& each : all)
            list.push_back(boost::json::object{{"name", each.name}, {"about", each.about}, {"file", each.path}});
        fmt::print("{}\n", json_text(list));
    } else {
        std::size_t width = 0;
        for (const auto& each : all) width = std::max(width, each.name.size());
        std::string text;
        for (const auto& each : all) text += fmt::format("{:<{}}  {}\n", printable(each.name), width, printable(each.about));
        fmt::print("{}", wrapped(text, terminal_columns(STDOUT_FILENO)));
    }
    return std::fflush(stdout) == 0 ? ExitStatus::passed : ExitStatus::incomplete;
}

}   // namespace

void add_run_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("run", "Plays a scripted stress run (a scenario) and measures what comes of it");
    const auto run = std::make_shared<RunOptions>();
    const auto dut = std::make_shared<std::string>();
    const auto list = std::make_shared<bool>(false);
    command.add_option("SCENARIO", run->file, "The scenario: a YAML file, or the name of one that --list shows")
        ->type_name("FILE.yaml|NAME");
    command.add_flag("--list", *list, "List the scenarios that come with loadgen, found by name");
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
                   "  loadgen run --list\n"
                   "  loadgen run full-table --dut 192.0.2.1 --report run.json --html run.html\n"
                   "  loadgen run churn.yaml --dut 127.0.0.1:1790 --pid $(pidof bird) --assert 'convergence.p99 < 2s' --assert "
                   "'missing == 0'");
    command.callback([run, dut, list, &action] {
        if (*list) {
            action = [run] { return list_scenarios(run->json); };
            return;
        }
        if (run->file.empty()) throw CLI::RequiredError("SCENARIO");
        if (!dut->empty()) {
            const auto endpoint = parse_router(*dut);
            if (!endpoint) throw CLI::ValidationError("--dut", endpoint.error());
            run->dut = *endpoint;
        }
        action = [run] { return run_scenario(*run); };
    });
}

}   // namespace barrage
