#include "tests/support/doctest.hpp"

#include "codec/prefix.hpp"
#include "rib/prefix_range.hpp"
#include "rib/route_slice.hpp"
#include "rib/route_walk.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

PrefixRangeDescription described(const char* address, std::uint8_t prefix, std::uint64_t count, std::uint64_t step = 1)
{
    return {.address = *IpAddress::from_text(address), .prefix = prefix, .count = count, .step = step};
}

std::string nlri(const PrefixRangeDescription& description)
{
    auto source = PrefixRange::make(description);
    REQUIRE(source);
    std::string all;
    std::uint64_t routes = 0;
    for (RouteBatch batch; source->next(batch); routes += batch.routes) all += to_hex(batch.nlri);
    CHECK(routes == description.count);
    CHECK(source->problem().empty());
    return all;
}
std::string octets(std::string_view text) { return to_hex(hex(text)); }

}   // namespace

TEST_CASE("a range steps in units of its prefix length")
{
    CHECK(nlri(described("10.0.0.0", 24, 3)) == octets("18 0a0000 18 0a0001 18 0a0002"));
    CHECK(nlri(described("10.0.0.0", 24, 3, 2)) == octets("18 0a0000 18 0a0002 18 0a0004"));
    CHECK(nlri(described("10.255.0.0", 16, 2)) == octets("10 0aff 10 0b00"));
    CHECK(nlri(described("10.0.0.0", 14, 2)) == octets("0e 0a00 0e 0a04"));
    CHECK(nlri(described("192.0.2.255", 32, 2)) == octets("20 c00002ff 20 c0000300"));
    CHECK(nlri(described("0.0.0.0", 0, 1)) == octets("00"));
    CHECK(nlri(described("2001:db8::", 32, 2)) == octets("20 20010db8 20 20010db9"));
    CHECK(nlri(described("2001:db8:0:ffff::", 64, 2)) == octets("40 20010db80000ffff 40 20010db800010000"));
    CHECK(nlri(described("2001:db8::ffff:ffff:ffff:fffe", 127, 2)) ==
          octets("7f 20010db80000 0000 ffffffff fffffffe 7f 20010db8 0000 0001 0000000000000000"));
    CHECK(nlri(described("::", 0, 1)) == octets("00"));
}

TEST_CASE("host bits of the first address have no meaning")
{
    CHECK(nlri(described("10.1.2.3", 24, 2)) == octets("18 0a0102 18 0a0103"));
}

TEST_CASE("a path identifier stands before each prefix")
{
    auto description = described("10.0.0.0", 24, 2);
    description.path_id = PathId{7};
    CHECK(nlri(description) == octets("00000007 18 0a0000 00000007 18 0a0001"));
}

TEST_CASE("a batch carries the attributes and the next hop of its range")
{
    auto description = described("10.0.0.0", 24, 1);
    description.as_path = {{64512}};
    description.multi_exit_disc = 1;
    auto source = PrefixRange::make(description);
    RouteBatch batch;
    REQUIRE(source->next(batch));
    CHECK(batch.kind == RouteBatch::Kind::announce);
    CHECK(batch.family == ipv4_unicast);
    CHECK(to_hex(batch.attributes) == octets("40 01 01 00 40 02 06 02 01 0000fc00 80 04 04 00000001"));
    CHECK(to_hex(batch.next_hop) == octets("c0 00 02 01"));
    CHECK_FALSE(batch.has_path_ids);
    CHECK_FALSE(source->next(batch));
    CHECK_FALSE(source->next(batch));

    description.next_hop = IpAddress::from_text("2001:db8::9");   // RFC 8950
    source = PrefixRange::make(description);
    REQUIRE(source->next(batch));
    CHECK(batch.next_hop.size() == 16);
    description.link_local = Ipv6Address::from_text("fe80::9");
    source = PrefixRange::make(description);
    REQUIRE(source->next(batch));
    CHECK(to_hex(batch.next_hop) == octets("20010db8000000000000000000000009 fe800000000000000000000000000009"));
    description.next_hop.reset();
    description.no_placeholder = true;   // whoever sends puts its own
    source = PrefixRange::make(description);
    REQUIRE(source->next(batch));
    CHECK(batch.next_hop.empty());
}

TEST_CASE("a long range comes in batches of a bounded size and misses nothing between them")
{
    for (const auto* address : {"16.0.0.0", "2001:db8::"}) {
        auto description = described(address, 32, 40'000);
        if (description.address.is_v6()) description.prefix = 64;
        auto source = PrefixRange::make(description);
        std::uint64_t expected = 0;
        for (RouteBatch batch; source->next(batch);) {
            CHECK(batch.routes <= PrefixRange::batch_routes);
            Reader in{batch.nlri};
            for (std::uint32_t i = 0; i < batch.routes; ++i, ++expected) {
                std::uint64_t found = 0;
                if (description.address.is_v4())
                    found = Ipv4Prefix::read(in).address.value - 0x10000000u;
                else
                    found = Reader{OctetView{Ipv6Prefix::read(in).address.value}.subspan(4, 4)}.u32();
                REQUIRE(found == expected);
            }
            CHECK(in.finished());
        }
        CHECK(expected == 40'000);
    }
}

TEST_CASE("a range that cannot be is refused when it is made")
{
    const auto reason = [](const PrefixRangeDescription& description) {
        const auto source = PrefixRange::make(description);
        return source ? std::string{} : source.error();
    };
    CHECK(reason(described("255.255.255.0", 24, 1)).empty());
    CHECK(reason(described("255.255.255.0", 24, 2)) ==
          "255.255.255.0/24 has room for 1 prefixes with a step of 1 before the address space ends, not 2");
    CHECK(reason(described("255.255.252.0", 24, 2, 3)).empty());
    CHECK_FALSE(reason(described("255.255.252.0", 24, 2, 4)).empty());
    CHECK(reason(described("0.0.0.0", 32, 4294967295)).empty());
    CHECK_FALSE(reason(described("0.0.0.0", 0, 2)).empty());
    CHECK(reason(described("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", 128, 2)).empty());
    CHECK_FALSE(reason(described("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", 128, 3)).empty());
    CHECK_FALSE(reason(described("10.0.0.0", 33, 1)).empty());
    CHECK_FALSE(reason(described("2001:db8::", 129, 1)).empty());
    CHECK_FALSE(reason(described("10.0.0.0", 24, 0)).empty());
    CHECK_FALSE(reason(described("10.0.0.0", 24, 1, 0)).empty());
    CHECK_FALSE(reason(described("::", 128, 4294967296)).empty());

    auto mixed_families = described("2001:db8::", 64, 1);
    mixed_families.next_hop = IpAddress::from_text("192.0.2.1");
    CHECK_FALSE(reason(mixed_families).empty());
    auto too_long = described("10.0.0.0", 24, 1);
    too_long.communities.assign(20'000, Community{1});
    CHECK_FALSE(reason(too_long).empty());
}

TEST_CASE("a set that makes the NLRI of a range is the same as one that keeps them")
{
    auto with_ids = described("10.0.0.0", 32, 200'000, 3);
    with_ids.path_id = PathId{9};
    const FamilySet both{ipv4_unicast, ipv6_unicast};
    for (const auto& description : {described("10.0.0.0", 24, 50'000), described("10.0.0.0", 32, 200'000, 3), with_ids,
                                    described("2001:db8::", 48, 30'000), described("128.0.0.0", 1, 1)})
        for (const bool add_path : {false, true})
            for (const std::size_t max_message : {std::size_t{4096}, std::size_t{65535}}) {
                AttributePool pool;
                auto kept_source = *PrefixRange::make(description);
                RouteSetBuilder builder{pool, RouteSetBuilder::Order::by_attribute_set};
                for (RouteBatch batch; kept_source.next(batch);) builder.add(batch);
                const auto kept = std::move(builder).finish();
                auto made_source = *PrefixRange::make(description);
                const auto made = load(made_source, pool);
                CHECK(made->memory_octets() < 100);
                REQUIRE(made->groups().size() == 1);
                CHECK(made->groups()[0].attributes == kept->groups()[0].attributes);
                CHECK(made->groups()[0].family == kept->groups()[0].family);
                CHECK(made->announced() == kept->announced());
                CHECK(made->families() == kept->families());
                CHECK(made->nlri_octets(0) == kept->nlri_octets(0));

                const PackOptions options{
                    .max_message = max_message, .families = both, .add_path = add_path ? both : FamilySet{}};
                for (const std::uint32_t parts : {1u, 3u})
                    for (std::uint32_t part = 0; part < parts; ++part) {
                        const auto of_made = RouteSlice::part(made, part, parts);
                        const auto of_kept = RouteSlice::part(kept, part, parts);
                        CHECK(count_routes(of_made).announced == count_routes(of_kept).announced);
                        WindowCutter cuts_made{of_made, RunKind::as_given, options, 100'000};
                        WindowCutter cuts_kept{of_kept, RunKind::as_given, options, 100'000};
                        UpdatePacker packer{options};
                        for (std::optional<RouteSlice> window; (window = cuts_made.next());) {
                            const auto other = cuts_kept.next();
                            REQUIRE(other);
                            CHECK(((window->begin == other->begin) && (window->end == other->end)));
                            PackedUpdates updates, other_updates;
                            pack_window(*window, RunKind::as_given, packer, updates);
                            pack_window(*other, RunKind::as_given, packer, other_updates);
                            CHECK(std::ranges::equal(updates.octets(), other_updates.octets()));
                        }
                        CHECK_FALSE(cuts_kept.next());
                    }
                std::vector<std::string> walked;
                for (const auto& set : {made, kept}) {
                    std::string all;
                    for_each_route(RouteSlice::whole(set), [&](const RouteKey& key, const AttributeSetRef&) {
                        all += key.nlri + '/' + (key.path_id ? std::to_string(key.path_id->value) : "");
                    });
                    walked.push_back(std::move(all));
                }
                CHECK(!walked[0].empty());
                CHECK(walked[0] == walked[1]);
            }
}
