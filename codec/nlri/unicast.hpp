#pragma once
// IPv4 and IPv6 prefixes, unicast and multicast: RFC 4271 section 4.3, RFC 4760 section 5, RFC 2545.
// Bits after the prefix length mean nothing, but are kept here, so that a message encodes back to the octets it came in;
// who compares prefixes takes masked().

#include <algorithm>
#include <array>

#include "codec/nlri/nlri_family.hpp"
#include "codec/prefix.hpp"

namespace barrage {

template <Afi Af, Safi Saf, class PrefixType>
struct IpPrefixFamily {
    using Nlri = PrefixType;
    using Address = decltype(Nlri::address);

    static constexpr Afi afi = Af;
    static constexpr Safi safi = Saf;

    /// A global IPv6 address with or without a link-local one (RFC 2545 section 3); for IPv4 prefixes also an IPv4
    /// address. An IPv6 next hop of IPv4 prefixes needs RFC 8950, which is negotiated, not seen in the octets.
    static constexpr bool next_hop_fits(std::size_t octets) noexcept
    {
        return octets == Ipv6Address::octets || octets == 2 * Ipv6Address::octets ||
               (afi == Afi::ipv4 && octets == Ipv4Address::octets);
    }

    static constexpr std::size_t encoded_size(const Nlri& nlri) noexcept { return nlri.encoded_size(); }
    static void encode(const Nlri& nlri, Writer& out) { nlri.encode(out); }

    static Decoded<Nlri> decode(Reader& in)
    {
        // RFC 7606 section 5.3
        const auto length = in.u8();
        if (length > Nlri::max_length)
            return std::unexpected(
                DecodeError{Recovery::session_reset, UpdateSubcode::invalid_network_field, "prefix length too large"});
        std::array<std::uint8_t, Address::octets> all{};
        const auto octets = in.octets(prefix_octets(length));
        if (in.failed())
            return std::unexpected(
                DecodeError{Recovery::session_reset, UpdateSubcode::invalid_network_field, "prefix cut short"});
        std::ranges::copy(octets, all.begin());
        Reader whole{all};
        return Nlri{Address::read(whole), length};
    }
};

struct Ipv4Unicast : IpPrefixFamily<Afi::ipv4, Safi::unicast, Ipv4Prefix> {};
struct Ipv4Multicast : IpPrefixFamily<Afi::ipv4, Safi::multicast, Ipv4Prefix> {};
struct Ipv6Unicast : IpPrefixFamily<Afi::ipv6, Safi::unicast, Ipv6Prefix> {};
struct Ipv6Multicast : IpPrefixFamily<Afi::ipv6, Safi::multicast, Ipv6Prefix> {};

static_assert(NlriFamily<Ipv4Unicast> && NlriFamily<Ipv6Unicast>);

}   // namespace barrage
