#pragma once
// The scenarios that come with loadgen, found by name: installed in share/barrage/scenarios, in the source tree beside build/, or where
// $BARRAGE_SCENARIOS says (directories, separated by colons; they come first). Any thread.

#include <expected>
#include <string>
#include <vector>

namespace barrage {

struct ShippedScenario {
    std::string name;   // "full-table"
    std::string path;
    std::string about;   // its own words; empty where it has none
};

/// In the order of their names; of two with the same name the first that is found.
std::vector<ShippedScenario> shipped_scenarios();
/// A file as it is named; else the shipped scenario of that name. The error is one line for a person.
std::expected<std::string, std::string> find_scenario(const std::string& words);
/// The schema for editors; empty where it is not found.
std::string shipped_schema();

}   // namespace barrage
