#pragma once
// A scenario while it is read: what was found so far, with places, before the whole is checked. One function reads a section
// each. One thread.

#include <map>
#include <string>
#include <vector>

#include "loadgen/scenario/scenario.hpp"
#include "loadgen/scenario/yaml_section.hpp"

namespace barrage {

/// The words of a section that were given, and of what is inside it: "count", "expect.within". Where each stands.
using GivenWords = std::map<std::string, YAML::Mark>;
GivenWords given_words(const YAML::Node& section);

/// What a repeat multiplies: a phase, or branches of phases that run side by side.
struct ReadPhase {
    std::string name;
    Scenario::What what = Scenario::Hold{};
    YAML::Mark mark;
    std::optional<Expect> expect = {};
    std::vector<std::vector<ReadPhase>> branches = {};   // of a Parallel
    GivenWords words = {};                               // beside its own: "flap", "flap.count", "expect.none"
};

struct Document {
    Scenario scenario;
    std::vector<ReadPhase> phases;
    std::map<std::string, YAML::Mark> group_marks;
    std::vector<std::string> steps_given;   // names of groups that say so themselves
    GivenWords words;                       // of the whole, but for groups, phases and expectations
    std::vector<GivenWords> group_words;    // of Scenario::groups
    std::vector<GivenWords> expect_words;   // of Scenario::expects
};

// ---- dut, peers: peer_sections.cpp
const std::vector<yaml::Field<Scenario::Dut>>& dut_fields();
const std::vector<yaml::Field<Scenario::Group>>& group_fields();
void read_groups(yaml::Problems& problems, const YAML::Node& node, Document& document);

// ---- phases: phases_section.cpp
void read_phases(yaml::Problems& problems, const YAML::Node& node, std::vector<ReadPhase>& into);
boost::json::object phases_schema();

// ---- thresholds: thresholds_section.cpp
void read_thresholds(yaml::Problems& problems, const YAML::Node& node, Document& document);
boost::json::object thresholds_schema();

// ---- The whole: scenario_check.cpp
/// What only the whole can show: names that there are, senders and receivers where a phase needs them, the order of things. Names
/// the phases.
void check_whole(yaml::Problems& problems, const YAML::Node& root, Document& document);

}   // namespace barrage
