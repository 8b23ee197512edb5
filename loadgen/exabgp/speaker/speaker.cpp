#include "loadgen/exabgp/speaker/speaker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/exabgp/speaker/bulk_routes.hpp"
#include "loadgen/exabgp/speaker/peer_config.hpp"
#include "loadgen/exabgp/speaker/speaker_line.hpp"

namespace barrage::exabgp {

namespace {

/// For the Ceases to leave, and for programs to end.
constexpr auto shutdown_patience = std::chrono::seconds{3};

bool covers(const IpAddress& address, std::uint8_t bits, const IpAddress& other)
{
    if (address.is_v4() != other.is_v4()) return false;
    if (address.is_v4()) return bits == 0 || (address.v4().value ^ other.v4().value) >> (32 - bits) == 0;
    for (unsigned bit = 0; bit < bits; ++bit) {
        const auto mask = 0x80u >> bit % 8;
        if ((address.v6().value[bit / 8] ^ other.v6().value[bit / 8]) & mask) return false;
    }
    return true;
}

/// All that the kernel tells of a key that differs is silence: whoever drops a segment for it says nothing (RFC 2385 section 4.1).
std::string reason_of(const SessionEnd& end, const Neighbor& neighbor)
{
    if (end.by == SessionEnd::By::notification_received) return "received " + end.text;
    const bool silence = end.by == SessionEnd::By::connection_refused && end.text.starts_with("no answer");
    if (!silence || neighbor.md5_password.empty()) return end.text;
    return end.text + "; an MD5 key is set here: does the peer have the same?";
}

}   // namespace

Speaker::Speaker(SpeakerOptions options, Configuration configuration, std::shared_ptr<AttributePool> pool, Engine& engine)
    : options_(std::move(options)), configuration_(std::move(configuration)), pool_(std::move(pool)), engine_(engine)
{
    for (auto& neighbor : configuration_.neighbors) take_in(std::move(neighbor));
    configuration_.neighbors.clear();   // status() has them
}

Speaker::~Speaker() = default;

void Speaker::set_listener(SpeakerListener& listener) { listener_ = &listener; }

const Speaker::Status& Speaker::status(NeighborIndex neighbor) const { return line(neighbor).status; }

PeerNumbers Speaker::numbers(NeighborIndex neighbor) const
{
    const auto& peers = line(neighbor).peers;
    return peers.empty() ? PeerNumbers{} : engine_.numbers(peers.front().index);
}

Speaker::Neighbors Speaker::neighbors() const
{
    Neighbors all;
    for (NeighborIndex neighbor = 0; neighbor < lines_.size(); ++neighbor)
        if (const auto& status = line(neighbor).status; !status.removed && !status.away) all.push_back(neighbor);
    return all;
}

NeighborIndex Speaker::take_in(Neighbor neighbor)
{
    const auto index = static_cast<NeighborIndex>(lines_.size());
    lines_.push_back(std::make_unique<Line>());
    auto& each = line(index);
    each.status.name = neighbor_name(neighbor);
    each.status.config = std::move(neighbor);
    call_by_address(index, true);
    auto& config = each.status.config;
    for (const auto& route : config.routes)
        if (route.watchdog != 0) each.watch(route);
    each.note_not_configured();
    const bool plain = std::ranges::none_of(config.routes, [&](const ConfiguredRoute& route) {
        return route.watchdog != 0 || (route.key.path_id && !each.has_path_ids(route.key.family));
    });
    if (plain && config.routes.size() >= many_routes) {
        make_table(each);
        config.routes = {};
    }
    if (!each.is_prefix()) add_peer(index, config.peer_address);
    return index;
}

/// Neighbours with the same routes share one table.
void Speaker::make_table(Line& made)
{
    const auto& config = made.status.config;
    auto table = bulk_routes(config.routes, *pool_, grouped_families(config), [&](const ConfiguredRoute& route) {
        return config.families.contains(route.key.family) ? settled(made, route) : AttributeSetRef{};
    });
    for (const auto& each : lines_)
        if (each->bulk && same_routes(*each->bulk, *table)) {
            made.bulk = each->bulk;
            made.bulk_run = each->bulk_run;
            return;
        }
    made.bulk = std::move(table);
    made.bulk_run = ++tables_made_;
}

PeerConfig Speaker::config_for(NeighborIndex neighbor, const IpAddress& remote) const
{
    auto config = peer_config(line(neighbor).status.config, options_);
    config.remote.address = remote;
    if (config.receive) config.keep_received = pool_;
    config.keep_at_most = options_.keep_at_most;
    config.cease_above_limits = options_.cease_above_limits;
    return config;
}

PeerIndex Speaker::add_peer(NeighborIndex neighbor, const IpAddress& remote)
{
    const auto peer = engine_.add_peer(config_for(neighbor, remote));
    if (neighbor_of_.size() <= peer) neighbor_of_.resize(peer + 1);
    neighbor_of_[peer] = neighbor;
    line(neighbor).peers.push_back({.index = peer, .remote = remote});
    advertise_configured_routes(line(neighbor), peer);
    return peer;
}

void Speaker::advertise_configured_routes(Line& line, PeerIndex peer)
{
    Command advertise{.peers = {peer}};
    if (line.bulk)
        advertise.what.emplace_back(command::SendRun{{RouteSlice::whole(line.bulk), RunKind::as_given, line.bulk_run}});
    for (const auto& route : line.status.config.routes) {
        if (route.watchdog != 0 && route.starts_withdrawn) continue;
        if (!line.status.config.families.contains(route.key.family)) continue;
        line.note_path(route.key, false);
        if (auto attributes = settled(line, route))
            advertise.what.emplace_back(command::Announce{route.key, std::move(attributes)});
    }
    for (const auto& [name, change] : line.changed) {
        if (change.second)
            advertise.what.emplace_back(command::Announce{change.first, change.second});
        else
            advertise.what.emplace_back(command::Withdraw{change.first});
    }
    if (!advertise.what.empty()) engine_.post(std::move(advertise));
}

void Speaker::leave_out(NeighborIndex neighbor, const std::optional<NotificationError>& notification)
{
    auto& each = line(neighbor);
    each.status.removed = true;
    call_by_address(neighbor, false);
    for (const auto& [address, member] : std::exchange(each.members, {})) leave_out(member, notification);
    if (each.status.member_of) line(*each.status.member_of).members.erase(each.status.config.peer_address);
    post_all({neighbor}, {command::Teardown{notification, false}}, {});
}

// ---- Connections.

std::optional<std::string> Speaker::start() { return listen(); }

std::optional<std::string> Speaker::listen()
{
    struct Place {
        IpAddress address;
        std::uint16_t port;
        std::vector<TcpMd5Key> keys;
    };
    std::vector<Place> places;
    const auto place = [&](const IpAddress& address, std::uint16_t port) -> Place& {
        const auto known =
            std::ranges::find_if(places, [&](const Place& each) { return each.address == address && each.port == port; });
        return known != places.end() ? *known : places.emplace_back(Place{address, port, {}});
    };
    for (const auto& address : options_.bind) place(address, options_.port);
    for (const auto neighbor : neighbors()) {
        const auto& config = line(neighbor).status.config;
        const auto any = config.peer_address.is_v4() ? IpAddress{Ipv4Address{}} : IpAddress{Ipv6Address{}};
        if (config.listen != 0) place(config.local_address.value_or(any), config.listen);
    }
    for (const auto neighbor : neighbors()) {
        const auto& config = line(neighbor).status.config;
        if (config.md5_password.empty()) continue;
        for (auto& each : places) {
            if (each.address.is_v4() != config.peer_address.is_v4()) continue;
            TcpMd5Key key{.peer = config.peer_address, .prefix_length = {}, .key = config.md5_password};
            if (line(neighbor).is_prefix()) key.prefix_length = config.peer_mask;
            each.keys.push_back(std::move(key));
        }
    }
    for (auto& each : places) {
        if (!listening_.emplace(each.address, each.port).second) continue;
        const auto port = each.port;
        const auto bound = engine_.listen(
            {each.address, each.port},
            [this, port](const Endpoint& remote, const Endpoint& local) { return admit(remote, local, port); },
            std::move(each.keys));
        if (!bound) return bound.error().text;
    }
    return std::nullopt;
}

/// Whose connection it is: that of the neighbour with this very address, else that of one whose prefix holds it. Of several that
/// would do, the first that has no session.
Engine::Admission Speaker::admit(const Endpoint& remote, const Endpoint& local, std::uint16_t port)
{
    if (shutting_down_) return std::monostate{};
    std::optional<PeerIndex> busy;
    std::string why = "no neighbor has this address";
    for (const bool exact : {true, false})
        for (const auto neighbor : neighbors()) {
            auto& each = line(neighbor);
            const auto& config = each.status.config;
            if (each.is_prefix() == exact) continue;
            if (exact ? config.peer_address != remote.address : !covers(config.peer_address, config.peer_mask, remote.address))
                continue;
            const bool listens = config.listen == port || (port == options_.port && config.listen == 0);
            if (!listens || (config.local_address && *config.local_address != local.address)) {
                why = fmt::format("{} is configured with {}", name(neighbor), listens ? "another local-address" : "another port");
                continue;
            }
            if (!exact) {
                if (const auto peer = take_member(neighbor, remote.address)) return *peer;
                why = "there are too many neighbors of its range";
                continue;
            }
            const auto& peer = each.peers.front();
            if (!peer.established) return peer.index;
            if (!busy) busy = peer.index;
        }
    if (busy) return *busy;
    refuse(remote, local, why);
    return std::monostate{};
}

// ---- The run.

ExitStatus Speaker::run()
{
    end_if_over(Clock::now());
    engine_.run(*this);
    return engine_.failure().empty() ? status_ : ExitStatus::incomplete;
}

void Speaker::on_events(const std::vector<PeerEvent>& events)
{
    for (const auto& event : events)
        if (event.peer < neighbor_of_.size()) happened_to(line(neighbor_of_[event.peer]), event);
    if (!events.empty()) end_if_over(Clock::now());
}

void Speaker::happened_to(Line& line, const PeerEvent& event)
{
    const auto neighbor = neighbor_of_[event.peer];
    auto& status = line.status;
    auto& peer = *std::ranges::find(line.peers, event.peer, &Line::PeerOf::index);
    const auto is = [&]<class What>(std::type_identity<What>) { return std::get_if<What>(&event.what); };
    if (const auto* connected = is(std::type_identity<happened::Connected>{})) {
        status.local_address = connected->local;
        if (std::exchange(status.away, false)) {   // it came back before we heard of its going
            call_by_address(neighbor, true);
            if (listener_) listener_->on_members_changed();
        }
        if (listener_) listener_->on_connected(neighbor);
    } else if (const auto* changed = is(std::type_identity<happened::StateChanged>{})) {
        status.state = changed->state;
        if (listener_) listener_->on_state(neighbor, changed->state);
    } else if (const auto* up = is(std::type_identity<happened::Established>{})) {
        peer.established = true;
        status.state = State::established;
        status.negotiated = up->negotiated;
        status.up_since = event.at;
        status.left_out_reported.reset();
        look_at_configured_routes(neighbor);
        // Operational messages of the configuration, to who takes them.
        if (up->negotiated.operational && !status.config.operationals.empty()) {
            Command send{.peers = {event.peer}};
            for (const auto& operational : status.config.operationals) {
                Octets message;
                encode(operational, message);
                send.what.emplace_back(command::SendMessage{std::move(message)});
            }
            engine_.post(std::move(send));
        }
        if (listener_) listener_->on_up(neighbor, *status.negotiated);
    } else if (const auto* changes = is(std::type_identity<happened::LeftOutChanges>{})) {
        count_left_out(neighbor, changes->left_out);
    } else if (const auto* run = is(std::type_identity<happened::RunSent>{})) {
        if (run->left_out) count_left_out(neighbor, *run->left_out);
    } else if (const auto* message = is(std::type_identity<happened::Message>{})) {
        if (listener_)
            listener_->on_message(neighbor, message->sent ? Direction::sent : Direction::received, message->octets,
                                  status.negotiated ? &*status.negotiated : nullptr);
    } else if (const auto* end = is(std::type_identity<happened::Ended>{})) {
        peer.established = false;
        peer.ended = end->final;
        auto reason = reason_of(end->end, status.config);
        const bool is_news = reason != status.last_end;
        status.last_end = std::move(reason);
        if (!line.established()) {
            status.state = State::idle;
            status.up_since = never;
        }
        if (end->end.was_established) ++status.flaps;
        // What we end ourselves, while nobody was there, is no news of the peer.
        const bool our_end = shutting_down_ || status.removed;
        if (listener_) listener_->on_down(neighbor, end->end.was_established, is_news && !our_end);
        if (!line.established()) status.negotiated.reset();
        if (status.member_of && !status.removed) member_left(neighbor);
    }
}

/// Every peer's attempts are used up and its session is closed: nothing will ever happen again.
void Speaker::end_if_over(TimePoint now)
{
    if (stopped_) return;
    const bool over = std::ranges::all_of(lines_, [](const auto& each) {
        const bool awaits = each->is_prefix() && !each->status.removed;
        return !awaits && std::ranges::all_of(each->peers, &Line::PeerOf::ended);
    });
    if (!shutting_down_) {
        if (over && options_.attempts != 0 && !lines_.empty()) shutdown(ExitStatus::passed);
        return;
    }
    if ((over && programs_ended_) || now >= end_by_) {
        stopped_ = true;
        engine_.stop();
    }
}

void Speaker::shutdown(ExitStatus status) { end_all(status, false); }

void Speaker::end_all(ExitStatus status, bool silently)
{
    if (shutting_down_) return;
    shutting_down_ = true;
    status_ = status;
    end_by_ = Clock::now() + shutdown_patience;
    for (const auto neighbor : neighbors()) {
        const bool silent = silently || line(neighbor).status.config.graceful_restart.has_value();
        post_all({neighbor},
                 {command::Teardown{silent ? std::nullopt : std::optional{cease(CeaseSubcode::administrative_shutdown)}, false}},
                 {});
    }
    if (listener_)
        listener_->on_shutdown();
    else
        programs_ended();
    end_if_over(Clock::now());
}

void Speaker::programs_ended()
{
    programs_ended_ = true;
    end_if_over(Clock::now());
}

void Speaker::on_listener_trouble(const ListenerTrouble& trouble)
{
    if (listener_) listener_->on_listener_trouble(trouble);
}

void Speaker::on_interrupt() { shutdown(); }

TimePoint Speaker::deadline() { return std::min(end_by_, calls_.empty() ? never : calls_.begin()->first); }

void Speaker::on_time(TimePoint now)
{
    while (!calls_.empty() && calls_.begin()->first <= now) {
        const auto call = std::move(calls_.begin()->second);
        calls_.erase(calls_.begin());
        call();
    }
    if (now >= end_by_) end_if_over(now);
    if (stopped_) end_by_ = never;
}

void Speaker::call_at(TimePoint at, std::function<void()> call) { calls_.emplace(at, std::move(call)); }

}   // namespace barrage::exabgp
