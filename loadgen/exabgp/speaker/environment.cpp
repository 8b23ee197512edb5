#include "loadgen/exabgp/speaker/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

namespace barrage::exabgp {

namespace {

constexpr std::string_view prefix = "exabgp";

std::string lower(std::string_view text)
{
    std::string result{text};
    for (auto& octet : result)
        if (octet >= 'A' && octet <= 'Z') octet = static_cast<char>(octet - 'A' + 'a');
    return result;
}

std::string_view trimmed(std::string_view text)
{
    const auto is_blank = [](char octet) { return octet == ' ' || octet == '\t' || octet == '\r'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view unquoted(std::string_view text)
{
    const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.front() == text.back();
    return quoted ? text.substr(1, text.size() - 2) : text;
}

/// "exabgp_tcp_port" and "exabgp.tcp.port" are both "tcp.port"; "exabgp_version" has no section. Empty where it is none of ours.
std::string name_of(std::string_view variable)
{
    if (!variable.starts_with(prefix) || variable.size() <= prefix.size() + 1) return {};
    const char between = variable[prefix.size()];
    if (between != '.' && between != '_') return {};
    auto name = lower(variable.substr(prefix.size() + 1));
    if (const auto at = name.find(between); at != std::string::npos) name[at] = '.';
    return name;
}

}   // namespace

Environment Environment::of_process(const char* const* variables)
{
    Environment environment;
    for (; variables && *variables; ++variables) {
        const std::string_view text{*variables};
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        const auto name = name_of(text.substr(0, equals));
        if (name.empty()) continue;
        // Of the two spellings the one with dots counts.
        const bool dotted = text[prefix.size()] == '.';
        if (dotted || !environment.values_.contains(name)) environment.values_[name] = text.substr(equals + 1);
    }
    return environment;
}

std::expected<void, std::string> Environment::read_file(const std::string& path)
{
    std::ifstream file{path};
    if (!file) return std::unexpected(fmt::format("{}: cannot be read", path));
    std::string section;
    std::string text;
    for (std::size_t number = 1; std::getline(file, text); ++number) {
        const auto line = trimmed(text);
        if (line.empty() || line.front() == '#' || line.front() == ';') continue;
        if (line.front() == '[') {
            if (line.back() != ']')
                return std::unexpected(fmt::format("{}:{}: expected ']' at the end of a section's name", path, number));
            auto name = lower(trimmed(line.substr(1, line.size() - 2)));
            section = name.starts_with("exabgp.") ? name.substr(prefix.size() + 1) : name == prefix ? std::string{} : name;
            continue;
        }
        const auto equals = line.find_first_of("=:");
        if (equals == std::string_view::npos) return std::unexpected(fmt::format("{}:{}: expected KEY = VALUE", path, number));
        auto name = lower(trimmed(line.substr(0, equals)));
        if (!section.empty()) name = section + "." + name;
        values_.try_emplace(name, unquoted(trimmed(line.substr(equals + 1))));
    }
    return {};
}

void Environment::set(std::string_view section, std::string_view key, std::string_view value)
{
    values_[section.empty() ? std::string{key} : fmt::format("{}.{}", section, key)] = value;
}

std::optional<std::string> Environment::find(std::string_view section, std::string_view key) const
{
    const auto found = values_.find(section.empty() ? std::string{key} : fmt::format("{}.{}", section, key));
    if (found == values_.end()) return std::nullopt;
    return found->second;
}

std::expected<bool, std::string> Environment::flag(std::string_view section, std::string_view key, bool otherwise) const
{
    const auto given = find(section, key);
    if (!given || given->empty()) return otherwise;
    const auto word = lower(*given);
    for (const auto yes : {"1", "yes", "on", "enable", "enabled", "true"})
        if (word == yes) return true;
    for (const auto no : {"0", "no", "off", "disable", "disabled", "false"})
        if (word == no) return false;
    return std::unexpected(fmt::format("exabgp.{}.{} is '{}': expected true or false", section, key, *given));
}

std::expected<std::uint64_t, std::string> Environment::number(std::string_view section, std::string_view key, std::uint64_t most,
                                                              std::uint64_t otherwise) const
{
    const auto given = find(section, key);
    if (!given || given->empty()) return otherwise;
    std::uint64_t value = 0;
    const auto* const end = given->data() + given->size();
    const auto parsed = std::from_chars(given->data(), end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end || value > most)
        return std::unexpected(fmt::format("exabgp.{}.{} is '{}': expected a number from 0 to {}", section, key, *given, most));
    return value;
}

std::expected<SpeakerOptions, std::string> speaker_options(const Environment& environment)
{
    SpeakerOptions options;
    std::string problem;
    const auto number = [&](std::string_view section, std::string_view key, std::uint64_t most, std::uint64_t otherwise) {
        const auto value = environment.number(section, key, most, otherwise);
        if (!value && problem.empty()) problem = value.error();
        return value.value_or(otherwise);
    };
    const auto flag = [&](std::string_view section, std::string_view key, bool otherwise) {
        const auto value = environment.flag(section, key, otherwise);
        if (!value && problem.empty()) problem = value.error();
        return value.value_or(otherwise);
    };
    constexpr std::uint64_t most_attempts = 0xffffffff;
    options.port = static_cast<std::uint16_t>(number("tcp", "port", 0xffff, options.port));
    options.attempts =
        static_cast<std::uint32_t>(number("tcp", "attempts", most_attempts, number("tcp", "connections", most_attempts, 0)));
    if (flag("tcp", "once", false)) options.attempts = 1;
    if (const auto minutes = number("tcp", "delay", 24 * 60, 0); minutes != 0) options.delay = std::chrono::minutes{minutes};
    options.passive = flag("bgp", "passive", false);
    options.rfc = flag("bgp", "rfc", false);
    options.open_wait = std::chrono::seconds{number("bgp", "openwait", 3600, 60)};
    options.rotate = flag("debug", "rotate", false);
    options.version = environment.find("", "version").value_or("");
    std::string words = environment.find("tcp", "bind").value_or("");
    std::ranges::replace(words, ',', ' ');
    for (std::string_view rest = trimmed(words); !rest.empty();) {
        const auto word = rest.substr(0, rest.find(' '));
        rest = trimmed(rest.substr(word.size()));
        const auto address = IpAddress::from_text(unquoted(word));
        if (!address) return std::unexpected(fmt::format("exabgp.tcp.bind has '{}': expected addresses", word));
        options.bind.push_back(*address);
    }
    if (!problem.empty()) return std::unexpected(problem);
    return options;
}

std::expected<std::optional<EngineMode>, std::string> engine_mode(const Environment& environment)
{
    for (const auto& [section, key] : {std::pair{"reactor", "asyncio"}, std::pair{"asyncio", "enable"}}) {
        if (!environment.find(section, key)) continue;
        const auto is_async = environment.flag(section, key, true);
        if (!is_async) return std::unexpected(is_async.error());
        return *is_async ? EngineMode::async : EngineMode::sync;
    }
    return std::nullopt;
}

}   // namespace barrage::exabgp
