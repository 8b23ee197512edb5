#include "loadgen/exabgp/api/http_views.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "loadgen/exabgp/api/rib_lines.hpp"
#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/metrics/prometheus_text.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage::exabgp {

std::string prefixes_json(const std::vector<ShownRoutes>& received)
{
    boost::json::array prefixes;
    std::unordered_set<std::string> seen;
    for (const auto& of : received)
        for (const auto& route : of.routes)
            if (auto text = prefix_text(route.key); seen.insert(text).second) prefixes.emplace_back(text);
    return json_text(boost::json::object{{"prefixes", std::move(prefixes)}}) + "\n";
}

std::string routes_json(const std::vector<ShownRoutes>& shown, const RoutesPage& page, const Speaker& speaker)
{
    std::size_t total = 0;
    for (const auto& of : shown) total += of.routes.size();
    auto out = fmt::format(R"({{"total": {}, "offset": {}, "routes": [)", total, page.offset);
    std::size_t begin = 0, left = page.limit;   // of this neighbour's routes among all
    for (const auto& of : shown) {
        const auto peer = to_text(speaker.status(of.neighbor).config.peer_address), name = speaker.name(of.neighbor);
        for (auto at = std::max(page.offset, begin) - begin; at < of.routes.size() && left > 0; ++at, --left) {
            out += left == page.limit ? R"({"neighbor": )" : R"(, {"neighbor": )";
            out += json_string(name) + R"(, "route": )";
            append_rib_route_json(out, {.peer = peer,
                                        .neighbor = name,
                                        .key = of.routes[at].key,
                                        .attributes = of.routes[at].attributes.get(),
                                        .extensive = true,
                                        .received = page.received});
            out += '}';
        }
        begin += of.routes.size();
    }
    const auto end = page.offset + (page.limit - left);
    std::string next = "null";
    if (end < total) {
        next = fmt::format("/routes/{}?offset={}&limit={}", page.received ? "in" : "out", end, page.limit);
        if (!page.neighbor.empty()) next += "&neighbor=" + page.neighbor;
        next = json_string(next);
    }
    return out + R"(], "next": )" + next + "}\n";
}

std::string speaker_metrics(const Speaker& speaker, const Speaker::Neighbors& neighbors)
{
    struct Value {
        std::string_view name, help;
        bool counts;
        std::uint64_t PeerNumbers::* of;
    };
    static constexpr Value values[] = {
        {"barrage_sent_routes_total", "Routes handed to the kernel, withdrawals included", true, &PeerNumbers::wire_routes},
        {"barrage_sent_updates_total", "UPDATE messages handed to the kernel", true, &PeerNumbers::wire_updates},
        {"barrage_sent_octets_total", "Octets of messages handed to the kernel", true, &PeerNumbers::wire_octets},
        {"barrage_received_updates_total", "UPDATE messages received", true, &PeerNumbers::received_updates},
        {"barrage_received_routes", "Routes of the peer that hold", false, &PeerNumbers::live},
    };
    std::vector<std::string> names;
    for (const auto neighbor : neighbors) names.push_back(speaker.name(neighbor));
    PrometheusText text;
    text.gauge("barrage_session_up", "1 while the session is Established");
    for (std::size_t i = 0; i < neighbors.size(); ++i)
        text.sample({{"neighbor", names[i]}}, std::uint64_t{speaker.status(neighbors[i]).state == State::established});
    for (const auto& value : values) {
        if (value.counts)
            text.counter(value.name, value.help);
        else
            text.gauge(value.name, value.help);
        for (std::size_t i = 0; i < neighbors.size(); ++i)
            text.sample({{"neighbor", names[i]}}, speaker.numbers(neighbors[i]).*value.of);
    }
    return text.take();
}

}   // namespace barrage::exabgp
