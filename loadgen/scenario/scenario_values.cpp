#include "loadgen/scenario/scenario_values.hpp"

#include <fmt/format.h>

#include <cmath>

#include "loadgen/scenario/api_lines.hpp"
#include "loadgen/words/units.hpp"

namespace barrage::yaml {

std::optional<double> Rate::read(Problems& problems, const YAML::Node& node) const
{
    const auto rate = number.read(problems, node);
    return rate ? std::optional{static_cast<double>(*rate)} : std::nullopt;
}

std::optional<Asn> AsNumber::read(Problems& problems, const YAML::Node& node) const
{
    const auto asn = number.read(problems, node);
    return asn ? std::optional{Asn{static_cast<std::uint32_t>(*asn)}} : std::nullopt;
}

std::optional<Ipv4Address> RouterId::read(Problems& problems, const YAML::Node& node) const
{
    const auto address = Address{}.read(problems, node);
    if (address && address->is_v4()) return address->v4();
    if (address) problems.add(node, "expected an IPv4 address: RFC 4271 section 4.2");
    return std::nullopt;
}

std::optional<std::vector<NamedSource>> RouteSources::read(Problems& problems, const YAML::Node& node) const
{
    std::vector<NamedSource> all;
    for_each_item(node, [&](const YAML::Node& each) {
        const auto words = scalar(problems, each, "a source of routes such as full-table:100k");
        if (!words) return;
        auto spec = parse_route_spec(*words);
        if (spec)
            all.push_back({*words, std::move(*spec)});
        else
            problems.add(each, fmt::format("routes '{}': {}", *words, spec.error()));
    });
    return all;
}

std::optional<MrtPeerChoice> MrtPeerWords::read(Problems& problems, const YAML::Node& node) const
{
    constexpr const char* form = "an index, an address, an AS (AS65001), most or all";
    const auto text = scalar(problems, node, form);
    if (!text) return std::nullopt;
    auto choice = MrtPeerChoice::from_text(*text);
    if (!choice) problems.add(node, fmt::format("'{}': expected {}", *text, form));
    return choice;
}

std::optional<Scenario::PrefixesPerUpdate> UpdateSize::read(Problems& problems, const YAML::Node& node) const
{
    constexpr Number count{1, 65535}, weight{1, 1'000'000};
    Scenario::PrefixesPerUpdate result;
    if (node.IsScalar() && node.Scalar() == "full") return result;
    if (!node.IsMap()) {
        if (!node.IsScalar() || parse_number(node.Scalar())) {
            if (const auto most = count.read(problems, node)) return result.most = static_cast<std::uint32_t>(*most), result;
            return std::nullopt;
        }
        problems.add(node, what_is(node) + ": expected full, a number, or numbers with their weights such as {1: 50, 7: 50}");
        return std::nullopt;
    }
    bool fine = node.size() != 0;
    if (!fine) problems.add(node, "expected at least one number with its weight, such as {1: 50, 7: 50}");
    for (const auto& pair : node) {
        const auto routes = count.read(problems, pair.first);
        const auto often = weight.read(problems, pair.second);
        if (!routes || !often) {
            fine = false;
        } else if (!result.sizes.add(static_cast<std::uint32_t>(*routes), static_cast<std::uint32_t>(*often))) {
            problems.add(pair.first, fmt::format("more than {} numbers of prefixes", result.sizes.sizes.size()));
            return std::nullopt;
        }
    }
    return fine ? std::optional{result} : std::nullopt;
}

boost::json::object UpdateSize::schema() const
{
    return {{"anyOf",
             {Number{1, 65535}.schema(),
              {{"const", "full"}},
              {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", Number{1, 1'000'000}.schema()}}}}};
}

namespace {

const std::vector<Field<Scenario::Churn::Mix>>& mix_fields()
{
    using Mix = Scenario::Churn::Mix;
    constexpr Number weight{0, 1'000'000};
    static const std::vector<Field<Mix>> fields{
        field("announce", &Mix::announce, weight, "of routes that are withdrawn"),
        field("withdraw", &Mix::withdraw, weight, "of routes that are there"),
        field("attributes", &Mix::attributes, weight, "another community, of routes that are there")};
    return fields;
}

}   // namespace

std::optional<Scenario::Churn::Mix> ChurnMix::read(Problems& problems, const YAML::Node& node) const
{
    const auto before = problems.size();
    Scenario::Churn::Mix mix;
    read_section(problems, node, mix, mix_fields(), "mix");
    if (problems.size() != before) return std::nullopt;
    if (mix.announce + mix.withdraw + mix.attributes > 0) return mix;
    problems.add(node, "expected a weight above 0 for announce, withdraw or attributes");
    return std::nullopt;
}

boost::json::object ChurnMix::schema() const { return section_schema(mix_fields()); }

std::optional<double> Speed::read(Problems& problems, const YAML::Node& node) const
{
    const auto text = scalar(problems, node, "a speed such as 10");
    if (!text) return std::nullopt;
    const auto speed = parse_speed(*text);
    if (speed) return *speed;
    problems.add(node, speed.error());
    return std::nullopt;
}

boost::json::object Speed::schema() const
{
    return {{"anyOf", {{{"type", "number"}, {"exclusiveMinimum", 0}}, {{"type", "string"}, {"pattern", "^[0-9.]+x?$"}}}}};
}

std::optional<std::vector<std::string>> ApiLines::read(Problems& problems, const YAML::Node& node) const
{
    std::vector<std::string> lines;
    for_each_item(node, [&](const YAML::Node& each) {
        const auto text = scalar(problems, each, "a line such as announce route 10.0.0.0/8 next-hop self");
        if (!text) return;
        for (std::size_t begin = 0; begin <= text->size();) {
            const auto end = std::min(text->find('\n', begin), text->size());
            auto line = text->substr(begin, end - begin);
            begin = end + 1;
            if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
            if (const auto wrong = check_api_line(line)) problems.add(each, fmt::format("'{}': {}", line, *wrong));
            lines.push_back(std::move(line));
        }
    });
    if (lines.empty()) problems.add(node, "expected a line such as announce route 10.0.0.0/8 next-hop self");
    return lines;
}

}   // namespace barrage::yaml
