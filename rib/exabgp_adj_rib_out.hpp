#pragma once
// An Adj-RIB-Out in which changes wait as ExaBGP's do: by attribute set and route (rib/pending_table.hpp). The first changes of a session send no
// withdrawals; what waits while there is no session stays; a refresh is each route in an UPDATE of its own.
//
// With SendRules::exabgp_by_rfc a withdrawal is sent only of what the peer was sent in this session, the first changes among it.
// One thread: its peer's shard.

#include "rib/adj_rib_out.hpp"
#include "rib/pending_table.hpp"

namespace barrage {

class ExabgpAdjRibOut final : public AdjRibOut {
public:
    explicit ExabgpAdjRibOut(SendRules rules) noexcept : by_rfc_(rules == SendRules::exabgp_by_rfc) {}

    void announce(const RouteKey& key, AttributeSetRef attributes) override;
    void withdraw(const RouteKey& key, AttributeSetRef attributes = {}) override;
    void restart(FamilySet families) override;
    void session_lost() override;
    void pack_changes(Packer& packer, PackedUpdates& into, std::size_t most_routes,
                      std::vector<RouteKey>* left_out = nullptr) override;

private:
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
        std::vector<std::uint32_t> routes{};   // of the overlay
        std::size_t next = 0;
    };
    using Batch = std::variant<Table, Resend>;
    /// Beside a route of the overlay.
    struct Pending {
        PendingTable::ItemId item = PendingTable::none;   // in the table that it waits in
        std::uint32_t unpacked = 0;                       // changes in a table that is being packed
        AttributeSetRef withdrawn_with{};                 // where withdrawn
    };

    void forget_changes() override;
    /// `flush adj-rib out`: what holds, of these families, each change in an UPDATE of its own.
    void queue_refresh(const RefreshRequest& request) override;
    /// First changes: of the session, no run before them.
    [[nodiscard]] bool is_first_flush() const noexcept { return first_flush_ && runs_popped_ == runs_before_session_; }
    void begin_session() noexcept;
    std::uint32_t find_or_add(const RouteKey& key);
    void put(std::uint32_t number, const AttributeSetRef& attributes, bool withdraw);
    void put_withdrawal(std::uint32_t number, const AttributeSetRef& attributes);
    void forget_table(Table& table);
    void take_table(Table& table);
    void pack_table(Table& table, ExabgpPacker& packer, PackedUpdates& into, std::size_t most_routes);
    void pack_resend(Resend& resend, ExabgpPacker& packer, PackedUpdates& into, std::size_t most_routes);
    void send_mark(FamilySet families, RouteRefreshKind kind);
    void drop_batch();

    bool by_rfc_;
    std::deque<Batch> batches_;   // one for each Changes in queue_
    std::uint32_t next_table_ = 1;
    std::deque<Pending> pending_;   // by the number of the overlay
    bool first_flush_ = true;
    std::uint32_t runs_before_session_ = 0;
};

}   // namespace barrage
