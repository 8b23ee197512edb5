#include "loadgen/play/excuses.hpp"

#include <algorithm>

#include "codec/attribute/attribute_view.hpp"

namespace barrage {

std::string_view text_of(Excuse excuse) noexcept
{
    switch (excuse) {
    case Excuse::none: return "nothing";
    case Excuse::left_out: return "left out by the tester";
    case Excuse::receiver_family: return "family not negotiated with the receiver";
    case Excuse::receiver_refused: return "family that the device did not agree to with the receiver";
    case Excuse::device_as: return "path has the device's AS";
    case Excuse::device_originator: return "ORIGINATOR_ID is the device's";
    case Excuse::device_cluster: return "CLUSTER_LIST has the device's cluster";
    case Excuse::as_0: return "path has AS 0 (RFC 7607)";
    case Excuse::no_advertise: return "NO_ADVERTISE";
    case Excuse::no_export: return "NO_EXPORT to an eBGP receiver";
    case Excuse::no_export_subconfed: return "NO_EXPORT_SUBCONFED to an eBGP receiver";
    case Excuse::receiver_as: return "path has the receiver's AS";
    case Excuse::receiver_originator: return "ORIGINATOR_ID is the receiver's";
    }
    return "?";
}

RouteTraits RouteTraits::of(OctetView attributes, const std::vector<Asn>& watched)
{
    // RFC 1997.
    constexpr std::uint32_t no_export = 0xffffff01, no_advertise = 0xffffff02, no_export_subconfed = 0xffffff03;
    RouteTraits traits;
    Reader in{attributes};
    while (const auto attribute = next_attribute(in)) {
        auto value = attribute->reader();
        switch (attribute->type) {
        case AttributeType::as_path:
            while (!value.empty()) {
                value.u8();
                for (auto count = value.u8(); count != 0 && !value.failed(); --count)
                    if (const Asn as{value.u32()};
                        std::ranges::binary_search(watched, as) && std::ranges::find(traits.ases, as) == traits.ases.end())
                        traits.ases.push_back(as);
            }
            break;
        case AttributeType::communities:
            while (!value.empty()) {
                const auto community = value.u32();
                traits.no_advertise |= community == no_advertise;
                traits.no_export |= community == no_export;
                traits.no_export_subconfed |= community == no_export_subconfed;
            }
            break;
        case AttributeType::originator_id:
            if (attribute->value.size() == 4) traits.originator = Ipv4Address{value.u32()};
            break;
        case AttributeType::cluster_list:
            while (!value.empty()) traits.clusters.push_back(Ipv4Address{value.u32()});
            break;
        default: break;
        }
    }
    return traits;
}

Excuse excuse_of(const RouteTraits& route, const PeerIdentity& sender, const PeerIdentity& receiver,
                 const std::optional<PeerIdentity>& device)
{
    const auto has = [](const auto& list, const auto& one) { return std::ranges::find(list, one) != list.end(); };
    const bool from_inside = device && sender.as == device->as, to_inside = device && receiver.as == device->as;
    if (device) {
        if (has(route.ases, device->as)) return Excuse::device_as;
        // eBGP drops both (RFC 4456 section 8).
        if (from_inside && route.originator == device->identifier) return Excuse::device_originator;
        if (from_inside && has(route.clusters, device->identifier)) return Excuse::device_cluster;
    }
    if (has(route.ases, Asn{0})) return Excuse::as_0;
    if (route.no_advertise) return Excuse::no_advertise;
    if (!to_inside) {
        if (route.no_export) return Excuse::no_export;
        if (route.no_export_subconfed) return Excuse::no_export_subconfed;
        if (has(route.ases, receiver.as) || (!from_inside && sender.as == receiver.as)) return Excuse::receiver_as;
    } else if (from_inside && route.originator == receiver.identifier) {
        return Excuse::receiver_originator;
    }
    return Excuse::none;
}

}   // namespace barrage
