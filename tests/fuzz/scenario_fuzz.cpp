// The YAML of a scenario. Whatever it is, nothing crashes and nothing takes long; what is wrong has a text and, unless it is of
// the whole file, its place; what is read can be played: names are unique, and each group and phase that is named is there.

#include <set>
#include <string>

#include "loadgen/scenario/phase_table.hpp"
#include "loadgen/scenario/scenario_reader.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    if (text.find("split") != std::string::npos) return 0;   // a line of the phase command may be asked for millions of routes
    const auto scenario = read_scenario(text);
    if (!scenario) {
        require(!scenario.error().empty(), "an error without a text");
        for (const auto& problem : scenario.error()) {
            require(!problem.text.empty(), "an error that says nothing");
            require((problem.line == 0) == (problem.column == 0), "a line without a column");
            (void)to_text("fuzz.yaml", problem);
        }
        return 0;
    }
    require(!scenario->groups.empty() && !scenario->phases.empty(), "nobody, or nothing to do");
    std::set<std::string> names;
    for_each_phase(scenario->phases, [&](const Scenario::Phase& phase) {
        require(names.insert(phase.name).second, "two phases of one name");
        require(!word_of(phase.what).word.empty() && phase.line > 0, "a phase without a word or a place");
        if (const auto* peers = peers_of(phase.what))
            for (const auto& name : *peers) require(scenario->group(name) != nullptr, "a group that there is not");
    });
    for (const auto& threshold : scenario->thresholds)
        require(threshold.phase.empty() || names.contains(threshold.phase), "a threshold of a phase that there is not");
    return 0;
}
