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
