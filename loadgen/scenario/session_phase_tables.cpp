// Rows of the phase table: sessions, time, and what is done to the device.

#include "loadgen/scenario/phase_table.hpp"
#include "loadgen/scenario/scenario_values.hpp"

namespace barrage {

using yaml::field;

namespace {

constexpr std::uint64_t most_sessions = 1'000'000;

}   // namespace

template <>
PhaseTable<Scenario::Connect> table_of()
{
    using P = Scenario::Connect;
    return {"connect",
            "sets sessions up; those that are refused are tried again",
            {.sessions = false},
            true,
            "rate",
            {peers_field<P>(), field("rate", &P::rate, yaml::Rate{}, "sessions a second [all at once]"),
             timeout_field<P>("for all to be Established [30s]")}};
}

template <>
PhaseTable<Scenario::Hold> table_of()
{
    using P = Scenario::Hold;
    return {
        "hold", "lets time go by", {.sessions = false}, false, "for", {field("for", &P::time, yaml::Time{}, "how long", true)}};
}

template <>
PhaseTable<Scenario::Barrier> table_of()
{
    using P = Scenario::Barrier;
    return {"barrier",
            "holds until all peers are Established, all their routes are acknowledged, and every branch beside it has "
            "come to its "
            "barrier; then all go on at once",
            {},
            false,
            "peers",
            {peers_field<P>(), timeout_field<P>("then the run ends [5m]")}};
}

template <>
PhaseTable<Scenario::Kill> table_of()
{
    using P = Scenario::Kill;
    using enum P::By;
    return {"kill",
            "ends sessions, well or badly, until they are down; connect brings them back",
            {},
            true,
            "by",
            {peers_field<P>(),
             field("by", &P::by,
                   yaml::Choice<P::By>{
                       {{"cease", cease}, {"rst", rst}, {"fin", fin}, {"silence", silence}, {"stop-reading", stop_reading}}},
                   "cease: a NOTIFICATION; rst, fin: TCP alone; silence: nothing is sent, until the device gives up; "
                   "stop-reading: nothing is read [cease]"),
             field("share", &P::share, yaml::Share{}, "of each group's sessions, from the first, never more than that [all]"),
             field("count", &P::count, yaml::Number{1, most_sessions},
                   "so many sessions of all groups together, in place of a share"),
             field("for", &P::time, yaml::Time{},
                   "silence and stop-reading: so long at most, then all is well again [until the session is down]"),
             timeout_field<P>("[5m]")}};
}

template <>
PhaseTable<Scenario::Restart> table_of()
{
    using P = Scenario::Restart;
    return {"restart",
            "graceful restart (RFC 4724) of peers with graceful_restart: ends sessions without a word, comes back saying so, "
            "announces all "
            "again with an End-of-RIB; reports how much the device kept",
            {},
            true,
            "down",
            {peers_field<P>(), field("share", &P::share, yaml::Share{}, "of each group's sessions, from the first [all]"),
             field("count", &P::count, yaml::Number{1, most_sessions},
                   "so many sessions of all groups together, in place of a share"),
             field("down", &P::down, yaml::Time{}, "before they come back; over the restart time the device is to flush [1s]"),
             field("stale", &P::stale, yaml::Time{}, "between coming back and announcing again [0]"),
             field("kept", &P::kept, yaml::Flag{}, "say that the forwarding state was kept [true]"),
             timeout_field<P>("to be back, with everything acknowledged, after the time down and stale [2m]")}};
}

template <>
PhaseTable<Scenario::Refresh> table_of()
{
    using P = Scenario::Refresh;
    return {"refresh",
            "receivers ask for all routes again (RFC 2918), until they came; with enhanced_refresh (RFC 7313) until the device "
            "marks the end",
            {.receivers = true},
            true,
            "peers",
            {peers_field<P>(), timeout_field<P>("[60s]")}};
}

template <>
PhaseTable<Scenario::Exec> table_of()
{
    using P = Scenario::Exec;
    return {"exec",
            "runs a command of the shell on this machine, for the device; it must end with 0",
            {.sessions = false},
            false,
            "command",
            {field("command", &P::command, yaml::Text{}, "for /bin/sh", true), timeout_field<P>("[60s]")}};
}

}   // namespace barrage
