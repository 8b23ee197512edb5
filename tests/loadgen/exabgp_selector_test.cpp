// Which neighbours a selector means. The neighbour is that of ExaBGP's api-announcement test.

#include "tests/support/doctest.hpp"

#include "loadgen/exabgp/grammar/selector.hpp"

using namespace barrage;
using namespace barrage::exabgp;

namespace {

const NeighborName one{"127.0.0.1", "127.0.0.1", "1", "1", "1.2.3.4", "in-open"};
const NeighborName two{"2001:db8::1", "2001:db8::2", "65001", "65002", "1.2.3.5", "ipv4-unicast/ipv6-unicast"};

}   // namespace

TEST_CASE("selectors mean neighbours by address and by what else they say")
{
    const struct {
        const char* words;
        bool first, second;
    } rows[]{
        {"*", true, true},
        {"127.0.0.1", true, false},
        {"127.0.0.1 local-as 1", true, false},
        {"127.0.0.1 peer-as 1", true, false},
        {"127.0.0.1 local-as 1 peer-as 1 local-ip 127.0.0.1 router-id 1.2.3.4", true, false},
        {"127.0.0.1 local-as 2 peer-as 3 local-ip 127.0.0.1 router-id 1.2.3.4", false, false},
        {"absentone local-as 1 peer-as 1", false, false},
        {"127.0.0.1 family-allowed in-open", true, false},
        {"127.0.0.1 family-allowed ipv4-unicast", false, false},
        {"* family-allowed ipv4-unicast/ipv6-unicast", false, true},
        {"2001:DB8:0:0::1", false, true},
        {"127.0.0.1, neighbor 2001:db8::1 peer-as 65002", true, true},
        {"127.0.0.1 local-as 9 , neighbor 2001:db8::1", false, true},
        {"[127.0.0.1,2001:db8::1]", true, true},
        {"[ 127.0.0.1 2001:db8::1 local-as 1 ]", true, false},
        {"* local-as 1", true, false},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.words});
        const auto selector = parse_selector(row.words);
        REQUIRE(selector);
        CHECK(selector->matches(one) == row.first);
        CHECK(selector->matches(two) == row.second);
    }
}

TEST_CASE("no filter means all") { CHECK(Selector{}.matches(one)); }

TEST_CASE("wrong selectors")
{
    for (const auto* words : {"", "neighbor", "10.0.0.1 local-as", "[]", "10.0.0.1 dance"}) {
        CAPTURE(std::string{words});
        CHECK_FALSE(parse_selector(words));
    }
}

TEST_CASE("a neighbour's name")
{
    exabgp::Neighbor neighbor;
    neighbor.peer_address = *IpAddress::from_text("127.0.0.1");
    neighbor.local_address = IpAddress::from_text("127.0.0.2");
    neighbor.local_as = Asn{65000};
    neighbor.families = {ipv4_unicast, ipv6_unicast};
    CHECK(to_text(name_of(neighbor)) ==
          "neighbor 127.0.0.1 local-ip 127.0.0.2 local-as 65000 peer-as auto router-id 127.0.0.2 family-allowed in-open");
    neighbor.multi_session = true;
    CHECK(name_of(neighbor).family_allowed == "ipv4-unicast/ipv6-unicast");
}

TEST_CASE("families have ExaBGP's words, both ways")
{
    FamilySet::all().for_each([](Family family) {
        const auto both = family_words(family);
        CAPTURE(both);
        const auto blank = both.find(' ');
        CHECK(family_of_words(both.substr(0, blank), both.substr(blank + 1)) == family);
    });
    CHECK(family_of_words("ipv4", "labeled-unicast") == Family{Afi::ipv4, Safi::labeled_unicast});
    CHECK_FALSE(family_of_words("ipv4", "evpn"));
}

TEST_CASE("no expression of processes-match takes longer than its length says")
{
    const std::string name(60, 'a');
    const auto names = [&](const char* pattern) {
        ApiSection section;
        section.processes_match = {pattern};
        return names_process(section, name);
    };
    // Each of these would go back 2^60 times.
    CHECK_FALSE(names("(a+)+b"));
    CHECK_FALSE(names("(a|a)*b"));
    CHECK_FALSE(names("(a|aa)+$b"));
    CHECK(names("(a+)+$"));
    CHECK(names("a"));
    CHECK_FALSE(names("b"));
    CHECK(is_process_pattern("^(announce|health)-[0-9]+$"));
    CHECK_FALSE(is_process_pattern("(a)\\1"));
    CHECK_FALSE(is_process_pattern("("));
}
