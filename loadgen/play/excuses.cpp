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
    case Excuse::only_to_customer: return "ONLY_TO_CUSTOMER, or roles that set it (RFC 9234)";
    case Excuse::receiver_as: return "path has the receiver's AS";
    case Excuse::receiver_originator: return "ORIGINATOR_ID is the receiver's";
    case Excuse::blackhole: return "BLACKHOLE (RFC 7999)";
    case Excuse::no_peer: return "NOPEER to an eBGP receiver (RFC 3765)";
    case Excuse::llgr_stale: return "LLGR_STALE (RFC 9494)";
    case Excuse::as_set: return "path has an AS_SET (RFC 9774)";
    case Excuse::several_paths: return "several paths of the prefix from one peer (RFC 7911), which are not told apart";
    }
    return "?";
}

RouteTraits RouteTraits::of(OctetView attributes, const std::vector<Asn>& watched)
{
    // https://www.iana.org/assignments/bgp-well-known-communities
    constexpr std::uint32_t no_export = 0xffffff01, no_advertise = 0xffffff02, no_export_subconfed = 0xffffff03;
    constexpr std::uint32_t no_peer = 0xffffff04, blackhole = 0xffff029a, llgr_stale = 0xffff0006;
    RouteTraits traits;
    Reader in{attributes};
    while (const auto attribute = next_attribute(in)) {
        auto value = attribute->reader();
        switch (attribute->type) {
        case AttributeType::as_path:
            while (!value.empty()) {
                const auto segment = SegmentType{value.u8()};
                traits.as_set |= segment == SegmentType::as_set || segment == SegmentType::confed_set;
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
                traits.no_peer |= community == no_peer;
                traits.blackhole |= community == blackhole;
                traits.llgr_stale |= community == llgr_stale;
            }
            break;
        case AttributeType::originator_id:
            if (attribute->value.size() == 4) traits.originator = Ipv4Address{value.u32()};
            break;
        case AttributeType::cluster_list:
            while (!value.empty()) traits.clusters.push_back(Ipv4Address{value.u32()});
            break;
        case AttributeType::only_to_customer:
            if (attribute->value.size() == 4) traits.only_to_customer = Asn{value.u32()};
            break;
        default: break;
        }
    }
    return traits;
}

namespace {

/// RFC 9234 section 5: what the device has from a peer of a role, and what it may pass on to one.
bool is_held_back_by_roles(const RouteTraits& route, const PeerIdentity& sender, const PeerIdentity& receiver)
{
    using enum BgpRole;
    const auto from = sender.device_role, to = receiver.device_role;
    const bool is_leak = route.only_to_customer &&
                         (from == provider || from == route_server || (from == peer && route.only_to_customer != sender.as));
    const bool is_marked = route.only_to_customer || from == customer || from == peer || from == route_server_client;
    return is_leak || (is_marked && (to == customer || to == peer || to == route_server_client));
}

}   // namespace

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
    if (is_held_back_by_roles(route, sender, receiver)) return Excuse::only_to_customer;
    if (!to_inside) {
        if (route.no_export) return Excuse::no_export;
        if (route.no_export_subconfed) return Excuse::no_export_subconfed;
        if (has(route.ases, receiver.as) || (!from_inside && sender.as == receiver.as)) return Excuse::receiver_as;
    } else if (from_inside && route.originator == receiver.identifier) {
        return Excuse::receiver_originator;
    }
    if (route.blackhole) return Excuse::blackhole;
    if (route.no_peer && !to_inside) return Excuse::no_peer;
    if (route.llgr_stale) return Excuse::llgr_stale;
    return route.as_set ? Excuse::as_set : Excuse::none;
}

}   // namespace barrage
