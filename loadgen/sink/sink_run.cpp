#include "loadgen/sink/sink_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

// When all routes are there, End-of-RIB and TCP's acknowledgements are still on their way: a Cease in that moment would look to
// the sender like a session lost too early. So the sink waits until nothing more comes, or the other side closes.
constexpr auto settle_quiet = std::chrono::milliseconds{250};
constexpr auto settle_longest = std::chrono::seconds{3};
constexpr auto settle_look = std::chrono::milliseconds{20};
/// For the Cease to leave.
constexpr auto farewell = std::chrono::milliseconds{100};

}   // namespace

SinkRun::SinkRun(SinkOptions options, Engine& engine, Progress& progress, MetricsFeed& metrics)
    : options_(std::move(options)), engine_(engine), progress_(progress), metrics_(metrics)
{
    if (options_.expect != 0 && options_.sessions == 0) options_.sessions = 1;
}

IoResult<Endpoint> SinkRun::listen()
{
    return engine_.listen(options_.listen, [this](const Endpoint& remote, const Endpoint&) -> Engine::Admission {
        if (phase_ != Phase::receiving) return std::monostate{};
        return admit(remote);
    });
}

PeerConfig SinkRun::admit(const Endpoint& remote)
{
    sessions_[admitted_++].remote = remote;   // in the order of their making, as the engine numbers peers
    PeerConfig config;
    config.remote = {remote.address, 0};
    config.passive = true;
    config.restart = false;
    config.connections = 1;
    config.receive = ReceiverConfig{.count_only = options_.count_only,
                                    .reject_as_set = options_.reject_as_set,
                                    .max_routes = options_.max_routes,
                                    .limit = options_.expect};
    auto& open = config.session.open;
    open.my_as = options_.local_as;
    open.hold_time = options_.hold_time;
    open.bgp_identifier = options_.router_id;
    open.families = options_.families;
    open.extended_message = options_.extended_message;
    if (options_.add_path) open.add_path_receive = options_.families;
    return config;
}

ExitStatus SinkRun::run()
{
    const auto now = Clock::now();
    shown_at_ = now;
    progress_.begin(now);
    metrics_.begin(engine_, now);
    metrics_.phase("receiving");
    engine_.run(*this);
    progress_.end();
    metrics_.end(Clock::now());
    const bool lost = std::ranges::any_of(sessions_, [](const auto& each) { return each.second.lost; });
    if (lost || !engine_.failure().empty() || engine_.refused() != 0) return ExitStatus::incomplete;
    return interrupted_ && options_.sessions != 0 ? ExitStatus::interrupted : ExitStatus::passed;
}

void SinkRun::on_events(const std::vector<PeerEvent>& events)
{
    auto now = TimePoint::min();
    for (const auto& event : events) {
        now = std::max(now, event.at);
        const auto found = sessions_.find(event.peer);
        if (found == sessions_.end()) continue;
        auto& session = found->second;
        if (const auto* up = std::get_if<happened::Established>(&event.what)) {
            established(session, up->negotiated.peer_as, event.at);
        } else if (std::holds_alternative<happened::LimitReached>(event.what)) {
            is_over(session.complete, session);
        } else if (const auto* end = std::get_if<happened::Ended>(&event.what)) {
            ended(session, end->end);
            if (!session.as) sessions_.erase(found);
        }
    }
    if (!events.empty()) look_for_end(now);
}

void SinkRun::on_listener_trouble(const ListenerTrouble& trouble)
{
    progress_.print(fmt::format("loadgen sink: {}: {}", to_text(trouble.listener), trouble.text));
}

void SinkRun::established(Seen& session, Asn as, TimePoint at)
{
    session.as = as;
    session.established_at = at;
    if (!std::exchange(session.up, true)) ++up_;
}

/// `how`: complete or lost, of this session.
void SinkRun::is_over(bool& how, Seen& session)
{
    if (!session.complete && !session.lost) ++over_;
    how = true;
}

void SinkRun::ended(Seen& session, const SessionEnd& end)
{
    if (std::exchange(session.up, false)) --up_;
    session.end = end.text;
    if (!end.was_established) {
        if (phase_ == Phase::receiving)
            progress_.print(fmt::format("loadgen sink: no session with {}: {}", to_text(session.remote), end.text));
        return;
    }
    if (options_.expect == 0) is_over(session.complete, session);
    // Once we close, sessions end because we say so.
    if (!session.complete && phase_ == Phase::receiving) {
        is_over(session.lost, session);
        metrics_.session_lost();
        progress_.print(fmt::format("loadgen sink: the session with {} was lost before it had {} routes: {}",
                                    to_text(session.remote), options_.expect, end.text));
    }
}

void SinkRun::look_for_end(TimePoint now)
{
    if (phase_ == Phase::receiving && options_.sessions != 0)
        if (over_ >= options_.sessions) up_ == 0 ? close(now) : settle(now);
    if (phase_ != Phase::receiving && up_ == 0) end_by_ = std::min(end_by_, now + farewell);
}

void SinkRun::settle(TimePoint now)
{
    phase_ = Phase::settling;
    end_by_ = now + settle_longest;
    look_again_ = now + settle_look;
    quiet_since_ = now;
    octets_then_ = received_octets();
}

void SinkRun::close(TimePoint now)
{
    phase_ = Phase::closing;
    look_again_ = never;
    end_by_ = now + std::chrono::seconds{1};
    engine_.post({.peers = everybody, .what = {command::Stop{}}});
    if (up_ == 0) end_by_ = now + farewell;
}

void SinkRun::on_interrupt()
{
    interrupted_ = true;
    if (phase_ != Phase::closing) close(Clock::now());
}

TimePoint SinkRun::deadline() { return std::min({progress_.due(), metrics_.due(), look_again_, end_by_}); }

void SinkRun::on_time(TimePoint now)
{
    if (now >= progress_.due()) show_progress(now);
    while (in_metrics_ < engine_.peer_count()) metrics_.peer(in_metrics_++, "sessions", false);
    metrics_.on_time(now);
    if (phase_ == Phase::settling && now >= look_again_) {
        look_again_ = now + settle_look;
        if (const auto octets = received_octets(); octets != octets_then_) {
            octets_then_ = octets;
            quiet_since_ = now;
        }
        if (now >= quiet_since_ + settle_quiet || now >= end_by_) return close(now);
    }
    if (now >= end_by_) engine_.stop();
}

std::uint64_t SinkRun::received_octets() const
{
    std::uint64_t octets = 0;
    for (std::size_t i = 0; i < engine_.peer_count(); ++i) octets += engine_.numbers(static_cast<PeerIndex>(i)).received_octets;
    return octets;
}

void SinkRun::show_progress(TimePoint now)
{
    std::uint64_t routes = 0;
    std::uint64_t octets = 0;
    for (std::size_t i = 0; i < engine_.peer_count(); ++i) {
        const auto numbers = engine_.numbers(static_cast<PeerIndex>(i));
        routes += numbers.announced + numbers.withdrawn;
        octets += numbers.received_octets;
    }
    const auto time = now - shown_at_;
    const auto wanted = options_.sessions == 0 ? std::string{} : fmt::format("/{}", options_.sessions);
    progress_.show(now,
                   {fmt::format("sessions up {}{}", up_, wanted), fmt::format("routes received {}", full_number(routes)),
                    fmt::format("{} routes/s, {}", short_number(per_second(static_cast<double>(routes - shown_routes_), time)),
                                bit_rate_text(per_second(static_cast<double>(octets - shown_octets_), time)))});
    shown_at_ = now;
    shown_routes_ = routes;
    shown_octets_ = octets;
}

SinkResult SinkRun::result()
{
    SinkResult result{.refused = engine_.refused()};
    auto first = never;
    auto established = never;
    auto last = TimePoint::min();
    engine_.for_each_peer([&](Peer& peer) {
        const auto found = sessions_.find(peer.index());
        const auto* receiver = peer.receiver();
        if (found == sessions_.end() || !found->second.as || !receiver) return;   // it never came to be Established
        const auto& session = found->second;
        SinkSession counts{.remote = to_text(session.remote),
                           .as = *session.as,
                           .announced = receiver->announced(),
                           .withdrawn = receiver->withdrawn(),
                           .distinct = receiver->distinct(),
                           .live = receiver->live(),
                           .malformed = receiver->malformed(),
                           .not_negotiated = engine_.numbers(peer.index()).not_negotiated,
                           .end = session.end,
                           .first_problem = receiver->first_problem()};
        if (!receiver->counts_only()) counts.digest = receiver->digest();
        if (receiver->first_route() != never) {
            const auto time = receiver->last_route() - receiver->first_route();
            counts.seconds = seconds(time);
            counts.routes_per_second = per_second(static_cast<double>(counts.announced), time);
            first = std::min(first, receiver->first_route());
            established = std::min(established, session.established_at);
            last = std::max(last, receiver->last_route());
        }
        result.sessions.push_back(std::move(counts));
    });
    if (first == never) return result;
    result.seconds = seconds(last - first);
    result.seconds_from_established = seconds(last - std::min(established, first));
    return result;
}

}   // namespace barrage
