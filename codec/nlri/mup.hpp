#pragma once
// Mobile user plane routes: draft-ietf-bess-mup-safi section 3.1. Other architectures and types are kept as octets.
//
//     +-----------------------+----------------+------------+-------------------+
//     | Architecture type (1) | Route type (2) | Length (1) | Type specific     |
//     +-----------------------+----------------+------------+-------------------+

#include <optional>
#include <vector>

#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/nlri_fields.hpp"
#include "codec/nlri/typed_route.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

/// What may follow a session transformed route: type 1 | length 1 | value. Section 3.1.5; none of it is understood here.
struct MupTlv {
    std::uint8_t type = 0;
    Octets value;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("value", self.value);
    }
    friend bool operator==(const MupTlv&, const MupTlv&) = default;
};

/// Nothing where none are there, which is as good as no field.
struct MupTlvs {
    using List = std::optional<std::vector<MupTlv>>;

    static std::size_t size(const List& tlvs) noexcept
    {
        std::size_t octets = 0;
        if (tlvs)
            for (const auto& tlv : *tlvs) octets += 2 + tlv.value.size();
        return octets;
    }
    static void write(const List& tlvs, Writer& out)
    {
        if (!tlvs) return;
        for (const auto& tlv : *tlvs) {
            out.u8(tlv.type);
            const auto length = out.length8();
            out.octets(tlv.value);
        }
    }
    static List read(Reader& in)
    {
        List tlvs;
        while (!in.empty()) {
            const auto type = in.u8();
            const auto value = in.octets(in.u8());
            if (!tlvs) tlvs.emplace();
            tlvs->push_back({type, {value.begin(), value.end()}});
        }
        return tlvs;
    }
};

/// Interwork segment discovery: section 3.1.1.
template <class Address>
struct MupInterworkSegment {
    static constexpr std::string_view name = "interwork_segment_discovery";
    static constexpr auto type = MupRouteType::interwork_segment_discovery;

    RouteDistinguisher rd;
    Prefix<Address> prefix;

    [[nodiscard]] std::size_t size() const noexcept { return 8 + prefix.encoded_size(); }
    void write(Writer& out) const
    {
        rd.encode(out);
        prefix.encode(out);
    }
    static MupInterworkSegment read(Reader& in)
    {
        MupInterworkSegment route;
        route.rd = RouteDistinguisher::read(in);
        route.prefix = read_prefix_bits<Prefix<Address>>(in, in.u8());
        return route;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("prefix", self.prefix);
    }
    friend bool operator==(const MupInterworkSegment&, const MupInterworkSegment&) = default;
};

/// Direct segment discovery: section 3.1.2.
template <class Address>
struct MupDirectSegment {
    static constexpr std::string_view name = "direct_segment_discovery";
    static constexpr auto type = MupRouteType::direct_segment_discovery;

    RouteDistinguisher rd;
    Address address{};

    [[nodiscard]] std::size_t size() const noexcept { return 8 + Address::octets; }
    void write(Writer& out) const
    {
        rd.encode(out);
        write_address(address, out);
    }
    static MupDirectSegment read(Reader& in)
    {
        MupDirectSegment route;
        route.rd = RouteDistinguisher::read(in);
        route.address = Address::read(in);
        return route;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("address", self.address);
    }
    friend bool operator==(const MupDirectSegment&, const MupDirectSegment&) = default;
};

/// Type 1 session transformed: section 3.1.3. The source address is of the later versions of the draft: the field is not
/// there at all, as in the first ones, or there with a length, which may be 0.
template <class Address>
struct MupType1SessionTransformed {
    static constexpr std::string_view name = "type_1_session_transformed";
    static constexpr auto type = MupRouteType::type_1_session_transformed;

    RouteDistinguisher rd;
    Prefix<Address> prefix;
    std::uint32_t teid = 0;
    std::uint8_t qfi = 0;
    IpAddress endpoint;
    std::optional<IpAddress> source;
    std::optional<bool> empty_source;   // a source field of length 0
    MupTlvs::List tlvs;

    [[nodiscard]] std::size_t size() const noexcept
    {
        return 8 + prefix.encoded_size() + 6 + address_octets(endpoint) + (has_source_field() ? 1 + address_octets(source) : 0) +
               MupTlvs::size(tlvs);
    }
    void write(Writer& out) const
    {
        rd.encode(out);
        prefix.encode(out);
        out.u32(teid);
        out.u8(qfi);
        write_sized_address(endpoint, out);
        if (has_source_field()) write_sized_address(source, out);
        MupTlvs::write(tlvs, out);
    }
    static MupType1SessionTransformed read(Reader& in)
    {
        MupType1SessionTransformed route;
        route.rd = RouteDistinguisher::read(in);
        route.prefix = read_prefix_bits<Prefix<Address>>(in, in.u8());
        route.teid = in.u32();
        if (route.teid == 0) in.fail();   // section 3.1.3.1
        route.qfi = in.u8();
        const auto address = read_sized_address(in);
        if (!address) in.fail();
        route.endpoint = address.value_or(IpAddress{});
        if (in.empty()) return route;
        route.source = read_sized_address(in);
        if (!route.source) route.empty_source = true;
        route.tlvs = MupTlvs::read(in);
        return route;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("prefix", self.prefix);
        visit("teid", self.teid);
        visit("qfi", self.qfi);
        visit("endpoint", self.endpoint);
        visit("source", self.source);
        visit("empty_source", self.empty_source);
        visit("tlvs", self.tlvs);
    }
    friend bool operator==(const MupType1SessionTransformed&, const MupType1SessionTransformed&) = default;

private:
    [[nodiscard]] bool has_source_field() const noexcept { return source || empty_source.value_or(false) || tlvs; }
};

/// Type 2 session transformed: section 3.1.4. The length in bits is that of the endpoint and of as much of the TEID as
/// counts, from none of it to all 32 bits.
template <class Address>
struct MupType2SessionTransformed {
    static constexpr std::string_view name = "type_2_session_transformed";
    static constexpr auto type = MupRouteType::type_2_session_transformed;

    RouteDistinguisher rd;
    Address endpoint{};
    std::uint8_t teid_bits = 0;
    std::uint32_t teid = 0;   // its first bits where not all are there
    MupTlvs::List tlvs;

    [[nodiscard]] std::size_t size() const noexcept { return 9 + Address::octets + teid_octets() + MupTlvs::size(tlvs); }
    void write(Writer& out) const
    {
        rd.encode(out);
        out.u8(static_cast<std::uint8_t>(8 * Address::octets + teid_bits));
        write_address(endpoint, out);
        for (std::size_t i = 0; i < teid_octets(); ++i) out.u8(static_cast<std::uint8_t>(teid >> (24 - 8 * i)));
        MupTlvs::write(tlvs, out);
    }
    static MupType2SessionTransformed read(Reader& in)
    {
        MupType2SessionTransformed route;
        route.rd = RouteDistinguisher::read(in);
        const auto bits = in.u8();
        if (bits < 8 * Address::octets || bits > 8 * Address::octets + 32) in.fail();
        if (in.failed()) return route;
        route.teid_bits = static_cast<std::uint8_t>(bits - 8 * Address::octets);
        route.endpoint = Address::read(in);
        for (std::size_t i = 0; i < route.teid_octets(); ++i) route.teid |= std::uint32_t{in.u8()} << (24 - 8 * i);
        if (route.teid_bits == 32 && route.teid == 0) in.fail();   // section 3.1.4.1; fewer bits are an aggregate
        route.tlvs = MupTlvs::read(in);
        return route;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("endpoint", self.endpoint);
        visit("teid_bits", self.teid_bits);
        visit("teid", self.teid);
        visit("tlvs", self.tlvs);
    }
    friend bool operator==(const MupType2SessionTransformed&, const MupType2SessionTransformed&) = default;

private:
    [[nodiscard]] std::size_t teid_octets() const noexcept { return std::min<std::size_t>(4, (teid_bits + 7u) / 8u); }
};

template <class Address>
struct MupNlri {
    std::uint8_t architecture = mup_3gpp_5g;
    std::variant<MupInterworkSegment<Address>, MupDirectSegment<Address>, MupType1SessionTransformed<Address>,
                 MupType2SessionTransformed<Address>, UnknownRoute>
        route;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("architecture", self.architecture);
        visit("route", self.route);
    }
    friend bool operator==(const MupNlri&, const MupNlri&) = default;
};

template <Afi Af, class Address>
struct MupFamily {
    using Nlri = MupNlri<Address>;

    static constexpr Afi afi = Af;
    static constexpr Safi safi = Safi::mup;

    /// Of either kind, for both families: section 3.2.
    static constexpr bool next_hop_fits(std::size_t octets) noexcept { return octets == 4 || octets == 16; }

    static std::size_t encoded_size(const Nlri& nlri) noexcept { return 4 + route_size(nlri.route); }
    static void encode(const Nlri& nlri, Writer& out)
    {
        out.u8(nlri.architecture);
        out.u16(route_type(nlri.route));
        out.u8(static_cast<std::uint8_t>(route_size(nlri.route)));
        write_route(nlri.route, out);
    }

    static Decoded<Nlri> decode(Reader& in)
    {
        Nlri nlri;
        nlri.architecture = in.u8();
        const auto type = in.u16();
        auto value = in.take(in.u8());
        if (value.failed()) return nlri_error("MUP route cut short");
        if (nlri.architecture == mup_3gpp_5g)
            nlri.route = read_route<decltype(nlri.route)>(type, value);
        else
            nlri.route = UnknownRoute::keep(type, value);
        // Sections 3.1.1 to 3.1.4: such an NLRI is skipped, and the rest of the UPDATE is taken
        if (!value.finished())
            return nlri_error("MUP route with a wrong length or a field that cannot be", Recovery::treat_as_withdraw);
        return nlri;
    }
};

struct Ipv4Mup : MupFamily<Afi::ipv4, Ipv4Address> {};
struct Ipv6Mup : MupFamily<Afi::ipv6, Ipv6Address> {};

static_assert(NlriFamily<Ipv4Mup> && NlriFamily<Ipv6Mup>);

}   // namespace barrage
