#pragma once
// ExaBGP's words → values: configuration files, and the routes of API lines, by the same parsers. One thread.

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/exabgp/grammar/configuration.hpp"
#include "rib/attribute_pool.hpp"

namespace barrage::exabgp {

/// What is wrong, where, and what was expected there instead.
struct TextError {
    std::string file;           // empty for an API line
    std::uint32_t line = 0;     // from 1
    std::uint32_t column = 0;   // from 1, in octets
    std::string token;          // empty at the end
    std::string text;           // "unknown keyword, expected one of …"
};
/// "file:line:column: text (at 'token')"
std::string to_text(const TextError& error);

/// Several files are several neighbours' worth of one configuration. Every error of every file is reported, and then nothing of it applied.
/// `warnings` gets what is accepted and has no effect.
std::expected<Configuration, std::vector<TextError>>
parse_configuration(const std::vector<std::string>& files, AttributePool& pool, std::vector<TextError>* warnings = nullptr);

/// The same of a text that was read already; `file` is its name, for errors and to find programs beside it.
std::expected<Configuration, std::vector<TextError>> parse_configuration_text(std::string_view text, const std::string& file,
                                                                              AttributePool& pool,
                                                                              std::vector<TextError>* warnings = nullptr);

/// The routes of API lines. What the words behind a prefix meant is remembered: floods repeat them. One thread.
class ApiRoutes {
public:
    /// `watchdogs` grows by new names; both outlive it.
    ApiRoutes(AttributePool& pool, std::vector<std::string>& watchdogs);
    ~ApiRoutes();

    /// Adds the routes of a line: `words` are those behind `announce` or `withdraw`: "route 10.0.0.0/8 next-hop 1.2.3.4 split /9",
    /// "attributes … nlri …", "ipv4 unicast …", "flow route { … }", "vpls …". A withdrawn one needs no next hop. Where something is wrong,
    /// none is added.
    std::optional<TextError> read(std::string_view words, bool withdraw, std::vector<ConfiguredRoute>& into);
    /// The names of watchdogs are others now.
    void forget();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Those of one line.
std::expected<std::vector<ConfiguredRoute>, TextError> parse_routes(std::string_view words, bool withdraw, AttributePool& pool,
                                                                    std::vector<std::string>& watchdogs);

/// The message of "operational KIND afi A safi S …", with `words` behind `operational`.
std::expected<Operational, TextError> parse_operational(std::string_view words);

}   // namespace barrage::exabgp
