#include "loadgen/inject/embedded_sink.hpp"

#include <cstdio>

#include "io/poll_loop.hpp"
#include "loadgen/units.hpp"

namespace barrage {

namespace {

constexpr auto start_patience = std::chrono::seconds{10};
constexpr auto result_patience = std::chrono::seconds{60};   // it may have much to take from its sockets first
constexpr std::size_t longest_result = std::size_t{256} << 20;

}   // namespace

std::expected<EmbeddedSink, std::string> EmbeddedSink::start(const std::vector<std::string>& arguments)
{
    Program program{.argv = {"/proc/self/exe", "sink", "--listen", "127.0.0.1:0", "--json", "--quiet"},
                    .captures_errors = true,
                    .longest_line = longest_result};
    program.argv.insert(program.argv.end(), arguments.begin(), arguments.end());
    auto started = ChildProcess::start(program);
    if (!started) return std::unexpected("cannot start the embedded sink: " + started.error().text);
    EmbeddedSink sink{std::move(*started)};
    if (const auto read = sink.read_address(); !read) return std::unexpected(read.error());
    return sink;
}

std::optional<std::string> EmbeddedSink::line(PipeReader& pipe, Clock::time_point give_up)
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

std::optional<ProcessEnd> EmbeddedSink::wait_for_end(Clock::time_point give_up)
{
    PollLoop loop;
    loop.watch(program_.end_fd(), 0, {.read = true});
    std::vector<Waiter::Ready> ready;
    loop.wait(give_up, ready);
    return program_.reap();
}

std::expected<void, std::string> EmbeddedSink::read_address()
{
    constexpr std::string_view lead = "listening on ";
    const auto said = line(program_.errors(), Clock::now() + start_patience);
    if (!said) return std::unexpected("cannot start the embedded sink: it does not say where it listens");
    if (said->starts_with(lead))
        if (const auto endpoint = parse_endpoint(std::string_view{*said}.substr(lead.size()))) {
            address_ = *endpoint;
            return {};
        }
    return std::unexpected("cannot start the embedded sink: it says \"" + *said + '"');
}

std::expected<SinkResult, std::string> EmbeddedSink::finish(End how)
{
    const auto give_up = Clock::now() + result_patience;
    auto result = how == End::by_its_limits ? line(program_.output(), give_up) : std::nullopt;
    if (!result) {
        program_.terminate(Clock::now(), result_patience);
        result = line(program_.output(), Clock::now() + result_patience);
    }
    while (const auto said = line(program_.errors(), give_up)) std::fprintf(stderr, "%s\n", said->c_str());
    const auto end = wait_for_end(give_up);
    if (!result) {
        return std::unexpected(end && end->signal != 0 ? "the embedded sink was ended by signal " + std::to_string(end->signal)
                                                       : std::string{"the embedded sink ended without a result"});
    }
    return sink_result_from_json(*result);
}

}   // namespace barrage
