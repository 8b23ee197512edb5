#include "tests/support/doctest.hpp"

#include <random>

#include "rib/attribute_pool.hpp"
#include "rib/update_packer.hpp"
#include "tests/rib/reference_update.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

std::vector<std::string> texts(const PackedUpdates& updates)
{
    std::vector<std::string> all;
    for (std::size_t i = 0; i < updates.messages().size(); ++i) {
        const auto begin = updates.message_begin(i);
        all.push_back(to_hex(updates.octets().subspan(begin, updates.messages()[i].end - begin)));
    }
    return all;
}

std::vector<std::string> texts(const std::vector<Octets>& messages)
{
    std::vector<std::string> all;
    for (const auto& message : messages) all.push_back(to_hex(message));
    return all;
}

struct Prefixes {
    std::vector<Octets> with_ids;
    std::vector<Octets> without_ids;

    Prefixes(std::mt19937& random, std::size_t count, std::uint8_t longest)
    {
        for (std::size_t i = 0; i < count; ++i) {
            const auto length = static_cast<std::uint8_t>(random() % (longest + 1u));
            Octets prefix{length};
            for (int octet = 0; octet < (length + 7) / 8; ++octet) prefix.push_back(static_cast<std::uint8_t>(random()));
            without_ids.push_back(prefix);
            Octets with{1, 2, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
            with.insert(with.end(), prefix.begin(), prefix.end());
            with_ids.push_back(with);
        }
    }
    static Octets joined(const std::vector<Octets>& prefixes)
    {
        Octets all;
        for (const auto& prefix : prefixes) all.insert(all.end(), prefix.begin(), prefix.end());
        all.resize(all.size() + copy_slack);
        return all;
    }
};

RouteGroup group_of(const AttributeSet* attributes, Family family, bool path_ids, const Octets& joined, std::size_t routes)
{
    return {attributes, family, path_ids, OctetView{joined}.first(joined.size() - copy_slack),
            static_cast<std::uint32_t>(routes)};
}

}   // namespace

TEST_CASE("the packer gives the octets of the obvious encoder")
{
    std::mt19937 random(4271);
    const FamilySet both{ipv4_unicast, ipv6_unicast};
    AttributePool pool;
    const auto v6 = hex("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01");

    for (int round = 0; round < 400; ++round) {
        CAPTURE(round);
        // iBGP with LOCAL_PREF, so that the attributes stand in the message as in the set, and NEXT_HOP third.
        Octets origin_and_path = hex("40 01 01 00  40 02 06 02 01 00 00 00 0a");
        Octets rest = hex("40 05 04 00 00 00 64");
        // Sometimes so many communities that hardly a prefix fits, which is where the last octet counts.
        const bool extended = round % 33 == 0 || round == 100;   // mostly with large attributes, as the obvious encoder is slow
        const std::size_t max_message = extended ? 65535 : 4096;
        if (round % 3 == 0) {
            // 4096 less 23, 13, 7, 7 and this attribute's 4: up to what leaves a few octets.
            Octets value(max_message - 4096 + 3600 + random() % 440, 0x11);
            const auto communities = reference::attribute(0xc0, 99, value);
            rest.insert(rest.end(), communities.begin(), communities.end());
        }
        Octets set = origin_and_path;
        set.insert(set.end(), rest.begin(), rest.end());

        const bool ipv6 = random() % 2;
        const bool over_ipv6 = ipv6 || random() % 4 == 0;   // RFC 8950
        const bool withdraw = random() % 3 == 0;
        const bool ids_here = random() % 2;
        const bool ids_there = random() % 2;
        const auto family = ipv6 ? ipv6_unicast : ipv4_unicast;
        PackOptions options{.external = false,
                            .max_message = max_message,
                            .max_routes_per_update = random() % 4 == 0 ? static_cast<std::uint32_t>(1 + random() % 50) : 0,
                            .families = both,
                            .add_path = ids_there ? both : FamilySet{},
                            .extended_next_hop = {ipv4_unicast}};
        const Prefixes prefixes{random,
                                std::size_t{round % 3 == 0 ? 60u
                                            : extended     ? 12'000u
                                                           : 1500u},
                                static_cast<std::uint8_t>(ipv6 ? 128 : 32)};
        const auto next_hop = over_ipv6 ? v6 : hex("c0 00 02 01");
        const auto attributes = pool.intern(set, next_hop);

        reference::Group expected{
            .withdraw = withdraw, .family = family, .max_message = max_message, .most_routes = options.max_routes_per_update};
        if (over_ipv6) {
            expected.attributes = set;
            expected.mp_next_hop = next_hop;
        } else {
            expected.attributes = origin_and_path;
            const auto attribute = reference::attribute(0x40, 3, next_hop);
            expected.attributes.insert(expected.attributes.end(), attribute.begin(), attribute.end());
            expected.attributes.insert(expected.attributes.end(), rest.begin(), rest.end());
        }
        if (ids_there && ids_here) {
            expected.prefixes = prefixes.with_ids;
        } else {
            expected.prefixes = prefixes.without_ids;
            if (ids_there)
                for (auto& prefix : expected.prefixes) prefix.insert(prefix.begin(), 4, 0);
        }
        const auto joined = Prefixes::joined(ids_here ? prefixes.with_ids : prefixes.without_ids);

        UpdatePacker packer{options};
        PackedUpdates updates;
        packer.pack(group_of(withdraw ? nullptr : attributes.get(), family, ids_here, joined, prefixes.with_ids.size()), updates);
        const auto messages = reference::messages(expected);
        REQUIRE(texts(updates) == texts(messages));
        for (const auto& message : messages) CHECK(message.size() <= max_message);
        std::uint64_t routes = 0;
        for (const auto& message : updates.messages()) routes += message.routes;
        CHECK(routes + packer.left_out().of(LeftOutReason::too_large).routes == prefixes.with_ids.size());
        CHECK((withdraw ? updates.withdrawn() : updates.announced()) == routes);
        CHECK(!updates.needs_patch());
    }
}

TEST_CASE("one prefix, octet for octet")
{
    AttributePool pool;
    const auto set = pool.intern(hex("40 01 01 00  40 02 06 02 01 00 00 00 0a"), hex("c0 00 02 01"));
    Octets nlri = hex("18 0a 01 02");
    nlri.resize(nlri.size() + copy_slack);
    UpdatePacker packer{{.external = true, .own_as = {65010}, .families = {ipv4_unicast}}};
    PackedUpdates updates;
    packer.pack(group_of(set.get(), ipv4_unicast, false, nlri, 1), updates);
    // 19 + 2 + 2 + (4 + 13 + 7) + 4 = 51
    CHECK(texts(updates) == std::vector<std::string>{to_hex(hex("ffffffffffffffffffffffffffffffff 0033 02  0000 0018"
                                                                " 40 01 01 00  40 02 0a 02 02 00 00 fd f2 00 00 00 0a"
                                                                " 40 03 04 c0 00 02 01  18 0a 01 02"))});
    updates.clear();
    packer.pack(group_of(nullptr, ipv4_unicast, false, nlri, 1), updates);
    CHECK(texts(updates) ==
          std::vector<std::string>{to_hex(hex("ffffffffffffffffffffffffffffffff 001b 02  0004 18 0a 01 02 0000"))});
}

TEST_CASE("End-of-RIB is as RFC 4724 section 2 has it")
{
    UpdatePacker packer{{.families = {ipv4_unicast, ipv6_unicast}}};
    PackedUpdates updates;
    packer.pack_end_of_rib(ipv4_unicast, updates);
    packer.pack_end_of_rib(ipv6_unicast, updates);
    packer.pack_end_of_rib({Afi::l2vpn, Safi::evpn}, updates);
    CHECK(texts(updates) ==
          std::vector<std::string>{to_hex(hex("ffffffffffffffffffffffffffffffff 0017 02 0000 0000")),
                                   to_hex(hex("ffffffffffffffffffffffffffffffff 001d 02 0000 0006 80 0f 03 00 02 01")),
                                   to_hex(hex("ffffffffffffffffffffffffffffffff 001d 02 0000 0006 80 0f 03 00 19 46"))});
    CHECK(updates.messages()[0].routes == 0);
    CHECK(updates.announced() + updates.withdrawn() == 0);
}

TEST_CASE("what cannot be told is counted, and the rest is told")
{
    AttributePool pool;
    std::mt19937 random(1);
    const Prefixes prefixes{random, 10, 32};
    const auto joined = Prefixes::joined(prefixes.without_ids);
    PackedUpdates updates;

    UpdatePacker packer{{.external = false, .families = {ipv4_unicast}, .configured = {ipv4_unicast, ipv6_unicast}}};
    const auto v6 = pool.intern(hex("40 01 01 00"), Octets(16, 1));
    packer.pack(group_of(v6.get(), ipv6_unicast, false, joined, 10), updates);
    CHECK(packer.left_out().of(LeftOutReason::not_negotiated).routes == 10);
    packer.pack(group_of(v6.get(), {Afi::ipv6, Safi::multicast}, false, joined, 10), updates);
    CHECK(packer.left_out().of(LeftOutReason::not_configured).routes == 10);
    packer.pack(group_of(v6.get(), ipv4_unicast, false, joined, 10), updates);
    CHECK(packer.left_out().of(LeftOutReason::no_next_hop).routes == 10);
    const auto large = pool.intern(reference::attribute(0xc0, 99, Octets(4096, 1)), hex("01 02 03 04"));
    packer.pack(group_of(large.get(), ipv4_unicast, false, joined, 10), updates);
    CHECK(packer.left_out().of(LeftOutReason::too_large).routes == 10);
    CHECK(updates.messages().empty());
    CHECK(packer.measure(group_of(large.get(), ipv4_unicast, false, joined, 10)).room == 0);
    CHECK(packer.left_out().of(LeftOutReason::too_large).routes == 10);   // measuring leaves nothing out
}

TEST_CASE("a prefix too long for what the attributes leave is passed over, those behind it are told")
{
    // 23 + AS_PATH 3 + NEXT_HOP 7 + LOCAL_PREF 7 + header 4 + value = 4094: two octets are left.
    AttributePool pool;
    const auto set = pool.intern(reference::attribute(0xc0, 99, Octets(4050, 1)), hex("01 02 03 04"));
    Octets nlri = hex("20 0a 01 01 01  08 0a  20 0a 01 01 01  08 0b");
    nlri.resize(nlri.size() + copy_slack);
    UpdatePacker packer{{.external = false, .families = {ipv4_unicast}}};
    PackedUpdates updates;
    packer.pack(group_of(set.get(), ipv4_unicast, false, nlri, 4), updates);
    REQUIRE(updates.messages().size() == 2);
    CHECK(packer.left_out().of(LeftOutReason::too_large).routes == 2);
    CHECK(updates.octets().size() == 2 * 4096);
    CHECK(to_hex(updates.octets().subspan(4094, 2)) == "080a");
    CHECK(to_hex(updates.octets().last(2)) == "080b");
}

TEST_CASE("peers patch their own AS and next hop over shared octets")
{
    AttributePool pool;
    const auto set = pool.intern(hex("40 01 01 00  40 02 06 02 01 00 00 00 0a"), {});
    UpdatePacker packer{
        {.external = true, .next_hop_mode = NextHopMode::self, .has_other_self = true, .families = {ipv4_unicast, ipv6_unicast}}};
    PackedUpdates updates;
    Octets v4 = hex("08 0a");
    v4.resize(v4.size() + copy_slack);
    Octets v6 = hex("20 20 01 0d b8");
    v6.resize(v6.size() + copy_slack);
    packer.pack(group_of(set.get(), ipv4_unicast, false, v4, 1), updates);
    packer.pack(group_of(nullptr, ipv4_unicast, false, v4, 1), updates);   // nothing to patch in this one
    packer.pack(group_of(set.get(), ipv6_unicast, false, v6, 1), updates);
    REQUIRE(updates.needs_patch());

    const std::string path = "40 01 01 00  40 02 0a 02 02 00 01 11 70 00 00 00 0a";
    const auto first = hex("ffffffffffffffffffffffffffffffff 0031 02 0000 0018 " + path + "40 03 04 c0 00 02 01  08 0a");
    const auto second = hex("ffffffffffffffffffffffffffffffff 0019 02 0002 08 0a 0000");
    const auto third_v4 = hex("ffffffffffffffffffffffffffffffff 0045 02 0000 002e 80 0e 1a 00 02 01 10"
                              "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09 00 20 20 01 0d b8" +
                              path);
    const auto third_v6 = hex("ffffffffffffffffffffffffffffffff 0045 02 0000 002e 80 0e 1a 00 02 01 10"
                              "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 07 00 20 20 01 0d b8" +
                              path);

    Octets copy(updates.octets().begin(), updates.octets().end());
    patch(copy, updates, 0, 3, {{70000}, Ipv4Address{0xc0000201}, *IpAddress::from_text("2001:db8::9")});
    CHECK(to_hex(copy) == to_hex(first) + to_hex(second) + to_hex(third_v4));

    // Only the last two messages, with another peer's values.
    const auto part = updates.octets().subspan(updates.message_begin(1));
    Octets rest(part.begin(), part.end());
    patch(rest, updates, 1, 3, {{70000}, *IpAddress::from_text("2001:db8::7")});
    CHECK(to_hex(rest) == to_hex(second) + to_hex(third_v6));
}

TEST_CASE("an IPv6 self gives IPv4 routes an IPv6 next hop, or none at all")
{
    AttributePool pool;
    const auto set = pool.intern(hex("40 01 01 00  40 02 00"), {});
    Octets nlri = hex("08 0a");
    nlri.resize(nlri.size() + copy_slack);
    PackOptions options{.external = true, .next_hop_mode = NextHopMode::self, .self_is_ipv6 = true, .families = {ipv4_unicast}};
    PackedUpdates updates;
    UpdatePacker without{options};
    without.pack(group_of(set.get(), ipv4_unicast, false, nlri, 1), updates);
    CHECK(without.left_out().of(LeftOutReason::no_next_hop).routes == 1);
    options.extended_next_hop = {ipv4_unicast};
    UpdatePacker with{options};
    with.pack(group_of(set.get(), ipv4_unicast, false, nlri, 1), updates);
    REQUIRE(updates.messages().size() == 1);
    CHECK(updates.messages()[0].next_hop_octets == 16);
}

TEST_CASE("several labels are told where the session has agreed to them, and left out elsewhere: RFC 8277 sections 2.1 to 2.3")
{
    const Family labeled{Afi::ipv4, Safi::labeled_unicast};
    AttributePool pool;
    const auto set = pool.intern(hex("40 01 01 00  40 02 00  40 05 04 00 00 00 64"), hex("c0 00 02 01"));
    const std::string stack1 = "48 000640 000c81 0a0001", single2 = "30 000c81 0a0002", stack3 = "48 000640 000c81 0a0003",
                      single4 = "30 000c81 0a0004";
    Octets nlri = hex(stack1 + single2 + stack3 + single4);
    nlri.resize(nlri.size() + copy_slack);
    const auto group = group_of(set.get(), labeled, false, nlri, 4);
    const std::string attributes = "40 01 01 00  40 02 00  40 05 04 00 00 00 64";

    PackOptions options{.external = false, .families = {labeled}};
    UpdatePacker without{options};
    PackedUpdates updates;
    without.pack(group, updates);
    // 19 + 4 + (3 + 2 + 1 + 1 + 4 + 1 + 7) + 14 = 56
    const std::string before = "ffffffffffffffffffffffffffffffff 0038 02 0000 0021  80 0e 10 0001 04 04 c0000201 00 ";
    CHECK(texts(updates) ==
          std::vector<std::string>{to_hex(hex(before + single2 + attributes)), to_hex(hex(before + single4 + attributes))});
    const auto& left_out = without.left_out();
    CHECK(left_out.routes() == 2);
    CHECK(left_out.of(LeftOutReason::labels_not_negotiated).routes == 2);
    CHECK(left_out.of(LeftOutReason::labels_not_negotiated).sample == "ipv4-lu 10.0.1.0/24");
    REQUIRE(left_out.stretches().size() == 2);
    CHECK(left_out.stretches()[0].first == 0);
    CHECK(left_out.stretches()[1].first == 2);
    CHECK(left_out.stretches()[1].routes == 1);

    options.multiple_labels = {labeled};
    UpdatePacker with{options};
    updates.clear();
    with.pack(group, updates);
    // 19 + 4 + (3 + 2 + 1 + 1 + 4 + 1 + 34) + 14 = 83
    CHECK(texts(updates) == std::vector<std::string>{
                                to_hex(hex("ffffffffffffffffffffffffffffffff 0053 02 0000 003c  80 0e 2b 0001 04 04 c0000201 00" +
                                           stack1 + single2 + stack3 + single4 + attributes))});
    CHECK(with.left_out().empty());

    // Of a family that the session does not have, that is the reason.
    UpdatePacker of_others{{.external = false, .families = {ipv4_unicast}, .configured = {ipv4_unicast}}};
    of_others.pack(group, updates);
    CHECK(of_others.left_out().of(LeftOutReason::not_configured).routes == 4);
}

TEST_CASE("a label stack with a route distinguisher and a path identifier is one, too")
{
    const Family vpn{Afi::ipv6, Safi::mpls_vpn};
    AttributePool pool;
    const auto set = pool.intern(hex("40 01 01 00"), hex("20010db8000000000000000000000001"));
    // 2 x 24 + 64 + 32 bits; one label of a /24 whose last bit is not set, with no other behind it
    Octets nlri = hex("00000001 90 000640 000c81 0000fde800000001 20010db8  00000002 70 000640 0000fce200000002 200102");
    nlri.resize(nlri.size() + copy_slack);
    UpdatePacker packer{{.external = false, .families = {vpn}, .add_path = {vpn}}};
    PackedUpdates updates;
    packer.pack(group_of(set.get(), vpn, true, nlri, 2), updates);
    CHECK(packer.left_out().of(LeftOutReason::labels_not_negotiated).routes == 1);
    CHECK(packer.left_out().of(LeftOutReason::labels_not_negotiated).sample == "vpnv6 65000:1 2001:db8::/32");
    REQUIRE(updates.messages().size() == 1);
    CHECK(updates.messages()[0].routes == 1);
    CHECK(to_hex(updates.octets())
              .contains("0000000270"
                        "000640"
                        "0000fce200000002"
                        "200102"));
}

TEST_CASE("what is withdrawn has one label, whatever it was announced with: RFC 8277 section 2.4")
{
    const Family labeled{Afi::ipv4, Safi::labeled_unicast}, vpn{Afi::ipv4, Safi::mpls_vpn};
    Octets nlri = hex("48 000640 000c81 0a0001  30 000c81 0a0002  30 800000 0a0003");
    nlri.resize(nlri.size() + copy_slack);
    Octets of_vpn = hex("00000007 88 000640 000c81 0000fde800000001 0a0001");
    of_vpn.resize(of_vpn.size() + copy_slack);
    for (const FamilySet agreed : {FamilySet{}, FamilySet{labeled, vpn}}) {
        UpdatePacker packer{{.external = false, .families = {labeled, vpn}, .add_path = {vpn}, .multiple_labels = agreed}};
        PackedUpdates updates;
        packer.pack(group_of(nullptr, labeled, false, nlri, 3), updates);
        packer.pack(group_of(nullptr, vpn, true, of_vpn, 1), updates);
        // 19 + 4 + 3 + 3 + 21 = 50; 19 + 4 + 3 + 3 + 19 = 48
        CHECK(texts(updates) ==
              std::vector<std::string>{to_hex(hex("ffffffffffffffffffffffffffffffff 0032 02 0000 001b  80 0f 18 0001 04"
                                                  "30 800000 0a0001  30 000c81 0a0002  30 800000 0a0003")),
                                       to_hex(hex("ffffffffffffffffffffffffffffffff 0030 02 0000 0019  80 0f 16 0001 80"
                                                  "00000007 70 800000 0000fde800000001 0a0001"))});
        CHECK(packer.left_out().empty());
        CHECK(updates.withdrawn() == 4);
    }
}

}   // namespace barrage
