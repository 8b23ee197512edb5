// What UPDATEs say comes into the Loc-RIB, and what is best of it is decided.

#include <algorithm>

#include "codec/message/update.hpp"
#include "loadgen/device/attribute_edit.hpp"
#include "loadgen/device/device_run.hpp"

namespace barrage::device {

namespace {

/// Whose NLRI are a length in bits and a prefix.
bool is_prefix(Family family) noexcept { return family.safi == Safi::unicast || family.safi == Safi::multicast; }

}   // namespace

void DeviceRun::take_update(PeerIndex peer, OctetView message)
{
    auto& from = link(peer);
    const auto& options = from.negotiated.options;
    const auto reset = [&](NotificationError error) {
        from.deaf = true;
        engine_.post({.peers = {peer}, .what = {command::Teardown{std::move(error), true}}});
    };
    auto split = split_update(message);
    if (!split) return reset(std::move(split.error()));
    const auto& view = *split;
    std::vector<Problem> problems;
    const auto action = check_update(
        view, options, from.negotiated.internal ? barrage::Neighbor::internal : barrage::Neighbor::external, problems);
    if (action && *action == Recovery::session_reset) {
        const auto worst = std::ranges::find(problems, Recovery::session_reset, &Problem::action);
        const auto subcode = worst == problems.end() ? UpdateSubcode::unspecific : worst->subcode;
        return reset({ErrorCode::update_message, static_cast<std::uint8_t>(subcode)});
    }
    // RFC 7606 section 2: treat-as-withdraw.
    bool announces = !action || *action < Recovery::treat_as_withdraw;
    if (announces && !view.attributes.empty()) announces = canonical_attributes(view.attributes, options, canonical_).has_value();

    take_routes(from, view.withdrawn, ipv4_unicast, {}, false);
    if (view.mp_unreach) take_routes(from, view.mp_unreach->nlri, view.mp_unreach->family(), {}, false);
    if (!view.nlri.empty()) {
        const auto next_hop = attribute_value(view.attributes, AttributeType::next_hop);
        take_routes(from, view.nlri, ipv4_unicast, next_hop.value_or(OctetView{}), announces && next_hop);
    }
    if (view.mp_reach) take_routes(from, view.mp_reach->nlri, view.mp_reach->family(), view.mp_reach->next_hop, announces);
    if (const auto family = view.end_of_rib()) drop_stale(from.neighbor, FamilySet{*family});

    if (has(Fault::stop_reading) && from.routes_taken >= options_.faults.number(Fault::stop_reading))
        misbehave(peer, PeerFault::stops_reading);
    if (has(Fault::reset_after) && from.routes_taken >= options_.faults.number(Fault::reset_after))
        misbehave(peer, PeerFault::reset);
}

void DeviceRun::take_routes(Link& link, OctetView nlri, Family family, OctetView next_hop, bool announces)
{
    if (nlri.empty() || !link.negotiated.families.contains(family)) return;
    PathRef path;
    if (announces && !has(Fault::refuse_next_hop) && !loop_in(canonical_.octets, options_.as, options_.router_id)) {
        const auto octets = as_taken_in(canonical_.octets, !link.negotiated.internal);
        path = make_path(neighbors_[link.neighbor].source, pool_.intern(octets, next_hop));
    }
    key_.family = family;
    Octets made;
    // It speaks of no more than one label in its OPENs: RFC 8277 section 2.2.
    for_each_name(family, nlri, false, true, made, [&](PathId, OctetView name) {
        key_.nlri.assign(name.begin(), name.end());
        if (is_prefix(family))
            if (const auto bits = name.front() % 8; bits != 0)
                key_.nlri.back() = static_cast<char>(static_cast<std::uint8_t>(key_.nlri.back()) & 0xff << (8 - bits));
        if (announces) ++link.routes_taken;
        if (path)
            put(link.neighbor, key_, path);
        else if (const auto number = rib_.find(key_); number != LocRib::none && (announces || !has(Fault::ignore_withdrawals)))
            withdraw(link.neighbor, number);
    });
}

void DeviceRun::put(NeighborIndex neighbor, const RouteKey& key, const PathRef& path)
{
    const auto prefix = rib_.number_of(key);
    const auto before = rib_.entry(prefix).candidates.size();
    if (!rib_.announce(prefix, path)) return;
    neighbors_[neighbor].paths += rib_.entry(prefix).candidates.size() - before;
    mark(prefix);
    if (has(Fault::aggregate)) mark_relatives(key);
}

void DeviceRun::withdraw(NeighborIndex neighbor, PrefixNumber prefix)
{
    if (!rib_.withdraw(prefix, neighbor)) return;
    --neighbors_[neighbor].paths;
    mark(prefix);
    if (has(Fault::aggregate)) mark_relatives(RouteKey{rib_.entry(prefix).key});
}

void DeviceRun::mark(PrefixNumber prefix)
{
    auto& entry = rib_.entry(prefix);
    if (std::exchange(entry.changed, true)) return;
    changed_.push_back(prefix);
}

// ---- Two halves of a prefix, and the prefix.

namespace {

std::uint8_t length_of(const RouteKey& key) { return static_cast<std::uint8_t>(key.nlri[0]); }

/// The octet and the bit in it that tell the halves of a prefix apart; its length is not 0.
std::pair<std::size_t, std::uint8_t> last_bit(const RouteKey& key)
{
    const unsigned bit = length_of(key) - 1u;
    return {1 + bit / 8, static_cast<std::uint8_t>(0x80 >> bit % 8)};
}

RouteKey other_half(RouteKey key)
{
    const auto [octet, bit] = last_bit(key);
    key.nlri[octet] = static_cast<char>(static_cast<std::uint8_t>(key.nlri[octet]) ^ bit);
    return key;
}

RouteKey whole_of(RouteKey key)
{
    const auto [octet, bit] = last_bit(key);
    key.nlri[octet] = static_cast<char>(static_cast<std::uint8_t>(key.nlri[octet]) & ~bit);
    const auto length = static_cast<std::uint8_t>(length_of(key) - 1);
    key.nlri[0] = static_cast<char>(length);
    key.nlri.resize(1 + prefix_octets(length));
    return key;
}

RouteKey lower_half(RouteKey key)
{
    const auto length = static_cast<std::uint8_t>(length_of(key) + 1);
    key.nlri[0] = static_cast<char>(length);
    key.nlri.resize(1 + prefix_octets(length));
    return key;
}

}   // namespace

void DeviceRun::mark_relatives(const RouteKey& key)
{
    if (!is_prefix(key.family) || length_of(key) == 0) return;
    if (const auto other = rib_.find(other_half(key)); other != LocRib::none) mark(other);
    mark(rib_.number_of(whole_of(key)));
}

/// The best path, as faults have it seen; null where there is none.
Candidate DeviceRun::choose(PrefixNumber prefix)
{
    const auto& entry = rib_.entry(prefix);
    const auto best_of = [&](PrefixNumber of) {
        const auto best = rib_.best(of);
        return best < 0 ? Candidate{} : rib_.entry(of).candidates[static_cast<std::size_t>(best)];
    };
    if (has(Fault::aggregate) && is_prefix(entry.key.family)) {
        const auto has_paths = [&](const RouteKey& key) {
            const auto number = rib_.find(key);
            return number != LocRib::none && !rib_.entry(number).candidates.empty();
        };
        const auto length = length_of(entry.key);
        if (length != 0 && !entry.candidates.empty() && has_paths(other_half(entry.key))) return {};
        if (entry.candidates.empty() && length < (entry.key.family.afi == Afi::ipv4 ? 32 : 128)) {
            const auto half = lower_half(entry.key);
            if (has_paths(half) && has_paths(other_half(half))) return best_of(rib_.find(half));
        }
    }
    return best_of(prefix);
}

void DeviceRun::decide_all(TimePoint now)
{
    for (std::size_t i = 0; i < changed_.size(); ++i) decide(changed_[i], now);
    changed_.clear();
}

void DeviceRun::decide(PrefixNumber prefix, TimePoint now)
{
    auto& entry = rib_.entry(prefix);
    entry.changed = false;
    auto best = choose(prefix);
    if (best.path == entry.advertised) return rib_.release_if_unused(prefix);

    const auto& faults = options_.faults;
    // The advertised path went, and nothing better has come since then.
    const bool fails_over = entry.lost_at != 0 && best.path && best.arrived < entry.lost_at;
    if (fails_over && has(Fault::never_fail_over)) {
        if (faults.word(Fault::never_fail_over) == "silent" || !entry.advertised) return;
        advertise(prefix, {});
        entry.advertised = {};
        return;
    }
    Duration wait{};
    if (faults.has(Fault::delay_some, prefix)) wait = faults.duration(Fault::delay_some);
    if (fails_over && has(Fault::fail_over_late)) wait = faults.duration(Fault::fail_over_late);
    if (wait > Duration::zero()) {
        if (entry.wait_until == TimePoint::min()) {
            entry.wait_until = now + wait;
            at(entry.wait_until, [this, prefix](TimePoint) { mark(prefix); });
        }
        if (now < entry.wait_until) return;
    }
    if (fails_over && has(Fault::fail_over_wrong)) {
        if (entry.candidates.size() > 1)
            best = entry.candidates[static_cast<std::size_t>(rib_.worst(prefix))];
        else if (entry.advertised)
            best.path = exporter_.mixed(*best.path, *entry.advertised);
    }
    advertise(prefix, best.path);
    entry.wait_until = TimePoint::min();
    entry.advertised = best.path;
    entry.lost_at = 0;
    rib_.release_if_unused(prefix);
}

}   // namespace barrage::device
