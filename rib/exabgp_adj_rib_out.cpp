#include "rib/exabgp_adj_rib_out.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "codec/match.hpp"
#include "codec/message/route_refresh.hpp"

namespace barrage {

namespace {

RouteChange change_of(const RouteKey& key, bool withdraw)
{
    return {.nlri = {reinterpret_cast<const std::uint8_t*>(key.nlri.data()), key.nlri.size()},
            .path_id = key.path_id,
            .withdraw = withdraw};
}

}   // namespace

std::uint32_t ExabgpAdjRibOut::find_or_add(const RouteKey& key)
{
    const auto number = overlay_.find_or_add(key);
    if (pending_.size() < overlay_.end()) pending_.resize(overlay_.end());
    return number;
}

void ExabgpAdjRibOut::announce(const RouteKey& key, AttributeSetRef attributes)
{
    const bool has_other_labels = overlay_.has_other_labels(key);
    const auto number = find_or_add(key);
    const auto& route = overlay_[number];
    const bool is_known = !has_other_labels && (route.waits_in != 0 || pending_[number].unpacked != 0 ||
                                                (route.advertised && route.runs_before == runs_popped_));
    if (route.attributes && route.attributes == attributes && is_known && !run_waits()) return;
    overlay_.set_attributes(number, std::move(attributes));
    put(number, route.attributes, false);
}

void ExabgpAdjRibOut::withdraw(const RouteKey& key, AttributeSetRef attributes)
{
    const auto number = find_or_add(key);
    overlay_.set_attributes(number, {});
    pending_[number].withdrawn_with = attributes;
    put_withdrawal(number, attributes);
}

void ExabgpAdjRibOut::put(std::uint32_t number, const AttributeSetRef& attributes, bool withdraw)
{
    // What is being packed takes no more.
    auto* last = changes_wait_last() ? std::get_if<Table>(&batches_.back()) : nullptr;
    if (!last || last->taken) {
        queue_.emplace_back(Changes{});
        last = &std::get<Table>(batches_.emplace_back(Table{.number = next_table_++}));
    }
    auto& route = overlay_[number];
    const auto before = route.waits_in == last->number ? pending_[number].item : PendingTable::none;
    route.waits_in = last->number;
    pending_[number].item =
        last->waiting.put(number, before, route.key.family, attributes, withdraw,
                          [&](PendingTable::RouteId moved, PendingTable::ItemId item) { pending_[moved].item = item; });
}

void ExabgpAdjRibOut::put_withdrawal(std::uint32_t number, const AttributeSetRef& attributes)
{
    auto& route = overlay_[number];
    const bool may_be_known =
        !tables_.empty() || pending_[number].unpacked != 0 || (route.advertised && route.advertised_attributes);
    if (!by_rfc_ || may_be_known) return put(number, attributes, true);
    for (auto& batch : batches_)
        if (auto* table = std::get_if<Table>(&batch); table && !table->taken && table->number == route.waits_in)
            table->waiting.drop(pending_[number].item);
    route.waits_in = 0;
    if (forget_if_gone(number)) pending_[number] = {};
}

void ExabgpAdjRibOut::forget_changes()
{
    for (auto& batch : batches_)
        if (auto* table = std::get_if<Table>(&batch)) forget_table(*table);
    batches_.clear();
}

void ExabgpAdjRibOut::forget_table(Table& table)
{
    if (!table.taken) {
        for (const auto& group : table.waiting.take())
            for (const auto& change : group.changes)
                if (overlay_[change.route].waits_in == table.number && back_to_advertised(change.route))
                    pending_[change.route] = {};
        return;
    }
    for (; table.group < table.groups.size(); ++table.group, table.change = 0)
        for (const auto& changes = table.groups[table.group].changes; table.change < changes.size(); ++table.change) {
            const auto number = changes[table.change].route;
            if (--pending_[number].unpacked == 0 && overlay_[number].waits_in == table.number && back_to_advertised(number))
                pending_[number] = {};
        }
}

void ExabgpAdjRibOut::take_table(Table& table)
{
    table.taken = true;
    table.groups = table.waiting.take();
    // Where withdrawals are not sent, neither is what they would take back.
    if (is_first_flush())
        for (auto& group : table.groups)
            std::erase_if(group.changes,
                          [&](const auto& change) { return !change.withdraw && !overlay_[change.route].attributes; });
    for (const auto& group : table.groups)
        for (const auto& change : group.changes) ++pending_[change.route].unpacked;
}

void ExabgpAdjRibOut::pack_table(Table& table, ExabgpPacker& packer, PackedUpdates& into, std::size_t most_routes)
{
    if (!table.taken) take_table(table);
    const bool sends_withdrawals = by_rfc_ || !is_first_flush();
    std::vector<RouteChange> changes;
    for (std::size_t routes = 0; table.group < table.groups.size() && routes < most_routes;) {
        auto& group = table.groups[table.group];
        // Together they go in the order of path identifier, length and address.
        if (table.change == 0 && packer.options().most_routes(group.family) > 1)
            std::ranges::stable_sort(group.changes, {}, [&](const PendingTable::Change& change) {
                const auto& key = overlay_[change.route].key;
                return std::pair{
                    key.path_id ? key.path_id->value : 0,
                    std::basic_string_view{reinterpret_cast<const unsigned char*>(key.nlri.data()), key.nlri.size()}};
            });
        // Enough of them that every UPDATE but the group's last is full.
        const auto begin = table.change;
        const auto end = std::min(group.changes.size(), begin + most_routes + packer.options().max_message / 2);
        changes.clear();
        for (auto i = begin; i < end; ++i)
            changes.push_back(change_of(overlay_[group.changes[i].route].key, group.changes[i].withdraw));
        while (table.change < end && routes < most_routes) {
            const auto taken = packer.pack_front(group.attributes.get(), group.family,
                                                 std::span{changes}.subspan(table.change - begin), sends_withdrawals, into);
            table.change += taken;
            routes += taken;
        }
        for (auto i = begin; i < table.change; ++i) {
            const auto number = group.changes[i].route;
            auto& route = overlay_[number];
            route.advertised = true;
            route.advertised_attributes = group.changes[i].withdraw ? AttributeSetRef{} : group.attributes;
            route.runs_before = runs_popped_;
            if (--pending_[number].unpacked != 0) continue;
            if (route.waits_in == table.number) route.waits_in = 0;
            if (forget_if_gone(number)) pending_[number] = {};
        }
        if (table.change == group.changes.size()) {
            group = {};
            ++table.group;
            table.change = 0;
        }
    }
    if (table.group < table.groups.size()) return;
    first_flush_ = false;
    drop_batch();
}

void ExabgpAdjRibOut::pack_resend(Resend& resend, ExabgpPacker& packer, PackedUpdates& into, std::size_t most_routes)
{
    for (std::size_t routes = 0; routes < most_routes && resend.next < resend.routes.size(); ++resend.next) {
        const auto& route = overlay_[resend.routes[resend.next]];
        if (!route.attributes) continue;   // withdrawn since
        const auto change = change_of(route.key, false);
        packer.pack_front(route.attributes.get(), route.key.family, {&change, 1}, true, into);
        ++routes;
    }
    if (resend.next == resend.routes.size()) drop_batch();
}

void ExabgpAdjRibOut::pack_changes(Packer& packer, PackedUpdates& into, std::size_t most_routes, std::vector<RouteKey>*)
{
    auto& own = std::get<ExabgpPacker>(packer);
    std::visit(Match{
                   [&](Table& table) { pack_table(table, own, into, most_routes); },
                   [&](Resend& resend) { pack_resend(resend, own, into, most_routes); },
               },
               batches_.front());
}

void ExabgpAdjRibOut::drop_batch()
{
    batches_.pop_front();
    drop_front();
}

void ExabgpAdjRibOut::send_mark(FamilySet families, RouteRefreshKind kind)
{
    families.for_each([&](Family family) {
        Octets message;
        encode(RouteRefresh{.family = family, .kind = kind}, message);
        send(std::move(message));
    });
}

void ExabgpAdjRibOut::queue_refresh(const RefreshRequest& request)
{
    if (request.brackets) send_mark(request.families, RouteRefreshKind::begin);
    for (const auto& table : tables_) queue_.emplace_back(QueuedRun{.run = table, .is_new = false});
    Resend again;
    for (const auto number : overlay_.in_order_of_announcement())
        if (request.families.contains(overlay_[number].key.family)) again.routes.push_back(number);
    std::ranges::stable_sort(again.routes, {}, [&](std::uint32_t number) { return overlay_[number].key.family; });
    if (!again.routes.empty()) {
        queue_.emplace_back(Changes{});
        batches_.emplace_back(std::move(again));
    }
    if (request.brackets) send_mark(request.families, RouteRefreshKind::end);
}

void ExabgpAdjRibOut::begin_session() noexcept
{
    first_flush_ = true;
    runs_before_session_ = runs_popped_;
}

void ExabgpAdjRibOut::session_lost()
{
    drop_queue();
    batches_.clear();
    begin_session();
    for (std::uint32_t number = 0; number < overlay_.end(); ++number) {
        auto& route = overlay_[number];
        route.waits_in = 0;
        pending_[number].unpacked = 0;
        // A withdrawn route is remembered where a table would bring it back.
        route.advertised = !route.attributes && route.advertised && !tables_.empty();
        route.advertised_attributes = {};
        if (forget_if_gone(number)) pending_[number] = {};
    }
}

void ExabgpAdjRibOut::restart(FamilySet families)
{
    // What was asked for meanwhile keeps its order, and what holds joins it.
    auto waited = std::exchange(batches_, {});
    drop_queue();
    begin_session();
    for (const auto& table : tables_) queue_.emplace_back(QueuedRun{.run = table});
    for (auto& batch : waited) {
        auto* table = std::get_if<Table>(&batch);
        if (!table) continue;
        if (!table->taken) take_table(*table);
        for (const auto& group : table->groups)
            for (const auto& change : group.changes) {
                pending_[change.route].unpacked = 0;
                put(change.route, group.attributes, change.withdraw);
            }
    }
    for (const auto number : overlay_.in_order_of_announcement(!tables_.empty())) {
        const auto& attributes = overlay_[number].attributes;
        put(number, attributes ? attributes : pending_[number].withdrawn_with, !attributes);
    }
    if (!families.empty()) end_of_rib(families);
}

}   // namespace barrage
