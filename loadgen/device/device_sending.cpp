// What is decided goes to the peers: the rules of who hears what, and the faults of sending.

#include <algorithm>
#include <utility>

#include "loadgen/device/device_run.hpp"

namespace barrage::device {

bool DeviceRun::goes_to(const Link& link, PrefixNumber prefix, const PathRef& path) const
{
    const auto family = rib_.entry(prefix).key.family;
    const auto& faults = options_.faults;
    if (!path || !link.negotiated.families.contains(family)) return false;
    if (faults.has(Fault::drop_one_in, prefix)) return false;
    if (has(Fault::drop_family) && faults.family(Fault::drop_family) == family) return false;
    return exporter_.may_go(*path, target(link));
}

void DeviceRun::advertise(PrefixNumber prefix, const PathRef& path)
{
    const auto old = rib_.entry(prefix).advertised;
    for (auto& link : links_) {
        if (link.status != Link::Status::up) continue;
        if (goes_to(link, prefix, path))
            announce_to(link, prefix, path, old);
        else if (prefix < link.advertised_to.size() && link.advertised_to[prefix])
            withdraw_from(link, prefix, old);
    }
}

void DeviceRun::announce_to(Link& link, PrefixNumber prefix, const PathRef& path, const PathRef& old)
{
    const auto& faults = options_.faults;
    const auto& key = rib_.entry(prefix).key;
    if (link.advertised_to.size() <= prefix) link.advertised_to.resize(rib_.numbers());
    const bool was_advertised = link.advertised_to[prefix];
    link.advertised_to[prefix] = true;
    ++link.routes_advertised;
    const auto attributes = exporter_.attributes(path, target(link), key, prefix);
    auto& pending = link.pending[Duration::zero()];
    if (faults.has(Fault::malformed_updates, prefix))
        pending.push_back({ChangeKind::send_announcement, key, exporter_.malformed(attributes)});
    if (has(Fault::correct_late)) {
        pending.push_back({ChangeKind::announce, key, exporter_.mistaken(attributes)});
        link.pending[faults.duration(Fault::correct_late)].push_back({ChangeKind::correct, key, attributes});
        return;
    }
    // Beside the Adj-RIB-Out it may have been withdrawn.
    pending.push_back({has(Fault::reorder) ? ChangeKind::announce_anew : ChangeKind::announce, key, attributes});
    if (faults.has(Fault::duplicate_updates, prefix)) pending.push_back({ChangeKind::send_announcement, key, attributes});
    if (faults.has(Fault::not_negotiated, prefix)) pending.push_back({ChangeKind::send_in_other_family, key, attributes});
    if (has(Fault::stale_behind_new) && was_advertised && old && old != path)
        link.pending[faults.duration(Fault::stale_behind_new)].push_back(
            {ChangeKind::send_announcement, key, exporter_.attributes(old, target(link), key, prefix)});
}

void DeviceRun::withdraw_from(Link& link, PrefixNumber prefix, const PathRef& old)
{
    const auto& faults = options_.faults;
    const auto& key = rib_.entry(prefix).key;
    link.advertised_to[prefix] = false;
    if (has(Fault::reorder)) {
        link.pending[faults.duration(Fault::reorder)].push_back({ChangeKind::send_withdrawal, key});
        return;
    }
    auto& pending = link.pending[Duration::zero()];
    pending.push_back({ChangeKind::withdraw, key});
    if (faults.has(Fault::duplicate_updates, prefix)) pending.push_back({ChangeKind::send_withdrawal, key});
    if (has(Fault::announce_again) && old)
        link.pending[faults.duration(Fault::announce_again)].push_back(
            {ChangeKind::send_announcement, key, exporter_.attributes(old, target(link), key, prefix)});
}

bool DeviceRun::is_still_due(const Link& link, const Change& change)
{
    if (change.kind != ChangeKind::correct) return true;
    const auto prefix = rib_.find(change.key);
    if (prefix == LocRib::none || prefix >= link.advertised_to.size() || !link.advertised_to[prefix]) return false;
    const auto& path = rib_.entry(prefix).advertised;
    return path && exporter_.attributes(path, target(link), change.key, prefix) == change.attributes;
}

/// All there is, and the End-of-RIB behind it.
void DeviceRun::send_all(Link& link)
{
    for (PrefixNumber prefix = 0; prefix < rib_.numbers(); ++prefix)
        if (const auto path = rib_.entry(prefix).advertised; goes_to(link, prefix, path)) announce_to(link, prefix, path, {});
    if (has(Fault::forget_end_of_rib)) return;
    link.negotiated.families.for_each(
        [&](Family family) { link.pending[Duration::zero()].push_back({ChangeKind::end_of_rib, {.family = family}}); });
}

/// RFC 2918; in the brackets of RFC 7313 where both sides know them.
void DeviceRun::refresh(Link& link, Family family)
{
    if (link.refreshing.contains(family)) return link.refresh_again.insert(family);
    auto& pending = link.pending[Duration::zero()];
    const auto before = pending.size();
    const bool enhanced = link.negotiated.enhanced_route_refresh;
    if (enhanced) pending.push_back({ChangeKind::refresh_begins, {.family = family}});
    for (PrefixNumber prefix = 0; prefix < link.advertised_to.size(); ++prefix) {
        const auto& entry = rib_.entry(prefix);
        if (!link.advertised_to[prefix] || !entry.advertised || entry.key.family != family) continue;
        if (has(Fault::refresh_partly) && !options_.faults.has(Fault::refresh_partly, prefix)) continue;
        pending.push_back(
            {ChangeKind::announce_anew, entry.key, exporter_.attributes(entry.advertised, target(link), entry.key, prefix)});
    }
    if (enhanced) pending.push_back({ChangeKind::refresh_ends, {.family = family}});
    if (pending.size() != before) link.refreshing.insert(family);
}

/// A peer that asks and asks and reads nothing does not let what waits for it grow.
void DeviceRun::refreshed(Link& link)
{
    if (link.refreshing.empty()) return;
    link.refreshing = {};
    std::exchange(link.refresh_again, {}).for_each([&](Family family) { refresh(link, family); });
}

const DeviceRun::Link* DeviceRun::delayed_receiver() const
{
    const Link* last = nullptr;
    for (const auto& link : links_)
        if (link.status == Link::Status::up && (!last || link.remote.address > last->remote.address)) last = &link;
    return last;
}

void DeviceRun::flush(TimePoint now)
{
    const auto* const delayed = has(Fault::delay_receiver) ? delayed_receiver() : nullptr;
    for (PeerIndex peer = 0; peer < links_.size(); ++peer) {
        auto& each = links_[peer];
        for (auto& [later, changes] : each.pending) {
            auto wait = later;
            if (&each == delayed) wait += options_.faults.duration(Fault::delay_receiver);
            if (changes.empty()) continue;
            if (wait == Duration::zero()) {
                post(peer, std::move(changes));
                continue;
            }
            const auto held = std::make_shared<std::vector<Change>>(std::move(changes));
            at(now + wait, [this, peer, serial = each.serial, held](TimePoint) {
                auto& link = links_[peer];
                if (link.serial != serial) return;
                std::erase_if(*held, [&](const Change& change) { return !is_still_due(link, change); });
                post(peer, std::move(*held));
            });
        }
        each.pending.clear();
        if (has(Fault::notify_needlessly)) notify_if_due(peer);
    }
}

void DeviceRun::post(PeerIndex peer, std::vector<Change> changes)
{
    const auto shared = std::make_shared<const std::vector<Change>>(std::move(changes));
    engine_.post(
        {.peers = {peer}, .what = {command::Visit{[shared](Peer& each, const OnShard&, TimePoint) { apply(*shared, each); }}}});
}

void DeviceRun::misbehave(PeerIndex peer, PeerFault fault)
{
    link(peer).deaf = true;
    engine_.post({.peers = {peer}, .what = {command::Visit{[fault](Peer& each, const OnShard& here, TimePoint) {
                                       each.set_fault(here, fault);
                                   }}}});
}

void DeviceRun::notify_if_due(PeerIndex peer)
{
    const auto& each = link(peer);
    if (each.status != Link::Status::up || each.routes_advertised < options_.faults.number(Fault::notify_needlessly)) return;
    if (!notified_.insert(each.remote.address).second) return;
    engine_.post({.peers = {peer}, .what = {command::Teardown{cease(CeaseSubcode::other_configuration_change), true}}});
}

}   // namespace barrage::device
