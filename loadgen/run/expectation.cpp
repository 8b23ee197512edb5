#include "loadgen/run/expectation.hpp"

#include <algorithm>

namespace barrage {

void Comparison::add(const Comparison& other, const std::string& who)
{
    expected += other.expected;
    missing += other.missing;
    unexpected += other.unexpected;
    wrong_attributes += other.wrong_attributes;
    const auto take = [&](std::vector<std::string>& into, const std::vector<std::string>& from) {
        for (const auto& each : from)
            if (into.size() < most_samples) into.push_back(who.empty() ? each : each + " at " + who);
    };
    take(missing_samples, other.missing_samples);
    take(unexpected_samples, other.unexpected_samples);
    take(wrong_samples, other.wrong_samples);
}

Expectation::Expectation(const MeasuredRoutes& routes)
    : routes_(routes), holders_(routes.size()), leaving_(routes.size()), fingerprints_(routes.size())
{
}

void Expectation::add_attributes(const std::shared_ptr<const RouteSet>& set, bool external)
{
    const auto* numbers = routes_.numbers_of(*set);
    if (!numbers) return;
    // What eBGP puts at the front of the path is stripped again where it comes back; iBGP puts nothing there, but a path may
    // begin with one of these AS numbers by itself.
    const FingerprintRules none{.prefixes_only = routes_.rules().prefixes_only};
    const auto& groups = set->groups();
    for (std::size_t index = 0; index < groups.size(); ++index) {
        if (!groups[index].attributes) continue;
        const auto fingerprint = route_fingerprint(groups[index].attributes->octets(), external ? none : routes_.rules());
        for (std::uint64_t i = 0; i < groups[index].routes; ++i) {
            const auto number = numbers->of_route[numbers->group_begins[index] + i];
            if (number >= fingerprints_.size()) continue;
            auto& known = fingerprints_[number];
            if (known == 0)
                known = fingerprint;
            else if (known != fingerprint)
                add_fingerprint(number, fingerprint);
        }
    }
}

void Expectation::add_fingerprint(Number number, std::uint32_t fingerprint)
{
    auto& more = more_fingerprints_[number];
    if (std::ranges::find(more, fingerprint) == more.end()) more.push_back(fingerprint);
}

void Expectation::announced(Number number) noexcept
{
    number &= ~MeasuredRoutes::withdraw_bit;
    if (number < holders_.size() && holders_[number]++ == 0) ++held_;
}

void Expectation::withdrawn(Number number) noexcept
{
    number &= ~MeasuredRoutes::withdraw_bit;
    if (number < holders_.size() && holders_[number] != 0 && --holders_[number] == 0) --held_;
}

bool Expectation::begins_to_leave(Number number) noexcept
{
    ++leaving_[number];
    return has_others(number);
}

void Expectation::left(Number number) noexcept
{
    if (leaving_[number] != 0) --leaving_[number];
}

void Expectation::attributes_changed(Number number, std::uint32_t fingerprint)
{
    if (number >= fingerprints_.size()) return;
    if (holders_[number] <= 1) {
        fingerprints_[number] = fingerprint;
    } else {
        add_fingerprint(number, fingerprint);
    }
}

Comparison Expectation::compare(const Reflections& seen) const
{
    Comparison result;
    const auto sample = [&](std::vector<std::string>& into, Number number) {
        if (into.size() < Comparison::most_samples) into.push_back(routes_.text_of(number));
    };
    for (Number number = 0; number < holders_.size(); ++number) {
        const bool own = seen.is_own(number);
        const bool has = seen.holds(number);
        if (holders_[number] == 0) {
            if (has && !own) {
                ++result.unexpected;
                sample(result.unexpected_samples, number);
            }
            continue;
        }
        if (own) continue;
        ++result.expected;
        if (!has) {
            ++result.missing;
            sample(result.missing_samples, number);
            continue;
        }
        const auto fingerprint = seen.fingerprint(number);
        if (fingerprints_[number] == 0 || fingerprint == fingerprints_[number]) continue;
        const auto more = more_fingerprints_.find(number);
        if (more != more_fingerprints_.end() && std::ranges::find(more->second, fingerprint) != more->second.end()) continue;
        ++result.wrong_attributes;
        sample(result.wrong_samples, number);
    }
    result.unexpected += seen.unknown_live();
    for (const auto& prefix : seen.unknown())
        if (seen.unknown_live() != 0 && result.unexpected_samples.size() < Comparison::most_samples)
            result.unexpected_samples.push_back(prefix);
    return result;
}

}   // namespace barrage
