#include "engine/peer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "codec/message/keepalive.hpp"

namespace barrage {

namespace {

constexpr auto first_retry = std::chrono::milliseconds{50};
constexpr auto longest_retry = std::chrono::seconds{5};
/// No UPDATE of a paced run carries more than this much of its rate.
constexpr double paced_slice_seconds = 0.010;

/// RFC 4486.
NotificationError above_limit(AdjRibIn::Passed passed)
{
    const bool of_routes = passed == AdjRibIn::Passed::routes;
    return {.code = ErrorCode::cease,
            .subcode = std::to_underlying(of_routes ? CeaseSubcode::maximum_prefixes_reached : CeaseSubcode::out_of_resources),
            .text = of_routes ? "more routes than --max-routes allows"
                              : "more octets of attributes and NLRI than --max-attribute-octets allows"};
}

OutboxCounters operator+(OutboxCounters a, const OutboxCounters& b)
{
    return {a.octets + b.octets, a.messages + b.messages, a.updates + b.updates, a.routes + b.routes};
}

}   // namespace

Peer::Peer(PeerIndex index, PeerConfig config, WindowSources& windows, PrefixIndex& prefixes, std::vector<PeerEvent>& events,
           std::shared_ptr<PeerCounters> counters)
    : index_(index), config_(std::move(config)), windows_(windows), events_(events), counters_(std::move(counters)),
      adj_rib_out_(make_adj_rib_out(config_.send_rules)),
      sessions_{{{config_.session, Initiator::us, *this}, {config_.session, Initiator::peer, *this}}}
{
    my_as_ = config_.session.open.my_as;
    if (config_.receive) receiver_.emplace(*config_.receive, prefixes);
    if (config_.keep_received) adj_rib_in_.emplace(config_.keep_received, config_.keep_at_most);
}

Peer::~Peer() = default;

void Peer::notify_observer(TimePoint now, decltype(PeerEvent::what) what) { events_.push_back({index_, now, std::move(what)}); }

void Peer::start(const OnShard&, TimePoint now)
{
    running_ = true;
    failures_ = 0;
    restart_at_ = never;
    if (config_.passive) return;
    // The connection of a session that has just ended is closed first: tick() begins the next one behind it.
    if (sessions_[0].wants_close())
        restart_at_ = now;
    else
        begin_connection(0, now);
}

void Peer::begin_connection(std::size_t slot, TimePoint now)
{
    const bool begins = sessions_[slot].state() == State::idle && !sessions_[slot].wants_close();
    if (begins) ++connections_;
    sessions_[slot].start(slot != 0, now);
}

void Peer::stop(const OnShard&, CeaseSubcode subcode, const std::string& text, bool restart, TimePoint now)
{
    stop_sessions(restart, now, [&](Session& session) { session.stop(subcode, text, now); });
}

void Peer::stop(const OnShard&, const std::optional<NotificationError>& notification, bool restart, TimePoint now)
{
    stop_sessions(restart, now, [&](Session& session) { session.stop(notification, now); });
}

void Peer::stop_sessions(bool restart, TimePoint now, auto&& stop)
{
    if (restart && no_more_connections()) restart = false;
    const bool was_running = std::exchange(running_, restart);
    const auto events_before = events_.size();
    restart_at_ = never;
    retry_after_ = std::chrono::seconds{0};
    commanded_ = true;
    for (auto& session : sessions_) stop(session);
    commanded_ = false;
    if (restart && !config_.passive && sessions_[0].state() == State::idle && restart_at_ == never)
        restart_at_ = next_attempt(now);
    // Between two attempts there is no session to end, and its end is waited for all the same.
    if (was_running && !restart && events_before == events_.size())
        notify_observer(now, happened::Ended{{.text = "stopped"}, true});
}

void Peer::set_sending(const OnShard&, double rate_per_second, std::uint32_t max_routes_per_update, const UpdateSizes& sizes,
                       std::uint64_t burst)
{
    config_.burst = burst;
    config_.rate_per_second = rate_per_second;
    config_.max_routes_per_update = max_routes_per_update;
    config_.update_sizes = sizes;
    if (established_) packer_.emplace(make_packer(pack_options(established_->negotiated())));
}

bool Peer::accept_connection(TimePoint now)
{
    if (!running_ || sessions_[1].state() != State::idle || sessions_[1].wants_close()) return false;
    // One that crosses ours is settled with it, and is no further attempt.
    if (sessions_[0].state() == State::idle) {
        if (no_more_connections()) return false;
        ++connections_;
    }
    sessions_[1].start(true, now);
    return true;
}

void Peer::connected(std::size_t slot, const IpAddress& local, TimePoint now)
{
    local_ = local;
    // What connections before this one wrote and nobody acknowledged never will be: an OPEN or a NOTIFICATION that was lost with them.
    if (!established_) never_acked_.octets = on_the_wire().octets - acked_octets_;
    if (config_.session.observes_states) notify_observer(now, happened::Connected{local, config_.remote.address});
    sessions_[slot].connected(now, local);
}

/// When to try again: attempts go further and further apart.
TimePoint Peer::next_attempt(TimePoint now)
{
    if (!config_.growing_retry) {
        const auto doubled = first_retry * (1 << std::min<std::uint32_t>(failures_, 7));
        return now + std::min<Duration>(doubled, longest_retry);
    }
    const auto after = retry_after_;
    constexpr std::chrono::seconds longest{60};
    retry_after_ = std::min(longest, std::chrono::seconds{1 + retry_after_.count() * 6 / 5});
    return now + after;
}

// An outbox counts on through all the sessions that use it.
OutboxCounters Peer::handed_over() const noexcept
{
    return sessions_[0].outbox().handed_over() + sessions_[1].outbox().handed_over();
}
OutboxCounters Peer::on_the_wire() const noexcept
{
    return sessions_[0].outbox().on_the_wire() + sessions_[1].outbox().on_the_wire();
}

bool Peer::wants_address_beside(const IpAddress& local) const noexcept
{
    // ExaBGP's packer has the identifier for IPv4 routes over an IPv6 session.
    if (config_.send_rules != SendRules::native && !local.is_v4()) return false;
    bool wants = false;
    config_.session.open.families.for_each(
        [&](Family family) { wants |= family.afi == (local.is_v4() ? Afi::ipv6 : Afi::ipv4); });
    return wants;
}

PackOptions Peer::pack_options(const Negotiated& negotiated) const
{
    PackOptions options{.send_rules = config_.send_rules,
                        .four_octet_as = negotiated.options.four_octet_as,
                        .external = !negotiated.internal,
                        .prepend = config_.prepend_own_as,
                        .own_as = negotiated.options.four_octet_as ? Asn{} : my_as_,
                        .next_hop_mode = next_hop_mode(negotiated),
                        .given_next_hops = config_.given_next_hops,
                        .self_is_ipv6 = local_.is_v6(),
                        .has_other_self = address_beside_.has_value(),
                        .max_message = negotiated.options.max_message(),
                        .max_routes_per_update = config_.max_routes_per_update,
                        .update_sizes = config_.update_sizes,
                        .one_route_per_update = config_.one_route_per_update,
                        .families = negotiated.families,
                        .configured = config_.session.open.families,
                        .add_path = negotiated.options.add_path_send,
                        .extended_next_hop = negotiated.options.extended_next_hop,
                        .multiple_labels = negotiated.options.multiple_labels};
    if (config_.send_rules != SendRules::native) {   // else peers that differ in it share what is packed
        options.self_v4 = local_.is_v4() ? local_.v4() : config_.session.open.bgp_identifier;
        if (local_.is_v6())
            options.self_v6 = local_.v6();
        else if (address_beside_ && address_beside_->is_v6())
            options.self_v6 = address_beside_->v6();
    }
    if (config_.rate_per_second > 0) {
        const auto slice = config_.rate_per_second * paced_slice_seconds;
        const auto most = static_cast<std::uint32_t>(std::clamp(slice, static_cast<double>(config_.burst), 4e9));
        options.max_routes_per_update = options.max_routes_per_update == 0 ? most : std::min(most, options.max_routes_per_update);
    }
    return options;
}

bool Peer::on_open(Session& session, const Open& open, TimePoint now)
{
    auto& other = &session == &sessions_[0] ? sessions_[1] : sessions_[0];
    if (other.state() < State::open_confirm) return true;
    const auto& ours = config_.session.open;
    if (keep_existing(other.state(), other.initiator(), {ours.bgp_identifier, ours.my_as}, {open.bgp_identifier, open.asn()})) {
        session.dump_for_collision(now);
        return false;
    }
    other.dump_for_collision(now);
    return true;
}

void Peer::on_established(Session& session, TimePoint now)
{
    failures_ = 0;
    established_ = &session;
    was_established_ = true;
    auto& other = &session == &sessions_[0] ? sessions_[1] : sessions_[0];
    other.stop(CeaseSubcode::connection_collision_resolution, {}, now);
    const auto& negotiated = session.negotiated();
    if (receiver_) receiver_->session_begun(local_, config_.remote.address, now);
    my_as_ = negotiated.my_as;
    packer_.emplace(make_packer(pack_options(negotiated)));
    adj_rib_out_->restart(config_.end_of_rib ? negotiated.families : FamilySet{});
    routes_at_ = now + config_.first_routes_after;
    packed_.reset();
    if (config_.updates_per_second != 0) update_pacer_.emplace(now, config_.updates_per_second);
    paced_updates_ = 0;
    if (negotiated.families.empty() && config_.keepalive_for_no_family) {
        Octets keepalive;
        encode(Keepalive{}, keepalive);
        session.send_message(std::move(keepalive), now);
    }
    source_.reset();
    window_.reset();
    pacer_.reset();
    sent_something_ = true;
    notify_observer(now, happened::Established{session.negotiated()});
}

std::optional<NotificationError> Peer::on_update(Session& session, OctetView message, TimePoint now)
{
    if (adj_rib_in_) {
        if (const auto view = split_update(message)) {
            const auto& negotiated = session.negotiated();
            adj_rib_in_->update(*view, negotiated.options, negotiated.families);
        }
        if (config_.cease_above_limits && adj_rib_in_->passed() != AdjRibIn::Passed::none)
            return above_limit(adj_rib_in_->passed());
    }
    if (!receiver_) return std::nullopt;
    auto error = receiver_->update(message, session.negotiated(), now);
    if (receiver_->take_limit_reached()) notify_observer(now, happened::LimitReached{});
    return error;
}

void Peer::on_route_refresh(Session& session, const RouteRefresh& refresh)
{
    if (!config_.answers_refresh) return;
    // RFC 7313's brackets ask for nothing; RFC 2918 section 4: a family that was not agreed on is ignored.
    if (refresh.kind != RouteRefreshKind::request || !session.negotiated().families.contains(refresh.family)) return;
    const auto& negotiated = session.negotiated();
    adj_rib_out_->refresh({.families = FamilySet{refresh.family},
                           .negotiated = negotiated.families,
                           .brackets = negotiated.enhanced_route_refresh});
    sent_something_ = true;
}

void Peer::on_message(Session&, bool sent, OctetView message, TimePoint now)
{
    notify_observer(now, happened::Message{sent, {message.begin(), message.end()}});
}

void Peer::on_state(Session& session, State state, TimePoint now)
{
    // Of two connections in a collision only the first is told of.
    if (established_ && established_ != &session) return;
    notify_observer(now, happened::StateChanged{state});
}

void Peer::on_end(Session& session, const SessionEnd& end, TimePoint now)
{
    if (established_ == &session) {
        if (unacknowledged_of_) after_write(unacknowledged_of_(session), now);
        established_ = nullptr;
        const auto wire = on_the_wire();
        never_acked_ = {.octets = wire.octets - acked_octets_, .routes = wire.routes - acked_routes_};
        ack_marks_.clear(wire.routes);
        source_.reset();
        window_.reset();
        packer_.reset();
        packed_.reset();
        routes_at_ = never;
        adj_rib_out_->session_lost();
        all_sent_at_wire_ = all_acked_ = false;
        if (adj_rib_in_) adj_rib_in_->clear();
        if (receiver_) receiver_->session_lost();
        fault_ = PeerFault::none;
    } else if (established_) {
        return;   // a connection that lost a collision
    }
    auto& other = &session == &sessions_[0] ? sessions_[1] : sessions_[0];
    if (other.state() >= State::open_sent) return;
    if (!end.was_established) ++failures_;
    const bool failed_enough = config_.connection_attempts != 0 && failures_ >= config_.connection_attempts;
    const bool gives_up = commanded_ ? false : no_more_connections() || (end.was_established ? !config_.restart : failed_enough);
    if (gives_up) running_ = false;
    if (running_ && !config_.passive && sessions_[0].state() == State::idle) restart_at_ = next_attempt(now);
    if (!running_ && config_.passive && receiver_) receiver_->release();
    notify_observer(now, happened::Ended{end, !running_});
}

void Peer::tick(TimePoint now)
{
    for (auto& session : sessions_) session.tick(now);
    if (now >= restart_at_ && !sessions_[0].wants_close()) {
        restart_at_ = never;
        if (running_ && !established_) begin_connection(0, now);   // nothing, unless it is idle
    }
}

TimePoint Peer::deadline() const noexcept
{
    auto deadline = std::min(sessions_[0].deadline(), sessions_[1].deadline());
    // The connection that is being closed is waited for first.
    if (!sessions_[0].wants_close()) deadline = std::min(deadline, restart_at_);
    // With the outbox full the socket wakes us, not the schedule.
    if (established_ && adj_rib_out_->has_waiting() && first_routes_wait_) deadline = std::min(deadline, routes_at_);
    if (update_pacer_ && established_ && (packed_ || window_) && established_->outbox().octets() < outbox_low)
        deadline = std::min(deadline, update_pacer_->next_due(paced_updates_));
    const auto* run = adj_rib_out_->run_at_front();
    if (!run || !established_ || established_->outbox().octets() >= outbox_low) return deadline;
    if (pacer_) deadline = std::min(deadline, pacer_->next_due(paced_routes_ + pacer_->together()));
    if (run->replay_speed > 0 && window_) deadline = std::min(deadline, replay_due(*run, window_->messages()[next_message_]));
    return deadline;
}

void Peer::after_write(std::optional<std::size_t> unacknowledged, TimePoint now)
{
    if (!established_) return;
    if (std::exchange(sent_something_,
                      sent_something_ && (adj_rib_out_->has_waiting() || packed_ || !established_->outbox().empty()))) {
        all_sent_at_wire_ = !sent_something_;
        all_acked_ = false;
        if (all_sent_at_wire_) notify_observer(now, happened::AllOnTheWire{});
    }
    const auto wire = on_the_wire();
    ack_marks_.note(wire.octets, wire.routes);
    if (!unacknowledged) return;
    const auto acked = wire.octets - std::min<std::uint64_t>(wire.octets, *unacknowledged);
    acked_octets_ = std::max(acked_octets_, acked - std::min(acked, never_acked_.octets));
    if (const auto routes = ack_marks_.acked(acked)) acked_routes_ = *routes - never_acked_.routes;
    if (*unacknowledged == 0) {
        if (all_sent_at_wire_ && !std::exchange(all_acked_, true)) notify_observer(now, happened::AllAcked{});
    }
}

void Peer::publish_counters(TimePoint blocked_since)
{
    const auto handed = handed_over();
    const auto wire = on_the_wire();
    PeerNumbers numbers{.state = static_cast<std::uint64_t>(std::max(sessions_[0].state(), sessions_[1].state()))};
    numbers.sent_routes = handed.routes;
    numbers.sent_updates = handed.updates;
    numbers.wire_routes = wire.routes;
    numbers.wire_updates = wire.updates;
    numbers.wire_octets = wire.octets;
    numbers.acked_octets = acked_octets_;
    numbers.acked_routes = acked_routes_;
    for (const auto& each : sessions_) {
        numbers.received_octets += each.octets_received();
        numbers.received_messages += each.messages_received();
        numbers.repeated_notifications += each.repeated_notifications();
        numbers.not_negotiated += each.not_negotiated();
    }
    if (receiver_) {
        numbers.received_updates = receiver_->updates();
        numbers.announced = receiver_->announced();
        numbers.withdrawn = receiver_->withdrawn();
        numbers.distinct = receiver_->distinct();
        numbers.live = adj_rib_in_ ? adj_rib_in_->size() : receiver_->live();
        numbers.digest = receiver_->digest();
        numbers.malformed = receiver_->malformed();
        numbers.not_negotiated += receiver_->not_negotiated();
        if (const auto* reflections = receiver_->reflections()) {
            numbers.reflected = reflections->reflected();
            numbers.reflected_live = reflections->live();
            numbers.unknown_live = reflections->unknown_live();
        }
    }
    numbers.blocked_nanoseconds = static_cast<std::uint64_t>(std::chrono::nanoseconds{blocked_}.count());
    numbers.full_reads = full_reads_;
    counters_->store(numbers, blocked_since);
}

}   // namespace barrage
