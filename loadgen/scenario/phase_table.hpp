#pragma once
// The phases of scenarios: for each kind its word, what it does, what it needs and its keys. Reader, error messages, JSON Schema
// and `loadgen run --help` go by this table; its rows are those of Scenario::What, so that a kind without a row does not build.
// Any thread.

#include <string_view>
#include <type_traits>
#include <vector>

#include "loadgen/scenario/scenario.hpp"
#include "loadgen/scenario/yaml_section.hpp"

namespace barrage {

/// What has to be there before a phase makes sense.
struct PhaseNeeds {
    bool sessions = true;   // a connect before it
    bool senders = false;   // a group with routes, and only such in `peers`
    bool receivers = false;
};

template <class P>
struct PhaseTable {
    std::string_view word;
    std::string_view description;
    PhaseNeeds needs;
    bool is_operation;            // something is measured from its beginning on
    std::string_view shorthand;   // the key whose value may stand alone
    std::vector<yaml::Field<P>> fields;
};

/// One for each kind: session_phase_tables.cpp, route_phase_tables.cpp.
template <class P>
PhaseTable<P> table_of();

template <>
PhaseTable<Scenario::Connect> table_of();
template <>
PhaseTable<Scenario::Hold> table_of();
template <>
PhaseTable<Scenario::Barrier> table_of();
template <>
PhaseTable<Scenario::Announce> table_of();
template <>
PhaseTable<Scenario::Withdraw> table_of();
template <>
PhaseTable<Scenario::Replay> table_of();
template <>
PhaseTable<Scenario::Command> table_of();
template <>
PhaseTable<Scenario::Wait> table_of();
template <>
PhaseTable<Scenario::Churn> table_of();
template <>
PhaseTable<Scenario::Flap> table_of();
template <>
PhaseTable<Scenario::Refresh> table_of();
template <>
PhaseTable<Scenario::Kill> table_of();
template <>
PhaseTable<Scenario::Restart> table_of();
template <>
PhaseTable<Scenario::Exec> table_of();

/// A row, whatever its kind.
struct PhaseWord {
    std::string_view word;
    std::string_view description;
    PhaseNeeds needs;
    bool is_operation;
    std::vector<std::string_view> keys;
    std::string_view shorthand;   // the key whose value may stand alone
    /// From the node behind the word; where there is none, `at` is the place.
    Scenario::What (*read)(yaml::Problems& problems, const YAML::Node& node, const YAML::Mark& at);
    boost::json::object (*schema)();
};

/// In the order of Scenario::What. The last is `parallel`, whose contents are phases and not read by the table.
const std::vector<PhaseWord>& phase_words();
inline const PhaseWord& word_of(const Scenario::What& what) { return phase_words()[what.index()]; }

// ---- Fields that several have.

template <class P>
yaml::Field<P> peers_field()
{
    return yaml::field("peers", &P::peers, yaml::Texts{}, "names of groups [all that it can be about]");
}

template <class P>
yaml::Field<P> timeout_field(std::string_view description)
{
    return yaml::field("timeout", &P::timeout, yaml::Time{}, description);
}

/// Where a part of something begins and how much it is.
template <class P>
std::vector<yaml::Field<P>> window_fields(std::string_view share_description)
{
    return {yaml::field("from", &P::from, yaml::Share{.none_allowed = true}, "where that part begins [0, the front]"),
            yaml::field("share", &P::share, yaml::Share{}, share_description)};
}

template <class P>
std::vector<yaml::Field<P>> joined(std::vector<yaml::Field<P>> fields, std::vector<yaml::Field<P>> more)
{
    fields.insert(fields.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    return fields;
}

}   // namespace barrage
