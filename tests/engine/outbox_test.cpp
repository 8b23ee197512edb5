#include "tests/support/doctest.hpp"

#include "engine/outbox.hpp"
#include "rib/attribute_pool.hpp"
#include "rib/update_packer.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

/// A window of single-prefix messages, each with its next hop to be patched.
std::shared_ptr<const PackedUpdates> window(AttributePool& pool, std::uint8_t routes, bool patched)
{
    UpdatePacker packer{{.external = false,
                         .next_hop_mode = patched ? NextHopMode::self : NextHopMode::keep,
                         .max_routes_per_update = 1,
                         .families = {ipv4_unicast}}};
    const auto set = pool.intern(hex("40 01 01 00  40 02 00"), hex("01 01 01 01"));
    auto updates = std::make_shared<PackedUpdates>();
    Octets nlri;
    for (std::uint8_t i = 0; i < routes; ++i) nlri.insert(nlri.end(), {16, 10, i});
    const auto size = nlri.size();
    nlri.resize(size + copy_slack);
    packer.pack({.attributes = set.get(), .nlri = OctetView{nlri}.first(size), .routes = routes}, *updates);
    return updates;
}

std::string message(const char* next_hop, int route)
{
    // 23 + ORIGIN 4, AS_PATH 3, NEXT_HOP 7, LOCAL_PREF 7 + 3 = 47
    return to_hex(hex("ffffffffffffffffffffffffffffffff 002f 02 0000 0015 40010100 400200 400304" + std::string{next_hop} +
                      "40050400000064 10 0a")) +
           to_hex(Octets{static_cast<std::uint8_t>(route)});
}

constexpr auto self = "7f000005";
const PeerPatch values{{65001}, Ipv4Address{0x7f000005}};
const Octets keepalive = hex("ffffffffffffffffffffffffffffffff 0013 04");
const Octets other = hex("ffffffffffffffffffffffffffffffff 0013 05");

/// Takes at most `count` octets, as a kernel does.
std::string take(Outbox& outbox, PatchBuffer& buffer, std::size_t count)
{
    std::string taken;
    while (count > 0 && !outbox.empty()) {
        const auto octets = outbox.front(buffer, values);
        REQUIRE(!octets.empty());
        const auto part = std::min(octets.size(), count);
        taken += to_hex(octets.first(part));
        outbox.written(part);
        count -= part;
    }
    return taken;
}

}   // namespace

TEST_CASE("octets come out whole, wherever the kernel cuts them")
{
    AttributePool pool;
    for (const bool patched : {false, true}) {
        const auto updates = window(pool, 4, patched);
        const auto* hop = patched ? self : "01010101";
        const auto expected =
            to_hex(keepalive) + message(hop, 1) + message(hop, 2) + message(hop, 3) + to_hex(other) + message(hop, 0);
        for (std::size_t first = 1; first < expected.size() / 2; ++first)
            for (const std::size_t then : {std::size_t{1}, std::size_t{13}, std::size_t{47}, std::size_t{1000}}) {
                Outbox outbox;
                PatchBuffer buffer;
                outbox.push(keepalive);
                outbox.push(updates, 1, 4);
                outbox.push(other);
                outbox.push(updates, 0, 1);
                CHECK(outbox.octets() == expected.size() / 2);
                std::string taken = take(outbox, buffer, first);
                REQUIRE(outbox.octets() == expected.size() / 2 - first);
                while (!outbox.empty()) taken += take(outbox, buffer, then);
                REQUIRE(taken == expected);
                REQUIRE(outbox.octets() == 0);
                REQUIRE(outbox.on_the_wire().octets == expected.size() / 2);
                REQUIRE(outbox.on_the_wire().messages == 6);
                REQUIRE(outbox.on_the_wire().updates == 4);
                REQUIRE(outbox.on_the_wire().routes == 4);
            }
    }
}

TEST_CASE("an urgent message goes out between messages, as soon as the one that was begun is through")
{
    AttributePool pool;
    for (const bool patched : {false, true}) {
        const auto updates = window(pool, 3, patched);
        const auto* hop = patched ? self : "01010101";
        const std::string messages[] = {message(hop, 0), message(hop, 1), message(hop, 2)};
        for (std::size_t written = 0; written <= 3 * 47; ++written) {
            CAPTURE(written);
            Outbox outbox;
            PatchBuffer buffer;
            outbox.push(updates, 0, 3);
            auto taken = take(outbox, buffer, written);
            outbox.push_urgent(keepalive);
            outbox.push_urgent(other);
            REQUIRE(outbox.octets() == 3 * 47 + 38 - written);
            taken += take(outbox, buffer, 1000);
            std::string expected;
            const auto before = (written + 46) / 47;
            for (std::size_t i = 0; i < 3; ++i) {
                if (i == before) expected += to_hex(keepalive) + to_hex(other);
                expected += messages[i];
            }
            if (before == 3) expected += to_hex(keepalive) + to_hex(other);
            REQUIRE(taken == expected);
            REQUIRE(outbox.on_the_wire().routes == 3);
            REQUIRE(outbox.handed_over().messages == 5);
            REQUIRE(outbox.on_the_wire().messages == 5);
        }
    }
}

TEST_CASE("an urgent message never overtakes another control message")
{
    Outbox outbox;
    PatchBuffer buffer;
    outbox.push(other);   // an OPEN, say
    outbox.push_urgent(keepalive);
    CHECK(take(outbox, buffer, 1000) == to_hex(other) + to_hex(keepalive));
    outbox.push(other);
    CHECK(take(outbox, buffer, 5).size() == 10);
    outbox.push_urgent(keepalive);
    CHECK(take(outbox, buffer, 1000) == to_hex(other).substr(10) + to_hex(keepalive));
}

TEST_CASE("before a NOTIFICATION everything goes but the message that was begun")
{
    AttributePool pool;
    const auto updates = window(pool, 3, true);
    for (std::size_t written = 0; written <= 3 * 47; ++written) {
        CAPTURE(written);
        Outbox outbox;
        PatchBuffer buffer;
        outbox.push(updates, 0, 3);
        outbox.push(keepalive);
        auto taken = take(outbox, buffer, written);
        outbox.keep_only_begun();
        outbox.push(other);
        REQUIRE(outbox.octets() == (written + 46) / 47 * 47 - written + 19);
        taken += take(outbox, buffer, 1000);
        std::string expected;
        for (std::size_t i = 0; i < (written + 46) / 47; ++i) expected += message(self, static_cast<int>(i));
        REQUIRE(taken == expected + to_hex(other));
    }
}

TEST_CASE("what is dropped was handed over, and never on the wire")
{
    AttributePool pool;
    const auto updates = window(pool, 3, false);
    Outbox outbox;
    PatchBuffer buffer;
    outbox.push(updates, 0, 3);
    outbox.push(updates, 2, 2);   // nothing
    take(outbox, buffer, 50);
    outbox.clear();
    CHECK(outbox.empty());
    CHECK(outbox.octets() == 0);
    CHECK(outbox.handed_over().octets == 3 * 47);
    CHECK(outbox.handed_over().updates == 3);
    CHECK(outbox.handed_over().routes == 3);
    CHECK(outbox.on_the_wire().octets == 50);
    CHECK(outbox.on_the_wire().updates == 1);
    CHECK(outbox.on_the_wire().routes == 1);
    CHECK(outbox.front(buffer, values).empty());
}

TEST_CASE("peers that share a patch buffer each get their own values")
{
    AttributePool pool;
    const auto updates = window(pool, 2, true);
    PatchBuffer buffer;
    Outbox one;
    Outbox two;
    one.push(updates, 0, 2);
    two.push(updates, 0, 2);
    const PeerPatch of_two{{65002}, Ipv4Address{0x7f000006}};
    CHECK(to_hex(one.front(buffer, values).first(47)) == message(self, 0));
    one.written(20);
    CHECK(to_hex(two.front(buffer, of_two)) == message("7f000006", 0) + message("7f000006", 1));
    CHECK(to_hex(one.front(buffer, values)) == (message(self, 0) + message(self, 1)).substr(40));
}

}   // namespace barrage
