#pragma once
// What a scenario's section `device:` says of the device under test, and of the test itself: fields of RFC 7747 section 6 that
// the tester cannot know. All of it is for the report. A value; any thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace barrage {

struct DeviceFacts {
    using Time = std::chrono::nanoseconds;

    std::string name;   // with its software
    std::string test_case;
    std::string test_topology;
    std::optional<std::uint64_t> parallel_links;
    std::string interface_type;
    std::string igp;
    std::string policy;
    std::string origin_authentication;
    std::string bgpsec;
    std::optional<Time> interface_failure_delay, hold_time, route_advertisement_interval, as_origination_interval, keepalive_time,
        connect_retry;
    std::optional<std::uint64_t> segment_octets, slow_start_threshold_octets, window_octets;
};

namespace yaml {
template <class Target>
struct Field;
}
/// The section's table, as yaml_section.hpp reads it.
const std::vector<yaml::Field<DeviceFacts>>& device_fact_fields();

}   // namespace barrage
