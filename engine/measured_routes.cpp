#include "engine/measured_routes.hpp"

#include <algorithm>

#include "codec/message/update_view.hpp"
#include "codec/nlri/nlri_extent.hpp"

namespace barrage {

void MeasuredRoutes::add(const std::shared_ptr<const RouteSet>& set)
{
    if (numbers_of(*set)) return;
    auto numbers = std::make_unique<SetNumbers>();
    numbers->set = set;
    numbers->of_route.reserve(set->announced() + set->withdrawn());
    const auto& groups = set->groups();
    for (std::size_t index = 0; index < groups.size(); ++index) {
        const auto& group = groups[index];
        const auto begin = numbers->of_route.size();
        numbers->group_begins.push_back(begin);
        const auto family = known_families[group.family].family;
        const auto flag = group.withdraw ? withdraw_bit : 0;
        set->for_each_nlri(index, 0, set->nlri_octets(index), [&](OctetView nlri) {
            for_each_nlri(family, nlri, group.has_path_ids,
                          [&](PathId, OctetView one) { numbers->of_route.push_back(names_.number_of(family, one) | flag); });
        });
        numbers->of_route.resize(begin + group.routes, none | flag);
    }
    sets_.push_back(std::move(numbers));
}

void MeasuredRoutes::note_departures_of(const std::vector<KnownPaths::Sender>& senders)
{
    if (senders.size() < 2) return;   // nobody could take its place
    const auto slots =
        std::min(senders.size(), std::max(least_slots, most_octets_of_slots / (sizeof(Word) * (names_.size() + 1))));
    for (std::size_t i = 0; i < senders.size(); ++i) {
        if (slot_of_.size() <= senders[i]) slot_of_.resize(senders[i] + 1, no_slot);
        slot_of_[senders[i]] = static_cast<std::uint32_t>(i % slots);
    }
    departures_.resize(slots);
    ends_ = std::make_unique<std::atomic<Word>[]>(slot_of_.size());
}

void MeasuredRoutes::begin(TimePoint start)
{
    start_ = start;
    changed_paths_.set_size(names_.size());
    for (auto& each : departures_) each = std::make_unique<std::atomic<Word>[]>(names_.size() + 1);
    words_ = std::make_unique<std::atomic<Word>[]>(names_.size() + 1);
    late_ = std::make_unique<std::atomic<std::uint32_t>[]>(names_.size() + 1);
    if (has_due_times_) due_ = std::make_unique<std::atomic<std::uint64_t>[]>(names_.size() + 1);
}

const MeasuredRoutes::SetNumbers* MeasuredRoutes::numbers_of(const RouteSet& set) const noexcept
{
    for (const auto& numbers : sets_)
        if (numbers->set.get() == &set) return numbers.get();
    return nullptr;
}

std::uint64_t MeasuredRoutes::first_route(const RouteSlice& slice) const
{
    const auto* numbers = numbers_of(*slice.set);
    if (!numbers) return 0;
    if (slice.begin.group >= numbers->group_begins.size()) return numbers->of_route.size();
    return numbers->group_begins[slice.begin.group] + slice.set->routes_in(slice.begin.group, 0, slice.begin.octet);
}

std::span<const MeasuredRoutes::Number> MeasuredRoutes::numbers_of(const RouteSlice& slice) const
{
    const auto* numbers = numbers_of(*slice.set);
    if (!numbers) return {};
    const auto count = count_routes(slice);
    return std::span{numbers->of_route}.subspan(first_route(slice), count.announced + count.withdrawn);
}

void MeasuredRoutes::numbers_of_message(OctetView message, std::uint32_t routes, FamilySet with_path_ids,
                                        std::vector<Number>& into) const
{
    const auto end = into.size() + routes;
    if (const auto view = split_update(message); view && routes != 0) {
        Octets made;
        const auto take = [&](OctetView nlri, Family family, Number flag) {
            for_each_name(family, nlri, with_path_ids.contains(family), flag == withdraw_bit, made,
                          [&](PathId, OctetView one) { into.push_back(names_.find(family, one) | flag); });
        };
        take(view->withdrawn, ipv4_unicast, withdraw_bit);
        if (view->mp_unreach) take(view->mp_unreach->nlri, view->mp_unreach->family(), withdraw_bit);
        if (view->mp_reach) take(view->mp_reach->nlri, view->mp_reach->family(), 0);
        take(view->nlri, ipv4_unicast, 0);
    }
    into.resize(end, none);
}

void MeasuredRoutes::due(Number number, TimePoint when) noexcept
{
    if (!due_ || number >= names_.size()) return;
    const auto after = std::max<std::int64_t>(std::chrono::nanoseconds{when - start_}.count(), 0);
    std::uint64_t none_waits = 0;
    due_[number].compare_exchange_strong(none_waits, static_cast<std::uint64_t>(after) + 1, std::memory_order_relaxed);
}

void MeasuredRoutes::sent(std::span<const Number> numbers, const Sending& sending, TimePoint now) noexcept
{
    // Hot: per route a load, a comparison and a store, of words that mostly follow each other.
    const auto time = word_of(now);
    const auto operation = operation_.load(std::memory_order_relaxed);
    const auto own = Word{sending.sender & 0xffffu} << 1;
    auto* const departures = this->departures(sending.sender);
    if (departures && sending.departs) ends_[sending.sender].store(0, std::memory_order_relaxed);
    bool any_departed = false;
    const auto late_by = [now](TimePoint due) {
        const auto after = std::chrono::duration_cast<std::chrono::microseconds>(now - due).count();
        return static_cast<std::uint32_t>(std::clamp<std::int64_t>(after, 0, 0xfffffffe)) + 1;
    };
    const auto late = sending.due == never ? 0 : late_by(sending.due);
    for (const auto each : numbers) {
        const auto number = each & ~withdraw_bit;
        if (number >= names_.size()) continue;
        const bool withdraws = sending.withdraw || (each & withdraw_bit) != 0;
        if (departures) {
            if (withdraws || sending.departs) {
                departures[number].store(time | own | (sending.departs ? 0 : withdraw_flag), std::memory_order_relaxed);
                any_departed = true;
            } else if (departures[number].load(std::memory_order_relaxed) != 0) {
                departures[number].store(0, std::memory_order_relaxed);
            }
        }
        auto& word = words_[number];
        const auto was = word.load(std::memory_order_relaxed);
        // Of several who announce their tables, the first; of several who withdraw, the last: only then is the prefix gone.
        if (!withdraws && !sending.single && was >= operation && (was & withdraw_flag) == 0 && (was & sender_mask) != own &&
            was != 0)
            continue;
        word.store(time | own | (withdraws ? withdraw_flag : 0), std::memory_order_relaxed);
        const auto due = due_ ? due_[number].exchange(0, std::memory_order_relaxed) : 0;
        const bool has_own_due = due != 0 && sending.single;
        late_[number].store(has_own_due ? late_by(start_ + std::chrono::nanoseconds{static_cast<std::int64_t>(due - 1)}) : late,
                            std::memory_order_relaxed);
    }
    if (any_departed) any_departed_.store(true, std::memory_order_relaxed);
}

std::optional<TimePoint> MeasuredRoutes::gone_since(Number number, std::uint32_t fingerprint) const
{
    Word last = 0;
    bool all = true;
    const auto look_at = [&](KnownPaths::Sender sender) {
        const auto* departures = this->departures(sender);
        const Word word = departures ? departures[number].load(std::memory_order_relaxed) : 0;
        all &= word != 0 && sender_of(word) == (sender & 0xffff);
        const bool with_session = word != 0 && (word & withdraw_flag) == 0;
        last = std::max({last, word, with_session ? ends_[sender].load(std::memory_order_relaxed) : 0});
    };
    paths_.for_each_sender(number, fingerprint, look_at);
    changed_paths_.for_each(number, [&](KnownPaths::Sender sender, const KnownPaths::Advertised& advertised) {
        if (paths_.comes_as(sender, advertised, fingerprint)) look_at(sender);
    });
    if (!all || last == 0) return std::nullopt;
    return time_of(last);
}

bool MeasuredRoutes::is_advertised(Number number, std::uint32_t fingerprint) const
{
    bool advertised = false;
    const auto look_at = [&](KnownPaths::Sender sender) {
        const auto* departures = this->departures(sender);
        const Word word = departures ? departures[number].load(std::memory_order_relaxed) : 0;
        advertised |= word == 0 || sender_of(word) != (sender & 0xffff);
    };
    paths_.for_each_sender(number, fingerprint, [&](KnownPaths::Sender sender) {
        if (!changed_paths_.find(sender, number)) look_at(sender);
    });
    changed_paths_.for_each(number, [&](KnownPaths::Sender sender, const KnownPaths::Advertised& announced) {
        if (paths_.comes_as(sender, announced, fingerprint)) look_at(sender);
    });
    return advertised;
}

bool MeasuredRoutes::is_made_up(Number number, std::uint32_t fingerprint) const
{
    if (rules_.prefixes_only || !paths_.complete() || !paths_.has(number) || paths_.is_told_variously(number)) return false;
    bool known = false;
    paths_.for_each_sender(number, fingerprint, [&](KnownPaths::Sender) { known = true; });
    const bool all =
        changed_paths_.for_each_ever(number, [&](KnownPaths::Sender sender, const KnownPaths::Advertised& advertised) {
            known |= paths_.comes_as(sender, advertised, fingerprint);
        });
    return !known && all;
}

bool MeasuredRoutes::departed_in_operation(Number number) const noexcept
{
    const auto operation = operation_.load(std::memory_order_relaxed);
    return std::ranges::any_of(departures_, [&](const auto& each) {
        const auto word = each[number].load(std::memory_order_relaxed);
        return word != 0 && word >= operation;
    });
}

}   // namespace barrage
