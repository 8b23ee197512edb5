#pragma once
// The lines of the phase `command`: what API programs of ExaBGP write, read by the parsers of `loadgen speak`, for peers of a
// scenario. Of what such a line can ask, a scenario has a use for what goes to the device. Any thread.

#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "codec/error.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"
#include "rib/attribute_pool.hpp"
#include "rib/route_key.hpp"
#include "rib/route_set.hpp"

namespace barrage {

struct ApiLine {
    struct Route {
        RouteKey key;
        AttributeSetRef attributes;   // complete: ORIGIN and AS_PATH are there. Null: withdrawn
    };
    struct EndOfRib {
        Family family;
    };
    struct Refresh {
        Family family;
    };
    struct Teardown {
        CeaseSubcode subcode;
    };
    struct Readvertise {};

    std::string text;
    exabgp::Selector selector;   // without filters: all peers of the phase
    std::variant<std::vector<Route>, EndOfRib, Refresh, Teardown, Readvertise> what;
};

/// The error says what was expected.
std::expected<ApiLine, std::string> read_api_line(const std::string& text, AttributePool& pool);
/// What is wrong with it; nothing where all is well.
std::optional<std::string> check_api_line(const std::string& text);
/// All routes that the lines announce, for who measures them; null where there are none.
std::shared_ptr<const RouteSet> routes_of(const std::vector<ApiLine>& lines, AttributePool& pool);

}   // namespace barrage
