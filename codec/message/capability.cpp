#include "codec/message/capability.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace barrage {

namespace capability {

namespace {

constexpr std::size_t max_text_octets = 255;

}   // namespace

void write_text(Writer& out, std::string_view text)
{
    text = text.substr(0, max_text_octets);
    out.u8(static_cast<std::uint8_t>(text.size()));
    for (const char c : text) out.u8(static_cast<std::uint8_t>(c));
}

std::string read_text(Reader& in)
{
    const auto octets = in.octets(in.u8());
    return {octets.begin(), octets.end()};
}

}   // namespace capability

namespace {

using Decode = std::optional<Capability> (*)(std::uint8_t code, OctetView value);

constexpr std::size_t max_value_octets = 255;

std::optional<Capability> keep_octets(std::uint8_t code, OctetView value)
{
    return capability::Unknown{code, {value.begin(), value.end()}};
}

template <KnownCapability C>
std::optional<Capability> decode_as(std::uint8_t code, OctetView value)
{
    Reader in{value};
    auto decoded = C::decode(in);
    if (in.finished()) return decoded;
    if (C::malformed == MalformedCapability::is_kept_as_octets) return keep_octets(code, value);
    return std::nullopt;
}

template <KnownCapability... C>
consteval auto make_table(CapabilityList<C...>)
{
    std::array<Decode, 256> by_code{};
    by_code.fill(&keep_octets);
    ((by_code[std::to_underlying(C::code)] = &decode_as<C>), ...);
    return by_code;
}
constexpr auto table = make_table(KnownCapabilities{});

Octets encode_value(const Capability& capability)
{
    Octets value;
    Writer out{value};
    std::visit([&](const auto& known) { known.encode(out); }, capability);
    return value;
}

}   // namespace

std::uint8_t code(const Capability& capability) noexcept
{
    return std::visit([](const auto& known) { return static_cast<std::uint8_t>(known.code); }, capability);
}

std::string_view name(const Capability& capability) noexcept
{
    return std::visit([](const auto& known) { return known.name; }, capability);
}

std::optional<Capability> decode_capability(std::uint8_t code, OctetView value) { return table[code](code, value); }

void encode(const Capability& capability, Writer& out)
{
    const auto value = encode_value(capability);
    const auto length = std::min(value.size(), max_value_octets);
    out.u8(code(capability));
    out.u8(static_cast<std::uint8_t>(length));
    out.octets(OctetView{value}.first(length));
}

bool encodable(const Capability& capability) { return encode_value(capability).size() <= max_value_octets; }

}   // namespace barrage
