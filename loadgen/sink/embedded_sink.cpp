#include "loadgen/sink/embedded_sink.hpp"

#include <cstdio>

#include "loadgen/console/child_listener.hpp"

namespace barrage {

namespace {

constexpr auto result_patience = std::chrono::seconds{60};   // it may have much to take from its sockets first
constexpr std::size_t longest_result = std::size_t{256} << 20;

}   // namespace

std::vector<std::string> sink_words_of(FamilySet families)
{
    constexpr FamilySet by_itself{ipv4_unicast, ipv6_unicast};
    if ((families & by_itself) == families) return {};
    std::string names{"ipv4,ipv6"};
    families.for_each([&](Family family) { names.append(",").append(name(family)); });
    return {"--families", names};
}

std::expected<EmbeddedSink, std::string> EmbeddedSink::start(const std::vector<std::string>& arguments)
{
    Program program{.argv = {"/proc/self/exe", "sink", "--listen", "127.0.0.1:0", "--json", "--quiet"},
                    .captures_errors = true,
                    .longest_line = longest_result};
    program.argv.insert(program.argv.end(), arguments.begin(), arguments.end());
    auto started = ChildProcess::start(program);
    if (!started) return std::unexpected("cannot start the embedded sink: " + started.error().text);
    EmbeddedSink sink{std::move(*started)};
    const auto address = listening_address(sink.program_, "the embedded sink");
    if (!address) return std::unexpected(address.error());
    sink.address_ = *address;
    return sink;
}

std::expected<SinkResult, std::string> EmbeddedSink::finish(End how)
{
    const auto give_up = Clock::now() + result_patience;
    auto result = how == End::by_its_limits ? next_line(program_.output(), give_up) : std::nullopt;
    if (!result) {
        program_.terminate(Clock::now(), result_patience);
        result = next_line(program_.output(), Clock::now() + result_patience);
    }
    while (const auto line = next_line(program_.errors(), give_up)) std::fprintf(stderr, "%s\n", line->c_str());
    const auto end = wait_for_end(program_, give_up);
    if (!result) {
        return std::unexpected(end && end->signal != 0 ? "the embedded sink was ended by signal " + std::to_string(end->signal)
                                                       : std::string{"the embedded sink ended without a result"});
    }
    return sink_result_from_json(*result);
}

}   // namespace barrage
