// The phase churn: single routes go, come and change at a rate.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

#include "codec/attribute/attribute_view.hpp"
#include "loadgen/play/coming_back.hpp"
#include "loadgen/play/phase_run.hpp"
#include "loadgen/play/settling.hpp"
#include "loadgen/words/numbers.hpp"
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
        Writer out{result};
        put_attribute_header(out, flag_optional | flag_transitive, AttributeType::communities,
                             before.size() + sizeof mark_of_change);
        out.octets(before);
        out.octets(mark_of_change);
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
        const auto lines = player_.up_of(player_.peers().chosen(asked_.peers, PlayedPeers::Which::senders), record());
        for (std::size_t i = 0; i < lines.size(); ++i)
            populate(*lines[i], asked_.population * (i + 1) / lines.size() - asked_.population * i / lines.size());
        wire_before_ = on_the_wire();
        began_ = now;
        end_at_ = now + asked_.time;
        pacer_.emplace(now, static_cast<std::uint64_t>(asked_.rate));
        record().asked_rate = asked_.rate;
        if (asked_.attribute_changes > 0 || (asked_.mix && asked_.mix->attributes > 0)) player_.attributes_were_changed();
        if (!routes_.empty() && routes_.size() < asked_.population)
            player_.problem(fmt::format("{}: {} of {} routes could change: no more are announced", record().name,
                                        full_number(routes_.size()), full_number(asked_.population)));
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
            ++batch_;
            for (std::uint64_t i = 0; scheduled_ < due && i < most_at_once; ++i) {
                const auto when = pacer_->next_due(scheduled_++);
                record().lateness.record(now - when);
                change(changes, when);
            }
            post(std::move(changes), {});
            if (now < end_at_ || scheduled_ < due) return;
            took_ = now - began_;
            state_ = State::sending;
            settling_.begin(lines_, now);
        } else if (state_ == State::sending) {
            if (settling_.is_settled(player_, now) || now - end_at_ > patience) all_sent(now);
        } else if (state_ == State::coming_back) {
            coming_back_.go_on(
                player_, now, [this](auto call) { return while_there(std::move(call)); },
                [this](const NotReturned& missed) {
                    if (missed.all() != 0) record().add_not_returned(missed, true);
                    restore();
                });
        } else if (state_ == State::settling) {
            if (settling_.is_settled(player_, now) || now - end_at_ > 2 * patience + asked_.timeout) done();
        }
    }

    TimePoint deadline() override
    {
        if (is_done()) return never;
        switch (state_) {
        case State::changing: return std::min(end_at_, pacer_->next_due(scheduled_ + pacer_->together()));
        case State::sending:
        case State::settling: return settling_.deadline();
        case State::coming_back: return coming_back_.deadline();
        case State::restoring: return never;
        }
        return never;
    }

private:
    /// The last changes have to be acknowledged, and to have come to the receivers, before all is put back as it was: else nobody would see that
    /// a device forgets some.
    enum class State : std::uint8_t { changing, sending, coming_back, restoring, settling };
    static constexpr auto patience = std::chrono::minutes{2};
    struct Route {
        PlayedPeer* line;
        RouteKey key;
        AttributeSetRef attributes;
        MeasuredRoutes::Number number;
        bool counts;   // receivers are to have it
        bool out = false;
        bool altered = false;
        bool touched = false;
        std::uint64_t batch = 0;   // in which it was changed last
    };
    using Changes = std::map<PlayedPeer*, std::vector<command::Any>>;

    /// `count`: where the phase gives a number, this line's part of it.
    void populate(PlayedPeer& line, std::uint64_t count)
    {
        constexpr std::size_t most_routes = 1'000'000;
        std::uint64_t all = 0;
        for (const auto& piece : line.pieces) all += piece.advertised ? piece.routes : 0;
        const auto part = RoutesPart::of(asked_);
        const auto at = [&](double share) { return static_cast<std::uint64_t>(share * static_cast<double>(all) + 1e-6); };
        auto before = at(part.from);
        auto wanted = asked_.population != 0 ? count : std::max<std::uint64_t>(1, at(part.to - part.from));
        const auto known = routes_.size();
        for (const auto& piece : line.pieces) {
            if (!piece.advertised) continue;
            const auto numbers = player_.measured().numbers_of(piece.slice);
            const auto& superseded = piece.slice.set->superseded_paths();
            std::size_t next = 0;
            for_each_placed_route(
                piece.slice, [&](const RouteKey& key, const AttributeSetRef& attributes, RouteSet::Place place) {
                    const auto number =
                        next < numbers.size() ? numbers[next++] & ~MeasuredRoutes::withdraw_bit : MeasuredRoutes::none;
                    // Left out when the table was sent: the prefix is another route's.
                    if (!line.add_path.contains(key.family) && std::ranges::binary_search(superseded, place)) return;
                    if (before != 0) return void(--before);
                    if (wanted == 0 || routes_.size() >= most_routes) return;
                    --wanted;
                    routes_.push_back({&line, key, attributes, number, piece.counts && player_.stated().is_to_come(number)});
                });
        }
        if (routes_.size() != known) lines_.push_back(&line);
    }

    [[nodiscard]] std::uint64_t on_the_wire()
    {
        std::uint64_t routes = 0;
        for (const auto* line : lines_) routes += player_.engine().numbers(*line->index).wire_routes;
        return routes;
    }

    /// One of [begin, end): mostly one that no change waits for, since of two in one batch only one would go out.
    [[nodiscard]] std::size_t any_of(std::size_t begin, std::size_t end)
    {
        constexpr int attempts = 8;
        auto index = begin + random_() % (end - begin);
        for (int i = 1; i < attempts && routes_[index].batch == batch_; ++i) index = begin + random_() % (end - begin);
        return index;
    }

    void change(Changes& changes, TimePoint due)
    {
        enum : int { announce, withdraw, attributes };
        int what = attributes;
        std::size_t index = 0;
        if (mix_) {
            what = (*mix_)(random_);
            if (what == announce && out_ == 0) what = withdraw;
            if (what != announce && out_ == routes_.size()) what = announce;
            index = what == announce ? any_of(0, out_) : any_of(out_, routes_.size());
        } else {
            index = any_of(0, routes_.size());
            const bool alters =
                asked_.attribute_changes > 0 && std::uniform_real_distribution{0.0, 1.0}(random_) < asked_.attribute_changes;
            what = index < out_ ? announce : alters ? attributes : withdraw;
        }
        auto& route = routes_[index];
        if (!route.line->up) return;   // no session to send it on: it is not made
        ++made_;
        route.touched = true;
        route.line->changed_singly.insert(route.number);
        route.batch = batch_;
        player_.measured().due(route.number, due);
        if (what == announce)
            come(index, changes);
        else if (what == withdraw)
            go(index, changes);
        else
            alter(route, changes, !route.altered);
    }

    // Those that are out stand in front: routes_[0, out_).
    void go(std::size_t index, Changes& changes)
    {
        std::swap(routes_[index], routes_[out_]);
        auto& route = routes_[out_++];
        route.out = true;
        changes[route.line].emplace_back(command::Withdraw{route.key});
        if (route.counts) player_.expectation().withdrawn(route.line->number, route.number);
        route.line->churned_out.insert(route.number);
    }
    void come(std::size_t index, Changes& changes)
    {
        std::swap(routes_[index], routes_[--out_]);
        auto& route = routes_[out_];
        route.out = false;
        // Of a session that is down nothing is expected until it is back.
        if (route.counts && route.line->up) player_.expectation().announced(route.line->number, route.number);
        route.line->churned_out.erase(route.number);
        alter(route, changes, route.altered);
    }
    void alter(Route& route, Changes& changes, bool altered)
    {
        route.altered = altered;
        auto attributes = attributes_of(route);
        player_.now_comes_with(*route.line, route.number, *attributes);
        changes[route.line].emplace_back(command::Announce{route.key, std::move(attributes)});
    }
    [[nodiscard]] AttributeSetRef attributes_of(const Route& route)
    {
        if (!route.altered) return route.attributes;
        auto& known = altered_[route.attributes.get()];
        if (!known)
            known = player_.pool_of(*route.line).intern(with_mark(route.attributes->octets()), route.attributes->next_hop());
        return known;
    }

    void post(Changes changes, const std::function<void()>& answer)
    {
        std::size_t left = changes.size();
        if (left == 0 && answer) return answer();
        for (auto& [line, what] : changes)
            player_.engine().post(
                {.peers = {*line->index}, .what = std::move(what), .answer = --left == 0 ? answer : std::function<void()>{}});
    }

    void all_sent(TimePoint now)
    {
        // What a newer change overtook before it left, or what was still waiting when its session went, was not made either.
        made_ = std::min(made_, on_the_wire() - wire_before_);
        record().rate = per_second(static_cast<double>(made_), took_);
        record().note = fmt::format("{} changes of {} routes", full_number(made_), full_number(routes_.size()));
        if (made_ < scheduled_)
            record().note += fmt::format(", {} of the schedule were not made", full_number(scheduled_ - made_));
        state_ = State::coming_back;
        std::vector<MeasuredRoutes::Number> wanted;
        for (const auto& route : routes_)
            if (route.touched && route.counts && route.line->up && route.number != MeasuredRoutes::none)
                wanted.push_back(route.number);
        coming_back_.begin(std::move(wanted), asked_.timeout, now);
    }

    /// All are there again, as they were.
    void restore()
    {
        state_ = State::restoring;
        Changes changes;
        while (out_ != 0) come(out_ - 1, changes);
        for (auto& route : routes_)
            if (route.altered) alter(route, changes, false);
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
    std::vector<PlayedPeer*> lines_;
    std::map<const AttributeSet*, AttributeSetRef> altered_;
    std::optional<Pacer> pacer_;
    std::uint64_t scheduled_ = 0;
    std::uint64_t made_ = 0;
    std::uint64_t batch_ = 0;
    std::uint64_t wire_before_ = 0;
    State state_ = State::changing;
    Settling settling_;
    ComingBack coming_back_;
    Duration took_{};
    TimePoint began_ = never;
    TimePoint end_at_ = never;
};

}   // namespace

std::unique_ptr<PhaseRun> make_run(const Scenario::Churn& phase, Player& player)
{
    return std::make_unique<ChurnRun>(phase, player);
}

}   // namespace barrage
