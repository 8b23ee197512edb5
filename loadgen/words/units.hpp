#pragma once
// Words of the command line and of scenarios that carry a unit: 1M, 250ms, 192.0.2.1:179. Errors are one line
// with what was expected. Pure; any thread.

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "io/endpoint.hpp"

namespace barrage {

/// "100", "100k", "1.5M", "2G" (thousands, millions, billions; K too). A fraction must come out whole.
std::expected<std::uint64_t, std::string> parse_number(std::string_view text);

/// "250ms", "1.5s", "2m", "1h"; a number without a unit is seconds. Up to 10 years.
std::expected<std::chrono::nanoseconds, std::string> parse_duration(std::string_view text);
/// How many times as fast: "1", "0.5", "10", "10x"; above 0.
std::expected<double, std::string> parse_speed(std::string_view text);

/// "192.0.2.1:179", "[2001:db8::1]:179". With `default_port` the port may be left out, and an IPv6 address then needs no
/// brackets. Port 0 (any free one) is for those who listen.
std::expected<Endpoint, std::string> parse_endpoint(std::string_view text,
                                                    std::optional<std::uint16_t> default_port = std::nullopt);

}   // namespace barrage
