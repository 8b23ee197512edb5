#include "loadgen/inject/inject.hpp"

#include <algorithm>
#include <iterator>

#include "loadgen/inject/inject_report.hpp"
#include "loadgen/inject/inject_scenario.hpp"
#include "loadgen/report/summary.hpp"
#include "loadgen/routes/next_hop_doubts.hpp"
#include "loadgen/routes/path_doubts.hpp"
#include "loadgen/routes/route_order.hpp"
#include "loadgen/sink/embedded_sink.hpp"

namespace barrage {

namespace {

/// `families`: those of the routes.
std::vector<std::string> sink_arguments(const InjectOptions& options, FamilySet families)
{
    std::vector<std::string> arguments{"--sessions", std::to_string(options.peers)};
    const auto add = [&](std::initializer_list<std::string> words) { arguments.insert(arguments.end(), words); };
    if (options.peer_as) add({"--local-as", std::to_string(options.peer_as->value)});
    if (options.add_path) add({"--add-path"});
    std::ranges::copy(sink_words_of(families), std::back_inserter(arguments));
    if (options.engine.mode) add({"--mode", *options.engine.mode == EngineMode::sync ? "sync" : "async"});
    return arguments;
}

/// The routes of all groups that send. What a person should know before it begins is said at once.
struct Loaded {
    std::shared_ptr<const RouteTable> table;
    std::vector<std::string> warnings = {};   // beside those that the report has from its sources

    /// For play().
    std::expected<RouteTables, std::string> operator()(const Scenario& scenario) const
    {
        RouteTables tables;
        for (const auto& group : scenario.groups) tables.push_back(group.sends() ? table : nullptr);
        return tables;
    }
};

std::expected<Loaded, std::string> load(const CommandFrame& frame, const InjectOptions& options)
{
    const auto warn = [&frame](const std::string& text) { frame.wrong("warning: " + text); };
    const bool is_internal = options.local_as && options.local_as == options.peer_as;
    const bool automatic = options.next_hop.mode == NextHopMode::automatic;
    auto wanted = options.table;
    wanted.with_placeholders = !automatic;
    wanted.drop_next_hops = options.verify && automatic && !is_internal;
    auto table = load_routes(wanted);
    if (!table) return std::unexpected(std::move(table.error()));
    for (const auto& source : table->sources) {
        if (!source.warning.empty()) warn(source.words + ": " + source.warning);
        for (const auto& note : source.notes) warn(source.words + ": " + note);
    }
    if (options.shuffled)
        for (auto& source : table->sources)
            source.routes = shuffled(*source.routes, *table->pool, options.table.seed.value_or(1));
    Loaded loaded;
    if (options.router)
        loaded.warnings = next_hop_doubts(
            *table, options.next_hop,
            {.router = options.router->address, .external = !is_internal, .is_verified = options.verify.has_value()});
    std::ranges::move(path_doubts(*table, options.peer_as), std::back_inserter(loaded.warnings));
    for (const auto& doubt : loaded.warnings) warn(doubt);
    loaded.table = std::make_shared<const RouteTable>(std::move(*table));
    return loaded;
}

ExitStatus inject_and_verify(CommandFrame& frame, const InjectOptions& options, const Loaded& loaded, const PlayOptions& playing)
{
    const auto scenario = verifying_scenario(options);
    auto played = play(frame, scenario, loaded, playing);
    if (!played) return played.error();
    auto& warnings = played->report.warnings;
    warnings.insert(warnings.end(), loaded.warnings.begin(), loaded.warnings.end());
    return write_and_print(frame, *played, playing);
}

}   // namespace

ExitStatus inject(const InjectOptions& options)
{
    PlayOptions playing = options;
    playing.command = "inject";
    playing.doubts_routes = false;   // they are looked for while it is loaded
    CommandFrame frame{playing};
    const auto sessions = options.peers + (options.verify ? 1 : 0);
    if (const auto prepared = frame.prepare(needs_of(sessions, playing)); !prepared) return prepared.error();
    frame.catch_interrupts();   // before the sink is started, which is to end with us
    const auto loaded = load(frame, options);
    if (!loaded) return frame.wrong(loaded.error());
    if (options.verify) return inject_and_verify(frame, options, *loaded, playing);

    std::optional<EmbeddedSink> sink;   // ends with us
    if (!options.router) {
        auto started = EmbeddedSink::start(sink_arguments(options, options.families.value_or(loaded->table->families())));
        if (!started) return frame.wrong(started.error(), ExitStatus::session_failed);
        sink.emplace(std::move(*started));
    }
    frame.engine().options.flat_out = options.rate_per_second == 0 && options.table.replay_speed == 0;
    const auto scenario = injecting_scenario(options, sink ? sink->address() : *options.router);
    const auto played = play(frame, scenario, *loaded, playing);
    if (!played) return played.error();
    auto report = report_of(*played, options);
    report.warnings.insert(report.warnings.end(), loaded->warnings.begin(), loaded->warnings.end());
    report.phases.insert(report.phases.begin(), {"loading", loaded->table->load_time});
    if (sink) {
        // Acknowledged is not read: the sink ends when it has seen the end of every session.
        const bool all_came = report.status == ExitStatus::passed;
        if (auto result = sink->finish(all_came ? EmbeddedSink::End::by_its_limits : EmbeddedSink::End::at_once)) {
            add_sink(report, std::move(*result), played->runs.back(), options);
        } else {
            report.problems.push_back(result.error());
            if (report.status == ExitStatus::passed) report.status = ExitStatus::incomplete;
        }
    }
    auto measures = measures_of(report, report.shards);
    measures.swapped_octets = played->runs.back().swapped_octets;
    measures.replayed = options.table.replay_speed > 0;
    measures.unpaced &= !measures.replayed;
    take(report, judge_limits(measures));
    return write_and_print(frame, report, [&] { return to_json(report); }, [&] { return summary(report); }, playing);
}

}   // namespace barrage
