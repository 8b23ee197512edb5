// An octet that says which, then the text: a configuration (0), an API line announced (1) or withdrawn (2), an operational
// message (3). Whatever they are, nothing crashes, errors have their place, and the NLRI of a route comes back from its octets.

#include <string_view>

#include "loadgen/exabgp/grammar/check_route.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

namespace {

void check(const exabgp::TextError& error)
{
    require(!error.text.empty(), "an error that says nothing");
    (void)to_text(error);
}

void check(const exabgp::Neighbor& neighbor, const exabgp::ConfiguredRoute& route)
{
    require(route.attributes.get() != nullptr, "a route without a set of attributes");
    (void)exabgp::key_text(route.key);
    const auto checked = check_route(neighbor, route);
    // What a receiver does not like may be meant so; what it takes has to be what was written.
    require(!checked.problems.empty() || checked.error.empty() || checked.message.empty(), "an UPDATE that does not come back");
}

}   // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    if (text.find("split") != std::string_view::npos) return 0;   // may be asked for millions of routes
    AttributePool pool;
    if (data[0] % 4 == 0) {
        const auto configuration = exabgp::parse_configuration_text(text, "fuzz.conf", pool);
        if (!configuration) {
            require(!configuration.error().empty(), "an error without a text");
            for (const auto& error : configuration.error()) check(error);
            return 0;
        }
        for (const auto& neighbor : configuration->neighbors) {
            (void)to_text(neighbor);
            for (const auto& route : neighbor.routes) check(neighbor, route);
        }
    } else if (data[0] % 4 == 3) {
        const auto message = exabgp::parse_operational(text);
        if (!message) check(message.error());
    } else {
        std::vector<std::string> watchdogs;
        exabgp::ApiRoutes reader{pool, watchdogs};
        std::vector<exabgp::ConfiguredRoute> routes;
        const bool withdraw = data[0] % 4 == 2;
        const auto error = reader.read(text, withdraw, routes);
        if (error) check(*error);
        require(!error || routes.empty(), "a wrong line has routes");
        for (const auto& route : routes) check({}, route);
        const auto count = routes.size();
        require(reader.read(text, withdraw, routes).has_value() == error.has_value() && routes.size() == 2 * count,
                "the same line is another one");
        for (std::size_t i = 0; i < count; ++i)
            require(routes[i].key == routes[count + i].key && routes[i].attributes == routes[count + i].attributes,
                    "its routes are others");
    }
    return 0;
}
