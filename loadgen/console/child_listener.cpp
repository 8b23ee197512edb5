#include "loadgen/console/child_listener.hpp"

#include <string_view>
#include <vector>

#include "engine/time.hpp"
#include "io/poll_loop.hpp"
#include "loadgen/words/units.hpp"

namespace barrage {

namespace {

constexpr auto start_patience = std::chrono::seconds{10};

}   // namespace

std::optional<std::string> next_line(PipeReader& pipe, Clock::time_point give_up)
{
    PollLoop loop;
    const auto watch = loop.watch(pipe.fd(), 0, {.read = true});
    std::vector<Waiter::Ready> ready;
    std::optional<LineReader::Line> line;
    while (!(line = pipe.next()) && Clock::now() < give_up) {
        ready.clear();
        loop.wait(give_up, ready);
        if (ready.empty()) continue;
        const auto filled = pipe.fill();
        if (filled.status == ReadResult::Status::closed || filled.status == ReadResult::Status::error) {
            line = pipe.next();
            break;
        }
    }
    loop.unwatch(watch);
    return line ? std::optional<std::string>{line->text} : std::nullopt;
}

std::optional<ProcessEnd> wait_for_end(ChildProcess& program, Clock::time_point give_up)
{
    PollLoop loop;
    loop.watch(program.end_fd(), 0, {.read = true});
    std::vector<Waiter::Ready> ready;
    loop.wait(give_up, ready);
    return program.reap();
}

std::expected<Endpoint, std::string> listening_address(ChildProcess& program, const std::string& name)
{
    constexpr std::string_view lead = "listening on ";
    const auto first_line = next_line(program.errors(), Clock::now() + start_patience);
    if (!first_line) return std::unexpected("cannot start " + name + ": it does not say where it listens");
    if (first_line->starts_with(lead))
        if (const auto endpoint = parse_endpoint(std::string_view{*first_line}.substr(lead.size()))) return *endpoint;
    return std::unexpected("cannot start " + name + ": it says \"" + *first_line + '"');
}

}   // namespace barrage
