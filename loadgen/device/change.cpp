#include "loadgen/device/change.hpp"

#include "codec/message/route_refresh.hpp"
#include "rib/update_packer.hpp"

namespace barrage::device {

namespace {

/// One UPDATE of this route as the peer's session has it; empty where it cannot be.
Octets message_of(const RouteKey& key, const AttributeSetRef& attributes, Peer& peer)
{
    const auto& negotiated = peer.established()->negotiated();
    const auto patch_values = peer.patch_values();
    UpdatePacker packer{{.four_octet_as = negotiated.options.four_octet_as,
                         .external = !negotiated.internal,
                         .own_as = negotiated.options.four_octet_as ? Asn{} : patch_values.own_as,
                         .self_is_ipv6 = patch_values.self.is_v6(),
                         .max_message = negotiated.options.max_message(),
                         .families = FamilySet::all(),
                         .multiple_labels = negotiated.options.multiple_labels}};
    Octets nlri{key.nlri.begin(), key.nlri.end()};
    const auto size = nlri.size();
    nlri.resize(size + copy_slack);
    PackedUpdates packed;
    packer.pack({.attributes = attributes.get(), .family = key.family, .nlri = OctetView{nlri}.first(size), .routes = 1}, packed);
    Octets octets{packed.octets().begin(), packed.octets().end()};
    patch(octets, packed, 0, packed.messages().size(), patch_values);
    return octets;
}

/// The same prefix, in a family that the session does not have. Others than prefixes stay what they are.
RouteKey in_other_family(RouteKey key, const Negotiated& negotiated)
{
    if (key.family.safi != Safi::unicast && key.family.safi != Safi::multicast) return key;
    for (const auto safi : {Safi::multicast, Safi::unicast})
        for (const auto afi : {key.family.afi, key.family.afi == Afi::ipv4 ? Afi::ipv6 : Afi::ipv4}) {
            const Family family{afi, safi};
            if (negotiated.families.contains(family)) continue;
            key.family = family;
            return key;
        }
    return key;
}

Octets refresh_mark(Family family, RouteRefreshKind kind)
{
    Octets message;
    encode(RouteRefresh{family, kind}, message);
    return message;
}

}   // namespace

void apply(const std::vector<Change>& changes, Peer& peer)
{
    if (!peer.established()) return;
    auto& rib = peer.adj_rib_out();
    const auto send = [&](const RouteKey& key, const AttributeSetRef& attributes) {
        if (auto message = message_of(key, attributes, peer); !message.empty()) rib.send(std::move(message));
    };
    for (const auto& change : changes) {
        switch (change.kind) {
        case ChangeKind::announce:
        case ChangeKind::correct: rib.announce(change.key, change.attributes); break;
        case ChangeKind::withdraw: rib.withdraw(change.key); break;
        case ChangeKind::announce_anew:
            rib.withdraw(change.key);   // in one batch: the newer change replaces it
            rib.announce(change.key, change.attributes);
            break;
        case ChangeKind::send_announcement:
        case ChangeKind::send_withdrawal: send(change.key, change.attributes); break;
        case ChangeKind::send_in_other_family:
            send(in_other_family(change.key, peer.established()->negotiated()), change.attributes);
            break;
        case ChangeKind::end_of_rib: rib.end_of_rib({change.key.family}); break;
        case ChangeKind::refresh_begins: rib.send(refresh_mark(change.key.family, RouteRefreshKind::begin)); break;
        case ChangeKind::refresh_ends: rib.send(refresh_mark(change.key.family, RouteRefreshKind::end)); break;
        }
    }
}

}   // namespace barrage::device
