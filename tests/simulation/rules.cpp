#include "tests/simulation/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>

#include "loadgen/words/numbers.hpp"

namespace barrage::simulation {

namespace {

std::set<std::string> names_of(const Table& table)
{
    const auto names = table | std::views::keys;
    return {names.begin(), names.end()};
}

std::set<std::string> announced_by(Player& player, const PlayedPeer& line)
{
    std::set<std::string> names;
    const auto add = [&](MeasuredRoutes::Number number) { names.insert(player.measured().text_of(number)); };
    for (const auto& piece : line.pieces)
        if (piece.advertised)
            for (const auto number : player.held_by(piece))
                if (number < player.measured().size() && !line.churned_out.contains(number)) add(number);
    for (const auto number : line.commanded) add(number);
    return names;
}

/// "2 of 40 (20.0.0.0/24, …)": what of the first is not in the second; empty: all is.
std::string lacking(const std::set<std::string>& wanted, const std::set<std::string>& there)
{
    std::vector<std::string> missing;
    std::ranges::set_difference(wanted, there, std::back_inserter(missing));
    if (missing.empty()) return {};
    const auto count = missing.size();
    if (missing.size() > 3) missing.resize(3);
    return fmt::format("{} of {} ({})", count, wanted.size(), fmt::join(missing, ", "));
}

void hold_against(Broken& broken, const std::string& what, const std::set<std::string>& wanted,
                  const std::set<std::string>& there)
{
    if (const auto text = lacking(wanted, there); !text.empty()) broken.push_back(fmt::format("{}: lacks {}", what, text));
    if (const auto text = lacking(there, wanted); !text.empty()) broken.push_back(fmt::format("{}: too many: {}", what, text));
}

}   // namespace

std::vector<PeerAtEnd> peers_at_end(Player& player, const WireWatch& watch)
{
    std::vector<PeerAtEnd> peers;
    for (const auto& line : player.peers()) {
        if (!line.up || line.going_down || !line.config.local_address) continue;
        const auto* wire = watch.newest_from(*line.config.local_address);
        if (!wire) continue;
        const auto& to_device = wire->heard_by(Side::accepting);
        const auto& to_peer = wire->heard_by(Side::connecting);
        peers.push_back({.name = name_of(line),
                         .sends = line.group->sends(),
                         .receives = line.config.receive.has_value(),
                         .announces = announced_by(player, line),
                         .device_read = names_of(to_device.table),
                         .was_told = names_of(to_peer.table),
                         .all_read = to_device.octets == wire->written[std::to_underlying(Side::connecting)],
                         .all_came = to_peer.octets == wire->written[std::to_underlying(Side::accepting)],
                         .counted = player.engine().numbers(*line.index),
                         .seen = {.received_octets = to_peer.octets,
                                  .received_messages = to_peer.messages,
                                  .received_updates = to_peer.updates,
                                  .announced = to_peer.announced,
                                  .withdrawn = to_peer.withdrawn,
                                  .reflected_live = to_peer.table.size()}});
    }
    return peers;
}

Broken check_tables(const std::vector<PeerAtEnd>& peers)
{
    Broken broken;
    for (const auto& peer : peers)
        if (peer.sends && peer.all_read)
            hold_against(broken, "what the device has read of " + peer.name, peer.announces, peer.device_read);
    return broken;
}

Broken check_receivers(const std::vector<PeerAtEnd>& peers)
{
    Broken broken;
    std::set<std::string> all;
    for (const auto& peer : peers) {
        if (!peer.all_read || !peer.all_came) return {};
        if (peer.sends) all.insert(peer.device_read.begin(), peer.device_read.end());
    }
    for (const auto& peer : peers)
        if (!peer.sends) hold_against(broken, "what " + peer.name + " was told", all, peer.was_told);
    return broken;
}

Broken check_acknowledged(Player& player, const WireWatch& watch)
{
    Broken broken;
    for (const auto& line : player.peers()) {
        if (!line.index || !line.config.local_address) continue;
        const auto counted = player.engine().numbers(*line.index).acked_octets;
        if (counted == 0) continue;
        if (const auto acknowledged = watch.acknowledged_from(*line.config.local_address); counted > acknowledged)
            broken.push_back(
                fmt::format("{}: {} octets count as acknowledged, and {} were", name_of(line), counted, acknowledged));
    }
    return broken;
}

Broken check_counters(Player& player, const WireWatch& watch)
{
    Broken broken;
    for (const auto& line : player.peers()) {
        if (!line.index || !line.config.local_address) continue;
        std::uint64_t written = 0, read = 0;
        for (const auto& wire : watch.all()) {
            if (wire->from.address != *line.config.local_address) continue;
            written += wire->written[std::to_underlying(Side::connecting)];
            read += wire->heard_by(Side::connecting).octets;
        }
        const auto numbers = player.engine().numbers(*line.index);
        const auto is_at_most = [&](std::string_view what, std::uint64_t less, std::uint64_t more) {
            if (less > more) broken.push_back(fmt::format("{}: {}: {} of {}", name_of(line), what, less, more));
        };
        if (numbers.wire_octets != written)
            broken.push_back(
                fmt::format("{}: {} octets are counted as written, {} were", name_of(line), numbers.wire_octets, written));
        is_at_most("octets counted of those read", numbers.received_octets, read);
        is_at_most("routes on the wire of those handed over", numbers.wire_routes, numbers.sent_routes);
        is_at_most("routes acknowledged of those on the wire", numbers.acked_routes, numbers.wire_routes);
        is_at_most("octets acknowledged of those on the wire", numbers.acked_octets, numbers.wire_octets);
    }
    return broken;
}

Broken check_received(const std::vector<PeerAtEnd>& peers)
{
    Broken broken;
    for (const auto& peer : peers) {
        const auto is_equal = [&](std::string_view what, std::uint64_t PeerNumbers::* number) {
            if (const auto counted = peer.counted.*number, seen = peer.seen.*number; counted != seen)
                broken.push_back(fmt::format("{}: {} {} are counted, {} came", peer.name, counted, what, seen));
        };
        is_equal("octets", &PeerNumbers::received_octets);
        is_equal("messages", &PeerNumbers::received_messages);
        if (!peer.receives) continue;
        is_equal("UPDATEs", &PeerNumbers::received_updates);
        is_equal("prefixes announced", &PeerNumbers::announced);
        is_equal("prefixes withdrawn", &PeerNumbers::withdrawn);
        if (peer.sends) continue;   // its own routes do not count
        is_equal("routes that hold", &PeerNumbers::reflected_live);
        is_equal("routes of nobody", &PeerNumbers::unknown_live);
    }
    return broken;
}

Broken check_sessions(const Plan& plan, const WireWatch& watch)
{
    Broken broken;
    for (const auto& problem : watch.problems()) broken.push_back(problem);
    if (!plan.is_honest()) return broken;
    for (const auto& wire : watch.all()) {
        const auto who = to_text(wire->from.address);
        for (const auto side : {Side::connecting, Side::accepting}) {
            const auto by = side == Side::connecting ? "the device" : "the tester";
            if (const auto& end = wire->heard_by(side).notification; end && end->code != ErrorCode::cease && !plan.has_silence())
                broken.push_back(
                    fmt::format("{}: {} sent NOTIFICATION {}/{}", who, by, static_cast<int>(end->code), end->subcode));
        }
        // Whoever ends a session says so, and the other end reads it.
        if (!plan.ends_sessions() && wire->was_up() && !wire->heard_by(Side::accepting).notification)
            broken.push_back(fmt::format("{}: the tester's Cease did not come to the device", who));
        if (wire->hold_time() == std::chrono::seconds{0} || plan.has_silence()) continue;
        const auto longest = wire->hold_time() / 3 + std::chrono::milliseconds{1100} + plan.late_timers;
        for (const auto side : {Side::connecting, Side::accepting})
            if (const auto silence = wire->longest_silence[std::to_underlying(side)]; silence > longest)
                broken.push_back(fmt::format("{}: {} was silent for {}, with a hold time of {}", who,
                                             side == Side::connecting ? "the tester" : "the device", duration_text(silence),
                                             duration_text(wire->hold_time())));
    }
    return broken;
}

Broken check_passed(const RunResult& result)
{
    Broken broken;
    for (const auto& problem : result.problems) broken.push_back("a problem with an honest device: " + problem);
    for (const auto& loss : result.losses)
        broken.push_back(fmt::format("a session with an honest device was lost: {}: {}", loss.peer, loss.end));
    if (result.status != ExitStatus::passed && broken.empty())
        broken.push_back(
            fmt::format("exit status {} with an honest device, and no word about it", static_cast<int>(result.status)));
    return broken;
}

Broken check_noticed(const Plan& plan, const RunResult& result, const WireWatch& watch, std::optional<TimePoint> ended_at)
{
    Broken broken;
    if (result.status != ExitStatus::passed && result.problems.empty() && result.losses.empty() && result.findings.empty())
        broken.push_back(fmt::format("exit status {} without a reason", static_cast<int>(result.status)));
    if (result.status != ExitStatus::passed) return broken;
    const bool found =
        std::ranges::any_of(result.findings, [](const Finding& finding) { return !row_of(finding.kind).is_limit; });
    if (plan.link_faults.empty() && !found) {
        for (const auto& fault : plan.device_faults) {
            const auto& senders = plan.groups.front();
            const bool is_triggered = senders.routes >= 3 * senders.count || fault.find("=3") == std::string::npos;
            if (is_triggered && is_always_noticed(fault)) broken.push_back("the device lies, and nobody notices: " + fault);
        }
    }
    if (plan.ends_sessions() || !ended_at) return broken;
    for (const auto& wire : watch.all())
        if (wire->cut_at && *wire->cut_at + std::chrono::seconds{2} < *ended_at && result.losses.empty())
            broken.push_back(fmt::format("the connection from {} was cut, and nobody noticed", to_text(wire->from)));
    return broken;
}

}   // namespace barrage::simulation
