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

template <Afi Af, class PrefixType>
struct VpnFamily {
    using Nlri = VpnPrefix<PrefixType>;

    static constexpr Afi afi = Af;
    static constexpr Safi safi = Safi::mpls_vpn;

    /// A route distinguisher of zero stands before the address: RFC 4364 section 4.3.2, RFC 4659 section 3.2.1, RFC 8950.
    static constexpr bool next_hop_fits(std::size_t octets) noexcept
    {
        return octets == 24 || octets == 48 || (afi == Afi::ipv4 && octets == 12);
    }

    static std::size_t encoded_size(const Nlri& nlri) noexcept
    {
        return nlri.labels.encoded_size() + RouteDistinguisher::octets + nlri.prefix.encoded_size();
    }
    static void encode(const Nlri& nlri, Writer& out)
    {
        out.u8(static_cast<std::uint8_t>(8 * (nlri.labels.encoded_size() + RouteDistinguisher::octets) + nlri.prefix.length));
        nlri.labels.encode(out);
        nlri.rd.encode(out);
        write_prefix_bits(nlri.prefix, out);
    }

    static Decoded<Nlri> decode(Reader& in) { return decode(in, false); }
    static Decoded<Nlri> decode_withdrawn(Reader& in) { return decode(in, true); }

private:
    static Decoded<Nlri> decode(Reader& in, bool withdrawn)
    {
        const std::size_t bits = in.u8();
        auto value = in.take((bits + 7) / 8);
        if (value.failed()) return nlri_error("VPN prefix cut short");
        if (bits < 24 + 64) return nlri_error("no room for a label and a route distinguisher");
        auto labels = LabelStack::read(value, bits - 64, withdrawn);
        if (!labels) return nlri_error("the label stack has no end inside the length");
        const auto rd = RouteDistinguisher::read(value);
        const auto prefix = read_prefix_bits<PrefixType>(value, bits - 64 - 8 * labels->encoded_size());
        if (!value.finished()) return nlri_error("prefix length too large");
        return Nlri{std::move(*labels), rd, prefix};
    }
};

struct Ipv4Vpn : VpnFamily<Afi::ipv4, Ipv4Prefix> {};
struct Ipv6Vpn : VpnFamily<Afi::ipv6, Ipv6Prefix> {};

static_assert(NlriFamily<Ipv4Vpn> && NlriFamily<Ipv6Vpn>);

}   // namespace barrage
