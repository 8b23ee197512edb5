#pragma once
// A value of a scenario that is another than the file says: `loadgen run --set peers.senders.count=2`. One thread.

#include <expected>
#include <string>
#include <vector>

#include "loadgen/scenario/yaml_section.hpp"

namespace barrage {

/// `peers.senders.count=2`, `phases.churn.for=1s`.
struct Setting {
    std::vector<std::string> path;   // keys; items of lists by number (from 0), by name, or by the word of a phase
    std::string value;
};
std::expected<Setting, std::string> parse_setting(const std::string& text);

/// Puts it into the document; a path that leads nowhere is a problem.
void apply(yaml::Problems& problems, const YAML::Node& root, const Setting& setting);

}   // namespace barrage
