#pragma once
// One neighbour: its configuration, its Adj-RIB-Out, and its session, or two of them while a collision is settled. It decides what is handed to the
// session's outbox and when; still sans-io. One thread: its shard's.

#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "engine/ack_marks.hpp"
#include "engine/counters.hpp"
#include "engine/observer.hpp"
#include "engine/on_shard.hpp"
#include "engine/pacer.hpp"
#include "engine/receiver.hpp"
#include "engine/session.hpp"
#include "engine/window_source.hpp"
#include "io/endpoint.hpp"
#include "rib/adj_rib_in.hpp"
#include "rib/adj_rib_out.hpp"

namespace barrage {

struct PeerConfig {
    SessionConfig session;
    Endpoint remote;                          // port 0: it connects to us
    std::optional<IpAddress> local_address;   // none: the kernel's choice
    bool passive = false;                     // never connects
    /// Connections tried in a row without coming to Established before it gives up; 0: for ever.
    std::uint32_t connection_attempts = 0;
    std::uint32_t connections = 0;   // tried or taken, all in all, before it gives up; 0: without limit
    bool restart = true;             // after a session that was Established ended
    /// As ExaBGP: it tries again after 0, 1, 2, 3, 4, 5, 7, … up to 60 seconds, which only a teardown begins anew.
    bool growing_retry = false;

    NextHopMode next_hop_mode = NextHopMode::keep;
    GivenNextHops given_next_hops = {};        // whatever the mode
    bool prepend_own_as = true;                // on eBGP
    std::uint32_t max_routes_per_update = 0;   // 0: as many as fit
    UpdateSizes update_sizes = {};             // or one of these
    std::uint64_t burst = 1;                   // routes that the rate lets go together
    double rate_per_second = 0;                // routes; 0: as fast as the peer takes them
    std::uint32_t updates_per_second = 0;      // 0: without limit

    SendRules send_rules = SendRules::native;   // its Adj-RIB-Out and its packer follow from it
    FamilySet one_route_per_update;
    bool end_of_rib = true;                 // after the first routes of a session
    bool answers_refresh = true;            // false: whoever takes the messages does
    bool keepalive_for_no_family = false;   // where both sides speak no common one, something is said all the same
    /// The first routes wait so long after Established: what the peer said right behind its OPEN may be an error.
    Duration first_routes_after = Duration::zero();

    std::uint8_t ttl = 0;                      // 0: the kernel's
    std::optional<std::uint8_t> minimum_ttl;   // GTSM, RFC 5082
    std::string interface;                     // empty: any
    std::string md5_key;                       // empty: none

    std::optional<ReceiverConfig> receive;          // none: what the peer announces is only framed
    std::shared_ptr<AttributePool> keep_received;   // where set, it is kept whole, with its attributes interned there
    AdjRibIn::Limits keep_at_most = {};             // … up to this
    bool cease_above_limits = false;                // a peer that announces more is sent a Cease; else the rest is not kept
    std::shared_ptr<MeasuredRoutes> measured;       // where set, it is noted there when each route is handed to the kernel
    std::uint32_t sender_number = 0;                // … under this number
    bool notes_lateness = false;                    // of paced and replayed routes: see Peer::lateness()
};

/// Ways to behave that no speaker would choose, to see what the other side makes of it. Until the session ends.
enum class PeerFault : std::uint8_t {
    none,
    silent,          // nothing is sent any more, not even a KEEPALIVE
    stops_reading,   // nothing is read any more; KEEPALIVEs still go out
    reset,           // the connections are reset (RST) at once
};

class Peer final : private SessionListener {
public:
    Peer(PeerIndex index, PeerConfig config, WindowSources& windows, PrefixIndex& prefixes, std::vector<PeerEvent>& events,
         std::shared_ptr<PeerCounters> counters);
    ~Peer();

    [[nodiscard]] PeerIndex index() const noexcept { return index_; }
    [[nodiscard]] const PeerConfig& config() const noexcept { return config_; }
    [[nodiscard]] AdjRibOut& adj_rib_out() noexcept { return *adj_rib_out_; }
    [[nodiscard]] const PeerCounters& counters() const noexcept { return *counters_; }
    /// Nobody will ask for it again: the peer connected by itself, only once, and the session never came to be Established.
    [[nodiscard]] bool came_to_nothing() const noexcept
    {
        return config_.passive && !config_.restart && !running_ && !was_established_ && connections_ != 0;
    }
    [[nodiscard]] Receiver* receiver() noexcept { return receiver_ ? &*receiver_ : nullptr; }
    /// What the peer told in its session, where that is kept.
    [[nodiscard]] AdjRibIn* adj_rib_in() noexcept { return adj_rib_in_ ? &*adj_rib_in_ : nullptr; }

    // ---- Commands: on its shard only.

    void start(const OnShard&, TimePoint now);
    /// Ends the session with a Cease; it starts again by itself only when `restart` says so.
    void stop(const OnShard&, CeaseSubcode subcode, const std::string& text, bool restart, TimePoint now);
    /// … with this NOTIFICATION, or without a word. The next attempt is the first again.
    void stop(const OnShard&, const std::optional<NotificationError>& notification, bool restart, TimePoint now);
    /// Routes a second (0: as fast as they are taken) and at most so many an UPDATE (0: as fit) of runs that begin from now on.
    void set_sending(const OnShard&, double rate_per_second, std::uint32_t max_routes_per_update, const UpdateSizes& sizes = {},
                     std::uint64_t burst = 1);
    /// What the next OPENs say of graceful restart (RFC 4724 section 3): that this speaker has restarted and whether it kept its forwarding
    /// state. And how long after coming back it waits with its first routes.
    void set_restarted(const OnShard&, bool restarted, bool kept, Duration first_routes_after) noexcept
    {
        config_.session.open.graceful_restart_restarted = restarted;
        config_.session.open.graceful_restart_kept = restarted && kept;
        config_.first_routes_after = first_routes_after;
    }
    /// Only while Established.
    void set_fault(const OnShard&, PeerFault fault) noexcept
    {
        if (established_) fault_ = fault;
    }
    /// Nothing was ever advertised, and nothing waits. Only while there is no session.
    void renew_adj_rib_out(const OnShard&) { adj_rib_out_ = make_adj_rib_out(config_.send_rules); }
    /// The Adj-RIB-Out was changed: it goes out from the next turn on.
    void sends_something(const OnShard&) noexcept { sent_something_ = true; }

    /// Which messages are handed out from now on.
    void observe_messages(const OnShard&, MessageKinds sent, MessageKinds received) noexcept
    {
        config_.session.observed_sent = sent;
        config_.session.observed_received = received;
    }

    // ---- The turn, phase one: takes the octets that arrived, then sends.

    /// Moves from the Adj-RIB-Out to the outbox while there is room. True when it could go on at once.
    bool fill_outbox(TimePoint now);
    /// Whether what waits could go out at once: it waits neither for a window to be packed nor for its time.
    [[nodiscard]] bool can_continue() const noexcept { return !stalled_; }
    void tick(TimePoint now);
    [[nodiscard]] TimePoint deadline() const noexcept;
    /// After octets were written: `unacknowledged` of them are still with the kernel; nothing where it was not asked.
    void after_write(std::optional<std::size_t> unacknowledged, TimePoint now);
    /// How many octets of a session's connection TCP has not acknowledged; nothing once the connection is gone. Called when a session ends,
    /// so that what was acknowledged until then is counted; kept as long as the peer.
    using UnacknowledgedOctets = std::function<std::optional<std::size_t>(const Session&)>;
    void read_unacknowledged_with(UnacknowledgedOctets of) { unacknowledged_of_ = std::move(of); }
    /// Whether after_write() wants to know what TCP has acknowledged.
    [[nodiscard]] bool watches_acks() const noexcept { return all_sent_at_wire_ && !all_acked_; }
    /// … or will want to by and by.
    [[nodiscard]] bool has_unacked() const noexcept { return established_ && !ack_marks_.empty(); }

    // ---- Connections. A slot is one connection: 0 is made by us, 1 was made by the peer.

    static constexpr std::size_t slots = 2;
    [[nodiscard]] Session& session(std::size_t slot) noexcept { return sessions_[slot]; }
    /// The peer connected to us; false: not wanted now.
    bool accept_connection(TimePoint now);
    void connected(std::size_t slot, const IpAddress& local, TimePoint now);
    /// Whether routes of the other family than `local` may need an address of the same interface as next hop, and that address; before
    /// connected().
    [[nodiscard]] bool wants_address_beside(const IpAddress& local) const noexcept;
    void set_address_beside(const std::optional<IpAddress>& address) noexcept { address_beside_ = address; }
    [[nodiscard]] Session* established() noexcept { return established_; }
    [[nodiscard]] PeerPatch patch_values() const noexcept { return {my_as_, local_, address_beside_}; }
    /// `blocked_since`: see PeerCounters::store().
    void publish_counters(TimePoint blocked_since = never);
    void add_blocked(Duration time) noexcept { blocked_ += time; }
    void add_full_read() noexcept { ++full_reads_; }
    [[nodiscard]] PeerFault fault() const noexcept { return fault_; }
    /// Whether somebody wants to know to the microsecond when octets come and go.
    [[nodiscard]] bool measures() const noexcept { return config_.measured != nullptr; }
    /// The first `octets` of the outbox are handed to the kernel next.
    void about_to_write(const Outbox& outbox, std::size_t octets, TimePoint now);
    /// How much later than due paced and replayed routes were handed over; null where none were, or it was not wanted.
    [[nodiscard]] const Histogram* lateness() const noexcept { return lateness_.get(); }

private:
    bool on_open(Session& session, const Open& open, TimePoint now) override;
    void on_established(Session& session, TimePoint now) override;
    std::optional<NotificationError> on_update(Session& session, OctetView message, TimePoint now) override;
    void on_route_refresh(Session& session, const RouteRefresh& refresh) override;
    void on_message(Session& session, bool sent, OctetView message, TimePoint now) override;
    void on_state(Session& session, State state, TimePoint now) override;
    void on_end(Session& session, const SessionEnd& end, TimePoint now) override;

    void notify_observer(TimePoint now, decltype(PeerEvent::what) what);
    [[nodiscard]] OutboxCounters handed_over() const noexcept;
    [[nodiscard]] OutboxCounters on_the_wire() const noexcept;
    [[nodiscard]] PackOptions pack_options(const Negotiated& negotiated) const;
    [[nodiscard]] NextHopMode next_hop_mode(const Negotiated& negotiated) const noexcept
    {
        if (config_.next_hop_mode != NextHopMode::automatic) return config_.next_hop_mode;
        return negotiated.internal ? NextHopMode::keep : NextHopMode::self;
    }
    void begin_connection(std::size_t slot, TimePoint now);
    void stop_sessions(bool restart, TimePoint now, auto&& stop);
    [[nodiscard]] TimePoint next_attempt(TimePoint now);
    [[nodiscard]] bool no_more_connections() const noexcept
    {
        return config_.connections != 0 && connections_ >= config_.connections;
    }
    bool fill_from_run(Outbox& outbox, TimePoint now);
    /// Hands packed messages over, as many as the rate of UPDATEs allows; answers how far it came.
    std::size_t hand_over(Outbox& outbox, const std::shared_ptr<const PackedUpdates>& updates, std::size_t first,
                          std::size_t last, TimePoint now);
    void note_lateness(const std::vector<PackedMessage>& messages, std::size_t first, std::size_t last, TimePoint now);
    void push_measured(Outbox& outbox, const std::shared_ptr<const PackedUpdates>& updates, std::size_t first, std::size_t last);
    void begin_measuring(const RouteRun& run);
    /// When a message of the window is due in a replay.
    [[nodiscard]] TimePoint replay_due(const RouteRun& run, const PackedMessage& message) const;

    /// Octets that may wait in the outbox before the next window is taken from the run.
    static constexpr std::size_t outbox_low = window_octets;

    PeerIndex index_;
    PeerConfig config_;
    WindowSources& windows_;
    std::vector<PeerEvent>& events_;
    std::shared_ptr<PeerCounters> counters_;
    std::unique_ptr<AdjRibOut> adj_rib_out_;
    std::array<Session, slots> sessions_;
    Session* established_ = nullptr;
    std::optional<Receiver> receiver_;
    std::optional<AdjRibIn> adj_rib_in_;
    IpAddress local_;
    std::optional<IpAddress> address_beside_;   // of the same interface and the other family
    Asn my_as_;                                 // as told to the peer

    bool running_ = false;
    bool was_established_ = false;    // ever
    bool commanded_ = false;          // inside stop(), which says by itself what comes after
    std::uint32_t failures_ = 0;      // connections in a row that did not come to Established
    std::uint32_t connections_ = 0;   // all in all
    std::chrono::seconds retry_after_{0};
    TimePoint restart_at_ = never;
    TimePoint routes_at_ = never;   // the first of a session

    // The run at the front of the Adj-RIB-Out, as this session sends it.
    std::optional<Packer> packer_;   // with the options of the session
    std::shared_ptr<WindowSource> source_;
    std::shared_ptr<const PackedUpdates> window_;
    std::uint32_t next_window_ = 0;
    std::size_t next_message_ = 0;
    TimePoint run_began_ = never;
    std::optional<Pacer> pacer_;
    std::uint64_t paced_routes_ = 0;      // due, or going before that, since the pacer's start
    std::uint64_t run_handed_over_ = 0;   // handed over since then

    // Where its routes have their numbers, while they are measured.
    std::shared_ptr<const std::vector<std::uint32_t>> run_numbers_;
    const std::vector<std::uint64_t>* run_groups_ = nullptr;   // MeasuredRoutes::SetNumbers::group_begins
    std::uint32_t run_group_ = 0;
    std::uint64_t run_at_ = 0;   // of the next route, in run_numbers_
    bool run_withdraws_ = false;
    std::unique_ptr<Histogram> lateness_;

    std::shared_ptr<const PackedUpdates> packed_;   // changes that the rate of UPDATEs holds back, from next_packed_ on
    std::size_t next_packed_ = 0;
    std::optional<Pacer> update_pacer_;
    std::uint64_t paced_updates_ = 0;

    bool first_routes_wait_ = false;   // until routes_at_
    bool stalled_ = false;             // the last fill_outbox() had to stop for a window or for its time
    bool sent_something_ = false;      // since the last AllAcked
    bool all_sent_at_wire_ = false;
    bool all_acked_ = false;
    Duration blocked_{};
    std::uint64_t full_reads_ = 0;
    PeerFault fault_ = PeerFault::none;
    UnacknowledgedOctets unacknowledged_of_;
    std::uint64_t acked_octets_ = 0;
    std::uint64_t acked_routes_ = 0;
    AckMarks ack_marks_;
    OutboxCounters never_acked_;   // on the wire when their sessions ended
};

}   // namespace barrage
