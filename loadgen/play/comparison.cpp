#include "loadgen/play/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "loadgen/words/numbers.hpp"

namespace barrage {

const std::vector<Comparison::Wrong>& Comparison::kinds_of_wrong()
{
    static const std::vector<Wrong> kinds{
        {"missing", "are missing", "missing", &Comparison::missing, &Comparison::missing_samples},
        {"unexpected", "are there that should not be", "unexpected", &Comparison::unexpected, &Comparison::unexpected_samples},
        {"stale", "are stale: paths of senders that announce them no more", "stale", &Comparison::stale,
         &Comparison::stale_samples},
        {"wrong_attributes", "have other attributes than they were sent with", "with other attributes",
         &Comparison::wrong_attributes, &Comparison::wrong_samples},
        {"reflected_to_sender", "came back to their own sender", "back at their sender", &Comparison::reflected_to_sender,
         &Comparison::reflected_samples, false},
    };
    return kinds;
}

void Comparison::excuse(Excuse reason, std::uint64_t routes, const std::string& sample)
{
    auto found = std::ranges::find(excused, reason, &Excused::reason);
    if (found == excused.end()) found = excused.insert(found, {.reason = reason, .sample = sample});
    found->routes += routes;
}

void Comparison::add(const Comparison& other, const std::string& who)
{
    const auto placed = [&](const std::string& sample) { return who.empty() ? sample : sample + " at " + who; };
    receivers += other.receivers;
    expected += other.expected;
    without_end_of_rib += other.without_end_of_rib;
    for (const auto& kind : kinds_of_wrong()) {
        this->*kind.count += other.*kind.count;
        auto& into = this->*kind.samples;
        for (const auto& each : other.*kind.samples)
            if (into.size() < most_samples) into.push_back(placed(each));
    }
    for (const auto& each : other.excused) excuse(each.reason, each.routes, placed(each.sample));
}

void SharedOwnRoutes::add(Comparison& of_receiver, const std::string& who)
{
    const auto routes = std::exchange(of_receiver.shared_own, {});
    if (routes.empty()) return;
    names_.push_back(who);
    for (const auto& [number, has] : routes) {
        if (number >= routes_.size()) routes_.resize(number + 1);
        auto& route = routes_[number];
        ++route.receivers;
        if (has) continue;
        ++route.lack_it;
        route.who = static_cast<std::uint32_t>(names_.size() - 1);
    }
}

void SharedOwnRoutes::judge(Comparison& sum, const std::function<std::string(std::uint32_t)>& text_of) const
{
    for (std::uint32_t number = 0; number < routes_.size(); ++number) {
        const auto& route = routes_[number];
        if (route.receivers == 0) continue;
        sum.expected += route.receivers - 1;
        if (route.lack_it <= 1) continue;
        sum.missing += route.lack_it - 1;
        if (sum.missing_samples.size() < Comparison::most_samples)
            sum.missing_samples.push_back(text_of(number) + " at " + names_[route.who]);
    }
}

std::string short_text(const Comparison& comparison)
{
    auto text = fmt::format("of {} routes", full_number(comparison.expected));
    const char* lead = " ";
    for (const auto& kind : Comparison::kinds_of_wrong()) {
        if (comparison.*kind.count == 0 || !kind.fails) continue;
        text += fmt::format("{}{} {}", std::exchange(lead, ", "), full_number(comparison.*kind.count), kind.few_words);
        if (const auto& samples = comparison.*kind.samples; !samples.empty())
            text += fmt::format(" ({})", fmt::join(samples, ", "));
    }
    return text;
}

}   // namespace barrage
