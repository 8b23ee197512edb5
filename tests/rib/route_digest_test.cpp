#include "tests/support/doctest.hpp"

#include <algorithm>
#include <random>

#include "rib/route_digest.hpp"

namespace barrage {

namespace {

Ipv4Prefix v4(std::uint32_t address, std::uint8_t length) { return {Ipv4Address{address}, length}; }

}   // namespace

TEST_CASE("a prefix has one number, and another for another length, family or path identifier")
{
    PrefixIndex index;
    const Ipv6Prefix v6{*Ipv6Address::from_text("2001:db8::"), 32};
    const PrefixIndex::Number numbers[] = {index.number_of(v4(0x0a000000, 8), {}),
                                           index.number_of(v4(0x0a000000, 9), {}),
                                           index.number_of(v4(0x0a000000, 8), PathId{1}),
                                           index.number_of(v6, {}),
                                           index.number_of(v6, PathId{1}),
                                           index.number_of(Ipv6Prefix{}, {}),
                                           index.number_of(Ipv4Prefix{}, {}),
                                           index.number_of(Ipv4Prefix{}, PathId{1}),
                                           index.number_of(Ipv6Prefix{}, PathId{1})};
    for (std::size_t i = 0; i < std::size(numbers); ++i) CHECK(numbers[i] == i);   // in the order of first sight
    CHECK(index.size() == std::size(numbers));
    CHECK(index.number_of(v4(0x0a000000, 8), {}) == 0);
    CHECK(index.number_of(v6, PathId{1}) == 4);
    std::vector<std::uint64_t> hashes;
    for (const auto number : numbers) hashes.push_back(index.hash(number));
    std::ranges::sort(hashes);
    CHECK(std::ranges::adjacent_find(hashes) == hashes.end());
}

TEST_CASE("numbers stay with their prefixes however many there are, neighbours and strangers")
{
    std::mt19937 random(11);
    std::vector<Ipv4Prefix> prefixes;
    for (std::uint32_t i = 0; i < 3000; ++i) prefixes.push_back(v4(0x0a000000 + (i << 8), 24));   // a range: full lines
    for (std::uint32_t i = 0; i < 3000; ++i) prefixes.push_back(v4(i << 16, 16));
    for (int i = 0; i < 20'000; ++i) prefixes.push_back(v4(static_cast<std::uint32_t>(random()), 32));
    for (std::uint8_t length = 0; length <= 32; ++length) prefixes.push_back(v4(length == 0 ? 0 : 0x80000000, length));
    std::ranges::sort(prefixes);
    const auto [same_begin, same_end] = std::ranges::unique(prefixes);
    prefixes.erase(same_begin, same_end);
    std::ranges::shuffle(prefixes, random);

    PrefixIndex index;
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
        index.prefetch(prefixes[i]);
        REQUIRE(index.number_of(prefixes[i], {}) == i);
        REQUIRE(index.number_of(prefixes[i / 2], {}) == i / 2);
    }
    for (std::size_t i = 0; i < prefixes.size(); ++i) REQUIRE(index.number_of(prefixes[i], {}) == i);
    CHECK(index.size() == prefixes.size());
}

TEST_CASE("distinct, live and digest follow announcements and withdrawals")
{
    PrefixIndex index;
    RouteDigest rib{index};
    const auto a = index.number_of(v4(0x0a000000, 8), {});
    const auto b = index.number_of(v4(0x0b000000, 8), {});
    CHECK(rib.digest() == 0);
    rib.withdraw(b);   // never announced: nothing
    CHECK(rib.distinct() == 0);
    rib.announce(a, 77);
    const auto only_a = rib.digest();
    CHECK(only_a != 0);
    rib.announce(a, 77);
    CHECK(rib.digest() == only_a);
    rib.announce(b, 0);   // any value is a digest
    CHECK(rib.distinct() == 2);
    CHECK(rib.live() == 2);
    rib.announce(a, 78);   // replaces
    CHECK(rib.live() == 2);
    CHECK(rib.distinct() == 2);
    rib.announce(a, 77);
    rib.withdraw(b);
    rib.withdraw(b);
    CHECK(rib.live() == 1);
    CHECK(rib.distinct() == 2);
    CHECK(rib.digest() == only_a);
    rib.announce(b, 5);
    CHECK(rib.distinct() == 2);   // was announced before
}

TEST_CASE("equal tables have equal digests, whatever came before, in any order and of any numbers")
{
    std::mt19937 random(3);
    struct Route {
        Ipv4Prefix prefix;
        PathId path_id;
        std::uint64_t attributes;
    };
    std::vector<Route> routes;
    for (std::uint32_t i = 0; i < 500; ++i) routes.push_back({v4(i << 12, 20), PathId{i % 3}, random() % 20});

    PrefixIndex one_index;
    RouteDigest one{one_index};
    for (const auto& route : routes) one.announce(one_index.number_of(route.prefix, route.path_id), route.attributes);

    PrefixIndex other_index;
    other_index.number_of(v4(0xff000000, 8), {});
    RouteDigest other{other_index};
    for (const auto& route : routes)   // other attributes first, and some that go again
        other.announce(other_index.number_of(route.prefix, route.path_id), random());
    std::ranges::shuffle(routes, random);
    for (const auto& route : routes) other.withdraw(other_index.number_of(route.prefix, route.path_id));
    const auto stray = other_index.number_of(v4(0xfe000000, 8), {});
    other.announce(stray, 1);
    for (const auto& route : routes) other.announce(other_index.number_of(route.prefix, route.path_id), route.attributes);
    CHECK(other.digest() != one.digest());
    other.withdraw(stray);
    CHECK(other.digest() == one.digest());
    CHECK(other.live() == one.live());

    // One attribute digest, one path identifier, or two routes that swap their attributes make another table.
    const auto number = [&](const Route& route) { return other_index.number_of(route.prefix, route.path_id); };
    other.announce(number(routes[0]), 1000);
    CHECK(other.digest() != one.digest());
    const auto a = std::ranges::find_if(routes, [](const Route& route) { return route.attributes == 5; });
    const auto b = std::ranges::find_if(routes, [](const Route& route) { return route.attributes == 6; });
    other.announce(number(routes[0]), routes[0].attributes);
    REQUIRE(other.digest() == one.digest());
    other.announce(number(*a), b->attributes);
    other.announce(number(*b), a->attributes);
    CHECK(other.digest() != one.digest());
}

TEST_CASE("peers share numbers, and nothing else")
{
    PrefixIndex index;
    RouteDigest one{index};
    RouteDigest two{index};
    const auto a = index.number_of(v4(0x0a000000, 8), {});
    one.announce(a, 5);
    CHECK(two.live() == 0);
    two.withdraw(a);
    CHECK(one.live() == 1);
    two.announce(a, 5);
    CHECK(one.digest() == two.digest());
}

TEST_CASE("a prefix that is only withdrawn is not remembered")
{
    PrefixIndex index;
    CHECK(index.find(v4(0x0a000000, 8), {}) == PrefixIndex::none);
    CHECK(index.find(v4(0x0a000000, 8), {7}) == PrefixIndex::none);
    CHECK(index.find(Ipv6Prefix{}, {}) == PrefixIndex::none);
    CHECK(index.size() == 0);
    RouteDigest rib{index};
    rib.withdraw(PrefixIndex::none);
    CHECK(rib.live() == 0);
    const auto a = index.number_of(v4(0x0a000000, 8), {});
    CHECK(index.find(v4(0x0a000000, 8), {}) == a);
}

TEST_CASE("what only peers announced that are gone is forgotten, and its numbers are used again")
{
    PrefixIndex index;
    RouteDigest stays{index};
    const auto kept = index.number_of(v4(0x0b000000, 8), {});
    stays.announce(kept, 5);
    const auto digest = stays.digest();
    for (std::uint32_t session = 0; session < 50; ++session) {
        RouteDigest goes{index};
        for (std::uint32_t i = 0; i < 200; ++i) {
            const auto at = session * 200 + i;
            goes.announce(index.number_of(v4(at << 8, 24), {}), 5);
            goes.announce(index.number_of(v4(at << 8, 24), {at + 1}), 5);
        }
        CHECK(goes.distinct() == 400);
        const auto of_session = goes.digest();
        goes.release();
        CHECK(goes.distinct() == 400);   // counts and digest stay
        CHECK(goes.live() == 400);
        CHECK(goes.digest() == of_session);
    }
    CHECK(index.known() == 1);
    CHECK(index.size() <= 401);
    CHECK(index.find(v4(0x0b000000, 8), {}) == kept);
    stays.announce(index.number_of(v4(0x0c000000, 8), {}), 6);
    stays.withdraw(index.find(v4(0x0c000000, 8), {}));
    CHECK(stays.digest() == digest);
    stays.release();
    CHECK(index.size() == 0);
}

}   // namespace barrage
