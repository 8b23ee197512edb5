// The values of `expect:`, wherever it stands: none, or a mapping by its table.

#include <fmt/format.h>

#include <cctype>

#include "codec/attribute/communities.hpp"
#include "codec/prefix.hpp"
#include "loadgen/scenario/scenario_values.hpp"
#include "loadgen/words/units.hpp"

namespace barrage::yaml {

namespace {

/// "Maximum Number of Prefixes Reached" → "maximum-number-of-prefixes-reached".
std::string as_word(std::string_view name)
{
    std::string word;
    for (const char c : name) word += c == ' ' || c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return word;
}

/// The number that `word` is, or is the name of; `name_of` names those up to `most`.
std::optional<std::uint8_t> number_of(std::string_view word, unsigned most, auto&& name_of, std::string& wrong)
{
    constexpr std::uint64_t largest = 255;
    if (const auto number = parse_number(word); number && *number <= largest) return static_cast<std::uint8_t>(*number);
    std::vector<std::string> names;
    for (unsigned number = 0; number <= most; ++number) {
        names.push_back(as_word(name_of(static_cast<std::uint8_t>(number))));
        if (!names.back().empty() && names.back() == as_word(word)) return static_cast<std::uint8_t>(number);
    }
    std::erase(names, std::string{});
    wrong = fmt::format("unknown word '{}'{}", word, not_one_of(as_word(word), {names.begin(), names.end()}));
    return std::nullopt;
}

struct NotificationWords {
    [[nodiscard]] static std::optional<ExpectedNotification> read(Problems& problems, const YAML::Node& node)
    {
        const auto text = scalar(problems, node, "CODE or CODE/SUBCODE such as cease/1");
        if (!text) return std::nullopt;
        constexpr unsigned most_code = 8, most_subcode = 32;
        const auto slash = text->find('/');
        std::string wrong;
        ExpectedNotification expected{.words = *text};
        const auto code = number_of(
            std::string_view{*text}.substr(0, slash), most_code, [](std::uint8_t number) { return name(ErrorCode{number}); },
            wrong);
        if (code) expected.code = ErrorCode{*code};
        if (code && slash != std::string::npos)
            expected.subcode = number_of(
                std::string_view{*text}.substr(slash + 1), most_subcode,
                [&](std::uint8_t number) { return subcode_name(expected.code, number); }, wrong);
        if (wrong.empty()) return expected;
        problems.add(node, fmt::format("'{}': {}", *text, wrong));
        return std::nullopt;
    }
    [[nodiscard]] static boost::json::object schema() { return Text{}.schema(); }
};

struct CommunityWords {
    [[nodiscard]] static std::optional<std::vector<std::uint32_t>> read(Problems& problems, const YAML::Node& node)
    {
        std::vector<std::uint32_t> all;
        for_each_item(node, [&](const YAML::Node& each) {
            const auto text = scalar(problems, each, "a community such as 65000:1");
            if (!text) return;
            if (const auto community = Community::from_text(*text))
                all.push_back(community->value);
            else
                problems.add(each, fmt::format("'{}': expected a community such as 65000:1 or no-export", *text));
        });
        return all;
    }
    [[nodiscard]] static boost::json::object schema() { return Texts{}.schema(); }
};

struct AsNumbers {
    [[nodiscard]] static std::optional<std::vector<Asn>> read(Problems& problems, const YAML::Node& node)
    {
        std::vector<Asn> all;
        for_each_item(node, [&](const YAML::Node& each) {
            if (const auto one = AsNumber{}.read(problems, each)) all.push_back(*one);
        });
        return all;
    }
    [[nodiscard]] static boost::json::object schema()
    {
        return {{"anyOf", {AsNumber{}.schema(), {{"type", "array"}, {"items", AsNumber{}.schema()}}}}};
    }
};

struct PrefixWords {
    [[nodiscard]] static std::optional<std::vector<std::string>> read(Problems& problems, const YAML::Node& node)
    {
        std::vector<std::string> all;
        for_each_item(node, [&](const YAML::Node& each) {
            const auto text = scalar(problems, each, "a prefix such as 10.0.0.0/8");
            if (!text) return;
            if (Ipv4Prefix::from_text(*text) || Ipv6Prefix::from_text(*text))
                all.push_back(*text);
            else
                problems.add(each, fmt::format("'{}': expected a prefix such as 10.0.0.0/8 or 2001:db8::/32", *text));
        });
        return all;
    }
    [[nodiscard]] static boost::json::object schema() { return Texts{}.schema(); }
};

const std::vector<Field<ExpectedAttributes>>& attribute_fields()
{
    using A = ExpectedAttributes;
    constexpr Number four_octets{0, 0xffffffff};
    static const std::vector<Field<A>> fields{
        field("community", &A::communities, CommunityWords{}, "added to those that were sent; one or a list"),
        field("strip_communities", &A::strips_communities, Flag{},
              "those that were sent, of all kinds, are taken off before [false]"),
        field("as_path_prepend", &A::prepended, AsNumbers{},
              "AS numbers in front of the path as the device has it; its own once more, as eBGP puts it there, need not be said"),
        field("origin", &A::origin,
              Choice<Origin::Value>{
                  {{"igp", Origin::Value::igp}, {"egp", Origin::Value::egp}, {"incomplete", Origin::Value::incomplete}}},
              "in place of the one that was sent"),
        field("med", &A::multi_exit_disc, four_octets, "MULTI_EXIT_DISC"),
        field("local_pref", &A::local_pref, four_octets, "LOCAL_PREF, at iBGP receivers"),
        field("next_hop", &A::next_hop, Address{}, "of all these routes"),
    };
    return fields;
}

struct AttributeWords {
    [[nodiscard]] static std::optional<ExpectedAttributes> read(Problems& problems, const YAML::Node& node)
    {
        const auto before = problems.size();
        ExpectedAttributes attributes;
        read_section(problems, node, attributes, attribute_fields(), "attributes");
        if (problems.size() != before) return std::nullopt;
        return attributes;
    }
    [[nodiscard]] static boost::json::object schema() { return section_schema(attribute_fields()); }
};

std::vector<Field<Expect>> fields_at(ExpectWords::Place place)
{
    using Place = ExpectWords::Place;
    std::vector<Field<Expect>> fields;
    if (place == Place::run)
        fields.push_back(field("routes", &Expect::routes, PrefixWords{},
                               "prefixes that it is said of, with all inside them; one or a list [the whole run]"));
    const bool is_of_phase = place == Place::phase;
    fields.push_back(field("none", &Expect::none, Flag{},
                           is_of_phase ? "nothing comes of it: no change at any receiver [false]"
                                       : "these routes do not come through: what comes is a fault [false]"));
    fields.push_back(field("attributes", &Expect::attributes, AttributeWords{},
                           is_of_phase ? "what a policy of the device sets in what it announces, until that is announced again"
                                       : "what a policy of the device sets"));
    fields.push_back(field("within", &Expect::within, Time{},
                           is_of_phase ? "its last change has come to the receivers so long after its beginning"
                                       : "each change has come back so long after it was sent"));
    fields.push_back(field("sessions_lost", &Expect::sessions_lost, Number{0, 1'000'000},
                           "so many sessions end that were not to, neither more nor fewer"));
    fields.push_back(field("notification", &Expect::notification, NotificationWords{},
                           "… by this NOTIFICATION of the device: CODE or CODE/SUBCODE by name or number, such as cease/1"));
    return fields;
}

const std::vector<Field<Expect>>& fields_of(ExpectWords::Place place)
{
    using Place = ExpectWords::Place;
    static const auto run = fields_at(Place::run), group = fields_at(Place::group), phase = fields_at(Place::phase);
    return place == Place::run ? run : place == Place::group ? group : phase;
}

}   // namespace

std::optional<Expect> ExpectWords::read(Problems& problems, const YAML::Node& node) const
{
    if (node.IsScalar() && place != Place::run) {
        if (node.Scalar() == "none") return Expect{.none = true};
        problems.add(node, fmt::format("{}: expected none, or a mapping such as {{within: 2s}}", what_is(node)));
        return std::nullopt;
    }
    const auto before = problems.size();
    Expect expect;
    read_section(problems, node, expect, fields_of(place), "expect");
    if (problems.size() != before) return std::nullopt;
    if (expect.none && (expect.within || expect.attributes)) {
        problems.add(node, "what does not come has no time and no attributes: none stands alone");
        return std::nullopt;
    }
    if (place == Place::run && expect.routes.empty() && (expect.none || expect.attributes || expect.within)) {
        problems.add(node, "of which routes? say routes: PREFIX, or expect it of a group of peers");
        return std::nullopt;
    }
    if (!expect.routes.empty() && expect.is_of_sessions()) {
        problems.add(node, "routes have no sessions: expect sessions_lost and notification without routes");
        return std::nullopt;
    }
    if (!expect.none && !expect.within && !expect.attributes && !expect.is_of_sessions()) {
        problems.add(node, "nothing is expected; say none, within, attributes, sessions_lost or notification");
        return std::nullopt;
    }
    return expect;
}

boost::json::object ExpectWords::schema() const
{
    auto mapping = section_schema(fields_of(place));
    if (place == Place::run) return mapping;
    return {{"anyOf", {{{"const", "none"}}, std::move(mapping)}}};
}

std::optional<std::vector<Expect>> ExpectList::read(Problems& problems, const YAML::Node& node) const
{
    std::vector<Expect> all;
    for_each_item(node, [&](const YAML::Node& each) {
        if (auto one = ExpectWords{ExpectWords::Place::run}.read(problems, each)) all.push_back(std::move(*one));
    });
    return all;
}

boost::json::object ExpectList::schema() const
{
    const auto one = ExpectWords{ExpectWords::Place::run}.schema();
    return {{"anyOf", {one, {{"type", "array"}, {"items", one}}}}};
}

}   // namespace barrage::yaml
