#include "loadgen/exabgp/grammar/selector.hpp"

#include <algorithm>
#include <regex>
#include <utility>

#include "loadgen/exabgp/vocabulary/word_cursor.hpp"

namespace barrage::exabgp {

namespace {

struct NamedField {
    std::string_view key;
    std::string NeighborName::* field;
};
constexpr std::array named_fields{
    NamedField{"local-ip", &NeighborName::local_ip},   NamedField{"local-address", &NeighborName::local_ip},
    NamedField{"local-as", &NeighborName::local_as},   NamedField{"peer-as", &NeighborName::peer_as},
    NamedField{"router-id", &NeighborName::router_id}, NamedField{"family-allowed", &NeighborName::family_allowed},
};

const NamedField* field_of(std::string_view key) noexcept
{
    const auto found = std::ranges::find(named_fields, key, &NamedField::key);
    return found == named_fields.end() ? nullptr : &*found;
}

std::string as_text(const std::optional<Asn>& asn) { return asn ? std::to_string(asn->value) : "auto"; }

/// The next word, or one of `[ ] ,`, which stand alone wherever they are.
std::string_view next_token(std::string_view& left) noexcept
{
    while (!left.empty() && is_blank(left.front())) left.remove_prefix(1);
    const auto end = left.find_first_of(" \t\r\n\v\f[],");
    const auto length = end == std::string_view::npos ? left.size() : std::max<std::size_t>(end, left.empty() ? 0 : 1);
    const auto token = left.substr(0, length);
    left.remove_prefix(length);
    return token;
}

/// Both readers of a selector go this way, so that they cannot differ about its end. Returns what follows it.
std::string_view walk(std::string_view text, auto&& on_address, auto&& on_condition)
{
    bool wants_address = true;
    bool in_brackets = false;
    auto left = text;
    for (;;) {
        auto behind = left;
        const auto token = next_token(behind);
        if (token.empty()) return behind;
        if (token == "[") {
            in_brackets = wants_address = true;
        } else if (token == "]") {
            return behind;
        } else if (token == ",") {
            wants_address = true;
        } else if (const auto* field = field_of(token); field && !wants_address) {
            on_condition(*field, next_token(behind));
        } else if (wants_address || in_brackets) {
            if (token != "neighbor" && token != "peer") {
                on_address(token);
                wants_address = false;
            }
        } else {
            return left;
        }
        left = behind;
    }
}

}   // namespace

NeighborName name_of(const Neighbor& neighbor)
{
    NeighborName name;
    name.peer = to_text(neighbor.peer_address);
    name.local_ip = neighbor.local_address ? to_text(*neighbor.local_address) : "auto";
    name.local_as = as_text(neighbor.local_as);
    name.peer_as = as_text(neighbor.peer_as);
    if (neighbor.router_id)
        name.router_id = to_text(*neighbor.router_id);
    else
        name.router_id = name.local_ip;
    // Only a session of its own for each family (multi-session) is told apart by them.
    if (!neighbor.multi_session) {
        name.family_allowed = "in-open";
    } else {
        neighbor.families.for_each([&](Family family) {
            if (!name.family_allowed.empty()) name.family_allowed += '/';
            name.family_allowed += family_words(family, '-');
        });
    }
    return name;
}

namespace {

std::regex process_pattern(const std::string& pattern)
{
    // libstdc++'s word for an automaton that never goes back: its time is the product of the two lengths, where the usual one may take years for
    // forty letters. It has no back references, and says so by an exception.
    return std::regex{pattern, std::regex::ECMAScript | std::regex_constants::__polynomial};
}

}   // namespace

bool is_process_pattern(const std::string& pattern)
{
    try {
        (void)process_pattern(pattern);
        return true;
    } catch (const std::regex_error&) {
        return false;
    }
}

bool names_process(const ApiSection& section, const std::string& process)
{
    if (std::ranges::find(section.processes, process) != section.processes.end()) return true;
    return std::ranges::any_of(section.processes_match, [&](const std::string& pattern) {
        try {
            return std::regex_search(process, process_pattern(pattern), std::regex_constants::match_continuous);
        } catch (const std::regex_error&) {   // the parser of configurations has said so
            return false;
        }
    });
}

std::string to_text(const NeighborName& name)
{
    return "neighbor " + name.peer + " local-ip " + name.local_ip + " local-as " + name.local_as + " peer-as " + name.peer_as +
           " router-id " + name.router_id + " family-allowed " + name.family_allowed;
}

bool NeighborFilter::matches(const NeighborName& name) const
{
    if (address != "*" && address != name.peer) {
        // Addresses have more than one spelling: "2001:DB8:0::1".
        const auto mine = IpAddress::from_text(address);
        if (!mine || to_text(*mine) != name.peer) return false;
    }
    return std::ranges::all_of(conditions, [&](const Condition& condition) { return name.*condition.field == condition.value; });
}

bool Selector::matches(const NeighborName& name) const
{
    return any_of.empty() || std::ranges::any_of(any_of, [&](const NeighborFilter& filter) { return filter.matches(name); });
}

SelectorWords split_selector(std::string_view text) noexcept
{
    const auto rest = walk(text, [](std::string_view) {}, [](const NamedField&, std::string_view) {});
    return {without_outer_blanks(text.substr(0, text.size() - rest.size())), without_outer_blanks(rest)};
}

std::expected<Selector, std::string> parse_selector(std::string_view text)
{
    Selector selector;
    std::string_view missing;
    const auto rest = walk(
        text, [&](std::string_view address) { selector.any_of.push_back({std::string{address}, {}}); },
        [&](const NamedField& named, std::string_view value) {
            if (value.empty() || value == ",") missing = named.key;
            selector.any_of.back().conditions.push_back({named.field, std::string{value}});
        });
    if (!missing.empty()) return std::unexpected("expected a value behind " + std::string{missing});
    if (selector.any_of.empty()) return std::unexpected("expected the address of a neighbor, or *");
    if (!without_outer_blanks(rest).empty()) return std::unexpected("unexpected words in a selector: " + std::string{rest});
    return selector;
}

}   // namespace barrage::exabgp
