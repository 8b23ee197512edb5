#include "tests/support/doctest.hpp"

#include "rib/route_set.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

struct Given {
    RouteBatch::Kind kind;
    Family family;
    const char* attributes;
    const char* nlri;
    std::uint32_t routes;
    bool path_ids = false;
};

constexpr auto announce = RouteBatch::Kind::announce;
constexpr auto withdraw = RouteBatch::Kind::withdraw;
constexpr auto igp = "40 01 01 00";
constexpr auto egp = "40 01 01 01";

std::shared_ptr<const RouteSet> build(AttributePool& pool, RouteSetBuilder::Order order, std::initializer_list<Given> all)
{
    RouteSetBuilder builder{pool, order};
    for (const auto& given : all) {
        const auto attributes = hex(given.attributes);
        const auto next_hop = given.kind == announce ? hex("01 02 03 04") : Octets{};
        const auto nlri = hex(given.nlri);
        builder.add({given.kind, given.family, attributes, next_hop, nlri, given.path_ids, given.routes});
    }
    return std::move(builder).finish();
}

std::vector<std::string> nlri_of(const RouteSet& set)
{
    std::vector<std::string> all;
    Octets none;
    for (std::size_t i = 0; i < set.groups().size(); ++i) all.push_back(to_hex(set.nlri(i, none)));
    return all;
}

}   // namespace

TEST_CASE("a table's routes come together by attribute set, in the order of the sets' first use")
{
    AttributePool pool;
    const auto set = build(pool, RouteSetBuilder::Order::by_attribute_set,
                           {{announce, ipv4_unicast, igp, "18 0a 00 00  18 0a 00 01", 2},
                            {announce, ipv4_unicast, egp, "10 0b 00", 1},
                            {announce, ipv6_unicast, igp, "20 20 01 0d b8", 1},
                            {announce, ipv4_unicast, igp, "08 0c", 1},
                            {announce, ipv4_unicast, igp, "00 00 00 05 08 0d", 1, true},
                            {announce, ipv4_unicast, egp, "", 0},
                            {announce, ipv4_unicast, egp, "08 0e", 1}});
    CHECK(nlri_of(*set) == std::vector<std::string>{"180a0000180a0001080c", "100b00080e", "2020010db8", "00000005080d"});
    CHECK(set->groups()[0].routes == 3);
    CHECK(set->groups()[1].routes == 2);
    CHECK(set->groups()[0].attributes == set->groups()[2].attributes);
    CHECK(set->groups()[0].attributes != set->groups()[1].attributes);
    CHECK(set->groups()[3].has_path_ids);
    CHECK(set->announced() == 7);
    CHECK(set->withdrawn() == 0);
    CHECK(set->families() == FamilySet{ipv4_unicast, ipv6_unicast});
}

TEST_CASE("updates keep their order: only neighbours of equal attributes come together")
{
    AttributePool pool;
    const auto set = build(pool, RouteSetBuilder::Order::as_given,
                           {{announce, ipv4_unicast, igp, "08 01", 1},
                            {announce, ipv4_unicast, igp, "08 02", 1},
                            {withdraw, ipv4_unicast, "", "08 01", 1},
                            {withdraw, ipv4_unicast, "", "08 02", 1},
                            {announce, ipv4_unicast, egp, "08 03", 1},
                            {announce, ipv4_unicast, igp, "08 01", 1}});
    CHECK(nlri_of(*set) == std::vector<std::string>{"08010802", "08010802", "0803", "0801"});
    CHECK(set->groups()[1].withdraw);
    CHECK(!set->groups()[1].attributes);
    CHECK(set->announced() == 4);
    CHECK(set->withdrawn() == 2);
    CHECK(pool.size().sets == 2);
}

TEST_CASE("an empty source makes an empty set")
{
    AttributePool pool;
    for (const auto order : {RouteSetBuilder::Order::as_given, RouteSetBuilder::Order::by_attribute_set})
        CHECK(build(pool, order, {})->groups().empty());
}

TEST_CASE("a set keeps its attributes alive, and gives them back")
{
    AttributePool pool;
    {
        const auto set = build(pool, RouteSetBuilder::Order::by_attribute_set, {{announce, ipv4_unicast, igp, "08 01", 1}});
        CHECK(pool.size().sets == 1);
    }
    CHECK(pool.size().sets == 0);
}

TEST_CASE("a set of a table's shape takes less than 40 octets a route, whatever its attributes take")
{
    AttributePool pool;
    RouteSetBuilder builder{pool, RouteSetBuilder::Order::by_attribute_set};
    constexpr std::uint32_t routes = 60'000;
    for (std::uint32_t i = 0; i < routes; ++i) {
        // A set for every four routes, as in a real table; its routes far apart.
        const auto set = i * 7919 % (routes / 4);
        Octets attributes = hex("80 04 04 00 00");
        Writer{attributes}.u16(static_cast<std::uint16_t>(set));
        Octets nlri{24};
        Writer{nlri}.u24(i);
        builder.add({announce, ipv4_unicast, attributes, attributes, nlri, false, 1});
    }
    CHECK(builder.size() == routes);
    const auto set = std::move(builder).finish();
    CHECK(set->groups().size() == routes / 4);
    CHECK(set->memory_octets() < 40 * routes);
}

}   // namespace barrage
