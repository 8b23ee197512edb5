#include "loadgen/run/run_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "loadgen/console/print_error.hpp"
#include "loadgen/routes/route_order.hpp"
#include "loadgen/scenario/scenario_reader.hpp"
#include "loadgen/scenario/shipped_scenarios.hpp"

namespace barrage {

namespace {

/// What the command line says beside the file.
void apply_options(Scenario& scenario, const RunOptions& options)
{
    if (options.dut) {
        scenario.dut.address = options.dut->address;
        scenario.dut.port = options.dut->port;
    }
    if (options.pid) scenario.dut.pid = *options.pid;
    if (options.seed) scenario.seed = *options.seed;
    scenario.allow_left_out |= options.allow_left_out;
    scenario.thresholds.insert(scenario.thresholds.end(), options.assertions.begin(), options.assertions.end());
}

/// The first phase that replays what this group sends; null: none does.
const Scenario::Replay* replay_of(const Scenario& scenario, const Scenario::Group& group)
{
    const Scenario::Replay* found = nullptr;
    for_each_phase(scenario.phases, [&](const Scenario::Phase& phase) {
        const auto* replay = std::get_if<Scenario::Replay>(&phase.what);
        if (!found && replay && (replay->peers.empty() || std::ranges::find(replay->peers, group.name) != replay->peers.end()))
            found = replay;
    });
    return found;
}

}   // namespace

std::expected<RouteTables, std::string> load_tables(const Scenario& scenario)
{
    RouteTables tables;
    std::vector<std::vector<std::string>> words;
    for (const auto& group : scenario.groups) {
        // Groups that replay the same file share a table with its times, others one without.
        const auto* replay = replay_of(scenario, group);
        TableOptions source{.sources = group.routes,
                            .mrt_peer = group.mrt_peer,
                            .mrt_local = group.mrt_local,
                            .replay_speed = replay ? replay->speed : 0.0,
                            .seed = scenario.seed};
        if (replay) source.replay_max_gap = replay->max_gap;
        auto& as_given = words.emplace_back();
        for (const auto& routes : group.routes) as_given.push_back(routes.words);
        source.with_placeholders = group.next_hop.mode != NextHopMode::automatic;
        words.back().emplace_back(group.next_hop.mode == NextHopMode::automatic ? "without placeholders" : "with them");
        source.drop_next_hops = group.next_hop.mode == NextHopMode::automatic && is_external(scenario, group);
        if (source.drop_next_hops) words.back().emplace_back("without next hops");
        if (replay)
            words.back().push_back(fmt::format("replayed {} times as fast, gaps up to {} ns", replay->speed,
                                               replay->max_gap ? replay->max_gap->count() : -1));
        if (group.mrt_peer) words.back().push_back(group.mrt_peer->text());
        if (group.mrt_local) words.back().emplace_back("with messages of the collector");
        if (group.shuffled) words.back().emplace_back("shuffled");
        if (source.sources.empty()) {
            tables.push_back(nullptr);
            continue;
        }
        if (const auto known = std::ranges::find(words, words.back()); known != std::prev(words.end())) {
            tables.push_back(tables[static_cast<std::size_t>(known - words.begin())]);
            continue;
        }
        auto table = load_routes(source);
        if (!table) return std::unexpected(fmt::format("group '{}': {}", group.name, table.error()));
        if (group.shuffled)
            for (auto& loaded : table->sources) loaded.routes = shuffled(*loaded.routes, *table->pool, scenario.seed);
        tables.push_back(std::make_shared<const RouteTable>(std::move(*table)));
    }
    return tables;
}

ExitStatus run_scenario(const RunOptions& options)
{
    CommandFrame frame{options};
    const auto file = find_scenario(options.file);
    if (!file) return frame.wrong(file.error());
    std::vector<yaml::Problem> without_effect;
    auto scenario = read_scenario_file(*file, options.settings, &without_effect);
    if (!scenario) {
        for (const auto& problem : scenario.error()) print_error_line(to_text(*file, problem));
        return frame.wrong(
            fmt::format("{} is not played: {} error{}", *file, scenario.error().size(), scenario.error().size() == 1 ? "" : "s"));
    }
    apply_options(*scenario, options);
    if (!scenario->dut.address)
        return frame.wrong("which device? say dut: {address: …} in the scenario, or --dut ADDRESS[:PORT]");
    auto played = play(frame, *scenario, load_tables, options);
    if (!played) return played.error();
    played->file = *file;
    auto& warnings = played->report.warnings;
    std::ranges::transform(without_effect, std::inserter(warnings, warnings.begin()),
                           [&](const yaml::Problem& word) { return to_text(*file, word); });
    return write_and_print(frame, *played, options);
}

}   // namespace barrage
