// Phases about sessions: connect, kill, refresh.

#include <fmt/format.h>

#include <algorithm>

#include "codec/message/route_refresh.hpp"
#include "loadgen/report/numbers.hpp"
#include "loadgen/run/phase_run.hpp"

namespace barrage {

namespace {

class ConnectRun final : public PhaseRun {
public:
    ConnectRun(const Scenario::Connect& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        for (auto* line : player_.chosen(asked_.peers, Player::Which::all))
            if (!line->up) lines_.push_back(line);
        give_up_at_ = now + asked_.timeout;
        if (asked_.rate > 0) pacer_.emplace(now, static_cast<std::uint64_t>(asked_.rate));
        go_on(now);
    }

    void go_on(TimePoint now) override
    {
        const auto due = pacer_ ? pacer_->due(now) : Pacer::all;
        while (begun_ < lines_.size() && begun_ < due) player_.start(*lines_[begun_++], now);
        if (begun_ == lines_.size() && std::ranges::all_of(lines_, &Player::Line::up) && player_.all_acked(lines_)) return done();
        if (now < give_up_at_) return;
        const auto up = std::ranges::count_if(lines_, &Player::Line::up);
        std::string why;
        for (const auto* line : lines_)
            if (!line->up && !line->end.empty())
                why = fmt::format("; the last failure: {}: {}", player_.name_of(*line), line->end);
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
    const Scenario::Connect& asked_;
    std::vector<Player::Line*> lines_;
    std::size_t begun_ = 0;
    std::optional<Pacer> pacer_;
    TimePoint give_up_at_ = never;
};

class KillRun final : public PhaseRun {
public:
    KillRun(const Scenario::Kill& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        for (auto* line : Player::first_of(player_.chosen(asked_.peers, Player::Which::all), asked_.share))
            if (line->up) lines_.push_back(line);
        for (auto* line : lines_) player_.end(*line, command(), now);
        give_up_at_ = now + asked_.timeout;
        if (asked_.time && (asked_.by == Scenario::Kill::By::silence || asked_.by == Scenario::Kill::By::stop_reading))
            heal_at_ = now + *asked_.time;
    }

    void go_on(TimePoint now) override
    {
        if (std::ranges::none_of(lines_, &Player::Line::up)) return done();
        if (now >= heal_at_) {
            heal();
            return done();
        }
        if (now < give_up_at_) return;
        player_.problem(fmt::format("{} of {} sessions are still up after {}", std::ranges::count_if(lines_, &Player::Line::up),
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
            return command::Visit{[which](Peer& peer, TimePoint) { peer.set_fault(which); }};
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
            player_.engine().post({.peers = {*line->index},
                                   .what = {command::Visit{[](Peer& peer, TimePoint) { peer.set_fault(PeerFault::none); }}}});
        }
        player_.record().note =
            fmt::format("{} of {} sessions stayed up", std::ranges::count_if(lines_, &Player::Line::up), lines_.size());
    }

    const Scenario::Kill& asked_;
    std::vector<Player::Line*> lines_;
    TimePoint give_up_at_ = never;
    TimePoint heal_at_ = never;
};

/// Asks for everything again and waits until as many routes were announced as the receiver has.
class RefreshRun final : public PhaseRun {
public:
    RefreshRun(const Scenario::Refresh& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        give_up_at_ = now + asked_.timeout;
        for (auto* line : player_.chosen(asked_.peers, Player::Which::receivers)) {
            if (!line->up) continue;
            const auto numbers = player_.engine().numbers(*line->index);
            asked_of_.push_back({line, numbers.announced, numbers.reflected_live});
            Command ask{.peers = {*line->index}, .what = {}};
            ask.what.emplace_back(command::Visit{[](Peer& peer, TimePoint when) {
                auto* session = peer.established();
                if (!session) return;
                session->negotiated().families.for_each([&](Family family) {
                    Octets message;
                    encode(RouteRefresh{.family = family}, message);
                    session->send_message(std::move(message), when);
                });
            }});
            player_.engine().post(std::move(ask));
        }
        check_at_ = now;
    }

    void go_on(TimePoint now) override
    {
        if (now < check_at_) return;
        check_at_ = now + std::chrono::milliseconds{2};
        const auto came = [&](const Asked& each) {
            return !each.line->up || player_.engine().numbers(*each.line->index).announced - each.announced >= each.live;
        };
        const auto whole = std::ranges::count_if(asked_of_, came);
        if (whole == static_cast<std::ptrdiff_t>(asked_of_.size())) return done();
        if (now < give_up_at_) return;
        player_.problem(fmt::format("after a route refresh {} of {} receivers were told everything within {}", whole,
                                    asked_of_.size(), duration_text(asked_.timeout)));
        done();
    }

    TimePoint deadline() override { return check_at_; }

private:
    struct Asked {
        Player::Line* line;
        std::uint64_t announced;
        std::uint64_t live;
    };
    const Scenario::Refresh& asked_;
    std::vector<Asked> asked_of_;
    TimePoint give_up_at_ = never;
    TimePoint check_at_ = never;
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
std::unique_ptr<PhaseRun> make_run(const Scenario::Refresh& phase, Player& player)
{
    return std::make_unique<RefreshRun>(phase, player);
}

}   // namespace barrage
