// SendRules chooses an Adj-RIB-Out and a packer that belong together, and what they do differs as rib/exabgp_adj_rib_out.hpp says.

#include "tests/support/doctest.hpp"

#include "rib/adj_rib_out.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

TEST_CASE("Adj-RIB-Out and packer of the same rules work together")
{
    const struct {
        const char* name;
        SendRules rules;
        std::uint64_t first_withdrawals;   // of a route that was never announced, in the first changes of a session
        std::uint64_t later_withdrawals;
    } rows[] = {
        {"native: always", SendRules::native, 1, 1},
        {"exabgp: not in the first changes", SendRules::exabgp, 0, 1},
        {"exabgp_by_rfc: never", SendRules::exabgp_by_rfc, 0, 0},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        AttributePool pool;
        const auto attributes = pool.intern(hex("40 01 01 00  40 02 00"), hex("c0 00 02 01"));
        const auto prefix = [](char third) { return RouteKey{ipv4_unicast, std::nullopt, std::string{24, 10, 0, third}}; };
        const auto rib = make_adj_rib_out(row.rules);
        auto packer = make_packer({.send_rules = row.rules, .external = false, .families = FamilySet{ipv4_unicast}});
        const auto changes = [&] {
            PackedUpdates updates;
            while (rib->has_waiting()) rib->pack_changes(packer, updates, 1000);
            return updates;
        };

        rib->restart({});
        rib->withdraw(prefix(1), attributes);
        CHECK(changes().withdrawn() == row.first_withdrawals);
        rib->announce(prefix(2), attributes);
        CHECK(changes().announced() == 1);
        rib->withdraw(prefix(1), attributes);
        CHECK(changes().withdrawn() == row.later_withdrawals);
        rib->withdraw(prefix(2), attributes);
        CHECK(changes().withdrawn() == 1);
        CHECK(rib->overlay_size() == 0);
        CHECK(packing(packer).left_out().empty());
    }
}

TEST_CASE("several labels in a session that has not agreed to them: as ExaBGP sends them, or by RFC 8277 sections 2.2 and 2.4")
{
    const Family labeled{Afi::ipv4, Safi::labeled_unicast};
    AttributePool pool;
    const auto attributes = pool.intern(hex("40 01 01 00  40 02 00  40 05 04 00 00 00 64"), hex("c0 00 02 01"));
    const auto stack = hex("48 000640 000c81 0a0001");
    const struct {
        SendRules rules;
        FamilySet agreed;
        bool announced;
        const char* withdrawn;
    } rows[] = {{SendRules::exabgp, {}, true, "48 000640 000c81 0a0001"},
                {SendRules::exabgp_by_rfc, {}, false, "30 800000 0a0001"},
                {SendRules::exabgp_by_rfc, {labeled}, true, "30 800000 0a0001"}};
    for (const auto& row : rows) {
        CAPTURE(static_cast<int>(row.rules));
        ExabgpPacker packer{{.send_rules = row.rules, .external = false, .families = {labeled}, .multiple_labels = row.agreed}};
        const auto packed = [&](auto&& pack) {
            PackedUpdates updates;
            pack(updates);
            return to_hex(updates.octets());
        };
        auto nlri = stack;
        nlri.resize(stack.size() + copy_slack);
        RouteGroup group{
            .attributes = attributes.get(), .family = labeled, .nlri = OctetView{nlri}.first(stack.size()), .routes = 1};
        for (const bool withdraw : {false, true}) {
            CAPTURE(withdraw);
            group.withdraw = withdraw;
            const RouteChange change{.nlri = stack, .withdraw = withdraw};
            const auto of_table = packed([&](PackedUpdates& into) { packer.pack(group, into); });
            const auto of_change = packed(
                [&](PackedUpdates& into) { CHECK(packer.pack_front(attributes.get(), labeled, {&change, 1}, true, into) == 1); });
            CHECK(of_table == of_change);
            CHECK(of_table.contains(to_hex(hex(withdraw ? row.withdrawn : "48 000640 000c81 0a0001"))) ==
                  (withdraw || row.announced));
        }
        CHECK(packer.left_out().of(LeftOutReason::labels_not_negotiated).routes == (row.announced ? 0 : 2));
    }
}

}   // namespace barrage
