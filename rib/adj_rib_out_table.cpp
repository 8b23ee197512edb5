// AdjRibOut with ExaBGP's keying: what waits stands in PendingTables.

#include <algorithm>
#include <utility>

#include "rib/adj_rib_out.hpp"

namespace barrage {

namespace {

RouteChange change_of(const RouteKey& key, bool withdraw)
{
    return {.nlri = {reinterpret_cast<const std::uint8_t*>(key.nlri.data()), key.nlri.size()},
            .path_id = key.path_id,
            .withdraw = withdraw};
}

}   // namespace

void AdjRibOut::put(std::uint32_t index, const AttributeSetRef& attributes, bool withdraw)
{
    // What is being packed takes no more.
    auto* last = queue_.empty() ? nullptr : std::get_if<Table>(&queue_.back());
    if (!last || last->taken) {
        queue_.emplace_back(Table{.number = next_changes_++});
        last = &std::get<Table>(queue_.back());
    }
    auto& entry = entries_[index];
    const auto before = entry.waits_in == last->number ? entry.item : PendingTable::none;
    entry.waits_in = last->number;
    entry.item = last->waiting.put(index, before, entry.key.family, attributes, withdraw,
                                   [&](PendingTable::RouteId route, PendingTable::ItemId item) { entries_[route].item = item; });
}

void AdjRibOut::put_withdrawal(std::uint32_t index, const AttributeSetRef& attributes)
{
    auto& entry = entries_[index];
    const bool may_be_known = !tables_.empty() || entry.unpacked != 0 || (entry.advertised && entry.advertised_attributes);
    if (!only_what_was_advertised_ || may_be_known) return put(index, attributes, true);
    for (auto& waiting : queue_)
        if (auto* table = std::get_if<Table>(&waiting); table && !table->taken && table->number == entry.waits_in)
            table->waiting.drop(entry.item);
    entry.waits_in = 0;
    forget_if_gone(index);
}

void AdjRibOut::forget_table(Table& table)
{
    if (!table.taken) {
        for (const auto& group : table.waiting.take())
            for (const auto& change : group.changes)
                if (entries_[change.route].waits_in == table.number) back_to_advertised(change.route);
        return;
    }
    for (; table.group < table.groups.size(); ++table.group, table.change = 0)
        for (const auto& changes = table.groups[table.group].changes; table.change < changes.size(); ++table.change) {
            const auto index = changes[table.change].route;
            if (--entries_[index].unpacked == 0 && entries_[index].waits_in == table.number) back_to_advertised(index);
        }
}

void AdjRibOut::take_table(Table& table)
{
    table.taken = true;
    table.groups = table.waiting.take();
    // Where withdrawals are not told, neither is what they would take back.
    if (first_flush_)
        for (auto& group : table.groups)
            std::erase_if(group.changes,
                          [&](const auto& change) { return !change.withdraw && !entries_[change.route].attributes; });
    for (const auto& group : table.groups)
        for (const auto& change : group.changes) ++entries_[change.route].unpacked;
}

void AdjRibOut::leave_out_of(PendingTable::Group& group, std::uint32_t table, UpdatePacker& packer)
{
    std::erase_if(group.changes, [&](const PendingTable::Change& change) {
        auto& entry = entries_[change.route];
        if (carries(entry, change.withdraw, packer)) return false;
        if (--entry.unpacked == 0 && entry.waits_in == table) entry.waits_in = 0;
        forget_if_gone(change.route);
        return true;
    });
}

void AdjRibOut::pack_table(Table& table, UpdatePacker& packer, PackedUpdates& into, std::size_t most_routes)
{
    if (!table.taken) take_table(table);
    const bool sends_withdrawals = !first_flush_ || only_what_was_advertised_;
    std::vector<RouteChange> changes;
    for (std::size_t routes = 0; table.group < table.groups.size() && routes < most_routes;) {
        auto& group = table.groups[table.group];
        if (table.change == 0) leave_out_of(group, table.number, packer);
        // Together they go in the order of path identifier, length and address.
        if (table.change == 0 && packer.options().most_routes(group.family) > 1)
            std::ranges::stable_sort(group.changes, {}, [&](const PendingTable::Change& change) {
                const auto& key = entries_[change.route].key;
                return std::pair{
                    key.path_id ? key.path_id->value : 0,
                    std::basic_string_view{reinterpret_cast<const unsigned char*>(key.nlri.data()), key.nlri.size()}};
            });
        // Enough of them that every UPDATE but the group's last is full.
        const auto begin = table.change;
        const auto end = std::min(group.changes.size(), begin + most_routes + packer.options().max_message / 2);
        changes.clear();
        for (auto i = begin; i < end; ++i)
            changes.push_back(change_of(entries_[group.changes[i].route].key, group.changes[i].withdraw));
        while (table.change < end && routes < most_routes) {
            const auto taken = packer.pack_front(group.attributes.get(), group.family,
                                                 std::span{changes}.subspan(table.change - begin), sends_withdrawals, into);
            table.change += taken;
            routes += taken;
        }
        for (auto i = begin; i < table.change; ++i) {
            const auto index = group.changes[i].route;
            auto& entry = entries_[index];
            entry.advertised = true;
            entry.advertised_attributes = group.changes[i].withdraw ? AttributeSetRef{} : group.attributes;
            entry.runs_before = runs_popped_;
            if (--entry.unpacked == 0 && entry.waits_in == table.number) entry.waits_in = 0;
            forget_if_gone(index);
        }
        if (table.change == group.changes.size()) {
            group = {};
            ++table.group;
            table.change = 0;
        }
    }
    if (table.group < table.groups.size()) return;
    first_flush_ = false;
    drop_front();
}

void AdjRibOut::pack_resend(Resend& resend, UpdatePacker& packer, PackedUpdates& into, std::size_t most_routes)
{
    for (std::size_t routes = 0; routes < most_routes && resend.next < resend.entries.size(); ++resend.next) {
        const auto& entry = entries_[resend.entries[resend.next]];
        if (!entry.attributes || entry.left_out) continue;   // withdrawn since
        const auto change = change_of(entry.key, false);
        packer.pack_front(entry.attributes.get(), entry.key.family, {&change, 1}, true, into);
        ++routes;
    }
    if (resend.next == resend.entries.size()) drop_front();
}

void AdjRibOut::send_mark(FamilySet families, RouteRefreshKind kind)
{
    families.for_each([&](Family family) {
        Octets message;
        encode(RouteRefresh{.family = family, .kind = kind}, message);
        send(std::move(message));
    });
}

void AdjRibOut::resend(FamilySet families, bool brackets)
{
    if (refresh_ends_ != 0) {
        refresh_again_ = RefreshWish{families, true, brackets};
        return;
    }
    if (brackets) send_mark(families, RouteRefreshKind::begin);
    for (const auto& table : tables_) queue_.emplace_back(QueuedRun{.run = table, .is_new = false});
    Resend again;
    for (const auto index : in_order_of_announcement())
        if (families.contains(entries_[index].key.family)) again.entries.push_back(index);
    std::ranges::stable_sort(again.entries, {}, [&](std::uint32_t index) { return entries_[index].key.family; });
    if (!again.entries.empty()) queue_.emplace_back(std::move(again));
    if (brackets) send_mark(families, RouteRefreshKind::end);
    refresh_ends_ = queue_.size();
}

void AdjRibOut::withdraw_all()
{
    clear_waiting();
    for (auto tables = tables_; const auto& table : tables)
        queue_run({.slice = table.slice, .kind = RunKind::withdraw, .id = ~table.id});
    for (const auto index : in_order_of_announcement()) {
        const auto key = entries_[index].key;
        withdraw(key, entries_[index].attributes);
    }
}

void AdjRibOut::session_lost()
{
    queue_.clear();
    front_begun_ = false;
    refresh_ends_ = 0;
    refresh_again_.reset();
    first_flush_ = true;
    owners_.clear();
    for (std::uint32_t index = 0; index < entries_.size(); ++index) {
        auto& entry = entries_[index];
        entry.waits_in = 0;
        entry.unpacked = 0;
        // A withdrawn route is remembered where a table would bring it back.
        entry.advertised = !entry.attributes && entry.advertised && !tables_.empty();
        entry.advertised_attributes = {};
        forget_if_gone(index);
    }
}

void AdjRibOut::restart_table(FamilySet families)
{
    // What was asked for meanwhile keeps its order, and what holds joins it.
    auto waited = std::exchange(queue_, {});
    front_begun_ = false;
    refresh_ends_ = 0;
    refresh_again_.reset();
    first_flush_ = true;
    owners_.clear();
    for (const auto& table : tables_) queue_.emplace_back(QueuedRun{.run = table});
    for (auto& each : waited) {
        auto* table = std::get_if<Table>(&each);
        if (!table) continue;
        if (!table->taken) take_table(*table);
        for (const auto& group : table->groups)
            for (const auto& change : group.changes) {
                entries_[change.route].unpacked = 0;
                put(change.route, group.attributes, change.withdraw);
            }
    }
    std::vector<std::uint32_t> order;
    for (std::uint32_t index = 0; index < entries_.size(); ++index)
        if (entries_[index].attributes || (!tables_.empty() && !entries_[index].key.nlri.empty())) order.push_back(index);
    std::ranges::sort(order, {}, [&](std::uint32_t index) { return entries_[index].announced_as; });
    for (const auto index : order) {
        const auto& entry = entries_[index];
        put(index, entry.attributes ? entry.attributes : entry.withdrawn_with, !entry.attributes);
    }
    if (!families.empty()) end_of_rib(families);
}

}   // namespace barrage
