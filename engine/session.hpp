#pragma once
// One BGP session over one connection, sans-io: octets, time and commands in; octets, timers and events out. The fsm decides, this carries
// it out: it frames and reads messages, negotiates, runs the timers, and fills the Outbox. Both engines use it as it is; so do tests, with a
// connection and a clock of their own. A peer has two of them only while a collision is settled. One thread: its shard's.

#include <optional>
#include <string>

#include "codec/message/notification.hpp"
#include "codec/message/route_refresh.hpp"
#include "engine/fsm/collision.hpp"
#include "engine/fsm/fsm.hpp"
#include "engine/open_negotiation.hpp"
#include "engine/outbox.hpp"
#include "engine/time.hpp"
#include "io/message_framer.hpp"

namespace barrage {

/// Why a session went, for the log, the report and the decision whether to try again.
struct SessionEnd {
    enum class By : std::uint8_t {
        connection_refused,   // it never came to a connection
        connection_closed,    // the peer closed or reset it without a word
        notification_received,
        notification_sent,
        dropped,   // by us, without a word
    };
    By by = By::dropped;
    Notification notification = {};   // the one sent or received
    std::string text = {};            // one line for a person
    bool was_established = false;
};

/// Kinds of messages.
class MessageKinds {
public:
    constexpr MessageKinds() = default;
    constexpr MessageKinds(std::initializer_list<MessageType> types) noexcept
    {
        for (const auto type : types) insert(type);
    }
    constexpr void insert(MessageType type) noexcept { bits_ |= bit(type); }
    [[nodiscard]] constexpr bool contains(MessageType type) const noexcept { return (bits_ & bit(type)) != 0; }
    [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
    friend constexpr bool operator==(MessageKinds, MessageKinds) = default;

private:
    static constexpr std::uint32_t bit(MessageType type) noexcept { return std::uint32_t{1} << (std::to_underlying(type) & 31u); }
    std::uint32_t bits_ = 0;
};

class Session;

/// Whoever owns a session: its Peer. Called from inside the session's functions, on its shard.
class SessionListener {
public:
    /// An OPEN came that suits us: the moment to look for a collision. False: this session has been dumped.
    virtual bool on_open(Session& session, const Open& open, TimePoint now) = 0;
    virtual void on_established(Session& session, TimePoint now) = 0;
    /// Hot. An error resets the session (RFC 7606); everything milder is the listener's own business.
    virtual std::optional<NotificationError> on_update(Session& session, OctetView message, TimePoint now) = 0;
    virtual void on_route_refresh(Session& session, const RouteRefresh& refresh) = 0;
    /// A message of a kind that SessionConfig names: sent (handed to the outbox) or received. UPDATEs that are sent are the listener's own.
    virtual void on_message(Session&, bool sent, OctetView message, TimePoint now) { (void)sent, (void)message, (void)now; }
    /// Only where SessionConfig asks for it.
    virtual void on_state(Session&, State state, TimePoint now) { (void)state, (void)now; }
    /// It is over; the session may be started again later, but not from inside this call.
    virtual void on_end(Session& session, const SessionEnd& end, TimePoint now) = 0;

protected:
    ~SessionListener() = default;
};

struct SessionConfig {
    OpenConfig open;
    std::optional<Asn> peer_as;                          // none: any
    Duration connect_retry = std::chrono::seconds{5};    // RFC 4271 section 10 suggests 120 s; a tester is in more of a hurry
    Duration send_hold_time = std::chrono::minutes{8};   // RFC 9687: the larger of 8 minutes and twice the hold time; 0: off
    Duration open_wait = Fsm::open_hold_time;            // for the peer's OPEN
    bool words_for_unknown_messages = false;   // a message of a type that is none is refused as ExaBGP does: 1/0 and a sentence
    MessageKinds observed_sent, observed_received;
    bool observes_states = false;
    /// How long a NOTIFICATION may take to leave before the connection is cut.
    Duration close_patience = std::chrono::seconds{1};
};

class Session {
public:
    Session(const SessionConfig& config, Initiator initiator, SessionListener& listener);

    // ---- Commands.

    /// From Idle: connects, or with `passive` waits to be given a connection.
    void start(bool passive, TimePoint now);
    /// With a Cease; no effect in Idle.
    void stop(CeaseSubcode subcode, const std::string& text, TimePoint now);
    /// With this NOTIFICATION; or, with none, without a word.
    void stop(const std::optional<NotificationError>& error, TimePoint now);
    /// A message beside the routes; to be called once Established. A KEEPALIVE, for one.
    void send_message(Octets message, TimePoint now);
    /// The other session of a collision stays.
    void dump_for_collision(TimePoint now);
    /// An error that the peer's UPDATEs showed later than at their reading.
    void fail(const NotificationError& error, TimePoint now);

    // ---- Octets and time.

    void connected(TimePoint now, const IpAddress& local = {});
    /// Refused, reset, or closed by the other side.
    void connection_lost(const std::string& reason, TimePoint now);
    std::span<std::uint8_t> receive_space() { return framer_.space(); }
    void received(std::size_t octets, TimePoint now);
    /// … while the connection is being closed: nothing of it counts but NOTIFICATIONs, of which there should be none.
    void received_late(std::size_t octets);
    /// What stands in outbox() goes to the connection; progress is reported here for the send hold timer.
    void sent(std::size_t octets, TimePoint now);
    void tick(TimePoint now);
    [[nodiscard]] TimePoint deadline() const noexcept;

    // ---- What is wanted of whoever owns the connection.

    [[nodiscard]] bool wants_connection() const noexcept { return wants_connection_; }
    void connection_begun() noexcept
    {
        wants_connection_ = false;
        has_connection_ = true;
    }
    /// True once the connection is to be closed: at once, or when the outbox is empty or `close_by()` has come.
    [[nodiscard]] bool wants_close() const noexcept { return closing_; }
    [[nodiscard]] TimePoint close_by() const noexcept { return close_by_; }
    /// The connection was closed as wanted.
    void closed() noexcept;

    [[nodiscard]] Outbox& outbox() noexcept { return outbox_; }
    [[nodiscard]] const Outbox& outbox() const noexcept { return outbox_; }
    [[nodiscard]] State state() const noexcept { return fsm_.state(); }
    [[nodiscard]] Initiator initiator() const noexcept { return initiator_; }
    [[nodiscard]] bool established() const noexcept { return fsm_.state() == State::established; }
    /// From OpenConfirm on.
    [[nodiscard]] const Negotiated& negotiated() const noexcept { return *negotiated_; }
    [[nodiscard]] std::uint64_t octets_received() const noexcept { return octets_received_; }
    [[nodiscard]] std::uint64_t messages_received() const noexcept { return messages_received_; }
    /// ROUTE-REFRESH and OPERATIONAL in Established that the two OPENs did not settle, or of a family that they did not. Ever.
    [[nodiscard]] std::uint64_t not_negotiated() const noexcept { return not_negotiated_; }
    /// Behind a NOTIFICATION, theirs or ours. Ever.
    [[nodiscard]] std::uint64_t repeated_notifications() const noexcept { return repeated_notifications_; }

private:
    void apply(const Event& event, TimePoint now);
    void take_messages(TimePoint now);
    void count_late();
    /// False when reading has to stop: the session is over.
    bool take(OctetView message, TimePoint now);
    void on_open(OctetView message, TimePoint now);
    void on_route_refresh(OctetView message, TimePoint now);
    void send_open(TimePoint now);
    void push(Octets message, bool urgent, TimePoint now);
    void send(const NotificationError& error, TimePoint now);
    void ended(SessionEnd end, TimePoint now);

    const SessionConfig& config_;
    Initiator initiator_;
    SessionListener& listener_;
    Fsm fsm_;
    MessageFramer framer_;
    Outbox outbox_;
    std::optional<Negotiated> negotiated_;
    OpenConfig ours_;   // what this connection says: config_.open with what the connection and the peer add to it

    TimePoint connect_retry_at_ = never;
    TimePoint hold_expires_ = never;
    TimePoint keepalive_at_ = never;
    TimePoint send_hold_expires_ = never;
    std::chrono::seconds hold_time_{0};

    bool wants_connection_ = false;
    bool has_connection_ = false;   // made or being made
    bool connected_ = false;
    bool closing_ = false;
    TimePoint close_by_ = never;
    std::optional<SessionEnd> end_;   // being told
    std::string remark_;              // on the NOTIFICATION that is about to be sent, with the values at hand
    std::uint64_t octets_received_ = 0;
    std::uint64_t messages_received_ = 0;
    std::uint64_t not_negotiated_ = 0;
    std::uint64_t repeated_notifications_ = 0;
};

}   // namespace barrage
