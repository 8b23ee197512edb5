#pragma once
// What can be asked of peers while they run: by API programs, by the command line, by a scenario, all on the same road. A command is given to
// the engine on any thread; it takes effect in phase three of a turn of every shard that has one of its peers, and is answered in phase four,
// when it has taken effect on all of them. Answers come in the order of the commands.

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/observer.hpp"
#include "engine/on_shard.hpp"
#include "rib/adj_rib_out.hpp"

namespace barrage {

class Peer;

namespace command {

struct Start {};
struct Stop {
    CeaseSubcode subcode = CeaseSubcode::administrative_shutdown;
    std::string text = {};
    bool restart = false;   // a reset, not a shutdown
};
struct Announce {
    RouteKey key;
    AttributeSetRef attributes;
};
struct Withdraw {
    RouteKey key;
    AttributeSetRef attributes = {};   // sent with it where the peer's SendRules want it
};
struct SendRun {
    RouteRun run;
};
struct SendEndOfRib {
    FamilySet families;
};
struct ClearWaiting {};
/// What was told is withdrawn, what waits forgotten.
struct WithdrawAll {};
/// What holds is told again; only while Established.
struct Resend {
    FamilySet families;
    bool brackets = false;   // of RFC 7313
};
/// Another message than an UPDATE; only while Established.
struct SendMessage {
    Octets message;
};
/// Ends the session with this NOTIFICATION, or without a word; it comes back at once where `restart` says so.
struct Teardown {
    std::optional<NotificationError> notification;
    bool restart = true;
};
/// Anything else that needs the peer itself, on its shard.
struct Visit {
    std::function<void(Peer&, const OnShard&, TimePoint)> visit;
};

using Any = std::variant<Start, Stop, Announce, Withdraw, SendRun, SendEndOfRib, ClearWaiting, WithdrawAll, Resend, SendMessage,
                         Teardown, Visit>;

}   // namespace command

struct Everybody {};
inline constexpr Everybody everybody;

/// Whom a command is for: these peers, nobody, or every peer that a shard has when it takes the command.
class Addressees {
public:
    Addressees() = default;
    Addressees(Everybody) noexcept : everybody_(true) {}
    Addressees(std::initializer_list<PeerIndex> peers) : peers_(peers) {}
    Addressees(std::vector<PeerIndex> peers) noexcept : peers_(std::move(peers)) {}

    void add(PeerIndex peer) { peers_.push_back(peer); }
    [[nodiscard]] bool is_nobody() const noexcept { return !everybody_ && peers_.empty(); }
    [[nodiscard]] bool is_everybody() const noexcept { return everybody_; }
    /// Those that are named; none for everybody.
    [[nodiscard]] const std::vector<PeerIndex>& named() const noexcept { return peers_; }

private:
    std::vector<PeerIndex> peers_;
    bool everybody_ = false;
};

struct Command {
    Addressees peers;                    // nobody: it is only answered, in its turn
    std::vector<command::Any> what;      // in this order, in one turn
    std::function<void()> answer = {};   // on the observer's thread; may be empty
};

/// Phase three for one peer.
void apply(const OnShard& here, const command::Any& command, Peer& peer, TimePoint now);

}   // namespace barrage
