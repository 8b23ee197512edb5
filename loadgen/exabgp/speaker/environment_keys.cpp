#include "loadgen/exabgp/speaker/environment_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace barrage::exabgp {

namespace {

constexpr std::string_view no_python = "there is no Python here to look into";
constexpr std::string_view one_log = "lines of the log have no topics to choose from";
constexpr std::string_view always_cached = "equal attributes are always one";

constexpr EnvironmentKey keys[] = {
    {"api", "ack", "true", ""},
    {"api", "chunk", "1", "answers are given in one piece, and hold up nobody"},
    {"api", "cli", "true", ""},
    {"api", "compact", "false", "the usual JSON is written"},
    {"api", "encoder", "json", "each process names its encoder"},
    {"api", "highres", "false", "times have microseconds"},
    {"api", "pipename", "'exabgp'", ""},
    {"api", "respawn", "true", ""},
    {"api", "socket", "''", "the socket is that of --socket"},
    {"api", "socketname", "'exabgp'", "the socket is that of --socket"},
    {"api", "terminate", "false", ""},
    {"api", "version", "4", ""},
    {"asyncio", "enable", "false", ""},
    {"bgp", "openwait", "60", ""},
    {"bgp", "passive", "false", ""},
    {"bgp", "rfc", "false", ""},
    {"cache", "attributes", "true", always_cached},
    {"cache", "nexthops", "true", always_cached},
    {"daemon", "daemonize", "false", ""},
    {"daemon", "drop", "true", ""},
    {"daemon", "pid", "''", ""},
    {"daemon", "umask", "'0o137'", ""},
    {"daemon", "user", "'nobody'", ""},
    {"debug", "configuration", "false", no_python},
    {"debug", "defensive", "false", no_python},
    {"debug", "memory", "false", no_python},
    {"debug", "pdb", "false", no_python},
    {"debug", "rotate", "false", ""},
    {"debug", "route", "''", "`exabgp decode` shows messages"},
    {"debug", "selfcheck", "false", "`exabgp validate -rv` shows what is sent"},
    {"debug", "timing", "false", no_python},
    {"log", "all", "false", one_log},
    {"log", "configuration", "true", one_log},
    {"log", "daemon", "true", one_log},
    {"log", "destination", "'stdout'", ""},
    {"log", "enable", "true", ""},
    {"log", "level", "INFO", one_log},
    {"log", "message", "false", one_log},
    {"log", "network", "true", one_log},
    {"log", "packets", "false", one_log},
    {"log", "parser", "false", one_log},
    {"log", "processes", "true", one_log},
    {"log", "reactor", "true", one_log},
    {"log", "rib", "false", one_log},
    {"log", "routes", "false", one_log},
    {"log", "short", "false", ""},
    {"log", "statistics", "true", one_log},
    {"log", "timers", "false", one_log},
    {"pdb", "enable", "false", no_python},
    {"profile", "enable", "false", no_python},
    {"profile", "file", "''", no_python},
    {"reactor", "asyncio", "false", ""},
    {"reactor", "speed", "1.0", "turns are taken when there is something to do"},
    {"tcp", "acl", "false", "ExaBGP has none either"},
    {"tcp", "attempts", "0", ""},
    {"tcp", "bind", "''", ""},
    {"tcp", "connections", "0", ""},
    {"tcp", "delay", "0", ""},
    {"tcp", "once", "false", ""},
    {"tcp", "port", "179", ""},
};

/// Words without a section: the version that is shown, and the pipes of ExaBGP's command line.
constexpr std::string_view plain_keys[] = {"version", "as_version", "cli.pipe", "cli_pipe", "etc", "root"};

std::string_view without_quotes(std::string_view text) noexcept
{
    const bool quoted = text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
    return quoted ? text.substr(1, text.size() - 2) : text;
}

bool is_equal(std::string_view a, std::string_view b) noexcept
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
    return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

/// "True" and "enable" are "true".
bool is_default(const EnvironmentKey& key, std::string_view value)
{
    const auto usual = without_quotes(key.value);
    if (is_equal(value, usual)) return true;
    if (usual != "true" && usual != "false") return value.empty();
    static constexpr std::string_view yes[] = {"1", "yes", "on", "enable", "enabled", "true"};
    static constexpr std::string_view no[] = {"", "0", "no", "off", "disable", "disabled", "false"};
    const auto is_one_of = [&](std::span<const std::string_view> words) {
        return std::ranges::any_of(words, [&](std::string_view word) { return is_equal(value, word); });
    };
    return usual == "true" ? is_one_of(yes) : is_one_of(no);
}

}   // namespace

std::span<const EnvironmentKey> environment_keys() noexcept { return keys; }

std::vector<std::string> environment_remarks(const Environment& environment)
{
    std::vector<std::string> remarks;
    for (const auto& [name, value] : environment.values()) {
        const auto known = std::ranges::find_if(
            keys, [&](const EnvironmentKey& key) { return fmt::format("{}.{}", key.section, key.key) == name; });
        if (known == std::end(keys)) {
            if (std::ranges::find(plain_keys, name) == std::end(plain_keys))
                remarks.push_back(fmt::format("exabgp.{} has no effect: no version of ExaBGP knows it", name));
        } else if (!known->no_effect.empty() && !is_default(*known, value)) {
            remarks.push_back(fmt::format("exabgp.{} has no effect: {}", name, known->no_effect));
        }
    }
    return remarks;
}

std::string environment_text(const Environment& environment, EnvironmentForm form, bool only_changed)
{
    std::string text;
    std::string_view section;
    for (const auto& key : keys) {
        const auto given = environment.find(key.section, key.key);
        const bool changed = given && !is_default(key, *given);
        if (only_changed && !changed) continue;
        const auto value = changed ? (key.value.starts_with('\'') ? "'" + *given + "'" : *given) : std::string{key.value};
        if (form == EnvironmentForm::shell) {
            text += fmt::format("exabgp.{}.{}={}\n", key.section, key.key, value);
            continue;
        }
        if (key.section != section) text += fmt::format("\n[exabgp.{}]\n", section = key.section);
        text += fmt::format("{} = {}\n", key.key, value);
    }
    return text;
}

}   // namespace barrage::exabgp
