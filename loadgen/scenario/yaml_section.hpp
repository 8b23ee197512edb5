#pragma once
// A section of a scenario is a table: its keys, what their values are, where they go. The parser, the error messages and the JSON
// Schema (`loadgen validate --schema`) come from the same rows. Errors carry line and column, several at once. One
// thread.

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "codec/family.hpp"
#include "codec/ip.hpp"

namespace barrage::yaml {

struct Problem {
    std::uint32_t line = 0;   // from 1; 0: of the whole file, or of --set
    std::uint32_t column = 0;
    std::string text;
};

class Problems {
public:
    static constexpr std::size_t most = 20;
    void add(const YAML::Mark& mark, std::string text);
    void add(const YAML::Node& node, std::string text) { add(node.Mark(), std::move(text)); }
    [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    /// In the order of their places.
    [[nodiscard]] std::vector<Problem> take();

private:
    std::vector<Problem> all_;
};

/// "a mapping", "a list", "'abc'".
std::string what_is(const YAML::Node& node);
/// The text of a scalar; anything else is a problem that says what was expected.
std::optional<std::string> scalar(Problems& problems, const YAML::Node& node, std::string_view expected);

/// The items of a list, or what stands in place of one.
void for_each_item(const YAML::Node& node, auto&& visit)
{
    if (!node.IsSequence()) return visit(node);
    for (const auto& each : node) visit(each);
}

// ---- Kinds of values: each reads one, or says what is wrong, and knows its JSON Schema.

struct Text {
    [[nodiscard]] std::optional<std::string> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return {{"type", "string"}}; }
};
struct Number {
    std::uint64_t least = 0;
    std::uint64_t most = ~std::uint64_t{0};
    [[nodiscard]] std::optional<std::uint64_t> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};
struct Time {
    std::chrono::nanoseconds least{0};
    std::chrono::nanoseconds most = std::chrono::hours{24 * 30};
    [[nodiscard]] std::optional<std::chrono::nanoseconds> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};
/// 0 or 3 to 65535 whole seconds, RFC 4271 section 4.2.
struct HoldTime {
    [[nodiscard]] std::optional<std::chrono::seconds> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return Time{}.schema(); }
};
struct WholeSeconds {
    std::uint32_t least, most;
    [[nodiscard]] std::optional<std::chrono::seconds> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return Time{}.schema(); }
};
struct Flag {
    [[nodiscard]] std::optional<bool> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return {{"type", "boolean"}}; }
};
/// "10%", "0.1", "all"; above 0 unless none is allowed.
struct Share {
    bool none_allowed = false;
    [[nodiscard]] std::optional<double> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};
struct Address {
    [[nodiscard]] std::optional<IpAddress> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const { return {{"type", "string"}, {"description", "an IPv4 or IPv6 address"}}; }
};
struct Families {
    [[nodiscard]] std::optional<FamilySet> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};
/// One text or a list of them.
struct Texts {
    [[nodiscard]] std::optional<std::vector<std::string>> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};
template <class E>
struct Choice {
    std::vector<std::pair<std::string_view, E>> words;
    [[nodiscard]] std::optional<E> read(Problems& problems, const YAML::Node& node) const;
    [[nodiscard]] boost::json::object schema() const;
};
/// The word that is none of these, with the nearest of them.
std::string not_one_of(std::string_view word, const std::vector<std::string_view>& words);

// ---- Tables.

template <class Target>
struct Field {
    std::string_view name;
    std::string_view description;
    bool required = false;
    std::function<void(Problems&, const YAML::Node&, Target&)> read;
    std::function<boost::json::object()> schema;
};

template <class Target, class Member, class Kind>
Field<Target> field(std::string_view name, Member Target::* member, Kind kind, std::string_view description,
                    bool required = false)
{
    return {name, description, required,
            [member, kind](Problems& problems, const YAML::Node& node, Target& target) {
                if (auto value = kind.read(problems, node)) {
                    if constexpr (std::is_arithmetic_v<Member>)
                        target.*member = static_cast<Member>(*value);
                    else
                        target.*member = Member(std::move(*value));
                }
            },
            [kind] { return kind.schema(); }};
}

/// Reads a mapping by its table: keys that are unknown, come twice or are missing are problems. `name`: of the section.
template <class Target>
void read_section(Problems& problems, const YAML::Node& node, Target& target, const std::vector<Field<Target>>& fields,
                  std::string_view name)
{
    if (!node.IsMap()) return problems.add(node, "expected a mapping for " + std::string{name} + ", got " + what_is(node));
    std::vector<std::string> seen;
    for (const auto& pair : node) {
        const auto key = scalar(problems, pair.first, "a key");
        if (!key) continue;
        if (std::ranges::find(seen, *key) != seen.end()) {
            problems.add(pair.first, "'" + *key + "' stands twice in " + std::string{name});
            continue;
        }
        seen.push_back(*key);
        const auto known = std::ranges::find(fields, *key, &Field<Target>::name);
        if (known == fields.end()) {
            std::vector<std::string_view> words;
            for (const auto& each : fields) words.push_back(each.name);
            problems.add(pair.first, "unknown key '" + *key + "' in " + std::string{name} + not_one_of(*key, words));
            continue;
        }
        known->read(problems, pair.second, target);
    }
    for (const auto& each : fields)
        if (each.required && std::ranges::find(seen, each.name) == seen.end())
            problems.add(node, std::string{name} + " needs '" + std::string{each.name} + "': " + std::string{each.description});
}

template <class Target>
boost::json::object section_schema(const std::vector<Field<Target>>& fields)
{
    boost::json::object properties;
    boost::json::array required;
    for (const auto& each : fields) {
        auto schema = each.schema();
        schema["description"] = each.description;
        properties[each.name] = std::move(schema);
        if (each.required) required.emplace_back(each.name);
    }
    boost::json::object whole{{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
    if (!required.empty()) whole["required"] = std::move(required);
    return whole;
}

template <class E>
std::optional<E> Choice<E>::read(Problems& problems, const YAML::Node& node) const
{
    std::vector<std::string_view> known;
    for (const auto& [word, value] : words) known.push_back(word);
    const auto text = scalar(problems, node, "a word");
    if (!text) return std::nullopt;
    for (const auto& [word, value] : words)
        if (word == *text) return value;
    problems.add(node, "unknown word '" + *text + "'" + not_one_of(*text, known));
    return std::nullopt;
}

template <class E>
boost::json::object Choice<E>::schema() const
{
    boost::json::array known;
    for (const auto& [word, value] : words) known.emplace_back(word);
    return {{"enum", std::move(known)}};
}

}   // namespace barrage::yaml
