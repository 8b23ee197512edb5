#pragma once
// The receiving side where no router is named: `loadgen sink` as a child process of its own on loopback, so that sender and
// receiver share no thread and no memory. It ends with us, however we end, and is always reaped. Main thread.

#include <chrono>
#include <expected>
#include <string>
#include <vector>

#include "codec/family.hpp"
#include "io/child_process.hpp"
#include "io/endpoint.hpp"
#include "loadgen/sink/sink_result.hpp"
#include "tuning/process_usage.hpp"

namespace barrage {

/// What has to be said for it to take routes of these families; nothing for those that it takes by itself.
std::vector<std::string> sink_words_of(FamilySet families);

class EmbeddedSink {
public:
    /// `arguments` go behind `sink --listen 127.0.0.1:0 --json`. Returns when it listens; the error is one line for a person.
    static std::expected<EmbeddedSink, std::string> start(const std::vector<std::string>& arguments);

    [[nodiscard]] const Endpoint& address() const noexcept { return address_; }
    enum class End : std::uint8_t {
        at_once,         // what still lies in its sockets is not counted
        by_its_limits,   // `--sessions`, `--expect`: what was acknowledged may still wait to be read
    };
    /// Has it end, and reads what it counted.
    std::expected<SinkResult, std::string> finish(End how);
    /// To be watched for reading: ready when it ended by itself.
    [[nodiscard]] int result_fd() { return program_.output().fd(); }
    /// What it cost; after finish().
    [[nodiscard]] const ProcessUsage& usage() const noexcept { return program_.usage(); }

private:
    using Clock = ChildProcess::Clock;

    explicit EmbeddedSink(ChildProcess program) : program_(std::move(program)) {}

    ChildProcess program_;
    Endpoint address_;
};

}   // namespace barrage
