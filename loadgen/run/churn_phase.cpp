// The phase churn: single routes go, come and change at a rate.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

#include "codec/attribute/attribute_view.hpp"
#include "loadgen/report/numbers.hpp"
#include "loadgen/run/phase_run.hpp"
#include "loadgen/run/settling.hpp"
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
    Reader in{attributes};
    while (const auto attribute = next_attribute(in)) {
        const bool is_communities = attribute->type == AttributeType::communities;
        if (!put && attribute->type >= AttributeType::communities)
            put_communities(is_communities ? attribute->value : OctetView{});
        if (!is_communities) result.insert(result.end(), attribute->whole.begin(), attribute->whole.end());
    }
    if (!put) put_communities({});
    return result;
}

class ChurnRun final : public PhaseRun {
public:
    using Asked = Scenario::Churn;
    ChurnRun(const Asked& phase, Player& player) : PhaseRun(player), asked_(phase), random_(player.scenario().seed)
    {
        if (asked_.mix)
            mix_ = std::discrete_distribution<int>{asked_.mix->announce, asked_.mix->withdraw, asked_.mix->attributes};
    }

    void begin(TimePoint now) override
    {
        auto lines = player_.chosen(asked_.peers, Player::Which::senders);
        std::erase_if(lines, [](const Player::Line* line) { return !line->up; });
        for (std::size_t i = 0; i < lines.size(); ++i)
            populate(*lines[i], asked_.population * (i + 1) / lines.size() - asked_.population * i / lines.size());
        end_at_ = now + asked_.time;
        pacer_.emplace(now, static_cast<std::uint64_t>(asked_.rate));
        record().asked_rate = asked_.rate;
        if (asked_.attribute_changes > 0 || (asked_.mix && asked_.mix->attributes > 0)) player_.attributes_were_changed();
        if (routes_.empty()) {
            player_.problem(fmt::format("{}: no route is announced that could change", record().name));
            done();
        }
    }

    void go_on(TimePoint now) override
    {
        if (is_done()) return;
        if (state_ == State::changing) {
            const auto until = std::min(now, end_at_);
            const auto due = pacer_->due(until);
            Changes changes;
            constexpr std::uint64_t most_at_once = 5000;   // the observer's thread stays able to look at others
            for (std::uint64_t i = 0; changed_ < due && i < most_at_once; ++i) {
                record().lateness.record(now - pacer_->next_due(changed_++));
                change(changes);
            }
            post(std::move(changes), {});
            if (now < end_at_ || changed_ < due) return;
            restore(now);
        } else if (state_ == State::settling) {
            constexpr auto patience = std::chrono::minutes{2};
            if (settling_.is_settled(player_, now) || now - end_at_ > patience) done();
        }
    }

    TimePoint deadline() override
    {
        if (is_done()) return never;
        if (state_ == State::settling) return settling_.deadline();
        if (state_ == State::restoring) return never;
        return std::min(end_at_, pacer_->next_due(changed_ + pacer_->together()));
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
    using Changes = std::map<Player::Line*, std::vector<command::Any>>;

    /// `count`: where the phase gives a number, this line's part of it.
    void populate(Player::Line& line, std::uint64_t count)
    {
        constexpr std::size_t most_routes = 1'000'000;
        std::uint64_t all = 0;
        for (const auto& piece : line.pieces) all += piece.told ? piece.routes : 0;
        const auto part = Player::Part::of(asked_);
        const auto at = [&](double share) { return static_cast<std::uint64_t>(share * static_cast<double>(all)); };
        auto before = at(part.from);
        auto wanted = asked_.population != 0 ? count : std::max<std::uint64_t>(1, at(part.to) - before);
        const auto known = routes_.size();
        for (const auto& piece : line.pieces) {
            if (!piece.told) continue;
            const auto numbers = player_.measured().numbers_of(piece.slice);
            std::size_t place = 0;
            for_each_route(piece.slice, [&](const RouteKey& key, const AttributeSetRef& attributes) {
                const auto number =
                    place < numbers.size() ? numbers[place++] & ~MeasuredRoutes::withdraw_bit : MeasuredRoutes::none;
                if (before != 0) return void(--before);
                if (wanted == 0 || routes_.size() >= most_routes) return;
                --wanted;
                routes_.push_back({&line, key, attributes, number});
            });
        }
        if (routes_.size() != known) lines_.push_back(&line);
    }

    void change(Changes& changes)
    {
        if (mix_) return change_by_mix(changes);
        const auto index = random_() % routes_.size();
        if (index < out_)
            come(index, changes);
        else if (asked_.attribute_changes > 0 && std::uniform_real_distribution{0.0, 1.0}(random_) < asked_.attribute_changes)
            alter(routes_[index], changes, !routes_[index].altered);
        else
            go(index, changes);
    }
    void change_by_mix(Changes& changes)
    {
        enum : int { announce, withdraw, attributes };
        auto what = (*mix_)(random_);
        if (what == announce && out_ == 0) what = withdraw;
        if (what != announce && out_ == routes_.size()) what = announce;
        if (what == announce) return come(random_() % out_, changes);
        const auto there = out_ + random_() % (routes_.size() - out_);
        what == withdraw ? go(there, changes) : alter(routes_[there], changes, !routes_[there].altered);
    }

    // Those that are out stand in front: routes_[0, out_).
    void go(std::size_t index, Changes& changes)
    {
        std::swap(routes_[index], routes_[out_]);
        auto& route = routes_[out_++];
        route.out = true;
        changes[route.line].emplace_back(command::Withdraw{route.key});
        player_.expectation().withdrawn(route.number);
        route.line->churned_out.insert(route.number);
    }
    void come(std::size_t index, Changes& changes)
    {
        std::swap(routes_[index], routes_[--out_]);
        auto& route = routes_[out_];
        route.out = false;
        player_.expectation().announced(route.number);
        route.line->churned_out.erase(route.number);
        alter(route, changes, route.altered);
    }
    void alter(Route& route, Changes& changes, bool altered)
    {
        route.altered = altered;
        auto attributes = route.attributes;
        if (altered) {
            auto& known = altered_[route.attributes.get()];
            if (!known)
                known = player_.pool_of(*route.line).intern(with_mark(route.attributes->octets()), route.attributes->next_hop());
            attributes = known;
        }
        player_.now_comes_with(*route.line, route.number, *attributes);
        changes[route.line].emplace_back(command::Announce{route.key, std::move(attributes)});
    }

    void post(Changes changes, const std::function<void()>& answer)
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
        record().rate = per_second(static_cast<double>(changed_), now - (end_at_ - asked_.time));
        Changes changes;
        while (out_ != 0) come(out_ - 1, changes);
        for (auto& route : routes_)
            if (route.altered) alter(route, changes, false);
        record().note = fmt::format("{} changes of {} routes", full_number(changed_), full_number(routes_.size()));
        post(std::move(changes), while_there([this] {
                 state_ = State::settling;
                 settling_.begin(lines_, Clock::now());
                 player_.look_again();
             }));
    }

    const Asked& asked_;
    std::mt19937_64 random_;
    std::optional<std::discrete_distribution<int>> mix_;
    std::vector<Route> routes_;
    std::size_t out_ = 0;
    std::vector<Player::Line*> lines_;
    std::map<const AttributeSet*, AttributeSetRef> altered_;
    std::optional<Pacer> pacer_;
    std::uint64_t changed_ = 0;
    State state_ = State::changing;
    Settling settling_;
    TimePoint end_at_ = never;
};

}   // namespace

const MakePhaseRun make_churn = &make_run<ChurnRun>;

}   // namespace barrage
