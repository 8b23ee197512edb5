#include "tests/simulation/play.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "loadgen/console/progress.hpp"
#include "loadgen/device/device_run.hpp"
#include "loadgen/metrics/metrics_feed.hpp"
#include "loadgen/play/judge_expected.hpp"
#include "loadgen/play/player.hpp"
#include "loadgen/run/run_scenario.hpp"
#include "loadgen/scenario/scenario_reader.hpp"
#include "tests/simulation/rules.hpp"

namespace barrage::simulation {

namespace {

Outcome broken_plan(const std::string& why) { return {.broken = {"the plan cannot be played: " + why}, .result = {}}; }

void let_the_wall_clock_jump(World& world)
{
    for (int i = 1; i <= 5; ++i)
        world.at(world.now() + world.up_to(std::chrono::seconds{20}), [&world, forth = i % 2 == 1] {
            const auto far = world.up_to(std::chrono::hours{1000});
            world.set_wall_clock(forth ? far : -far);
        });
}

}   // namespace

Outcome play(const Plan& plan)
{
    const auto scenario = read_scenario(plan.scenario());
    if (!scenario) return broken_plan(to_text("plan", scenario.error().front()));
    const auto tables = load_tables(*scenario);
    if (!tables) return broken_plan(tables.error());
    LoadedScenario loaded{.scenario = &*scenario,
                          .dut = {*scenario->dut.address, scenario->dut.port},
                          .pool = std::make_shared<AttributePool>(),
                          .commands = {},
                          .tables = *tables};
    loaded.commands = read_commands(*scenario, *loaded.pool);
    device::DeviceOptions options{.listen = device_endpoint, .as = Asn{device_as}, .faults = {}};
    for (const auto& fault : plan.device_faults)
        if (const auto known = options.faults.add(fault); !known) return broken_plan(known.error());

    AttributePool pool;
    World world{plan.seed, {}};
    WireWatch watch{world};
    SimNetwork network{world, plan.network, plan.link_faults, watch};
    world.be_late_by(plan.late_timers);
    if (plan.wall_clock_jumps) let_the_wall_clock_jump(world);

    SimEngine device_engine{world, network, plan.device};
    device::DeviceRun device{options, device_engine, pool};
    if (const auto local = device.listen(); !local) return broken_plan(local.error().text);
    device_engine.start(device);
    SimEngine engine{world, network, plan.tester};
    Progress progress{Progress::Style::quiet};
    MetricsFeed metrics{"run"};
    Player player{loaded, engine, progress, metrics};
    std::vector<PeerAtEnd> peers;
    std::optional<TimePoint> ended_at;
    engine.before_the_end([&] {
        ended_at = world.now();
        peers = peers_at_end(player, watch);
    });

    Broken always;
    world.look_with([&] {
        if (always.empty() && world.steps() % 8 == 0) always = check_acknowledged(player, watch);
    });

    Outcome outcome;
    const auto must_hold = [&](Broken broken) { std::ranges::move(broken, std::back_inserter(outcome.broken)); };
    try {
        outcome.result = player.run();
        auto& result = outcome.result;
        judge(result, scenario->thresholds);
        judge_expected(result, *scenario);
        find_limits(result, 1);
        must_hold(always);
        must_hold(engine.broken_rules());
        must_hold(device_engine.broken_rules());
        must_hold(check_tables(peers));
        must_hold(check_counters(player, watch));
        must_hold(check_sessions(plan, watch));
        must_hold(check_noticed(plan, result, watch, ended_at));
        if (plan.is_honest()) must_hold(check_passed(result));
        if (plan.is_honest() && !plan.ends_sessions()) must_hold(check_received(peers));
        // Where sessions end on purpose, a device may keep the routes of who said that it would restart.
        const bool may_keep = plan.ends_sessions() && std::ranges::any_of(plan.groups, &Plan::Group::graceful_restart);
        if (plan.is_honest() && result.status == ExitStatus::passed && !may_keep) must_hold(check_receivers(peers));
        for (const auto& problem : result.problems)
            world.note({reinterpret_cast<const std::uint8_t*>(problem.data()), problem.size()});
    } catch (const std::exception& error) {
        must_hold({error.what()});
    }
    outcome.trace = world.trace();
    outcome.steps = world.steps();
    outcome.time = world.age();
    return outcome;
}

Plan shrunk(Plan plan, int most_plays)
{
    // Without numbers: another thing that is wrong is not what is looked for.
    const auto kind_of = [](const Plan& played) {
        auto outcome = play(played);
        auto kind = outcome.broken.empty() ? std::string{} : std::move(outcome.broken.front());
        std::erase_if(kind, [](char each) { return (each >= '0' && each <= '9') || each == '.'; });
        return kind.substr(0, 40);
    };
    const auto wanted = kind_of(plan);
    for (bool is_smaller = true; is_smaller;) {
        is_smaller = false;
        for (auto& smaller : plan.smaller()) {
            if (most_plays-- <= 0) return plan;
            if (kind_of(smaller) != wanted) continue;
            plan = std::move(smaller);
            is_smaller = true;
            break;
        }
    }
    return plan;
}

}   // namespace barrage::simulation
