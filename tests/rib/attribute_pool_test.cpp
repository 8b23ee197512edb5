#include "tests/support/doctest.hpp"

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "codec/iana.hpp"
#include "rib/attribute_pool.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

bool equal(OctetView a, OctetView b) { return to_hex(a) == to_hex(b); }

// ORIGIN IGP, AS_PATH 65001 (four octets)
const auto origin_and_path = hex("40 01 01 00  40 02 06 02 01 00 00 fd e9");

}   // namespace

TEST_CASE("equal attribute sets are one, and octets are kept")
{
    AttributePool pool;
    const auto a = pool.intern(origin_and_path, hex("0a 00 00 01"));
    const auto b = pool.intern(Octets{origin_and_path}, hex("0a 00 00 01"));
    CHECK(a == b);
    CHECK(a.get() == b.get());
    CHECK(pool.size().sets == 1);
    CHECK(pool.size().octets == 13 + 4);
    CHECK(equal(a->octets(), origin_and_path));
    CHECK(equal(a->next_hop(), hex("0a 00 00 01")));
}

TEST_CASE("sets that differ in attributes, in next hop or in where one ends and the other begins are not one")
{
    AttributePool pool;
    const auto a = pool.intern(hex("40 01 01 00"), hex("0a 00 00 01"));
    CHECK(a != pool.intern(hex("40 01 01 01"), hex("0a 00 00 01")));
    CHECK(a != pool.intern(hex("40 01 01 00"), hex("0a 00 00 02")));
    CHECK(a != pool.intern(hex("40 01 01 00"), {}));
    CHECK(a != pool.intern(hex("40 01 01 00 0a"), hex("00 00 01")));
    CHECK(pool.size().sets == 1);   // the others were given up at once
}

TEST_CASE("the last reference gives a set back")
{
    AttributePool pool;
    auto a = pool.intern(origin_and_path, {});
    auto copy = a;
    auto moved = std::move(copy);
    a = {};
    CHECK(pool.size().sets == 1);
    moved = {};
    CHECK(pool.size().sets == 0);
    CHECK(pool.size().octets == 0);
    CHECK(equal(pool.intern(origin_and_path, {})->octets(), origin_and_path));
}

TEST_CASE("an empty set and the largest are kept")
{
    AttributePool pool;
    CHECK(pool.intern({}, {})->octets().empty());
    Octets large = hex("c0 63 ff fb");   // type 99 with an extended length; 65531 octets of value
    large[0] |= flag_extended_length;
    large.resize(65535, 0x5a);
    const auto next_hop = Octets(255, 7);
    const auto set = pool.intern(large, next_hop);
    CHECK(equal(set->octets(), large));
    CHECK(equal(set->next_hop(), next_hop));
}

TEST_CASE("a set knows where its AS_PATH stands and what eBGP drops")
{
    struct Row {
        const char* name;
        const char* octets;
        std::size_t at, end;
        bool internal_only, local_pref;
    };
    const Row rows[] = {
        {"origin and path", "40 01 01 00  40 02 06 02 01 00 00 fd e9", 4, 13, false, false},
        {"no path: its place is behind ORIGIN", "40 01 01 00  80 04 04 00 00 00 05", 4, 4, false, false},
        {"neither", "80 04 04 00 00 00 05", 0, 0, false, false},
        {"nothing", "", 0, 0, false, false},
        {"path of extended length", "40 02 06 02 01 00 00 fd e9  40 05 04 00 00 00 64", 0, 9, true, true},
        {"ORIGINATOR_ID", "40 01 01 00  40 02 00  80 09 04 01 02 03 04", 4, 7, true, false},
        {"CLUSTER_LIST", "40 01 01 00  40 02 00  80 0a 04 01 02 03 04", 4, 7, true, false},
    };
    AttributePool pool;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto set = pool.intern(hex(row.octets), {});
        CHECK(set->as_path_at() == row.at);
        CHECK(set->as_path_end() == row.end);
        CHECK(set->has_internal_only() == row.internal_only);
        CHECK(set->has_local_pref() == row.local_pref);
    }
}

TEST_CASE("threads intern and release the same sets at once")
{
    AttributePool pool;
    constexpr int threads = 4;
    std::atomic<int> wrong{0};
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t)
        running.emplace_back([&, t] {
            std::minstd_rand random(static_cast<unsigned>(t + 1));
            std::vector<AttributeSetRef> held(16);
            for (int i = 0; i < 20'000; ++i) {
                const auto which = static_cast<std::uint8_t>(random() % 8);   // few, so that they meet
                const Octets octets{0x80, 0x04, 0x04, 0, 0, 0, which};
                auto set = pool.intern(octets, {});
                if (set->octets().size() != 7 || set->octets()[6] != which) ++wrong;
                held[random() % held.size()] = i % 3 == 0 ? AttributeSetRef{} : std::move(set);
            }
        });
    for (auto& thread : running) thread.join();
    CHECK(wrong == 0);
    CHECK(pool.size().sets == 0);
    CHECK(pool.size().octets == 0);
}

}   // namespace barrage
