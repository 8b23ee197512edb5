#pragma once
// What `loadgen bench` was asked to hold side by side, and who takes part. Values; any thread.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace barrage {

struct BenchOptions {
    std::vector<std::uint32_t> peers{1, 10, 100};   // one piece of work each
    std::vector<std::uint32_t> shards;              // of async, one contender each; empty: as many as it takes by itself
    std::vector<std::string> routes;                // as `inject --routes` takes them
    std::vector<std::string> inject_words;          // further options of every inject, as they were given
    std::vector<std::string> sink_words;
    std::vector<std::string> against;   // commands of a shell; {host}, {port} and {peers} are put in
    std::uint32_t repeats = 5;
    bool check_every_run = false;   // the receiver checks and digests in timed runs too, and not only before them
    std::chrono::nanoseconds timeout{std::chrono::minutes{2}};   // of one run
    std::string json_file;
    std::string html_file;
    bool quiet = false;
};

/// Who does the work: one of our engines, or another injector.
struct Contender {
    std::string name;
    std::vector<std::string> engine_words;   // of ours
    std::string command;                     // of others; empty: it is ours

    [[nodiscard]] bool is_ours() const noexcept { return command.empty(); }
};

/// sync first: what others are held against.
std::vector<Contender> contenders(const BenchOptions& options);
/// What is run, for an injector of ours or another.
std::vector<std::string> command_line(const Contender& contender, const BenchOptions& options, std::uint32_t peers,
                                      const std::string& host, std::uint16_t port);

}   // namespace barrage
