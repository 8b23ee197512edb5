#include "loadgen/scenario/shipped_scenarios.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "loadgen/scenario/threshold.hpp"

namespace barrage {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> directories()
{
    std::vector<fs::path> all;
    if (const auto* given = std::getenv("BARRAGE_SCENARIOS")) {
        const std::string_view text = given;
        for (std::size_t at = 0; at <= text.size();) {
            const auto end = std::min(text.find(':', at), text.size());
            if (end > at) all.emplace_back(text.substr(at, end - at));
            at = end + 1;
        }
    }
    std::error_code error;
    const auto program = fs::read_symlink("/proc/self/exe", error);
    if (error) return all;
    all.push_back((program.parent_path() / BARRAGE_SCENARIOS_FROM_PROGRAM).lexically_normal());
    all.push_back((program.parent_path() / "../../loadgen/scenarios").lexically_normal());   // of build/PRESET/loadgen
    return all;
}

std::string about_of(const fs::path& file)
{
    try {
        const auto about = YAML::LoadFile(file.string())["about"];
        return about.IsDefined() && about.IsScalar() ? about.Scalar() : std::string{};
    } catch (const YAML::Exception&) {
        return {};   // running it says what is wrong
    }
}

}   // namespace

std::vector<ShippedScenario> shipped_scenarios()
{
    std::vector<ShippedScenario> all;
    for (const auto& directory : directories()) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(directory, error)) {
            if (entry.path().extension() != ".yaml") continue;
            const auto name = entry.path().stem().string();
            if (std::ranges::find(all, name, &ShippedScenario::name) == all.end())
                all.push_back({name, entry.path().string(), about_of(entry.path())});
        }
    }
    std::ranges::sort(all, {}, &ShippedScenario::name);
    return all;
}

std::expected<std::string, std::string> find_scenario(const std::string& words)
{
    std::error_code ignored;
    const bool is_path = words.find('/') != std::string::npos || words.ends_with(".yaml") || words.ends_with(".yml");
    if (is_path || fs::exists(words, ignored)) return words;
    const auto all = shipped_scenarios();
    std::vector<std::string_view> names;
    for (const auto& each : all) {
        if (each.name == words) return each.path;
        names.push_back(each.name);
    }
    const auto near = nearest_word(words, names);
    return std::unexpected(fmt::format("no file and no scenario '{}'{}; `loadgen run --list` lists them", words,
                                       near.empty() ? std::string{} : fmt::format("; did you mean '{}'?", near)));
}

std::string shipped_schema()
{
    for (const auto& directory : directories()) {
        std::error_code ignored;
        if (const auto schema = directory / "schema.json"; fs::exists(schema, ignored)) return schema.string();
    }
    return {};
}

}   // namespace barrage
