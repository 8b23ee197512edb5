#include "loadgen/device/device_run.hpp"

#include <algorithm>
#include <utility>

#include "codec/message/open.hpp"
#include "codec/message/route_refresh.hpp"
#include "loadgen/console/print_error.hpp"

namespace barrage::device {

namespace {

/// For the Ceases to leave.
constexpr auto farewell = std::chrono::milliseconds{100};
constexpr auto stop_patience = std::chrono::seconds{1};
/// A connection that has ended may wait for the other side to close it: SessionConfig::close_patience.
constexpr auto free_after = std::chrono::seconds{3};
constexpr auto open_wait = std::chrono::seconds{10};
/// Of a connection that never came to anything, not even to an end.
constexpr auto forgotten_after = 2 * open_wait;
/// How long stale paths of a peer that came back are kept where it sends no End-of-RIB. RFC 4724 section 4.2.
constexpr auto longest_stale = std::chrono::minutes{6};

}   // namespace

DeviceRun::DeviceRun(DeviceOptions options, Engine& engine, AttributePool& pool)
    : options_(std::move(options)), engine_(engine), pool_(pool), exporter_(options_.faults, options_.router_id, pool)
{
}

IoResult<Endpoint> DeviceRun::listen()
{
    return engine_.listen(options_.listen,
                          [this](const Endpoint& remote, const Endpoint& local) { return admit(remote, local); });
}

void DeviceRun::run() { engine_.run(*this); }

PeerConfig DeviceRun::peer_config(const Endpoint& remote) const
{
    PeerConfig config;
    config.remote = {remote.address, 0};
    config.passive = true;
    config.end_of_rib = false;        // sent behind what is advertised, unless a fault forgets it
    config.answers_refresh = false;   // done here
    config.prepend_own_as = !has(Fault::keep_as_path);
    auto& open = config.session.open;
    open.my_as = options_.as;
    open.hold_time = options_.hold_time;
    open.bgp_identifier = options_.router_id;
    open.families = options_.families;
    open.extended_message = true;
    open.enhanced_route_refresh = true;
    if (options_.restart_time != std::chrono::seconds{0}) open.graceful_restart_time = options_.restart_time;
    config.session.open_wait = open_wait;
    config.session.observed_received = {MessageType::open, MessageType::update, MessageType::route_refresh};
    return config;
}

Engine::Admission DeviceRun::admit(const Endpoint& remote, const Endpoint& local)
{
    if (stopping_) return std::monostate{};
    const auto now = Clock::now();
    const auto begin = [&](Link& link) {
        link = Link{
            .status = Link::Status::connecting, .since = now, .serial = next_serial_++, .remote = remote, .local = local.address};
    };
    for (PeerIndex peer = 0; peer < links_.size(); ++peer) {
        auto& each = links_[peer];
        if (each.remote.address != remote.address) continue;   // the engine calls it by that
        const bool is_free = each.status == Link::Status::free && now >= each.since + free_after;
        if (is_free || (each.status == Link::Status::connecting && now >= each.since + forgotten_after)) {
            begin(each);
            return peer;
        }
    }
    begin(links_.emplace_back());   // in the order of their making, as the engine numbers peers
    return peer_config(remote);
}

DeviceRun::Link& DeviceRun::link(PeerIndex peer) { return links_[peer]; }

void DeviceRun::on_events(const std::vector<PeerEvent>& events)
{
    auto now = TimePoint::min();
    for (const auto& event : events) {
        now = std::max(now, event.at);
        if (const auto* came = std::get_if<happened::Message>(&event.what))
            message(event.peer, came->octets, event.at);
        else if (const auto* up = std::get_if<happened::Established>(&event.what))
            established(event.peer, up->negotiated, event.at);
        else if (const auto* end = std::get_if<happened::Ended>(&event.what))
            ended(event.peer, end->end, event.at);
        else if (std::holds_alternative<happened::AllOnTheWire>(event.what))
            refreshed(link(event.peer));
    }
    if (events.empty()) return;
    decide_all(now);
    flush(now);
}

void DeviceRun::message(PeerIndex peer, const Octets& octets, TimePoint now)
{
    auto& from = link(peer);
    switch (MessageType{octets[header_octets - 1]}) {
    case MessageType::open:
        if (const auto open = decode_open(octets))
            if (const auto* restart = open->find<capability::GracefulRestart>()) from.restart = *restart;
        break;
    case MessageType::update:
        if (from.status != Link::Status::up || from.deaf) break;
        if (has(Fault::work_late))
            late_.push_back({now + options_.faults.duration(Fault::work_late), peer, from.serial, octets});
        else
            take_update(peer, octets);
        break;
    case MessageType::route_refresh: {
        const auto asked = decode_route_refresh(octets);
        if (from.status == Link::Status::up && asked && asked->kind == RouteRefreshKind::request &&
            from.negotiated.families.contains(asked->family))
            refresh(from, asked->family);
        break;
    }
    default: break;
    }
}

NeighborIndex DeviceRun::neighbor_of(const Link& link)
{
    const PathSource source{.as = link.negotiated.peer_as,
                            .external = !link.negotiated.internal,
                            .identifier = link.negotiated.peer_identifier,
                            .address = link.remote.address};
    const auto is_it = [&](const Neighbor& each) {
        return !each.link && each.source.as == source.as && each.source.identifier == source.identifier &&
               each.source.address == source.address;
    };
    auto found = std::ranges::find_if(neighbors_, is_it);
    if (found == neighbors_.end())
        found = std::ranges::find_if(neighbors_, [](const Neighbor& each) { return !each.link && each.paths == 0; });
    if (found == neighbors_.end()) found = neighbors_.insert(neighbors_.end(), Neighbor{});
    const auto index = static_cast<NeighborIndex>(found - neighbors_.begin());
    if (found->paths == 0) *found = Neighbor{.restarts = found->restarts + 1};
    found->source = source;
    found->source.neighbor = index;
    return index;
}

void DeviceRun::established(PeerIndex peer, const Negotiated& negotiated, TimePoint now)
{
    decide_all(now);   // what changed before is for those that were there
    auto& up = link(peer);
    up.status = Link::Status::up;
    up.negotiated = negotiated;
    up.neighbor = neighbor_of(up);
    auto& neighbor = neighbors_[up.neighbor];
    neighbor.link = peer;
    if (neighbor.stale != 0) {
        end_restart(up.neighbor, up.restart);
        at(now + longest_stale, [this, index = up.neighbor, restart = neighbor.restarts](TimePoint) {
            if (neighbors_[index].restarts == restart) drop_stale(index, FamilySet::all());
        });
    }
    send_all(up);
}

void DeviceRun::ended(PeerIndex peer, const SessionEnd& end, TimePoint now)
{
    auto& down = link(peer);
    const bool was_up = down.status == Link::Status::up;
    down.status = Link::Status::free;
    down.since = now;
    down.serial = next_serial_++;
    down.pending.clear();
    down.advertised_to = {};
    // What was announced on the session is not for the next one.
    engine_.post({.peers = {peer}, .what = {command::Visit{[](Peer& each, const OnShard& here, TimePoint) {
                                       if (!each.established()) each.renew_adj_rib_out(here);
                                   }}}});
    if (was_up) {
        auto& neighbor = neighbors_[down.neighbor];
        neighbor.link.reset();
        ++neighbor.restarts;
        const bool gracefully = end.by == SessionEnd::By::connection_closed && down.restart &&
                                options_.restart_time != std::chrono::seconds{0} && !has(Fault::flush_in_restart);
        if (has(Fault::ignore_lost_sessions)) {
        } else if (gracefully) {
            begin_restart(down.neighbor, *down.restart, now);
        } else {
            drop_paths(down.neighbor, [](const RouteKey&, const Candidate&) { return true; });
        }
    }
    down.restart.reset();
    if (stopping_ && std::ranges::none_of(links_, [](const Link& each) { return each.status == Link::Status::up; }))
        end_by_ = std::min(end_by_, now + farewell);
}

/// RFC 4724 section 4.2: what was stale before goes, the rest is stale now, for the restart time.
void DeviceRun::begin_restart(NeighborIndex index, const capability::GracefulRestart& restart, TimePoint now)
{
    FamilySet kept;
    for (const auto& entry : restart.entries) kept.insert(entry.family);
    const bool for_ever = has(Fault::never_flush);
    drop_paths(index, [&](const RouteKey& key, const Candidate& candidate) {
        return !kept.contains(key.family) || (candidate.stale && !for_ever);
    });
    auto& neighbor = neighbors_[index];
    neighbor.stale = 0;
    for (PrefixNumber prefix = 0; prefix < rib_.numbers() && neighbor.paths != 0; ++prefix)
        for (auto& candidate : rib_.entry(prefix).candidates)
            if (candidate.path->from.neighbor == index) {
                candidate.stale = true;
                ++neighbor.stale;
            }
    at(now + std::chrono::seconds{restart.restart_time}, [this, index, count = neighbor.restarts](TimePoint) {
        auto& each = neighbors_[index];
        if (each.restarts == count && !each.link) drop_stale(index, FamilySet::all());
    });
}

/// The peer is back: what it does not say it has kept goes at once, the rest at its End-of-RIB.
void DeviceRun::end_restart(NeighborIndex index, const std::optional<capability::GracefulRestart>& restart)
{
    auto gone = FamilySet::all();
    if (restart)
        for (const auto& entry : restart->entries)
            if (entry.flags & capability::GracefulRestart::forwarding) gone.erase(entry.family);
    drop_stale(index, gone);
}

void DeviceRun::drop_stale(NeighborIndex neighbor, FamilySet families)
{
    if (has(Fault::never_flush) || neighbors_[neighbor].stale == 0) return;
    drop_paths(neighbor,
               [&](const RouteKey& key, const Candidate& candidate) { return candidate.stale && families.contains(key.family); });
}

void DeviceRun::drop_paths(NeighborIndex neighbor, const std::function<bool(const RouteKey&, const Candidate&)>& which)
{
    for (PrefixNumber prefix = 0; prefix < rib_.numbers() && neighbors_[neighbor].paths != 0; ++prefix) {
        const auto& entry = rib_.entry(prefix);
        const auto own =
            std::ranges::find_if(entry.candidates, [&](const Candidate& each) { return each.path->from.neighbor == neighbor; });
        if (own != entry.candidates.end() && which(entry.key, *own)) withdraw(neighbor, prefix);
    }
}

void DeviceRun::on_listener_trouble(const ListenerTrouble& trouble)
{
    print_error("device", to_text(trouble.listener) + ": " + trouble.text);
}

void DeviceRun::on_interrupt()
{
    if (std::exchange(stopping_, true)) return;
    const bool any = std::ranges::any_of(links_, [](const Link& each) { return each.status == Link::Status::up; });
    end_by_ = Clock::now() + (any ? Duration{stop_patience} : Duration{farewell});
    engine_.post({.peers = everybody, .what = {command::Stop{}}});
}

TimePoint DeviceRun::deadline()
{
    auto deadline = end_by_;
    if (!timers_.empty()) deadline = std::min(deadline, timers_.begin()->first);
    if (!late_.empty()) deadline = std::min(deadline, late_.front().at);
    return deadline;
}

void DeviceRun::on_time(TimePoint now)
{
    if (now >= end_by_) return engine_.stop();
    while (!timers_.empty() && timers_.begin()->first <= now) {
        const auto call = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        call(now);
    }
    while (!late_.empty() && late_.front().at <= now) {
        const auto late = std::move(late_.front());
        late_.pop_front();
        if (const auto& from = link(late.peer); from.serial == late.serial && !from.deaf) take_update(late.peer, late.message);
    }
    decide_all(now);
    flush(now);
}

}   // namespace barrage::device
