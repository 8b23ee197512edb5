#pragma once
// A speaker from the command line to its end: environment, configuration, engine, programs, control, signals. For `loadgen speak` and `exabgp`.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/console/exit_status.hpp"
#include "loadgen/exabgp/speaker/daemon.hpp"
#include "loadgen/exabgp/speaker/environment.hpp"
#include "loadgen/frame/command_frame.hpp"

namespace barrage {

struct SpeakerRun : FrameOptions {
    std::vector<std::string> files;
    exabgp::Environment environment;
    std::string socket_path;          // empty: none
    std::string control;              // empty: none
    std::string control_token = {};   // of clients of it; empty: none, on loopback only
    std::string user = {};            // to become once ports are open; empty: stays who it is
    std::optional<std::uint64_t> max_routes = {}, max_attribute_octets = {};   // of a neighbor, ended with a Cease beyond
    std::uint16_t port = 0;                                                    // 0: the environment's
    bool rfc = false;
    exabgp::Daemon* daemon = nullptr;   // null: it stays as it was started
};

ExitStatus run_speaker(SpeakerRun run);

}   // namespace barrage
