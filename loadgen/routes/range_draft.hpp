#pragma once
// A range that is being read: the first NLRI as a value of the codec, its fields by their words, and where the codec's encoder puts the number of
// each. The words are those of describe(), so that a field of the codec is a word of ranges. One thread.

#include <concepts>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/asn.hpp"
#include "codec/nlri/evpn_fields.hpp"
#include "codec/nlri/nlri_fields.hpp"
#include "codec/route_distinguisher.hpp"
#include "loadgen/words/units.hpp"
#include "rib/nlri_progression.hpp"

namespace barrage {

/// A field of the first NLRI. What it calls on lives as long as its draft.
struct RangeField {
    std::string word;                             // "ethernet-tag"
    std::string expected;                         // "a number of 0 to 4294967295"
    std::function<bool(std::string_view)> read;   // false: no such value
    std::function<std::uint32_t()> bits;          // of its number; 0: it has none that steps
    std::function<Unsigned128()> number;
    std::function<void(Unsigned128)> put;
    std::function<void(Unsigned128)> widen = {};   // so that it holds this number too, where more octets can
    bool names_route = true;                       // routes that differ in it alone are two
    bool is_given = false;
};

struct RangeDraft {
    std::vector<RangeField> fields;
    std::function<Octets()> encode;

    [[nodiscard]] RangeField* find(std::string_view word);
    /// Where the number of `field` stands in the NLRI: found by writing it with two values. An error where that is no number that can step.
    std::expected<NlriCounter, std::string> counter_of(const RangeField& field) const;
};

/// "ethernet_tag" as a word: "ethernet-tag".
std::string range_word(std::string_view field);

namespace range_field {

/// A number of `Count` octets, the most significant first.
template <class Octets>
Unsigned128 number_of_octets(const Octets& octets)
{
    Unsigned128 number = 0;
    for (const auto octet : octets) number = number << 8 | octet;
    return number;
}
template <class Octets>
void put_in_octets(Unsigned128 number, Octets& octets)
{
    for (auto at = octets.size(); at-- > 0; number >>= 8) octets[at] = static_cast<std::uint8_t>(number);
}

template <class T>
inline constexpr bool is_prefix = false;
template <class Address>
inline constexpr bool is_prefix<Prefix<Address>> = true;
template <std::size_t Count>
constexpr std::size_t octets_of(const ColonOctets<Count>*) noexcept
{
    return Count;
}
template <class T>
concept IsColonOctets = requires(const T* value) { octets_of(value); };

template <class T>
std::uint32_t bits(const T& value)
{
    if constexpr (is_optional<T>)
        return value ? bits(*value) : 0;
    else if constexpr (std::unsigned_integral<T>)
        return 8 * sizeof(T);
    else if constexpr (std::same_as<T, Asn>)
        return 32;
    else if constexpr (std::same_as<T, LabelField>)
        return 20;
    else if constexpr (std::same_as<T, RouteDistinguisher>)
        return value.type() == 0 ? 32 : value.type() <= 2 ? 16 : 0;
    else if constexpr (is_prefix<T>)
        return value.length;
    else if constexpr (std::same_as<T, IpAddress>)
        return value.is_v4() ? 32 : 128;
    else if constexpr (std::same_as<T, Ipv4Address> || std::same_as<T, Ipv6Address> || IsColonOctets<T>)
        return 8 * T::octets;
    else
        return 0;
}

template <class T>
Unsigned128 number(const T& value)
{
    if constexpr (is_optional<T>)
        return value ? number(*value) : 0;
    else if constexpr (std::unsigned_integral<T>)
        return value;
    else if constexpr (std::same_as<T, Asn> || std::same_as<T, Ipv4Address>)
        return value.value;
    else if constexpr (std::same_as<T, LabelField>)
        return value.label;
    else if constexpr (std::same_as<T, RouteDistinguisher>)
        return bits(value) == 32 ? value.value & 0xffffffff : value.value & 0xffff;
    else if constexpr (is_prefix<T>)
        return value.length == 0 ? 0 : number(value.address) >> (T::max_length - value.length);
    else if constexpr (std::same_as<T, IpAddress>)
        return value.is_v4() ? number(value.v4()) : number(value.v6());
    else if constexpr (std::same_as<T, Ipv6Address> || IsColonOctets<T>)
        return number_of_octets(value.value);
    else
        return 0;
}

template <class T>
void put(Unsigned128 to, T& value)
{
    if constexpr (is_optional<T>) {
        if (value) put(to, *value);
    } else if constexpr (std::unsigned_integral<T>) {
        value = static_cast<T>(to);
    } else if constexpr (std::same_as<T, Asn> || std::same_as<T, Ipv4Address>) {
        value.value = static_cast<std::uint32_t>(to);
    } else if constexpr (std::same_as<T, LabelField>) {
        value.label = static_cast<std::uint32_t>(to);
    } else if constexpr (std::same_as<T, RouteDistinguisher>) {
        const std::uint64_t mask = bits(value) == 32 ? 0xffffffff : 0xffff;
        value.value = (value.value & ~mask) | (static_cast<std::uint64_t>(to) & mask);
    } else if constexpr (is_prefix<T>) {
        if (value.length != 0) put(to << (T::max_length - value.length), value.address);
    } else if constexpr (std::same_as<T, IpAddress>) {
        if (value.is_v4()) {
            value = Ipv4Address{static_cast<std::uint32_t>(to)};
        } else {
            auto address = value.v6();
            put(to, address);
            value = address;
        }
    } else if constexpr (std::same_as<T, Ipv6Address> || IsColonOctets<T>) {
        put_in_octets(to, value.value);
    }
}

template <class T>
constexpr std::uint64_t most_value() noexcept
{
    if constexpr (std::same_as<T, LabelField>)
        return 0xfffff;
    else
        return static_cast<T>(~T{});
}

template <class T>
bool read(std::string_view text, T& value)
{
    if constexpr (is_optional<T>) {
        typename T::value_type read_value{};
        if (!read(text, read_value)) return false;
        value = read_value;
        return true;
    } else if constexpr (std::unsigned_integral<T> || std::same_as<T, LabelField>) {
        const auto parsed = parse_number(text);
        if (!parsed || *parsed > most_value<T>()) return false;
        if constexpr (std::same_as<T, LabelField>)
            value = LabelField{static_cast<std::uint32_t>(*parsed)};
        else
            value = static_cast<T>(*parsed);
        return true;
    } else if constexpr (NamedEnum<T>) {
        for (const auto& known : enum_names(T{}))
            if (range_word(known.name) == text) value = known.value;
        return range_word(enum_name(value)) == text;
    } else {
        const auto read_value = T::from_text(text);
        if (!read_value || (is_prefix<T> && !text.contains('/'))) return false;
        if constexpr (is_prefix<T>)
            value = read_value->masked();
        else
            value = *read_value;
        return true;
    }
}

template <class T>
std::string expected()
{
    if constexpr (is_optional<T>)
        return expected<typename T::value_type>();
    else if constexpr (std::unsigned_integral<T>)
        return "a number of 0 to " + std::to_string(most_value<T>());
    else if constexpr (std::same_as<T, Asn>)
        return "an AS number such as 64512 or 1.10";
    else if constexpr (std::same_as<T, LabelField>)
        return "a label of 0 to 1048575";
    else if constexpr (std::same_as<T, RouteDistinguisher>)
        return "a route distinguisher such as 65000:1 or 192.0.2.1:1";
    else if constexpr (std::same_as<T, Prefix<Ipv4Address>>)
        return "ADDRESS/LENGTH such as 10.0.0.0/24";
    else if constexpr (std::same_as<T, Prefix<Ipv6Address>>)
        return "ADDRESS/LENGTH such as 2001:db8::/48";
    else if constexpr (std::same_as<T, IpAddress>)
        return "an address such as 192.0.2.1 or 2001:db8::1";
    else if constexpr (std::same_as<T, Ipv4Address>)
        return "an address such as 192.0.2.1";
    else if constexpr (std::same_as<T, Ipv6Address>)
        return "an address such as 2001:db8::1";
    else if constexpr (std::same_as<T, MacAddress>)
        return "a MAC address such as 00:00:5e:00:53:01";
    else if constexpr (std::same_as<T, EthernetSegmentId>)
        return "an Ethernet segment of ten octets such as 00:11:22:33:44:55:66:77:88:99";
    else if constexpr (NamedEnum<T>) {
        std::string names;
        for (const auto& known : enum_names(T{})) names += (names.empty() ? "" : ", ") + range_word(known.name);
        return "one of " + names;
    } else
        return "a value";
}

/// A field that one word says.
template <class T>
inline constexpr bool is_word =
    std::unsigned_integral<T> || NamedEnum<T> || TextValue<T> || std::same_as<T, LabelField> || std::same_as<T, Asn>;
template <class T>
inline constexpr bool is_word<std::optional<T>> = is_word<T> && !std::same_as<T, bool>;

/// A field over `value`, which `owner` keeps alive.
template <class T>
RangeField make(std::string word, std::shared_ptr<void> owner, T* value)
{
    constexpr bool is_label = std::same_as<T, LabelField> || std::same_as<T, std::optional<LabelField>>;
    return {.word = std::move(word),
            .expected = expected<T>(),
            .read = [owner, value](std::string_view text) { return range_field::read(text, *value); },
            .bits = [owner, value] { return range_field::bits(*value); },
            .number = [owner, value] { return range_field::number(*value); },
            .put = [owner, value](Unsigned128 to) { range_field::put(to, *value); },
            .names_route = !is_label};
}

/// A field for each that describe() names; what stands deeper, in a variant or a struct, too.
template <Describable T>
void add_all(RangeDraft& draft, const std::shared_ptr<void>& owner, T& value)
{
    T::describe(value, [&]<class F>(std::string_view name, F& field) {
        if constexpr (is_word<F> && !std::same_as<F, bool>)
            draft.fields.push_back(make(range_word(name), owner, &field));
        else if constexpr (is_variant<F>)
            std::visit([&](auto& route) { add_all(draft, owner, route); }, field);
    });
}

}   // namespace range_field

/// The draft of a family's NLRI, with a word for each of its fields that has one.
template <class F>
RangeDraft draft_of(std::shared_ptr<typename F::Nlri> nlri)
{
    RangeDraft draft;
    draft.encode = [nlri] {
        Octets octets;
        Writer out{octets};
        F::encode(*nlri, out);
        return octets;
    };
    if constexpr (Describable<typename F::Nlri>)
        range_field::add_all(draft, nlri, *nlri);
    else
        draft.fields.push_back(range_field::make("prefix", nlri, nlri.get()));
    return draft;
}

}   // namespace barrage
