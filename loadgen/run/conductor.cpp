#include "loadgen/run/conductor.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <set>

#include "loadgen/console/output_file.hpp"
#include "loadgen/play/judge_expected.hpp"
#include "loadgen/play/player.hpp"
#include "loadgen/play/source_addresses.hpp"
#include "loadgen/report/describe_table.hpp"
#include "loadgen/report/html.hpp"
#include "loadgen/report/junit.hpp"
#include "loadgen/report/markdown.hpp"
#include "loadgen/routes/next_hop_doubts.hpp"
#include "loadgen/routes/path_doubts.hpp"
#include "loadgen/scenario/session_defaults.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage {

namespace {

/// Said once for each group.
void warn_of_routes(const Scenario& scenario, const LoadedScenario& loaded, RunReport& report)
{
    for (std::size_t i = 0; i < scenario.groups.size(); ++i) {
        const auto& group = scenario.groups[i];
        if (!loaded.tables[i]) continue;
        auto doubts = next_hop_doubts(*loaded.tables[i], group.next_hop,
                                      {.router = loaded.dut.address, .external = is_external(scenario, group)});
        std::ranges::move(path_doubts(*loaded.tables[i], scenario.dut.as), std::back_inserter(doubts));
        for (const auto& doubt : doubts) report.warnings.push_back(fmt::format("group '{}': {}", group.name, doubt));
    }
}

void fill_common(RunReport& report, const Scenario& scenario, const LoadedScenario& loaded, const RunResult& result)
{
    std::set<const RouteTable*> seen;
    for (std::size_t i = 0; i < loaded.tables.size(); ++i) {
        const auto& table = loaded.tables[i];
        report.sliced |= scenario.groups[i].divided;
        if (!table || !seen.insert(table.get()).second) continue;
        describe_table(report, *table);
        for (const auto& source : table->sources)
            for (const auto& note : source.notes) report.warnings.push_back(source.words + ": " + note);
    }
    report.left_out = result.left_out;
    for (const auto& phase : result.phases) report.phases.push_back({phase.name, phase.took});
    auto& counters = report.counters;
    counters.sent = counters.expected = result.sent;
    counters.wire = result.wire;
    counters.acked = result.acked;
    counters.wire_updates = result.wire_updates;
    counters.wire_octets = result.wire_octets;
    if (result.compared) {
        counters.reflected = result.reflected;
        counters.missing = result.comparison.missing;
    }
    for (const auto& phase : result.phases) {
        if (!phase.kind.is<Scenario::Announce>()) continue;
        report.rates.time += phase.took;
        report.rates.routes_per_second += static_cast<double>(phase.wire_routes);
        report.rates.updates_per_second += static_cast<double>(phase.wire_updates);
        report.rates.octets_per_second += static_cast<double>(phase.wire_octets);
        if (phase.asked_rate) report.rates.scheduled_routes_per_second = phase.asked_rate;
    }
    if (const auto time = std::chrono::duration<double>(report.rates.time).count(); time > 0)
        for (auto* rate : {&report.rates.routes_per_second, &report.rates.updates_per_second, &report.rates.octets_per_second})
            *rate /= time;
    report.limits.own_cores = result.own_cores;
    report.limits.other_cpu_share = result.other_cpu_share;
    report.limits.blocked_share = result.blocked_share;
    report.limits.limited_by = result.limited_by;
    report.limits.explanation = result.limit_text;
    report.findings = result.findings;
    for (const auto& peer : result.peers)
        report.sessions.push_back({.peer = peer.number,
                                   .local_as = peer.as,
                                   .peer_as = peer.peer_as,
                                   .peer_software = peer.peer_software,
                                   .source = peer.address,
                                   .established = peer.established,
                                   .acked = peer.all_acked,
                                   .sent_routes = peer.sent,
                                   .wire_routes = peer.wire,
                                   .acked_routes = peer.acked,
                                   .wire_octets = peer.wire_octets,
                                   .blocked = peer.blocked,
                                   .end = peer.end});
    const auto usage = process_usage();
    report.memory.resident_octets = usage.resident_octets;
    report.memory.peak_resident_octets = usage.peak_resident_octets;
}

/// Those that groups name.
std::vector<IpAddress> addresses_of(const Scenario& scenario)
{
    std::vector<IpAddress> addresses;
    for (const auto& group : scenario.groups)
        for (std::uint32_t i = 0; group.address && i < group.count; ++i)
            addresses.push_back(session_defaults::source_address_from(*group.address, i));
    return addresses;
}

}   // namespace

bool is_external(const Scenario& scenario, const Scenario::Group& group)
{
    return !scenario.dut.as || group.as != *scenario.dut.as;
}

decltype(LoadedScenario::commands) read_commands(const Scenario& scenario, AttributePool& pool)
{
    decltype(LoadedScenario::commands) commands;
    for_each_phase(scenario.phases, [&](const Scenario::Phase& phase) {
        const auto* command = std::get_if<Scenario::Command>(&phase.what);
        if (!command) return;
        for (const auto& text : command->lines)
            if (auto line = read_api_line(text, pool)) commands[command].push_back(std::move(*line));   // they were checked
    });
    return commands;
}

FrameNeeds needs_of(std::uint64_t sessions, const PlayOptions& options)
{
    return {.sockets = sessions,
            .files_to_write = {options.report_file, options.html_file, options.markdown_file, options.junit_file,
                               options.series_file, options.hgrm_file, options.trace_turns_file}};
}

OrStatus<ScenarioReport> play(CommandFrame& frame, const Scenario& scenario, const LoadTables& load, const PlayOptions& options)
{
    const auto refuse = [&](const std::string& text) { return std::unexpected(frame.wrong(text)); };
    std::uint64_t peers = 0;
    for (const auto& group : scenario.groups) {
        peers += group.count;
        if (group.address && group.address->is_v4() != scenario.dut.address->is_v4())
            return refuse(fmt::format("group '{}': its address and the device's are not of the same family", group.name));
    }
    if (const auto prepared = frame.prepare(needs_of(peers, options)); !prepared) return std::unexpected(prepared.error());

    frame.catch_interrupts();
    ScenarioReport document{.scenario = &scenario};
    auto& report = document.report;
    report.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    LoadedScenario loaded{.scenario = &scenario, .command = options.command, .dut = {*scenario.dut.address, scenario.dut.port}};
    auto tables = load(scenario);
    if (!tables) return refuse(tables.error());
    loaded.tables = std::move(*tables);
    loaded.pool = std::make_shared<AttributePool>();
    loaded.commands = read_commands(scenario, *loaded.pool);
    report.target = to_text(loaded.dut);
    report.host = host_facts();
    report.floor = floor_of_host(report.host.name, report.warnings);
    if (options.doubts_routes) warn_of_routes(scenario, loaded, report);

    if (const auto served = frame.serve_metrics(); !served) return std::unexpected(served.error());
    std::set<const RouteTable*> tables_seen;
    for (const auto& table : loaded.tables)
        if (table && tables_seen.insert(table.get()).second) frame.metrics().left_out(table->left_out());
    frame.engine().options.peers = static_cast<std::uint32_t>(peers);
    frame.engine().options.record_turns = !options.trace_turns_file.empty();
    const auto all_runs = scenario.warmup + scenario.repeat;
    for (std::uint32_t run = 0; run < all_runs; ++run) {
        auto engine = frame.make_engine();
        if (!engine) return std::unexpected(engine.error());
        const auto watch = frame.interrupts_end(**engine);
        AddedAddresses added;   // from here on an interrupt lets them be taken away again
        if (options.add_addresses)
            if (const auto done = add_source_addresses(added, addresses_of(scenario), loaded.dut.address); !done)
                return refuse(done.error());
        const auto start = Clock::now();
        Player player{loaded, **engine, frame.progress(), frame.metrics()};
        auto result = player.run();
        if (!options.trace_turns_file.empty()) {
            std::string trace;
            for (const auto* record : (*engine)->turn_records()) trace += record->to_text(start);
            if (const auto written = write_file(options.trace_turns_file, trace); !written) {
                result.problems.push_back(written.error());
                result.status = worse(result.status, ExitStatus::incomplete);
            }
        }
        report.mode = (*engine)->mode() == EngineMode::sync ? "sync" : "async";
        report.shards = (*engine)->shards();
        for (auto& finding : find_near_floor(report.floor, times_of(result))) result.findings.push_back(std::move(finding));
        judge(result, scenario.thresholds);
        judge_expected(result, scenario);
        find_limits(result, report.shards);
        const bool counts = run >= scenario.warmup;
        const auto status = result.status;
        const auto stopped = result.stopped;
        const bool goes_on =
            status == ExitStatus::passed || status == ExitStatus::threshold_failed || status == ExitStatus::incomplete;
        if (counts || !goes_on || stopped) {
            const auto lead = all_runs > 1 ? fmt::format("run {}: ", run + 1) : std::string{};
            for (const auto& problem : result.problems) report.problems.push_back(lead + problem);
            for (const auto& verdict : result.verdicts)
                if (!verdict.holds)
                    report.problems.push_back(
                        fmt::format("{}threshold {}: {}", lead, verdict.threshold.words,
                                    verdict.measured ? value_text(*verdict.measured, verdict.threshold.unit) : "not measured"));
            for (const auto& warning : result.warnings)
                if (std::ranges::find(report.warnings, warning) == report.warnings.end()) report.warnings.push_back(warning);
            report.status = worse(report.status, status);
            document.runs.push_back(std::move(result));
        }
        if (!goes_on || stopped) break;
    }
    frame.release_interrupts();
    fill_common(report, scenario, loaded, document.runs.back());
    if (report.status == ExitStatus::session_failed)
        report.warnings.push_back(
            fmt::format("`loadgen doctor {}` tries it step by step and says what is in the way", report.target));
    return document;
}

namespace {

void write(const CommandFrame& frame, RunReport& report, const std::string& path, const std::string& text)
{
    if (const auto written = frame.write(path, text); !written) {
        report.problems.push_back(written.error());
        report.status = worse(report.status, ExitStatus::incomplete);
    }
}

/// In a job of GitHub Actions the file that the summary of its step is taken from: other steps write there too.
void add_to_step_summary(const CommandFrame& frame, const boost::json::object& json)
{
    const auto* path = std::getenv("GITHUB_STEP_SUMMARY");
    if (!path || *path == '\0') return;
    std::ofstream file{path, std::ios::app | std::ios::binary};
    file << markdown_report(json) << "\n";
    file.flush();
    if (!file) frame.wrong(fmt::format("cannot add to the step summary {}", path));
}

}   // namespace

ExitStatus write_and_print(const CommandFrame& frame, RunReport& report, const std::function<boost::json::object()>& to_json,
                           const std::function<std::string()>& summary, const PlayOptions& options)
{
    const auto json = to_json();
    const auto problems = report.problems.size();
    write(frame, report, options.report_file, json_text(json) + "\n");
    const auto write_as = [&](const std::string& path, std::string (*make)(const boost::json::object&)) {
        if (!path.empty()) write(frame, report, path, make(json));
    };
    write_as(options.html_file, html_report);
    write_as(options.markdown_file, markdown_report);
    write_as(options.junit_file, junit_report);
    add_to_step_summary(frame, json);
    // What could not be written is in what is printed.
    const auto printed = report.problems.size() == problems ? json : to_json();
    const auto text = std::string{std::string_view{printed.at("summary").as_string()}} + "\n" + summary();
    return frame.output().print(printed, text, report.problems, report.status);
}

ExitStatus write_and_print(const CommandFrame& frame, ScenarioReport& document, const PlayOptions& options)
{
    const auto& last = document.runs.back();
    write(frame, document.report, options.series_file, series_ndjson(last));
    if (!options.hgrm_file.empty())
        for (const auto& [path, text] : hgrm_files(options.hgrm_file, last)) write(frame, document.report, path, text);
    return write_and_print(frame, document.report, [&] { return to_json(document); }, [&] { return summary(document); }, options);
}

}   // namespace barrage
