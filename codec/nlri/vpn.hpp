#pragma once
// VPN-IPv4 and VPN-IPv6 prefixes: RFC 4364 section 4.3.4, RFC 4659.
//
//     +----------------------+-----------------+-------------------------+----------+
//     | Length in bits (1)   | Labels (3 each) | Route distinguisher (8) | Prefix   |   the length is that of all three
//     +----------------------+-----------------+-------------------------+----------+

#include "codec/nlri/label_stack.hpp"
#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/nlri_fields.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

template <class PrefixType>
struct VpnPrefix {
    LabelStack labels;
    RouteDistinguisher rd;
    PrefixType prefix;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("prefix", self.prefix);
        visit("labels", self.labels.labels);
        visit("label_octets", self.labels.octets);
    }
    friend bool operator==(const VpnPrefix&, const VpnPrefix&) = default;
};

/// Classful transport (RFC 9832 section 6) has the same NLRI; its next hop stands with or without a route distinguisher.
template <Afi Af, class PrefixType, Safi Saf = Safi::mpls_vpn>
struct VpnFamily {
    using Nlri = VpnPrefix<PrefixType>;

    static constexpr Afi afi = Af;
    static constexpr Safi safi = Saf;

    /// A route distinguisher of zero stands before the address: RFC 4364 section 4.3.2, RFC 4659 section 3.2.1, RFC 8950.
    static constexpr bool next_hop_fits(std::size_t octets) noexcept
    {
        const bool is_bare = octets == 4 || octets == 16 || octets == 32;
        return octets == 24 || octets == 48 || (octets == 12 && (afi == Afi::ipv4 || safi == Safi::classful_transport)) ||
               (is_bare && safi == Safi::classful_transport);
    }

    static std::size_t encoded_size(const Nlri& nlri) noexcept
    {
        return nlri.labels.encoded_size() + RouteDistinguisher::octets + nlri.prefix.encoded_size();
    }
    static void encode(const Nlri& nlri, Writer& out)
    {
        write_bit_length(8 * (nlri.labels.encoded_size() + RouteDistinguisher::octets) + nlri.prefix.length, out);
        nlri.labels.encode(out);
        nlri.rd.encode(out);
        write_prefix_bits(nlri.prefix, out);
    }

    static Decoded<Nlri> decode(Reader& in) { return decode(in, NlriField{}); }
    static Decoded<Nlri> decode(Reader& in, NlriField field)
    {
        auto parts = split(in, field);
        if (!parts) return std::unexpected(parts.error());
        auto labels = LabelStack::read(parts->value, parts->labels);
        const auto rd = RouteDistinguisher::read(parts->value);
        return Nlri{std::move(labels), rd, read_prefix_bits<PrefixType>(parts->value, parts->prefix_bits)};
    }
    static bool skip(Reader& in, NlriField field) { return split(in, field).has_value(); }

private:
    static Decoded<LabeledParts> split(Reader& in, NlriField field)
    {
        return split_labeled(in, RouteDistinguisher::octets, PrefixType::max_length, field);
    }
};

struct Ipv4Vpn : VpnFamily<Afi::ipv4, Ipv4Prefix> {};
struct Ipv6Vpn : VpnFamily<Afi::ipv6, Ipv6Prefix> {};

struct Ipv4ClassfulTransport : VpnFamily<Afi::ipv4, Ipv4Prefix, Safi::classful_transport> {};
struct Ipv6ClassfulTransport : VpnFamily<Afi::ipv6, Ipv6Prefix, Safi::classful_transport> {};

static_assert(NlriFamily<Ipv4Vpn> && NlriFamily<Ipv6Vpn>);

}   // namespace barrage
