#pragma once
// ExaBGP's environment: exabgp_SECTION_KEY or exabgp.SECTION.KEY, and an INI file for what these do not say. Keys that nobody
// here knows are kept and ignored, as whoever wrote the file means another version. One thread, before anything runs.

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"
#include "loadgen/exabgp/speaker/speaker.hpp"

namespace barrage::exabgp {

class Environment {
public:
    /// Of "NAME=value" as in environ(7).
    static Environment of_process(const char* const* variables);

    /// What the file says counts where the process's own environment says nothing. The error is one line with the place.
    std::expected<void, std::string> read_file(const std::string& path);

    /// All that was said, by "section.key".
    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& values() const noexcept { return values_; }
    /// What the command line says: it counts before all else.
    void set(std::string_view section, std::string_view key, std::string_view value);
    /// "tcp", "port".
    [[nodiscard]] std::optional<std::string> find(std::string_view section, std::string_view key) const;
    /// ExaBGP's words for yes and no; the error names the key.
    [[nodiscard]] std::expected<bool, std::string> flag(std::string_view section, std::string_view key, bool otherwise) const;
    [[nodiscard]] std::expected<std::uint64_t, std::string> number(std::string_view section, std::string_view key,
                                                                   std::uint64_t most, std::uint64_t otherwise) const;

private:
    std::map<std::string, std::string, std::less<>> values_;   // by "section.key", lower case
};

/// What the environment has to say to the speaker. The configuration files are not in it.
std::expected<SpeakerOptions, std::string> speaker_options(const Environment& environment);
/// `reactor.asyncio`, or as it was spelled before `asyncio.enable`; nothing where neither is there.
std::expected<std::optional<EngineMode>, std::string> engine_mode(const Environment& environment);

}   // namespace barrage::exabgp
