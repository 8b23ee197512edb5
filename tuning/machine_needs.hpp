#pragma once
// What this machine has against what a big run needs: kernel settings, limits of the process, cores, pages; each with the reason
// and with the command that sets it. profiles/big-run.conf holds the same kernel settings for sysctl(8). Reads files of /proc and
// /sys; any thread.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace barrage {

/// How big. A limit that grows with the run is at least what the profile says.
struct RunSize {
    std::uint64_t peers = 1000;
    std::uint64_t memory_octets = std::uint64_t{2} << 30;   // tables, receiving side and sockets
};

struct MachineNeed {
    enum class State : std::uint8_t {
        enough,
        lacking,
        absent,   // the machine has no such thing: nothing to do
    };
    std::string name;
    std::string has;
    std::string needs;
    std::string reason;
    std::string command;   // that sets it, for a shell; empty where none can
    State state = State::enough;
};

/// Of the process, as getrlimit(2) tells them: they are in no file.
struct ProcessLimits {
    std::uint64_t open_files = 0;        // now
    std::uint64_t most_open_files = 0;   // what it may raise that to
    std::uint64_t cores = 0;             // that it may use
};
ProcessLimits process_limits();

/// `root` is for tests: a folder that stands for /.
std::vector<MachineNeed> machine_needs(const RunSize& size, const ProcessLimits& process,
                                       const std::filesystem::path& root = "/");

/// The kernel settings as a file for sysctl(8), a reason above each: what profiles/big-run.conf is.
std::string sysctl_profile();

}   // namespace barrage
