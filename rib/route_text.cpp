#include "rib/route_text.hpp"

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <variant>

#include "codec/format.hpp"
#include "codec/nlri/nlri_count.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "codec/nlri/nlri_families.hpp"

namespace barrage {

namespace {

constexpr std::size_t most_octets_shown = 24;

std::string octets_text(OctetView octets)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto octet : octets.first(std::min(octets.size(), most_octets_shown))) {
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return octets.size() > most_octets_shown ? text + "…" : text;
}

/// The prefix behind `before` octets of a field that begins with a length in bits; empty where that is none.
std::string prefix_behind(Family family, OctetView nlri, std::size_t before)
{
    const std::size_t most_bits = family.afi == Afi::ipv4 ? 32 : 128;
    if (nlri.empty() || nlri[0] < 8 * before || nlri[0] - 8 * before > most_bits) return {};
    PrefixView view{.length = static_cast<std::uint8_t>(nlri[0] - 8 * before)};
    if (nlri.size() < 1 + before + prefix_octets(view.length)) return {};
    view.octets = nlri.subspan(1 + before, prefix_octets(view.length));
    return family.afi == Afi::ipv4 ? to_text(ipv4_prefix(view)) : to_text(ipv6_prefix(view));
}

/// Families whose NLRI are a length in bits, labels, for some a route distinguisher, and a prefix.
constexpr bool has_route_distinguisher(Family family) noexcept
{
    return has_labels(family) && family.safi != Safi::labeled_unicast;
}

std::size_t octets_before_prefix(Family family, OctetView nlri) noexcept
{
    if (!has_labels(family)) return 0;
    return label_octets(nlri) + (has_route_distinguisher(family) ? RouteDistinguisher::octets : 0);
}

/// All fields of the route; empty where it cannot be read.
std::string fields_text(Family family, OctetView nlri)
{
    Reader in{nlri};
    const auto routes = decode_routes(family, in, {.max_labels = 255});
    if (!routes) return {};
    return std::visit(
        []<class Routes>(const Routes& of_family) -> std::string {
            if constexpr (std::is_same_v<Routes, UnknownRoutes>)
                return {};
            else {
                std::string text;
                if (!of_family.routes.empty()) text = to_text(of_family.routes.front().nlri);
                return text;
            }
        },
        *routes);
}

}   // namespace

std::string prefix_text(Family family, OctetView nlri)
{
    const bool is_plain = family.safi == Safi::unicast || family.safi == Safi::multicast;
    return is_plain || has_labels(family) ? prefix_behind(family, nlri, octets_before_prefix(family, nlri)) : std::string{};
}

std::string route_text(Family family, OctetView nlri)
{
    const auto octets = nlri_octets(family, nlri);
    const auto one = octets == 0 ? nlri : nlri.first(octets);
    auto text = prefix_text(family, one);
    if (family.safi == Safi::unicast) return text.empty() ? octets_text(one) : text;
    if (!text.empty() && has_route_distinguisher(family)) {
        Reader in{one};
        in.skip(1 + label_octets(one));
        text = to_text(RouteDistinguisher::read(in)) + " " + text;
    }
    if (text.empty()) text = fields_text(family, one);
    return to_text(family) + " " + (text.empty() ? octets_text(one) : text);
}

}   // namespace barrage
