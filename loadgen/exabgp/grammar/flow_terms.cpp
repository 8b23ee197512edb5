#include "loadgen/exabgp/grammar/flow_terms.hpp"

#include <bit>
#include <span>

#include "loadgen/exabgp/grammar/values.hpp"
#include "loadgen/exabgp/vocabulary/flow_names.hpp"

namespace barrage::exabgp {

namespace {

struct Operator {
    std::string_view text;
    std::uint8_t bits;
};
// RFC 8955 sections 4.2.1.1 and 4.2.1.2; the longer ones first
constexpr Operator numeric_operators[] = {{">=", 3}, {"<=", 5}, {"!=", 6},   {"=", 1},
                                          {">", 2},  {"<", 4},  {"true", 7}, {"false", 0}};
constexpr Operator bitmask_operators[] = {{"!=", 3}, {"=", 1}, {"!", 2}};
/// Takes the operator off the front of `text`.
std::uint8_t take_operator(std::string_view& text, std::span<const Operator> operators, std::uint8_t otherwise)
{
    for (const auto& known : operators)
        if (lower_case(text.substr(0, known.text.size())) == known.text) {
            text.remove_prefix(known.text.size());
            return known.bits;
        }
    return otherwise;
}

std::uint8_t octets_for(std::uint64_t value) noexcept
{
    const auto octets = std::max(1u, (static_cast<unsigned>(std::bit_width(value)) + 7) / 8);
    return static_cast<std::uint8_t>(std::bit_ceil(octets));
}

/// RFC 8955 section 4.2.2.12 has no bit for packets that are no fragment: neither IsF nor FF is set.
constexpr std::string_view no_fragment = "not-a-fragment";
constexpr std::uint64_t any_fragment = 0x06;
constexpr std::uint8_t not_bit = 2;

/// `not-a-fragment`, or `!not-a-fragment`, which is any fragment; nothing where it is something else.
std::optional<BitmaskTerm> fragment_term(std::string_view text, std::uint8_t joined)
{
    const bool inverted = text.starts_with('!');
    if (inverted) text.remove_prefix(1);
    if (plain_name(text) != no_fragment) return std::nullopt;
    return BitmaskTerm{{static_cast<std::uint8_t>((inverted ? 0 : not_bit) | joined), 1, any_fragment}};
}

/// `>=80&<=90` as terms; false where something is no term.
template <class Term>
bool append_terms(std::string_view text, FlowComponentType type, std::uint64_t most, std::vector<Term>& terms)
{
    constexpr bool is_numeric = std::is_same_v<Term, NumericTerm>;
    constexpr std::uint8_t equal = 1;
    for (std::uint8_t joined = 0;; joined = flow_and_bit) {
        const auto end = text.find('&');
        auto one = text.substr(0, end);
        std::uint8_t op = 0;
        if constexpr (!is_numeric)
            if (type == FlowComponentType::fragment)
                if (const auto term = fragment_term(one, joined)) {
                    terms.push_back(*term);
                    if (end == std::string_view::npos) return true;
                    text.remove_prefix(end + 1);
                    continue;
                }
        if constexpr (is_numeric)
            op = take_operator(one, numeric_operators, equal);
        else
            op = take_operator(one, bitmask_operators, 0);
        const bool needs_no_value = is_numeric && (op == 0 || op == 7);
        const auto value = one.empty() && needs_no_value ? std::uint64_t{0} : flow_value_from(one, type, most);
        if (!value) return false;
        terms.push_back(Term{{static_cast<std::uint8_t>(op | joined), octets_for(*value), *value}});
        if (end == std::string_view::npos) return true;
        text.remove_prefix(end + 1);
    }
}

template <class Term>
std::vector<Term> take_terms(TokenCursor& words, FlowComponentType type, std::uint64_t most)
{
    std::vector<Term> terms;
    for_each_value(words, [&] {
        const auto token = take_word(words, "a value");
        if (words.failed() || append_terms(token.text, type, most, terms)) return;
        std::string expected = "expected an operator and a number up to " + std::to_string(most);
        if (const auto names = flow_names(type); !names.empty()) expected += ", or a name as " + std::string{names[0].name};
        words.fail(token, std::move(expected));
    });
    if (terms.empty()) words.fail_last("a list without a value");
    return terms;
}

}   // namespace

std::vector<NumericTerm> take_numeric_terms(TokenCursor& words, FlowComponentType type, std::uint64_t most)
{
    return take_terms<NumericTerm>(words, type, most);
}

std::vector<BitmaskTerm> take_bitmask_terms(TokenCursor& words, FlowComponentType type, std::uint64_t most)
{
    return take_terms<BitmaskTerm>(words, type, most);
}

}   // namespace barrage::exabgp
