#include "codec/nlri/flowspec.hpp"

namespace barrage {

namespace {

/// RFC 8955 section 10 sends to RFC 7606: what is wrong inside an NLRI whose length is right does not keep the field from being
/// parsed, so that its routes can be treated as withdrawn (section 3.j).
std::unexpected<DecodeError> flow_error(std::string_view text) { return nlri_error(text, Recovery::treat_as_withdraw); }

constexpr std::size_t first_long_length = 0xf0;   // RFC 8955 section 4.1
constexpr std::size_t longest = 0xfff;

constexpr bool is_prefix(FlowComponentType type) noexcept
{
    return type == FlowComponentType::destination || type == FlowComponentType::source;
}
constexpr bool is_bitmask(FlowComponentType type) noexcept
{
    return type == FlowComponentType::tcp_flags || type == FlowComponentType::fragment;
}

template <class Terms>
std::size_t terms_size(const Terms& terms) noexcept
{
    std::size_t octets = 0;
    for (const auto& term : terms) octets += 1u + term.octets;
    return octets;
}

template <class Terms>
void write_terms(const Terms& terms, Writer& out)
{
    for (std::size_t i = 0; i < terms.size(); ++i) terms[i].write(out, i + 1 == terms.size());
}

template <class Term>
std::vector<Term> read_terms(Reader& in)
{
    std::vector<Term> terms;
    for (bool last = false; !last && !in.failed();) {
        const auto [term, ends] = FlowTerm::read(in);
        terms.push_back({term});
        last = ends;
    }
    return terms;
}

/// What of the address is sent: the bits from the offset to the length, moved to the front of as many octets as they need.
Octets pattern_of(const Ipv6Prefix& prefix, std::uint8_t offset)
{
    Octets pattern(offset < prefix.length ? (prefix.length - offset + 7u) / 8u : 0);
    for (std::size_t i = 0; i < 8 * pattern.size(); ++i) {
        const auto from = i + offset;
        if (from < 128 && (prefix.address.value[from / 8] >> (7 - from % 8) & 1))
            pattern[i / 8] = static_cast<std::uint8_t>(pattern[i / 8] | 0x80 >> i % 8);
    }
    return pattern;
}

template <class Nlri>
using Prefix4Or6 = std::variant_alternative_t<0, typename Nlri::Component>;

template <class Nlri>
std::size_t value_size(const Nlri& nlri) noexcept
{
    std::size_t octets = nlri.rd ? RouteDistinguisher::octets : 0;
    for (const auto& component : nlri.components)
        octets += 1 + std::visit([](const auto& of_kind) { return of_kind.size(); }, component);
    return octets;
}

template <class Nlri>
bool is_long(const Nlri& nlri, std::size_t octets) noexcept
{
    return octets >= first_long_length || nlri.two_length_octets.value_or(false);
}

}   // namespace

FlowPrefix FlowPrefix::read(FlowComponentType type, Reader& in) { return {type, read_prefix_bits<Ipv4Prefix>(in, in.u8())}; }

std::size_t FlowPrefix6::size() const noexcept
{
    if (pattern) return 2 + pattern->size();
    return 2 + (offset < prefix.length ? (prefix.length - offset + 7u) / 8u : 0);
}

void FlowPrefix6::write(Writer& out) const
{
    out.u8(prefix.length);
    out.u8(offset);
    out.octets(pattern ? *pattern : pattern_of(prefix, offset));
}

FlowPrefix6 FlowPrefix6::read(FlowComponentType type, Reader& in)
{
    FlowPrefix6 component{.type = type, .prefix = {}, .offset = 0, .pattern = {}};
    auto& prefix = component.prefix;
    prefix.length = in.u8();
    component.offset = in.u8();
    // RFC 8956 section 3.1: the offset is less than the length, unless both are 0
    if (prefix.length > Ipv6Prefix::max_length || (component.offset >= prefix.length && prefix.length + component.offset != 0)) {
        in.fail();
        return component;
    }
    const auto pattern = in.octets((prefix.length - component.offset + 7u) / 8u);
    for (std::size_t i = 0; i < 8 * pattern.size() && i + component.offset < 128; ++i)
        if (pattern[i / 8] >> (7 - i % 8) & 1) {
            auto& octet = prefix.address.value[(i + component.offset) / 8];
            octet = static_cast<std::uint8_t>(octet | 0x80 >> (i + component.offset) % 8);
        }
    if (Octets given(pattern.begin(), pattern.end()); given != pattern_of(prefix, component.offset))
        component.pattern = std::move(given);
    return component;
}

std::size_t FlowNumbers::size() const noexcept { return terms_size(terms); }
void FlowNumbers::write(Writer& out) const { write_terms(terms, out); }
std::size_t FlowBits::size() const noexcept { return terms_size(terms); }
void FlowBits::write(Writer& out) const { write_terms(terms, out); }

template <class Nlri>
std::size_t flowspec_size(const Nlri& nlri) noexcept
{
    const auto octets = value_size(nlri);
    return octets + (is_long(nlri, octets) ? 2 : 1);
}

template <class Nlri>
void encode_flowspec(const Nlri& nlri, Writer& out)
{
    const auto octets = value_size(nlri);
    if (is_long(nlri, octets))
        out.u16(static_cast<std::uint16_t>(0xf000 | (octets & longest)));
    else
        out.u8(static_cast<std::uint8_t>(octets));
    if (nlri.rd) nlri.rd->encode(out);
    for (const auto& component : nlri.components)
        std::visit(
            [&out](const auto& of_kind) {
                out.u8(std::to_underlying(of_kind.type));
                of_kind.write(out);
            },
            component);
}

template <class Nlri>
Decoded<Nlri> decode_flowspec(Reader& in, bool has_rd)
{
    Nlri nlri;
    std::size_t octets = in.u8();
    if (octets >= first_long_length) {
        octets = (octets & 0x0f) << 8 | in.u8();
        if (octets < first_long_length) nlri.two_length_octets = true;
    }
    auto value = in.take(octets);
    if (value.failed()) return nlri_error("flow specification cut short");   // RFC 7606 section 5.3
    if (has_rd) {
        nlri.rd = RouteDistinguisher::read(value);
        if (value.failed()) return flow_error("flow specification without room for its route distinguisher");
    }
    constexpr bool is_v6 = std::is_same_v<Prefix4Or6<Nlri>, FlowPrefix6>;
    for (std::uint8_t before = 0; !value.empty();) {
        const FlowComponentType type{value.u8()};
        const auto code = std::to_underlying(type);
        // RFC 8955 section 4.2: types that are not known make the NLRI malformed; flow labels are RFC 8956's
        if (enum_name(type).empty() || (type == FlowComponentType::flow_label && !is_v6))
            return flow_error("flow specification with an unknown component");
        if (code <= before) return flow_error("flow specification with components out of order");
        before = code;
        if (is_prefix(type))
            nlri.components.push_back(Prefix4Or6<Nlri>::read(type, value));
        else if (is_bitmask(type))
            nlri.components.push_back(FlowBits{type, read_terms<BitmaskTerm>(value)});
        else
            nlri.components.push_back(FlowNumbers{type, read_terms<NumericTerm>(value)});
        if (value.failed()) return flow_error("flow specification with a component cut short or out of range");
    }
    return nlri;
}

template std::size_t flowspec_size(const FlowSpecNlri4&) noexcept;
template std::size_t flowspec_size(const FlowSpecNlri6&) noexcept;
template void encode_flowspec(const FlowSpecNlri4&, Writer&);
template void encode_flowspec(const FlowSpecNlri6&, Writer&);
template Decoded<FlowSpecNlri4> decode_flowspec<FlowSpecNlri4>(Reader&, bool);
template Decoded<FlowSpecNlri6> decode_flowspec<FlowSpecNlri6>(Reader&, bool);

}   // namespace barrage
