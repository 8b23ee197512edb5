// What happened against what a scenario expects: lost sessions, changes that did not come back, what a device sends that is wrong.

#include "tests/support/doctest.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "loadgen/play/floor.hpp"
#include "loadgen/play/judge.hpp"
#include "loadgen/play/judge_expected.hpp"
#include "loadgen/scenario/scenario_reader.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

/// `more`: sections of a scenario beside its peers and phases. `over`: what stands beside the word of its last phase.
Scenario scenario(const std::string& more = {}, const std::string& over = {}, const std::string& of_senders = {})
{
    const auto text =
        "dut: {address: 192.0.2.1, as: 65000}\npeers:\n  - {name: senders, as: 65101, routes: 'range:10.0.0.0/24x9'" +
        of_senders +
        "}\n  - {name: receivers, as: 64601}\nphases:\n  - connect\n  - announce\n  - name: over\n    churn: {for: 1s}\n" + over +
        more;
    auto read = read_scenario(text);
    if (!read) FAIL(read.error().front().text);
    return std::move(*read);
}

RunResult a_result()
{
    RunResult result;
    const std::pair<const char*, PhaseKind> phases[] = {{"connect", PhaseKind::of<Scenario::Connect>()},
                                                        {"announce", PhaseKind::of<Scenario::Announce>()},
                                                        {"over", PhaseKind::of<Scenario::Churn>()}};
    for (const auto& [name, kind] : phases)
        result.phases.push_back({.name = name, .kind = kind, .took = 1s, .is_operation = true, .finished = true});
    result.peers.push_back({.number = 1, .group = "senders", .sends = true});
    result.peers.push_back({.number = 2, .group = "receivers", .receives = true, .measures = true});
    result.compared = true;
    return result;
}

RunResult with_loss()
{
    auto result = a_result();
    result.losses.push_back({.phases = {"over"},
                             .group = "senders",
                             .peer = "senders (127.1.1.1)",
                             .end = "Cease / Maximum Number of Prefixes Reached",
                             .notification = Notification{ErrorCode::cease, 1}});
    result.sessions_lost = 1;
    return result;
}

RunResult judged(RunResult result, const Scenario& scenario)
{
    judge(result, scenario.thresholds);
    judge_expected(result, scenario);
    return result;
}

bool has(const RunResult& result, FindingKind kind) { return std::ranges::count(result.findings, kind, &Finding::kind) != 0; }

}   // namespace

TEST_CASE("a lost session is a problem unless the scenario expects it")
{
    const auto unexpected = judged(with_loss(), scenario());
    CHECK(unexpected.status == ExitStatus::incomplete);
    REQUIRE(unexpected.problems.size() == 1);
    CHECK(unexpected.problems[0] == "senders (127.1.1.1) was lost: Cease / Maximum Number of Prefixes Reached");
    // Routes of ours called for it (RFC 4486 section 4); for an error that nothing of ours has, nothing did.
    CHECK(!has(unexpected, FindingKind::needless_notification));
    auto wrong = with_loss();
    wrong.losses[0].notification = Notification{ErrorCode::update_message, 1};
    CHECK(has(judged(wrong, scenario()), FindingKind::needless_notification));

    for (const auto* expected : {
             "thresholds: [sessions_lost == 1]\n",
             "thresholds: [phases.over.sessions_lost == 1]\n",
             "expect: {sessions_lost: 1}\n",
             "expect: {sessions_lost: 1, notification: cease/1}\n",
             "expect: {notification: 6/1}\n",
             "expect: {sessions_lost: 1, notification: cease/maximum-number-of-prefixes-reached}\n",
             "expect: [{sessions_lost: 1, notification: Cease}]\n",
         }) {
        const auto result = judged(with_loss(), scenario(expected));
        CHECK_MESSAGE(result.status == ExitStatus::passed, expected);
        CHECK(result.problems.empty());
        CHECK(result.losses[0].expected);
        CHECK(!has(result, FindingKind::needless_notification));
    }
    CHECK(judged(with_loss(), scenario({}, "    expect: {sessions_lost: 1}\n")).status == ExitStatus::passed);
    CHECK(judged(with_loss(), scenario({}, {}, ", expect: {sessions_lost: 1}")).status == ExitStatus::passed);

    for (const auto* other : {
             "expect: {sessions_lost: 2}\n",
             "expect: {sessions_lost: 1, notification: cease/2}\n",
             "expect: {notification: hold-timer-expired}\n",
             "thresholds: [sessions_lost == 2]\n",
             "thresholds: [sessions_lost == 1, sessions_lost < 1]\n",
         })
        CHECK_MESSAGE(judged(with_loss(), scenario(other)).status == ExitStatus::incomplete, other);
}

TEST_CASE("what is expected and does not happen is a problem")
{
    const auto result = judged(a_result(), scenario("expect: {sessions_lost: 1, notification: cease/1}\n"));
    CHECK(result.status == ExitStatus::incomplete);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0] == "1 session was to be lost in the run by cease/1: none was lost so");
    CHECK(judged(a_result(), scenario("expect: {sessions_lost: 0}\n")).status == ExitStatus::passed);
    CHECK(judged(a_result(), scenario("thresholds: [sessions_lost == 1]\n")).status == ExitStatus::threshold_failed);
}

TEST_CASE("changes that did not come back fail a run once they were waited for")
{
    auto missed = a_result();
    missed.phases[2].not_returned = NotReturned{.withdrawn = 40, .samples = {"10.0.3.0/24 at receivers"}};
    const auto only_found = judged(missed, scenario());
    CHECK(only_found.status == ExitStatus::passed);
    CHECK(has(only_found, FindingKind::not_returned));
    missed.phases[2].not_returned_awaited = 40;
    const auto failed = judged(missed, scenario());
    CHECK(failed.status == ExitStatus::incomplete);
    REQUIRE(failed.problems.size() == 1);
    CHECK(failed.problems[0] ==
          "over: 40 changes did not come back: 0 announcements and 40 withdrawals, such as 10.0.3.0/24 at receivers");
    CHECK(judged(missed, scenario("thresholds: [not_returned <= 50]\n")).status == ExitStatus::passed);
    CHECK(judged(missed, scenario("thresholds: [phases.over.not_returned <= 50]\n")).status == ExitStatus::passed);
    CHECK(judged(missed, scenario("thresholds: [phases.announce.not_returned <= 50]\n")).status == ExitStatus::incomplete);
    CHECK(metric_of(missed, *parse_threshold("not_returned == 0")) == 40);
    CHECK(metric_of(missed, *parse_threshold("phases.over.not_returned == 0")) == 40);
    CHECK(!metric_of(missed, *parse_threshold("phases.announce.not_returned == 0")));
    CHECK(!metric_of(a_result(), *parse_threshold("not_returned == 0")));
}

TEST_CASE("what a device sends that is wrong is found, and fails the run unless a threshold accepts it")
{
    auto wrong = a_result();
    wrong.peers[1].malformed = 50;
    wrong.peers[1].malformed_sample = "treat-as-withdraw: ORIGIN is missing";
    const auto failed = judged(wrong, scenario());
    CHECK(failed.status == ExitStatus::incomplete);
    CHECK(failed.problems[0] ==
          "the device sent 50 malformed UPDATEs (the first: treat-as-withdraw: ORIGIN is missing at receivers)");
    CHECK(has(failed, FindingKind::malformed));
    const auto accepted = judged(wrong, scenario("thresholds: [malformed <= 50]\n"));
    CHECK(accepted.status == ExitStatus::passed);
    CHECK(has(accepted, FindingKind::malformed));
    CHECK(judged(wrong, scenario("thresholds: [malformed <= 49]\n")).status == ExitStatus::incomplete);

    auto other = a_result();
    other.peers[1].not_negotiated = 1;
    CHECK(judged(other, scenario()).status == ExitStatus::incomplete);
    CHECK(has(judged(other, scenario()), FindingKind::family_not_negotiated));
    auto again = a_result();
    again.peers[1].repeated_notifications = 1;
    CHECK(has(judged(again, scenario()), FindingKind::needless_notification));
}

TEST_CASE("within is of what came, and of what did not")
{
    const auto of_phase = scenario({}, "    expect: {within: 2s}\n");
    auto result = a_result();
    CHECK(judged(result, of_phase).status == ExitStatus::incomplete);   // not measured
    result.phases[2].settled = 1900ms;
    CHECK(judged(result, of_phase).status == ExitStatus::passed);
    result.phases[2].settled = 2100ms;
    CHECK(judged(result, of_phase).status == ExitStatus::incomplete);
    result.phases[2].settled = 1900ms;
    result.phases[2].not_returned = NotReturned{.announced = 1};
    CHECK(judged(result, of_phase).status == ExitStatus::incomplete);

    const auto of_group = scenario({}, {}, ", expect: {within: 2s}");
    auto times = a_result();
    CHECK(judged(times, of_group).status == ExitStatus::incomplete);
    times.times.announced.record(1s);
    CHECK(judged(times, of_group).status == ExitStatus::passed);
    times.times.withdrawn.record(3s);
    CHECK(judged(times, of_group).status == ExitStatus::incomplete);
}

TEST_CASE("within, of a set of routes")
{
    const auto of_set = scenario("expect: {routes: 10.0.0.0/22, within: 2s}\n");
    auto result = a_result();
    result.set_times.push_back({.expect = 0});
    auto copy = judged(result, of_set);
    CHECK(copy.status == ExitStatus::incomplete);
    REQUIRE(copy.problems.size() == 1);
    CHECK(copy.problems[0] == "routes 10.0.0.0/22: expected within 2.00 s: not measured, no change of theirs came back");
    result.set_times[0] = {.expect = 0, .changed = 4, .slowest = 1900ms, .sample = "10.0.1.0/24"};
    CHECK(judged(result, of_set).status == ExitStatus::passed);
    result.set_times[0].slowest = 2100ms;
    copy = judged(result, of_set);
    CHECK(copy.status == ExitStatus::incomplete);
    REQUIRE(copy.problems.size() == 1);
    CHECK(copy.problems[0] == "routes 10.0.0.0/22: expected within 2.00 s: the slowest change took 2.10 s (10.0.1.0/24)");
}

TEST_CASE("a run in which every route was excused has compared nothing")
{
    auto result = a_result();
    result.compared = true;
    result.comparison.excuse(Excuse::device_as, 7, "10.0.0.0/24 at receivers");
    const auto copy = judged(result, scenario());
    CHECK(copy.status == ExitStatus::incomplete);
    CHECK(has(copy, FindingKind::not_compared));
    REQUIRE(copy.problems.size() == 1);
    CHECK(copy.problems[0] == "nothing was compared: no route that was sent is expected back (7 routes: path has the device's "
                              "AS, such as 10.0.0.0/24 at "
                              "receivers)");

    auto partly = result;   // at some time something was
    partly.phases[1].comparison = Comparison{.expected = 1};
    CHECK(judged(partly, scenario()).status == ExitStatus::passed);
    auto all_withdrawn = a_result();
    all_withdrawn.compared = true;
    CHECK(judged(all_withdrawn, scenario()).status == ExitStatus::passed);
    auto refused = a_result();
    refused.compared = true;
    refused.comparison.expected = 5;
    refused.comparison.excuse(Excuse::receiver_refused, 7, "2001:db8::/48 at receivers");
    CHECK(judged(refused, scenario()).status == ExitStatus::incomplete);
    CHECK(has(judged(refused, scenario()), FindingKind::not_compared));
    CHECK(judged(refused, scenario("allow_left_out: true\n")).status == ExitStatus::passed);
    auto cut_short = result;
    cut_short.phases[2].finished = false;
    CHECK(!has(judged(cut_short, scenario()), FindingKind::not_compared));
}

TEST_CASE("the samples of the receivers are those of the phase")
{
    auto result = a_result();
    auto& phase = result.phases[1];
    phase.times.announced.record(1ms, 10);
    phase.receivers.push_back({.peer = 2, .name = "receivers", .announced = {.count = 10}});
    CHECK(!has(judged(result, scenario()), FindingKind::samples_lost));
    phase.receivers[0].announced.count = 9;
    CHECK(has(judged(result, scenario()), FindingKind::samples_lost));
}

TEST_CASE("a measure that was not taken is no pass")
{
    auto result = a_result();
    result.compared = false;
    for (const auto* words :
         {"convergence.p99 < 2s", "withdrawal.max < 2s", "scheduled.p50 < 2s", "settled < 2s", "missing == 0", "kept >= 0%",
          "rate < 1M", "rate_kept >= 0%", "not_returned == 0", "dut_cpu < 9", "phases.announce.rate < 1M"}) {
        auto copy = result;
        judge(copy, {*parse_threshold(words)});
        CHECK_MESSAGE(!copy.verdicts[0].measured, words);
        CHECK_MESSAGE(copy.status == ExitStatus::threshold_failed, words);
    }
    result.phases[1].finished = false;
    CHECK(!metric_of(result, *parse_threshold("phases.announce.duration < 2s")));
    result.peers[1].measures = false;
    CHECK(!metric_of(result, *parse_threshold("reflected < 5")));
    CHECK(!metric_of(result, *parse_threshold("malformed == 0")));
}

namespace {

/// All that judges of a run find in it, in the order in which `loadgen run` asks them.
std::vector<Finding> all_findings(RunResult result, const Floor& floor)
{
    const auto of = scenario();
    for (auto& finding : find_near_floor(floor, times_of(result))) result.findings.push_back(std::move(finding));
    judge(result, of.thresholds);
    judge_expected(result, of);
    find_limits(result, 2);
    return result.findings;
}

RunResult result_with(auto change)
{
    auto result = a_result();
    result.wire = 1000;
    result.took = 1s;
    change(result);
    return result;
}

}   // namespace

TEST_CASE("each finding of the list is found in a run that has it, and in no other")
{
    using enum FindingKind;
    const std::pair<FindingKind, std::function<void(RunResult&)>> rows[] = {
        {device, [](RunResult& run) { run.blocked_share = 0.9; }},
        {receiver, [](RunResult& run) { run.full_read_share = 0.9; }},
        {generator, [](RunResult& run) { run.own_cores = 2; }},
        {starved, [](RunResult& run) { run.timer_late_share = 0.5; }},
        {foreign_cpu, [](RunResult& run) { run.other_cpu_share = 0.9; }},
        {rate,
         [](RunResult& run) {
             run.phases[1].asked_rate = 1000;
             run.phases[1].rate = 100;
         }},
        {swap, [](RunResult& run) { run.swapped_octets = 4096; }},
        {clock_step, [](RunResult& run) { run.clock_step = 1min; }},
        {near_floor, [](RunResult& run) { run.times.announced.record(100us, 10); }},
        {samples_lost,
         [](RunResult& run) {
             run.phases[1].times.announced.record(1s, 10);
             run.phases[1].receivers.push_back({.peer = 2, .name = "receivers", .announced = {.count = 9}});
         }},
        {not_compared,
         [](RunResult& run) {
             run.compared = true;
             run.comparison.excuse(Excuse::no_export, 9, "10.0.0.0/24");
         }},
        {session_lost,
         [](RunResult& run) { run.losses.push_back({.phases = {"over"}, .group = "senders", .peer = "s", .end = "closed"}); }},
        {stale,
         [](RunResult& run) {
             run.comparison.expected = 9;
             run.comparison.stale = 1;
         }},
        {not_returned,
         [](RunResult& run) { run.phases[2].add_not_returned({.announced = 1, .withdrawn = 0, .samples = {}}, false); }},
        {reflected_to_sender,
         [](RunResult& run) {
             run.comparison.expected = 9;
             run.comparison.reflected_to_sender = 1;
         }},
        {duplicates, [](RunResult& run) { run.phases[1].times.duplicates = 1000; }},
        {interrupted,
         [](RunResult& run) {
             run.phases[1].times.interruptions = 1;
             run.phases[1].times.interruptions_by_sender[0] = 1;
         }},
        {transient,
         [](RunResult& run) {
             run.times.altered = run.phases[1].times.altered = 1;
             run.times.altered_sample = "10.0.0.0/24";
         }},
        {malformed, [](RunResult& run) { run.peers[1].malformed = 1; }},
        {needless_notification, [](RunResult& run) { run.peers[1].repeated_notifications = 1; }},
        {family_not_negotiated, [](RunResult& run) { run.peers[1].not_negotiated = 1; }},
        {no_end_of_rib, [](RunResult& run) { run.peers[1].comparison.without_end_of_rib = 1; }},
        {left_out,
         [](RunResult& run) { run.left_out.add(LeftOutReason::not_configured, 7, [] { return std::string{"2001:db8::/48"}; }); }},
    };
    Floor floor;
    floor.p50 = floor.p99 = floor.max = 100us;
    for (const auto& row : finding_table()) {
        CAPTURE(row.word);
        const auto at = std::ranges::find(rows, row.kind, [](const auto& each) { return each.first; });
        REQUIRE(at != std::end(rows));
        const auto found = all_findings(result_with(at->second), floor);
        CHECK(std::ranges::count(found, row.kind, &Finding::kind) == 1);
        for (const auto& finding : found) CHECK_MESSAGE(finding.kind == row.kind, finding.text);
    }
    CHECK(all_findings(result_with([](RunResult&) {}), floor).empty());
}
