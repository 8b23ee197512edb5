#include "loadgen/scenario/yaml_section.hpp"

#include <fmt/format.h>

#include <charconv>
#include <tuple>

#include "loadgen/scenario/threshold.hpp"
#include "loadgen/words/units.hpp"

namespace barrage::yaml {

void Problems::add(const YAML::Mark& mark, std::string text)
{
    if (all_.size() >= most) return;
    if (mark.is_null()) return all_.push_back({0, 0, std::move(text)});
    all_.push_back({static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1), std::move(text)});
}

std::vector<Problem> Problems::take()
{
    std::ranges::stable_sort(all_, {}, [](const Problem& problem) { return std::tuple{problem.line, problem.column}; });
    return std::move(all_);
}

std::string what_is(const YAML::Node& node)
{
    if (!node.IsDefined() || node.IsNull()) return "nothing";
    if (node.IsMap()) return "a mapping";
    if (node.IsSequence()) return "a list";
    constexpr std::size_t longest = 60;
    auto text = node.Scalar();
    for (auto& octet : text)
        if (static_cast<unsigned char>(octet) < ' ') octet = ' ';
    if (text.size() > longest) text = text.substr(0, longest) + "…";
    return "'" + text + "'";
}

std::optional<std::string> scalar(Problems& problems, const YAML::Node& node, std::string_view expected)
{
    if (node.IsScalar()) return node.Scalar();
    problems.add(node, fmt::format("expected {}, got {}", expected, what_is(node)));
    return std::nullopt;
}

std::string not_one_of(std::string_view word, const std::vector<std::string_view>& words)
{
    if (const auto near = nearest_word(word, words); !near.empty()) return fmt::format("; did you mean '{}'?", near);
    return fmt::format("; expected one of {}", fmt::join(words, ", "));
}

std::optional<std::string> Text::read(Problems& problems, const YAML::Node& node) const
{
    return scalar(problems, node, "a text");
}

std::optional<std::uint64_t> Number::read(Problems& problems, const YAML::Node& node) const
{
    const auto text = scalar(problems, node, "a number");
    if (!text) return std::nullopt;
    const auto number = parse_number(*text);
    if (!number) {
        problems.add(node, number.error());
        return std::nullopt;
    }
    if (*number >= least && *number <= most) return *number;
    problems.add(node, most == ~std::uint64_t{0} ? fmt::format("'{}': expected at least {}", *text, least)
                                                 : fmt::format("'{}': expected {} to {}", *text, least, most));
    return std::nullopt;
}

boost::json::object Number::schema() const
{
    boost::json::object whole{{"type", "integer"}, {"minimum", least}};
    if (most != ~std::uint64_t{0}) whole["maximum"] = most;
    return {{"anyOf", {std::move(whole), {{"type", "string"}, {"pattern", "^[0-9.]+[kKMG]$"}}}}};
}

std::optional<std::chrono::nanoseconds> Time::read(Problems& problems, const YAML::Node& node) const
{
    const auto text = scalar(problems, node, "a time such as 10s");
    if (!text) return std::nullopt;
    const auto time = parse_duration(*text);
    if (!time) {
        problems.add(node, time.error());
        return std::nullopt;
    }
    if (*time >= least && *time <= most) return *time;
    problems.add(node, *time > most ? fmt::format("'{}': expected 30 days at most", *text)
                                    : fmt::format("'{}': expected more than that", *text));
    return std::nullopt;
}

boost::json::object Time::schema() const
{
    return {{"anyOf", {{{"type", "number"}, {"minimum", 0}}, {{"type", "string"}, {"pattern", "^[0-9.]+ *(ms|s|m|h)?$"}}}}};
}

std::optional<std::chrono::seconds> HoldTime::read(Problems& problems, const YAML::Node& node) const
{
    const auto time = Time{}.read(problems, node);
    if (!time) return std::nullopt;
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(*time);
    if (whole == *time && (whole.count() == 0 || (whole.count() >= 3 && whole.count() <= 65535))) return whole;
    problems.add(node, fmt::format("{}: expected 0 or 3s to 65535s, whole seconds (RFC 4271 section 4.2)", what_is(node)));
    return std::nullopt;
}

std::optional<std::chrono::seconds> WholeSeconds::read(Problems& problems, const YAML::Node& node) const
{
    const auto time = Time{}.read(problems, node);
    if (!time) return std::nullopt;
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(*time);
    if (whole == *time && whole.count() >= least && whole.count() <= most) return whole;
    problems.add(node, fmt::format("{}: expected {}s to {}s, whole seconds", what_is(node), least, most));
    return std::nullopt;
}

std::optional<bool> Flag::read(Problems& problems, const YAML::Node& node) const
{
    const auto text = scalar(problems, node, "true or false");
    if (!text) return std::nullopt;
    if (*text == "true" || *text == "yes") return true;
    if (*text == "false" || *text == "no") return false;
    problems.add(node, fmt::format("'{}': expected true or false", *text));
    return std::nullopt;
}

std::optional<double> Share::read(Problems& problems, const YAML::Node& node) const
{
    const auto text = scalar(problems, node, "a share such as 10%");
    if (!text) return std::nullopt;
    if (*text == "all") return 1.0;
    std::string_view digits = *text;
    const bool percent = digits.ends_with('%');
    if (percent) digits.remove_suffix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (percent) value /= 100;
    if (error == std::errc{} && end == digits.data() + digits.size() && value <= 1 && (value > 0 || (none_allowed && value == 0)))
        return value;
    problems.add(node, none_allowed ? fmt::format("'{}': expected a share such as 0, 10% or 0.1", *text)
                                    : fmt::format("'{}': expected a share above 0, such as 10%, 0.1 or all", *text));
    return std::nullopt;
}

boost::json::object Share::schema() const
{
    return {{"anyOf",
             {{{"type", "number"}, {none_allowed ? "minimum" : "exclusiveMinimum", 0}, {"maximum", 1}},
              {{"type", "string"}, {"pattern", "^(all|[0-9.]+%?)$"}}}}};
}

std::optional<IpAddress> Address::read(Problems& problems, const YAML::Node& node) const
{
    const auto text = scalar(problems, node, "an address");
    if (!text) return std::nullopt;
    if (const auto address = IpAddress::from_text(*text)) return address;
    problems.add(node, fmt::format("'{}': expected an address such as 192.0.2.1 or 2001:db8::1", *text));
    return std::nullopt;
}

std::optional<FamilySet> Families::read(Problems& problems, const YAML::Node& node) const
{
    const auto words = Texts{}.read(problems, node);
    if (!words) return std::nullopt;
    std::vector<std::string_view> known;
    for (const auto& each : known_families) known.push_back(each.name);
    FamilySet all;
    bool fine = true;
    for (const auto& word : *words) {
        const auto family = Family::from_text(word);
        if (!family || !family_index(*family)) {
            problems.add(node, fmt::format("unknown family '{}'{}", word, not_one_of(word, known)));
            fine = false;
        } else {
            all.insert(*family);
        }
    }
    if (fine && all.empty()) problems.add(node, "expected a family, such as ipv4");
    return fine && !all.empty() ? std::optional{all} : std::nullopt;
}

boost::json::object Families::schema() const
{
    boost::json::array known;
    for (const auto& each : known_families) known.emplace_back(each.name);
    boost::json::object one{{"enum", std::move(known)}};
    return {{"anyOf", {one, {{"type", "array"}, {"items", one}}}}};
}

std::optional<std::vector<std::string>> Texts::read(Problems& problems, const YAML::Node& node) const
{
    if (node.IsScalar()) return std::vector{node.Scalar()};
    if (!node.IsSequence()) {
        problems.add(node, "expected a text or a list of texts, got " + what_is(node));
        return std::nullopt;
    }
    std::vector<std::string> all;
    for (const auto& each : node)
        if (auto text = scalar(problems, each, "a text")) all.push_back(std::move(*text));
    return all;
}

boost::json::object Texts::schema() const
{
    return {{"anyOf", {{{"type", "string"}}, {{"type", "array"}, {"items", {{"type", "string"}}}}}}};
}

}   // namespace barrage::yaml
