#include "loadgen/words/numbers.hpp"

#include <fmt/format.h>

namespace barrage {

namespace {

std::string scaled(double value, const char* units)
{
    if (value < 10) return fmt::format("{:.2f}{}", value, units);
    if (value < 100) return fmt::format("{:.1f}{}", value, units);
    return fmt::format("{:.0f}{}", value, units);
}

}   // namespace

std::string short_number(double value)
{
    if (value < 1e3) return fmt::format("{:.0f}", value);
    if (value < 999.5e3) return scaled(value / 1e3, "k");
    if (value < 999.5e6) return scaled(value / 1e6, "M");
    return scaled(value / 1e9, "G");
}

std::string full_number(std::uint64_t value)
{
    auto text = std::to_string(value);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), 1, ',');
    return text;
}

std::string octets_text(double octets)
{
    if (octets < 1e3) return fmt::format("{:.0f} octets", octets);
    if (octets < 999.5e3) return scaled(octets / 1e3, " kB");
    if (octets < 999.5e6) return scaled(octets / 1e6, " MB");
    return scaled(octets / 1e9, " GB");
}

std::string bit_rate_text(double octets_per_second)
{
    const auto bits = octets_per_second * 8;
    if (bits < 999.5e3) return scaled(bits / 1e3, " kb/s");
    if (bits < 10e9) return scaled(bits / 1e6, " Mb/s");
    return scaled(bits / 1e9, " Gb/s");
}

std::string duration_text(std::chrono::nanoseconds duration)
{
    const auto time = seconds(duration);
    if (time < 0.9995) return scaled(time * 1e3, " ms");
    if (time < 120) return scaled(time, " s");
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    return fmt::format("{} min {} s", whole / 60, whole % 60);
}

double per_second(double amount, std::chrono::nanoseconds time) noexcept
{
    return time.count() <= 0 ? 0 : amount / seconds(time);
}

double seconds(std::chrono::nanoseconds time) noexcept { return std::chrono::duration<double>(time).count(); }

}   // namespace barrage
