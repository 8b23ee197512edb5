// scenario(5): the keys of scenarios as their schema has them, which is made of the table that reads them.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "loadgen/commands/man_page.hpp"
#include "loadgen/scenario/scenario_reader.hpp"
#include "loadgen/scenario/scenario_template.hpp"
#include "loadgen/scenario/threshold.hpp"

namespace barrage {

namespace {

using boost::json::object;

std::string_view text_at(const object& schema, std::string_view key)
{
    const auto* found = schema.if_contains(key);
    return found && found->is_string() ? std::string_view{found->as_string()} : std::string_view{};
}

const object* object_at(const object& schema, std::string_view key)
{
    const auto* found = schema.if_contains(key);
    return found ? found->if_object() : nullptr;
}

/// The keys below a schema: its own, those of what its list has, or those of the one alternative that has any.
const object* keys_below(const object& schema)
{
    if (const auto* own = object_at(schema, "properties")) return own;
    if (const auto* items = object_at(schema, "items")) return keys_below(*items);
    if (const auto* either = schema.if_contains("anyOf"))
        for (const auto& each : either->as_array())
            if (const auto* below = keys_below(each.as_object())) return below;
    return nullptr;
}

std::string type_of(const object& schema);

/// "TIME" for a number or a text with a unit: the text says it all.
std::string either_of(const boost::json::array& alternatives)
{
    std::vector<std::string> types;
    for (const auto& each : alternatives) {
        const auto type = type_of(each.as_object());
        if (!type.empty() && std::ranges::find(types, type) == types.end()) types.push_back(type);
    }
    const bool has_unit = std::ranges::any_of(types, [](const auto& type) { return type == "TIME" || type == "SHARE"; });
    if (has_unit) std::erase_if(types, [](const auto& type) { return type == "N" || type == "NUMBER"; });
    return fmt::format("{}", fmt::join(types, "|"));
}

std::string type_of(const object& schema)
{
    if (const auto* words = schema.if_contains("enum")) {
        std::string text;
        for (const auto& word : words->as_array())
            text.append(text.empty() ? "" : "|").append(std::string_view{word.as_string()});
        return text;
    }
    if (const auto* either = schema.if_contains("anyOf")) return either_of(either->as_array());
    if (schema.contains("$ref")) return "PHASES";
    const auto type = text_at(schema, "type");
    if (type == "string") {
        const auto pattern = text_at(schema, "pattern");
        if (pattern.find("ms|s|m|h") != std::string_view::npos) return "TIME";
        if (pattern.find("all|") != std::string_view::npos) return "SHARE";
        return pattern.find("kKMG") != std::string_view::npos ? "N" : "TEXT";
    }
    if (type == "integer") return "N";
    if (type == "number") return "NUMBER";
    if (type == "boolean") return "true|false";
    if (type == "array") {
        const auto* items = object_at(schema, "items");
        const auto item = items ? type_of(*items) : std::string{};
        return item.empty() || item == "MAPPING" ? "LIST" : "[" + item + ", ...]";
    }
    return type == "object" ? "MAPPING" : "";
}

bool is_required(const object& section, std::string_view key)
{
    const auto* required = section.if_contains("required");
    return required && std::ranges::any_of(required->as_array(), [&](const auto& each) { return each.as_string() == key; });
}

std::string entry(std::string_view key, const object& schema, bool required)
{
    return fmt::format(".TP\n\\fB{}\\fR: \\fI{}\\fR{}\n{}\n", roff(key), roff(type_of(schema)), required ? " (required)" : "",
                       roff(text_at(schema, "description")));
}

/// Each key with what may stand below it.
std::string entries(const object& keys)
{
    std::string text;
    for (const auto& [key, value] : keys) {
        const auto& schema = value.as_object();
        text += entry(key, schema, false);
        if (const auto* below = keys_below(schema)) text += ".RS\n" + entries(*below) + ".RE\n";
    }
    return text;
}

std::string phase_sections(const object& phases)
{
    std::string text;
    for (const auto& [word, value] : *keys_below(phases)) {
        const auto& schema = value.as_object();
        text += fmt::format(".SS {}\n{}\n", roff(word), roff(text_at(schema, "description")));
        if (const auto* keys = keys_below(schema)) text += entries(*keys);
    }
    return text;
}

std::string upper(std::string_view word)
{
    std::string text{word};
    for (auto& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

}   // namespace

std::string scenario_man_page()
{
    const auto schema = scenario_schema();
    const auto& keys = schema.at("properties").as_object();
    auto text = roff_title("scenario", 5);
    text +=
        ".SH NAME\nscenario \\- what loadgen run plays\n"
        ".SH DESCRIPTION\nA scenario is a YAML file: the device under test, groups of peers, phases that are played one after "
        "the "
        "other, and thresholds that decide whether the run passes.\n"
        "TIME is a number with ms, s, m or h; N may have k, M or G; SHARE is a percentage or a part of 1. What holds where a key "
        "is left out stands in brackets.\n.SH KEYS\n";
    for (const auto& [key, value] : keys) text += entry(key, value.as_object(), is_required(schema, key));
    for (const auto& [key, value] : keys) {
        const auto* below = keys_below(value.as_object());
        if (!below || key == "thresholds") continue;
        text += fmt::format(".SH {}\n", upper(key));
        text += key == "phases" ? phase_sections(value.as_object()) : entries(*below);
    }
    text += ".SH THRESHOLDS\nMETRIC < VALUE, with <, <=, >, >=, == or !=; in front of the metric phases.NAME. where it is of one "
            "phase. "
            "Of times there are .p50, .p90, .p99, .p99.9, .max, .mean and .min.\n";
    text += entries(*keys_below(keys.at("thresholds").as_object()));
    text += ".SS Metrics\n";
    for (const auto& metric : known_metrics())
        text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(metric.name), roff(metric.description));
    text += ".SH EXAMPLES\nWhat \\fBloadgen init\\fR writes:\n.PP\n.nf\n" + roff(scenario_template({})) + ".fi\n";
    return text + ".SH SEE ALSO\n.BR loadgen\\-run (1),\n.BR loadgen\\-init (1),\n.BR loadgen\\-validate (1)\n";
}

}   // namespace barrage
