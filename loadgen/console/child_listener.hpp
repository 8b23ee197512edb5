#pragma once
// A child process of ours that listens and says where on the first line of its stderr ("listening on ADDR:PORT"): the embedded sink, the
// device of `loadgen calibrate`. One thread.

#include <chrono>
#include <expected>
#include <optional>
#include <string>

#include "io/child_process.hpp"
#include "io/endpoint.hpp"

namespace barrage {

/// The next line of a pipe; nothing when the time is over or the pipe at its end.
std::optional<std::string> next_line(PipeReader& pipe, std::chrono::steady_clock::time_point give_up);
/// How it ended; nothing when the time is over.
std::optional<ProcessEnd> wait_for_end(ChildProcess& program, std::chrono::steady_clock::time_point give_up);
/// Its stderr has to be captured. `name` is for the error: "the embedded sink".
std::expected<Endpoint, std::string> listening_address(ChildProcess& program, const std::string& name);

}   // namespace barrage
