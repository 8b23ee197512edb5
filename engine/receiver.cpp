#include "engine/receiver.hpp"

#include <xxhash.h>

#include <array>

#include "codec/message/update.hpp"
#include "codec/nlri/nlri_count.hpp"

namespace barrage {

namespace {

std::uint64_t hash_of(OctetView octets) noexcept { return XXH3_64bits(octets.data(), octets.size()); }

/// What tells two sets of attributes apart as they stand on the wire: all of them but the NLRI inside MP_REACH_NLRI and MP_UNREACH_NLRI.
std::uint64_t wire_hash(const UpdateView& view) noexcept
{
    if (!view.mp_reach && !view.mp_unreach) return hash_of(view.attributes);
    std::uint64_t hash = view.mp_reach ? XXH3_64bits_withSeed(view.mp_reach->next_hop.data(), view.mp_reach->next_hop.size(),
                                                              std::uint64_t{view.mp_reach->afi} << 8 | view.mp_reach->safi)
                                       : 0;
    for (Reader in{view.attributes}; !in.empty();) {
        const auto flags = in.u8();
        const auto type = AttributeType{in.u8()};
        const auto value = in.octets(flags & flag_extended_length ? in.u16() : in.u8());
        if (type == AttributeType::mp_reach_nlri || type == AttributeType::mp_unreach_nlri) continue;
        const auto seed = hash + (std::uint64_t{flags} << 8 | static_cast<std::uint8_t>(type));
        hash = XXH3_64bits_withSeed(value.data(), value.size(), seed);
    }
    return hash;
}

std::uint8_t max_length(Family family) noexcept
{
    return family.afi == Afi::ipv4 ? Ipv4Prefix::max_length : Ipv6Prefix::max_length;
}

}   // namespace

Receiver::Receiver(ReceiverConfig config, PrefixIndex& prefixes) : config_(std::move(config)), routes_(prefixes)
{
    if (config_.measured) reflections_ = std::make_unique<Reflections>(config_.measured, std::move(config_.own_routes));
}

void Receiver::session_lost()
{
    if (reflections_) reflections_->session_lost();
}

Receiver::Judged Receiver::judge(const UpdateView& view, bool announces, const Negotiated& negotiated,
                                 std::optional<NotificationError>& reset)
{
    // Which attributes have to be there depends on whether routes are announced.
    const auto key = wire_hash(view) + (announces ? 1 : 0);
    if (!view.error)
        if (const auto known = judged_.find(key); known != judged_.end()) return known->second;

    problems_.clear();
    const auto neighbor = negotiated.internal ? Neighbor::internal : Neighbor::external;
    const auto action = check_update(view, negotiated.options, neighbor, problems_);
    Judged judged{.digest = 0, .withdraw = action && *action >= Recovery::treat_as_withdraw};
    if (action) {
        ++malformed_;
        if (first_problem_.empty() && !problems_.empty()) first_problem_ = problems_.front().text;
        if (*action == Recovery::session_reset)
            reset = NotificationError{ErrorCode::update_message, static_cast<std::uint8_t>(problems_.front().subcode)};
    }
    if (!judged.withdraw && canonical_attributes(view.attributes, negotiated.options, canonical_)) {
        if (reflections_) judged.fingerprint = route_fingerprint(canonical_.octets, config_.measured->rules());
        judged.digest = hash_of(canonical_.octets) ^ hash_of(canonical_.next_hop) * 0x9e3779b97f4a7c15u;
    }
    // Only what was good is worth remembering: what is wrong is to be counted each time.
    if (!action) {
        if (judged_.size() >= most_judged) judged_.clear();   // what a peer sends never grows us without bound
        judged_.emplace(key, judged);
    }
    return judged;
}

bool Receiver::reflect(OctetView nlri, Family family, bool path_ids, const Judged* announced, TimePoint now)
{
    const bool holds = announced && !announced->withdraw;
    std::uint64_t count = 0;
    const auto each = [&](const auto& prefix) {
        ++count;
        const auto number = config_.measured->find(prefix);
        if (number == MeasuredRoutes::none)
            reflections_->unknown(to_text(prefix), holds, now);
        else if (holds)
            reflections_->announced(number, announced->fingerprint, now);
        else
            reflections_->withdrawn(number, now);
    };
    const bool whole =
        family.afi == Afi::ipv4
            ? for_each_prefix(nlri, max_length(family), path_ids, [&](const PrefixView& view) { each(ipv4_prefix(view)); })
            : for_each_prefix(nlri, max_length(family), path_ids, [&](const PrefixView& view) { each(ipv6_prefix(view)); });
    (holds ? announced_ : withdrawn_) += count;
    return whole;
}

bool Receiver::apply(OctetView nlri, Family family, bool path_ids, const Judged* announced, TimePoint now)
{
    if (reflections_ && family.safi == Safi::unicast) return reflect(nlri, family, path_ids, announced, now);
    const bool holds = announced && !announced->withdraw;
    std::uint64_t count = 0;
    const auto each = [&](PrefixIndex::Number number) {
        if (holds)
            routes_.announce(number, announced->digest);
        else
            routes_.withdraw(number);
        ++count;
    };
    auto& prefixes = routes_.prefixes();
    bool whole = true;
    if (family.afi == Afi::ipv4) {
        // Looked up together: their cache misses then overlap.
        struct Wanted {
            Ipv4Prefix prefix;
            PathId path_id;
        };
        std::array<Wanted, 64> wanted;
        std::size_t waiting = 0;
        const auto look_up = [&] {
            for (std::size_t i = 0; i < waiting; ++i) each(prefixes.number_of(wanted[i].prefix, wanted[i].path_id));
            waiting = 0;
        };
        whole = for_each_prefix(nlri, max_length(family), path_ids, [&](const PrefixView& view) {
            if (waiting == wanted.size()) look_up();
            wanted[waiting] = {ipv4_prefix(view), view.path_id};
            prefixes.prefetch(wanted[waiting++].prefix);
        });
        look_up();
    } else {
        whole = for_each_prefix(nlri, max_length(family), path_ids,
                                [&](const PrefixView& view) { each(prefixes.number_of(ipv6_prefix(view), view.path_id)); });
    }
    (holds ? announced_ : withdrawn_) += count;
    return whole;
}

std::optional<NotificationError> Receiver::update(OctetView message, const Negotiated& negotiated, TimePoint now)
{
    ++updates_;
    auto split = split_update(message);
    if (!split) {
        ++malformed_;
        return std::move(split.error());
    }
    const auto& view = *split;
    const bool announces = !view.nlri.empty() || (view.mp_reach && !view.mp_reach->nlri.empty());
    const auto& add_path = negotiated.options.add_path_receive;
    // Families whose routes are prefixes; others are framed, and neither counted nor kept.
    const auto is_counted = [](Family family) { return family.safi == Safi::unicast || family.safi == Safi::multicast; };

    if (config_.count_only) {
        const auto count = [&](OctetView nlri, Family family, std::uint64_t& counter) {
            if (nlri.empty() || !is_counted(family)) return;
            if (const auto routes = count_nlri(nlri, max_length(family), add_path.contains(family)))
                counter += *routes;
            else
                ++malformed_;
        };
        count(view.withdrawn, ipv4_unicast, withdrawn_);
        count(view.nlri, ipv4_unicast, announced_);
        if (view.mp_unreach) count(view.mp_unreach->nlri, view.mp_unreach->family(), withdrawn_);
        if (view.mp_reach) count(view.mp_reach->nlri, view.mp_reach->family(), announced_);
    } else {
        Judged judged{};
        if (announces || !view.attributes.empty()) {
            std::optional<NotificationError> reset;
            judged = judge(view, announces, negotiated, reset);
            if (reset) return reset;
        }
        bool whole = apply(view.withdrawn, ipv4_unicast, add_path.contains(ipv4_unicast), nullptr, now);
        if (view.mp_unreach && is_counted(view.mp_unreach->family()))
            whole &= apply(view.mp_unreach->nlri, view.mp_unreach->family(), add_path.contains(view.mp_unreach->family()),
                           nullptr, now);
        whole &= apply(view.nlri, ipv4_unicast, add_path.contains(ipv4_unicast), &judged, now);
        if (view.mp_reach && is_counted(view.mp_reach->family()))
            whole &=
                apply(view.mp_reach->nlri, view.mp_reach->family(), add_path.contains(view.mp_reach->family()), &judged, now);
        if (!whole) {   // RFC 7606 section 5.3: which routes these are cannot be told
            ++malformed_;
            return NotificationError{ErrorCode::update_message,
                                     static_cast<std::uint8_t>(UpdateSubcode::invalid_network_field),
                                     {},
                                     "NLRI that cannot be taken apart"};
        }
    }
    if (announces) {
        if (first_route_ == never) first_route_ = now;
        last_route_ = now;
    } else if (const auto family = view.end_of_rib()) {
        ends_of_rib_.insert(*family);
    }
    if (config_.limit != 0 && !complete_) complete_ = (config_.count_only ? announced_ : routes_.distinct()) >= config_.limit;
    return std::nullopt;
}

bool Receiver::take_limit_reached() noexcept { return complete_ && config_.limit != 0 && !std::exchange(limit_told_, true); }

}   // namespace barrage
