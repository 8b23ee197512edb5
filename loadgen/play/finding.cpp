#include "loadgen/play/finding.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace barrage {

namespace {

using enum FindingKind;

constexpr bool limit = true, no_limit = false;

// clang-format off
constexpr std::array table{
    FindingRow{device, "device", limit,
        "Senders waited most of the time for the device to take octets.",
        "The device was the limit: look at its CPU, its input queues and its TCP window, or ask for a lower rate."},
    FindingRow{receiver, "receiver", limit,
        "The tester's receiving peers (with inject: the embedded sink) could not read as fast as routes came.",
        "Times are upper bounds: give the tester more shards, fewer receivers, or a machine of its own."},
    FindingRow{generator, "generator", limit,
        "The tester used nearly all CPU time that it may use.",
        "The tester may be the limit: give it more shards, or a machine with more cores."},
    FindingRow{starved, "starved", limit,
        "The tester was woken later than it asked.",
        "It lacked CPU time and times are upper bounds: keep other load away, pin shards, look at `loadgen tune`."},
    FindingRow{foreign_cpu, "foreign_cpu", limit,
        "Other processes used much of this machine.",
        "Stop them, or move the tester to a machine of its own; a device on this machine is left out of the share by its pid."},
    FindingRow{rate, "rate", limit,
        "A requested rate was not achieved.",
        "The findings above it say why; where there is none, look at the phase's lateness and at the sessions that were up."},
    FindingRow{swap, "swap", limit,
        "A part of the tester's memory was swapped out.",
        "Take a smaller table or more memory: times include those of a disk."},
    FindingRow{clock_step, "clock_step", no_limit,
        "The wall clock was set while the run went on.",
        "Times are measured with another clock and are right; the run's date and logs of others may not fit together."},
    FindingRow{near_floor, "near_floor", no_limit,
        "A time is within twice of what this machine itself adds.",
        "It says as much about the tester as about the device: measure on a quieter or a faster machine."},
    FindingRow{samples_lost, "samples_lost", no_limit,
        "Fewer times were taken than changes came back.",
        "Percentiles are those of a part of the routes: repeat the run, and report it where it comes again."},
    FindingRow{not_compared, "not_compared", no_limit,
        "Nothing of what was sent could be held against what receivers hold.",
        "`excused` says why nothing was expected back: send routes that the device may pass on, or say expect: none where that is tested."},
    FindingRow{session_lost, "session_lost", no_limit,
        "Sessions ended unexpectedly.",
        "Each peer's `end` says why: a NOTIFICATION, a connection that was closed, a hold timer."},
    FindingRow{stale, "stale", no_limit,
        "Receivers hold paths that nobody announces any more.",
        "The device kept a path of a peer that withdrew it or is gone: a failover or a withdrawal did not happen."},
    FindingRow{not_returned, "not_returned", no_limit,
        "Changes that were made did not come back.",
        "The device lost, merged or suppressed them: look for damping, policies and intervals such as MRAI."},
    FindingRow{reflected_to_sender, "reflected_to_sender", no_limit,
        "The device announced routes back to the peer that it has them from.",
        "Look at the device's split horizon; some do so on purpose, and then it costs every peer's receive path."},
    FindingRow{duplicates, "duplicates", no_limit,
        "The device announced again what receivers held already, with nothing changed.",
        "It works and makes others work for nothing: look at its update groups and at policies that touch hidden attributes."},
    FindingRow{interrupted, "interrupted", no_limit,
        "The device withdrew routes that were announced to it, with nothing changed.",
        "Receivers were without them for a time: look at the device's log, and at what made it forget or hold back good paths."},
    FindingRow{transient, "transient", no_limit,
        "The device announced for a time what nobody had announced, or what was not to come.",
        "When receivers were compared it was right again: look at what the device advertises first, and at what makes it correct that."},
    FindingRow{malformed, "malformed", no_limit,
        "The device sent messages that are wrong by RFC 4271, RFC 7606 or the family's own standard.",
        "The sample says what is wrong; `loadgen decode` shows the octets."},
    FindingRow{needless_notification, "needless_notification", no_limit,
        "The device sent a NOTIFICATION that nothing called for, or the same one again and again.",
        "Look at the device's log of that session."},
    FindingRow{family_not_negotiated, "family_not_negotiated", no_limit,
        "The device sent routes or messages of a kind that the session did not negotiate.",
        "Compare the two OPENs: RFC 4760 section 8 allows only families that both sides advertised."},
    FindingRow{no_end_of_rib, "no_end_of_rib", no_limit,
        "The device did not mark the end of its first routes in sessions with graceful restart.",
        "RFC 4724 section 2 has it send an End-of-RIB for each family, even without routes: who restarts waits for it, up to its own timer."},
    FindingRow{left_out, "left_out", no_limit,
        "The tester itself did not put routes on the wire that were asked for.",
        "The reasons are in `left_out`; what was not sent is not expected of the device."},
};
// clang-format on

constexpr bool is_in_order()
{
    for (std::size_t i = 0; i < table.size(); ++i)
        if (std::to_underlying(table[i].kind) != i) return false;
    return true;
}
static_assert(is_in_order() && table.back().kind == left_out, "a row for each kind, where its number says");

}   // namespace

std::span<const FindingRow> finding_table() noexcept { return table; }

const FindingRow& row_of(FindingKind kind) noexcept { return table[std::to_underlying(kind)]; }

std::string_view word(FindingKind kind) noexcept { return row_of(kind).word; }

void sort(std::vector<Finding>& findings) { std::ranges::stable_sort(findings, {}, &Finding::kind); }

}   // namespace barrage
