#include "loadgen/inject/inject_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "loadgen/words/numbers.hpp"
#include "loadgen/play/source_addresses.hpp"

namespace barrage {

namespace {

/// For each session to end.
constexpr auto close_patience = std::chrono::seconds{2};

constexpr const char* phase_names[] = {"connecting", "sending", "waiting", "withdrawing", "holding", "closing"};

/// Errors of an OPEN do not go away by trying again: the two sides do not suit each other.
bool is_hopeless(const SessionEnd& end)
{
    const bool told = end.by == SessionEnd::By::notification_received || end.by == SessionEnd::By::notification_sent;
    return told && end.notification.code == ErrorCode::open_message;
}

/// Established on our side, but the other side is no router that would have us: it answers the OPEN with an error behind a
/// KEEPALIVE that was already on its way, or with octets that are no BGP before it took all routes.
bool was_never_usable(const SessionEnd& end, bool took_all)
{
    if (is_hopeless(end)) return true;
    return end.by == SessionEnd::By::notification_sent && end.notification.code == ErrorCode::message_header && !took_all;
}

/// What the router says where it did not want the routes, though its TCP took them: any NOTIFICATION but the Ceases of somebody who ends it.
bool refuses_routes(const SessionEnd& end)
{
    if (end.by != SessionEnd::By::notification_received) return false;
    if (end.notification.code != ErrorCode::cease) return true;
    switch (CeaseSubcode{end.notification.subcode}) {
    case CeaseSubcode::maximum_prefixes_reached:
    case CeaseSubcode::out_of_resources: return true;
    default: return false;
    }
}

}   // namespace

InjectRun::InjectRun(const InjectOptions& options, const RouteTable& table, const Endpoint& router, Engine& engine,
                     Progress& progress, MetricsFeed& metrics)
    : options_(options), engine_(engine), progress_(progress), metrics_(metrics), router_(router)
{
    const auto families = options.families.value_or(table.families());
    for (const auto& source : table.sources) names_next_hops_.push_back(source.names_next_hops);
    lines_.resize(options.peers);
    for (std::uint32_t peer = 0; peer < options.peers; ++peer) {
        auto& line = lines_[peer];
        line.config = peer_config(options, router, peer, families);
        line.slices = table.slices(options.slice, peer, options.peers);
        for (const auto& slice : line.slices) {
            if (!options.slice && peer != 0) {
                line.routes = lines_[0].routes;
                break;
            }
            const auto count = count_routes(slice);
            line.routes.announced += count.announced;
            line.routes.withdrawn += count.withdrawn;
        }
        metrics_.peer(engine_.add_peer(line.config), "peers", false);
        Command tell{.peers = {peer}, .what = {}};
        for (std::size_t i = 0; i < line.slices.size(); ++i)
            tell.what.emplace_back(command::Tell{{line.slices[i], RunKind::as_given, i + 1, options_.table.replay_speed,
                                                  options_.slice ? 1 : options_.peers, names_next_hops_[i]}});
        engine_.post(std::move(tell));
    }
}

void InjectRun::run()
{
    started_ = shown_at_ = phase_began_ = Clock::now();
    connect_by_ = started_ + options_.connect_timeout;
    if (options_.timeout) finish_by_ = started_ + *options_.timeout;
    shown_usage_ = process_usage();
    usage_before_ = usage_after_ = {shown_usage_, machine_usage()};
    progress_.begin(started_);
    metrics_.begin(engine_, started_);
    metrics_.phase(phase_names[static_cast<std::size_t>(phase_)]);
    engine_.run(*this);
    progress_.end();
    metrics_.end(Clock::now());
}

void InjectRun::on_events(const std::vector<PeerEvent>& events)
{
    auto now = TimePoint::min();
    for (const auto& event : events) {
        auto& line = lines_[event.peer];
        now = std::max(now, event.at);
        if (const auto* up = std::get_if<happened::Established>(&event.what))
            established(line, *up, event.at);
        else if (const auto* sent = std::get_if<happened::RunSent>(&event.what))
            run_sent(line, sent->left_out.get());
        else if (std::holds_alternative<happened::AllAcked>(event.what))
            acked(line, event.at);
        else if (const auto* end = std::get_if<happened::Ended>(&event.what))
            ended(event.peer, end->end);
    }
    if (!events.empty()) go_on(now);
}

void InjectRun::established(Line& line, const happened::Established& event, TimePoint at)
{
    line.up = true;
    line.peer_as = event.negotiated.peer_as;
    line.established_at = at;
    metrics_.established(at - started_);
    if (ever_up_++ == 0) {
        first_established_ = at;
        usage_before_ = {process_usage(), machine_usage()};
    }
    if (ever_up_ == lines_.size()) {
        connect_by_ = never;
        if (phase_ == Phase::connecting) enter(Phase::sending, at);
    }
}

void InjectRun::run_sent(Line& line, const LeftOut* left_out)
{
    const bool is_new = line.runs_sent++ < line.slices.size();   // and no answer to a ROUTE-REFRESH
    if (!left_out || !is_new) return;
    left_out_.add_counts(*left_out);
    metrics_.left_out(*left_out);
    if (phase_ != Phase::withdrawing) line.left_out += left_out->routes();
}

void InjectRun::acked(Line& line, TimePoint at)
{
    // A session that had nothing to say yet, or an answer to a ROUTE-REFRESH, is not what this phase waits for.
    if (line.runs_sent < line.slices.size() || line.acked) return;
    line.acked = true;
    if (phase_ == Phase::withdrawing) {
        line.withdrew = true;
        return;
    }
    line.acked_at = at;
    last_acked_ = last_acked_ == never ? at : std::max(last_acked_, at);
}

void InjectRun::ended(PeerIndex peer, const SessionEnd& end)
{
    auto& line = lines_[peer];
    line.end = end.text;
    const bool was_up = std::exchange(line.up, false);
    if (phase_ == Phase::closing) return;
    if (!was_up) {
        last_refusal_ = fmt::format("{} with {}: {}", peer_name(peer), to_text(router_), end.text);
        if (is_hopeless(end)) fail(ExitStatus::session_failed, with_hint("cannot set up " + last_refusal_), Clock::now());
        return;
    }
    if (was_never_usable(end, line.acked))
        return fail(ExitStatus::session_failed,
                    with_hint(fmt::format("cannot set up {} with {}: {}", peer_name(peer), to_text(router_), end.text)),
                    Clock::now());
    const bool complete = line.acked && (phase_ == Phase::holding || !options_.withdraw_after);
    if (complete && !refuses_routes(end)) return;   // a remote close after everything was acknowledged passes
    line.lost = true;
    status_ = ExitStatus::incomplete;
    problems_.push_back(with_hint(
        fmt::format("{} was lost {} everything was acknowledged: {}", peer_name(peer), complete ? "after" : "before", end.text)));
    progress_.say("loadgen inject: " + problems_.back());
}

bool InjectRun::all_of_phase_done() const
{
    return std::ranges::all_of(lines_, [](const Line& line) { return line.acked || line.lost; });
}

void InjectRun::go_on(TimePoint now)
{
    const auto up = std::ranges::count_if(lines_, &Line::up);
    switch (phase_) {
    case Phase::connecting:
    case Phase::sending:
        if (!all_of_phase_done()) return;
        usage_after_ = {process_usage(), machine_usage()};
        numbers_after_ = totals();
        if (options_.withdraw_after && up != 0) {
            enter(Phase::waiting, now);
            next_phase_at_ = now + *options_.withdraw_after;
        } else {
            hold_or_close(now);
        }
        return;
    case Phase::waiting:
    case Phase::holding:
        if (up == 0) close(now);
        return;
    case Phase::withdrawing:
        if (all_of_phase_done()) hold_or_close(now);
        return;
    case Phase::closing:
        if (up == 0) end_by_ = now;   // the engine closes the connections behind their last octet
        return;
    }
}

void InjectRun::enter(Phase phase, TimePoint now)
{
    phases_.push_back({phase_names[static_cast<std::size_t>(phase_)], std::max(now - phase_began_, Duration::zero())});
    phase_ = phase;
    metrics_.phase(phase_names[static_cast<std::size_t>(phase_)]);
    phase_began_ = now;
    next_phase_at_ = never;
}

void InjectRun::withdraw(TimePoint now)
{
    enter(Phase::withdrawing, now);
    for (std::size_t peer = 0; peer < lines_.size(); ++peer) {
        auto& line = lines_[peer];
        if (!line.up) continue;
        line.acked = false;
        line.runs_sent = 0;
        Command tell{.peers = {static_cast<PeerIndex>(peer)}, .what = {}};
        for (std::size_t i = 0; i < line.slices.size(); ++i)
            tell.what.emplace_back(command::Tell{
                {line.slices[i], RunKind::withdraw, line.slices.size() + i + 1, 0, options_.slice ? 1 : options_.peers}});
        engine_.post(std::move(tell));
    }
}

void InjectRun::hold_or_close(TimePoint now)
{
    if (options_.hold.count() == 0 || std::ranges::none_of(lines_, &Line::up)) return close(now);
    enter(Phase::holding, now);
    next_phase_at_ = now + options_.hold;
}

void InjectRun::close(TimePoint now)
{
    if (phase_ == Phase::closing) return;
    if (numbers_after_.wire_octets == 0) {   // it came here before everything was acknowledged
        usage_after_ = {process_usage(), machine_usage()};
        numbers_after_ = totals();
    }
    enter(Phase::closing, now);
    connect_by_ = finish_by_ = never;
    engine_.post({.peers = {}, .what = {command::Stop{}}});
    end_by_ = now + (std::ranges::any_of(lines_, &Line::up) ? Duration{close_patience} : Duration::zero());
}

void InjectRun::fail(ExitStatus status, std::string problem, TimePoint now)
{
    if (phase_ == Phase::closing) return;
    status_ = status;
    progress_.say("loadgen inject: " + problem);
    problems_.push_back(std::move(problem));
    close(now);
}

void InjectRun::on_interrupt()
{
    if (phase_ == Phase::closing) return;
    status_ = ExitStatus::interrupted;
    problems_.emplace_back("interrupted");
    close(Clock::now());
}

TimePoint InjectRun::deadline()
{
    return std::min({progress_.due(), metrics_.due(), connect_by_, finish_by_, next_phase_at_, end_by_});
}

void InjectRun::on_time(TimePoint now)
{
    if (now >= progress_.due()) show_progress(now);
    metrics_.on_time(now);
    if (now >= end_by_) return engine_.stop();
    if (now >= connect_by_) {
        const auto why = last_refusal_.empty() ? to_text(router_) + " does not answer" : "the last failure: " + last_refusal_;
        const auto problem = fmt::format("{} of {} sessions were set up within {}; {}", ever_up_, lines_.size(),
                                         duration_text(options_.connect_timeout), why);
        // Also where nothing listens: BIRD stops listening when its only session had an error.
        return fail(ExitStatus::session_failed, with_hint(problem), now);
    }
    if (now >= finish_by_)
        return fail(ever_up_ == lines_.size() ? ExitStatus::incomplete : ExitStatus::session_failed,
                    fmt::format("not done within {}", duration_text(*options_.timeout)), now);
    if (now >= next_phase_at_) phase_ == Phase::waiting ? withdraw(now) : close(now);
}

std::string InjectRun::with_hint(std::string problem)
{
    if (lines_.size() < 2 || lines_.front().config.local_address || std::exchange(hint_given_, true)) return problem;
    return problem + "; " + one_address_hint(lines_.size(), "--source ADDR");
}

std::string InjectRun::peer_name(PeerIndex peer) const
{
    const auto& config = lines_[peer].config;
    auto name = fmt::format("session {} (AS{}", peer + 1, config.session.open.my_as.value);
    if (config.local_address) name += " from " + to_text(*config.local_address);
    return name + ")";
}

PeerNumbers InjectRun::totals() const
{
    PeerNumbers all;
    for (PeerIndex peer = 0; peer < lines_.size(); ++peer) all += engine_.numbers(peer);
    return all;
}

void InjectRun::show_progress(TimePoint now)
{
    const auto numbers = totals();
    const auto usage = process_usage();
    const auto time = now - shown_at_;
    std::uint64_t wanted = 0;
    for (const auto& line : lines_) wanted += line.routes.announced + line.routes.withdrawn;
    if (phase_ == Phase::withdrawing) wanted *= 2;
    progress_.show(now,
                   {fmt::format("sessions up {}/{}, {}", std::ranges::count_if(lines_, &Line::up), lines_.size(),
                                phase_names[static_cast<std::size_t>(phase_)]),
                    fmt::format("routes sent {} of {}, on the wire {}, acked {}", full_number(numbers.sent_routes),
                                full_number(wanted), full_number(numbers.wire_routes), full_number(numbers.acked_routes)),
                    fmt::format("{} routes/s, {}, CPU {:.0f} %",
                                short_number(per_second(static_cast<double>(numbers.wire_routes - shown_.wire_routes), time)),
                                bit_rate_text(per_second(static_cast<double>(numbers.wire_octets - shown_.wire_octets), time)),
                                100 * per_second(seconds(usage.cpu() - shown_usage_.cpu()), time))});
    shown_at_ = now;
    shown_ = numbers;
    shown_usage_ = usage;
}

InjectRun::Expected InjectRun::expected(std::uint32_t peer) const
{
    // What is left out is left out of announcements; a source of withdrawals alone is rare enough to be told as missing.
    const auto& line = lines_[peer];
    Expected expected{.announced = line.routes.announced - std::min(line.routes.announced, line.left_out),
                      .withdrawn = line.routes.withdrawn,
                      .source = line.config.local_address};
    return expected;
}

void InjectRun::fill(RunReport& report) const
{
    report.mode = engine_.mode() == EngineMode::sync ? "sync" : "async";
    report.shards = engine_.shards();
    report.status = status_;
    report.problems = problems_;
    report.sliced = options_.slice;
    report.phases.insert(report.phases.end(), phases_.begin(), phases_.end());
    report.phases.push_back(
        {phase_names[static_cast<std::size_t>(phase_)], std::max(Clock::now() - phase_began_, Duration::zero())});

    auto& counters = report.counters;
    for (PeerIndex peer = 0; peer < lines_.size(); ++peer) {
        const auto& line = lines_[peer];
        const auto numbers = engine_.numbers(peer);
        RunReport::Session session{.peer = peer + 1,
                                   .local_as = line.config.session.open.my_as.value,
                                   .source = line.config.local_address ? to_text(*line.config.local_address) : std::string{},
                                   .sent_routes = numbers.sent_routes,
                                   .wire_routes = numbers.wire_routes,
                                   .acked_routes = numbers.acked_routes,
                                   .wire_octets = numbers.wire_octets,
                                   .blocked = std::chrono::nanoseconds{static_cast<std::int64_t>(numbers.blocked_nanoseconds)},
                                   .end = line.end};
        if (line.peer_as) session.peer_as = line.peer_as->value;
        if (line.established_at != never) session.established = line.established_at - started_;
        if (line.acked_at != never) session.acked = line.acked_at - line.established_at;
        report.sessions.push_back(std::move(session));

        const auto routes = line.routes.announced + line.routes.withdrawn;
        counters.expected += routes - std::min(routes, line.left_out);
    }
    report.left_out.add_counts(left_out_);
    const auto all = totals();
    counters.sent = all.sent_routes;
    counters.wire = all.wire_routes;
    counters.acked = all.acked_routes;
    counters.wire_updates = all.wire_updates;
    counters.wire_octets = all.wire_octets;

    if (first_established_ == never) return;
    const auto sending_ended = last_acked_ != never ? last_acked_ : Clock::now();
    auto& rates = report.rates;
    rates.time = sending_ended - first_established_;
    rates.routes_per_second = per_second(static_cast<double>(numbers_after_.wire_routes), rates.time);
    rates.updates_per_second = per_second(static_cast<double>(numbers_after_.wire_updates), rates.time);
    rates.octets_per_second = per_second(static_cast<double>(numbers_after_.wire_octets), rates.time);
    if (options_.rate_per_second > 0)
        rates.scheduled_routes_per_second = options_.rate_per_second * static_cast<double>(lines_.size());

    auto& limits = report.limits;
    limits.own_cores = per_second(seconds(usage_after_.process.cpu() - usage_before_.process.cpu()), rates.time);
    if (usage_before_.machine && usage_after_.machine)
        limits.other_cpu_share =
            other_cpu_load(*usage_before_.machine, *usage_after_.machine, usage_before_.process, usage_after_.process);
    limits.blocked_share = std::min(1.0, per_second(static_cast<double>(numbers_after_.blocked_nanoseconds) / 1e9, rates.time) /
                                             static_cast<double>(lines_.size()));
}

}   // namespace barrage
