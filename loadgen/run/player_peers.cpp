// What the player does with peers for its phases: chooses, starts and ends them, tells routes, compares receivers.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "codec/nlri/nlri_count.hpp"
#include "loadgen/run/player.hpp"

namespace barrage {

std::vector<Player::Line*> Player::chosen(const std::vector<std::string>& groups, Which which)
{
    std::vector<Line*> found;
    for (auto& line : lines_) {
        if (!groups.empty() && std::ranges::find(groups, line.group->name) == groups.end()) continue;
        if (which == Which::senders && !line.group->sends()) continue;
        if (which == Which::receivers && !line.group->measures()) continue;
        found.push_back(&line);
    }
    return found;
}

std::vector<Player::Line*> Player::part_of(const std::vector<Line*>& lines, Part part)
{
    std::vector<Line*> found;
    for (auto* line : lines) {
        const auto at = [&](double share) { return static_cast<std::uint32_t>(std::ceil(share * line->group->count)); };
        if (line->of_group >= at(part.from) && line->of_group < at(part.to)) found.push_back(line);
    }
    return found;
}

void Player::start(Line& line, TimePoint now)
{
    line.begun_at = now;
    line.going_down = false;
    if (line.index) return engine_.post({.peers = {*line.index}, .what = {command::Start{}}});
    line.index = engine_.add_peer(line.config);
    by_index_.resize(std::max<std::size_t>(by_index_.size(), *line.index + 1));
    by_index_[*line.index] = line.number;
    metrics_.peer(*line.index, line.group->name, line.group->receives());
}

void Player::hold_routes(Line& line, bool held)
{
    if (comparing_ != 0) return held_later_.emplace_back(line.number, held), void();
    for_each_held(
        line, [&](MeasuredRoutes::Number number) { held ? expectation_->announced(number) : expectation_->withdrawn(number); });
    if (!held) stay(line);
}

void Player::mark_gone(Line& line, TimePoint now)
{
    std::vector<MeasuredRoutes::Number> withdrawn, changed;
    for_each_held(line, [&](MeasuredRoutes::Number number) {
        const bool others =
            line.leaving ? expectation_->begins_to_leave(number) : !line.restarting && expectation_->has_others(number);
        (others ? changed : withdrawn).push_back(number);
    });
    measured_->sent(withdrawn, {.peer = *line.index, .withdraw = true}, now);
    measured_->sent(changed, {.peer = *line.index, .single = true}, now);
}

void Player::end(Line& line, command::Any command, TimePoint now)
{
    if (!line.index) return;
    line.going_down = true;
    // What the session told goes with it, from this moment on.
    if (line.up && !std::exchange(line.leaving, !line.restarting)) mark_gone(line, now);
    engine_.post({.peers = {*line.index}, .what = {std::move(command)}});
}

void Player::stay(Line& line)
{
    if (std::exchange(line.leaving, false))
        for_each_held(line, [&](MeasuredRoutes::Number number) { expectation_->left(number); });
}

void Player::end_gracefully(Line& line, bool kept, Duration first_routes_after, TimePoint now)
{
    line.restarting = true;
    // RFC 4724 section 4: the connection goes without a NOTIFICATION; what is not kept is measured as withdrawn by it.
    engine_.post({.peers = {*line.index}, .what = {command::Visit{[kept, first_routes_after](Peer& peer, TimePoint) {
                                              peer.set_restarted(true, kept, first_routes_after);
                                          }}}});
    end(line, command::Teardown{.notification = std::nullopt, .restart = false}, now);
}

void Player::tell(Line& line, RunKind kind, Part part, const Telling& how)
{
    if (!line.index) return;
    const bool announces = kind == RunKind::as_given;
    Command command{.peers = {*line.index}, .what = {}};
    command.what.emplace_back(command::Visit{[how](Peer& peer, TimePoint) {
        peer.set_sending(how.rate_per_second, how.prefixes_per_update.most, how.prefixes_per_update.sizes, how.burst);
    }});
    if (line.acked) line.runs_wanted = line.runs_sent = 0;   // else some of another phase are under way
    constexpr double rounding = 1e-6;
    std::vector<const Piece*> told;
    for (auto& piece : line.pieces) {
        if (piece.told == announces || piece.part.from < part.from - rounding || piece.part.to > part.to + rounding) continue;
        piece.told = announces;
        ++line.runs_wanted;
        told.push_back(&piece);
        command.what.emplace_back(command::Tell{{piece.slice, kind, run_id_, announces ? how.replay_speed : 0}});
    }
    line.acked = line.acked && (told.empty() || !line.up);
    if (!told.empty()) engine_.post(std::move(command));
    // While they are on their way: what receivers are to have.
    if (!line.up) return;
    for (const auto* piece : told)
        for (const auto number : held_by(*piece)) {
            const auto known = number & ~MeasuredRoutes::withdraw_bit;
            if (!line.churned_out.empty() && line.churned_out.erase(known) != 0 && !announces) continue;
            if (announces && !line.commanded.empty() && line.commanded.erase(known) != 0) continue;
            announces ? expectation_->announced(number) : expectation_->withdrawn(number);
        }
}

Player::Numbers Player::in_tables(const Line& line, const Numbers& wanted) const
{
    Numbers found;
    for (const auto& piece : line.pieces)
        if (piece.told)
            for (const auto number : held_by(piece))
                if (wanted.contains(number & ~MeasuredRoutes::withdraw_bit)) found.insert(number & ~MeasuredRoutes::withdraw_bit);
    return found;
}

void Player::told(Line& line, MeasuredRoutes::Number number, bool withdraw, bool in_table)
{
    if (number >= measured_->size()) return;
    const bool changed = in_table   ? (withdraw ? line.churned_out.insert(number).second : line.churned_out.erase(number) != 0)
                         : withdraw ? line.commanded.erase(number) != 0
                                    : line.commanded.insert(number).second;
    if (!changed || !line.up) return;
    withdraw ? expectation_->withdrawn(number) : expectation_->announced(number);
}

void Player::now_comes_with(const Line& line, MeasuredRoutes::Number number, const AttributeSet& attributes)
{
    // As Expectation::add_attributes: what eBGP puts in front is taken off again where it comes back.
    const FingerprintRules none{.prefixes_only = measured_->rules().prefixes_only};
    expectation_->attributes_changed(number, route_fingerprint(attributes.octets(), line.external ? none : measured_->rules()));
}

MeasuredRoutes::Number Player::number_of(const RouteKey& key) const
{
    const auto* octets = reinterpret_cast<const std::uint8_t*>(key.nlri.data());
    auto number = MeasuredRoutes::none;
    if (key.family == ipv4_unicast || key.family == ipv6_unicast)
        for_each_prefix({octets, key.nlri.size()}, key.family == ipv4_unicast ? 32 : 128, false,
                        [&](const PrefixView& view) { number = measured_->find(view, key.family); });
    return number;
}

std::vector<double> Player::divided(double rate, std::size_t peers)
{
    // Whole routes a second each, which together are what was asked for; 0 is no rate, so each has one at least.
    std::vector<double> each(peers, 0);
    if (rate <= 0 || peers == 0) return each;
    const auto whole = std::floor(rate / static_cast<double>(peers));
    const auto more = static_cast<std::size_t>(std::llround(rate - whole * static_cast<double>(peers)));
    for (std::size_t i = 0; i < peers; ++i) each[i] = std::max(1.0, whole + (i < more ? 1 : 0));
    return each;
}

bool Player::all_acked(const std::vector<Line*>& lines) const
{
    return std::ranges::all_of(lines, [](const Line* line) { return line->acked || !line->up; });
}

std::uint64_t Player::expected_live(const Line& line) const
{
    auto expected = expectation_->held();
    boost::unordered_flat_set<std::uint32_t> counted;   // a route may stand in two of its sources
    for (const auto& piece : line.pieces)
        for (const auto each : measured_->numbers_of(piece.slice)) {
            const auto number = each & ~MeasuredRoutes::withdraw_bit;
            if (number < measured_->size() && expectation_->is_held(number) && counted.insert(number).second) --expected;
        }
    return expected;
}

void Player::compare(std::function<void(const Comparison&)> then)
{
    Command command{.peers = {}, .what = {}};
    for (auto& line : lines_) {
        line.comparison = {};
        if (line.up && line.config.receive) command.peers.push_back(*line.index);
    }
    if (command.peers.empty()) return then({});
    ++comparing_;
    // Each shard looks at its own receivers; the expectation stands still until they have answered.
    command.what.emplace_back(command::Visit{[this](Peer& peer, TimePoint) {
        auto* line = line_of(peer.index());
        if (line && peer.receiver() && peer.receiver()->reflections())
            line->comparison = expectation_->compare(*peer.receiver()->reflections());
    }});
    command.answer = [this, then = std::move(then)] {
        Comparison sum;
        for (const auto& line : lines_)
            if (line.config.receive) sum.add(line.comparison, name_of(line));
        if (--comparing_ == 0)
            for (const auto& [number, held] : std::exchange(held_later_, {})) hold_routes(lines_[number], held);
        ++wake_;
        then(sum);
    };
    engine_.post(std::move(command));
}

void Player::problem(std::string text, ExitStatus status)
{
    progress_.say("loadgen run: " + text);
    result_.problems.push_back(std::move(text));
    if (result_.status == ExitStatus::passed) result_.status = status;
}

void Player::give_up(std::string text, ExitStatus status)
{
    problem(std::move(text), status);
    gave_up_ = true;
}

std::string Player::name_of(const Line& line) const
{
    auto name = line.group->count == 1 ? line.group->name : fmt::format("{} {}", line.group->name, line.of_group + 1);
    if (line.config.local_address) name += fmt::format(" ({})", to_text(*line.config.local_address));
    return name;
}

}   // namespace barrage
