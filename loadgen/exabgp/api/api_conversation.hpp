#pragma once
// An API client, its commands and what is sent to it: one run of a program, a named pipe, a connection to the control socket, an HTTP request. It puts
// answers in the order of the commands, whatever is answered at once and whatever by the engine later, and knows how this one wants them.
// Answers that come when it is gone are dropped: they hold it weakly. One thread, that of the speaker.

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/exabgp/api/api_command.hpp"
#include "loadgen/exabgp/api/client_output.hpp"

namespace barrage::exabgp {

class ApiConversation {
public:
    /// Lines whose answers are open, beyond which no more are read: the pipe fills, and its writer waits.
    static constexpr std::uint64_t most_open_lines = 1 << 17;

    ApiConversation(std::string name, std::string process) : name_(std::move(name)), process_(std::move(process)) {}

    /// For the log: "program watcher", "named pipe".
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// The process of the configuration, which serves certain neighbours; empty: all neighbours.
    [[nodiscard]] const std::string& process() const noexcept { return process_; }

    // ---- How it wants to be answered; changed by commands.

    api::AckMode acks = api::AckMode::enable;
    bool json_answers = false;
    bool sync = false;
    /// Lines kept between `group start` and `group end`.
    std::optional<std::vector<std::string>> group;

    // ---- Answers.

    using Number = std::uint64_t;
    /// A place in the order of answers, for `lines` commands. Nothing behind it is sent before it is filled.
    Number open(std::uint64_t lines = 1);
    /// Adds to the answer of a place; whole lines with their '\n', `times` over.
    void add(Number place, std::string_view lines, std::uint64_t times = 1);
    void close(Number place);
    /// Not an answer: sent at once.
    void send_event(std::string_view lines);

    /// Commands that were wrong so far.
    [[nodiscard]] std::uint64_t errors() const noexcept { return errors_; }
    void count_error() noexcept { ++errors_; }
    [[nodiscard]] bool may_take_more() const noexcept { return open_lines_ < most_open_lines; }
    [[nodiscard]] bool all_answered() const noexcept { return places_.empty(); }
    [[nodiscard]] ClientOutput& client_output() noexcept { return client_output_; }
    /// Called when there is something to write, or more lines may be taken.
    std::function<void()> on_progress;
    /// Called when the last open answer was sent.
    std::function<void()> on_all_answered;
    /// Called for a command that was wrong, with the reason, while its line is taken.
    std::function<void(std::string_view line, std::string_view reason)> on_error;

private:
    struct Part {
        std::string lines;
        std::uint64_t times;
    };
    struct Place {
        std::vector<Part> parts;
        std::uint64_t lines = 1;
        bool closed = false;
    };

    std::string name_;
    std::string process_;
    ClientOutput client_output_;
    std::deque<Place> places_;
    Number first_place_ = 0;
    std::uint64_t open_lines_ = 0;
    std::uint64_t errors_ = 0;
};

}   // namespace barrage::exabgp
