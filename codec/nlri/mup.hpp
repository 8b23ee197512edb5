#pragma once
// Mobile user plane routes: draft-mpmz-bess-mup-safi section 3.1. Other architectures and types are kept as octets.
//
//     +-----------------------+----------------+------------+-------------------+
//     | Architecture type (1) | Route type (2) | Length (1) | Type specific     |
//     +-----------------------+----------------+------------+-------------------+

#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/nlri_fields.hpp"
#include "codec/nlri/typed_route.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

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

    [[nodiscard]] std::size_t size() const noexcept
    {
        return 8 + prefix.encoded_size() + 6 + address_octets(endpoint) + (has_source_field() ? 1 + address_octets(source) : 0);
    }
    void write(Writer& out) const
    {
        rd.encode(out);
        prefix.encode(out);
        out.u32(teid);
        out.u8(qfi);
        write_sized_address(endpoint, out);
        if (has_source_field()) write_sized_address(source, out);
    }
    static MupType1SessionTransformed read(Reader& in)
    {
        MupType1SessionTransformed route;
        route.rd = RouteDistinguisher::read(in);
        route.prefix = read_prefix_bits<Prefix<Address>>(in, in.u8());
        route.teid = in.u32();
        route.qfi = in.u8();
        const auto address = read_sized_address(in);
        if (!address) in.fail();
        route.endpoint = address.value_or(IpAddress{});
        if (in.empty()) return route;
        route.source = read_sized_address(in);
        if (!route.source) route.empty_source = true;
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
    }
    friend bool operator==(const MupType1SessionTransformed&, const MupType1SessionTransformed&) = default;

private:
    [[nodiscard]] bool has_source_field() const noexcept { return source || empty_source.value_or(false); }
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

    [[nodiscard]] std::size_t size() const noexcept { return 9 + Address::octets + teid_octets(); }
    void write(Writer& out) const
    {
        rd.encode(out);
        out.u8(static_cast<std::uint8_t>(8 * Address::octets + teid_bits));
        write_address(endpoint, out);
        for (std::size_t i = 0; i < teid_octets(); ++i) out.u8(static_cast<std::uint8_t>(teid >> (24 - 8 * i)));
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
        return route;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("endpoint", self.endpoint);
        visit("teid_bits", self.teid_bits);
        visit("teid", self.teid);
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
        if (!value.finished()) return nlri_error("MUP route with a wrong length or a field that cannot be");
        return nlri;
    }
};

struct Ipv4Mup : MupFamily<Afi::ipv4, Ipv4Address> {};
struct Ipv6Mup : MupFamily<Afi::ipv6, Ipv6Address> {};

static_assert(NlriFamily<Ipv4Mup> && NlriFamily<Ipv6Mup>);

}   // namespace barrage
