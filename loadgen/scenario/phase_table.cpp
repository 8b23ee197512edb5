#include "loadgen/scenario/phase_table.hpp"

#include <fmt/format.h>

#include "loadgen/scenario/phase_kind.hpp"

namespace barrage {

namespace {

using yaml::Field;
using yaml::Problems;

template <class P>
const PhaseTable<P>& table()
{
    static const auto one = table_of<P>();
    return one;
}

template <class P>
const Field<P>& shorthand_of(const PhaseTable<P>& table)
{
    return *std::ranges::find(table.fields, table.shorthand, &Field<P>::name);
}

template <class P>
Scenario::What read(Problems& problems, const YAML::Node& node, const YAML::Mark& at)
{
    const auto& known = table<P>();
    P phase;
    if (node.IsMap()) {
        read_section(problems, node, phase, known.fields, known.word);
    } else if (node.IsDefined() && !node.IsNull()) {
        shorthand_of(known).read(problems, node, phase);
    } else {
        for (const auto& each : known.fields)
            if (each.required) problems.add(at, fmt::format("{} needs '{}': {}", known.word, each.name, each.description));
    }
    return phase;
}

template <class P>
boost::json::object schema()
{
    const auto& known = table<P>();
    boost::json::array forms{yaml::section_schema(known.fields), shorthand_of(known).schema()};
    if (std::ranges::none_of(known.fields, &Field<P>::required)) forms.push_back(boost::json::object{{"type", "null"}});
    return {{"description", known.description}, {"anyOf", std::move(forms)}};
}

template <class P>
PhaseWord row(std::type_identity<P>)
{
    const auto& known = table<P>();
    PhaseWord word{known.word, known.description, known.needs, known.is_operation, {}, known.shorthand, &read<P>, &schema<P>};
    for (const auto& each : known.fields) word.keys.push_back(each.name);
    return word;
}

PhaseWord row(std::type_identity<Scenario::Parallel>)
{
    return {"parallel",
            "branches that run side by side, each a phase or a list of phases; done when all are",
            {.sessions = false},
            true,
            {},
            {},
            nullptr,
            nullptr};
}

template <class... P>
std::vector<PhaseWord> rows(std::type_identity<std::variant<P...>>)
{
    return {row(std::type_identity<P>{})...};
}

}   // namespace

const std::vector<PhaseWord>& phase_words()
{
    static const auto words = rows(std::type_identity<Scenario::What>{});
    return words;
}

std::string_view PhaseKind::word() const
{
    return number_ < phase_words().size() ? phase_words()[number_].word : std::string_view{};
}

}   // namespace barrage
