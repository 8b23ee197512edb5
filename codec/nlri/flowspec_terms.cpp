#include "codec/nlri/flowspec_terms.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <utility>

namespace barrage {

namespace {

constexpr std::uint8_t end_of_list = 0x80;
constexpr std::uint8_t and_bit = 0x40;
constexpr std::uint8_t length_bits = 0x30;

using Symbols = std::array<std::string_view, 8>;
constexpr Symbols numeric_symbols{"false:", "=", ">", ">=", "<", "<=", "!=", "true:"};
constexpr Symbols bitmask_symbols{"", "=", "!", "!="};

/// The least of 1, 2, 4 and 8 that hold the value.
std::uint8_t octets_for(std::uint64_t value) noexcept
{
    const auto octets = std::max(1u, (static_cast<unsigned>(std::bit_width(value)) + 7) / 8);
    return static_cast<std::uint8_t>(std::bit_ceil(octets));
}

std::string hex_number(std::uint64_t value)
{
    char digits[16];
    return {digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr};
}

std::string text_of(const FlowTerm& term, const Symbols& symbols, std::size_t known, bool hexadecimal)
{
    const std::size_t operation = term.op & 0x0f;
    const auto value = hexadecimal ? "0x" + hex_number(term.value) : std::to_string(term.value);
    const auto octets = std::to_string(term.octets);
    if (operation >= known) return "0x" + hex_number(term.op) + ":" + value + ":" + octets;
    std::string text = term.op & and_bit ? "&" : "";
    text.append(symbols[operation]) += value;
    if (term.octets != octets_for(term.value)) text += ":" + octets;
    return text;
}

/// Takes a number from the front; nothing where there is none.
std::optional<std::uint64_t> take_number(std::string_view& text)
{
    const int base = text.starts_with("0x") ? 16 : 10;
    if (base == 16) text.remove_prefix(2);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// The value, and ":octets" where that is said.
bool read_value(std::string_view text, FlowTerm& term)
{
    const auto value = take_number(text);
    if (!value) return false;
    term.value = *value;
    term.octets = octets_for(*value);
    if (text.empty()) return true;
    if (!text.starts_with(':')) return false;
    text.remove_prefix(1);
    const auto octets = take_number(text);
    if (!octets || !text.empty() || *octets < term.octets || *octets > 8 || !std::has_single_bit(*octets)) return false;
    term.octets = static_cast<std::uint8_t>(*octets);
    return true;
}

bool read_term(std::string_view text, const Symbols& symbols, std::size_t known, FlowTerm& term)
{
    // an operator in digits: "0x48:80:1"
    auto look = text;
    if (look.starts_with("0x"))
        if (const auto op = take_number(look); op && look.find(':') != look.rfind(':')) {
            if (*op & ~std::uint64_t{and_bit | 0x0f} || !look.starts_with(':')) return false;
            term.op = static_cast<std::uint8_t>(*op);
            return read_value(look.substr(1), term);
        }
    if (text.starts_with('&')) {
        term.op = and_bit;
        text.remove_prefix(1);
    }
    std::size_t best = known;   // the longest symbol that fits
    for (std::size_t i = 0; i < known; ++i)
        if (text.starts_with(symbols[i]) && (best == known || symbols[i].size() > symbols[best].size())) best = i;
    if (best == known) return false;
    term.op = static_cast<std::uint8_t>(term.op | best);
    return read_value(text.substr(symbols[best].size()), term);
}

}   // namespace

void FlowTerm::write(Writer& out, bool last) const
{
    const auto width = std::countr_zero(octets) & 3;
    out.u8(static_cast<std::uint8_t>((op & ~(end_of_list | length_bits)) | width << 4 | (last ? end_of_list : 0)));
    for (int i = 1 << width; i-- > 0;) out.u8(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::pair<FlowTerm, bool> FlowTerm::read(Reader& in)
{
    const auto first = in.u8();
    FlowTerm term{.op = static_cast<std::uint8_t>(first & ~(end_of_list | length_bits)),
                  .octets = static_cast<std::uint8_t>(1 << ((first & length_bits) >> 4))};
    for (int i = 0; i < term.octets; ++i) term.value = term.value << 8 | in.u8();
    return {term, (first & end_of_list) != 0};
}

std::optional<NumericTerm> NumericTerm::from_text(std::string_view text)
{
    NumericTerm term;
    if (!read_term(text, numeric_symbols, 8, term)) return std::nullopt;
    return term;
}

std::optional<BitmaskTerm> BitmaskTerm::from_text(std::string_view text)
{
    BitmaskTerm term;
    if (!read_term(text, bitmask_symbols, 4, term)) return std::nullopt;
    return term;
}

std::string to_text(const NumericTerm& term) { return text_of(term, numeric_symbols, 8, false); }
std::string to_text(const BitmaskTerm& term) { return text_of(term, bitmask_symbols, 4, true); }

}   // namespace barrage
