#include "loadgen/commands/exabgp_cli.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/commands/cli.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/exabgp/api/named_pipes.hpp"
#include "loadgen/exabgp/speaker/environment.hpp"

namespace barrage {

namespace {

struct PipeCliWords {
    std::vector<std::string> words;
    std::string pipe_name, root, socket_path, environment_file;
};

ExitStatus cli_failed(const std::string& text)
{
    print_error("exabgp cli", text);
    return ExitStatus{1};
}

/// The pair of pipes of a speaker that runs.
class PipeConversation {
public:
    static std::optional<PipeConversation> open(const exabgp::NamedPipes& pipes)
    {
        PipeConversation pair;
        pair.in_ = FileDescriptor{::open(pipes.in.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};   // fails where nobody reads
        // Also for writing, so that it does not end when the speaker closes it between two answers (fifo(7)).
        pair.out_ = FileDescriptor{::open(pipes.out.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
        if (!pair.in_ || !pair.out_) return std::nullopt;
        pair.drain();
        return pair;
    }

    /// Prints the answer. Nothing where none came.
    std::optional<bool> ask(const std::string& command)
    {
        const auto line = command + "\n";
        for (std::string_view left = line; !left.empty();) {
            const auto sent = ::write(in_.get(), left.data(), left.size());
            if (sent > 0) left.remove_prefix(static_cast<std::size_t>(sent));
            if (sent < 0 && errno != EAGAIN && errno != EINTR) return std::nullopt;
            if (sent < 0 && !wait(in_.get(), POLLOUT)) return std::nullopt;
        }
        std::string text;
        for (;;) {
            if (!wait(out_.get(), POLLIN)) return std::nullopt;
            char octets[65536];
            const auto got = ::read(out_.get(), octets, sizeof octets);
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (got <= 0) return std::nullopt;
            text.append(octets, static_cast<std::size_t>(got));
            for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
                const auto answer = text.substr(0, end);
                text.erase(0, end + 1);
                fmt::print("{}\n", answer);
                if (answer == "done" || answer.starts_with(R"({ "answer": "done")")) return true;
                if (answer == "error" || answer.starts_with(R"({ "answer": "error")")) return false;
            }
        }
    }

private:
    static bool wait(int fd, short events)
    {
        constexpr int patience_ms = 60'000;
        pollfd polled{.fd = fd, .events = events, .revents = 0};
        for (;;) {
            const auto ready = ::poll(&polled, 1, patience_ms);
            if (ready > 0) return true;
            if (ready == 0 || errno != EINTR) return false;
        }
    }
    /// Of answers that an earlier client did not stay for.
    void drain()
    {
        char octets[65536];
        while (::read(out_.get(), octets, sizeof octets) > 0) {
        }
    }

    FileDescriptor in_, out_;
};

ExitStatus pipe_cli(const PipeCliWords& words)
{
    auto environment = exabgp::Environment::of_process(environ);
    if (!words.environment_file.empty())
        if (const auto read = environment.read_file(words.environment_file); !read) return cli_failed(read.error());
    const auto name = words.pipe_name.empty() ? environment.find("api", "pipename").value_or("exabgp") : words.pipe_name;
    std::vector<std::string> folders;
    if (const auto given = environment.find("cli", "pipe"); given && !given->empty())
        folders.push_back(given->ends_with('/') ? *given : *given + "/");
    for (auto& folder : exabgp::pipe_folders(words.root)) folders.push_back(std::move(folder));
    const auto pipes = exabgp::find_named_pipes(folders, name);
    if (!pipes) return cli_failed(fmt::format("no pipes {0}.in and {0}.out in {1}", name, fmt::join(folders, ", ")));
    auto conversation = PipeConversation::open(*pipes);
    if (!conversation) return cli_failed("nobody reads " + pipes->in);
    bool all = true;
    const auto ask = [&](const std::string& command) {
        const auto answer = conversation->ask(command);
        all &= answer.value_or(false);
        return answer.has_value();
    };
    if (!words.words.empty()) {
        if (!ask(fmt::format("{}", fmt::join(words.words, " ")))) return cli_failed("no answer");
    } else {
        for (std::string line; std::getline(std::cin, line);)
            if (!line.empty() && !ask(line)) return cli_failed("no answer");
    }
    return all ? ExitStatus::passed : ExitStatus{1};
}

}   // namespace

void add_exabgp_cli_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("cli", "Gives commands to a running speaker and prints its answers");
    const auto words = std::make_shared<PipeCliWords>();
    command.add_option("COMMAND", words->words, "One command; without, a line each of standard input");
    command.add_option("--pipename", words->pipe_name, "Of the pipes NAME.in and NAME.out [exabgp.api.pipename, else exabgp]");
    command.add_option("--root", words->root, "A folder that the pipes are below: ROOT/run/exabgp/NAME.in");
    command.add_option("--env", words->environment_file, "Environment file");
    command.add_option("--socket", words->socket_path, "In place of pipes: where `--socket` of the speaker listens")
        ->type_name("PATH");
    command.positionals_at_end();
    command.callback([words, &action] {
        action = [words] {
            return words->socket_path.empty() ? pipe_cli(*words) : cli_over_socket(words->socket_path, words->words, false);
        };
    });
}

}   // namespace barrage
