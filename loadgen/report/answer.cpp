#include "loadgen/report/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "loadgen/words/document_json.hpp"

namespace barrage {

namespace {

using document::for_each_object;
using document::list;
using document::number;
using document::object;
using document::part;
using document::text;

std::string time_words(double time) { return duration_text(std::chrono::nanoseconds{static_cast<std::int64_t>(time * 1e9)}); }

std::string count_words(double count) { return full_number(static_cast<std::uint64_t>(std::llround(count))); }

/// "192.0.2.1 (AS 65000, BIRD 3.0 by its OPEN)".
std::string device_name(const object& report)
{
    auto name = text(report, "target");
    if (name.ends_with(":179")) name.resize(name.size() - 4);
    if (!part(report, "scenario") && part(report, "sink")) return name;
    std::string facts, software;
    for_each_object(list(report, "sessions"), [&](const object& session) {
        if (const auto as = number(session, "peer_as"); as && facts.empty()) facts = fmt::format("AS {:.0f}", *as);
        if (software.empty()) software = text(session, "peer_software");
    });
    if (!software.empty()) facts += fmt::format("{}{} by its OPEN", facts.empty() ? "" : ", ", software);
    return facts.empty() ? name : fmt::format("{} ({})", name, facts);
}

/// "4 × 1,000,000 routes" where each of so many peers had as many.
std::string routes_words(double all, const std::vector<double>& of_peers)
{
    const bool equal = of_peers.size() > 1 && std::ranges::adjacent_find(of_peers, std::not_equal_to{}) == of_peers.end() &&
                       std::abs(all - of_peers.front() * static_cast<double>(of_peers.size())) < 0.5;
    if (equal) return fmt::format("{} × {} routes", of_peers.size(), count_words(of_peers.front()));
    return fmt::format("{} route{}", count_words(all), std::llround(all) == 1 ? "" : "s");
}

/// The largest of `key` in the phases of this kind, or in a part of them; nothing where none has it.
std::optional<double> most_in_phases(const object& scenario, std::string_view word, std::string_view key,
                                     std::string_view below = {})
{
    std::optional<double> most;
    for_each_object(list(scenario, "phases"), [&](const object& phase) {
        if (!word.empty() && text(phase, "word") != word) return;
        const auto* from = below.empty() ? &phase : part(phase, below);
        if (const auto value = from ? number(*from, key) : std::nullopt) most = std::max(most.value_or(0), *value);
    });
    return most;
}

/// The most at any time at which receivers were compared; nothing where they never were.
std::optional<double> most_compared(const object& scenario, std::string_view key)
{
    auto most = most_in_phases(scenario, {}, key, "comparison");
    if (const auto* at_end = part(scenario, "comparison"))
        if (const auto count = number(*at_end, key)) most = std::max(most.value_or(0), *count);
    return most;
}

struct WrongWord {
    const char *key, *word;
};
constexpr WrongWord wrong_words[] = {{"missing_routes", "missing"},
                                     {"unexpected_routes", "unexpected"},
                                     {"stale_routes", "stale"},
                                     {"wrong_attributes_routes", "with other attributes"}};

std::string what_was_wrong(const object& scenario)
{
    if (!most_compared(scenario, "missing_routes")) return "what it passed on was not compared";
    std::string wrong;
    for (const auto& [key, word] : wrong_words)
        if (const auto count = most_compared(scenario, key).value_or(0); count > 0)
            wrong += fmt::format("{}{} {}", wrong.empty() ? "" : ", ", count_words(count), word);
    return wrong.empty() ? "nothing missing" : wrong;
}

/// What a scenario's phases came to.
std::string played_words(const object& report, const object& scenario)
{
    double routes = 0;
    std::optional<double> lag;   // behind the last acknowledgement
    for_each_object(list(scenario, "phases"), [&](const object& phase) {
        if (text(phase, "word") != "announce") return;
        routes += number(phase, "wire_routes").value_or(0);
        if (const auto settled = number(phase, "settled_seconds"))
            lag = std::max(lag.value_or(0), *settled - number(phase, "seconds").value_or(0));
    });
    std::vector<double> of_peers;
    for_each_object(list(scenario, "peers"), [&](const object& peer) {
        if (document::flag(peer, "sends")) of_peers.push_back(number(peer, "routes").value_or(0));
    });
    std::string words;
    const auto* rates = part(report, "rates");
    if (routes > 0 && rates)
        words = fmt::format("took {} in {}", routes_words(routes, of_peers), time_words(number(*rates, "seconds").value_or(0)));
    else
        words = fmt::format("was tested for {}", time_words(number(scenario, "seconds").value_or(0)));
    if (lag) {
        words += *lag > 0 ? fmt::format(", passed them on {} after the last was acknowledged", time_words(*lag))
                          : ", passed them on as they came";
        if (const auto p99 = most_in_phases(scenario, "announce", "p99_seconds", "convergence"))
            words += fmt::format(" (p99 {})", time_words(*p99));
    }
    if (const auto withdrawal = most_in_phases(scenario, "withdraw", "settled_seconds"))
        words += fmt::format("; withdrawal took {}", time_words(*withdrawal));
    if (const auto* failover = part(scenario, "failover"))
        words += fmt::format("; failover took {} (p99)", time_words(number(*failover, "p99_seconds").value_or(0)));
    return words + "; " + what_was_wrong(scenario);
}

/// What was handed over, of an injection.
std::string injected_words(const object& report)
{
    const auto* rates = part(report, "rates");
    const auto time = rates ? number(*rates, "seconds").value_or(0) : 0;
    const auto routes = rates ? number(*rates, "routes_per_second").value_or(0) * time : 0;
    const auto sessions = list(report, "sessions").size();
    std::vector<double> of_peers;
    if (!document::flag(report, "sliced") && sessions > 0)
        of_peers.assign(sessions, std::round(routes / static_cast<double>(sessions)));
    const auto what = fmt::format("{} in {}", routes_words(routes, of_peers), time_words(time));
    if (!part(report, "sink"))
        return fmt::format("was handed {}; what it made of them was not looked at (--verify does that)", what);
    const auto* counters = part(report, "counters");
    const auto missing = counters ? number(*counters, "missing_routes").value_or(0) : 0;
    return fmt::format("took {}; {}", what, missing > 0 ? count_words(missing) + " missing" : "nothing missing");
}

bool has_finding(const object& report, std::string_view word)
{
    bool found = false;
    for_each_object(list(report, "findings"), [&](const object& finding) { found |= text(finding, "what") == word; });
    return found;
}

std::string limit_words(const object& report)
{
    const auto* limits = part(report, "limits");
    const auto word = limits ? text(*limits, "limited_by") : std::string{};
    if (word == "device") return "the device";
    if (word == "receiver") return part(report, "sink") ? "the embedded sink" : "the tester's receiving side";
    if (word == "generator") return "the tester";
    if (word == "starved") return "CPU time of the tester";
    if (word == "foreign_cpu") return "other processes on the tester's machine";
    if (word == "swap") return "memory of the tester's machine";
    if (word == "rate")
        return has_finding(report, "rate") ? "unknown; the requested rate was not achieved" : "the requested rate";
    return word == "mixed" ? "no one thing" : "";
}

/// Why it did not pass; empty where it did.
std::string failure_words(const object& report)
{
    const auto result = text(report, "result");
    if (result == "passed") return {};
    const auto& problems = list(report, "problems");
    std::string words = result == "interrupted" ? "Interrupted" : "Not passed";
    if (problems.empty() || !problems.front().is_string()) return words + ".";
    words += fmt::format(": {}", std::string_view{problems.front().as_string()});
    if (problems.size() > 1) words += fmt::format(", and {} more", problems.size() - 1);
    return words.ends_with('.') ? words : words + ".";
}

}   // namespace

std::string answer(const object& report)
{
    const auto device = device_name(report);
    const auto failure = failure_words(report);
    const auto& sessions = list(report, "sessions");
    const bool any_up = std::ranges::any_of(sessions, [](const auto& each) {
        const auto* session = each.if_object();
        return session && number(*session, "established_seconds");
    });
    if (!any_up)
        return fmt::format("{} was not tested: no session was Established.{}{}", device, failure.empty() ? "" : " ", failure);
    const auto* scenario = part(report, "scenario");
    auto words = fmt::format("{} {}.", device, scenario ? played_words(report, *scenario) : injected_words(report));
    if (!failure.empty()) words += " " + failure;
    if (const auto limit = limit_words(report); !limit.empty()) words += fmt::format(" Limit: {}.", limit);
    return words;
}

std::vector<MainFigure> main_figures(const object& report)
{
    std::vector<MainFigure> figures;
    const auto* scenario = part(report, "scenario");
    if (!scenario) {
        if (const auto* rates = part(report, "rates")) {
            figures.push_back({"handed over", time_words(number(*rates, "seconds").value_or(0))});
            figures.push_back({"while announcing", short_number(number(*rates, "routes_per_second").value_or(0)) + "/s"});
        }
        if (const auto* counters = part(report, "counters"))
            if (const auto missing = number(*counters, "missing_routes")) figures.push_back({"missing", count_words(*missing)});
        return figures;
    }
    if (const auto settled = most_in_phases(*scenario, "announce", "settled_seconds"))
        figures.push_back({"settled", time_words(*settled)});
    constexpr WrongWord times[] = {
        {"convergence", "convergence, p99"}, {"withdrawal", "withdrawal, p99"}, {"failover", "failover, p99"}};
    for (const auto& [key, name] : times)
        if (const auto* spread = part(*scenario, key))
            figures.push_back({name, time_words(number(*spread, "p99_seconds").value_or(0))});
    if (most_compared(*scenario, "missing_routes"))
        figures.push_back({"missing / stale / unexpected",
                           fmt::format("{} / {} / {}", count_words(*most_compared(*scenario, "missing_routes")),
                                       count_words(most_compared(*scenario, "stale_routes").value_or(0)),
                                       count_words(most_compared(*scenario, "unexpected_routes").value_or(0)))});
    if (const auto* device = part(*scenario, "device")) {
        figures.push_back({"device, CPU", fmt::format("{:.2f} cores", number(*device, "mean_cores").value_or(0))});
        figures.push_back({"device, memory", octets_text(number(*device, "most_resident_octets").value_or(0))});
    }
    return figures;
}

}   // namespace barrage
