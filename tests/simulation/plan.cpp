#include "tests/simulation/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "loadgen/words/numbers.hpp"

namespace barrage::simulation {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Everywhere in tests/real/gallery.table: seen in every scenario that announces anything.
constexpr std::array<std::string_view, 12> always_noticed{
    "drop-one-in=5", "refuse-next-hop",     "change-community",        "change-origin",
    "change-path",   "add-no-export",       "malformed-updates",       "not-negotiated",
    "reset-after=3", "notify-needlessly=3", "change-next-hop=garbage", "drop-family=ipv4"};
/// Those whose trace depends on what is done.
constexpr std::array<std::string_view, 19> other_faults{
    "ignore-withdrawals", "ignore-lost-sessions", "never-fail-over",   "never-fail-over=withdraw",
    "fail-over-wrong",    "fail-over-late=3s",    "duplicate-updates", "stale-behind-new",
    "change-med",         "announce-again",       "refresh-partly",    "forget-end-of-rib",
    "flush-in-restart",   "never-flush",          "reorder=1s",        "aggregate",
    "work-late=5s",       "stop-reading=5",       "delay-receiver=3s"};

class Maker {
public:
    Maker(std::uint64_t seed, bool honest) : random_(mixed(seed) ^ 0x706c616e), plan_{.seed = seed}, honest_(honest) {}

    Plan make()
    {
        surroundings();
        groups();
        steps();
        if (!honest_) faults();
        return std::move(plan_);
    }

private:
    bool one_in(std::uint64_t many) { return random_.below(many) == 0; }
    std::uint32_t from_to(std::uint32_t least, std::uint32_t most)
    {
        return least + static_cast<std::uint32_t>(random_.below(most - least + 1));
    }
    template <class T, std::size_t n>
    T any(const std::array<T, n>& choices)
    {
        return choices[random_.below(n)];
    }

    void surroundings()
    {
        const std::array<std::uint32_t, 4> shards{0, 1, 2, 8};
        plan_.tester = {.shards = any(shards), .reports_some = one_in(2)};
        plan_.device = {.shards = any(shards), .reports_some = one_in(2)};
        auto& network = plan_.network;
        if (one_in(3)) network.delay = milliseconds{from_to(1, 200)};
        if (one_in(3)) network.jitter = milliseconds{from_to(1, 50)};
        if (one_in(3)) network.buffer = from_to(64, 8192);
        // At least 20,000 octets a second, or whole messages take longer than the shortest hold time.
        const auto longest =
            std::chrono::duration_cast<Duration>(seconds{1}) * static_cast<std::int64_t>(network.buffer) / 40'000;
        network.delay = std::min(network.delay, longest);
        network.jitter = std::min(network.jitter, longest / 4);
        if (one_in(4)) network.segment = from_to(1, 100);
        if (one_in(4)) network.most_at_once = from_to(1, 64);
        if (one_in(4)) plan_.late_timers = milliseconds{from_to(1, 50)};
        plan_.wall_clock_jumps = one_in(8);
    }

    Plan::Group group(std::string name, std::string role)
    {
        Plan::Group made{.name = std::move(name), .count = from_to(1, 3), .role = std::move(role)};
        made.hold_time = any(std::array<std::uint32_t, 4>{3, 9, 90, 0});
        made.graceful_restart = one_in(3);
        made.enhanced_refresh = one_in(3);
        return made;
    }

    void groups()
    {
        auto senders = group("senders", one_in(5) ? "both" : "send");
        senders.routes = from_to(30, one_in(4) ? 400 : 60);   // a tenth of a third of them is one at least
        senders.as_path = "64512";
        senders.synthetic_table = one_in(3);
        senders.ipv6 = one_in(4);
        senders.divided = one_in(2);
        senders.as = 65001;
        plan_.groups.push_back(senders);
        if (one_in(2)) {   // the same prefixes on longer paths
            auto others = group("others", "send");
            others.routes = from_to(10, senders.routes);
            others.as_path = "64513 64514 64515";
            others.as = 65101;
            plan_.groups.push_back(others);
        }
        auto receivers = group("receivers", "receive");
        receivers.as = one_in(4) ? device_as : 64601;
        plan_.groups.push_back(receivers);
    }

    std::string sender() { return plan_.groups.size() > 2 && one_in(2) ? "others" : "senders"; }
    [[nodiscard]] const Plan::Group& named(const std::string& name) const
    {
        return *std::ranges::find(plan_.groups, name, &Plan::Group::name);
    }
    static std::string converged() { return "wait: {for: converged, timeout: 2m}"; }
    std::string percent() { return fmt::format("{}%", from_to(1, 10) * 10); }

    Plan::Step step()
    {
        const auto who = sender();
        const auto what = random_.below(9);
        if (has_withdrawn_ && what <= 2) return {"hold: 500ms"};   // nothing may be left to withdraw, change or flap
        switch (what) {
        case 0: {
            Plan::Step made{fmt::format("withdraw: {{peers: {}, share: {}}}", who, percent()), converged()};
            has_withdrawn_ = true;
            if (one_in(2)) {
                has_withdrawn_ = false;
                made.push_back(fmt::format("announce: {{peers: {}}}", who));
                made.push_back(converged());
            }
            return made;
        }
        case 1:
            return {fmt::format("churn: {{rate: {}, for: {}s, share: {}, attribute_changes: {}}}", from_to(5, 200), from_to(1, 5),
                                percent(), percent()),
                    converged()};
        case 2:
            return {fmt::format("flap: {{peers: {}, share: {}, times: {}, down: {}ms, up: {}ms}}", who, percent(), from_to(1, 3),
                                from_to(10, 2000), from_to(10, 2000)),
                    converged()};
        case 3:
            return {fmt::format("flap: {{of: sessions, peers: {}, share: {}, times: {}, down: {}ms, up: {}ms}}", who, percent(),
                                from_to(1, 3), from_to(10, 3000), from_to(2000, 5000)),
                    converged()};
        case 4: return {"refresh: {timeout: 60s}", converged()};
        case 5: {
            const auto by = any(std::array<std::string_view, 5>{"cease", "rst", "fin", "silence", "stop-reading"});
            const bool silent = by == "silence" || by == "stop-reading";
            // Without a hold timer nobody would notice; stop-reading ends with the sender's own patience.
            if (silent && named(who).hold_time == 0) return {"hold: 1s"};
            Plan::Step made{fmt::format("kill: {{by: {}, peers: {}, share: {}}}", silent ? "silence" : by, who, percent()),
                            converged()};
            if (one_in(2))
                made.emplace_back("connect"), made.push_back(converged());
            else
                is_last_ = true;   // nothing is to be done with peers that are gone
            return made;
        }
        case 6:
            if (!named(who).graceful_restart) return {"hold: 100ms"};
            return {fmt::format("restart: {{peers: {}, share: {}, down: {}ms, stale: {}ms}}", who, percent(), from_to(0, 3000),
                                from_to(0, 2000)),
                    converged(), "hold: 5s"};
        case 7: return {fmt::format("hold: {}s", one_in(10) ? from_to(600, 3600) : from_to(1, 30))};
        default: return {"barrier"};
        }
    }

    void steps()
    {
        for (auto left = from_to(0, 4); left > 0 && !is_last_; --left) plan_.steps.push_back(step());
    }

    void faults()
    {
        if (one_in(2)) {
            const auto some = from_to(1, 2);
            for (std::uint32_t i = 0; i < some; ++i)
                plan_.device_faults.emplace_back(one_in(2) ? any(always_noticed) : any(other_faults));
            if (some == 2 && plan_.device_faults[0] == plan_.device_faults[1]) plan_.device_faults.pop_back();
        }
        if (plan_.device_faults.empty() || one_in(4)) {
            for (auto left = from_to(1, 3); left > 0; --left)
                plan_.link_faults.push_back({.kind = LinkFault::Kind{static_cast<std::uint8_t>(random_.below(7))},
                                             .connection = from_to(0, 5),
                                             .octets = random_.below(one_in(2) ? 200 : 5000),
                                             .time = milliseconds{from_to(1, 20'000)}});
            // Without a hold timer nobody would ever notice.
            if (std::ranges::any_of(plan_.link_faults,
                                    [](const LinkFault& fault) { return fault.kind == LinkFault::Kind::vanish; }))
                for (auto& each : plan_.groups)
                    if (each.hold_time == 0) each.hold_time = 90;
        }
    }

    Random random_;
    Plan plan_;
    bool honest_;
    bool has_withdrawn_ = false;
    bool is_last_ = false;   // no step may follow
};

bool has_line(const Plan& plan, std::string_view with)
{
    const auto contains = [&](const std::string& line) { return line.contains(with); };
    return std::ranges::any_of(plan.steps, [&](const Plan::Step& step) { return std::ranges::any_of(step, contains); });
}

std::string routes_of(const Plan::Group& group)
{
    std::string routes = group.synthetic_table ? fmt::format("'full-table:{}'", group.routes)
                                               : fmt::format("'range:20.0.0.0/24x{},as-path={}'", group.routes, group.as_path);
    if (group.ipv6) routes += fmt::format(", 'range:2001:db8::/48x{},as-path={}'", group.routes, group.as_path);
    return "[" + routes + "]";
}

}   // namespace

bool Plan::ends_sessions() const noexcept
{
    return has_line(*this, "kill: ") || has_line(*this, "restart: ") || has_line(*this, "of: sessions");
}

bool Plan::has_silence() const noexcept { return has_line(*this, "by: silence") || has_line(*this, "by: stop-reading"); }

std::string Plan::scenario() const
{
    auto text = fmt::format("name: seed {}\ndut: {{address: {}, port: {}, as: {}}}\nseed: {}\npeers:\n", seed,
                            to_text(device_endpoint.address), device_endpoint.port, device_as, 1 + seed % 1'000'000);
    std::uint32_t number = 1;
    for (const auto& group : groups) {
        text += fmt::format("  - {{name: {}, count: {}, role: {}, as: {}, address: 10.{}.0.1, hold_time: {}s", group.name,
                            group.count, group.role, group.as, number++, group.hold_time);
        if (group.sends())
            text += fmt::format(", routes: {}, next_hop: {}", routes_of(group),
                                group.ipv6 ? "[192.0.2.1, '2001:db8:ffff::1']" : "self");
        if (group.divided) text += ", divided: true";
        if (group.graceful_restart) text += ", graceful_restart: 30s";
        if (group.enhanced_refresh) text += ", enhanced_refresh: true";
        text += "}\n";
    }
    text += "phases:\n  - connect\n  - announce\n  - wait: {for: converged, timeout: 2m}\n";
    for (const auto& step : steps)
        for (const auto& line : step) text += "  - " + line + "\n";
    return text;
}

std::string Plan::text() const
{
    const auto engine = [](const Scheduling& how) {
        return (how.shards == 0 ? std::string{"sync"} : fmt::format("async:{}", how.shards)) +
               (how.reports_some ? ", some of what is ready" : "");
    };
    auto text = scenario();
    text += fmt::format("tester: {}; device: {}\n", engine(tester), engine(device));
    text += fmt::format("network: delay up to {}, jitter {}, buffers of {} octets, segments of {}, {} at once\n",
                        duration_text(network.delay), duration_text(network.jitter), network.buffer, network.segment,
                        network.most_at_once);
    if (late_timers != Duration::zero()) text += fmt::format("timers up to {} late\n", duration_text(late_timers));
    if (wall_clock_jumps) text += "the wall clock jumps\n";
    for (const auto& fault : device_faults) text += "the device lies: " + fault + "\n";
    for (const auto& fault : link_faults)
        text += fmt::format("connection {}: {} after {} octets{}\n", fault.connection, name_of(fault.kind), fault.octets,
                            fault.kind == LinkFault::Kind::stall ? ", for " + duration_text(fault.time) : "");
    return text;
}

std::vector<Plan> Plan::smaller() const
{
    std::vector<Plan> plans;
    const auto add = [&](auto&& change) {
        auto plan = *this;
        change(plan);
        plans.push_back(std::move(plan));
    };
    const auto without = [](auto& list, std::size_t i) { list.erase(list.begin() + static_cast<std::ptrdiff_t>(i)); };
    for (std::size_t i = 0; i < steps.size(); ++i) add([&](Plan& plan) { without(plan.steps, i); });
    for (std::size_t i = 0; i < link_faults.size(); ++i) add([&](Plan& plan) { without(plan.link_faults, i); });
    for (std::size_t i = 0; i < device_faults.size(); ++i) add([&](Plan& plan) { without(plan.device_faults, i); });
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (groups[i].name == "others" && !has_line(*this, "peers: others")) add([&](Plan& plan) { without(plan.groups, i); });
        if (groups[i].count > 1) add([&](Plan& plan) { --plan.groups[i].count; });
        if (groups[i].routes > 1) {
            add([&](Plan& plan) { plan.groups[i].routes /= 2; });
            add([&](Plan& plan) { --plan.groups[i].routes; });
        }
        const auto clear = [&](auto Group::* member) {
            if (groups[i].*member) add([&](Plan& plan) { plan.groups[i].*member = false; });
        };
        clear(&Group::ipv6), clear(&Group::divided), clear(&Group::enhanced_refresh), clear(&Group::synthetic_table);
    }
    for (std::size_t i = 0; i < steps.size(); ++i)   // the latter half of a step
        if (steps[i].size() > 2) add([&](Plan& plan) { plan.steps[i].resize(2); });
    if (network != Conditions{}) {
        add([](Plan& plan) { plan.network = {}; });
        const auto reset = [&](auto Conditions::* member) {
            if (network.*member != Conditions{}.*member) add([&](Plan& plan) { plan.network.*member = Conditions{}.*member; });
        };
        reset(&Conditions::delay), reset(&Conditions::jitter), reset(&Conditions::buffer), reset(&Conditions::segment),
            reset(&Conditions::most_at_once);
    }
    if (tester != Scheduling{}) add([](Plan& plan) { plan.tester = {}; });
    if (device != Scheduling{}) add([](Plan& plan) { plan.device = {}; });
    if (late_timers != Duration::zero()) add([](Plan& plan) { plan.late_timers = {}; });
    if (wall_clock_jumps) add([](Plan& plan) { plan.wall_clock_jumps = false; });
    return plans;
}

Plan make_plan(std::uint64_t seed, bool honest) { return Maker{seed, honest}.make(); }

bool is_always_noticed(const std::string& device_fault)
{
    return std::ranges::find(always_noticed, device_fault) != always_noticed.end();
}

}   // namespace barrage::simulation
