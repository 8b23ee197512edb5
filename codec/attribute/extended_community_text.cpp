// Text of extended communities of eight and of twenty octets, and back: a table of the types in use with the fields of
// their values. Text is only given where it reads back as the same octets; all else is digits.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <initializer_list>

#include "codec/attribute/extended_communities.hpp"
#include "codec/attribute/float32.hpp"
#include "codec/attribute/ipv6_extended_communities.hpp"
#include "codec/ip.hpp"

namespace barrage {

namespace {

enum class Field : std::uint8_t {
    none,
    zero,   // an octet that is 0 and not written
    u8,
    u16,
    u24,
    u32,
    label,     // of three octets the upper twenty bits: "100"; with the lower four where these are not 0: "100/1"
    as4,       // an ASN of four octets: "4200000000L"
    address,   // "192.0.2.1"
    mac,       // "00-00-5e-00-53-01"
    number,    // of IEEE 754
};

struct Kind {
    std::uint8_t high;
    std::uint8_t low;
    std::string_view name;
    std::array<Field, 6> fields;
};

using enum Field;

// https://www.iana.org/assignments/bgp-extended-communities
constexpr Kind kinds[] = {
    {0x00, 0x02, "target", {u16, u32}},   // RFC 4360 section 4
    {0x01, 0x02, "target", {address, u16}},
    {0x02, 0x02, "target", {as4, u16}},   // RFC 5668
    {0x00, 0x03, "origin", {u16, u32}},   // RFC 4360 section 5
    {0x01, 0x03, "origin", {address, u16}},
    {0x02, 0x03, "origin", {as4, u16}},
    {0x00, 0x05, "ospf-domain", {u16, u32}},   // RFC 4577
    {0x01, 0x05, "ospf-domain", {address, u16}},
    {0x03, 0x06, "ospf-route-type", {address, u8, u8}},
    {0x00, 0x09, "source-as", {u16, u32}},   // RFC 6514
    {0x02, 0x09, "source-as", {as4, u16}},
    {0x01, 0x0b, "vrf-route-import", {address, u16}},
    {0x40, 0x04, "link-bandwidth", {u16, number}},   // draft-ietf-idr-link-bandwidth: octets a second
    {0x00, 0x04, "link-bandwidth-transitive", {u16, number}},
    {0x43, 0x00, "origin-validation", {zero, zero, zero, zero, zero, u8}},   // RFC 8097
    {0x03, 0x0b, "color", {u16, u32}},                                       // RFC 9012 section 4.3: flags, color
    {0x03, 0x0c, "encapsulation", {zero, zero, zero, zero, u16}},            // RFC 9012 section 4.1: tunnel type
    {0x03, 0x0d, "default-gateway", {zero, zero, zero, zero, zero, zero}},   // RFC 7432 section 7.8
    {0x06, 0x00, "mac-mobility", {u8, zero, u32}},                           // RFC 7432 section 7.7: flags, sequence
    {0x06, 0x01, "esi-label", {u8, zero, zero, label}},                      // RFC 7432 section 7.5: flags, label
    {0x06, 0x02, "es-import", {mac}},                                        // RFC 7432 section 7.6
    {0x06, 0x03, "router-mac", {mac}},                                       // RFC 9135 section 8.1
    {0x06, 0x04, "l2-attributes", {u16, u16, zero, zero}},                   // RFC 8214 section 3.1: flags, MTU
    {0x06, 0x05, "e-tree", {u8, zero, zero, label}},                         // RFC 8317 section 5.1: flags, leaf label
    {0x06, 0x06, "df-election", {u8, u16, zero, zero, zero}},                // RFC 8584 section 2.2: algorithm, bitmap
    {0x06, 0x07, "i-sid", {zero, zero, zero, u24}},                          // draft-ietf-bess-evpn-virtual-eth-segment
    {0x06, 0x08, "arp-nd", {u8, zero, zero, zero, zero, zero}},              // RFC 9047 section 2: flags
    {0x06, 0x09, "multicast-flags", {u16, zero, zero, zero, zero}},          // RFC 9251 section 9.4: flags
    {0x06, 0x0a, "evi-rt", {u16, u32}},   // RFC 9251 section 9.5, as the route target of its kind
    {0x06, 0x0b, "evi-rt", {address, u16}},
    {0x06, 0x0c, "evi-rt", {as4, u16}},
    {0x06, 0x0d, "evi-rt-type-3", {u16, u32}},                    // its six octets: RFC 9251 section 9.5
    {0x06, 0x0e, "attachment-circuit", {u16, u32}},               // draft-sajassi-bess-evpn-ac-aware-bundling
    {0x06, 0x0f, "service-carving-timestamp", {u32, u16}},        // RFC 9722 section 2.2: seconds, fraction
    {0x06, 0x10, "evpn-link-bandwidth", {u16, u32}},              // draft-ietf-bess-evpn-unequal-lb: units, weight
    {0x80, 0x0a, "l2-info", {u8, u8, u16, u16}},                  // RFC 4761 section 3.2.4: encapsulation, flags, MTU, preference
    {0x80, 0x06, "rate-octets", {u16, number}},                   // RFC 8955 section 7.1
    {0x80, 0x0c, "rate-packets", {u16, number}},                  // RFC 8955 section 7.2
    {0x80, 0x07, "action", {zero, zero, zero, zero, zero, u8}},   // RFC 8955 section 7.3: 1 terminal, 2 sample
    {0x80, 0x08, "redirect", {u16, u32}},                         // RFC 8955 section 7.4
    {0x81, 0x08, "redirect", {address, u16}},
    {0x82, 0x08, "redirect", {as4, u16}},
    {0x80, 0x09, "mark", {zero, zero, zero, zero, zero, u8}},                   // RFC 8955 section 7.5: DSCP
    {0x08, 0x00, "redirect-to-next-hop", {zero, zero, zero, zero, zero, u8}},   // draft-simpson-idr-flowspec-redirect: 1 copies
    {0x01, 0x0c, "redirect-ip", {address, u16}},                                // draft-ietf-idr-flowspec-redirect-ip: 1 copies
    {0x07, 0x02, "interface-set", {as4, u16}},                                  // draft-ietf-idr-flowspec-interfaceset
    {0x47, 0x02, "interface-set-non-transitive", {as4, u16}},
    {0x0c, 0x00, "mup", {u16, u32}},   // draft-mpmz-bess-mup-safi section 3.2
};

// …/#ipv6-address-specific-types; RFC 5701, RFC 6515, draft-ietf-idr-flowspec-redirect-ip, RFC 8956 section 6.1
struct Ipv6Kind {
    std::uint8_t high;
    std::uint8_t low;
    std::string_view name;
};
constexpr Ipv6Kind ipv6_kinds[] = {
    {0x00, 0x02, "target"},      {0x00, 0x03, "origin"},   {0x00, 0x0b, "vrf-route-import"},
    {0x00, 0x0c, "redirect-ip"}, {0x00, 0x0d, "redirect"},
};

template <class Community>
Community community_of(const Octets& octets)
{
    Community community;
    std::ranges::copy(octets, community.value.begin());
    return community;
}

std::optional<std::uint32_t> number_of(std::string_view text, std::uint32_t most) noexcept
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

std::string mac_text(OctetView octets)
{
    std::string text;
    for (const auto octet : octets) text += (text.empty() ? "" : "-") + hex_text({&octet, 1});
    return text;
}

std::optional<Octets> mac_of(std::string_view text)
{
    if (text.size() != 17) return std::nullopt;
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i % 3 != 2)
            digits += text[i];
        else if (text[i] != '-')
            return std::nullopt;
    }
    return octets_from_hex(digits);
}

/// Takes the field; empty for an octet that should be 0 and is not, which only `failed` tells from one that is.
std::string field_text(Field field, Reader& in)
{
    switch (field) {
    case u8: return std::to_string(in.u8());
    case u16: return std::to_string(in.u16());
    case u24: return std::to_string(in.u24());
    case u32: return std::to_string(in.u32());
    case label: {
        const auto all = in.u24();
        return std::to_string(all >> 4) + (all & 15 ? "/" + std::to_string(all & 15) : "");
    }
    case as4: return std::to_string(in.u32()) + "L";
    case address: return to_text(Ipv4Address::read(in));
    case mac: return mac_text(in.octets(6));
    case Field::number: return to_text(Float32{in.u32()});
    case zero:
        if (in.u8() != 0) in.fail();
        break;
    case none: break;
    }
    return {};
}

bool write_label(std::optional<std::uint32_t> label, std::uint32_t low_bits, Writer& out)
{
    if (label) out.u24(*label << 4 | low_bits);
    return label.has_value();
}

bool write_field(Field field, std::string_view text, Writer& out)
{
    const auto write = [&](std::uint32_t most, auto&& put) {
        const auto value = number_of(text, most);
        if (value) put(*value);
        return value.has_value();
    };
    switch (field) {
    case u8: return write(0xff, [&](auto value) { out.u8(static_cast<std::uint8_t>(value)); });
    case u16: return write(0xffff, [&](auto value) { out.u16(static_cast<std::uint16_t>(value)); });
    case u24: return write(0xffffff, [&](auto value) { out.u24(value); });
    case u32: return write(0xffffffff, [&](auto value) { out.u32(value); });
    case label: {
        const auto slash = std::min(text.find('/'), text.size());
        const auto low = slash == text.size() ? std::optional<std::uint32_t>{0} : number_of(text.substr(slash + 1), 15);
        return low && write_label(number_of(text.substr(0, slash), 0xfffff), *low, out);
    }
    case as4:
        if (!text.ends_with('L')) return false;
        text.remove_suffix(1);
        return write(0xffffffff, [&](auto value) { out.u32(value); });
    case address: {
        const auto ip = Ipv4Address::from_text(text);
        if (ip) out.u32(ip->value);
        return ip.has_value();
    }
    case mac: {
        const auto octets = mac_of(text);
        if (octets) out.octets(*octets);
        return octets.has_value();
    }
    case Field::number: {
        const auto value = Float32::from_text(text);
        if (value) out.u32(value->bits);
        return value.has_value();
    }
    case zero:
    case none: break;
    }
    return false;
}

/// What stands before the next colon, which is taken away with it.
std::string_view next_word(std::string_view& text) noexcept
{
    const auto colon = std::min(text.find(':'), text.size());
    const auto word = text.substr(0, colon);
    text.remove_prefix(std::min(colon + 1, text.size()));
    return word;
}

std::optional<ExtendedCommunity> read_as(const Kind& kind, std::string_view text)
{
    auto left = text;
    if (next_word(left) != kind.name) return std::nullopt;
    bool more = text.size() > kind.name.size();   // there was a colon
    Octets octets;
    Writer out{octets};
    out.u8(kind.high);
    out.u8(kind.low);
    for (const auto field : kind.fields) {
        if (field == none) break;
        if (field == zero) {
            out.u8(0);
            continue;
        }
        if (!more) return std::nullopt;
        const auto colon = left.find(':');
        more = colon != std::string_view::npos;
        if (!write_field(field, next_word(left), out)) return std::nullopt;
    }
    if (more || octets.size() != 8) return std::nullopt;
    return community_of<ExtendedCommunity>(octets);
}

std::optional<std::string> written_as(const Kind& kind, const ExtendedCommunity& community)
{
    Reader in{community.value};
    if (in.u8() != kind.high || in.u8() != kind.low) return std::nullopt;
    std::string text{kind.name};
    for (const auto field : kind.fields) {
        const auto word = field_text(field, in);
        if (!word.empty()) text += ":" + word;
    }
    if (!in.finished()) return std::nullopt;
    return text;
}

template <class Community>
std::optional<Community> from_digits(std::string_view digits)
{
    const auto octets = octets_from_hex(digits);
    if (!octets || octets->size() != Community{}.value.size()) return std::nullopt;
    return community_of<Community>(*octets);
}

}   // namespace

std::optional<ExtendedCommunity> ExtendedCommunity::from_text(std::string_view text)
{
    if (text.starts_with("0x")) return from_digits<ExtendedCommunity>(text.substr(2));
    for (const auto& kind : kinds)
        if (const auto community = read_as(kind, text)) return community;
    return std::nullopt;
}

std::string to_text(const ExtendedCommunity& community)
{
    for (const auto& kind : kinds)
        if (const auto text = written_as(kind, community); text && ExtendedCommunity::from_text(*text) == community) return *text;
    return "0x" + hex_text(community.value);
}

std::optional<Ipv6ExtendedCommunity> Ipv6ExtendedCommunity::from_text(std::string_view text)
{
    if (text.starts_with("0x")) return from_digits<Ipv6ExtendedCommunity>(text.substr(2));
    const auto open = text.find(":[");
    const auto close = text.find("]:");
    if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) return std::nullopt;
    const auto global = Ipv6Address::from_text(text.substr(open + 2, close - open - 2));
    const auto local = number_of(text.substr(close + 2), 0xffff);
    if (!global || !local) return std::nullopt;
    for (const auto& kind : ipv6_kinds) {
        if (kind.name != text.substr(0, open)) continue;
        Octets octets;
        Writer out{octets};
        out.u8(kind.high);
        out.u8(kind.low);
        out.octets(global->value);
        out.u16(static_cast<std::uint16_t>(*local));
        return community_of<Ipv6ExtendedCommunity>(octets);
    }
    return std::nullopt;
}

std::string to_text(const Ipv6ExtendedCommunity& community)
{
    Reader in{community.value};
    const auto high = in.u8();
    const auto low = in.u8();
    for (const auto& kind : ipv6_kinds) {
        if (kind.high != high || kind.low != low) continue;
        auto text = std::string{kind.name} + ":[" + to_text(Ipv6Address::read(in)) + "]:";
        return text + std::to_string(in.u16());
    }
    return "0x" + hex_text(community.value);
}

}   // namespace barrage
