#pragma once
// What `loadgen calibrate` does: plays short scenarios with `loadgen run` against an honest `loadgen device`, both children of this process on
// loopback, and reads the floor of this machine off their reports. Main thread.

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "loadgen/play/floor.hpp"

namespace barrage {

struct CalibrationOptions {
    std::vector<std::string> engine_words;              // for both, such as --mode sync
    std::function<void(const std::string&)> progress;   // a line for a person
};

/// Takes some ten seconds. The error is one line for a person.
std::expected<Floor, std::string> calibrate(const CalibrationOptions& options);

}   // namespace barrage
