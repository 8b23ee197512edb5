#include "loadgen/exabgp/api/http_views.hpp"

#include <boost/json.hpp>

#include <unordered_set>

#include "loadgen/exabgp/api/rib_lines.hpp"
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
