#include "loadgen/play/expectation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace barrage {

Expectation::Expectation(MeasuredRoutes& routes, std::vector<PeerIdentity> peers)
    : routes_(routes), peers_(std::move(peers)), table_of_(peers_.size(), no_table), traits_(1), holders_(routes.size()),
      leaving_(peers_.size())
{
    for (Number number = 0; number < holders_.size(); ++number) advertised_families_.insert(routes_.names().family_of(number));
    families_.assign(peers_.size(), advertised_families_);
    offered_.resize(peers_.size());
    for (const auto& peer : peers_) watched_ases_.push_back(peer.as);
    watched_ases_.push_back(Asn{0});
    std::ranges::sort(watched_ases_);
    watched_ases_.erase(std::ranges::unique(watched_ases_).begin(), watched_ases_.end());
}

// ---- What excuses routes.

void Expectation::add_table(std::span<const std::shared_ptr<const RouteSet>> sets, const std::vector<Sender>& senders)
{
    for (const auto sender : senders) table_of_[sender] = static_cast<std::uint32_t>(tables_.size());
    tables_.push_back({.sets = {sets.begin(), sets.end()}, .traits = {}});
    find_traits(tables_.back());
}

void Expectation::device_is(const PeerIdentity& device)
{
    if (device_ && device_->as == device.as && device_->identifier == device.identifier) return;
    device_ = device;
    if (std::ranges::binary_search(watched_ases_, device.as)) return;
    watched_ases_.insert(std::ranges::upper_bound(watched_ases_, device.as), device.as);
    for (auto& table : tables_) find_traits(table);
}

void Expectation::speaks(Sender peer, FamilySet families)
{
    families_[peer] = families;
    all_speak_all_ = std::ranges::all_of(families_, [&](const FamilySet& each) {
        bool all = true;
        advertised_families_.for_each([&](Family family) { all &= each.contains(family); });
        return all;
    });
}

void Expectation::has_role(Sender peer, std::optional<BgpRole> role)
{
    peers_[peer].device_role = role;
    any_roles_ |= role.has_value();
}

std::uint32_t Expectation::traits_number(OctetView attributes)
{
    auto traits = RouteTraits::of(attributes, watched_ases_);
    if (traits.are_plain()) return 0;
    // Few in a row differ: made-up tables have one, real ones some hundred.
    constexpr std::size_t looked_through = 64;
    const auto from = traits_.size() > looked_through ? traits_.end() - looked_through : traits_.begin();
    const auto known = std::find(from, traits_.end(), traits);
    if (known != traits_.end()) return static_cast<std::uint32_t>(known - traits_.begin());
    traits_.push_back(std::move(traits));
    return static_cast<std::uint32_t>(traits_.size() - 1);
}

void Expectation::find_traits(Table& table)
{
    table.traits.clear();
    for (const auto& set : table.sets) {
        const auto* numbers = routes_.numbers_of(*set);
        if (!numbers) continue;
        const auto& groups = set->groups();
        for (std::size_t index = 0; index < groups.size(); ++index) {
            if (!groups[index].attributes) continue;
            const auto traits = traits_number(groups[index].attributes->octets());
            if (traits == 0 && table.traits.empty()) continue;
            for (std::uint64_t i = 0; i < groups[index].routes; ++i) {
                const auto number = numbers->of_route[numbers->group_begins[index] + i] & ~MeasuredRoutes::withdraw_bit;
                if (number >= holders_.size()) continue;
                if (traits != 0)
                    table.traits[number] = traits;
                else
                    table.traits.erase(number);   // of several tellings the last counts
            }
        }
    }
}

bool Expectation::may_excuse(Sender receiver) const
{
    if (!left_out_.empty() || traits_.size() > 1 || !all_speak_all_ || any_roles_ || !several_paths_.empty()) return true;
    // Whoever has the receiver's AS puts it at the front of all its paths.
    for (Sender sender = 0; sender < peers_.size(); ++sender)
        if (sender != receiver && table_of_[sender] != no_table && peers_[sender].as == peers_[receiver].as) return true;
    return false;
}

std::uint32_t Expectation::traits_of(Sender sender, Number number) const
{
    if (is_altered(number))
        if (const auto altered = altered_traits_.find(key_of(sender, number)); altered != altered_traits_.end())
            return altered->second;
    if (table_of_[sender] == no_table) return 0;
    const auto& table = tables_[table_of_[sender]].traits;
    const auto found = table.find(number);
    return found != table.end() ? found->second : 0;
}

Excuse Expectation::excuse(Sender sender, Number number, Sender receiver) const
{
    if (!left_out_.empty() && left_out_.contains(key_of(sender, number))) return Excuse::left_out;
    if (is_of_several_paths(number)) return Excuse::several_paths;
    if (!all_speak_all_) {
        const auto family = routes_.names().family_of(number);
        if (!families_[sender].contains(family)) return Excuse::left_out;
        if (!families_[receiver].contains(family))
            return offered_[receiver].contains(family) ? Excuse::receiver_refused : Excuse::receiver_family;
    }
    return excuse_of(traits_[traits_of(sender, number)], peers_[sender], peers_[receiver], device_);
}

// ---- Who holds what.

void Expectation::set_holders(Number number, SenderSets::Id id)
{
    auto& holders = holders_[number];
    if (holders == SenderSets::nobody && id != SenderSets::nobody) ++held_;
    if (holders != SenderSets::nobody && id == SenderSets::nobody) --held_;
    holders = id;
    if (sets_.is_crowded()) sets_.compact(holders_);
}

void Expectation::announced(Sender sender, Number number)
{
    number &= ~MeasuredRoutes::withdraw_bit;
    if (number < holders_.size()) set_holders(number, sets_.with(holders_[number], sender));
}

void Expectation::withdrawn(Sender sender, Number number)
{
    number &= ~MeasuredRoutes::withdraw_bit;
    if (number < holders_.size()) set_holders(number, sets_.without(holders_[number], sender));
}

bool Expectation::has_others(Sender sender, Number number) const noexcept
{
    return std::ranges::any_of(holders(number), [&](Sender other) { return other != sender && !leaving_[other]; });
}

void Expectation::comes_with(Sender sender, Number number, OctetView attributes)
{
    if (number >= holders_.size()) return;
    const auto& paths = routes_.paths();
    const auto advertised = paths.fingerprint_of(routes_, sender, number, attributes);
    const auto reflected = paths.reflected(sender, advertised.fingerprint, advertised.inside);
    if (advertised.fingerprint == paths.fingerprint(sender, number) && paths.matches(sender, number, reflected))
        return comes_as_in_table(sender, number);
    const auto known = routes_.changed_paths().find(sender, number);
    if (!known && sets_.contains(holders_[number], sender)) former_.insert(key_of(paths.fingerprint(sender, number), number));
    if (known && known->fingerprint != advertised.fingerprint) former_.insert(key_of(known->fingerprint, number));
    routes_.changed_paths().set(sender, number, advertised);
    altered_traits_[key_of(sender, number)] = traits_number(attributes);
}

void Expectation::comes_as_in_table(Sender sender, Number number)
{
    const auto known = routes_.changed_paths().find(sender, number);
    if (!known) return;
    former_.insert(key_of(known->fingerprint, number));
    routes_.changed_paths().erase(sender, number);
    altered_traits_.erase(key_of(sender, number));
}

bool Expectation::was_advertised(Number number, std::uint32_t fingerprint) const
{
    const auto& paths = routes_.paths();
    if (paths.any_alike(fingerprint, [&](std::uint32_t one) { return former_.contains(key_of(one, number)); })) return true;
    bool advertised = false;
    paths.for_each_sender(number, fingerprint, [&](Sender sender) {
        // Where a policy is expected of what is announced now, it was not right as it stands in the table, unless it was so before.
        const auto changed = routes_.changed_paths().find(sender, number);
        advertised |= !changed || !changed->exact;
    });
    routes_.changed_paths().for_each(number, [&](Sender sender, const KnownPaths::Advertised& changed) {
        advertised |= paths.comes_as(sender, changed, fingerprint);
    });
    return advertised;
}

// ---- Receivers against it.

struct Expectation::Judging {
    const Reflections& seen;
    Sender receiver;
    bool excuses;   // some route may be excused
    Comparison& result;
    struct Excused {
        std::uint64_t routes = 0;
        std::string sample = {};
    };
    std::array<Excused, excuse_count> excused = {};   // by reason
    std::vector<std::pair<Number, bool>> shared_own =
        {};   // its own routes that others hold too, and whether it has one of these
};

Expectation::Bounds Expectation::bounds(Sender receiver, const std::vector<bool>& own) const
{
    const bool excuses = may_excuse(receiver);
    if (own.empty() && !excuses) return {held_, held_};
    Bounds bounds;
    for (Number number = 0; number < holders_.size(); ++number) {
        if (holders_[number] == SenderSets::nobody || (number < own.size() && own[number])) continue;
        ++bounds.most;
        if (!excuses || is_wanted(number, receiver)) ++bounds.least;
    }
    return bounds;
}

bool Expectation::is_wanted(Number number, Sender receiver) const
{
    bool wanted = false;
    for (const auto sender : holders(number)) {
        if (sender == receiver) continue;
        const auto why = excuse(sender, number, receiver);
        if (may_hide_others(why)) return false;   // it may be the best path
        wanted |= why == Excuse::none;
    }
    return wanted;
}

Expectation::Fit Expectation::fit(Number number, const Reflections& seen, Sender receiver, bool excuses) const
{
    // Mostly all is right, of very many: by one of the first holders it is seen without judging.
    const auto& senders = holders(number);
    const bool has = seen.holds(number);
    if (!has && senders.empty()) return Fit::right;
    if (has && !excuses) {
        constexpr std::size_t looked_at = 2;
        for (std::size_t i = 0; i < std::min(looked_at, senders.size()); ++i)
            if (senders[i] != receiver && routes_.comes_with(senders[i], number, seen.fingerprint(number))) return Fit::right;
    }
    Comparison result;
    Judging judging{seen, receiver, excuses, result};
    judge(number, judging);
    if (result.missing != 0) return Fit::missing;
    if (result.stale + result.unexpected != 0) return Fit::stale;
    return result.wrong_attributes != 0 ? Fit::altered : Fit::right;
}

bool Expectation::was_always_forbidden(Number number, Sender receiver) const
{
    // What was announced with other attributes before may have come rightly.
    if (routes_.changed_paths().had(number) || routes_.paths().is_told_variously(number)) return false;
    for (Sender sender = 0; sender < peers_.size(); ++sender) {
        const bool announces = routes_.paths().fingerprint(sender, number) != 0 || sets_.contains(holders_[number], sender);
        if (sender != receiver && announces && !is_forbidden(excuse(sender, number, receiver))) return false;
    }
    return true;
}

void Expectation::judge(Number number, Judging& judging) const
{
    auto& result = judging.result;
    const auto receiver = judging.receiver;
    const bool has = judging.seen.holds(number);
    const auto id = holders_[number];
    if (id == SenderSets::nobody && !has) return;
    if (is_of_several_paths(number)) {
        auto& [routes, sample] = judging.excused[std::to_underlying(Excuse::several_paths)];
        if (routes++ == 0) sample = routes_.text_of(number);
        return;
    }
    const auto fingerprint = judging.seen.fingerprint(number);
    const auto& senders = sets_.senders(id);

    bool own = false, expected = false, allowed = false, hidden = false, fits = false;
    Excuse excused = Excuse::none, passed_on = Excuse::none;   // why it is not expected; why what came must not come
    const auto take = [&](Sender sender) {
        const auto why = judging.excuses ? excuse(sender, number, receiver) : Excuse::none;
        expected |= why == Excuse::none;
        allowed |= !is_forbidden(why);
        hidden |= may_hide_others(why);
        if (why != Excuse::none && (excused == Excuse::none || may_hide_others(why))) excused = why;
        if (!has || fits || !routes_.comes_with(sender, number, fingerprint)) return;
        fits = !is_forbidden(why);
        if (!fits) passed_on = why;
    };
    if (senders.size() <= 2 || judging.excuses || is_altered(number)) {
        for (const auto sender : senders)
            if (sender == receiver)
                own = true;
            else
                take(sender);
    } else {   // those that could have announced it are fewer than those that hold the prefix
        own = sets_.contains(id, receiver);
        expected = allowed = true;
        if (has)
            routes_.paths().for_each_sender(number, fingerprint,
                                            [&](Sender sender) { fits |= sender != receiver && sets_.contains(id, sender); });
    }

    const auto wrong = [&](std::uint64_t& count, std::vector<std::string>& samples, auto&& why) {
        ++count;
        if (samples.size() >= Comparison::most_samples) return;
        const std::string text = why();
        samples.push_back(text.empty() ? routes_.text_of(number) : fmt::format("{} ({})", routes_.text_of(number), text));
    };
    const auto nothing = [] { return std::string{}; };
    expected &= !hidden;
    if (own) {
        // The best path may be its own, which does not come back: of all who announce it themselves and could get another's, only one may lack it.
        if (expected) judging.shared_own.emplace_back(number, has);
    } else if (expected) {
        ++result.expected;
        if (!has) return wrong(result.missing, result.missing_samples, [&] { return likely_reason(number, receiver); });
    } else if (excused != Excuse::none) {
        auto& [routes, sample] = judging.excused[std::to_underlying(excused)];
        if (routes++ == 0) sample = routes_.text_of(number);
    }
    if (!has && !own && !senders.empty() && !allowed && judging.seen.has_come(number) && was_always_forbidden(number, receiver))
        return wrong(result.unexpected, result.unexpected_samples,
                     [&] { return fmt::format("it came and went: {}", text_of(excused)); });
    if (has && fits && !own && judging.seen.was_there_before(number))
        return wrong(result.unexpected, result.unexpected_samples, [] { return std::string{"it was there before it was sent"}; });
    if (!has || fits) return;
    if (passed_on != Excuse::none)
        return wrong(result.unexpected, result.unexpected_samples, [&] { return std::string{text_of(passed_on)}; });
    if (own && routes_.comes_with(receiver, number, fingerprint))
        return wrong(result.reflected_to_sender, result.reflected_samples, nothing);
    const bool nobody_else = senders.size() == (own ? 1 : 0);
    if (nobody_else) wrong(result.unexpected, result.unexpected_samples, nothing);
    // Whatever was done to its attributes: none of those that hold it may come through.
    if (!nobody_else && !allowed)
        return wrong(result.unexpected, result.unexpected_samples, [&] { return std::string{text_of(excused)}; });
    if (was_advertised(number, fingerprint)) return wrong(result.stale, result.stale_samples, nothing);
    if (!nobody_else) wrong(result.wrong_attributes, result.wrong_samples, nothing);
}

Comparison Expectation::compare(const Reflections& seen, Sender receiver) const
{
    Comparison result;
    result.receivers = 1;
    Judging judging{seen, receiver, may_excuse(receiver), result};
    for (Number number = 0; number < holders_.size(); ++number) judge(number, judging);
    for (std::size_t reason = 0; reason < excuse_count; ++reason)
        if (const auto& [routes, sample] = judging.excused[reason]; routes != 0)
            result.excuse(Excuse{static_cast<std::uint8_t>(reason)}, routes, sample);
    result.shared_own = std::move(judging.shared_own);
    result.unexpected += seen.unknown_live();
    for (const auto& prefix : seen.unknown())
        if (seen.unknown_live() != 0 && result.unexpected_samples.size() < Comparison::most_samples)
            result.unexpected_samples.push_back(prefix);
    return result;
}

const AttributeSet* Expectation::attributes_of(Sender sender, Number number) const
{
    const AttributeSet* found = nullptr;
    if (table_of_[sender] == no_table) return found;
    for (const auto& set : tables_[table_of_[sender]].sets) {
        const auto* numbers = routes_.numbers_of(*set);
        const auto at = numbers ? std::ranges::find(numbers->of_route, number) : std::vector<Number>::const_iterator{};
        if (!numbers || at == numbers->of_route.end()) continue;
        const auto place = static_cast<std::uint64_t>(at - numbers->of_route.begin());
        const auto group = std::ranges::upper_bound(numbers->group_begins, place) - numbers->group_begins.begin() - 1;
        found = set->groups()[static_cast<std::size_t>(group)].attributes.get();
    }
    return found;
}

std::string Expectation::likely_reason(Number number, Sender receiver) const
{
    const auto& senders = holders(number);
    if (senders.empty()) return {};
    const auto sender = senders.front() == receiver && senders.size() > 1 ? senders[1] : senders.front();
    if (device_ && peers_[sender].as == device_->as && peers_[receiver].as == device_->as)
        return "from iBGP to iBGP: only a route reflector passes that on";
    const auto prefix = routes_.text_of(number);
    const bool is_of_a_host = prefix.starts_with("127.") || prefix.starts_with("0.") || prefix.starts_with("::1/");
    if (is_of_a_host && prefix != "0.0.0.0/0")
        return "addresses that stay in a host, RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3";
    const auto* attributes = attributes_of(sender, number);
    if (!attributes) return {};
    const auto traits = RouteTraits::of(attributes->octets(), {Asn{0}});
    if (!traits.ases.empty()) return "AS 0 in its path, RFC 7607";
    if (traits.only_to_customer) return "ONLY_TO_CUSTOMER: a device with roles may hold it back, RFC 9234";
    return explain_next_hop_ ? explain_next_hop_(sender, attributes->next_hop()) : std::string{};
}

}   // namespace barrage
