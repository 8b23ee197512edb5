#include "engine/reflections.hpp"

#include <utility>

namespace barrage {

void ReflectionTimes::add(const ReflectionTimes& other)
{
    announced.add(other.announced);
    scheduled.add(other.scheduled);
    withdrawn.add(other.withdrawn);
    failover.add(other.failover);
    duplicates += other.duplicates;
    interruptions += other.interruptions;
    for (const auto& [sender, count] : other.interruptions_by_sender) interruptions_by_sender[sender] += count;
    altered += other.altered;
    leaked += other.leaked;
    if (altered_sample.empty()) altered_sample = other.altered_sample;
    if (leaked_sample.empty()) leaked_sample = other.leaked_sample;
}

void SenderTimes::add(const SenderTimes& other) noexcept
{
    announced.add(other.announced);
    withdrawn.add(other.withdrawn);
    failover.add(other.failover);
}

Reflections::Reflections(std::shared_ptr<const MeasuredRoutes> routes, std::vector<bool> own)
    : routes_(std::move(routes)), own_(std::move(own)), seen_(routes_->size()), fingerprints_(routes_->size()),
      slowest_(routes_->keeps_slowest() ? routes_->size() : 0), times_by_group_(routes_->groups())
{
}

void Reflections::changed(TimePoint now) noexcept
{
    if (first_change_ == never) first_change_ = now;
    last_change_ = now;
}

void Reflections::announced(Number number, std::uint32_t fingerprint, TimePoint now)
{
    // Hot: per route a word and a fingerprint of ours, and a word that all share.
    auto held = std::exchange(fingerprints_[number], fingerprint);
    auto seen = seen_[number];
    const auto word = routes_->word(number);
    const bool own = is_own(number);
    const bool was_live = (seen & live_flag) != 0;
    bool is_new = word != 0 && (seen & ~live_flag) != word;
    const bool withdraws = (word & MeasuredRoutes::withdraw_flag) != 0;
    if (!was_live) {
        if (!own) ++live_;
        // Announced again though the withdrawal had come: it has not.
        if (withdraws && !is_new && !own) {
            seen = gone_again;
            is_new = true;
        }
        seen |= live_flag;
    }
    if (!refreshed_.empty()) refreshed_[number] = true;
    if (!held_before_.empty() && !own)
        if (const auto before = held_before_.find(number); before != held_before_.end()) held = before->second;
    // What comes of another cause, such as the old path once more, or with attributes that nobody sent, is waited over: the time is that of what is right.
    const bool answers = own || !(is_new || held != fingerprint) || routes_->is_answer(number, word, fingerprint);
    const bool is_altered = !answers && routes_->is_made_up(number, fingerprint);
    if (is_altered) {
        note_altered(number, held);
        if (!is_new && !withdraws) seen = gone_again | live_flag;   // what had come as it was sent is to come so anew
    } else if (!held_before_.empty()) {
        held_before_.erase(number);
    }
    const bool failover = held != fingerprint && held != 0 && !own && went_over(number, held, fingerprint, word, now);
    if (is_new && !withdraws && (answers || failover)) {
        seen = word | live_flag;
        // The path that is held already, told again in a later operation, is the answer to something else, such as a refresh.
        const bool is_repetition = was_live && held == fingerprint && word < routes_->operation();
        if (!own && routes_->must_not_come(number)) {
            note_leaked(routes_->text_of(number));
        } else if (!own && !is_repetition) {
            ++reflected_;
            const auto time = took(routes_->time_of(word), now);
            times_.announced.record(time);
            note_slowest(number, time);
            if (!times_by_group_.empty()) times_by_group_[routes_->group_of(word)].announced.record(time);
            if (const auto late = routes_->lateness(number)) times_.scheduled.record(time + *late);
        }
    } else if (is_new && failover) {   // what came of a withdrawal is the other path
        seen = word | live_flag;
        ++reflected_;
    } else if (was_live && held == fingerprint && !is_new) {
        ++times_.duplicates;
    }
    if (word != 0 && seen == live_flag) seen |= gone_again;   // not from before: something was sent by then
    seen_[number] = seen;
    changed(now);
}

void Reflections::note_altered(Number number, std::uint32_t held)
{
    if (held != 0) held_before_.try_emplace(number, held);
    if (!altered_.insert(number).second) return;
    ++times_.altered;
    if (times_.altered_sample.empty()) times_.altered_sample = routes_->text_of(number);
}

void Reflections::note_leaked(const std::string& prefix)
{
    if (leaked_.size() >= most_unknown_live || !leaked_.insert(std::hash<std::string>{}(prefix)).second) return;
    ++times_.leaked;
    if (times_.leaked_sample.empty()) times_.leaked_sample = prefix;
}

std::vector<Reflections::Number> Reflections::not_refreshed() const
{
    std::vector<Number> numbers;
    for (Number number = 0; number < refreshed_.size(); ++number)
        if (!refreshed_[number] && holds(number) && !is_own(number)) numbers.push_back(number);
    return numbers;
}

bool Reflections::went_over(Number number, std::uint32_t held, std::uint32_t fingerprint, MeasuredRoutes::Word word,
                            TimePoint now)
{
    const auto since = routes_->gone_since(number, held);
    if (!since || *since < session_begun_ || !routes_->is_advertised(number, fingerprint)) return false;
    // A path that was announced only afterwards takes nobody's place: it comes by itself.
    if ((word & MeasuredRoutes::withdraw_flag) == 0 && routes_->time_of(word) > *since &&
        routes_->comes_with(MeasuredRoutes::sender_of(word), number, fingerprint))
        return false;
    const auto time = took(*since, now);
    times_.failover.record(time);
    if (!times_by_group_.empty()) times_by_group_[routes_->group_of(word)].failover.record(time);
    note_slowest(number, time);
    if (std::exchange(operation_, routes_->operation()) != routes_->operation()) went_over_.clear();
    went_over_.resize(seen_.size());
    went_over_[number] = true;
    return true;
}

std::uint64_t Reflections::failover_not_needed() const noexcept
{
    if (!routes_->any_departed_in_operation() || routes_->rules().prefixes_only) return 0;   // whose path it holds nobody knows
    const bool any_went = !went_over_.empty() && operation_ == routes_->operation();
    std::uint64_t count = 0;
    for (Number number = 0; number < seen_.size(); ++number)
        if (holds(number) && !is_own(number) && !(any_went && went_over_[number]) && routes_->departed_in_operation(number) &&
            routes_->is_advertised(number, fingerprints_[number]))
            ++count;
    return count;
}

void Reflections::withdrawn(Number number, TimePoint now)
{
    auto seen = seen_[number];
    if ((seen & live_flag) == 0) return;
    seen &= ~live_flag;
    const bool own = is_own(number);
    if (!own) --live_;
    if (!held_before_.empty()) held_before_.erase(number);
    const auto word = routes_->word(number);
    if ((word & MeasuredRoutes::withdraw_flag) != 0 && seen != word) {
        seen = word;
        if (!own) {
            ++reflected_;
            const auto time = took(routes_->time_of(word), now);
            times_.withdrawn.record(time);
            note_slowest(number, time);
            if (!times_by_group_.empty()) times_by_group_[routes_->group_of(word)].withdrawn.record(time);
        }
    } else if (!own && word != 0 && seen == word) {
        if (word < routes_->all_right_since() && routes_->paths().has_one_sender(number)) {
            ++times_.interruptions;
            ++times_.interruptions_by_sender[MeasuredRoutes::sender_of(word)];
        }
        seen = gone_again;   // it has come when it stays
    }
    seen_[number] = seen;
    changed(now);
}

void Reflections::unknown(std::string prefix, bool announced, TimePoint now)
{
    changed(now);
    if (announced && routes_->operation() != 0) note_leaked(prefix);
    const auto hash = std::hash<std::string>{}(prefix);
    if (!announced) {
        unknown_live_.erase(hash);
    } else if (unknown_live_.size() < most_unknown_live && unknown_live_.insert(hash).second && unknown_.size() < most_unknown) {
        unknown_.push_back(std::move(prefix));
    }
}

void Reflections::session_lost()
{
    for (auto& seen : seen_) seen &= ~live_flag;
    held_before_.clear();
    live_ = 0;
    unknown_live_.clear();
}

ReflectionTimes Reflections::take_times()
{
    first_change_ = last_change_ = never;
    for (auto& times : times_by_group_) times = {};
    return std::exchange(times_, ReflectionTimes{});
}

}   // namespace barrage
