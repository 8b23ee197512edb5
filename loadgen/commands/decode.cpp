#include "loadgen/commands/decode.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <memory>

#include "codec/describe.hpp"
#include "loadgen/commands/option_words.hpp"
#include "loadgen/commands/session_words.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/exabgp/api/api_text.hpp"
#include "loadgen/words/message_line.hpp"

namespace barrage {

namespace {

struct DecodeWords {
    SessionWords session;
    bool reject_as_set = false;
    Neighbor neighbor = Neighbor::unknown;
    std::vector<std::string> messages;   // none: those on standard input
    bool json = false;
    bool api = false;
    bool events = false;
};

/// The digits alone, as octets; nothing where they are none, of which the decoded message says so.
Octets octets_of(std::string_view hex)
{
    std::string digits;
    for (const char c : hex)
        if (c != ' ' && c != ':' && c != '\t' && c != '\r') digits += c;
    return octets_from_hex(digits).value_or(Octets{});
}

/// False where standard output takes no more.
bool print_decoded(std::string_view hex, const SessionOptions& options, const DecodeWords& words)
{
    const auto decoded = decode_line(hex, options, words.neighbor);
    const auto text = words.events ? exabgp::api_event(octets_of(hex), options)
                      : words.api  ? exabgp::api_text(decoded, octets_of(hex))
                      : words.json ? to_json_line(decoded) + "\n"
                                   : to_lines(decoded);
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

ExitStatus run_decode(const DecodeWords& words)
{
    auto options = words.session.options();
    options.reject_as_set = words.reject_as_set;
    bool written = true;
    for (const auto& message : words.messages) written = written && print_decoded(message, options, words);
    if (words.messages.empty())
        for (std::string line; written && std::getline(std::cin, line);) written = print_decoded(line, options, words);
    if (written && std::fflush(stdout) == 0) return ExitStatus::passed;
    print_error("decode", "cannot write to standard output");
    return ExitStatus::usage;
}

}   // namespace

void add_decode_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("decode", "Octets of messages to text or JSON, with all that is wrong in them");
    const auto words = std::make_shared<DecodeWords>();
    command.add_option("HEX", words->messages, "One whole message each; without any, a line each on standard input");
    auto* json = command.add_flag("--json", words->json, "One JSON object a line, which `loadgen encode` turns back");
    command.add_flag("--api", words->api, "The lines with which an API program announces and withdraws the same routes")
        ->excludes(json);
    command.add_flag("--events", words->events, "The event that an ExaBGP program is sent, as JSON, one a line")
        ->excludes(json)
        ->excludes("--api");
    add_session_words(command, words->session);
    command.add_flag("--reject-as-set", words->reject_as_set, "A path with an AS_SET or AS_CONFED_SET is wrong (RFC 9774)")
        ->group("Session");
    option_words::add(
        command, "--from", "internal|external",
        "Judge as a session with such a peer: iBGP needs LOCAL_PREF, eBGP drops it and what else is of one AS (RFC 7606)",
        [words = words.get()](const std::string& text) -> std::expected<void, std::string> {
            if (text != "internal" && text != "external") return std::unexpected("expected internal or external");
            words->neighbor = text == "internal" ? Neighbor::internal : Neighbor::external;
            return {};
        })
        ->group("Session");
    command.footer("Exit status 0, whatever the messages are like: each says what is wrong with it, where, and what RFC 7606\n"
                   "asks a receiver to do. Every family counts as negotiated.\n"
                   "Examples:\n"
                   "  loadgen decode ffffffffffffffffffffffffffffffff001304\n"
                   "  loadgen decode --api < updates.hex\n"
                   "  loadgen decode --json --addpath ipv4+vpnv4 < messages.hex | loadgen encode --addpath ipv4+vpnv4");
    command.callback([words, &action] { action = [words] { return run_decode(*words); }; });
}

}   // namespace barrage
