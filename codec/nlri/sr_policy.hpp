#pragma once
// Candidate paths of segment routing policies: RFC 9830 section 2.1. What the path is stands in TUNNEL_ENCAPSULATION.
//
//     +--------------------+-------------------+-----------+---------------------+
//     | Length in bits (1) | Distinguisher (4) | Color (4) | Endpoint (4 or 16)  |
//     +--------------------+-------------------+-----------+---------------------+

#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/nlri_fields.hpp"

namespace barrage {

template <class Address>
struct SrPolicyNlri {
    std::uint32_t distinguisher = 0;
    std::uint32_t color = 0;
    Address endpoint{};

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("distinguisher", self.distinguisher);
        visit("color", self.color);
        visit("endpoint", self.endpoint);
    }
    friend bool operator==(const SrPolicyNlri&, const SrPolicyNlri&) = default;
};

template <Afi Af, class Address>
struct SrPolicyFamily {
    using Nlri = SrPolicyNlri<Address>;

    static constexpr Afi afi = Af;
    static constexpr Safi safi = Safi::sr_policy;
    static constexpr std::size_t value_octets = 8 + Address::octets;

    /// RFC 9830 section 2.1: of either kind, for both families.
    static constexpr bool next_hop_fits(std::size_t octets) noexcept { return octets == 4 || octets == 16 || octets == 32; }

    static constexpr std::size_t encoded_size(const Nlri&) noexcept { return 1 + value_octets; }
    static void encode(const Nlri& nlri, Writer& out)
    {
        out.u8(8 * value_octets);
        out.u32(nlri.distinguisher);
        out.u32(nlri.color);
        write_address(nlri.endpoint, out);
    }

    static Decoded<Nlri> decode(Reader& in)
    {
        if (in.u8() != 8 * value_octets) return nlri_error("SR policy with a wrong length");   // RFC 9830 section 5
        Nlri nlri;
        nlri.distinguisher = in.u32();
        nlri.color = in.u32();
        nlri.endpoint = Address::read(in);
        if (in.failed()) return nlri_error("SR policy cut short");
        return nlri;
    }
};

struct Ipv4SrPolicy : SrPolicyFamily<Afi::ipv4, Ipv4Address> {};
struct Ipv6SrPolicy : SrPolicyFamily<Afi::ipv6, Ipv6Address> {};

static_assert(NlriFamily<Ipv4SrPolicy> && NlriFamily<Ipv6SrPolicy>);

}   // namespace barrage
