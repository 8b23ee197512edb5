#include "engine/reflections.hpp"

#include <utility>

namespace barrage {

void ReflectionTimes::add(const ReflectionTimes& other) noexcept
{
    announced.add(other.announced);
    scheduled.add(other.scheduled);
    withdrawn.add(other.withdrawn);
}

Reflections::Reflections(std::shared_ptr<const MeasuredRoutes> routes, std::vector<bool> own)
    : routes_(std::move(routes)), own_(std::move(own)), seen_(routes_->size()), fingerprints_(routes_->size())
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
    fingerprints_[number] = fingerprint;
    auto seen = seen_[number];
    const bool own = is_own(number);
    if ((seen & live_flag) == 0) {
        seen |= live_flag;
        if (!own) ++live_;
    }
    const auto word = routes_->word(number);
    if (word != 0 && (word & MeasuredRoutes::withdraw_flag) == 0 && (seen & ~live_flag) != word) {
        seen = word | live_flag;
        if (!own) {
            ++reflected_;
            const auto took = std::chrono::nanoseconds{now - routes_->time_of(word)};
            times_.announced.record(took);
            if (const auto late = routes_->lateness(number)) times_.scheduled.record(took + *late);
        }
    }
    seen_[number] = seen;
    changed(now);
}

void Reflections::withdrawn(Number number, TimePoint now)
{
    auto seen = seen_[number];
    if ((seen & live_flag) == 0) return;
    seen &= ~live_flag;
    const bool own = is_own(number);
    if (!own) --live_;
    const auto word = routes_->word(number);
    if ((word & MeasuredRoutes::withdraw_flag) != 0 && seen != word) {
        seen = word;
        if (!own) {
            ++reflected_;
            times_.withdrawn.record(std::chrono::nanoseconds{now - routes_->time_of(word)});
        }
    }
    seen_[number] = seen;
    changed(now);
}

void Reflections::unknown(std::string prefix, bool announced, TimePoint now)
{
    changed(now);
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
    live_ = 0;
    unknown_live_.clear();
}

ReflectionTimes Reflections::take_times()
{
    first_change_ = last_change_ = never;
    return std::exchange(times_, ReflectionTimes{});
}

}   // namespace barrage
