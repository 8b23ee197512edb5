#include "tests/simulation/network.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "tests/simulation/sockets.hpp"

namespace barrage::simulation {

using std::chrono::microseconds;

std::string_view name_of(LinkFault::Kind kind) noexcept
{
    constexpr std::array<std::string_view, 7> names{"reset-both", "reset-near", "reset-far", "close",
                                                    "half-close", "stall",      "vanish"};
    return names[std::to_underlying(kind)];
}

SimNetwork::SimNetwork(World& world, Conditions conditions, std::vector<LinkFault> faults, ConnectionWatch& watch)
    : world_(world), conditions_(conditions), faults_(std::move(faults)), watch_(watch)
{
}

SimNetwork::~SimNetwork() = default;

int SimNetwork::open(Socket socket)
{
    sockets_.emplace(next_fd_, std::move(socket));
    return next_fd_++;
}

std::shared_ptr<Link> SimNetwork::make_link(const Endpoint& from, const Endpoint& to)
{
    auto link = std::make_shared<Link>();
    link->number = connections_++;
    link->address = {from, to};
    link->delay = microseconds{1} + world_.up_to(conditions_.delay);
    link->send_buffer = conditions_.buffer + world_.random().below(conditions_.buffer);
    link->receive_buffer = conditions_.buffer + world_.random().below(conditions_.buffer);
    watch_.connected(link->number, from, to);
    return link;
}

IoResult<std::unique_ptr<ConnectionAttempt>> SimNetwork::connect(const Endpoint& remote, const ConnectOptions& options)
{
    auto local = options.source.value_or(Endpoint{Ipv4Address{0x0a000001}});
    if (local.port == 0) local.port = next_port_++;
    auto attempt = std::make_unique<SimAttempt>(*this, remote);
    const auto lowat = options.socket.unsent_octets;
    world_.at(world_.now() + microseconds{1} + world_.up_to(conditions_.delay),
              [this, state = std::weak_ptr{attempt->state}, end = attempt->end, local, remote, lowat] {
                  const auto found = listeners_.find(remote);
                  const auto answer = [&](SimAttempt::State answered) {
                      world_.at(world_.now() + microseconds{1} + world_.up_to(conditions_.delay), [state, answered] {
                          if (const auto there = state.lock()) *there = answered;
                      });
                  };
                  if (state.expired()) return;   // given up
                  if (found == listeners_.end()) return answer(SimAttempt::State::refused);
                  auto link = make_link(local, remote);
                  if (lowat > 0) link->lowat = static_cast<std::size_t>(lowat);
                  *end = {link, Side::connecting};
                  found->second->put({link, Side::accepting});
                  answer(SimAttempt::State::connected);
                  befall(link);
              });
    return attempt;
}

IoResult<std::unique_ptr<ListeningSocket>> SimNetwork::listen(const Endpoint& local, const ListenOptions&)
{
    if (listeners_.contains(local)) return io_error(EADDRINUSE, "listen on " + to_text(local));
    return std::make_unique<SimListener>(*this, local);
}

std::vector<InterfaceAddress> SimNetwork::addresses() const
{
    std::vector<InterfaceAddress> all;
    for (const auto& [local, listener] : listeners_) {
        const auto interface = "sim" + std::to_string(all.size());
        all.push_back({.interface = interface, .address = local.address, .prefix_length = 8});
        all.push_back({.interface = interface, .address = *IpAddress::from_text("2001:db8:fe::1"), .prefix_length = 64});
    }
    return all;
}

Waiter::Ready SimNetwork::readiness(int fd, std::uint64_t tag, Waiter::Interest interest) const
{
    Waiter::Ready ready{.tag = tag, .readable = false, .writable = false, .hung_up = false};
    const auto found = sockets_.find(fd);
    if (found == sockets_.end() || (!interest.read && !interest.write)) return ready;
    const auto& socket = found->second;
    if (socket.listener) {
        ready.readable = interest.read && socket.listener->has_any();
    } else if (socket.attempt) {
        ready.writable = interest.write && *socket.attempt->state != SimAttempt::State::under_way;
    } else {
        auto& link = *socket.end.link;
        const auto side = socket.end.side;
        ready.hung_up = link.at(side).reset || (link.to(side).fin_arrived && link.is_shut(side));
        ready.readable = interest.read && (ready.hung_up || link.is_readable(side));
        ready.writable = interest.write && (ready.hung_up || link.room(side) != 0);
    }
    return ready;
}

/// What waits goes under way, as far as the other side has room.
void SimNetwork::pump(const std::shared_ptr<Link>& link, Side from)
{
    auto& flow = link->from(from);
    if (world_.now() < link->stalled_until || flow.fin_sent) return;
    const auto go = [&](Flow::Segment segment) {
        auto when = world_.now() + link->delay + world_.up_to(conditions_.jitter);
        when = flow.last_arrival = std::max(when, flow.last_arrival);
        flow.under_way.push_back(std::move(segment));
        world_.at(when, [this, link, from] { arrive(link, other(from)); });
    };
    while (!flow.unsent.empty()) {
        const auto taken = flow.arrived.size() + flow.octets_under_way;
        if (taken >= link->receive_buffer) return;
        const auto most = std::min({flow.unsent.size(), link->receive_buffer - taken, conditions_.segment});
        const auto octets = most == flow.unsent.size() ? most : 1 + static_cast<std::size_t>(world_.random().below(most));
        const auto end = flow.unsent.begin() + static_cast<std::ptrdiff_t>(octets);
        go({.octets = Octets(flow.unsent.begin(), end)});
        flow.unsent.erase(flow.unsent.begin(), end);
        flow.octets_under_way += octets;
        flow.sent += octets;
        if (from == Side::connecting) befall(link);
        if (world_.now() < link->stalled_until) return;
    }
    if (flow.fin_wanted) {
        flow.fin_sent = true;
        go({.octets = {}, .end = Flow::Segment::End::fin});
    }
}

void SimNetwork::arrive(const std::shared_ptr<Link>& link, Side at)
{
    auto& flow = link->to(at);
    if (world_.now() < link->stalled_until) {   // what was under way stalls as well
        if (link->stalled_until != never) world_.at(link->stalled_until, [this, link, at] { arrive(link, at); });
        return;
    }
    if (flow.under_way.empty()) return;
    auto segment = std::move(flow.under_way.front());
    flow.under_way.pop_front();
    const auto octets = segment.octets.size();
    flow.octets_under_way -= octets;
    auto& end = link->at(at);
    if (segment.end == Flow::Segment::End::reset) {
        end.reset = true;
        link->from(at).unsent.clear();
        return;
    }
    if (end.reset) {   // by somebody in between: whoever still writes is told so
        if (octets != 0) send_reset(link, at);
        return;
    }
    if (end.gone && octets != 0) return send_reset(link, at);   // nobody will read it
    if (segment.end == Flow::Segment::End::fin) flow.fin_arrived = true;
    flow.arrived.insert(flow.arrived.end(), segment.octets.begin(), segment.octets.end());
    // An end that was injected is nobody's octet.
    const auto acknowledged = segment.end != Flow::Segment::End::fin ? octets : flow.fin_injected ? 0 : 1;
    world_.at(world_.now() + link->delay, [this, link, at, acknowledged] {
        auto& back = link->to(at);
        back.unacknowledged -= std::min(back.unacknowledged, acknowledged);
        watch_.was_acknowledged(link->number, other(at), acknowledged);
        pump(link, other(at));
    });
}

void SimNetwork::send_reset(const std::shared_ptr<Link>& link, Side from)
{
    auto& flow = link->from(from);
    flow.unsent.clear();
    flow.fin_sent = true;
    const auto when = flow.last_arrival = std::max(world_.now() + link->delay, flow.last_arrival);
    flow.under_way.push_back({.octets = {}, .end = Flow::Segment::End::reset});
    world_.at(when, [this, link, from] { arrive(link, other(from)); });
}

void SimNetwork::befall(const std::shared_ptr<Link>& link)
{
    for (auto fault = faults_.begin(); fault != faults_.end();) {
        if (fault->connection != link->number || link->from(Side::connecting).sent < fault->octets) {
            ++fault;
            continue;
        }
        const auto what = *fault;
        fault = faults_.erase(fault);
        watch_.befell(what);
        using enum LinkFault::Kind;
        const auto reset = [&](Side at) {
            link->at(at).reset = true;
            link->from(at).unsent.clear();
        };
        const auto cut = [&](Side from) {   // nothing more comes from there
            link->from(from).fin_sent = true;
            link->from(from).unsent.clear();
        };
        const auto inject_fin = [&](Side from) {
            auto& flow = link->from(from);
            flow.fin_injected = !flow.fin_wanted;
            flow.fin_wanted = true;
            world_.at(world_.now(), [this, link, from] { pump(link, from); });
        };
        switch (what.kind) {
        case reset_both: reset(Side::connecting), reset(Side::accepting); break;
        case reset_near: reset(Side::connecting), cut(Side::connecting); break;
        case reset_far: reset(Side::accepting), cut(Side::accepting); break;
        case close: inject_fin(Side::accepting); [[fallthrough]];
        case half_close: inject_fin(Side::connecting); break;
        case stall:
            link->stalled_until = world_.now() + what.time;
            world_.at(link->stalled_until, [this, link] {
                pump(link, Side::connecting);
                pump(link, Side::accepting);
            });
            break;
        case vanish: link->stalled_until = never; break;
        }
    }
}

ReadResult SimNetwork::read(LinkEnd& end, std::span<std::uint8_t> into)
{
    auto& link = *end.link;
    auto& flow = link.to(end.side);
    auto& state = link.at(end.side);
    if (flow.arrived.empty()) {
        if (state.reset) {
            if (std::exchange(state.reset_was_read, true)) return {.status = ReadResult::Status::closed};
            return {.status = ReadResult::Status::error, .error = {ECONNRESET, std::system_category()}};
        }
        return {.status = flow.fin_arrived ? ReadResult::Status::closed : ReadResult::Status::would_block};
    }
    const auto most = std::min({into.size(), flow.arrived.size(), conditions_.most_at_once});
    const auto octets = most <= 1 || world_.one_in(2) ? most : 1 + static_cast<std::size_t>(world_.random().below(most));
    std::copy_n(flow.arrived.begin(), octets, into.begin());
    flow.arrived.erase(flow.arrived.begin(), flow.arrived.begin() + static_cast<std::ptrdiff_t>(octets));
    world_.note(link.number * 2 + std::to_underlying(end.side));
    world_.note(static_cast<std::uint64_t>(world_.age().count()));
    world_.note(into.first(octets));
    watch_.was_read(link.number, end.side, into.first(octets));
    pump(end.link, other(end.side));
    return {.status = ReadResult::Status::octets, .octets = octets};
}

WriteResult SimNetwork::write(LinkEnd& end, std::span<const iovec> pieces)
{
    auto& link = *end.link;
    auto& flow = link.from(end.side);
    if (link.at(end.side).reset || link.is_shut(end.side))
        return {.status = WriteResult::Status::error, .error = {EPIPE, std::system_category()}};
    auto room = std::min(link.room(end.side), conditions_.most_at_once);
    if (room == 0) return {.status = WriteResult::Status::would_block};
    if (room > 1 && world_.one_in(4)) room = 1 + static_cast<std::size_t>(world_.random().below(room));
    std::size_t taken = 0;
    for (const auto& piece : pieces) {
        const auto* const data = static_cast<const std::uint8_t*>(piece.iov_base);
        const auto octets = std::min(piece.iov_len, room - taken);
        flow.unsent.insert(flow.unsent.end(), data, data + octets);
        watch_.was_written(link.number, end.side, {data, octets});
        taken += octets;
    }
    flow.unacknowledged += taken;
    pump(end.link, end.side);
    return {.status = WriteResult::Status::octets, .octets = taken};
}

void SimNetwork::finish(LinkEnd& end)
{
    auto& flow = end.link->from(end.side);
    if (std::exchange(flow.fin_wanted, true)) {
        flow.fin_injected = false;
        return;
    }
    ++flow.unacknowledged;
    pump(end.link, end.side);
}

/// The application closes it: what was not read resets the connection, what was not sent still goes.
void SimNetwork::leave(LinkEnd& end)
{
    auto& link = *end.link;
    if (!link.to(end.side).arrived.empty())
        send_reset(end.link, end.side);
    else
        finish(end);
    link.at(end.side).gone = true;
}

}   // namespace barrage::simulation
