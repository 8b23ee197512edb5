#include "loadgen/play/run_monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

constexpr std::size_t most_samples = 2000;

}   // namespace

void RunMonitor::begin(TimePoint now)
{
    started_ = shown_at_ = last_sample_ = sample_at_ = ran_at_ = now;
    wall_started_ = WallClock::now();
    last_usage_ = process_usage();
    shown_cpu_ = last_usage_.cpu();
}

void RunMonitor::sample(TimePoint now, std::uint32_t up, const PeerNumbers& totals, RunResult& result)
{
    const auto usage = process_usage();
    constexpr auto least = std::chrono::milliseconds{10};   // over less than that a share of CPU time says nothing
    RunResult::Sample sample{
        .at_seconds = seconds(now - started_),
        .up = up,
        .sent = totals.sent_routes,
        .wire = totals.wire_routes,
        .acked = totals.acked_routes,
        .reflected = totals.reflected,
        .live = totals.reflected_live,
        .own_cores = now - last_sample_ < least ? 0 : per_second(seconds(usage.cpu() - last_usage_.cpu()), now - last_sample_)};
    if (const auto look = device_.look(now)) {
        sample.dut_cores = look->cores;
        sample.dut_octets = look->resident_octets;
        result.device.watched = true;
        result.device.most_cores = std::max(result.device.most_cores, look->cores);
        result.device.most_octets = std::max(result.device.most_octets, look->resident_octets);
        for (auto& phase : result.phases)
            if (!phase.finished) phase.dut_octets = std::max(phase.dut_octets.value_or(0), look->resident_octets);
    }
    last_usage_ = usage;
    last_sample_ = now;
    result.swapped_octets = std::max(result.swapped_octets, usage.swapped_octets);
    auto& samples = result.samples;
    samples.push_back(sample);
    if (samples.size() >= most_samples) {   // every other one does for a longer run
        for (std::size_t i = 0; 2 * i < samples.size(); ++i) samples[i] = samples[2 * i];
        samples.resize((samples.size() + 1) / 2);
        sample_every_ *= 2;
    }
    sample_at_ = now + sample_every_;
}

void RunMonitor::show(TimePoint now, const Shown& what, const PeerNumbers& totals, const RunResult& result, Progress& progress)
{
    const auto time = now - shown_at_;
    std::vector<std::string> parts{
        what.phase, fmt::format("sessions up {}/{}", what.up, what.peers),
        fmt::format("routes sent {}, on the wire {}, acked {}", full_number(totals.sent_routes), full_number(totals.wire_routes),
                    full_number(totals.acked_routes)),
        fmt::format("{} routes/s, {}",
                    short_number(per_second(static_cast<double>(totals.wire_routes - shown_.wire_routes), time)),
                    bit_rate_text(per_second(static_cast<double>(totals.wire_octets - shown_.wire_octets), time)))};
    if (what.measures)
        parts.push_back(fmt::format("reflected {}, {}/s", full_number(totals.reflected),
                                    short_number(per_second(static_cast<double>(totals.reflected - shown_.reflected), time))));
    const auto usage = process_usage();
    auto machine = fmt::format("CPU {:.0f} %", 100 * per_second(seconds(usage.cpu() - shown_cpu_), time));
    if (!result.samples.empty() && result.device.watched)
        machine += fmt::format(", device {:.0f} % of a core, {}", 100 * result.samples.back().dut_cores,
                               octets_text(static_cast<double>(result.samples.back().dut_octets)));
    parts.push_back(std::move(machine));
    shown_cpu_ = usage.cpu();
    progress.show(now, parts);
    shown_ = totals;
    shown_at_ = now;
}

void RunMonitor::note_usage(std::optional<Usage>& usage, TimePoint now, const PeerNumbers& totals)
{
    usage = Usage{process_usage(), machine_usage(), totals, now, device_.cpu()};
}

void RunMonitor::sending_begins(TimePoint now, const PeerNumbers& totals) { note_usage(before_, now, totals); }

void RunMonitor::sending_ends(TimePoint now, const PeerNumbers& totals)
{
    if (before_ && !after_) note_usage(after_, now, totals);
}

void RunMonitor::run_ends(TimePoint now, const PeerNumbers& totals, std::size_t senders, RunResult& result)
{
    if (!before_) return;
    device_.look(now);
    sending_ends(now, totals);
    const auto took = after_->at - before_->at;
    const auto numbers = after_->numbers - before_->numbers;
    result.own_cores = per_second(seconds(after_->process.cpu() - before_->process.cpu()), took);
    if (after_->machine && before_->machine) {
        result.other_cpu_share = other_cpu_load(*before_->machine, *after_->machine, before_->process, after_->process);
        const auto all = after_->machine->all() - before_->machine->all();
        if (device_.seen() && all.count() > 0)
            result.other_cpu_share =
                std::max(0.0, result.other_cpu_share - seconds(after_->device - before_->device) / seconds(all));
    }
    if (senders != 0)
        result.blocked_share = std::min(1.0, per_second(static_cast<double>(numbers.blocked_nanoseconds) / 1e9, took) /
                                                 static_cast<double>(senders));
    // A turn that reads all it may takes 512 KiB.
    constexpr double full_read_octets = 512 * 1024;
    if (numbers.received_octets != 0)
        result.full_read_share = std::min(1.0, static_cast<double>(numbers.full_reads) * full_read_octets /
                                                   static_cast<double>(numbers.received_octets));
}

void RunMonitor::fill(RunResult& result) const
{
    if (device_.seen()) result.device.mean_cores = per_second(seconds(device_.cpu()), result.took);
    if (!timer_lateness_.empty()) {
        result.timer_lateness = timer_lateness_.percentile(99);
        const auto late = timer_lateness_.mean_nanoseconds() * static_cast<double>(timer_lateness_.count()) / 1e9;
        result.timer_late_share = std::min(1.0, per_second(late, result.took));
    }
    result.clock_step = (WallClock::now() - wall_started_) - result.took;
}

}   // namespace barrage
