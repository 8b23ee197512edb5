#pragma once
// Flow specifications: traffic described by up to 13 components, for IPv4 and IPv6, also behind a route distinguisher.
// RFC 8955 section 4, RFC 8956 section 3.
//
//     +-----------------+--------------------+-----------------------------------------------+
//     | Length (1 or 2) | [ RD (8) ]         | Components: type (1), value; types ascending  |
//     +-----------------+--------------------+-----------------------------------------------+

#include <array>
#include <optional>
#include <variant>
#include <vector>

#include "codec/nlri/flowspec_terms.hpp"
#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/nlri_fields.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

constexpr auto enum_names(FlowComponentType)
{
    using enum FlowComponentType;
    return std::array{EnumName{destination, "destination"},
                      EnumName{source, "source"},
                      EnumName{protocol, "protocol"},
                      EnumName{port, "port"},
                      EnumName{destination_port, "destination_port"},
                      EnumName{source_port, "source_port"},
                      EnumName{icmp_type, "icmp_type"},
                      EnumName{icmp_code, "icmp_code"},
                      EnumName{tcp_flags, "tcp_flags"},
                      EnumName{packet_length, "packet_length"},
                      EnumName{dscp, "dscp"},
                      EnumName{fragment, "fragment"},
                      EnumName{flow_label, "flow_label"}};
}

/// Destination or source of IPv4. RFC 8955 section 4.2.2.1.
struct FlowPrefix {
    static constexpr std::string_view name = "prefix";

    FlowComponentType type{};
    Ipv4Prefix prefix;

    [[nodiscard]] std::size_t size() const noexcept { return prefix.encoded_size(); }
    void write(Writer& out) const { prefix.encode(out); }
    static FlowPrefix read(FlowComponentType type, Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("prefix", self.prefix);
    }
    friend bool operator==(const FlowPrefix&, const FlowPrefix&) = default;
};

/// Destination or source of IPv6: the bits from `offset` up to the prefix's length are what counts, and what is sent.
/// RFC 8956 section 3.1.
struct FlowPrefix6 {
    static constexpr std::string_view name = "prefix";

    FlowComponentType type{};
    Ipv6Prefix prefix;
    std::uint8_t offset = 0;
    std::optional<Octets> pattern;   // where it is not what the prefix gives: bits behind its end

    [[nodiscard]] std::size_t size() const noexcept;
    void write(Writer& out) const;
    static FlowPrefix6 read(FlowComponentType type, Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("prefix", self.prefix);
        visit("offset", self.offset);
        visit("pattern", self.pattern);
    }
    friend bool operator==(const FlowPrefix6&, const FlowPrefix6&) = default;
};

/// Types 3 to 8, 10, 11 and 13.
struct FlowNumbers {
    static constexpr std::string_view name = "numbers";

    FlowComponentType type{};
    std::vector<NumericTerm> terms;

    [[nodiscard]] std::size_t size() const noexcept;
    void write(Writer& out) const;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("terms", self.terms);
    }
    friend bool operator==(const FlowNumbers&, const FlowNumbers&) = default;
};

/// TCP flags and fragments.
struct FlowBits {
    static constexpr std::string_view name = "bits";

    FlowComponentType type{};
    std::vector<BitmaskTerm> terms;

    [[nodiscard]] std::size_t size() const noexcept;
    void write(Writer& out) const;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("terms", self.terms);
    }
    friend bool operator==(const FlowBits&, const FlowBits&) = default;
};

template <class PrefixComponent>
struct FlowSpecNlri {
    using Component = std::variant<PrefixComponent, FlowNumbers, FlowBits>;

    std::optional<RouteDistinguisher> rd;   // there in the VPN families
    std::vector<Component> components;
    std::optional<bool> two_length_octets;   // there where they were needless: RFC 8955 section 4.1 lets short ones have them

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("components", self.components);
        visit("two_length_octets", self.two_length_octets);
    }
    friend bool operator==(const FlowSpecNlri&, const FlowSpecNlri&) = default;
};

using FlowSpecNlri4 = FlowSpecNlri<FlowPrefix>;
using FlowSpecNlri6 = FlowSpecNlri<FlowPrefix6>;

template <class Nlri>
std::size_t flowspec_size(const Nlri& nlri) noexcept;
template <class Nlri>
void encode_flowspec(const Nlri& nlri, Writer& out);
template <class Nlri>
Decoded<Nlri> decode_flowspec(Reader& in, bool has_rd);

template <Afi Af, Safi Saf, class NlriType>
struct FlowSpecFamily {
    using Nlri = NlriType;

    static constexpr Afi afi = Af;
    static constexpr Safi safi = Saf;

    /// RFC 8955 section 4: none; an address where traffic is redirected to it (draft-simpson-idr-flowspec-redirect).
    static constexpr bool next_hop_fits(std::size_t octets) noexcept
    {
        return octets == 0 || octets == 4 || octets == 16 || (safi == Safi::flowspec_vpn && (octets == 12 || octets == 24));
    }

    static std::size_t encoded_size(const Nlri& nlri) noexcept { return flowspec_size(nlri); }
    static void encode(const Nlri& nlri, Writer& out) { encode_flowspec(nlri, out); }
    static Decoded<Nlri> decode(Reader& in) { return decode_flowspec<Nlri>(in, safi == Safi::flowspec_vpn); }
};

struct Ipv4FlowSpec : FlowSpecFamily<Afi::ipv4, Safi::flowspec, FlowSpecNlri4> {};
struct Ipv6FlowSpec : FlowSpecFamily<Afi::ipv6, Safi::flowspec, FlowSpecNlri6> {};
struct Ipv4FlowSpecVpn : FlowSpecFamily<Afi::ipv4, Safi::flowspec_vpn, FlowSpecNlri4> {};
struct Ipv6FlowSpecVpn : FlowSpecFamily<Afi::ipv6, Safi::flowspec_vpn, FlowSpecNlri6> {};

static_assert(NlriFamily<Ipv4FlowSpec> && NlriFamily<Ipv6FlowSpecVpn>);

}   // namespace barrage
