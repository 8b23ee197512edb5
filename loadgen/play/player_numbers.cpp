// The player's numbers: totals, progress, and what the result says of each peer.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "loadgen/play/player.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

void Player::show(TimePoint now)
{
    const auto* phase = current_ ? current_->phase->name.c_str() : "";
    const auto phase_took = current_ ? now - current_->began : Duration::zero();
    monitor_.show(
        now,
        {.phase = fmt::format("phase {} of {}: {} ({})", next_phase_, scenario().phases.size(), phase, duration_text(phase_took)),
         .up = lines_.up(),
         .peers = lines_.size(),
         .measures = std::ranges::any_of(lines_, [](const PlayedPeer& line) { return line.group->measures(); })},
        totals(), result_, progress_);
}

void Player::fill(TimePoint now)
{
    result_.took = now - started_;
    result_.unique_routes = measured_->size();
    const auto all = totals();
    result_.sent = all.sent_routes;
    result_.wire = all.wire_routes;
    result_.wire_updates = all.wire_updates;
    result_.wire_octets = all.wire_octets;
    result_.acked = all.acked_routes;
    result_.reflected = all.reflected;
    monitor_.fill(result_);
    std::map<PeerIndex, std::string> malformed;
    engine_.for_each_peer([&](Peer& peer) {
        if (peer.lateness()) result_.lateness.add(*peer.lateness());
        const auto* receiver = peer.receiver();
        if (receiver && receiver->malformed() != 0)
            malformed[peer.index()] = fmt::format("{}: {}", name(receiver->first_action()), receiver->first_problem());
    });
    for (const auto& line : lines_) {
        RunResult::Peer peer{.number = line.number + 1,
                             .group = line.group->name,
                             .address = line.config.local_address ? to_text(*line.config.local_address) : std::string{},
                             .as = line.config.session.open.my_as.value,
                             .sends = line.group->sends(),
                             .receives = line.group->receives(),
                             .measures = line.group->measures(),
                             .comparison = line.comparison,
                             .losses = line.losses,
                             .end = line.end};
        for (const auto& piece : line.pieces) peer.routes += piece.routes;
        peer.of_sources = line.of_sources;
        peer.left_out = line.left_out;
        if (line.peer_as) peer.peer_as = line.peer_as->value;
        peer.peer_software = line.peer_software;
        if (line.established_at != never) {
            peer.established = line.established_at - line.begun_at;
            peer.established_at = line.established_at - started_;
            if (line.all_acked_at != never) peer.all_acked = line.all_acked_at - line.established_at;
        }
        if (line.times) {
            peer.announced = Spread::of(line.times->announced);
            peer.withdrawn = Spread::of(line.times->withdrawn);
            peer.failover = Spread::of(line.times->failover);
        }
        if (line.index) {
            const auto numbers = engine_.numbers(*line.index);
            peer.sent = numbers.sent_routes;
            peer.wire = numbers.wire_routes;
            peer.acked = numbers.acked_routes;
            peer.wire_octets = numbers.wire_octets;
            peer.reflected = numbers.reflected;
            peer.malformed = numbers.malformed;
            peer.not_negotiated = numbers.not_negotiated;
            peer.repeated_notifications = numbers.repeated_notifications;
            if (const auto sample = malformed.find(*line.index); sample != malformed.end())
                peer.malformed_sample = sample->second;
            peer.blocked = std::chrono::nanoseconds{static_cast<std::int64_t>(numbers.blocked_nanoseconds)};
            peer.blocked_share = std::min(1.0, per_second(static_cast<double>(numbers.blocked_nanoseconds) / 1e9, result_.took));
        }
        result_.peers.push_back(std::move(peer));
    }
    judge_left_out();
    result_.sets_not_sent = stated_.sets_not_sent(*measured_);
    result_.set_times = stated_.set_times(engine_, *measured_);
    const bool in_trouble = std::ranges::any_of(lines_, [](const PlayedPeer& line) {
        return !line.config.local_address && (line.losses != 0 || (line.index && line.established_at == never));
    });
    if (const auto hint = one_address_text(); in_trouble && !gave_up_ && !hint.empty()) result_.warnings.push_back(hint);
}

}   // namespace barrage