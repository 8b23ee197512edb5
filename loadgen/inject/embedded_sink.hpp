#pragma once
// The receiving side where no router is named: `loadgen sink` as a child process of its own on loopback, so that sender and
// receiver share no thread and no memory. It ends with us, however we end, and is always reaped. Main thread.

#include <sys/types.h>

#include <expected>
#include <string>
#include <vector>

#include "io/endpoint.hpp"
#include "loadgen/sink/sink_result.hpp"

namespace barrage {

class EmbeddedSink {
public:
    /// `arguments` go behind `sink --listen 127.0.0.1:0 --json`. Returns when it listens; the error is one line for a person.
    static std::expected<EmbeddedSink, std::string> start(const std::vector<std::string>& arguments);

    EmbeddedSink(EmbeddedSink&& other) noexcept;
    EmbeddedSink& operator=(EmbeddedSink&&) = delete;
    ~EmbeddedSink();

    [[nodiscard]] const Endpoint& address() const noexcept { return address_; }
    /// Has it end, and reads what it counted.
    std::expected<SinkResult, std::string> finish();

private:
    EmbeddedSink(pid_t pid, int out, int err) noexcept : pid_(pid), out_(out), err_(err) {}
    std::expected<void, std::string> read_address();
    int reap();

    pid_t pid_ = -1;   // -1: reaped
    int out_ = -1;
    int err_ = -1;
    Endpoint address_;
};

}   // namespace barrage
