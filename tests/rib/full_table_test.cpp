#include "tests/support/doctest.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <unordered_set>
#include <vector>

#include "codec/prefix.hpp"
#include "rib/full_table.hpp"

using namespace barrage;

namespace {

std::uint64_t digest(std::uint64_t value, OctetView octets)
{
    for (const auto octet : octets) value = (value ^ octet) * 0x100000001b3u;
    return value;
}

struct Totals {
    std::uint64_t digest = 0xcbf29ce484222325u;
    std::uint64_t routes = 0;
    std::uint64_t batches = 0;
};

Totals drain(const FullTableDescription& description)
{
    auto source = FullTable::make(description);
    REQUIRE(source);
    Totals totals;
    for (RouteBatch batch; source->next(batch); ++totals.batches) {
        totals.routes += batch.routes;
        totals.digest = digest(digest(digest(totals.digest, batch.attributes), batch.next_hop), batch.nlri);
    }
    return totals;
}

std::vector<Ipv4Prefix> ipv4_prefixes(std::uint64_t routes, std::uint64_t seed = 1)
{
    auto source = FullTable::make({.routes = routes, .seed = seed});
    REQUIRE(source);
    std::vector<Ipv4Prefix> prefixes;
    for (RouteBatch batch; source->next(batch);) {
        Reader in{batch.nlri};
        const auto before = prefixes.size();
        while (!in.empty()) prefixes.push_back(Ipv4Prefix::read(in));
        REQUIRE_FALSE(in.failed());
        REQUIRE(prefixes.size() - before == batch.routes);
    }
    return prefixes;
}

bool distinct(std::vector<Ipv4Prefix> prefixes)
{
    std::ranges::sort(prefixes);
    return std::ranges::adjacent_find(prefixes) == prefixes.end();
}

}   // namespace

TEST_CASE("a full table has exactly the routes asked for, all distinct")
{
    for (const std::uint64_t routes : {1, 2, 3, 7, 10, 100, 1000, 12'345, 150'000}) {
        CAPTURE(routes);
        const auto prefixes = ipv4_prefixes(routes);
        CHECK(prefixes.size() == routes);
        CHECK(distinct(prefixes));
    }
}

TEST_CASE("a table larger than any real one takes longer prefixes where a length has no room")
{
    // 30 million have 449,000 of /16 in proportion, and there are 56,000: SyntheticPrefixes alone, for time.
    constexpr std::uint64_t count = 30'000'000;
    SyntheticPrefixes source{ipv4_unicast, count, 1};
    std::vector<std::uint64_t> of_length(33);
    SyntheticPrefixes::Entry before{0, 0};
    bool ascending = true;
    for (std::uint64_t i = 0; i < 1'000'000; ++i) {   // the first thirtieth
        const auto entry = source.next();
        ascending = ascending && before < entry;   // and so distinct
        before = entry;
        ++of_length[entry.length];
    }
    CHECK(ascending);
    CHECK(of_length[16] < 3'000);
    CHECK(of_length[16] > 500);
    CHECK(of_length[25] > 10'000);
}

TEST_CASE("no prefix of a table lies in, or holds, address space that a real table has not")
{
    const char* const never[]{"0.0.0.0/8",      "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",
                              "169.254.0.0/16", "172.16.0.0/12",   "192.0.2.0/24",   "192.168.0.0/16",
                              "198.18.0.0/15",  "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"};
    const auto prefixes = ipv4_prefixes(300'000, 3);
    for (const auto* text : never) {
        CAPTURE(std::string{text});
        const auto range = *Ipv4Prefix::from_text(text);
        CHECK(std::ranges::none_of(prefixes, [&](const Ipv4Prefix& prefix) {
            const auto length = std::min(prefix.length, range.length);
            return Ipv4Prefix{prefix.address, length}.masked() == Ipv4Prefix{range.address, length}.masked();
        }));
    }
}

TEST_CASE("an IPv6 table is made of distinct IPv6 prefixes with an IPv6 next hop")
{
    auto source = FullTable::make({.routes = 60'000, .seed = 5, .family = ipv6_unicast});
    REQUIRE(source);
    std::vector<Ipv6Prefix> prefixes;
    for (RouteBatch batch; source->next(batch);) {
        CHECK(batch.family == ipv6_unicast);
        CHECK(batch.next_hop.size() == 16);
        Reader in{batch.nlri};
        while (!in.empty()) prefixes.push_back(Ipv6Prefix::read(in));
        REQUIRE_FALSE(in.failed());
    }
    CHECK(prefixes.size() == 60'000);
    // Reserved, RFC 3849, and outside of what is given out, 2000::/3.
    const auto documentation = *Ipv6Prefix::from_text("2001:db8::/32");
    for (const auto& prefix : prefixes) {
        REQUIRE((prefix.address.value[0] >> 5) == 1);
        REQUIRE(Ipv6Prefix{prefix.address, 32}.masked() != documentation);
    }
    std::ranges::sort(prefixes);
    CHECK(std::ranges::adjacent_find(prefixes) == prefixes.end());
}

TEST_CASE("one seed is one table, on every machine; another is another")
{
    const auto table = drain({.routes = 20'000, .seed = 7});
    const auto again = drain({.routes = 20'000, .seed = 7});
    const auto other = drain({.routes = 20'000, .seed = 8});
    CHECK(table.digest == again.digest);
    CHECK(table.digest != other.digest);
    // Pinned so that a change of compiler, library or code that changes tables is seen: runs are compared over years.
    CHECK(table.digest == 11528749046894131835u);
    CHECK(drain({.routes = 20'000, .seed = 7, .family = ipv6_unicast}).digest == 1704015683788262326u);
}

TEST_CASE("no two batches of a table have the same attributes")
{
    auto source = FullTable::make({.routes = 100'000, .seed = 2});
    std::unordered_set<std::string> seen;
    std::uint64_t batches = 0;
    for (RouteBatch batch; source->next(batch); ++batches) seen.emplace(batch.attributes.begin(), batch.attributes.end());
    CHECK(seen.size() == batches);
}

TEST_CASE("the routes of a set lie near each other, with those of others between them")
{
    auto source = FullTable::make({.routes = 100'000, .seed = 4});
    std::vector<std::uint32_t> all;
    std::vector<std::vector<std::uint32_t>> sets;
    for (RouteBatch batch; source->next(batch);) {
        Reader in{batch.nlri};
        std::vector<std::uint32_t> addresses;
        while (!in.empty()) addresses.push_back(Ipv4Prefix::read(in).address.value);
        all.insert(all.end(), addresses.begin(), addresses.end());
        if (addresses.size() >= 16) sets.push_back(std::move(addresses));
    }
    std::ranges::sort(all);
    std::size_t near = 0;
    std::size_t mixed = 0;
    for (auto& addresses : sets) {
        const auto [first, last] = std::ranges::minmax_element(addresses);
        const auto between =
            static_cast<std::size_t>(std::ranges::upper_bound(all, *last) - std::ranges::lower_bound(all, *first));
        near += between <= addresses.size() * 40;
        mixed += between >= addresses.size() * 2;
    }
    CHECK(near >= sets.size() * 95 / 100);
    CHECK(mixed >= sets.size() * 95 / 100);
}

TEST_CASE("what cannot be a table is refused clearly")
{
    CHECK(FullTable::make({.routes = 0}).error() == "a full table of 0 routes: expected 1 to 100000000");
    CHECK_FALSE(FullTable::make({.routes = 100'000'001}));
    CHECK(FullTable::make({.family = *family_from_name("evpn")}).error() == "a full table of family evpn: expected ipv4 or ipv6");
    CHECK_FALSE(FullTable::make({.family = ipv6_unicast, .next_hop = IpAddress::from_text("192.0.2.1")}));
}
