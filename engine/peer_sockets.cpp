#include "engine/peer_sockets.hpp"

#include <algorithm>
#include <utility>

namespace barrage {

namespace {

/// Of one peer in one turn, so that the turn is short whatever one of them does.
constexpr std::size_t most_read_per_turn = 512 * 1024;
constexpr std::size_t most_written_per_turn = 1024 * 1024;
/// Of measured routes, at a time: they count as sent when the kernel takes them, and it takes the next piece when this one has left.
constexpr std::size_t measured_piece = 4096;
/// Between two looks at what is acknowledged: a sixteenth of the time that it has stood still, so that a peer that takes nothing for
/// minutes costs nothing, and no time of an acknowledgement is wrong by more than that part.
constexpr std::chrono::nanoseconds least_ack_interval = std::chrono::milliseconds{1};
constexpr std::chrono::nanoseconds most_ack_interval = std::chrono::milliseconds{100};
constexpr auto seldom_ack_interval = std::chrono::milliseconds{20};

SocketOptions socket_options(const PeerConfig& config)
{
    SocketOptions options;
    if (config.ttl != 0) options.ttl = config.ttl;
    options.minimum_ttl = config.minimum_ttl;
    options.interface = config.interface;
    // Routes whose times are taken leave when they are handed over, or are not handed over: what the peer has no room for waits here.
    if (config.measured) options.unsent_octets = 1;
    return options;
}

ConnectOptions connect_options(const PeerConfig& config)
{
    ConnectOptions options{.socket = socket_options(config)};
    if (config.local_address) options.source = Endpoint{*config.local_address};
    if (!config.md5_key.empty()) options.tcp_md5_key = config.md5_key;
    return options;
}

}   // namespace

PeerSockets::PeerSockets(Peer& peer, Waiter& waiter, Network& network, PatchBuffer& patch_buffer, std::uint64_t first_tag)
    : peer_(peer), waiter_(waiter), network_(network), patch_buffer_(patch_buffer), first_tag_(first_tag)
{
    peer_.read_unacknowledged_with([this](const Session& session) -> std::optional<std::size_t> {
        const auto& link = links_[&session == &peer_.session(0) ? 0 : 1];
        return link.connection ? std::optional{link.connection->unacknowledged()} : std::nullopt;
    });
}

PeerSockets::~PeerSockets()
{
    peer_.read_unacknowledged_with({});
    for (auto& link : links_) release(link);
}

void PeerSockets::watch(std::size_t slot, int fd, Waiter::Interest interest)
{
    auto& link = links_[slot];
    if (link.watch)
        waiter_.set_interest(*link.watch, interest);
    else
        link.watch = waiter_.watch(fd, first_tag_ + slot, interest);
}

void PeerSockets::release(Link& link)
{
    if (link.watch) waiter_.unwatch(*link.watch);
    if (link.blocked_since != never) peer_.add_blocked(Clock::now() - link.blocked_since);   // to the end
    link = {};
}

void PeerSockets::ready(std::size_t slot, const Waiter::Ready& ready) noexcept
{
    auto& link = links_[slot];
    link.readable |= ready.readable || ready.hung_up;
    link.writable |= ready.writable || ready.hung_up;
}

void PeerSockets::adopt(std::shared_ptr<Connection> connection, TimePoint now)
{
    constexpr std::size_t slot = 1;
    auto& link = links_[slot];
    if (link.connection || !peer_.accept_connection(now)) return;
    if (auto applied = connection->set_options(socket_options(peer_.config())); !applied) {
        peer_.session(slot).connection_lost(applied.error().text, now);
        return;
    }
    link.connection = std::move(connection);
    link.writable = true;
    watch(slot, link.connection->fd(), {.read = true});
    peer_.session(slot).connection_begun();
    notify_connected(slot, now);
}

void PeerSockets::begin_connection(std::size_t slot, TimePoint now)
{
    auto& link = links_[slot];
    auto& session = peer_.session(slot);
    session.connection_begun();
    auto attempt = network_.connect(peer_.config().remote, connect_options(peer_.config()));
    if (!attempt) {
        session.connection_lost(attempt.error().text, now);
        return;
    }
    link.connecting = std::move(*attempt);
    watch(slot, link.connecting->fd(), {.write = true});
}

void PeerSockets::finish_connection(std::size_t slot, TimePoint now)
{
    auto& link = links_[slot];
    // finish() gives the descriptor away: not watched meanwhile.
    waiter_.unwatch(*std::exchange(link.watch, std::nullopt));
    auto connection = link.connecting->finish();
    if (!connection) return lose(slot, connection.error().text, now);
    if (!*connection) return watch(slot, link.connecting->fd(), {.write = true});
    link.connection = std::move(*connection);
    link.connecting.reset();
    link.writable = true;
    watch(slot, link.connection->fd(), {.read = true});
    notify_connected(slot, now);
}

void PeerSockets::notify_connected(std::size_t slot, TimePoint now)
{
    const auto local = links_[slot].connection->local().address;
    if (peer_.wants_address_beside(local)) peer_.set_address_beside(address_beside(local, network_.addresses()));
    peer_.connected(slot, local, now);
}

void PeerSockets::lose(std::size_t slot, const std::string& reason, TimePoint now)
{
    release(links_[slot]);
    peer_.session(slot).connection_lost(reason, now);
}

bool PeerSockets::read(std::size_t slot, TimePoint now)
{
    auto& link = links_[slot];
    auto& session = peer_.session(slot);
    for (std::size_t taken = 0; taken < most_read_per_turn;) {
        const auto space = session.receive_space();
        const auto transfer = link.connection->read(space);
        using Status = ReadResult::Status;
        if (transfer.status == Status::would_block) {
            link.readable = false;
            return false;
        }
        // What comes may be the end of the session: what was acknowledged until then is to be known first.
        if (taken == 0 && peer_.established() == &session) {
            next_ack_look_ = {};
            ask_for_acks(now);
        }
        if (transfer.status != Status::octets) {
            lose(slot, transfer.status == Status::closed ? "the peer closed the connection" : transfer.error.message(), now);
            return false;
        }
        taken += transfer.octets;
        if (peer_.measures()) now = Clock::now();
        session.received(transfer.octets, now);
        if (session.wants_close()) return false;
        if (transfer.octets < space.size()) {   // that was all there is, most likely
            link.readable = false;
            return false;
        }
    }
    peer_.add_full_read();
    return true;
}

bool PeerSockets::write(std::size_t slot, TimePoint now)
{
    auto& link = links_[slot];
    auto& session = peer_.session(slot);
    auto& outbox = session.outbox();
    if (peer_.fault() == PeerFault::silent) {
        watch(slot, link.connection->fd(), {.read = true});
        return false;
    }
    bool more = false;
    for (std::size_t written = 0; link.writable;) {
        if (peer_.established() == &session) more = peer_.fill_outbox(now);
        const auto octets =
            outbox.front(patch_buffer_, peer_.patch_values(), peer_.measures() ? measured_piece : most_written_per_turn);
        if (octets.empty()) break;
        if (written >= most_written_per_turn) return true;
        if (peer_.measures()) peer_.about_to_write(outbox, octets.size(), Clock::now());
        const iovec piece{const_cast<std::uint8_t*>(octets.data()), octets.size()};
        const auto transfer = link.connection->write({&piece, 1});
        if (transfer.status == WriteResult::Status::error) {
            // The other side is gone, but what it said before may still wait to be read: the end is found behind that.
            outbox.clear();
            link.readable = true;
            watch(slot, link.connection->fd(), {.read = true});
            return true;
        }
        session.sent(transfer.octets, now);
        written += transfer.octets;
        if (transfer.octets < octets.size()) link.writable = false;
    }
    const bool waits = !outbox.empty();
    if (waits && link.blocked_since == never) link.blocked_since = now;
    if (!waits && link.blocked_since != never) peer_.add_blocked(now - std::exchange(link.blocked_since, never));
    watch(slot, link.connection->fd(), {.read = peer_.fault() != PeerFault::stops_reading, .write = waits});
    // What the Adj-RIB-Out still holds waits for its window or its time, which wake the shard by themselves.
    return more && link.writable && peer_.can_continue();
}

/// What is to be said is said first; then the end of our octets, and then the other side has until close_by() to close too: closing over octets
/// that were not read would reset the connection and might take the NOTIFICATION with it.
void PeerSockets::close_as_wanted(std::size_t slot, TimePoint now)
{
    auto& link = links_[slot];
    auto& session = peer_.session(slot);
    std::array<std::uint8_t, 16384> ignored;
    if (link.connection && now < session.close_by()) {
        if (!link.shut) {
            write(slot, now);
            if (!link.connection) return;
            if (!session.outbox().empty()) return;
            link.connection->shutdown_send();
            link.shut = true;
        }
        if (link.readable) {
            const auto space = session.receive_space();
            const auto transfer = link.connection->read(space.empty() ? std::span<std::uint8_t>{ignored} : space);
            if (transfer.status == ReadResult::Status::octets && !space.empty()) session.received_late(transfer.octets);
            if (transfer.status == ReadResult::Status::would_block) link.readable = false;
            if (transfer.status == ReadResult::Status::would_block || transfer.status == ReadResult::Status::octets) return;
        } else {
            return;
        }
    }
    if (link.connection && !session.outbox().empty()) {
        if (link.watch) waiter_.unwatch(*std::exchange(link.watch, std::nullopt));
        link.connection->reset();
    } else if (link.connection) {
        while (link.connection->read(ignored).status == ReadResult::Status::octets) continue;
    }
    release(link);
    session.closed();
}

void PeerSockets::ask_for_acks(TimePoint now)
{
    acks_asked_at_ = never;
    if (auto* session = peer_.established()) {
        const auto& link = links_[session == &peer_.session(0) ? 0 : 1];
        peer_.after_write(std::nullopt, now);
        // While routes are on their way it is enough to know now and then.
        if (!link.connection || !(peer_.watches_acks() || (peer_.has_unacked() && now >= next_ack_look_))) return;
        next_ack_look_ = now + seldom_ack_interval;
        const auto unacknowledged = link.connection->unacknowledged();
        if (unacknowledged != std::exchange(unacknowledged_, unacknowledged)) acks_moved_at_ = now;
        peer_.after_write(unacknowledged, now);
        if (peer_.watches_acks())
            acks_asked_at_ = now + std::clamp((now - acks_moved_at_) / 16, least_ack_interval, most_ack_interval);
    }
}

bool PeerSockets::has_connections() const noexcept
{
    for (std::size_t slot = 0; slot < links_.size(); ++slot) {
        const auto& session = peer_.session(slot);
        if (links_[slot].connection || links_[slot].connecting || session.wants_connection() || session.wants_close())
            return true;
    }
    return false;
}

bool PeerSockets::is_closing() const noexcept
{
    for (std::size_t slot = 0; slot < links_.size(); ++slot)
        if (links_[slot].connection && peer_.session(slot).wants_close()) return true;
    return false;
}

bool PeerSockets::work(TimePoint now)
{
    bool more = false;
    for (std::size_t slot = 0; slot < links_.size(); ++slot) {
        auto& link = links_[slot];
        auto& session = peer_.session(slot);
        if (link.connecting && link.writable) {
            link.writable = false;
            finish_connection(slot, now);
        }
        if (link.connection && peer_.fault() == PeerFault::reset) {
            if (link.watch) waiter_.unwatch(*std::exchange(link.watch, std::nullopt));
            link.connection->reset();
            lose(slot, "we reset the connection", now);
        }
        if (link.connection && link.readable && peer_.fault() != PeerFault::stops_reading && !session.wants_close())
            more |= read(slot, now);
    }
    // Timers after reading: what came in time counts, however late we are to look.
    peer_.tick(now);
    for (std::size_t slot = 0; slot < links_.size(); ++slot) {
        auto& link = links_[slot];
        auto& session = peer_.session(slot);
        if (session.wants_close()) close_as_wanted(slot, now);
        if (session.wants_connection() && !session.wants_close()) begin_connection(slot, now);
        if (link.connection && !session.wants_close()) more |= write(slot, now);
        // What reading or writing brought about is seen to now, not after a wait.
        if (session.wants_close()) close_as_wanted(slot, now);
        if (session.wants_connection()) more = true;
    }
    ask_for_acks(now);
    peer_.publish_counters(std::min(links_[0].blocked_since, links_[1].blocked_since));
    return more;
}

}   // namespace barrage
