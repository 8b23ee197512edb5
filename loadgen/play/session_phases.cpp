// Phases about sessions: connect and kill.

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/play/phase_run.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

class ConnectRun final : public PhaseRun {
public:
    ConnectRun(const Scenario::Connect& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        for (auto* line : player_.peers().chosen(asked_.peers, PlayedPeers::Which::all))
            if (!line->up) lines_.push_back(line);
        give_up_at_ = now + asked_.timeout;
        if (asked_.rate > 0) pacer_.emplace(now, static_cast<std::uint64_t>(asked_.rate));
        go_on(now);
    }

    void go_on(TimePoint now) override
    {
        const auto due = pacer_ ? pacer_->due(now) : Pacer::all;
        for (; begun_ < lines_.size() && begun_ < due; ++begun_) {
            player_.start(*lines_[begun_], now);
            if (asked_.advertising) advertise(*lines_[begun_]);
        }
        // One that the device ended as expected may stay away, unless its group is named.
        const auto is_there = [this](const auto* line) {
            if (asked_.advertising) return line->established_at != never;   // and is gone again perhaps, with all of it taken
            return line->up || (asked_.peers.empty() && player_.is_excused(*line));
        };
        if (begun_ == lines_.size() && std::ranges::all_of(lines_, is_there) &&
            (asked_.advertising || PlayedPeers::all_acked(lines_)))
            return done();
        if (now < give_up_at_) return;
        const auto up = std::ranges::count_if(lines_, is_there);
        std::string why;
        for (const auto* line : lines_)
            if (!is_there(line) && !line->end.empty()) why = fmt::format("; the last failure: {}: {}", name_of(*line), line->end);
        if (why.empty()) why = fmt::format("; {} does not answer", player_.device_name());
        if (up == static_cast<std::ptrdiff_t>(lines_.size())) why = "; what they announce again is not acknowledged";
        player_.give_up(
            fmt::format("{} of {} sessions were set up within {}{}", up, lines_.size(), duration_text(asked_.timeout), why),
            ExitStatus::session_failed);
    }

    TimePoint deadline() override
    {
        const auto next = pacer_ && begun_ < lines_.size() ? pacer_->next_due(begun_) : never;
        return std::min(next, give_up_at_);
    }

private:
    void advertise(PlayedPeer& line)
    {
        const auto& how = *asked_.advertising;
        player_.send(line, RunKind::as_given, {},
                     {.rate_per_second = how.rate,
                      .prefixes_per_update = {.most = how.prefixes_per_update, .sizes = {}},
                      .replay_speed = how.replay_speed,
                      .sharers = line.group->divided ? 1 : line.group->count});
    }

    const Scenario::Connect& asked_;
    std::vector<PlayedPeer*> lines_;
    std::size_t begun_ = 0;
    std::optional<Pacer> pacer_;
    TimePoint give_up_at_ = never;
};

class KillRun final : public PhaseRun {
public:
    KillRun(const Scenario::Kill& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        const auto all = player_.peers().chosen(asked_.peers, PlayedPeers::Which::all);
        const auto wanted = asked_.count != 0 ? all : PlayedPeers::part_of(all, {0, asked_.share});
        for (auto* line : wanted)
            if (line->up && (asked_.count == 0 || lines_.size() < asked_.count)) lines_.push_back(line);
        const bool is_excusable = std::ranges::all_of(wanted, [this](const auto* line) { return player_.is_excused(*line); });
        if (lines_.empty() && !is_excusable)
            player_.problem(fmt::format("{}: none of its {} peers is up, and nothing was done", record().name, wanted.size()));
        else if (lines_.size() < asked_.count)
            player_.problem(
                fmt::format("{}: {} of {} sessions could be ended: no more were up", record().name, lines_.size(), asked_.count));
        record().note = fmt::format("{} of {} sessions", lines_.size(), all.size());
        const bool without_notification = asked_.by == Scenario::Kill::By::fin || asked_.by == Scenario::Kill::By::rst;
        for (auto* line : lines_)
            without_notification ? player_.end_without_notification(*line, command(), now) : player_.end(*line, command(), now);
        give_up_at_ = now + asked_.timeout;
        if (asked_.time && (asked_.by == Scenario::Kill::By::silence || asked_.by == Scenario::Kill::By::stop_reading))
            heal_at_ = now + *asked_.time;
    }

    void go_on(TimePoint now) override
    {
        if (std::ranges::none_of(lines_, &PlayedPeer::up)) return done();
        if (now >= heal_at_) {
            heal();
            return done();
        }
        if (now < give_up_at_) return;
        player_.problem(fmt::format("{} of {} sessions are still up after {}", std::ranges::count_if(lines_, &PlayedPeer::up),
                                    lines_.size(), duration_text(asked_.timeout)));
        heal();
        done();
    }

    TimePoint deadline() override { return std::min(give_up_at_, heal_at_); }

private:
    [[nodiscard]] command::Any command() const
    {
        using By = Scenario::Kill::By;
        const auto fault = [](PeerFault which) {
            return command::Visit{[which](Peer& peer, const OnShard& here, TimePoint) { peer.set_fault(here, which); }};
        };
        switch (asked_.by) {
        case By::cease: return command::Stop{};
        case By::fin: return command::Teardown{.notification = std::nullopt, .restart = false};
        case By::rst: return fault(PeerFault::reset);
        case By::silence: return fault(PeerFault::silent);
        case By::stop_reading: return fault(PeerFault::stops_reading);
        }
        return command::Stop{};
    }
    void heal()
    {
        for (auto* line : lines_) {
            if (!line->up) continue;
            line->going_down = false;
            player_.stay(*line);
            player_.engine().post(
                {.peers = {*line->index}, .what = {command::Visit{[](Peer& peer, const OnShard& here, TimePoint) {
                                              peer.set_fault(here, PeerFault::none);
                                          }}}});
        }
        record().note = fmt::format("{} of {} sessions stayed up", std::ranges::count_if(lines_, &PlayedPeer::up), lines_.size());
    }

    const Scenario::Kill& asked_;
    std::vector<PlayedPeer*> lines_;
    TimePoint give_up_at_ = never;
    TimePoint heal_at_ = never;
};

}   // namespace

std::unique_ptr<PhaseRun> make_run(const Scenario::Connect& phase, Player& player)
{
    return std::make_unique<ConnectRun>(phase, player);
}

std::unique_ptr<PhaseRun> make_run(const Scenario::Kill& phase, Player& player)
{
    return std::make_unique<KillRun>(phase, player);
}

}   // namespace barrage
