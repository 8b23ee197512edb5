// Tables of a report's page.

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/report/html_parts.hpp"
#include "loadgen/report/svg_chart.hpp"
#include "loadgen/words/document_json.hpp"

namespace barrage::html {

namespace {

using document::for_each_object;
using document::list;
using document::number;
using document::part;
using document::text;

constexpr std::size_t most_rows = 300;   // what a person scrolls through; all of them are in the document

std::string table(const std::string& title, const std::string& head, const std::string& rows, std::size_t all = 0)
{
    auto text = fmt::format("<h2>{}</h2><div class=\"scroll\"><table>{}\n{}</table></div>\n", title, head, rows);
    if (all > most_rows) text += fmt::format("<p class=\"soft\">{} more are in the document.</p>\n", all - most_rows);
    return text;
}

/// "65001", not "65,001".
std::string as_text(std::optional<double> as) { return as ? fmt::format("{:.0f}", *as) : "–"; }

std::string spread_cells(const object* spread)
{
    std::string cells;
    for (const auto* key : {"p50_seconds", "p99_seconds", "max_seconds"})
        cells += fmt::format("<td>{}</td>", spread ? time_text(number(*spread, key)) : "–");
    return cells;
}

}   // namespace

std::string time_text(std::optional<double> time)
{
    if (!time) return "–";
    if (*time == 0) return "0";
    return duration_text(std::chrono::nanoseconds{static_cast<std::int64_t>(*time * 1e9)});
}
std::string count_text(std::optional<double> count) { return count ? full_number(static_cast<std::uint64_t>(*count)) : "–"; }
std::string rate_text(std::optional<double> rate) { return rate ? short_number(*rate) + "/s" : "–"; }

std::string thresholds(const object& scenario)
{
    const auto& all = list(scenario, "thresholds");
    if (all.empty()) return {};
    std::string rows;
    for (const auto& each : all)
        if (const auto* threshold = each.if_object()) {
            const bool fine = document::flag(*threshold, "holds");
            rows += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"{}\">{}</td></tr>\n", html_text(text(*threshold, "words")),
                                html_text(text(*threshold, "measured_text")), fine ? "holds" : "fails", fine ? "holds" : "fails");
        }
    return "<h2>Thresholds</h2><div class=\"scroll\"><table><tr><th>threshold</th><th>measured</th><th></th></tr>\n" + rows +
           "</table></div>\n";
}

std::string routes_at_end(const object& scenario)
{
    const auto* comparison = part(scenario, "comparison");
    if (!comparison) return {};
    std::string items;
    const auto add = [&](const char* count, const char* samples_key, const char* what) {
        const auto found = number(*comparison, count).value_or(0);
        if (found == 0) return;
        std::string names;
        for (const auto& each : list(*comparison, samples_key))
            if (each.is_string()) names += (names.empty() ? "" : ", ") + std::string{each.as_string()};
        items += fmt::format("<li class=\"problem\">{} {}: {}</li>", count_text(found), what, html_text(names));
    };
    add("missing_routes", "missing_samples", "missing");
    add("unexpected_routes", "unexpected_samples", "that should not be there");
    add("stale_routes", "stale_samples", "stale, of senders that announce them no more");
    add("reflected_to_sender_routes", "reflected_to_sender_samples", "back at their own sender");
    add("wrong_attributes_routes", "wrong_attributes_samples", "with other attributes than they were sent with");
    if (items.empty())
        items = number(*comparison, "expected_routes").value_or(0) == 0
                    ? std::string{"<li class=\"fine\">No route was expected at the end, and none remained.</li>"}
                    : fmt::format("<li class=\"fine\">All {} routes that receivers should hold were there, with their "
                                  "attributes, and no other ones.</li>",
                                  count_text(number(*comparison, "expected_routes")));
    for_each_object(list(*comparison, "excused"), [&](const object& excused) {
        items += fmt::format("<li>{} not expected of the device: {}, such as {}</li>", count_text(number(excused, "routes")),
                             html_text(text(excused, "reason")), html_text(text(excused, "sample")));
    });
    return "<h2>Routes at the end</h2><ul class=\"findings\">" + items + "</ul>\n";
}

std::string phases(const object& scenario)
{
    std::string rows;
    for (const auto& each : list(scenario, "phases")) {
        const auto* phase = each.if_object();
        if (!phase) continue;
        auto note = text(*phase, "note");
        if (const auto routes = number(*phase, "failover_not_needed_routes").value_or(0); routes > 0)
            note += fmt::format("{}failover not needed: {}", note.empty() ? "" : "; ", count_text(routes));
        if (const auto asked = number(*phase, "asked_rate_per_second"))
            note = fmt::format("{} asked{}", rate_text(asked), note.empty() ? "" : "; " + note);
        const auto append = [&](const std::string& what) { note += (note.empty() ? "" : "; ") + what; };
        if (const auto missed = number(*phase, "not_returned"); missed.value_or(0) != 0)
            append(count_text(missed) + " changes did not come back");
        if (const auto malformed = number(*phase, "malformed_updates"); malformed.value_or(0) != 0)
            append(count_text(malformed) + " malformed UPDATEs of the device");
        if (const auto down = number(*phase, "peers_down"); down.value_or(0) != 0)
            append("not done with " + count_text(down) + " peers that were down");
        if (const auto cores = number(*phase, "dut_cores")) append(fmt::format("device {:.2f} cores", *cores));
        rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>{}{}{}<td class=\"text\">{}</td></tr>\n",
                            html_text(text(*phase, "name")), time_text(number(*phase, "seconds")),
                            count_text(number(*phase, "wire_routes")), rate_text(number(*phase, "rate_per_second")),
                            time_text(number(*phase, "settled_seconds")), spread_cells(part(*phase, "convergence")),
                            spread_cells(part(*phase, "withdrawal")), spread_cells(part(*phase, "failover")), html_text(note));
    }
    return "<h2>Phases</h2><div class=\"scroll\"><table><tr><th rowspan=2>phase</th><th rowspan=2>took</th><th "
           "rowspan=2>routes</th><th rowspan=2>rate</th>"
           "<th rowspan=2>settled after</th><th colspan=3>announced → reflected</th><th colspan=3>withdrawn → withdrawn</th>"
           "<th colspan=3>path gone → another's</th><th rowspan=2></th></tr>"
           "<tr><th "
           "class=number>p50</th><th>p99</th><th>max</th><th>p50</th><th>p99</th><th>max</th><th>p50</th><th>p99</th><th>max</"
           "th></tr>\n" +
           rows + "</table></div>\n";
}

std::string peers(const object& scenario)
{
    const auto& all = list(scenario, "peers");
    double slowest = 0;
    for_each_object(all, [&](const object& peer) {
        if (const auto* times = part(peer, "convergence")) slowest = std::max(slowest, number(*times, "p99_seconds").value_or(0));
    });
    std::string rows;
    for (std::size_t i = 0; i < std::min(all.size(), most_rows); ++i) {
        const auto* peer = all[i].if_object();
        if (!peer) continue;
        const auto cell = [&](const std::string& what, const std::string& attributes = {}) {
            rows += fmt::format("<td{}>{}</td>", attributes, html_text(what));
        };
        const auto* times = part(*peer, "convergence");
        const auto time = [&](const char* key) { return times ? time_text(number(*times, key)) : "–"; };
        // Warmer where the peer got its routes later.
        const auto p99 = times ? number(*times, "p99_seconds").value_or(0) : 0;
        const auto heat = slowest > 0 && p99 > 0
                              ? fmt::format(" style=\"background:rgba(224,130,20,{:.2f})\"", 0.55 * p99 / slowest)
                              : std::string{};
        rows += "<tr>";
        cell(text(*peer, "group") + " " + text(*peer, "address"));
        cell(as_text(number(*peer, "as")));
        cell(time_text(number(*peer, "established_seconds")));
        cell(count_text(number(*peer, "wire_routes")));
        cell(count_text(number(*peer, "acked_routes")));
        cell(fmt::format("{:.0f} %", 100 * number(*peer, "blocked_share").value_or(0)));
        cell(count_text(number(*peer, "reflected_routes")));
        cell(time("p50_seconds"));
        cell(time("p99_seconds"), heat);
        cell(time("max_seconds"));
        for (const auto* key : {"missing_routes", "unexpected_routes", "stale_routes", "wrong_attributes_routes"}) {
            const auto count = number(*peer, key);
            cell(count_text(count), count.value_or(0) == 0 ? "" : " class=\"fails\"");
        }
        rows += "</tr>\n";
    }
    return table("Peers",
                 "<tr><th>peer</th><th>AS</th><th>Established after</th><th>on the "
                 "wire</th><th>acked</th><th>blocked</th><th>reflected</th>"
                 "<th>p50</th><th>p99</th><th>max</th><th>missing</th><th>unexpected</th><th>stale</th><th>altered</th></tr>",
                 rows, all.size());
}

std::string left_out(const object& report)
{
    std::string rows;
    for_each_object(list(report, "left_out"), [&](const object& reason) {
        rows += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"text\">{}</td></tr>\n", html_text(text(reason, "reason")),
                            count_text(number(reason, "routes")), html_text(text(reason, "sample")));
    });
    if (rows.empty()) return rows;
    return table("Routes left out", "<tr><th>reason</th><th>routes</th><th class=\"text\">the first</th></tr>", rows);
}

std::string plain_phases(const object& report)
{
    std::string rows;
    for_each_object(list(report, "phases"), [&](const object& phase) {
        rows +=
            fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", html_text(text(phase, "name")), time_text(number(phase, "seconds")));
    });
    return rows.empty() ? rows : table("Phases", "<tr><th>phase</th><th>took</th></tr>", rows);
}

std::string plain_sessions(const object& report)
{
    const auto& all = list(report, "sessions");
    std::string rows;
    for (std::size_t i = 0; i < std::min(all.size(), most_rows); ++i) {
        const auto* session = all[i].if_object();
        if (!session) continue;
        rows += fmt::format("<tr><td>{} {}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td "
                            "class=\"text\">{}</td></tr>\n",
                            count_text(number(*session, "peer")), html_text(text(*session, "source_address")),
                            as_text(number(*session, "local_as")), as_text(number(*session, "peer_as")),
                            time_text(number(*session, "established_seconds")), count_text(number(*session, "wire_routes")),
                            count_text(number(*session, "acked_routes")), time_text(number(*session, "acked_seconds")),
                            time_text(number(*session, "blocked_seconds")), html_text(text(*session, "end")));
    }
    if (rows.empty()) return rows;
    return table("Sessions",
                 "<tr><th>session</th><th>our AS</th><th>peer's AS</th><th>Established after</th><th>on the "
                 "wire</th><th>acked</th><th>all acked "
                 "after</th><th>blocked</th><th class=\"text\">ended by</th></tr>",
                 rows, all.size());
}

}   // namespace barrage::html
