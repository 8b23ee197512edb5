#include "loadgen/bench/bench_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace barrage {

namespace {

void put_in(std::string& command, std::string_view placeholder, const std::string& value)
{
    for (auto at = command.find(placeholder); at != std::string::npos; at = command.find(placeholder, at + value.size()))
        command.replace(at, placeholder.size(), value);
}

}   // namespace

std::vector<Contender> contenders(const BenchOptions& options)
{
    std::vector<Contender> all{{.name = "sync", .engine_words = {"--mode", "sync"}, .command = {}}};
    if (options.shards.empty()) all.push_back({.name = "async", .engine_words = {"--mode", "async"}, .command = {}});
    for (const auto shards : options.shards)
        all.push_back({.name = fmt::format("async:{}", shards),
                       .engine_words = {"--mode", "async", "--shards", std::to_string(shards)},
                       .command = {}});
    for (const auto& command : options.against) {
        const auto begins = command.starts_with("exec ") ? 5 : 0;
        auto name = command.substr(begins, command.find(' ', begins) - begins);
        name = name.substr(name.rfind('/') + 1);
        const auto same = std::ranges::count_if(all, [&](const Contender& other) { return other.name.starts_with(name); });
        if (same != 0) name += fmt::format(" ({})", same + 1);
        all.push_back({.name = std::move(name), .engine_words = {}, .command = command});
    }
    return all;
}

std::vector<std::string> command_line(const Contender& contender, const BenchOptions& options, std::uint32_t peers,
                                      const std::string& host, std::uint16_t port)
{
    if (!contender.is_ours()) {
        auto command = contender.command;
        put_in(command, "{host}", host);
        put_in(command, "{port}", std::to_string(port));
        put_in(command, "{peers}", std::to_string(peers));
        return {"/bin/sh", "-c", std::move(command)};
    }
    std::vector<std::string> words{"/proc/self/exe", "inject", fmt::format("{}:{}", host, port), "--peers",
                                   std::to_string(peers)};
    const auto add = [&](const std::vector<std::string>& more) { words.insert(words.end(), more.begin(), more.end()); };
    for (const auto& source : options.routes) add({"--routes", source});
    add(options.inject_words);
    add(contender.engine_words);
    add({"--json", "--quiet"});
    return words;
}

}   // namespace barrage
