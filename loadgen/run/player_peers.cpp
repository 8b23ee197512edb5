// What the player does with peers for its phases: chooses, starts and ends them, tells routes, compares receivers.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "loadgen/run/player.hpp"

namespace barrage {

std::vector<Player::Line*> Player::chosen(const std::vector<std::string>& groups, Which which)
{
    std::vector<Line*> found;
    for (auto& line : lines_) {
        if (!groups.empty() && std::ranges::find(groups, line.group->name) == groups.end()) continue;
        if (which == Which::senders && !line.group->sends()) continue;
        if (which == Which::receivers && !line.group->receives()) continue;
        found.push_back(&line);
    }
    return found;
}

std::vector<Player::Line*> Player::first_of(const std::vector<Line*>& lines, double share)
{
    std::vector<Line*> found;
    for (auto* line : lines)
        if (line->of_group < static_cast<std::uint32_t>(std::ceil(share * line->group->count))) found.push_back(line);
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
    for (const auto& piece : line.pieces) {
        if (!piece.told) continue;
        for (const auto number : measured_->numbers_of(piece.slice)) {
            if (!line.churned_out.empty() && line.churned_out.contains(number & ~MeasuredRoutes::withdraw_bit)) continue;
            held ? expectation_->announced(number) : expectation_->withdrawn(number);
        }
    }
}

void Player::end(Line& line, command::Any command, TimePoint now)
{
    if (!line.index) return;
    line.going_down = true;
    // What the session told is withdrawn with it, from this moment on.
    for (const auto& piece : line.pieces)
        if (piece.told && line.up)
            measured_->sent(measured_->numbers_of(piece.slice), {.peer = *line.index, .withdraw = true}, now);
    engine_.post({.peers = {*line.index}, .what = {std::move(command)}});
}

void Player::tell(Line& line, RunKind kind, double share, double rate_per_second, std::uint32_t prefixes_per_update)
{
    if (!line.index) return;
    const bool announces = kind == RunKind::as_given;
    Command command{.peers = {*line.index}, .what = {}};
    command.what.emplace_back(command::Visit{[rate_per_second, prefixes_per_update](Peer& peer, TimePoint) {
        peer.set_sending(rate_per_second, prefixes_per_update);
    }});
    line.runs_wanted = line.runs_sent = 0;
    constexpr double rounding = 1e-6;
    std::vector<const Piece*> told;
    for (auto& piece : line.pieces) {
        if (piece.told == announces || piece.end > share + rounding) continue;
        piece.told = announces;
        ++line.runs_wanted;
        told.push_back(&piece);
        command.what.emplace_back(command::Tell{{piece.slice, kind, run_id_, 0}});
    }
    line.acked = line.runs_wanted == 0 || !line.up;
    if (line.runs_wanted != 0) engine_.post(std::move(command));
    // While they are on their way: what receivers are to have.
    if (!line.up) return;
    for (const auto* piece : told)
        for (const auto number : measured_->numbers_of(piece->slice)) {
            if (!line.churned_out.empty() && line.churned_out.erase(number & ~MeasuredRoutes::withdraw_bit) != 0 && !announces)
                continue;
            announces ? expectation_->announced(number) : expectation_->withdrawn(number);
        }
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
