#include "tests/support/doctest.hpp"

#include <random>

#include "rib/attribute_pool.hpp"
#include "rib/route_slice.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

struct Shape {
    std::size_t groups = 40;
    std::size_t most_routes = 300;
    std::size_t most_attribute_octets = 200;
    bool path_ids = false;
    bool withdrawals = false;
};

std::shared_ptr<const RouteSet> random_set(AttributePool& pool, unsigned seed, const Shape& shape)
{
    std::mt19937 random(seed);
    RouteSetBuilder builder{pool, RouteSetBuilder::Order::as_given};
    for (std::size_t g = 0; g < shape.groups; ++g) {
        const bool ipv6 = random() % 4 == 0;
        Octets attributes = hex("40 01 01 00  40 02 06 02 01 00 00 00 0a");
        const auto value = 4 + random() % shape.most_attribute_octets;
        attributes.insert(attributes.end(),
                          {0xd0, 0x63, static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)});
        for (std::size_t i = 0; i < value; ++i) attributes.push_back(static_cast<std::uint8_t>(random()));
        const auto routes = static_cast<std::uint32_t>(1 + random() % shape.most_routes);
        Octets nlri;
        for (std::uint32_t i = 0; i < routes; ++i) {
            Writer out{nlri};
            if (shape.path_ids) out.u32(i);
            const auto length = random() % (ipv6 ? 65u : 33u);
            out.u8(static_cast<std::uint8_t>(length));
            for (unsigned octet = 0; octet < (length + 7) / 8; ++octet) out.u8(static_cast<std::uint8_t>(random()));
        }
        const bool withdraw = shape.withdrawals && random() % 5 == 0;
        const auto next_hop = Octets(ipv6 ? 16 : 4, 0x20);
        builder.add({withdraw ? RouteBatch::Kind::withdraw : RouteBatch::Kind::announce, ipv6 ? ipv6_unicast : ipv4_unicast,
                     withdraw ? OctetView{} : OctetView{attributes}, withdraw ? OctetView{} : OctetView{next_hop}, nlri,
                     shape.path_ids, routes});
    }
    return std::move(builder).finish();
}

/// All NLRI of a slice in order, with the group they belong to, and how many routes it says they are.
struct Content {
    std::string nlri;
    std::uint64_t routes = 0;
    friend bool operator==(const Content&, const Content&) = default;
};

void add(Content& content, const RouteSlice& slice)
{
    for_each_piece(slice, [&](std::uint32_t index, std::uint64_t from, std::uint64_t to) {
        const auto& group = slice.set->groups()[index];
        Octets none;
        const auto nlri = slice.set->nlri(index, from, to, none);
        const auto routes = slice.set->routes_in(index, from, to);
        CHECK(!nlri.empty());
        CHECK(fit_prefixes(nlri, nlri.size(), ~0u, group.has_path_ids).octets == nlri.size());   // cut between routes
        CHECK(fit_prefixes(nlri, nlri.size(), ~0u, group.has_path_ids).routes == routes);
        content.nlri += to_hex(nlri);
        content.routes += routes;
    });
}

PackOptions options_for(bool add_path, std::uint32_t most_routes = 0, std::size_t max_message = max_message_octets)
{
    const FamilySet both{ipv4_unicast, ipv6_unicast};
    return {.external = true,
            .max_message = max_message,
            .max_routes_per_update = most_routes,
            .families = both,
            .add_path = add_path ? both : FamilySet{}};
}

std::vector<RouteSlice> windows_of(const RouteSlice& slice, RunKind kind, const PackOptions& options, std::size_t octets)
{
    std::vector<RouteSlice> all;
    for (WindowCutter cutter{slice, kind, options, octets}; auto window = cutter.next();) {
        all.push_back(*window);
        REQUIRE(all.size() < 100'000);
    }
    return all;
}

}   // namespace

TEST_CASE("parts of a set cover it once, in order, nearly equally")
{
    AttributePool pool;
    for (unsigned seed = 1; seed <= 4; ++seed) {
        const auto set = random_set(pool, seed, {.path_ids = seed % 2 == 0, .withdrawals = seed > 2});
        Content whole;
        add(whole, RouteSlice::whole(set));
        const auto routes = set->announced() + set->withdrawn();
        CHECK(whole.routes == routes);
        for (const std::uint32_t parts : {1u, 2u, 3u, 5u, 7u, 16u, 97u, 500u, 20'000u}) {
            CAPTURE(parts);
            Content sum;
            RouteCount count;
            auto end = RoutePosition{};
            for (std::uint32_t part = 0; part < parts; ++part) {
                const auto slice = RouteSlice::part(set, part, parts);
                REQUIRE(slice.begin == end);
                end = slice.end;
                const auto before = sum.routes;
                add(sum, slice);
                const auto got = sum.routes - before;
                CHECK(got >= routes / parts);
                CHECK(got <= routes / parts + 1);
                const auto counted = count_routes(slice);
                CHECK(counted.announced + counted.withdrawn == got);
                count.announced += counted.announced;
                count.withdrawn += counted.withdrawn;
            }
            CHECK(sum == whole);
            CHECK(end == RouteSlice::whole(set).end);
            CHECK(count.announced == set->announced());
            CHECK(count.withdrawn == set->withdrawn());
        }
    }
}

TEST_CASE("windows cover a slice once, in order, keep to their size, and their messages are full")
{
    AttributePool pool;
    const Shape shapes[] = {{},
                            {.withdrawals = true},
                            {.path_ids = true},
                            {.groups = 3, .most_routes = 20'000},
                            {.groups = 3, .most_routes = 20'000, .path_ids = true},
                            {.groups = 30, .most_routes = 400, .most_attribute_octets = 4000},
                            {.groups = 60, .most_routes = 3}};
    constexpr std::uint32_t by_chance = 12'345;
    unsigned seed = 10;
    for (const auto& shape : shapes) {
        const auto set = random_set(pool, ++seed, shape);
        for (const bool add_path : {false, true})
            for (const auto kind : {RunKind::as_given, RunKind::withdraw})
                for (const std::uint32_t most_routes : {0u, 7u, by_chance})
                    for (const std::size_t octets : {8'192u, 50'000u}) {
                        CAPTURE(seed);
                        CAPTURE(add_path);
                        CAPTURE(most_routes);
                        CAPTURE(octets);
                        auto options = options_for(add_path, most_routes == by_chance ? 0 : most_routes);
                        if (most_routes == by_chance)
                            for (const std::uint32_t size : {1u, 5u, 10'000u})
                                REQUIRE(options.update_sizes.add(size, 10 / size + 1));
                        const auto slice = RouteSlice::part(set, 1, 7);
                        UpdatePacker whole_packer{options};
                        PackedUpdates at_once;
                        pack_window(slice, kind, whole_packer, at_once);

                        Content expected;
                        add(expected, slice);
                        Content sum;
                        std::string joined;
                        std::uint64_t sent = 0;
                        auto end = slice.begin;
                        UpdatePacker packer{options};
                        for (const auto& window : windows_of(slice, kind, options, octets)) {
                            REQUIRE(window.begin == end);
                            REQUIRE(window.end > window.begin);
                            end = window.end;
                            add(sum, window);
                            PackedUpdates updates;
                            pack_window(window, kind, packer, updates);
                            CHECK(updates.octets().size() < octets + options.max_message);
                            joined += to_hex(updates.octets());
                            sent += updates.announced() + updates.withdrawn();
                        }
                        CHECK(end == slice.end);
                        CHECK(sum == expected);
                        // Packed in one piece every message but a group's last is full, so being the same is being full. Where routes are left
                        // out for want of path identifiers, windows are cut as if they were not.
                        if (add_path || set->superseded_paths().empty()) CHECK(joined == to_hex(at_once.octets()));
                        CHECK(sent == at_once.announced() + at_once.withdrawn());
                        CHECK(packer.left_out().of(LeftOutReason::add_path_not_negotiated).routes ==
                              whole_packer.left_out().of(LeftOutReason::add_path_not_negotiated).routes);
                        CHECK(packer.left_out().of(LeftOutReason::too_large).routes ==
                              whole_packer.left_out().of(LeftOutReason::too_large).routes);
                    }
    }
}

TEST_CASE("windows of a large group come near their size")
{
    AttributePool pool;
    const auto set = random_set(pool, 77, {.groups = 8, .most_routes = 20'000});
    const auto options = options_for(false);
    const auto windows = windows_of(RouteSlice::whole(set), RunKind::as_given, options, 32'768);
    REQUIRE(windows.size() > 5);
    for (std::size_t i = 0; i + 1 < windows.size(); ++i) {
        UpdatePacker packer{options};
        PackedUpdates updates;
        pack_window(windows[i], RunKind::as_given, packer, updates);
        CHECK(updates.octets().size() > 16'384);
    }
}

TEST_CASE("cuts depend on routes and options only")
{
    AttributePool pool;
    const auto set = random_set(pool, 5, {.groups = 6, .most_routes = 5'000});
    const auto slice = RouteSlice::whole(set);
    CHECK(windows_of(slice, RunKind::as_given, options_for(true), 30'000) ==
          windows_of(slice, RunKind::as_given, options_for(true), 30'000));
}

TEST_CASE("withdrawing a slice takes back what it announces, and passes over what it withdraws")
{
    AttributePool pool;
    const auto set = random_set(pool, 6, {.withdrawals = true});
    REQUIRE(set->withdrawn() > 0);
    UpdatePacker packer{options_for(false)};
    PackedUpdates updates;
    pack_window(RouteSlice::whole(set), RunKind::withdraw, packer, updates);
    CHECK(updates.withdrawn() == set->announced());
    CHECK(updates.announced() == 0);
    updates.clear();
    pack_window(RouteSlice::whole(set), RunKind::as_given, packer, updates);
    CHECK(updates.withdrawn() == set->withdrawn());
    CHECK(updates.announced() == set->announced());
}

TEST_CASE("a set without routes has no window")
{
    AttributePool pool;
    const auto set = RouteSetBuilder{pool, RouteSetBuilder::Order::as_given}.finish();
    CHECK(windows_of(RouteSlice::whole(set), RunKind::as_given, options_for(false), 1000).empty());
    CHECK(windows_of(RouteSlice::part(set, 0, 3), RunKind::as_given, options_for(false), 1000).empty());
}

}   // namespace barrage
