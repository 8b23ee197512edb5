#include "loadgen/commands/encode.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <memory>

#include "loadgen/commands/session_words.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/words/message_line.hpp"

namespace barrage {

namespace {

ExitStatus run_encode(const SessionWords& words)
{
    const auto options = words.options();
    auto status = ExitStatus::passed;
    std::string line;
    for (std::uint64_t number = 1; std::getline(std::cin, line); ++number) {
        const auto octets = encode_line(line, options);
        if (!octets) {
            print_error("encode", fmt::format("line {}: {}", number, octets.error()));
            status = ExitStatus::usage;
        }
        const auto text = octets.value_or("") + "\n";
        if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) break;
    }
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
        print_error("encode", "cannot write to standard output");
        return ExitStatus::usage;
    }
    return status;
}

}   // namespace

void add_encode_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("encode", "JSON of messages, as of `loadgen decode --json`, to octets");
    const auto words = std::make_shared<SessionWords>();
    add_session_words(command, *words);
    command.footer(
        "Reads a JSON object a line from standard input and prints a line of hexadecimal digits for each. A line that\n"
        "cannot be encoded prints an empty line, an error with its number on stderr, and ends in exit status 2.\n"
        "Example:\n"
        "  echo '{\"type\": \"keepalive\", \"message\": {}}' | loadgen encode");
    command.callback([words, &action] { action = [words] { return run_encode(*words); }; });
}

}   // namespace barrage
