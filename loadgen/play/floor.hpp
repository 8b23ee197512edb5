#pragma once
// The floor of a machine: what the tester itself adds to times, found by `loadgen calibrate` between an honest device and a tester on
// this machine, kept in a file with the host's name, and quoted by every report. Times within twice the floor say as much about the
// tester as about the device. Any thread.

#include <boost/json/object.hpp>

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/play/finding.hpp"

namespace barrage {

struct Floor {
    using Time = std::chrono::nanoseconds;
    std::string host;             // its name
    std::string date;             // UTC, RFC 3339
    std::string version;          // of loadgen
    std::string engine;           // "sync" or "async", with so many shards
    Time p50{}, p99{}, max{};     // from an announcement's handing to the kernel to its coming back
    Time lateness_p99{};          // paced routes were handed over so much later than due
    double rate_per_second = 0;   // the highest rate tried at which the schedule still held
    double measuring_cost = 0;    // share of the rate that measuring takes, 0 to 1
};

/// $BARRAGE_CALIBRATION, else $XDG_STATE_HOME/barrage/calibration-HOST.json, else the same in ~/.local/state.
std::string floor_file(const std::string& host);
/// Nothing where there is no such file; an error where it cannot be read as one.
std::expected<std::optional<Floor>, std::string> read_floor(const std::string& path);
/// Makes the folders that are missing.
std::expected<void, std::string> write_floor(const std::string& path, const Floor& floor);
boost::json::object to_json(const Floor& floor);
/// Of this host: what reports quote. A file that cannot be read is a warning.
std::optional<Floor> floor_of_host(const std::string& host, std::vector<std::string>& warnings);

/// Some time of a run, with what it is for a person.
struct MeasuredTime {
    std::string what;   // "announced → reflected"
    std::chrono::nanoseconds p50{}, p99{};
};
/// "of 3.20 ms p99 (announced → reflected) up to 0.20 ms are this machine's own"; how to get a floor where there is none.
std::string floor_text(const std::optional<Floor>& floor, const std::vector<MeasuredTime>& times);
/// near_floor, for those within twice the floor.
std::vector<Finding> find_near_floor(const std::optional<Floor>& floor, const std::vector<MeasuredTime>& times);

}   // namespace barrage
