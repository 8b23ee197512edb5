#pragma once
// Values inside an attribute that each stand under a type of their own. A list of structs gives the variant, as everywhere:
// a new one is a struct and a name in its list. Each struct says
//     static constexpr std::uint16_t type;  static constexpr std::string_view name;
//     static T decode(Reader&);   fails the reader on octets that are none
//     void encode(Writer&) const;
// A value that would not be written as it came (a length that nobody defined) stays octets, so that nothing gets lost.

#include <algorithm>
#include <concepts>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "codec/describe.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage {

/// An octet that an RFC reserves: 0 where it is sent, ignored where it is read, kept to be written again as it came. Nothing stands for 0.
using Reserved = std::optional<std::uint8_t>;

inline Reserved read_reserved(Reader& in) noexcept
{
    const auto octet = in.u8();
    return octet != 0 ? Reserved{octet} : std::nullopt;
}
inline void write_reserved(Reserved reserved, Writer& out) { out.u8(reserved.value_or(std::uint8_t{0})); }

/// Of a type that is not in the list, or of a form that its struct does not have.
struct UnknownTlv {
    static constexpr std::string_view name = "unknown";

    std::uint16_t type = 0;
    Octets value;

    void encode(Writer& out) const { out.octets(value); }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("value", self.value);
    }
    friend bool operator==(const UnknownTlv&, const UnknownTlv&) = default;
};

template <class... T>
using AnyTlv = std::variant<T..., UnknownTlv>;

/// What to do with octets that the struct of their type cannot read.
enum class BadTlv : bool { is_kept, is_malformed };

template <class T, class Any>
bool decode_tlv_as(std::uint16_t type, Reader in, BadTlv bad, std::optional<Any>& into)
{
    if (T::type != type) return false;
    Reader again = in;
    const auto value = again.rest();
    auto decoded = T::decode(in);
    if (!in.finished() && bad == BadTlv::is_malformed) return true;   // `into` stays empty
    Octets octets;
    Writer out{octets};
    decoded.encode(out);
    if (in.finished() && std::ranges::equal(octets, value))
        into = std::move(decoded);
    else
        into = UnknownTlv{type, {value.begin(), value.end()}};
    return true;
}

template <class... T>
std::optional<std::variant<T...>> decode_tlv(std::uint16_t type, Reader in, BadTlv bad, std::variant<T...>*)
{
    std::optional<std::variant<T...>> into;
    const auto try_one = [&]<class One>() {
        if constexpr (std::same_as<One, UnknownTlv>)
            return false;
        else
            return decode_tlv_as<One>(type, in, bad, into);
    };
    if (!(try_one.template operator()<T>() || ...)) {
        const auto value = in.rest();
        into = UnknownTlv{type, {value.begin(), value.end()}};
    }
    return into;
}

/// Nothing when `bad` says so and the value is.
template <class Any>
std::optional<Any> decode_tlv(std::uint16_t type, Reader in, BadTlv bad)
{
    return decode_tlv(type, in, bad, static_cast<Any*>(nullptr));
}

template <class Any>
std::uint16_t type_of_tlv(const Any& tlv)
{
    return std::visit([](const auto& known) -> std::uint16_t { return known.type; }, tlv);
}

template <class Any>
void encode_tlv_value(const Any& tlv, Writer& out)
{
    std::visit([&out](const auto& known) { known.encode(out); }, tlv);
}

}   // namespace barrage
