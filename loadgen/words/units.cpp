#include "loadgen/words/units.hpp"

#include <charconv>
#include <limits>
#include <utility>

namespace barrage {

namespace {

__extension__ using Unsigned128 = unsigned __int128;

std::unexpected<std::string> wrong(std::string_view text, std::string_view expected)
{
    // Appended, not added: g++ 12 at -O3 sees an overlap in ("…" + a string) that is not there (its bug 105651).
    std::string line{"'"};
    line.append(text).append("': expected ").append(expected);
    return std::unexpected(std::move(line));
}

/// "12.5" and what follows it. At most 18 digits after the point, so that all stays in 128 bits.
struct Decimal {
    std::uint64_t whole = 0;
    std::uint64_t fraction = 0;   // in units of 1 / scale
    std::uint64_t fraction_scale = 1;
    std::string_view unit;
};

std::optional<Decimal> decimal(std::string_view text) noexcept
{
    Decimal value;
    const auto* const end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, value.whole);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(after - text.data()));
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        std::size_t digits = 0;
        for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
            if (digits == 18) return std::nullopt;
            value.fraction = value.fraction * 10 + static_cast<std::uint64_t>(text[digits] - '0');
            value.fraction_scale *= 10;
        }
        if (digits == 0) return std::nullopt;
        text.remove_prefix(digits);
    }
    value.unit = text;
    return value;
}

/// In units of 1 / unit; nothing where it is no whole number of them or is over `most`.
std::optional<std::uint64_t> whole_units(const Decimal& value, std::uint64_t unit, std::uint64_t most) noexcept
{
    const auto fraction = Unsigned128{value.fraction} * unit;
    if (fraction % value.fraction_scale != 0) return std::nullopt;
    const auto all = Unsigned128{value.whole} * unit + fraction / value.fraction_scale;
    if (all > most) return std::nullopt;
    return static_cast<std::uint64_t>(all);
}

}   // namespace

std::expected<double, std::string> parse_speed(std::string_view text)
{
    const auto digits = text.ends_with('x') ? text.substr(0, text.size() - 1) : text;
    double speed = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), speed);
    if (error != std::errc{} || end != digits.data() + digits.size() || !(speed > 0) || speed > 1e9)
        return wrong(text, "a speed above 0 such as 1, 0.5 or 10");
    return speed;
}

std::expected<std::uint64_t, std::string> parse_number(std::string_view text)
{
    constexpr std::string_view form = "a whole number such as 100, 100k, 1.5M or 2G";
    const auto value = decimal(text);
    if (!value) return wrong(text, form);
    std::uint64_t unit = 1;
    if (value->unit == "k" || value->unit == "K")
        unit = 1'000;
    else if (value->unit == "M")
        unit = 1'000'000;
    else if (value->unit == "G")
        unit = 1'000'000'000;
    else if (!value->unit.empty())
        return wrong(text, form);
    const auto number = whole_units(*value, unit, std::numeric_limits<std::uint64_t>::max());
    if (!number) return wrong(text, form);
    return *number;
}

std::expected<std::chrono::nanoseconds, std::string> parse_duration(std::string_view text)
{
    using namespace std::chrono_literals;
    constexpr std::string_view form = "a duration such as 250ms, 1.5s, 2m or 1h, at most 87600h";
    constexpr std::chrono::nanoseconds longest = 87'600h;
    const auto value = decimal(text);
    if (!value) return wrong(text, form);
    std::chrono::nanoseconds unit;
    if (value->unit == "ms")
        unit = 1ms;
    else if (value->unit == "s" || value->unit.empty())
        unit = 1s;
    else if (value->unit == "m")
        unit = 1min;
    else if (value->unit == "h")
        unit = 1h;
    else
        return wrong(text, form);
    const auto duration =
        whole_units(*value, static_cast<std::uint64_t>(unit.count()), static_cast<std::uint64_t>(longest.count()));
    if (!duration) return wrong(text, form);
    return std::chrono::nanoseconds{static_cast<std::int64_t>(*duration)};
}

std::expected<Endpoint, std::string> parse_endpoint(std::string_view text, std::optional<std::uint16_t> default_port)
{
    const std::string_view form = default_port ? "ADDRESS[:PORT] such as 192.0.2.1, 192.0.2.1:179 or [2001:db8::1]:179"
                                               : "ADDRESS:PORT such as 127.0.0.1:1790 or [::1]:1790";
    std::string_view host = text;
    std::string_view after;   // the colon and the port, or nothing
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return wrong(text, form);
        host = text.substr(1, close - 1);
        after = text.substr(close + 1);
        if (!Ipv6Address::from_text(host)) return wrong(text, form);
    } else if (const auto colon = text.find(':');
               colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
        host = text.substr(0, colon);
        after = text.substr(colon);
    }
    Endpoint endpoint;
    const auto address = IpAddress::from_text(host);
    if (!address) return wrong(text, form);
    endpoint.address = *address;
    if (after.empty()) {
        if (!default_port) return wrong(text, form);
        endpoint.port = *default_port;
        return endpoint;
    }
    if (!after.starts_with(':')) return wrong(text, form);
    after.remove_prefix(1);
    const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), endpoint.port);
    if (after.empty() || error != std::errc{} || end != after.data() + after.size())
        return wrong(text, "a port of 0 to 65535 after the address");
    return endpoint;
}

}   // namespace barrage
