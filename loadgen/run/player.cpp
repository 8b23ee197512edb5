#include "loadgen/run/player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "loadgen/report/numbers.hpp"
#include "loadgen/run/phase_run.hpp"

namespace barrage {

namespace {

constexpr auto close_patience = std::chrono::seconds{2};
constexpr std::size_t most_samples = 2000;
constexpr Ipv4Address first_router_id{0x0a000001};         // 10.0.0.1
constexpr Ipv4Address first_loopback_source{0x7f000101};   // 127.0.1.1: the router mostly is 127.0.0.1
/// Histograms of so many receivers are kept apart over the run; of more only those of each operation are told.
constexpr std::size_t most_receivers_apart = 256;

bool is_loopback(const IpAddress& address)
{
    return address.is_v4() ? address.v4().value >> 24 == 127 : address == *IpAddress::from_text("::1");
}

/// Errors of an OPEN do not go away by trying again: the two sides do not suit each other.
bool is_hopeless(const SessionEnd& end)
{
    const bool told = end.by == SessionEnd::By::notification_received || end.by == SessionEnd::By::notification_sent;
    return told && end.notification.code == ErrorCode::open_message;
}

PeerNumbers operator-(const PeerNumbers& a, const PeerNumbers& b)
{
    PeerNumbers result;
    result.sent_routes = a.sent_routes - b.sent_routes;
    result.wire_routes = a.wire_routes - b.wire_routes;
    result.wire_updates = a.wire_updates - b.wire_updates;
    result.wire_octets = a.wire_octets - b.wire_octets;
    result.acked_routes = a.acked_routes - b.acked_routes;
    result.blocked_nanoseconds = a.blocked_nanoseconds - b.blocked_nanoseconds;
    result.received_updates = a.received_updates - b.received_updates;
    result.reflected = a.reflected - b.reflected;
    result.full_reads = a.full_reads - b.full_reads;
    result.received_octets = a.received_octets - b.received_octets;
    return result;
}

/// Cuts of a group's routes: where some phase withdraws or flaps less than all of them.
std::vector<double> cuts_of(const Scenario& scenario, const std::string& group)
{
    std::vector<double> cuts{1};
    const auto concerns = [&](const std::vector<std::string>& peers) {
        return peers.empty() || std::ranges::find(peers, group) != peers.end();
    };
    for (const auto& phase : scenario.phases) {
        if (const auto* withdraw = std::get_if<Scenario::Withdraw>(&phase.what); withdraw && concerns(withdraw->peers))
            cuts.push_back(withdraw->share);
        if (const auto* flap = std::get_if<Scenario::Flap>(&phase.what); flap && !flap->sessions && concerns(flap->peers))
            cuts.push_back(flap->share);
    }
    for (auto& cut : cuts) cut = std::round(cut * 1000) / 1000;   // that fine, and no finer
    std::ranges::sort(cuts);
    cuts.erase(std::ranges::unique(cuts).begin(), cuts.end());
    std::erase(cuts, 0.0);
    return cuts;
}

}   // namespace

Player::Player(const LoadedScenario& loaded, Engine& engine, Progress& progress)
    : loaded_(loaded), engine_(engine), progress_(progress), measured_(std::make_shared<MeasuredRoutes>()),
      device_(loaded.scenario->dut.pid)
{
    make_lines();
}

Player::~Player() = default;

PeerConfig Player::config_of(const Scenario::Group& group, std::uint32_t of_group, std::uint32_t number, FamilySet families) const
{
    PeerConfig config;
    config.remote = loaded_.dut;
    if (group.address)
        config.local_address =
            group.address->is_v6() && is_loopback(*group.address) ? *group.address : group.address->advanced(of_group);
    else if (is_loopback(loaded_.dut.address))
        config.local_address =
            loaded_.dut.address.is_v6() ? loaded_.dut.address : IpAddress{first_loopback_source}.advanced(number);
    config.restart = false;   // sessions come back when a phase says so
    config.next_hop_mode = group.next_hop_mode;
    config.next_hop = group.next_hop;
    config.ttl = group.ttl;
    config.md5_key = group.md5_key;
    config.measured = measured_;
    auto& session = config.session;
    session.peer_as = scenario().dut.as;
    session.send_hold_time = std::max<Duration>(std::chrono::minutes{8}, 2 * group.hold_time);
    auto& open = session.open;
    open.my_as = Asn{group.as.value + group.as_step * of_group};
    open.hold_time = group.hold_time;
    open.bgp_identifier =
        group.router_id ? Ipv4Address{group.router_id->value + of_group} : Ipv4Address{first_router_id.value + number};
    open.families = group.families.value_or(families);
    open.extended_message = group.extended_message;
    return config;
}

void Player::make_lines()
{
    const auto& groups = scenario().groups;
    FamilySet families;
    FingerprintRules rules;
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (loaded_.tables[g]) {
            for (const auto& source : loaded_.tables[g]->sources) measured_->add(source.routes);
            loaded_.tables[g]->families().for_each([&](Family family) { families.insert(family); });
        }
    if (families.empty()) families.insert(ipv4_unicast);

    std::uint32_t number = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const auto& group = groups[g];
        const auto cuts = cuts_of(scenario(), group.name);
        for (std::uint32_t i = 0; i < group.count; ++i, ++number) {
            auto& line = lines_.emplace_back();
            line.group = &group;
            line.number = number;
            line.of_group = i;
            line.config = config_of(group, i, number, families);
            line.external = !scenario().dut.as || line.config.session.open.my_as != *scenario().dut.as;
            if (!loaded_.tables[g]) continue;
            if (line.external) rules.sender_ases.push_back(line.config.session.open.my_as);
            const std::uint32_t parts = group.divided ? group.count : 1, part = group.divided ? i : 0;
            for (const auto& source : loaded_.tables[g]->sources) {
                double begin = 0;
                for (const auto cut : cuts) {
                    constexpr double steps = 1000;
                    const auto all = static_cast<std::uint32_t>(steps) * parts;
                    const auto first =
                        static_cast<std::uint32_t>(steps) * part + static_cast<std::uint32_t>(std::lround(begin * steps));
                    const auto last =
                        static_cast<std::uint32_t>(steps) * part + static_cast<std::uint32_t>(std::lround(cut * steps)) - 1;
                    RouteSlice slice = cuts.size() == 1 ? RouteSlice::part(source.routes, part, parts)
                                                        : RouteSlice::part(source.routes, first, all);
                    if (cuts.size() > 1) slice.end = RouteSlice::part(source.routes, last, all).end;
                    const auto count = count_routes(slice);
                    if (count.announced + count.withdrawn != 0)
                        line.pieces.push_back({std::move(slice), cut, count.announced + count.withdrawn, false});
                    begin = cut;
                }
            }
        }
    }
    rules.prefixes_only = !scenario().compare_attributes || !scenario().dut.as;
    if (scenario().dut.as) rules.router_ases.push_back(*scenario().dut.as);
    std::ranges::sort(rules.sender_ases);
    measured_->set_rules(std::move(rules));
    if (scenario().compare_attributes && !scenario().dut.as)
        result_.warnings.emplace_back("attributes of reflected routes are not compared: say the device's AS (dut: {as: …})");

    expectation_ = std::make_unique<Expectation>(*measured_);
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (loaded_.tables[g])
            for (const auto& source : loaded_.tables[g]->sources)
                expectation_->add_attributes(source.routes, !scenario().dut.as || groups[g].as != *scenario().dut.as);
    std::size_t receivers = 0;
    for (auto& line : lines_) {
        if (!line.group->receives()) continue;
        ++receivers;
        line.config.receive = ReceiverConfig{.measured = measured_};
        if (line.pieces.empty()) continue;
        auto& own = line.config.receive->own_routes;
        own.resize(measured_->size());
        for (const auto& piece : line.pieces)
            for (const auto each : measured_->numbers_of(piece.slice))
                if (const auto known = each & ~MeasuredRoutes::withdraw_bit; known < own.size()) own[known] = true;
    }
    if (receivers <= most_receivers_apart)
        for (auto& line : lines_)
            if (line.config.receive) line.times = std::make_unique<ReflectionTimes>();
}

AttributePool& Player::pool_of(const Line& line) noexcept
{
    const auto group = static_cast<std::size_t>(line.group - scenario().groups.data());
    return *loaded_.tables[group]->pool;
}

RunResult Player::run()
{
    started_ = phase_began_ = shown_at_ = last_sample_ = sample_at_ = Clock::now();
    wall_started_ = std::chrono::system_clock::now();
    last_usage_ = process_usage();
    measured_->begin(started_);
    progress_.begin(started_);
    begin_phase(started_);
    engine_.run(*this);
    progress_.end();
    fill(Clock::now());
    return std::move(result_);
}

// ---- For phases.

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
        if (piece.told && line.up) measured_->sent(measured_->numbers_of(piece.slice), {.peer = *line.index, .withdraw = true}, now);
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

// ---- What the engine tells.

void Player::on_events(const std::vector<PeerEvent>& events)
{
    auto now = Clock::now();
    for (const auto& event : events) {
        auto* line = line_of(event.peer);
        if (!line) continue;
        if (std::holds_alternative<happened::Established>(event.what)) {
            established(*line, event.at);
        } else if (const auto* sent = std::get_if<happened::RunSent>(&event.what)) {
            ++line->runs_sent;
            result_.left_out += sent->remarks.not_negotiated + sent->remarks.no_next_hop + sent->remarks.too_large;
        } else if (std::holds_alternative<happened::AllAcked>(event.what)) {
            if (line->runs_sent >= line->runs_wanted) line->acked = true;
        } else if (const auto* end = std::get_if<happened::Ended>(&event.what)) {
            ended(*line, end->end, event.at);
        }
        if (phase_) phase_->on_event(*line, event);
    }
    go_on(now);
}

void Player::established(Line& line, TimePoint at)
{
    if (line.up) return;
    line.up = true;
    line.end.clear();
    line.established_at = at;
    line.establish.record(at - line.begun_at);
    result_.establish.record(at - line.begun_at);
    if (!result_.phases.empty()) record().establish.record(at - line.begun_at);
    line.runs_sent = 0;
    line.runs_wanted = static_cast<std::size_t>(std::ranges::count_if(line.pieces, &Piece::told));
    line.acked = line.runs_wanted == 0;
    hold_routes(line, true);
}

void Player::ended(Line& line, const SessionEnd& end, TimePoint at)
{
    const bool was_up = std::exchange(line.up, false);
    line.end = end.text;
    if (state_ == State::closing) return;
    if (was_up) hold_routes(line, false);
    if (!was_up) {
        if (is_hopeless(end) && !line.going_down)
            give_up(fmt::format("cannot set up {}: {}", name_of(line), end.text), ExitStatus::session_failed);
        return;
    }
    if (line.going_down) return;
    ++line.losses;
    ++result_.sessions_lost;
    for (const auto& piece : line.pieces)
        if (piece.told) measured_->sent(measured_->numbers_of(piece.slice), {.peer = *line.index, .withdraw = true}, at);
    problem(fmt::format("{} was lost: {}", name_of(line), end.text));
}

void Player::on_interrupt()
{
    if (state_ == State::closing) return;
    result_.status = ExitStatus::interrupted;
    result_.problems.emplace_back("interrupted");
    close(Clock::now());
}

TimePoint Player::deadline()
{
    auto at = std::min({progress_.due(), end_by_, sample_at_});
    if (state_ == State::playing && phase_) at = std::min(at, phase_->deadline());
    if (wake_ != 0) at = TimePoint::min();
    return at;
}

void Player::on_time(TimePoint now)
{
    const auto due = deadline();
    if (due != TimePoint::min()) timer_lateness_.record(now - due);
    wake_ = 0;
    if (now >= sample_at_) sample(now);
    if (now >= progress_.due()) show(now);
    if (now >= end_by_) return engine_.stop();
    go_on(now);
}

// ---- From phase to phase.

void Player::begin_phase(TimePoint now)
{
    if (next_phase_ == scenario().phases.size()) {
        state_ = State::comparing;
        return compare([this](const Comparison& sum) {
            result_.comparison = sum;
            result_.compared = std::ranges::any_of(lines_, [](const Line& line) { return line.config.receive && line.up; });
            const bool waited = std::ranges::any_of(
                scenario().phases, [](const auto& phase) { return std::holds_alternative<Scenario::Wait>(phase.what); });
            const auto sample_text = [](const std::vector<std::string>& samples) {
                return samples.empty() ? std::string{} : ": " + samples.front() + (samples.size() > 1 ? ", …" : "");
            };
            const auto say = [&](std::uint64_t count, const char* what, const std::vector<std::string>& samples) {
                if (count == 0) return;
                const auto text = fmt::format("at the end {} of {} routes {}{}", full_number(count), full_number(sum.expected),
                                              what, sample_text(samples));
                if (waited)
                    problem(text);
                else
                    result_.warnings.push_back(text);
            };
            say(sum.missing, "are missing", sum.missing_samples);
            say(sum.unexpected, "are there that should not be", sum.unexpected_samples);
            say(sum.wrong_attributes, "have other attributes than they were sent with", sum.wrong_samples);
            close(Clock::now());
        });
    }
    const auto& phase = scenario().phases[next_phase_++];
    auto& record = result_.phases.emplace_back();
    record.name = phase.name;
    record.word = word_of(phase.what);
    record.is_operation = is_operation(phase.what);
    record.began = now - started_;
    phase_began_ = now;
    phase_numbers_ = totals();
    if (record.is_operation) {
        operation_ = result_.phases.size() - 1;
        ++run_id_;
        measured_->begin_operation(now);
        if (!before_) before_ = Usage{process_usage(), machine_usage(), phase_numbers_, now, device_.cpu()};
    }
    state_ = State::playing;
    phase_ = make_phase_run(phase, *this);
    phase_->begin(now);
    ++wake_;
}

void Player::go_on(TimePoint now)
{
    if (gave_up_ && state_ != State::closing) return close(now);
    if (state_ == State::closing) {
        if (std::ranges::none_of(lines_, &Line::up)) end_by_ = now;   // the engine closes the connections behind their last octet
        return;
    }
    if (state_ != State::playing || !phase_) return;
    phase_->go_on(now);
    if (gave_up_) return close(now);
    if (phase_->is_done()) finish_phase(now);
}

void Player::finish_phase(TimePoint now)
{
    auto& done = record();
    done.took = now - phase_began_;
    const auto numbers = totals() - phase_numbers_;
    done.wire_routes = numbers.wire_routes;
    done.wire_updates = numbers.wire_updates;
    done.wire_octets = numbers.wire_octets;
    done.acked_routes = numbers.acked_routes;
    done.reflected = numbers.reflected;
    if (done.word == "announce" || done.word == "withdraw")
        done.rate = per_second(static_cast<double>(done.wire_routes), done.took);
    phase_.reset();
    collect(now);
}

void Player::collect(TimePoint now)
{
    struct Collected {
        std::mutex mutex;
        ReflectionTimes times;
        TimePoint last_change = TimePoint::min();
        std::vector<RunResult::Receiver> receivers;
    };
    Command command{.peers = {}, .what = {}};
    for (const auto& line : lines_)
        if (line.index && line.config.receive) command.peers.push_back(*line.index);
    if (command.peers.empty() || !operation_) return begin_phase(now);
    state_ = State::collecting;
    auto collected = std::make_shared<Collected>();
    const auto began = started_ + result_.phases[*operation_].began;
    command.what.emplace_back(command::Visit{[this, collected, began](Peer& peer, TimePoint) {
        auto* line = line_of(peer.index());
        if (!line || !peer.receiver() || !peer.receiver()->reflections()) return;
        auto& reflections = *peer.receiver()->reflections();
        const auto last = reflections.last_change();
        if (last == never) return;   // nothing new
        const auto times = std::make_unique<ReflectionTimes>(reflections.take_times());
        if (line->times) line->times->add(*times);
        const std::lock_guard lock{collected->mutex};
        collected->times.add(*times);
        collected->last_change = std::max(collected->last_change, last);
        collected->receivers.push_back({.peer = line->number + 1,
                                        .name = name_of(*line),
                                        .announced = Spread::of(times->announced),
                                        .withdrawn = Spread::of(times->withdrawn),
                                        .last_change = std::chrono::nanoseconds{last - began}});
    }});
    command.answer = [this, collected] {
        auto& operation = result_.phases[*operation_];
        operation.times.add(collected->times);
        result_.times.add(collected->times);
        if (collected->last_change != TimePoint::min())
            operation.settled = std::chrono::nanoseconds{collected->last_change - (started_ + operation.began)};
        std::ranges::sort(collected->receivers, {}, &RunResult::Receiver::peer);
        for (auto& receiver : collected->receivers) {
            const auto known = std::ranges::find(operation.receivers, receiver.peer, &RunResult::Receiver::peer);
            if (known == operation.receivers.end())
                operation.receivers.push_back(std::move(receiver));
            else
                known->last_change = receiver.last_change;   // a few that came later
        }
        ++wake_;
        if (state_ == State::collecting) begin_phase(Clock::now());
    };
    engine_.post(std::move(command));
}

void Player::close(TimePoint now)
{
    if (state_ == State::closing) return;
    state_ = State::closing;
    if (phase_) {
        record().took = now - phase_began_;
        record().note += record().note.empty() ? "not finished" : ", not finished";
        phase_.reset();
    }
    const auto after = totals();
    if (before_) {
        const auto took = now - before_->at;
        const auto numbers = after - before_->numbers;
        const auto process = process_usage();
        result_.own_cores = per_second(seconds(process.cpu() - before_->process.cpu()), took);
        if (const auto machine = machine_usage(); machine && before_->machine) {
            result_.other_cpu_share = other_cpu_load(*before_->machine, *machine, before_->process, process);
            const auto all = machine->all() - before_->machine->all();
            if (device_.seen() && all.count() > 0) {
                device_.look(now);
                result_.other_cpu_share =
                    std::max(0.0, result_.other_cpu_share - seconds(device_.cpu() - before_->device) / seconds(all));
            }
        }
        const auto senders = chosen({}, Which::senders).size();
        if (senders != 0)
            result_.blocked_share = std::min(1.0, per_second(static_cast<double>(numbers.blocked_nanoseconds) / 1e9, took) /
                                                      static_cast<double>(senders));
        // A turn that reads all it may takes 512 KiB.
        constexpr double full_read_octets = 512 * 1024;
        if (numbers.received_octets != 0)
            result_.full_read_share = std::min(1.0, static_cast<double>(numbers.full_reads) * full_read_octets /
                                                        static_cast<double>(numbers.received_octets));
    }
    sample(now);
    bool any = false;
    for (const auto& line : lines_) any |= line.index.has_value();
    if (any) engine_.post({.peers = {}, .what = {command::Stop{}}});
    end_by_ = now + (std::ranges::any_of(lines_, &Line::up) ? Duration{close_patience} : Duration::zero());
}

// ---- Numbers.

PeerNumbers Player::totals() const
{
    PeerNumbers all;
    for (const auto& line : lines_) {
        if (!line.index) continue;
        const auto numbers = engine_.numbers(*line.index);
        all.sent_routes += numbers.sent_routes;
        all.wire_routes += numbers.wire_routes;
        all.wire_updates += numbers.wire_updates;
        all.wire_octets += numbers.wire_octets;
        all.acked_routes += numbers.acked_routes;
        all.reflected += numbers.reflected;
        all.reflected_live += numbers.reflected_live;
        if (line.group->sends()) all.blocked_nanoseconds += numbers.blocked_nanoseconds;
        if (line.group->receives()) {
            all.received_updates += numbers.received_updates;
            all.received_octets += numbers.received_octets;
            all.full_reads += numbers.full_reads;
        }
    }
    return all;
}

void Player::sample(TimePoint now)
{
    const auto numbers = totals();
    const auto usage = process_usage();
    constexpr auto least = std::chrono::milliseconds{10};   // over less than that a share of CPU time says nothing
    RunResult::Sample sample{.at_seconds = seconds(now - started_),
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
    const auto* phase = result_.phases.empty() ? "" : record().name.c_str();
    std::vector<std::string> parts{
        fmt::format("phase {} of {}: {} ({})", result_.phases.size(), scenario().phases.size(), phase,
                    duration_text(now - phase_began_)),
        fmt::format("sessions up {}/{}", std::ranges::count_if(lines_, &Line::up), lines_.size()),
        fmt::format("routes sent {}, on the wire {}, acked {}, reflected {}", full_number(numbers.sent_routes),
                    full_number(numbers.wire_routes), full_number(numbers.acked_routes), full_number(numbers.reflected)),
        fmt::format("{} routes/s, {}, reflected {}/s",
                    short_number(per_second(static_cast<double>(numbers.wire_routes - shown_.wire_routes), time)),
                    bit_rate_text(per_second(static_cast<double>(numbers.wire_octets - shown_.wire_octets), time)),
                    short_number(per_second(static_cast<double>(numbers.reflected - shown_.reflected), time)))};
    if (!result_.samples.empty() && result_.device.watched)
        parts.push_back(fmt::format("device {:.0f} % of a core, {}", 100 * result_.samples.back().dut_cores,
                                    octets_text(static_cast<double>(result_.samples.back().dut_octets))));
    progress_.show(now, parts);
    shown_ = numbers;
    shown_at_ = now;
}

void Player::fill(TimePoint now)
{
    result_.took = now - started_;
    const auto all = totals();
    result_.sent = all.sent_routes;
    result_.wire = all.wire_routes;
    result_.wire_updates = all.wire_updates;
    result_.wire_octets = all.wire_octets;
    result_.acked = all.acked_routes;
    result_.reflected = all.reflected;
    if (device_.seen()) result_.device.mean_cores = per_second(seconds(device_.cpu()), result_.took);
    if (!timer_lateness_.empty()) result_.timer_lateness = timer_lateness_.percentile(99);
    result_.clock_step = (std::chrono::system_clock::now() - wall_started_) - (now - started_);
    engine_.for_each_peer([&](Peer& peer) {
        if (peer.lateness()) result_.lateness.add(*peer.lateness());
    });
    for (const auto& line : lines_) {
        RunResult::Peer peer{.number = line.number + 1,
                             .group = line.group->name,
                             .address = line.config.local_address ? to_text(*line.config.local_address) : std::string{},
                             .as = line.config.session.open.my_as.value,
                             .sends = line.group->sends(),
                             .receives = line.group->receives(),
                             .expected = line.comparison.expected,
                             .missing = line.comparison.missing,
                             .unexpected = line.comparison.unexpected,
                             .wrong_attributes = line.comparison.wrong_attributes,
                             .losses = line.losses,
                             .end = line.end};
        if (line.established_at != never) peer.established = line.established_at - line.begun_at;
        if (line.times) {
            peer.announced = Spread::of(line.times->announced);
            peer.withdrawn = Spread::of(line.times->withdrawn);
        }
        if (line.index) {
            const auto numbers = engine_.numbers(*line.index);
            peer.sent = numbers.sent_routes;
            peer.wire = numbers.wire_routes;
            peer.acked = numbers.acked_routes;
            peer.wire_octets = numbers.wire_octets;
            peer.reflected = numbers.reflected;
            peer.blocked_share = std::min(1.0, per_second(static_cast<double>(numbers.blocked_nanoseconds) / 1e9, result_.took));
        }
        result_.peers.push_back(std::move(peer));
    }
    if (result_.left_out != 0)
        result_.warnings.push_back(
            fmt::format("{} routes were left out: of a family not negotiated, without a next hop that suits, or too large",
                        full_number(result_.left_out)));
}

}   // namespace barrage
