#include "engine/receiver.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <utility>

#include "codec/attribute/attribute_view.hpp"
#include "codec/message/update.hpp"
#include "codec/nlri/nlri_count.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "rib/route_text.hpp"

namespace barrage {

namespace {

std::uint64_t hash_of(OctetView octets) noexcept { return XXH3_64bits(octets.data(), octets.size()); }

/// What a verdict on attributes depends on: all of them, and of routes whether there are any. Not on NLRI, which are looked at each time.
std::uint64_t wire_hash(const UpdateView& view) noexcept
{
    const auto& reach = view.mp_reach;
    const std::uint64_t announces = (view.nlri.empty() ? 0u : 1u) | (reach && !reach->nlri.empty() ? 2u : 0u);
    if (!reach && !view.mp_unreach) return hash_of(view.attributes) + announces;
    std::uint64_t hash = announces;
    for (Reader in{view.attributes}; const auto attribute = next_attribute(in);) {
        const auto type = attribute->type;
        auto value = attribute->value;
        // The NLRI of these two come last in them.
        if (type == AttributeType::mp_reach_nlri)
            value = value.first(value.size() - reach->nlri.size());
        else if (type == AttributeType::mp_unreach_nlri)
            value = value.first(value.size() - view.mp_unreach->nlri.size());
        const auto seed = hash + (std::uint64_t{attribute->flags} << 8 | static_cast<std::uint8_t>(type));
        hash = XXH3_64bits_withSeed(value.data(), value.size(), seed);
    }
    return hash;
}

std::uint8_t max_length(Family family) noexcept
{
    return family.afi == Afi::ipv4 ? Ipv4Prefix::max_length : Ipv6Prefix::max_length;
}

}   // namespace

Receiver::Receiver(ReceiverConfig config, PrefixIndex& prefixes)
    : config_(std::move(config)), routes_(prefixes), usable_(std::move(config_.usable))
{
    if (config_.measured) reflections_ = std::make_unique<Reflections>(config_.measured, std::move(config_.own_routes));
}

void Receiver::session_lost()
{
    judged_.clear();   // the next one may settle otherwise how octets are read
    ends_of_rib_ = {};
    if (reflections_) reflections_->session_lost();
}

void Receiver::release() noexcept
{
    judged_ = decltype(judged_){};   // = {} would keep the memory
    routes_.release();
}

void Receiver::note_problem(Recovery action, std::string_view text)
{
    ++malformed_;
    if (!first_problem_.empty()) return;
    first_problem_ = text;
    first_action_ = action;
}

Receiver::Judged Receiver::judge_routes(OctetView next_hop, const Negotiated& negotiated, std::string_view& useless) const
{
    Judged judged{.digest = 0, .withdraw = false};
    if (reflections_) {
        if (const auto problem = usable_.problem_of(canonical_.octets, next_hop, negotiated); !problem.empty()) {
            useless = problem;
            judged.withdraw = true;
        } else {
            judged.leads_back = usable_.leads_back(next_hop);
            const auto& rules = config_.measured->rules();
            const std::size_t own_as_due = negotiated.internal || config_.usable.peer_is_route_server ? 0 : 1;
            judged.fingerprint = marked(route_fingerprint(canonical_.octets, rules, own_as_due), next_hop_mark(next_hop, rules));
        }
    }
    judged.digest = hash_of(canonical_.octets) ^ hash_of(next_hop) * 0x9e3779b97f4a7c15u;
    return judged;
}

std::expected<Receiver::Verdict, NotificationError> Receiver::judge(const UpdateView& view, const Negotiated& negotiated)
{
    auto options = negotiated.options;
    options.reject_as_set = config_.reject_as_set;
    const bool only_routes = view.attributes.empty() && view.nlri.empty();   // the commonest withdrawals: nothing to look up
    const auto key = only_routes ? 0 : wire_hash(view);
    if (!view.error && has_sound_nlri(view, options)) {
        if (only_routes) return Verdict{};
        if (const auto known = judged_.find(key); known != judged_.end()) return Verdict{known->second, known->second};
    }

    problems_.clear();
    const auto neighbor = negotiated.internal ? Neighbor::internal : Neighbor::external;
    auto action = check_update(view, options, neighbor, problems_);
    if (action) {
        note_problem(*action, std::ranges::find(problems_, *action, &Problem::action)->text);
        if (auto reset = reset_of(problems_)) return std::unexpected(std::move(*reset));
    }
    const bool is_plain = !view.nlri.empty();
    const bool is_reach = view.mp_reach && !view.mp_reach->nlri.empty();
    const Judged as_a_whole{.digest = 0, .withdraw = action && *action >= Recovery::treat_as_withdraw};
    Verdict verdict{as_a_whole, as_a_whole};
    if (!as_a_whole.withdraw && !config_.count_only && canonical_attributes(view.attributes, options, canonical_)) {
        std::string_view useless;
        if (is_plain) verdict.plain = judge_routes(canonical_.plain_next_hop, negotiated, useless);
        if (is_reach) verdict.reach = judge_routes(canonical_.next_hop, negotiated, useless);
        if (!useless.empty()) {
            if (!action) note_problem(Recovery::treat_as_withdraw, useless);
            action = Recovery::treat_as_withdraw;
        }
    }
    // Only what was good is worth remembering: what is wrong is to be counted each time. UPDATEs with both kinds of NLRI are rare.
    if (!action && !(is_plain && is_reach)) {
        // What a peer sends never grows us without bound.
        if (judged_.size() >= (config_.count_only ? most_judged_counting : most_judged)) judged_.clear();
        judged_.emplace(key, is_plain ? verdict.plain : verdict.reach);
    }
    return verdict;
}

void Receiver::reflect(OctetView nlri, Family family, NlriField field, const Judged* announced, TimePoint now)
{
    const bool announces = announced && !announced->withdraw;
    std::uint64_t count = 0;
    bool any_leads_back = false;
    const auto& names = config_.measured->names();
    const auto note = [&](MeasuredRoutes::Number number, const auto& text) {
        ++count;
        bool holds = announces;
        if (announces && announced->leads_back && (number == MeasuredRoutes::none || !reflections_->is_own(number))) {
            any_leads_back = true;
            holds = false;
        }
        if (number == MeasuredRoutes::none)
            reflections_->unknown(text(), holds, now);
        else if (holds)
            reflections_->announced(number, announced->fingerprint, now);
        else
            reflections_->withdrawn(number, now);
    };
    const auto prefix = [&](const auto& each) { note(names.find(each), [&] { return to_text(each); }); };
    if (family == ipv4_unicast)
        for_each_prefix(nlri, max_length(family), field.has_path_ids, [&](const PrefixView& view) { prefix(ipv4_prefix(view)); });
    else if (family == ipv6_unicast)
        for_each_prefix(nlri, max_length(family), field.has_path_ids, [&](const PrefixView& view) { prefix(ipv6_prefix(view)); });
    else
        for_each_name(family, nlri, field.has_path_ids, field.has_one_label(), made_,
                      [&](PathId, OctetView each) { note(names.find(family, each), [&] { return route_text(family, each); }); });
    (announces ? announced_ : withdrawn_) += count;
    if (any_leads_back) note_problem(Recovery::treat_as_withdraw, UsableRoutes::leads_back_text);
}

void Receiver::apply(OctetView nlri, Family family, NlriField field, const Judged* announced, TimePoint now)
{
    if (nlri.empty()) return;
    const bool holds = announced && !announced->withdraw;
    const bool is_unicast = family == ipv4_unicast || family == ipv6_unicast;
    std::uint64_t count = 0;
    if (config_.count_only) {
        if (is_unicast)
            count = count_nlri(nlri, max_length(family), field.has_path_ids).value_or(0);
        else
            for_each_nlri(family, nlri, field.has_path_ids, [&](PathId, OctetView) { ++count; });
        (holds ? announced_ : withdrawn_) += count;
        return;
    }
    if (reflections_) return reflect(nlri, family, field, announced, now);
    const auto each = [&](PrefixIndex::Number number) {
        if (holds)
            routes_.announce(number, announced->digest);
        else
            routes_.withdraw(number);
        ++count;
    };
    auto& prefixes = routes_.prefixes();
    if (!is_unicast) {
        for_each_name(family, nlri, field.has_path_ids, field.has_one_label(), made_, [&](PathId id, OctetView name) {
            const RouteKeyView key{family, id, name};
            each(holds ? prefixes.number_of(key) : prefixes.find(key));
        });
    } else if (family.afi == Afi::ipv4) {
        // Looked up together: their cache misses then overlap.
        struct Wanted {
            Ipv4Prefix prefix;
            PathId path_id;
        };
        std::array<Wanted, 64> wanted;
        std::size_t waiting = 0;
        const auto look_up = [&] {
            for (std::size_t i = 0; i < waiting; ++i) {
                const auto& [prefix, path_id] = wanted[i];
                each(holds ? prefixes.number_of(prefix, path_id) : prefixes.find(prefix, path_id));
            }
            waiting = 0;
        };
        for_each_prefix(nlri, max_length(family), field.has_path_ids, [&](const PrefixView& view) {
            if (waiting == wanted.size()) look_up();
            wanted[waiting] = {ipv4_prefix(view), view.path_id};
            prefixes.prefetch(wanted[waiting++].prefix);
        });
        look_up();
    } else {
        for_each_prefix(nlri, max_length(family), field.has_path_ids, [&](const PrefixView& view) {
            const auto prefix = ipv6_prefix(view);
            each(holds ? prefixes.number_of(prefix, view.path_id) : prefixes.find(prefix, view.path_id));
        });
    }
    (holds ? announced_ : withdrawn_) += count;
}

std::optional<NotificationError> Receiver::update(OctetView message, const Negotiated& negotiated, TimePoint now)
{
    ++updates_;
    auto split = split_update(message);
    if (!split) {
        note_problem(Recovery::session_reset, split.error().text);
        return std::move(split.error());
    }
    const auto& view = *split;
    // RFC 4760 section 8: routes of a family that was not negotiated are none.
    const auto& families = negotiated.families;
    const bool takes_plain = families.contains(ipv4_unicast);
    const bool takes_reach = view.mp_reach && families.contains(view.mp_reach->family());
    const bool takes_unreach = view.mp_unreach && families.contains(view.mp_unreach->family());
    const bool has_plain = !view.nlri.empty() || !view.withdrawn.empty();
    if ((has_plain && !takes_plain) || (view.mp_reach && !takes_reach) || (view.mp_unreach && !takes_unreach)) ++not_negotiated_;
    const auto verdict = judge(view, negotiated);
    if (!verdict) return verdict.error();

    const auto take = [&](OctetView nlri, Family family, const Judged* announced) {
        apply(nlri, family, nlri_field(family, negotiated.options, announced == nullptr), announced, now);
    };
    if (takes_plain) take(view.withdrawn, ipv4_unicast, nullptr);
    if (takes_unreach) take(view.mp_unreach->nlri, view.mp_unreach->family(), nullptr);
    if (takes_plain) take(view.nlri, ipv4_unicast, &verdict->plain);
    if (takes_reach) take(view.mp_reach->nlri, view.mp_reach->family(), &verdict->reach);

    if ((takes_plain && !view.nlri.empty()) || (takes_reach && !view.mp_reach->nlri.empty())) {
        if (first_route_ == never) first_route_ = now;
        last_route_ = now;
    } else if (const auto family = view.end_of_rib()) {
        ends_of_rib_.insert(*family);
    }
    if (config_.max_routes != 0 && !config_.count_only && routes_.distinct() > config_.max_routes)
        return NotificationError{.code = ErrorCode::cease,
                                 .subcode = std::to_underlying(CeaseSubcode::maximum_prefixes_reached),
                                 .text = "more distinct prefixes than --max-routes allows"};
    if (config_.limit != 0 && !complete_) complete_ = (config_.count_only ? announced_ : routes_.distinct()) >= config_.limit;
    return std::nullopt;
}

bool Receiver::take_limit_reached() noexcept { return complete_ && config_.limit != 0 && !std::exchange(limit_reported_, true); }

}   // namespace barrage
