#pragma once
// Which neighbours a command is for: ExaBGP's selectors, of both its dialects, and the name that they are matched against.
//
//     neighbor 10.0.0.1 local-as 65000 peer-as 65001, neighbor 10.0.0.2 announce route …
//     peer * announce route …                          peer [ 10.0.0.1, 10.0.0.2 router-id 1.2.3.4 ] announce route …
//
// Any thread.

#include <array>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/exabgp/grammar/configuration.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

/// Whether it may stand in `processes-match`.
bool is_process_pattern(const std::string& pattern);

/// A neighbour as commands name it, each value as text: "neighbor P local-ip L local-as A peer-as B router-id R family-allowed F".
struct NeighborName {
    std::string peer, local_ip, local_as, peer_as, router_id, family_allowed;
    friend bool operator==(const NeighborName&, const NeighborName&) = default;
};
NeighborName name_of(const Neighbor& neighbor);
/// Whether an api section is for this process: by name, or by one of its patterns.
bool names_process(const ApiSection& section, const std::string& process);
std::string to_text(const NeighborName& name);

/// One neighbour's conditions: all of them hold.
struct NeighborFilter {
    struct Condition {
        std::string NeighborName::* field;
        std::string value;
    };
    std::string address;   // "*": any
    std::vector<Condition> conditions;

    [[nodiscard]] bool matches(const NeighborName& name) const;
};

/// Any of its filters; without any it is all neighbours that the program serves.
struct Selector {
    std::vector<NeighborFilter> any_of;

    [[nodiscard]] bool matches(const NeighborName& name) const;
};

/// Where a selector ends: `words` begin behind the first `neighbor` or `peer`, and the rest is the command.
struct SelectorWords {
    std::string_view selector;
    std::string_view rest;
};
SelectorWords split_selector(std::string_view words) noexcept;

/// Of the words that split_selector() gave. An error says what was expected.
std::expected<Selector, std::string> parse_selector(std::string_view words);

}   // namespace barrage::exabgp
