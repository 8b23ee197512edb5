#pragma once
// A file of `--routes FILE`, whatever it is: an MRT dump, else a text with routes; known by its octets, compressed or not. Main thread.

#include <expected>
#include <string>
#include <variant>

#include "loadgen/routes/text_routes.hpp"
#include "rib/mrt_source.hpp"

namespace barrage {

using RouteFileSource = std::variant<MrtSource, TextRoutes>;

/// "-" is standard input. `snapshot`: MrtSourceOptions::snapshot. The error is one line for a person, with the path in it.
std::expected<RouteFileSource, std::string> open_route_file(const std::string& path, const TextRoutesOptions& options,
                                                            std::optional<std::uint32_t> snapshot = {});

}   // namespace barrage
