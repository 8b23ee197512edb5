// The player's numbers: totals, the series, progress, and what the result says of each peer.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "loadgen/play/player.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

constexpr std::size_t most_samples = 2000;

}   // namespace

PeerNumbers Player::totals(const std::vector<std::string>* groups) const
{
    PeerNumbers all;
    for (const auto& line : lines_) {
        if (!line.index) continue;
        auto numbers = engine_.numbers(*line.index);
        if (groups && !groups->empty() && std::ranges::find(*groups, line.group->name) == groups->end())
            numbers.sent_routes = numbers.wire_routes = numbers.wire_updates = numbers.wire_octets = numbers.acked_routes = 0;
        if (!line.group->sends()) numbers.blocked_nanoseconds = 0;
        if (!line.group->receives()) numbers.received_updates = numbers.received_octets = numbers.full_reads = 0;
        all += numbers;
    }
    return all;
}

void Player::sample(TimePoint now)
{
    const auto numbers = totals();
    const auto usage = process_usage();
    constexpr auto least = std::chrono::milliseconds{10};   // over less than that a share of CPU time says nothing
    RunResult::Sample sample{
        .at_seconds = seconds(now - started_),
        .up = static_cast<std::uint32_t>(std::ranges::count_if(lines_, &Line::up)),
        .sent = numbers.sent_routes,
        .wire = numbers.wire_routes,
        .acked = numbers.acked_routes,
        .reflected = numbers.reflected,
        .live = numbers.reflected_live,
        .own_cores = now - last_sample_ < least ? 0 : per_second(seconds(usage.cpu() - last_usage_.cpu()), now - last_sample_)};
    if (const auto look = device_.look(now)) {
        sample.dut_cores = look->cores;
        sample.dut_octets = look->resident_octets;
        result_.device.watched = true;
        result_.device.most_cores = std::max(result_.device.most_cores, look->cores);
        result_.device.most_octets = std::max(result_.device.most_octets, look->resident_octets);
        for (auto& phase : result_.phases)
            if (!phase.finished) phase.dut_octets = std::max(phase.dut_octets.value_or(0), look->resident_octets);
    }
    last_usage_ = usage;
    last_sample_ = now;
    result_.swapped_octets = std::max(result_.swapped_octets, usage.swapped_octets);
    auto& samples = result_.samples;
    samples.push_back(sample);
    if (samples.size() >= most_samples) {   // every other one does for a longer run
        for (std::size_t i = 0; 2 * i < samples.size(); ++i) samples[i] = samples[2 * i];
        samples.resize((samples.size() + 1) / 2);
        sample_every_ *= 2;
    }
    sample_at_ = now + sample_every_;
}

void Player::show(TimePoint now)
{
    const auto numbers = totals();
    const auto time = now - shown_at_;
    const auto* phase = current_ ? current_->phase->name.c_str() : "";
    const auto phase_took = current_ ? now - current_->began : Duration::zero();
    std::vector<std::string> parts{
        fmt::format("phase {} of {}: {} ({})", next_phase_, scenario().phases.size(), phase, duration_text(phase_took)),
        fmt::format("sessions up {}/{}", std::ranges::count_if(lines_, &Line::up), lines_.size()),
        fmt::format("routes sent {}, on the wire {}, acked {}", full_number(numbers.sent_routes),
                    full_number(numbers.wire_routes), full_number(numbers.acked_routes)),
        fmt::format("{} routes/s, {}",
                    short_number(per_second(static_cast<double>(numbers.wire_routes - shown_.wire_routes), time)),
                    bit_rate_text(per_second(static_cast<double>(numbers.wire_octets - shown_.wire_octets), time)))};
    if (std::ranges::any_of(lines_, [](const Line& line) { return line.group->measures(); }))
        parts.push_back(fmt::format("reflected {}, {}/s", full_number(numbers.reflected),
                                    short_number(per_second(static_cast<double>(numbers.reflected - shown_.reflected), time))));
    const auto usage = process_usage();
    auto machine = fmt::format("CPU {:.0f} %", 100 * per_second(seconds(usage.cpu() - shown_cpu_), time));
    if (!result_.samples.empty() && result_.device.watched)
        machine += fmt::format(", device {:.0f} % of a core, {}", 100 * result_.samples.back().dut_cores,
                               octets_text(static_cast<double>(result_.samples.back().dut_octets)));
    parts.push_back(std::move(machine));
    shown_cpu_ = usage.cpu();
    progress_.show(now, parts);
    shown_ = numbers;
    shown_at_ = now;
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
    if (device_.seen()) result_.device.mean_cores = per_second(seconds(device_.cpu()), result_.took);
    if (!timer_lateness_.empty()) {
        result_.timer_lateness = timer_lateness_.percentile(99);
        const auto late = timer_lateness_.mean_nanoseconds() * static_cast<double>(timer_lateness_.count()) / 1e9;
        result_.timer_late_share = per_second(late, result_.took);
    }
    result_.clock_step = (std::chrono::system_clock::now() - wall_started_) - (now - started_);
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
    time_expected_routes();
    const bool in_trouble = std::ranges::any_of(lines_, [](const Line& line) {
        return !line.config.local_address && (line.losses != 0 || (line.index && line.established_at == never));
    });
    if (const auto hint = one_address_text(); in_trouble && !gave_up_ && !hint.empty()) result_.warnings.push_back(hint);
}

}   // namespace barrage