#pragma once
// Options of the command line whose words carry a unit or a form of our own: what CLI11 does not know by itself. Each of them
// takes one word, and a wrong one ends in one line that names the option and what was expected. Main thread, before anything
// runs.

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "codec/asn.hpp"
#include "codec/family.hpp"
#include "codec/ip.hpp"
#include "io/endpoint.hpp"
#include "loadgen/frame/engine_choice.hpp"

namespace barrage::option_words {

/// `parse` gives what is wrong with the word, or nothing.
CLI::Option* add(CLI::App& app, const std::string& names, const char* type_name, const std::string& help,
                 std::function<std::expected<void, std::string>(const std::string&)> parse);

/// 100, 100k, 1.5M; refused outside [least, most].
template <class T>
CLI::Option* add_number(CLI::App& app, const std::string& names, T& into, const std::string& help, std::uint64_t least = 0,
                        std::uint64_t most = std::numeric_limits<T>::max());

/// 250ms, 1.5s, 2m, 1h.
CLI::Option* add_duration(CLI::App& app, const std::string& names, std::chrono::nanoseconds& into, const std::string& help);
CLI::Option* add_duration(CLI::App& app, const std::string& names, std::optional<std::chrono::nanoseconds>& into,
                          const std::string& help);
/// Whole seconds: 0, or 3 to 65535. RFC 4271 section 4.2.
CLI::Option* add_hold_time(CLI::App& app, std::chrono::seconds& into);

CLI::Option* add_as(CLI::App& app, const std::string& names, std::optional<Asn>& into, const std::string& help);
CLI::Option* add_address(CLI::App& app, const std::string& names, std::optional<IpAddress>& into, const std::string& help);
CLI::Option* add_router_id(CLI::App& app, std::optional<Ipv4Address>& into, const std::string& help);
/// Names joined by `,` or `+`, or `all`; an error names the wrong word and the right ones.
std::expected<FamilySet, std::string> read_families(std::string_view text);
CLI::Option* add_families(CLI::App& app, const std::string& names, std::optional<FamilySet>& into, const std::string& help);

/// --metrics ADDR:PORT; a port alone is one of 127.0.0.1.
CLI::Option* add_metrics(CLI::App& app, std::optional<Endpoint>& into);

/// --mode, --shards, --packers, --pin.
void add_engine(CLI::App& app, EngineChoice& into, const std::string& shards_by_default = "one for each core");

// ----

std::expected<std::uint64_t, std::string> number_within(const std::string& text, std::uint64_t least, std::uint64_t most);

template <class T>
CLI::Option* add_number(CLI::App& app, const std::string& names, T& into, const std::string& help, std::uint64_t least,
                        std::uint64_t most)
{
    return add(app, names, "N", help, [&into, least, most](const std::string& text) -> std::expected<void, std::string> {
        const auto number = number_within(text, least, most);
        if (!number) return std::unexpected(number.error());
        into = static_cast<T>(*number);
        return {};
    });
}

}   // namespace barrage::option_words
