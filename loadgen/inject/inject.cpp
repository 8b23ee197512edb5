#include "loadgen/inject/inject.hpp"

#include "loadgen/console/result_output.hpp"
#include "loadgen/inject/inject_report.hpp"
#include "loadgen/inject/inject_scenario.hpp"
#include "loadgen/report/summary.hpp"
#include "loadgen/routes/next_hop_doubts.hpp"
#include "loadgen/sink/embedded_sink.hpp"

namespace barrage {

namespace {

std::vector<std::string> sink_arguments(const InjectOptions& options)
{
    std::vector<std::string> arguments{"--sessions", std::to_string(options.peers)};
    const auto add = [&](std::initializer_list<std::string> words) { arguments.insert(arguments.end(), words); };
    if (options.peer_as) add({"--local-as", std::to_string(options.peer_as->value)});
    if (options.add_path) add({"--add-path"});
    if (options.engine.mode) add({"--mode", *options.engine.mode == EngineMode::sync ? "sync" : "async"});
    return arguments;
}

/// Loads the routes, once for all groups that send; what a person should know before it begins is said at once.
class Loading {
public:
    explicit Loading(const InjectOptions& options) : options_(options) {}

    std::expected<RouteTables, std::string> operator()(const Scenario& scenario)
    {
        const bool is_internal = options_.local_as && options_.local_as == options_.peer_as;
        const bool automatic = options_.next_hop.mode == NextHopMode::automatic;
        auto wanted = options_.table;
        wanted.with_placeholders = !automatic;
        wanted.drop_next_hops = options_.verify && automatic && !is_internal;
        auto table = load_routes(wanted);
        if (!table) return std::unexpected(std::move(table.error()));
        for (const auto& source : table->sources) {
            if (!source.warning.empty()) warn(source.words + ": " + source.warning);
            for (const auto& note : source.notes) warn(source.words + ": " + note);
        }
        if (options_.router)
            for (const auto& doubt : next_hop_doubts(*table, options_.next_hop, options_.router->address, !is_internal)) {
                warn(doubt);
                warnings_.push_back(doubt);
            }
        load_time_ = table->load_time;
        const auto shared = std::make_shared<const RouteTable>(std::move(*table));
        RouteTables tables;
        for (const auto& group : scenario.groups) tables.push_back(group.sends() ? shared : nullptr);
        return tables;
    }

    [[nodiscard]] std::chrono::nanoseconds time() const noexcept { return load_time_; }
    /// Beside those that the report has from its sources.
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

private:
    static void warn(const std::string& text) { ResultOutput{"inject"}.wrong("warning: " + text); }

    const InjectOptions& options_;
    std::chrono::nanoseconds load_time_{};
    std::vector<std::string> warnings_;
};

ExitStatus inject_and_verify(const InjectOptions& options, PlayOptions playing)
{
    Loading loading{options};
    const auto scenario = verifying_scenario(options);
    auto played = play(scenario, std::ref(loading), playing);
    if (!played) return played.error();
    auto& warnings = played->report.warnings;
    warnings.insert(warnings.end(), loading.warnings().begin(), loading.warnings().end());
    return write_and_print(*played, playing);
}

}   // namespace

ExitStatus inject(const InjectOptions& options)
{
    PlayOptions playing = options;
    playing.command = "inject";
    playing.doubts_next_hops = false;   // they are looked for while it is loaded
    if (options.verify) return inject_and_verify(options, std::move(playing));

    if (const auto prepared = prepare(options.peers, playing); !prepared) return prepared.error();
    std::optional<EmbeddedSink> sink;   // ends with us
    if (!options.router) {
        auto started = EmbeddedSink::start(sink_arguments(options));
        if (!started) return ResultOutput{"inject"}.wrong(started.error(), ExitStatus::session_failed);
        sink.emplace(std::move(*started));
    }
    playing.engine.options.flat_out = options.rate_per_second == 0 && options.table.replay_speed == 0;
    Loading loading{options};
    const auto scenario = injecting_scenario(options, sink ? sink->address() : *options.router);
    const auto played = play(scenario, std::ref(loading), playing);
    if (!played) return played.error();
    auto report = report_of(*played, options);
    report.warnings.insert(report.warnings.end(), loading.warnings().begin(), loading.warnings().end());
    report.phases.insert(report.phases.begin(), {"loading", loading.time()});
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
    take(report, judge_limits(measures_of(report, report.shards)));
    return write_and_print(report, to_json(report), summary(report), playing);
}

}   // namespace barrage
