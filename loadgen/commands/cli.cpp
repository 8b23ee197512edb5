#include "loadgen/commands/cli.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/console/print_error.hpp"
#include "loadgen/exabgp/api/control_socket.hpp"

namespace barrage {

namespace {

struct CliWords {
    std::string socket_path;
    std::vector<std::string> words;
    bool json = false;
};

/// What is printed, and whether a command of it was wrong.
class Answers {
public:
    void take(std::string_view octets)
    {
        std::fwrite(octets.data(), 1, octets.size(), stdout);
        for (const char c : octets) {
            if (c != '\n') {
                if (line_.size() < most_compared) line_ += c;
                continue;
            }
            wrong_ |= line_ == "error" || line_.starts_with(R"({ "answer": "error")");
            line_.clear();
        }
    }
    [[nodiscard]] bool wrong() const noexcept { return wrong_; }

private:
    static constexpr std::size_t most_compared = 32;
    std::string line_;
    bool wrong_ = false;
};

ExitStatus fails(const std::string& what)
{
    print_error("cli", what);
    return ExitStatus::incomplete;
}

/// Writes while the answers are read: a long list of commands and its answers may both fill their buffers.
ExitStatus converse(int socket, std::string commands)
{
    Answers answers;
    std::string_view left = commands;
    for (;;) {
        pollfd polled{.fd = socket, .events = static_cast<short>(POLLIN | (left.empty() ? 0 : POLLOUT)), .revents = 0};
        if (::poll(&polled, 1, -1) < 0) {
            if (errno == EINTR) continue;
            return fails("cannot wait for the answer");
        }
        if (polled.revents & POLLOUT) {
            const auto sent = ::send(socket, left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent > 0) left.remove_prefix(static_cast<std::size_t>(sent));
            if (sent < 0 && errno != EAGAIN && errno != EINTR) return fails("the speaker closed the connection");
            if (left.empty()) ::shutdown(socket, SHUT_WR);   // it closes when all is answered
        }
        if (polled.revents & (POLLIN | POLLHUP | POLLERR)) {
            char octets[65536];
            const auto received = ::recv(socket, octets, sizeof octets, 0);
            if (received < 0 && errno == EINTR) continue;
            if (received < 0) return fails("the speaker closed the connection");
            if (received == 0) break;
            answers.take({octets, static_cast<std::size_t>(received)});
        }
    }
    std::fflush(stdout);
    if (!left.empty()) return fails("the speaker closed the connection");
    return answers.wrong() ? ExitStatus::incomplete : ExitStatus::passed;
}

ExitStatus cli(const CliWords& words)
{
    if (words.socket_path.empty()) {
        print_error("cli", "expected --socket PATH, that of `loadgen speak --socket`");
        return ExitStatus::usage;
    }
    std::string commands = words.json ? "api version 6\n" : "";
    for (const auto& word : words.words) {
        if (&word != words.words.data()) commands += ' ';
        commands += word;
    }
    if (!words.words.empty()) commands += '\n';
    if (words.words.empty())
        for (std::string line; std::getline(std::cin, line);) commands += line + "\n";
    auto socket = exabgp::connect_control_socket(words.socket_path);
    if (!socket) return fails(socket.error().text);
    return converse(socket->get(), std::move(commands));
}

}   // namespace

ExitStatus cli_over_socket(const std::string& socket_path, const std::vector<std::string>& words, bool json)
{
    return cli({.socket_path = socket_path, .words = words, .json = json});
}

void add_cli_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("cli", "Gives commands to a running speaker and prints its answers");
    const auto words = std::make_shared<CliWords>();
    command.add_option("--socket", words->socket_path, "Where `loadgen speak --socket` listens")
        ->type_name("PATH")
        ->envname("LOADGEN_SOCKET");
    command.add_flag("--json", words->json, "Answers as JSON");
    command.add_option("COMMAND", words->words, "One command; without, a line each of standard input");
    command.positionals_at_end();
    command.footer("Exit status 4 when a command was wrong.\n"
                   "Examples:\n"
                   "  loadgen speak --socket /tmp/speaker.sock peer.conf\n"
                   "  loadgen cli --socket /tmp/speaker.sock show neighbor summary\n"
                   "  loadgen cli --socket /tmp/speaker.sock neighbor 192.0.2.1 announce route 10.0.0.0/8 next-hop self");
    command.callback([words, &action] { action = [words] { return cli(*words); }; });
}

}   // namespace barrage
