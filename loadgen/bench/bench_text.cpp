// A bench's result as a table for people, as a document, and as a page.

#include <fmt/format.h>

#include "loadgen/bench/bench_result.hpp"
#include "loadgen/report/html.hpp"
#include "loadgen/report/run_report.hpp"
#include "loadgen/report/svg_chart.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

using boost::json::array;
using boost::json::object;

std::string seconds_text(double value) { return duration_text(std::chrono::nanoseconds{static_cast<std::int64_t>(value * 1e9)}); }
std::string count_text(double value) { return full_number(static_cast<std::uint64_t>(value)); }
std::string share_text(double value) { return fmt::format("{:.0f} %", 100 * value); }
std::string rate_text(double value) { return short_number(value) + "/s"; }

/// What is shown of every contender: its key with the unit, its heading, and the figure of one run.
struct Figure {
    const char* key;
    const char* heading;
    int width;        // in the table for people; 0: not there
    bool only_ours;   // others do not report it
    double (*of)(const MeasuredRun&);
    std::string (*text)(double);
};

const Figure figures[] = {
    {"routes_per_second", "routes/s", 10, false, [](const MeasuredRun& run) { return run.routes_per_second(); }, rate_text},
    {"seconds", "time", 10, false, [](const MeasuredRun& run) { return run.seconds; }, seconds_text},
    {"whole_seconds", "start to end", 0, false, [](const MeasuredRun& run) { return run.whole_seconds; }, seconds_text},
    {"cpu_seconds", "CPU", 9, false, [](const MeasuredRun& run) { return run.cpu_seconds(); }, seconds_text},
    {"sending_cpu_seconds", "sending", 9, true, [](const MeasuredRun& run) { return run.sending_cpu_seconds.value_or(0); },
     seconds_text},
    {"sink_cpu_seconds", "receiver's", 11, false, [](const MeasuredRun& run) { return run.sink_cpu_seconds(); }, seconds_text},
    {"peak_resident_octets", "memory", 9, false,
     [](const MeasuredRun& run) { return static_cast<double>(run.usage.peak_resident_octets); }, octets_text},
    {"context_switches", "switches", 10, false,
     [](const MeasuredRun& run) { return static_cast<double>(run.context_switches()); }, count_text},
    {"blocked_share", "blocked", 9, true, [](const MeasuredRun& run) { return run.blocked_share.value_or(0); }, share_text},
};

bool is_advertised(const Figure& figure, const Contender& contender) { return !figure.only_ours || contender.is_ours(); }

std::string median_text(const Figure& figure, const ContenderResult& each)
{
    return is_advertised(figure, each.contender) ? figure.text(each.spread(figure.of).median) : "-";
}

std::string digest_text(const std::optional<std::uint64_t>& digest) { return digest ? fmt::format("{:016x}", *digest) : "-"; }

std::string delivered_text(const ContenderResult& contender)
{
    if (!contender.problem().empty()) return contender.problem();
    return contender.difference.empty() ? "the same" : contender.difference;
}

std::string work_text(const BenchResult& result, const WorkResult& work)
{
    std::string sources;
    for (const auto& source : result.options.routes) sources += (sources.empty() ? "" : " + ") + source;
    const auto routes = work.contenders.empty() ? 0 : work.contenders.front().proof.announced;
    return fmt::format("{} peer{} × {}: {} routes", work.peers, work.peers == 1 ? "" : "s", sources, full_number(routes));
}

std::string ratio_text(const WorkResult& work, const ContenderResult& each)
{
    const auto against = ratio(each, work.contenders.front());
    if (&each == &work.contenders.front() || against.rounds == 0) return "";
    return fmt::format("{:.2f} ({:.2f}–{:.2f})", against.of_medians, against.least, against.most);
}

object run_json(const MeasuredRun& run)
{
    object document;
    for (const auto& figure : figures) document[figure.key] = figure.of(run);
    if (!run.blocked_share) document["blocked_share"] = nullptr;
    if (!run.sending_cpu_seconds) document["sending_cpu_seconds"] = nullptr;
    document["other_cpu_share"] = run.other_cpu_share;
    document["announced_routes"] = run.announced;
    document["live_routes"] = run.live;
    document["sessions"] = run.sessions;
    if (run.digest)
        document["digest"] = digest_text(run.digest);
    else
        document["digest"] = nullptr;
    document["problem"] = run.problem;
    return document;
}

object contender_json(const WorkResult& work, const ContenderResult& each, const BenchOptions& options)
{
    array runs;
    for (const auto& run : each.runs) runs.push_back(run_json(run));
    object median, least, most;
    for (const auto& figure : figures) {
        if (!is_advertised(figure, each.contender)) {
            median[figure.key] = least[figure.key] = most[figure.key] = nullptr;
            continue;
        }
        const auto spread = each.spread(figure.of);
        median[figure.key] = spread.median;
        least[figure.key] = spread.least;
        most[figure.key] = spread.most;
    }
    std::string command;
    for (auto word : command_line(each.contender, options, work.peers, "HOST", 179)) {
        if (word == "/proc/self/exe") word = "loadgen";
        command += (command.empty() ? "" : " ") + word;
    }
    object document{{"name", each.contender.name},   {"command", each.contender.is_ours() ? command : each.contender.command},
                    {"proof", run_json(each.proof)}, {"same_work", each.difference.empty() && each.problem().empty()},
                    {"difference", each.difference}, {"runs", std::move(runs)},
                    {"median", std::move(median)},   {"least", std::move(least)},
                    {"most", std::move(most)}};
    const auto against = ratio(each, work.contenders.front());
    document["to_sync"] = {{"ratio_of_medians", against.of_medians},
                           {"ratio_least", against.least},
                           {"ratio_most", against.most},
                           {"rounds", against.rounds},
                           {"rounds_faster", against.rounds_faster},
                           {"rounds_slower", against.rounds_slower}};
    return document;
}

}   // namespace

std::string to_text(const BenchResult& result)
{
    std::string text;
    for (const auto& work : result.works) {
        text += work_text(result, work) + "\n";
        text += fmt::format("  {:<14}{:>18}", "", "least–most");
        for (const auto& figure : figures)
            if (figure.width != 0) text += fmt::format("{:>{}}", figure.heading, figure.width);
        text += fmt::format("  {:<18}{}\n", "to sync", "delivered");
        for (const auto& each : work.contenders) {
            text += fmt::format("  {:<14}", each.contender.name);
            if (each.runs.empty()) {
                text += (each.problem().empty() ? "not timed" : each.problem()) + "\n";
                continue;
            }
            const auto rate = each.spread(&MeasuredRun::routes_per_second);
            text += fmt::format("{:>18}", short_number(rate.least) + "–" + short_number(rate.most));
            for (const auto& figure : figures)
                if (figure.width != 0) text += fmt::format("{:>{}}", median_text(figure, each), figure.width);
            text += fmt::format("  {:<18}{}\n", ratio_text(work, each), delivered_text(each));
        }
        if (!work.contenders.empty())
            text += fmt::format(
                "  digest {} of {} routes; medians of {}; CPU of the injector, of it while sending, and the receiver's\n\n",
                digest_text(work.contenders.front().proof.digest), full_number(work.contenders.front().proof.live),
                work.contenders.front().runs.size());
    }
    for (const auto& remark : remarks(result)) text += "note: " + remark + "\n";
    return text + "verdict: " + verdict(result) + "\n";
}

object to_json(const BenchResult& result)
{
    array works, notes, routes, words;
    for (const auto& work : result.works) {
        array contenders;
        for (const auto& each : work.contenders) contenders.push_back(contender_json(work, each, result.options));
        works.push_back(object{{"peers", work.peers}, {"contenders", std::move(contenders)}});
    }
    for (const auto& remark : remarks(result)) notes.emplace_back(remark);
    for (const auto& source : result.options.routes) routes.emplace_back(source);
    for (const auto& word : result.options.inject_words) words.emplace_back(word);
    return {{"schema", "barrage.bench/1"},
            {"version", BARRAGE_VERSION},
            {"started", result.started},
            {"seconds", result.seconds},
            {"cores", result.cores},
            {"result", name(result.status())},
            {"exit_status", static_cast<int>(result.status())},
            {"routes", std::move(routes)},
            {"options", std::move(words)},
            {"repeats", result.options.repeats},
            {"every_run_checked", result.options.check_every_run},
            {"same_work", result.same_work()},
            {"verdict", verdict(result)},
            {"remarks", std::move(notes)},
            {"works", std::move(works)}};
}

std::string to_html(const BenchResult& result)
{
    std::string body = fmt::format("<p class=\"soft\">{}, {} cores, {} rounds, loadgen {}</p>\n", html_text(result.started),
                                   result.cores, result.options.repeats, BARRAGE_VERSION);
    body += fmt::format("<p><span class=\"verdict {}\">{}</span></p>\n<p>{}</p>\n", result.same_work() ? "good" : "bad",
                        result.same_work() ? "the same work by all" : "not the same work", html_text(verdict(result)));
    std::string items;
    for (const auto& remark : remarks(result)) items += "<li>" + html_text(remark) + "</li>\n";
    if (!items.empty()) body += "<ul class=\"findings\">" + items + "</ul>\n";

    constexpr const char* colors[] = {"#1f6fb2", "#e08214", "#12805c", "#7a5195", "#b3261e", "#9fb3c8"};
    SvgChart chart{.title = "Routes a second, round by round", .x_name = "round", .y_name = "routes/s", .lines = {}, .bands = {}};
    chart.x_text = [](double at) { return fmt::format("{:g}", at); };
    chart.y_text = [](double rate) { return short_number(rate); };
    for (const auto& work : result.works) {
        body += "<h2>" + html_text(work_text(result, work)) + "</h2><div class=\"scroll\"><table><tr><th></th>";
        for (const auto& figure : figures) body += fmt::format("<th>{}</th>", figure.heading);
        body += "<th>to sync</th><th class=\"text\">delivered</th></tr>\n";
        chart.lines.clear();
        for (const auto& each : work.contenders) {
            SvgLine line{.name = each.contender.name, .color = colors[chart.lines.size() % std::size(colors)], .points = {}};
            for (std::size_t round = 0; round < each.runs.size(); ++round)
                if (each.runs[round].counts()) line.points.emplace_back(round + 1, each.runs[round].routes_per_second());
            if (!line.points.empty()) chart.lines.push_back(std::move(line));
            body += "<tr><td>" + html_text(each.contender.name) + "</td>";
            for (const auto& figure : figures) {
                const auto spread = each.spread(figure.of);
                body += fmt::format("<td>{}<br><span class=\"soft\">{} – {}</span></td>", median_text(figure, each),
                                    figure.text(spread.least), figure.text(spread.most));
            }
            body += fmt::format("<td>{}</td><td class=\"text {}\">{}</td></tr>\n", html_text(ratio_text(work, each)),
                                each.difference.empty() && each.problem().empty() ? "holds" : "fails",
                                html_text(delivered_text(each)));
        }
        body += "</table></div>\n";
        if (!work.contenders.empty())
            body +=
                fmt::format("<p class=\"soft\">digest {} of {} routes</p>\n", digest_text(work.contenders.front().proof.digest),
                            full_number(work.contenders.front().proof.live));
        if (result.options.repeats > 1 && !chart.lines.empty()) body += to_svg(chart);
    }
    return html_page("loadgen bench: sync against async", body);
}

}   // namespace barrage
