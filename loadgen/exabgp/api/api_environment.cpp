#include "loadgen/exabgp/api/api_environment.hpp"

#include <algorithm>

namespace barrage::exabgp {

std::expected<Api::Options, std::string> api_options(const Environment& environment)
{
    Api::Options options;
    const auto acks = environment.flag("api", "ack", true);
    if (!acks) return std::unexpected(acks.error());
    const auto respawn = environment.flag("api", "respawn", true);
    if (!respawn) return std::unexpected(respawn.error());
    constexpr std::uint64_t text_version = 4;
    constexpr std::uint64_t json_version = 6;
    const auto version = environment.number("api", "version", json_version, text_version);
    if (!version) return std::unexpected(version.error());
    const auto terminate = environment.flag("api", "terminate", false);
    if (!terminate) return std::unexpected(terminate.error());
    options.end_is_all = *terminate;
    options.acks = *acks;
    options.respawn = *respawn;
    options.version = event_version(environment);
    const bool says_version = environment.find("api", "version").has_value();
    options.json_answers = says_version ? *version == json_version : options.version.starts_with('6');
    return options;
}

std::string event_version(const Environment& environment)
{
    for (const auto* key : {"as_version", "version"}) {
        const auto given = environment.find("", key).value_or("");
        if (given.starts_with('4')) return "4.0.1";
        if (given.starts_with('5')) return "5.0.0";
        if (given.starts_with('6')) return "6.0.0";
    }
    return "5.0.0";
}

std::expected<std::optional<NamedPipes>, std::string> command_pipes(const Environment& environment)
{
    const auto wanted = environment.flag("api", "cli", true);
    if (!wanted) return std::unexpected(wanted.error());
    if (!*wanted) return std::nullopt;
    return find_named_pipes(pipe_folders(), environment.find("api", "pipename").value_or("exabgp"));
}

std::optional<Endpoint> control_endpoint(std::string_view text)
{
    constexpr std::string_view digits = "0123456789";
    if (text.starts_with(':')) text.remove_prefix(1);
    if (!text.empty() && text.find_first_not_of(digits) == std::string_view::npos)
        return Endpoint::from_text("127.0.0.1:" + std::string{text});
    const auto endpoint = Endpoint::from_text(text);
    if (!endpoint || text.rfind(':') == std::string_view::npos) return std::nullopt;
    return endpoint;
}

}   // namespace barrage::exabgp
