#pragma once
// VPLS: label blocks (RFC 4761 section 3.2.2), and the addresses by which PEs discover each other (RFC 6074 section 3.2.2.1).
// They differ by their length.
//
//     +------------+--------+-----------+---------------------+-------------------+----------------+
//     | Length (2) | RD (8) | VE ID (2) | VE block offset (2) | VE block size (2) | Label base (3) |   17 octets
//     +------------+--------+-----------+---------------------+-------------------+----------------+
//     | Length (2) | RD (8) | PE address (4) |                                                         12 octets
//     +------------+--------+----------------+

#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/nlri_fields.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

struct VplsLabelBlock {
    static constexpr std::string_view name = "label_block";
    static constexpr std::size_t octets = 17;

    RouteDistinguisher rd;
    std::uint16_t ve_id = 0;
    std::uint16_t offset = 0;
    std::uint16_t size = 0;
    LabelField label_base;

    void write(Writer& out) const
    {
        rd.encode(out);
        out.u16(ve_id);
        out.u16(offset);
        out.u16(size);
        label_base.encode(out);
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("ve_id", self.ve_id);
        visit("offset", self.offset);
        visit("size", self.size);
        visit("label_base", self.label_base);
    }
    friend bool operator==(const VplsLabelBlock&, const VplsLabelBlock&) = default;
};

struct VplsDiscovery {
    static constexpr std::string_view name = "discovery";
    static constexpr std::size_t octets = 12;

    RouteDistinguisher rd;
    Ipv4Address pe_address;

    void write(Writer& out) const
    {
        rd.encode(out);
        out.u32(pe_address.value);
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("pe_address", self.pe_address);
    }
    friend bool operator==(const VplsDiscovery&, const VplsDiscovery&) = default;
};

struct VplsNlri {
    std::variant<VplsLabelBlock, VplsDiscovery> route;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("route", self.route);
    }
    friend bool operator==(const VplsNlri&, const VplsNlri&) = default;
};

struct Vpls {
    using Nlri = VplsNlri;

    static constexpr Afi afi = Afi::l2vpn;
    static constexpr Safi safi = Safi::vpls;

    static constexpr bool next_hop_fits(std::size_t octets) noexcept { return octets == 4 || octets == 16; }

    static std::size_t encoded_size(const Nlri& nlri) noexcept
    {
        return 2 + std::visit([](const auto& route) { return route.octets; }, nlri.route);
    }
    static void encode(const Nlri& nlri, Writer& out)
    {
        std::visit(
            [&out](const auto& route) {
                out.u16(route.octets);
                route.write(out);
            },
            nlri.route);
    }

    static Decoded<Nlri> decode(Reader& in)
    {
        auto value = in.take(in.u16());
        if (value.failed()) return nlri_error("VPLS NLRI cut short");
        const auto octets = value.remaining();
        if (octets != VplsLabelBlock::octets && octets != VplsDiscovery::octets)
            return nlri_error("VPLS NLRI with a wrong length");
        const auto rd = RouteDistinguisher::read(value);
        if (octets == VplsDiscovery::octets) return Nlri{VplsDiscovery{rd, Ipv4Address::read(value)}};
        VplsLabelBlock block{.rd = rd, .ve_id = value.u16(), .offset = value.u16(), .size = value.u16(), .label_base = {}};
        block.label_base = LabelField::read(value);
        return Nlri{block};
    }
};

static_assert(NlriFamily<Vpls>);

}   // namespace barrage
