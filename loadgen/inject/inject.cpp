#include "loadgen/inject/inject.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "loadgen/sink/embedded_sink.hpp"
#include "loadgen/inject/inject_run.hpp"
#include "loadgen/routes/route_table.hpp"
#include "loadgen/console/interrupt.hpp"
#include "loadgen/routes/next_hop_doubts.hpp"
#include "loadgen/report/describe_table.hpp"
#include "loadgen/report/html.hpp"
#include "loadgen/routes/left_out_report.hpp"
#include "loadgen/words/numbers.hpp"
#include "loadgen/console/output_file.hpp"
#include "loadgen/report/summary.hpp"
#include "loadgen/console/result_output.hpp"
#include "loadgen/scenario/session_defaults.hpp"
#include "loadgen/play/source_addresses.hpp"
#include "loadgen/words/json_text.hpp"
#include "tuning/limits.hpp"

namespace barrage {

namespace {

ExitStatus wrong(const std::string& text, ExitStatus status = ExitStatus::usage)
{
    return ResultOutput{"inject"}.wrong(text, status);
}

std::vector<std::string> sink_arguments(const InjectOptions& options)
{
    std::vector<std::string> arguments{"--sessions", std::to_string(options.peers)};
    const auto add = [&](std::initializer_list<std::string> words) { arguments.insert(arguments.end(), words); };
    if (options.peer_as) add({"--local-as", std::to_string(options.peer_as->value)});
    if (options.add_path) add({"--add-path"});
    if (options.engine.mode) add({"--mode", *options.engine.mode == EngineMode::sync ? "sync" : "async"});
    return arguments;
}

/// The receiving side's counts against what had to come. Sessions are told apart by their source address, which each has for
/// itself.
void compare(RunReport& report, const InjectRun& run, const InjectOptions& options)
{
    std::uint64_t missing = 0;
    for (std::uint32_t peer = 0; peer < options.peers; ++peer) {
        const auto expected = run.expected(peer);
        std::uint64_t announced = 0;
        for (const auto& session : report.sink->sessions)
            if (expected.source && session.remote.starts_with(to_text(*expected.source) + ":")) announced += session.announced;
        missing += expected.announced - std::min(expected.announced, announced);
    }
    report.counters.missing = missing;
    const auto total = report.sink->total();
    if (total.malformed != 0)
        report.problems.push_back(fmt::format("the embedded sink found {} malformed messages", total.malformed));
    const bool was_to_finish = report.status == ExitStatus::passed || report.status == ExitStatus::incomplete;
    if (missing != 0 && was_to_finish)
        report.problems.push_back(fmt::format("the embedded sink misses {} routes", full_number(missing)));
    if (options.withdraw_after && report.status == ExitStatus::passed && total.live != 0)
        report.problems.push_back(
            fmt::format("the embedded sink still has {} routes that were withdrawn", full_number(total.live)));
    if (report.status == ExitStatus::passed && !report.problems.empty()) report.status = ExitStatus::incomplete;
}

/// Files beside the report; what cannot be written spoils an otherwise passed run.
void write_files(RunReport& report, const InjectOptions& options, Engine& engine, TimePoint start)
{
    const auto spoil = [&](const std::string& problem) {
        wrong(problem);
        report.problems.push_back(problem);
        if (report.status == ExitStatus::passed) report.status = ExitStatus::incomplete;
    };
    if (!options.trace_turns_file.empty()) {
        std::string trace;
        for (const auto* record : engine.turn_records()) trace += record->to_text(start);
        if (const auto written = write_file(options.trace_turns_file, trace); !written) spoil(written.error());
    }
    if (!options.report_file.empty())
        if (const auto written = write_file(options.report_file, json_text(to_json(report)) + "\n"); !written)
            spoil(written.error());
    if (!options.html_file.empty())
        if (const auto written = write_file(options.html_file, html_report(to_json(report))); !written) spoil(written.error());
}

}   // namespace

ExitStatus inject(const InjectOptions& options)
{
    constexpr std::uint64_t files_beside = 64;
    if (const auto files = raise_open_files(options.peers + files_beside); !files) return wrong(files.error());
    if (const auto writable = check_writable({options.report_file, options.html_file, options.trace_turns_file}); !writable)
        return wrong(writable.error());

    InterruptGuard guard;   // before there are sessions it simply ends us; the embedded sink ends with its parent
    RunReport report{.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))};
    report.host = host_facts();
    report.floor = floor_of_host(report.host.name, report.warnings);
    auto wanted = options.table;
    wanted.with_placeholders = options.next_hop.mode != NextHopMode::automatic;
    const auto table = load_routes(wanted);
    if (!table) return wrong(table.error());
    for (const auto& source : table->sources)
        if (!source.warning.empty()) {
            report.warnings.push_back(source.words + ": " + source.warning);
            wrong("warning: " + report.warnings.back());
        }
    for (const auto& source : table->sources)
        for (const auto& note : source.notes) {
            report.warnings.push_back(source.words + ": " + note);
            wrong("warning: " + report.warnings.back());
        }
    describe_table(report, *table);
    report.left_out = table->left_out();
    report.phases.push_back({"loading", table->load_time});

    auto words = options.engine;
    words.options.peers = options.peers;
    words.options.flat_out = options.rate_per_second == 0 && options.table.replay_speed == 0;
    words.options.record_turns = !options.trace_turns_file.empty();
    auto engine = make_engine(words);
    if (!engine) return wrong(engine.error());

    std::optional<EmbeddedSink> sink;
    if (!options.router) {
        auto started = EmbeddedSink::start(sink_arguments(options));
        if (!started) return wrong(started.error(), ExitStatus::session_failed);
        sink.emplace(std::move(*started));
    }
    const auto router = sink ? sink->address() : *options.router;
    const bool is_internal = options.local_as && options.local_as == options.peer_as;
    if (options.router)
        for (const auto& doubt : next_hop_doubts(*table, options.next_hop, router.address, !is_internal)) {
            report.warnings.push_back(doubt);
            wrong("warning: " + doubt);
        }
    report.target = sink ? "the embedded sink" : to_text(router);

    const auto start = Clock::now();
    const auto attached = guard.attach(**engine);
    AddedAddresses added;   // from here on an interrupt lets them be taken away again
    if (options.add_addresses) {
        std::vector<IpAddress> addresses;
        for (std::uint32_t peer = 0; peer < options.peers; ++peer)
            addresses.push_back(session_defaults::source_address_from(*options.source, peer));
        if (const auto done = add_source_addresses(added, addresses, router.address); !done) return wrong(done.error());
    }
    MetricsFeed metrics{"inject"};
    if (options.metrics)
        if (const auto served = metrics.serve(*options.metrics); !served) return wrong(served.error().text);
    metrics.left_out(report.left_out);
    Progress progress{Progress::style(options.quiet)};
    InjectRun run{options, *table, router, **engine, progress, metrics};
    run.run();
    run.fill(report);
    if (sink) {
        // Acknowledged is not read: the sink ends when it has seen the end of every session.
        const bool all_came = report.status == ExitStatus::passed;
        if (auto result = sink->finish(all_came ? EmbeddedSink::End::by_its_limits : EmbeddedSink::End::at_once)) {
            report.sink = std::move(*result);
            compare(report, run, options);
        } else {
            report.problems.push_back(result.error());
            if (report.status == ExitStatus::passed) report.status = ExitStatus::incomplete;
        }
    }
    judge_left_out(report, options.allow_left_out);
    const auto usage = process_usage();
    report.memory.resident_octets = usage.resident_octets;
    report.memory.peak_resident_octets = usage.peak_resident_octets;
    take(report, judge_limits(measures_of(report, report.shards)));
    write_files(report, options, **engine, start);

    return ResultOutput{"inject", options.json, options.quiet}.print(to_json(report), summary(report), report.problems,
                                                                     report.status);
}

}   // namespace barrage
