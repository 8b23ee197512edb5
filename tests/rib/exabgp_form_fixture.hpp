#pragma once
// An Adj-RIB-Out packed as ExaBGP packs it, and what comes out of it as messages without the marker.

#include "tests/support/doctest.hpp"

#include <string>
#include <vector>

#include "rib/exabgp_adj_rib_out.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

inline const Family flow4{Afi::ipv4, Safi::flowspec};
inline const Family vpn4{Afi::ipv4, Safi::mpls_vpn};
inline const Family mup4{Afi::ipv4, Safi::mup};
inline const Family mvpn4{Afi::ipv4, Safi::mcast_vpn};
inline const Family labeled4{Afi::ipv4, Safi::labeled_unicast};

/// All families go alone but those that `group-updates` holds for.
inline PackOptions session(bool group_updates, bool external = false)
{
    auto alone = FamilySet::all();
    if (group_updates)
        for (const auto family : {ipv4_unicast, mvpn4}) alone.erase(family);
    return {.send_rules = SendRules::exabgp, .external = external, .one_route_per_update = alone, .families = FamilySet::all()};
}

struct ExabgpFormFixture {
    AttributePool pool;
    ExabgpAdjRibOut rib{SendRules::exabgp};

    AttributeSetRef set(const char* octets, const char* next_hop) { return pool.intern(hex(octets), hex(next_hop)); }

    static RouteKey key(Family family, const char* nlri, std::optional<PathId> path_id = std::nullopt)
    {
        const auto octets = hex(nlri);
        return {family, path_id, {octets.begin(), octets.end()}};
    }
    static RouteKey ipv4(const char* nlri) { return key(ipv4_unicast, nlri); }

    /// Everything that waits, as messages without their markers.
    std::vector<std::string> sent(const PackOptions& options, std::size_t most_at_once = 1000)
    {
        Packer packer = make_packer(options);
        auto& own = std::get<ExabgpPacker>(packer);
        PackedUpdates updates;
        for (int i = 0; rib.has_waiting(); ++i) {
            REQUIRE(i < 100'000);
            if (const auto* end = rib.end_of_rib_at_front()) {
                end->families.for_each([&](Family family) { own.pack_end_of_rib(family, updates); });
                rib.pop_front();
            } else if (const auto* message = rib.message_at_front()) {
                own.pack_message(*message, updates);
                rib.pop_front();
            } else if (const auto* run = rib.run_at_front()) {
                pack_window(run->slice, run->kind, packer, updates);
                rib.pop_front();
            } else {
                rib.pack_changes(packer, updates, most_at_once);
            }
        }
        std::vector<std::string> messages;
        for (std::size_t i = 0; i < updates.messages().size(); ++i) {
            const auto begin = updates.message_begin(i);
            Octets octets{updates.octets().begin() + static_cast<std::ptrdiff_t>(begin),
                          updates.octets().begin() + updates.messages()[i].end};
            patch(octets, updates, i, i + 1, {.own_as = Asn{65533}, .self = {}});
            CHECK(to_hex(OctetView{octets}.first(16)) == to_hex(Octets(16, 0xff)));
            messages.push_back(to_hex(OctetView{octets}.subspan(16)));
        }
        return messages;
    }

    /// A session that has sent its first routes.
    void begin(const PackOptions& options)
    {
        rib.restart({});
        rib.announce(ipv4("20 c6336401"), set("", "c0000201"));
        (void)sent(options);
    }
};

/// A route of a parity case (its name), and the message that tells or withdraws it.
struct MessageRow {
    const char* name;
    const char* attributes;
    const char* next_hop;
    Family family;
    const char* nlri;
    const char* message;
};

inline std::vector<std::string> messages(std::initializer_list<const char*> texts)
{
    std::vector<std::string> all;
    for (const auto* text : texts) all.push_back(to_hex(hex(text)));
    return all;
}

}   // namespace barrage
