#pragma once
// Families whose NLRI are of several route types (EVPN, MVPN, MUP) hold a variant of structs, one a type:
//
//     struct EthernetSegment {
//         static constexpr std::string_view name = "ethernet_segment";
//         static constexpr auto type = EvpnRouteType::ethernet_segment;
//         std::size_t size() const;             // octets after type and length
//         void write(Writer& out) const;
//         static EthernetSegment read(Reader& in);   // fails the reader where a field has no right value
//
// The last alternative is UnknownRoute: its octets are kept, as RFC 7606 section 5.4 and each family's RFC let a speaker do.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage {

struct UnknownRoute {
    static constexpr std::string_view name = "unknown";

    std::uint16_t type = 0;
    Octets octets;

    [[nodiscard]] std::size_t size() const noexcept { return octets.size(); }
    void write(Writer& out) const { out.octets(octets); }

    static UnknownRoute keep(std::uint16_t type, Reader& in)
    {
        const auto rest = in.rest();
        return {type, Octets(rest.begin(), rest.end())};
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("octets", self.octets);
    }
    friend bool operator==(const UnknownRoute&, const UnknownRoute&) = default;
};

/// Reads all of `in` as the alternative of that type; it has failed, or something is left in it, where that is malformed.
template <class Variant, std::size_t Index = 0>
Variant read_route(std::uint16_t type, Reader& in)
{
    using Route = std::variant_alternative_t<Index, Variant>;
    if constexpr (std::is_same_v<Route, UnknownRoute>)
        return UnknownRoute::keep(type, in);
    else {
        if (std::to_underlying(Route::type) == type) return Route::read(in);
        return read_route<Variant, Index + 1>(type, in);
    }
}

template <class Variant>
std::uint16_t route_type(const Variant& route) noexcept
{
    return std::visit(
        []<class Route>(const Route& of_type) -> std::uint16_t {
            if constexpr (std::is_same_v<Route, UnknownRoute>)
                return of_type.type;
            else
                return std::to_underlying(Route::type);
        },
        route);
}

template <class Variant>
std::size_t route_size(const Variant& route) noexcept
{
    return std::visit([](const auto& of_type) { return of_type.size(); }, route);
}

template <class Variant>
void write_route(const Variant& route, Writer& out)
{
    std::visit([&out](const auto& of_type) { of_type.write(out); }, route);
}

}   // namespace barrage
