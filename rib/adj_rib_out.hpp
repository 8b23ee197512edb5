#pragma once
// What one peer has been sent, and what waits to be sent. Whole tables are runs over shared route slices; a peer's own changes lie over them
// as a small overlay. All that waits stands in one queue, first in first out, so that a peer sees the order in which it was asked for:
//
//     run (a table) | changes | End-of-RIB | run (withdraw it) | changes …
//
// Changes wait by attribute set; a newer change of a prefix replaces the one that waits and keeps its place. With Keying::by_attribute_set they wait
// as ExaBGP's do (rib/pending_table.hpp), and the rules beside them are ExaBGP's too. One thread: its peer's shard.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/container/deque.hpp>

#include "codec/message/route_refresh.hpp"
#include "rib/path_owners.hpp"
#include "rib/pending_table.hpp"
#include "rib/route_index.hpp"
#include "rib/route_slice.hpp"

namespace barrage {

/// A table that the peer is being told, or has been.
struct Run {
    RouteSlice slice;
    RunKind kind = RunKind::as_given;
    std::uint64_t id = 0;           // equal for all peers that were given it by one command
    double replay_speed = 0;        // of RouteSet::times(), 1 as it was heard; 0: without regard to them
    std::uint32_t peers = 0;        // how many are given this slice at once, where that is known; 0: any number
    bool names_next_hops = false;   // in words of whoever asked for it: NextHopMode::automatic lets them be
};

struct EndOfRib {
    FamilySet families;
};

/// How changes that wait find each other.
enum class Keying : std::uint8_t {
    by_route,   // the newest change of a route is told
    /// ExaBGP's: by attribute set and route. The first changes of a session tell no withdrawals; what waits while there is no session stays.
    by_attribute_set,
};

class AdjRibOut {
public:
    explicit AdjRibOut(Keying keying = Keying::by_route) noexcept : keying_(keying) {}

    // ---- What commands do.

    void announce(const RouteKey& key, AttributeSetRef attributes);
    /// `attributes`: what a withdrawal is told with, where it is; may be null.
    void withdraw(const RouteKey& key, AttributeSetRef attributes = {});
    /// With Keying::by_attribute_set: a withdrawal is told only of what the peer was told in this session, the first changes among it.
    void withdraw_only_what_was_advertised() noexcept { only_what_was_advertised_ = true; }
    /// Queues a run; a withdrawing one takes back what runs of the same slice told.
    void queue_run(Run run);
    void end_of_rib(FamilySet families);
    /// `clear adj-rib out`: what waits and was not begun is forgotten, told routes are not. End-of-RIBs stay: they say nothing of routes.
    void clear_waiting();
    /// `clear adj-rib out`, ExaBGP's: what waits is forgotten, and what was told is withdrawn.
    void withdraw_all();
    /// `flush adj-rib out`: what holds, of these families, is told again, each change in an UPDATE of its own; in `brackets` of RFC 7313 where
    /// these are wanted.
    void resend(FamilySet families, bool brackets);
    /// A message of its own, in its place.
    void send(Octets message) { queue_.emplace_back(std::move(message)); }
    /// With Keying::by_attribute_set: the session went. What waited for it is no more; what holds waits for restart().
    void session_lost();
    /// The session is there (again): all that was ever told, and still holds, waits again, with an End-of-RIB behind it.
    void restart(FamilySet families);
    /// ROUTE-REFRESH (RFC 2918): what holds is told again behind what waits, with an End-of-RIB behind it. Asked again before that one has
    /// gone, it is done once more afterwards: so however often a peer asks, the queue stays bounded.
    void refresh(FamilySet families);

    // ---- What the session takes, front first.

    [[nodiscard]] bool has_waiting() const noexcept { return !queue_.empty(); }
    [[nodiscard]] const Run* run_at_front() const noexcept;
    [[nodiscard]] const EndOfRib* end_of_rib_at_front() const noexcept;
    [[nodiscard]] const Octets* message_at_front() const noexcept;
    /// Some of the run at the front has been handed over: clear_waiting() lets it be.
    void begin_front() noexcept { front_begun_ = true; }
    /// The run, message or End-of-RIB at the front was handed over.
    void pop_front();
    /// Packs up to about `most_routes` waiting changes from the front; what was packed counts as told. With Keying::by_route: adds to
    /// `left_out`, where it is asked for, the announced routes that the packer left out.
    void pack_changes(UpdatePacker& packer, PackedUpdates& into, std::size_t most_routes,
                      std::vector<RouteKey>* left_out = nullptr);

    /// Routes of the overlay that hold, without those of tables.
    [[nodiscard]] std::size_t overlay_size() const noexcept { return holding_; }
    /// Whether the overlay says anything of this route, be it that it is withdrawn.
    [[nodiscard]] bool in_overlay(const RouteKey& key) const;
    /// Calls `visit(const RouteKey&, const AttributeSetRef&)` for each of them, in the order of their first announcement.
    void for_each_overlay(auto&& visit) const
    {
        for (const auto index : in_order_of_announcement())
            if (!entries_[index].left_out) visit(entries_[index].key, entries_[index].attributes);
    }
    [[nodiscard]] const std::vector<Run>& tables() const noexcept { return tables_; }

private:
    struct Entry {
        RouteKey key;
        AttributeSetRef attributes;                       // null: withdrawn
        AttributeSetRef advertised_attributes;            // where told: as the peer knows it; null: as withdrawn
        std::uint64_t announced_as = 0;                   // its place in the order of first announcements
        std::uint32_t waits_in = 0;                       // the number of the batch of changes it waits in; 0: it does not wait
        std::uint32_t runs_before = 0;                    // where told: runs_popped_ at that time
        PendingTable::ItemId item = PendingTable::none;   // in the table that it waits in
        std::uint32_t unpacked = 0;                       // changes in tables that are being packed
        AttributeSetRef withdrawn_with;                   // where withdrawn
        bool advertised = false;                          // the peer may have it, or may have been told of its withdrawal
        bool left_out = false;                            // of this session: see PathOwners
    };
    struct Changes {
        std::uint32_t number;
        std::vector<std::uint32_t> entries;
        std::size_t taken = 0;
    };
    struct QueuedRun {
        Run run;
        bool is_new = true;             // false: the peer was told it before, and asked to hear it again
        std::vector<Run> took_back{};   // of a withdrawing one: the tables that it ends
    };
    /// A PendingTable, and once it is taken what is left of it.
    struct Table {
        std::uint32_t number;
        PendingTable waiting{};
        bool taken = false;
        std::vector<PendingTable::Group> groups{};
        std::size_t group = 0;    // the next to be packed …
        std::size_t change = 0;   // … from this change on
    };
    struct Resend {
        std::vector<std::uint32_t> entries;
        std::size_t next = 0;
    };
    using Waiting = std::variant<QueuedRun, EndOfRib, Changes, Table, Resend, Octets>;
    struct RefreshWish {
        FamilySet families;
        bool resend = false;
        bool brackets = false;
    };

    [[nodiscard]] auto key_of() const noexcept
    {
        return [this](std::uint32_t index) -> const RouteKey& { return entries_[index].key; };
    }
    [[nodiscard]] std::vector<std::uint32_t> in_order_of_announcement() const;
    [[nodiscard]] bool run_waits() const noexcept;
    Entry& entry_of(const RouteKey& key, std::uint32_t& index);
    /// Whether the session can carry the change of this entry; else it is left out.
    bool carries(Entry& entry, bool withdraw, UpdatePacker& packer);
    void wait(Entry& entry, std::uint32_t index);
    void forget_if_gone(std::uint32_t index);
    void wait_again();
    void drop_front();
    void put(std::uint32_t index, const AttributeSetRef& attributes, bool withdraw);
    void put_withdrawal(std::uint32_t index, const AttributeSetRef& attributes);
    void forget_table(Table& table);
    void take_table(Table& table);
    void leave_out_of(PendingTable::Group& group, std::uint32_t table, UpdatePacker& packer);
    void pack_table(Table& table, UpdatePacker& packer, PackedUpdates& into, std::size_t most_routes);
    void pack_resend(Resend& resend, UpdatePacker& packer, PackedUpdates& into, std::size_t most_routes);
    void send_mark(FamilySet families, RouteRefreshKind kind);
    void back_to_advertised(std::uint32_t index);
    void restart_table(FamilySet families);

    Keying keying_;
    // In blocks: a flood of new routes moves none of those that are there.
    using EntryBlocks = boost::container::deque_options<boost::container::block_size<512u>>::type;
    boost::container::deque<Entry, void, EntryBlocks> entries_;
    std::vector<std::uint32_t> free_;
    RouteIndex index_;   // into entries_
    PathOwners owners_;
    std::deque<Waiting> queue_;
    std::vector<Run> tables_;   // announced and not taken back
    std::uint32_t next_changes_ = 1;
    std::uint32_t runs_popped_ = 0;
    std::uint64_t next_announced_ = 0;
    std::size_t holding_ = 0;
    bool front_begun_ = false;
    std::size_t refresh_ends_ = 0;   // queued items up to and with the End-of-RIB of a refresh; 0: none under way
    std::optional<RefreshWish> refresh_again_;
    bool only_what_was_advertised_ = false;
    bool first_flush_ = true;   // of the session: by_attribute_set tells no withdrawals in it
};

}   // namespace barrage
