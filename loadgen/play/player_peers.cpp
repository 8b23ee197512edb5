// What the player does with peers for its phases: chooses, starts and ends them, announces routes, compares receivers.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "codec/nlri/nlri_count.hpp"
#include "loadgen/play/player.hpp"
#include "loadgen/play/source_addresses.hpp"
#include "loadgen/routes/left_out_report.hpp"
#include "rib/route_walk.hpp"

namespace barrage {

namespace {

/// So long a device may take to mark the end of its first routes.
constexpr auto time_for_end_of_rib = std::chrono::seconds{1};

bool lacks_end_of_rib(Peer& peer)
{
    const auto* session = peer.established();
    if (!session || !peer.receiver() || !session->negotiated().graceful_restart) return false;
    const auto& families = session->negotiated().families;
    return (families & peer.receiver()->ends_of_rib()) != families;
}

}   // namespace

std::vector<PlayedPeer*> Player::up_of(std::vector<PlayedPeer*> lines, RunResult::Phase& record)
{
    const auto all = lines.size();
    const bool is_excusable =
        std::ranges::all_of(lines, [this](const PlayedPeer* line) { return line->up || is_excused(*line); });
    std::erase_if(lines, [](const PlayedPeer* line) { return !line->up; });
    record.peers_down = static_cast<std::uint32_t>(all - lines.size());
    if (lines.empty() && all != 0 && !is_excusable && !scenario().may_end_when_done)
        problem(fmt::format("{}: none of its {} peers is up, and nothing was done", record.name, all));
    return lines;
}

void Player::start(PlayedPeer& line, TimePoint now)
{
    line.begun_at = now;
    line.going_down = false;
    if (line.index) return engine_.post({.peers = {*line.index}, .what = {command::Start{}}});
    lines_.has_index(line, engine_.add_peer(line.config));
    metrics_.peer(*line.index, line.group->name, line.group->receives());
}

void Player::hold_routes(PlayedPeer& line, bool held)
{
    change_expectation([this, &line, held] {
        for_each_held(line, [&](MeasuredRoutes::Number number) {
            held ? expectation_->announced(line.number, number) : expectation_->withdrawn(line.number, number);
        });
        if (!held) stay(line);
    });
}

void Player::mark_gone(PlayedPeer& line, TimePoint now)
{
    std::vector<MeasuredRoutes::Number> withdrawn, changed;
    if (line.leaving) {
        expectation_->begins_to_leave(line.number);
        leaks_.watch();
    }
    for_each_held(line, [&](MeasuredRoutes::Number number) {
        const bool others = !line.restarting && expectation_->has_others(line.number, number);
        (others ? changed : withdrawn).push_back(number);
    });
    measured_->sent(withdrawn, {.sender = line.number, .withdraw = true, .departs = true}, now);
    measured_->sent(changed, {.sender = line.number, .departs = true, .single = true}, now);
}

void Player::end(PlayedPeer& line, command::Any command, TimePoint now)
{
    if (!line.index) return;
    line.going_down = true;
    // What the session announced goes with it, from this moment on.
    Command ends{.peers = {*line.index}, .what = {}};
    if (line.up && !std::exchange(line.leaving, !line.restarting)) {
        mark_gone(line, now);
        ends.what.emplace_back(command::Visit{[measured = measured_, sender = line.number](Peer&, const OnShard&, TimePoint) {
            measured->session_ends(sender, Clock::now());
        }});
    }
    ends.what.push_back(std::move(command));
    engine_.post(std::move(ends));
}

void Player::end_without_notification(PlayedPeer& line, command::Any command, TimePoint now)
{
    if (line.up && line.device_keeps) {
        line.restarting = true;
        line.kept_until = now + *line.group->graceful_restart;
        set_restart_state(line, true, true, {});   // when it comes back: else the device drops what it kept
        kept_until_ = std::min(kept_until_, line.kept_until);
    }
    end(line, std::move(command), now);
}

void Player::set_restart_state(const PlayedPeer& line, bool restarted, bool kept, Duration first_routes_after)
{
    engine_.post({.peers = {*line.index},
                  .what = {command::Visit{[restarted, kept, first_routes_after](Peer& peer, const OnShard& here, TimePoint) {
                      peer.set_restarted(here, restarted, kept, first_routes_after);
                  }}}});
}

void Player::flush_kept(TimePoint now)
{
    kept_until_ = never;
    for (auto& line : lines_) {
        if (line.kept_until > now) {
            kept_until_ = std::min(kept_until_, line.kept_until);
            continue;
        }
        line.kept_until = never;
        line.restarting = false;
        set_restart_state(line, false, false, {});
        mark_gone(line, now);
        hold_routes(line, false);
    }
}

void Player::stay(PlayedPeer& line)
{
    if (std::exchange(line.leaving, false)) expectation_->left(line.number);
}

void Player::end_gracefully(PlayedPeer& line, bool kept, Duration first_routes_after, TimePoint now)
{
    line.restarting = true;
    // RFC 4724 section 4: the connection goes without a NOTIFICATION; what is not kept is measured as withdrawn by it.
    set_restart_state(line, true, kept, first_routes_after);
    end(line, command::Teardown{.notification = std::nullopt, .restart = false}, now);
}

std::size_t Player::send(PlayedPeer& line, RunKind kind, RoutesPart part, const SendOptions& how)
{
    if (!line.index) return 0;
    const bool announces = kind == RunKind::as_given;
    Command command{.peers = {*line.index}, .what = {}};
    command.what.emplace_back(command::Visit{[how](Peer& peer, const OnShard& here, TimePoint) {
        peer.set_sending(here, how.rate_per_second, how.prefixes_per_update.most, how.prefixes_per_update.sizes, how.burst);
    }});
    if (line.acked) line.runs_wanted = line.runs_sent = 0;   // else some of another phase are under way
    constexpr double rounding = 1e-6;
    std::vector<const RoutesPiece*> advertised;
    for (auto& piece : line.pieces) {
        if (piece.advertised == announces || piece.part.from < part.from - rounding || piece.part.to > part.to + rounding)
            continue;
        piece.advertised = announces;
        if (announces) piece.counts = !stated_.is_none_of(*line.group);
        ++line.runs_wanted;
        advertised.push_back(&piece);
        if (!announces)
            if (auto forgets = forgets_changes_of(line, piece)) command.what.push_back(std::move(*forgets));
        command.what.emplace_back(
            command::SendRun{{piece.slice, kind, run_id_, announces ? how.replay_speed : 0, how.sharers, piece.names_next_hops}});
    }
    line.acked = line.acked && (advertised.empty() || !line.up);
    if (!advertised.empty()) engine_.post(std::move(command));
    // While they are on their way: what receivers are to have.
    if (!line.up) return advertised.size();
    if (!announces && !advertised.empty()) leaks_.watch();
    for (const auto* piece : advertised) {
        const bool changed = announces && stated_.attributes_of_phase();
        if (changed) expect_changed(line, *piece);
        for (const auto number : held_by(*piece)) {
            const auto known = number & ~MeasuredRoutes::withdraw_bit;
            if (!line.churned_out.empty()) line.churned_out.erase(known);
            if (!line.commanded.empty()) line.commanded.erase(known);
            if (!announces) {
                expectation_->withdrawn(line.number, known);
            } else if (piece->counts && stated_.is_to_come(known)) {
                if (!changed) expectation_->comes_as_in_table(line.number, known);
                expectation_->announced(line.number, known);
                if (expectation_->has_traits(line.number, known)) leaks_.watch();
            } else if (known < measured_->size()) {
                leaks_.sent(measured_->names().family_of(known));
            }
        }
    }
    return advertised.size();
}

std::optional<command::Any> Player::forgets_changes_of(PlayedPeer& line, const RoutesPiece& piece) const
{
    if (line.changed_singly.empty()) return std::nullopt;
    const auto numbers = measured_->numbers_of(piece.slice);
    std::vector<RouteKey> keys;
    std::size_t place = 0;
    for_each_route(piece.slice, [&](const RouteKey& key, const AttributeSetRef&) {
        if (place < numbers.size() && line.changed_singly.erase(numbers[place++] & ~MeasuredRoutes::withdraw_bit) != 0)
            keys.push_back(key);
    });
    if (keys.empty()) return std::nullopt;
    return command::Visit{[keys = std::move(keys)](Peer& peer, const OnShard&, TimePoint) {
        for (const auto& key : keys) peer.adj_rib_out().forget(key);
    }};
}

void Player::expect_changed(const PlayedPeer& line, const RoutesPiece& piece)
{
    const auto* known = measured_->numbers_of(*piece.slice.set);
    if (!known || !piece.counts) return;
    attributes_were_changed();
    const auto numbers = measured_->numbers_of(piece.slice);
    const auto& begins = known->group_begins;
    auto place = measured_->first_route(piece.slice);
    auto group = static_cast<std::size_t>(std::ranges::upper_bound(begins, place) - begins.begin()) - 1;
    for (const auto number : numbers) {   // in their order: of a prefix that a file of updates has several times the last counts
        while (group + 1 < begins.size() && begins[group + 1] <= place) ++group;
        ++place;
        const auto* attributes = piece.slice.set->groups()[group].attributes.get();
        if ((number & MeasuredRoutes::withdraw_bit) == 0 && number < measured_->size() && stated_.is_to_come(number) &&
            attributes)
            now_comes_with(line, number, *attributes);
    }
}

Player::Numbers Player::in_tables(const PlayedPeer& line, const Numbers& wanted) const
{
    Numbers found;
    for (const auto& piece : line.pieces)
        if (piece.advertised)
            for (const auto number : held_by(piece))
                if (wanted.contains(number & ~MeasuredRoutes::withdraw_bit)) found.insert(number & ~MeasuredRoutes::withdraw_bit);
    return found;
}

void Player::advertised(PlayedPeer& line, MeasuredRoutes::Number number, bool withdraw, bool in_table)
{
    if (number >= measured_->size()) return;
    const bool is_not_to_come = stated_.is_none_of(*line.group);
    if (!withdraw && (is_not_to_come || !stated_.is_to_come(number))) leaks_.sent(measured_->names().family_of(number));
    if (withdraw) leaks_.watch();
    if (!stated_.is_to_come(number)) return;
    if (withdraw ? line.not_to_come.erase(number) != 0 : is_not_to_come && !in_table) {
        if (!withdraw) line.not_to_come.insert(number);
        return;
    }
    const bool changed = in_table   ? (withdraw ? line.churned_out.insert(number).second : line.churned_out.erase(number) != 0)
                         : withdraw ? line.commanded.erase(number) != 0
                                    : line.commanded.insert(number).second;
    if (!changed || !line.up) return;
    withdraw ? expectation_->withdrawn(line.number, number) : expectation_->announced(line.number, number);
}

void Player::now_comes_with(const PlayedPeer& line, MeasuredRoutes::Number number, const AttributeSet& attributes)
{
    expectation_->comes_with(line.number, number, attributes.octets());
}

void Player::leave_out(PlayedPeer& line, const happened::RunSent& sent)
{
    result_.left_out.add_counts(*sent.left_out);
    metrics_.left_out(*sent.left_out);
    if (sent.kind == RunKind::as_given) line.left_out += sent.left_out->routes();
    const auto* numbers = measured_->numbers_of(*sent.slice.set);
    if (!numbers || sent.kind != RunKind::as_given) return;
    change_expectation([this, &line, numbers, left_out = sent.left_out] {
        for (const auto& stretch : left_out->stretches()) {
            const auto routes =
                std::span{numbers->of_route}.subspan(numbers->group_begins[stretch.group] + stretch.first, stretch.routes);
            for (const auto number : routes)   // of a file of updates some are withdrawals
                if (number < measured_->size() && line.churned_out.insert(number).second && line.up)
                    expectation_->withdrawn(line.number, number);
        }
    });
}

void Player::leave_out(PlayedPeer& line, const happened::LeftOutChanges& changes)
{
    result_.left_out.add_counts(changes.left_out);
    metrics_.left_out(changes.left_out);
    change_expectation([this, &line, keys = changes.announced] {
        Numbers numbers;
        for (const auto& key : keys) numbers.insert(number_of(key));
        const auto of_tables = in_tables(line, numbers);
        for (const auto number : numbers) advertised(line, number, true, of_tables.contains(number));
    });
}

void Player::judge_left_out()
{
    boost::unordered_flat_set<const RouteTable*> seen;
    for (const auto& table : loaded_.tables)
        if (table && seen.insert(table.get()).second) result_.left_out.add_counts(table->left_out());
    if (result_.left_out.empty()) return;
    auto text = left_out_text(result_.left_out, scenario().allow_left_out);
    scenario().allow_left_out ? result_.warnings.push_back(std::move(text)) : problem(std::move(text));
}

MeasuredRoutes::Number Player::number_of(const RouteKey& key) const
{
    return measured_->names().find(key.family, RouteKeyView{key}.nlri);
}

void Player::compare(std::function<void(const Comparison&)> then)
{
    Command command{.peers = {}, .what = {}};
    for (auto& line : lines_) {
        line.comparison = {};
        if (line.up && line.config.receive) command.peers.add(*line.index);
    }
    if (command.peers.is_nobody()) return then({});
    ++comparing_;
    // Each shard looks at its own receivers; the expectation stands still until they have answered.
    const auto found = std::make_shared<std::vector<Comparison>>(lines_.size());
    command.what.emplace_back(command::Visit{
        [found, lines = lines_.by_index(), expectation = expectation_.get()](Peer& peer, const OnShard&, TimePoint) {
            const auto number = (*lines)[peer.index()]->number;
            if (peer.receiver() && peer.receiver()->reflections())
                (*found)[number] = expectation->compare(*peer.receiver()->reflections(), number);
            if (lacks_end_of_rib(peer)) (*found)[number].without_end_of_rib = 1;
        }});
    command.answer = [this, found, then = std::move(then)] {
        Comparison sum;
        SharedOwnRoutes shared;
        for (auto& line : lines_) {
            line.comparison = std::move((*found)[line.number]);
            if (Clock::now() < line.established_at + time_for_end_of_rib) line.comparison.without_end_of_rib = 0;
            if (!line.config.receive) continue;
            shared.add(line.comparison, name_of(line));
            sum.add(line.comparison, name_of(line));
        }
        shared.judge(sum, [this](MeasuredRoutes::Number number) { return measured_->text_of(number); });
        stand_still_no_more();
        ++wake_;
        then(sum);
    };
    engine_.post(std::move(command));
}

void Player::change_expectation(std::function<void()> change)
{
    comparing_ == 0 ? change() : held_back_.push_back(std::move(change));
}

void Player::stand_still_no_more()
{
    if (--comparing_ != 0) return;
    for (const auto& change : std::exchange(held_back_, {})) change();
}

void Player::problem(std::string text, ExitStatus status)
{
    progress_.print(fmt::format("loadgen {}: {}", loaded_.command, text));
    result_.problems.push_back(std::move(text));
    if (result_.status == ExitStatus::passed) result_.status = status;
}

std::string Player::one_address_text() const
{
    const auto from_one = lines_.without_address();
    if (from_one < 2) return {};
    return one_address_hint(from_one, loaded_.command == "inject" ? "--address ADDR" : "address: of the group");
}

void Player::give_up(std::string text, ExitStatus status)
{
    if (status == ExitStatus::session_failed)
        if (const auto hint = one_address_text(); !hint.empty()) text += "; " + hint;
    problem(std::move(text), status);
    gave_up_ = true;
}

}   // namespace barrage
