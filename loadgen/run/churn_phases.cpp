// Phases in which things go and come back: churn of single routes, flaps of routes and sessions.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

#include "loadgen/report/numbers.hpp"
#include "loadgen/run/phase_run.hpp"
#include "rib/route_walk.hpp"

namespace barrage {

namespace {

/// A community that no route of a test has by itself, RFC 5398's documentation AS: 64511:11.
constexpr std::uint8_t mark_of_change[] = {0xfb, 0xff, 0x00, 0x0b};

/// Canonical octets with one community more.
Octets with_mark(OctetView attributes)
{
    Octets result;
    bool put = false;
    const auto put_communities = [&](OctetView before) {
        const auto size = before.size() + sizeof mark_of_change;
        result.push_back(flag_optional | flag_transitive | (size > 0xff ? flag_extended_length : 0));
        result.push_back(static_cast<std::uint8_t>(AttributeType::communities));
        if (size > 0xff) result.push_back(static_cast<std::uint8_t>(size >> 8));
        result.push_back(static_cast<std::uint8_t>(size));
        result.insert(result.end(), before.begin(), before.end());
        result.insert(result.end(), std::begin(mark_of_change), std::end(mark_of_change));
        put = true;
    };
    for (std::size_t at = 0; at < attributes.size();) {
        Reader in{attributes.subspan(at)};
        const auto flags = in.u8();
        const auto type = AttributeType{in.u8()};
        const auto value = in.octets(flags & flag_extended_length ? in.u16() : in.u8());
        if (in.failed()) break;
        const auto whole = attributes.subspan(at, attributes.size() - at - in.remaining());
        if (!put && type >= AttributeType::communities) put_communities(type == AttributeType::communities ? value : OctetView{});
        if (type != AttributeType::communities) result.insert(result.end(), whole.begin(), whole.end());
        at += whole.size();
    }
    if (!put) put_communities({});
    return result;
}

class ChurnRun final : public PhaseRun {
public:
    ChurnRun(const Scenario::Churn& phase, Player& player) : PhaseRun(player), asked_(phase), random_(player.scenario().seed) {}

    void begin(TimePoint now) override
    {
        for (auto* line : player_.chosen(asked_.peers, Player::Which::senders))
            if (line->up) populate(*line);
        end_at_ = now + asked_.time;
        pacer_.emplace(now, static_cast<std::uint64_t>(asked_.rate));
        player_.record().asked_rate = asked_.rate;
        if (asked_.attribute_changes > 0) player_.attributes_were_changed();
        if (routes_.empty()) {
            player_.problem(fmt::format("{}: no route is announced that could change", player_.record().name));
            done();
        }
    }

    void go_on(TimePoint now) override
    {
        if (is_done()) return;
        if (state_ == State::changing) {
            const auto until = std::min(now, end_at_);
            const auto due = pacer_->due(until);
            std::map<Player::Line*, std::vector<command::Any>> changes;
            constexpr std::uint64_t most_at_once = 5000;   // the observer's thread stays able to look at others
            for (std::uint64_t i = 0; changed_ < due && i < most_at_once; ++i) {
                player_.record().lateness.record(now - pacer_->next_due(changed_++));
                change(routes_[random_() % routes_.size()], changes);
            }
            post(std::move(changes), {});
            if (now < end_at_ || changed_ < due) return;
            restore(now);
        } else if (state_ == State::settling && now >= check_at_) {
            // Told, packed, and acknowledged: the counters stand still and are equal.
            check_at_ = now + std::chrono::milliseconds{5};
            bool all = true;
            std::uint64_t sent = 0;
            for (const auto& route : lines_) {
                if (!route->up) continue;
                const auto numbers = player_.engine().numbers(*route->index);
                all &= numbers.sent_routes == numbers.acked_routes;
                sent += numbers.sent_routes;
            }
            if (std::exchange(sent_, sent) != sent || !all) quiet_since_ = now;
            constexpr auto still = std::chrono::milliseconds{30};
            constexpr auto patience = std::chrono::minutes{2};
            if (now - quiet_since_ < still && now - end_at_ < patience) return;
            done();
        }
    }

    TimePoint deadline() override
    {
        if (is_done()) return never;
        if (state_ == State::settling) return check_at_;
        if (state_ == State::restoring) return never;
        // A turn for each change would cost more than the change: what is due within a millisecond goes together.
        return std::min(end_at_, pacer_->next_due(changed_ + pacer_->routes_per_second() / 1000));
    }

private:
    enum class State : std::uint8_t { changing, restoring, settling };
    struct Route {
        Player::Line* line;
        RouteKey key;
        AttributeSetRef attributes;
        MeasuredRoutes::Number number;
        bool out = false;
        bool altered = false;
    };

    void populate(Player::Line& line)
    {
        constexpr std::size_t most_routes = 1'000'000;
        std::uint64_t all = 0;
        for (const auto& piece : line.pieces) all += piece.told ? piece.routes : 0;
        auto wanted = static_cast<std::uint64_t>(std::max(1.0, asked_.share * static_cast<double>(all)));
        const auto before = routes_.size();
        for (const auto& piece : line.pieces) {
            if (!piece.told) continue;
            const auto numbers = player_.measured().numbers_of(piece.slice);
            std::size_t at = 0;
            for_each_route(piece.slice, [&](const RouteKey& key, const AttributeSetRef& attributes) {
                const auto number = at < numbers.size() ? numbers[at++] & ~MeasuredRoutes::withdraw_bit : MeasuredRoutes::none;
                if (wanted == 0 || routes_.size() >= most_routes) return;
                --wanted;
                routes_.push_back({&line, key, attributes, number});
            });
        }
        if (routes_.size() != before) lines_.push_back(&line);
    }

    void change(Route& route, std::map<Player::Line*, std::vector<command::Any>>& changes)
    {
        auto& what = changes[route.line];
        if (route.out) {
            come(route, what);
        } else if (asked_.attribute_changes > 0 && std::uniform_real_distribution{0.0, 1.0}(random_) < asked_.attribute_changes) {
            alter(route, what, !route.altered);
        } else {
            what.emplace_back(command::Withdraw{route.key});
            player_.expectation().withdrawn(route.number);
            route.line->churned_out.insert(route.number);
            route.out = true;
        }
    }
    void come(Route& route, std::vector<command::Any>& what)
    {
        route.out = false;
        player_.expectation().announced(route.number);
        route.line->churned_out.erase(route.number);
        alter(route, what, route.altered);
    }
    void alter(Route& route, std::vector<command::Any>& what, bool altered)
    {
        route.altered = altered;
        auto attributes = route.attributes;
        if (altered) {
            auto& known = altered_[route.attributes.get()];
            if (!known)
                known = player_.pool_of(*route.line).intern(with_mark(route.attributes->octets()), route.attributes->next_hop());
            attributes = known;
        }
        const FingerprintRules none{.prefixes_only = player_.measured().rules().prefixes_only};
        player_.expectation().attributes_changed(
            route.number, route_fingerprint(attributes->octets(), route.line->external ? none : player_.measured().rules()));
        what.emplace_back(command::Announce{route.key, std::move(attributes)});
    }

    void post(std::map<Player::Line*, std::vector<command::Any>> changes, const std::function<void()>& answer)
    {
        std::size_t left = changes.size();
        if (left == 0 && answer) return answer();
        for (auto& [line, what] : changes)
            player_.engine().post(
                {.peers = {*line->index}, .what = std::move(what), .answer = --left == 0 ? answer : std::function<void()>{}});
    }

    /// All are there again, as they were.
    void restore(TimePoint now)
    {
        state_ = State::restoring;
        player_.record().rate = per_second(static_cast<double>(changed_), now - (end_at_ - asked_.time));
        std::map<Player::Line*, std::vector<command::Any>> changes;
        for (auto& route : routes_) {
            if (route.out) come(route, changes[route.line]);
            if (route.altered) alter(route, changes[route.line], false);
        }
        player_.record().note = fmt::format("{} changes of {} routes", full_number(changed_), full_number(routes_.size()));
        post(std::move(changes), [this] {
            state_ = State::settling;
            check_at_ = quiet_since_ = Clock::now();
        });
    }

    const Scenario::Churn& asked_;
    std::mt19937_64 random_;
    std::vector<Route> routes_;
    std::vector<Player::Line*> lines_;
    std::map<const AttributeSet*, AttributeSetRef> altered_;
    std::optional<Pacer> pacer_;
    std::uint64_t changed_ = 0;
    std::uint64_t sent_ = 0;
    State state_ = State::changing;
    TimePoint end_at_ = never;
    TimePoint check_at_ = never;
    TimePoint quiet_since_ = never;
};

class FlapRun final : public PhaseRun {
public:
    FlapRun(const Scenario::Flap& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        const auto which = asked_.sessions ? Player::Which::all : Player::Which::senders;
        lines_ = player_.chosen(asked_.peers, which);
        if (asked_.sessions) lines_ = Player::first_of(lines_, asked_.share);
        std::erase_if(lines_, [](const Player::Line* line) { return !line->up; });
        go_down(now);
    }

    void go_on(TimePoint now) override
    {
        if (is_done() || now < next_at_) return;
        if (down_) return come_up(now);
        // A session that has to come back is waited for, beyond the time it was to be there.
        if (asked_.sessions && std::ranges::any_of(lines_, [](const Player::Line* line) { return !line->up; })) {
            constexpr auto patience = std::chrono::seconds{60};
            if (now - next_at_ < patience) {
                check_at_ = now + std::chrono::milliseconds{5};
                return;
            }
            return player_.give_up(
                fmt::format("{}: sessions did not come back within {}", player_.record().name, duration_text(patience)),
                ExitStatus::session_failed);
        }
        if (++cycles_ >= asked_.times) {
            if (!player_.all_acked(lines_)) {
                check_at_ = now + std::chrono::milliseconds{5};
                --cycles_;
                return;
            }
            player_.record().note = fmt::format("{} times", cycles_);
            return done();
        }
        go_down(now);
    }

    TimePoint deadline() override { return is_done() ? never : std::max(next_at_, check_at_ == never ? next_at_ : check_at_); }

private:
    void go_down(TimePoint now)
    {
        down_ = true;
        check_at_ = never;
        next_at_ = now + asked_.down;
        for (auto* line : lines_)
            if (asked_.sessions)
                player_.end(*line, command::Stop{}, now);
            else
                player_.tell(*line, RunKind::withdraw, asked_.share, 0, 0);
    }
    void come_up(TimePoint now)
    {
        if (asked_.sessions && std::ranges::any_of(lines_, &Player::Line::up)) {   // it has not gone yet
            next_at_ = now + std::chrono::milliseconds{5};
            return;
        }
        down_ = false;
        next_at_ = now + asked_.up;
        for (auto* line : lines_)
            if (asked_.sessions)
                player_.start(*line, now);
            else
                player_.tell(*line, RunKind::as_given, asked_.share, 0, 0);
    }

    const Scenario::Flap& asked_;
    std::vector<Player::Line*> lines_;
    std::uint32_t cycles_ = 0;
    bool down_ = false;
    TimePoint next_at_ = never;
    TimePoint check_at_ = never;
};

}   // namespace

std::unique_ptr<PhaseRun> make_run(const Scenario::Churn& phase, Player& player)
{
    return std::make_unique<ChurnRun>(phase, player);
}
std::unique_ptr<PhaseRun> make_run(const Scenario::Flap& phase, Player& player)
{
    return std::make_unique<FlapRun>(phase, player);
}

}   // namespace barrage
