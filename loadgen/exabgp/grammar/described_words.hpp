#pragma once
// NLRI of several fields as words, `rd 65000:1 etag 0 mac 00-00-5e-00-53-01`: both directions from the one describe() of the type.
// Words come in any order; a field that may be missing is not written where it is. Pure; any thread.

#include <concepts>
#include <utility>

#include <fmt/format.h>

#include "codec/asn.hpp"
#include "codec/describe.hpp"
#include "codec/nlri/nlri_fields.hpp"
#include "loadgen/exabgp/grammar/values.hpp"
#include "loadgen/exabgp/vocabulary/names.hpp"

namespace barrage::exabgp {

/// ExaBGP's names of fields, where they are not ours.
inline std::string field_word(std::string_view ours)
{
    if (ours == "ethernet_tag") return "etag";
    if (ours == "prefix_length") return "iplen";
    return plain_name(ours);
}

/// A field that one word says.
template <class T>
inline constexpr bool is_one_word = std::integral<T> || std::is_enum_v<T> || std::same_as<T, Asn> || std::same_as<T, Octets> ||
                                    std::same_as<T, LabelField> || TextValue<T>;
template <class T>
inline constexpr bool is_one_word<std::optional<T>> = is_one_word<T>;

/// Whether words can say all of a value; others are written as octets.
template <Describable T>
bool has_only_words(const T& value)
{
    bool all = true;
    T::describe(value, [&]<class F>(std::string_view, const F&) { all = all && is_one_word<F>; });
    return all;
}

template <class F>
std::string field_text(const F& field)
{
    if constexpr (std::same_as<F, bool>)
        return field ? "true" : "false";
    else if constexpr (std::integral<F>)
        return std::to_string(field);
    else if constexpr (std::same_as<F, Asn>)
        return std::to_string(field.value);
    else if constexpr (NamedEnum<F>)
        return enum_name(field).empty() ? std::to_string(std::to_underlying(field)) : plain_name(enum_name(field));
    else if constexpr (std::is_enum_v<F>)
        return std::to_string(std::to_underlying(field));
    else if constexpr (std::same_as<F, Octets>)
        return "0x" + hex_text(field);
    else if constexpr (std::same_as<F, LabelField>)   // a label with the bottom of stack, or all three octets
        return field.low_bits == 1 ? std::to_string(field.label) : fmt::format("0x{:06x}", field.label << 4 | field.low_bits);
    else if constexpr (TextValue<F>)
        return to_text(field);
    else
        return {};
}

/// Appends " WORD VALUE" for each field that is there.
template <Describable T>
void append_words(std::string& out, const T& value)
{
    T::describe(value, [&]<class F>(std::string_view name, const F& field) {
        if constexpr (is_optional<F>) {
            if (field) out += " " + field_word(name) + " " + field_text(*field);
        } else
            out += " " + field_word(name) + " " + field_text(field);
    });
}

template <class F>
void take_field(TokenCursor& words, F& field)
{
    const auto fail = [&](const Token& at) { words.fail(at, "a value that its field cannot have"); };
    if constexpr (is_optional<F>) {
        typename F::value_type value{};
        take_field(words, value);
        field = std::move(value);
    } else if constexpr (std::same_as<F, bool>) {
        field = take_boolean(words, true);
    } else if constexpr (std::integral<F>) {
        field = static_cast<F>(take_number(words, 0, static_cast<std::uint64_t>(static_cast<F>(~F{}))));
    } else if constexpr (std::same_as<F, Asn>) {
        field = take_asn(words);
    } else if constexpr (std::is_enum_v<F>) {
        const auto token = take_word(words, "a value");
        if constexpr (NamedEnum<F>)
            for (const auto& known : enum_names(F{}))
                if (plain_name(known.name) == plain_name(token.text)) {
                    field = known.value;
                    return;
                }
        using Number = std::underlying_type_t<F>;
        const auto number = number_from<Number>(token.text, static_cast<Number>(~Number{}));
        if (!number) return fail(token);
        field = F{*number};
    } else if constexpr (std::same_as<F, Octets>) {
        field = take_octets(words);
    } else if constexpr (std::same_as<F, LabelField>) {
        constexpr std::uint32_t most_label = 0xfffff;
        constexpr std::size_t digits = 8;   // of all three octets, with the 0x
        const auto token = take_word(words, "a label");
        const bool is_whole = token.text.starts_with("0x") && token.text.size() == digits;
        const auto number = number_from<std::uint32_t>(token.text, is_whole ? 0xffffff : most_label);
        if (!number) return fail(token);
        field = is_whole ? LabelField{*number >> 4, static_cast<std::uint8_t>(*number & 15)} : LabelField{*number};
    } else if constexpr (TextValue<F>) {
        const auto token = take_word(words, "a value");
        const auto value = F::from_text(token.text);
        if (!value) return fail(token);
        field = *value;
    } else {
        words.fail_here("a field that has no words: give the NLRI as raw 0xOCTETS");
    }
}

/// Fields as long as words name them; one that is missing fails the cursor.
template <Describable T>
void take_words(TokenCursor& words, T& value)
{
    std::uint64_t seen = 0;
    for (bool goes_on = true; goes_on && !words.failed();) {
        goes_on = false;
        unsigned at = 0;
        T::describe(value, [&](std::string_view name, auto& field) {
            const auto bit = std::uint64_t{1} << at++;
            if (goes_on || (seen & bit) || !is_word(words.peek(), field_word(name))) return;
            words.take();
            take_field(words, field);
            seen |= bit;
            goes_on = true;
        });
    }
    unsigned at = 0;
    T::describe(value, [&]<class F>(std::string_view name, F&) {
        const auto bit = std::uint64_t{1} << at++;
        if (!is_optional<F> && (seen & bit) == 0) words.fail_here("expected " + field_word(name));
    });
}

}   // namespace barrage::exabgp
