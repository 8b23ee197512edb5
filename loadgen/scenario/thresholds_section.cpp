// The section `thresholds` of a scenario: what the run has to hold to.

#include "loadgen/scenario/scenario_document.hpp"

namespace barrage {

using yaml::field;
using yaml::Field;
using yaml::Problems;

namespace {

struct Words {
    [[nodiscard]] static std::optional<Threshold> read(Problems& problems, const YAML::Node& node)
    {
        const auto words = yaml::scalar(problems, node, "a threshold such as 'convergence.p99 < 2s'");
        if (!words) return std::nullopt;
        auto threshold = parse_threshold(*words);
        if (threshold) return std::move(*threshold);
        problems.add(node, threshold.error());
        return std::nullopt;
    }
    [[nodiscard]] static boost::json::object schema() { return yaml::Text{}.schema(); }
};

/// The long form of a threshold.
struct GivenThreshold {
    std::optional<Threshold> threshold;
    bool stop = false;
};

const std::vector<Field<GivenThreshold>>& threshold_fields()
{
    static const std::vector<Field<GivenThreshold>> fields{
        field("assert", &GivenThreshold::threshold, Words{}, "METRIC < VALUE", true),
        field("stop", &GivenThreshold::stop, yaml::Flag{},
              "the run ends as soon as it is seen not to hold [false: it is judged at the end]")};
    return fields;
}

}   // namespace

void read_thresholds(Problems& problems, const YAML::Node& node, Document& document)
{
    yaml::for_each_item(node, [&](const YAML::Node& each) {
        GivenThreshold given;
        if (each.IsMap())
            read_section(problems, each, given, threshold_fields(), "a threshold");
        else
            given.threshold = Words::read(problems, each);
        if (!given.threshold) return;
        given.threshold->stops = given.stop;
        document.scenario.thresholds.push_back(std::move(*given.threshold));
    });
}

boost::json::object thresholds_schema()
{
    const boost::json::object one{{"anyOf", {{{"type", "string"}}, yaml::section_schema(threshold_fields())}}};
    return {{"anyOf", {one, {{"type", "array"}, {"items", one}}}}};
}

}   // namespace barrage
