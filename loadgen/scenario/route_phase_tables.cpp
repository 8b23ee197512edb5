// Rows of the phase table: routes that come, go and change, and waiting for what comes of them.

#include "loadgen/scenario/phase_table.hpp"
#include "loadgen/scenario/scenario_values.hpp"

namespace barrage {

using yaml::field;

template <>
PhaseTable<Scenario::Announce> table_of()
{
    using P = Scenario::Announce;
    return {"announce",
            "announces routes; done when TCP has acknowledged them all",
            {.senders = true},
            true,
            "rate",
            {peers_field<P>(),
             field("rate", &P::rate, yaml::Rate{},
                   "routes a second of all peers together, on a schedule that nothing delays [as fast as they are taken]"),
             field("burst", &P::burst, yaml::Number{1, 1'000'000},
                   "routes of a peer that go at once, each so many a rate's time [1]"),
             field("prefixes_per_update", &P::prefixes_per_update, yaml::UpdateSize{},
                   "full; a number; or numbers with weights, {1: 50, 3: 30, 7: 20}, of which each UPDATE has one [full]"),
             timeout_field<P>("[10m]")}};
}

template <>
PhaseTable<Scenario::Withdraw> table_of()
{
    using P = Scenario::Withdraw;
    return {"withdraw",
            "takes routes back; done when TCP has acknowledged that",
            {.senders = true},
            true,
            "share",
            joined<P>({peers_field<P>(),
                       field("rate", &P::rate, yaml::Rate{}, "routes a second of all peers together [as fast as they are taken]"),
                       timeout_field<P>("[10m]")},
                      window_fields<P>("of each peer's routes [all]"))};
}

template <>
PhaseTable<Scenario::Replay> table_of()
{
    using P = Scenario::Replay;
    return {
        "replay",
        "replays a file of updates (MRT, or lines of bgpdump -m) with the time gaps that are in it, on a schedule that nothing "
        "delays",
        {.senders = true},
        true,
        "speed",
        {peers_field<P>(), field("speed", &P::speed, yaml::Speed{}, "how many times as fast as it was heard [1]"),
         field("max_gap", &P::max_gap, yaml::Time{std::chrono::milliseconds{1}},
               "no gap between two times of the file is longer, in the time of the file [as long as it is]"),
         timeout_field<P>("[24h]")}};
}

template <>
PhaseTable<Scenario::Command> table_of()
{
    using P = Scenario::Command;
    return {"command",
            "lines as API programs of ExaBGP write them: announce, withdraw, teardown, flush adj-rib out; done when TCP has "
            "acknowledged "
            "what they announce and withdraw",
            {.senders = true},
            true,
            "lines",
            {peers_field<P>(),
             field("lines", &P::lines, yaml::ApiLines{}, "one or several; without a selector for all peers of the phase", true),
             timeout_field<P>("[60s]")}};
}

template <>
PhaseTable<Scenario::Wait> table_of()
{
    using P = Scenario::Wait;
    using enum P::What;
    return {"wait",
            "waits for what comes of it at the receivers",
            {.receivers = true},
            false,
            "for",
            {field("for", &P::what, yaml::Choice<P::What>{{{"converged", converged}, {"quiet", quiet}}},
                   "converged: every receiver has exactly the routes that are announced; quiet: nothing came for a while "
                   "[converged]"),
             timeout_field<P>("then the run goes on, and has not passed [60s]"),
             field("quiet", &P::quiet, yaml::Time{}, "how long nothing may come [1s]")}};
}

template <>
PhaseTable<Scenario::Churn> table_of()
{
    using P = Scenario::Churn;
    return {
        "churn",
        "withdraws, announces and alters single routes at a rate",
        {.senders = true},
        true,
        "rate",
        joined<P>(
            {peers_field<P>(), field("rate", &P::rate, yaml::Rate{}, "changes a second of all peers together [100]"),
             field("for", &P::time, yaml::Time{}, "how long [10s]"),
             field("population", &P::population, yaml::Number{1, 1'000'000},
                   "how many routes of all peers together change, in place of a share"),
             field("count", &P::population, yaml::Number{1, 1'000'000}, "the same"),
             timeout_field<P>(
                 "for receivers to see what is withdrawn or altered at the end, before all is announced again [60s]"),
             field("attribute_changes", &P::attribute_changes, yaml::Share{},
                   "share of changes that alter a community; the others withdraw and announce in turn [none]"),
             field("mix", &P::mix, yaml::ChurnMix{},
                   "how often each is chosen, in place of that: {announce: 40, withdraw: 40, attributes: 20}; where no route is "
                   "out (or none is in), the other takes its turn")},
            window_fields<P>("of each peer's routes: those that change [10%]"))};
}

template <>
PhaseTable<Scenario::Flap> table_of()
{
    using P = Scenario::Flap;
    return {"flap",
            "routes or sessions go and come back, again and again",
            {},
            true,
            "of",
            joined<P>({peers_field<P>(),
                       field("of", &P::sessions, yaml::Choice<bool>{{{"routes", false}, {"sessions", true}}}, "[routes]"),
                       field("times", &P::times, yaml::Number{1, 1'000'000}, "[3]"),
                       field("count", &P::count, yaml::Number{1, 1'000'000'000},
                             "so many routes (or sessions) of all peers together, in place of a share"),
                       timeout_field<P>("for receivers to see that they are gone the last time [60s]"),
                       field("delay", &P::delay, yaml::Time{}, "before they go for the first time [0]"),
                       field("down", &P::down, yaml::Time{}, "how long they are gone [1s]"),
                       field("up", &P::up, yaml::Time{}, "how long they are there [1s]")},
                      window_fields<P>("of each peer's routes, or of each group's sessions [10%]"))};
}

}   // namespace barrage
