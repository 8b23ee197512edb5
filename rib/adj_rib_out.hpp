#pragma once
// What one peer has been sent, and what waits to be sent. Whole tables are runs over shared route slices; a peer's own changes lie over them
// as a small overlay. All that waits stands in one queue, first in first out, so that a peer sees the order in which it was asked for:
//
//     run (a table) | changes | End-of-RIB | run (withdraw it) | changes …
//
// How changes wait is the derived class's: rib/native_adj_rib_out.hpp, rib/exabgp_adj_rib_out.hpp. Calls are virtual by the change that somebody
// commands and by the batch that is packed; of a run no route comes here. One thread: its peer's shard.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "rib/packer.hpp"
#include "rib/path_owners.hpp"
#include "rib/route_overlay.hpp"
#include "rib/route_run.hpp"
#include "rib/send_rules.hpp"

namespace barrage {

struct EndOfRib {
    FamilySet families;
};

/// Routes are to be sent again in a session.
struct RefreshRequest {
    FamilySet families;      // of these …
    FamilySet negotiated;    // … of all those that the session has
    bool brackets = false;   // RFC 7313: between BoRR and EoRR, where that was negotiated
};

class AdjRibOut {
public:
    virtual ~AdjRibOut() = default;

    // ---- What commands do.

    virtual void announce(const RouteKey& key, AttributeSetRef attributes) = 0;
    /// `attributes`: those that it was announced with, for rules that send a withdrawal with them; may be null.
    virtual void withdraw(const RouteKey& key, AttributeSetRef attributes = {}) = 0;
    /// Queues a run; a withdrawing one takes back what runs of the same slice announced.
    void queue_run(RouteRun run);
    /// The overlay says nothing of this route any more, and what waits of it is passed over. For a route of a table that is withdrawn next: else its
    /// change would bring it back at the next restart or refresh. With native rules only.
    void forget(const RouteKey& key);
    void end_of_rib(FamilySet families) { queue_.emplace_back(EndOfRib{families}); }
    /// `clear adj-rib out`: what waits and was not begun is forgotten, advertised routes are not. End-of-RIBs stay: they say nothing of routes.
    void clear_waiting();
    /// `clear adj-rib out`, ExaBGP's: what waits is forgotten, and what was advertised is withdrawn.
    void withdraw_all();
    /// A message of its own, in its place.
    void send(Octets message) { queue_.emplace_back(std::move(message)); }
    /// The session is there (again): all that was ever advertised, and still holds, waits again, with an End-of-RIB for `families` behind it
    /// (none: without).
    virtual void restart(FamilySet families) = 0;
    /// The session went.
    virtual void session_lost() {}
    /// ROUTE-REFRESH (RFC 2918): what holds waits again behind what waits. Asked again before that has gone, it is done once more afterwards:
    /// so however often a peer asks, the queue stays bounded.
    void refresh(const RefreshRequest& request);

    // ---- What the session takes, front first.

    [[nodiscard]] bool has_waiting() const noexcept { return !queue_.empty(); }
    [[nodiscard]] const RouteRun* run_at_front() const noexcept;
    [[nodiscard]] const EndOfRib* end_of_rib_at_front() const noexcept;
    [[nodiscard]] const Octets* message_at_front() const noexcept;
    /// Some of the run at the front has been handed over: clear_waiting() lets it be.
    void begin_front() noexcept { front_begun_ = true; }
    /// The run, message or End-of-RIB at the front was handed over.
    void pop_front();
    /// Packs up to about `most_routes` waiting changes from the front; what was packed counts as advertised. `packer` is that of the same
    /// SendRules. The native one adds to `left_out`, where it is asked for, the announced routes that the packer left out.
    virtual void pack_changes(Packer& packer, PackedUpdates& into, std::size_t most_routes,
                              std::vector<RouteKey>* left_out = nullptr) = 0;

    /// Routes of the overlay that hold, without those of tables.
    [[nodiscard]] std::size_t overlay_size() const noexcept { return overlay_.holding(); }
    /// Whether the overlay says anything of this route, be it that it is withdrawn.
    [[nodiscard]] bool in_overlay(const RouteKey& key) const { return overlay_.find(key) != RouteOverlay::none; }
    /// Calls `visit(const RouteKey&, const AttributeSetRef&)` for each of them that holds, in the order of their first announcement.
    void for_each_overlay(auto&& visit) const
    {
        for (const auto number : overlay_.in_order_of_announcement())
            if (!overlay_[number].left_out) visit(overlay_[number].key, overlay_[number].attributes);
    }
    [[nodiscard]] const std::vector<RouteRun>& tables() const noexcept { return tables_; }

protected:
    struct QueuedRun {
        RouteRun run;
        bool is_new = true;                  // false: the peer was sent it before, and asked for it again
        std::vector<RouteRun> took_back{};   // of a withdrawing one: the tables that it ends
    };
    /// The next batch of changes: what is in it, the derived class knows.
    struct Changes {};
    using Waiting = std::variant<QueuedRun, EndOfRib, Changes, Octets>;

    /// Nothing of the changes that wait is sent: back_to_advertised() for each of their routes.
    virtual void forget_changes() = 0;
    /// Queues what refresh() says; none is under way.
    virtual void queue_refresh(const RefreshRequest& request) = 0;

    /// Whether the session can carry the change of this route; else it is left out.
    bool carries(RouteOverlay::Route& route, bool withdraw, NlriPacking& packing);
    [[nodiscard]] bool run_waits() const noexcept;
    [[nodiscard]] bool changes_wait_last() const noexcept;
    void drop_front();
    /// Of a session that is over: what waits, and which path of a prefix it had.
    void drop_queue();
    /// Of a route that waited: what the peer knows holds. Answers as forget_if_gone().
    bool back_to_advertised(std::uint32_t number);
    /// Frees the number of a route of which there is no more to say. Answers whether it did.
    bool forget_if_gone(std::uint32_t number);

    RouteOverlay overlay_;
    std::deque<Waiting> queue_;
    std::vector<RouteRun> tables_;   // announced and not taken back
    std::uint32_t runs_popped_ = 0;
    bool front_begun_ = false;

private:
    PathOwners owners_;
    std::size_t refresh_ends_ = 0;   // queued items up to and with the last of a refresh; 0: none under way
    std::optional<RefreshRequest> refresh_again_;
};

/// The one that these rules want, empty.
std::unique_ptr<AdjRibOut> make_adj_rib_out(SendRules rules);

}   // namespace barrage
