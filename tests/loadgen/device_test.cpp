// Parts of `loadgen device` by themselves: what the words of faults mean, and which path is the best. What it does on the wire is in
// tests/real/device_test.py.

#include "tests/support/doctest.hpp"

#include <set>
#include <string>

#include "loadgen/device/attribute_edit.hpp"
#include "loadgen/device/faults.hpp"
#include "loadgen/device/loc_rib.hpp"
#include "rib/attribute_pool.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;
using namespace barrage::device;

TEST_CASE("every fault has a name of its own, a sentence, and a default that it reads")
{
    std::set<std::string_view> names;
    for (const auto& info : fault_table()) {
        INFO(info.name);
        CHECK(names.insert(info.name).second);
        CHECK(!info.sentence.empty());
        Faults faults;
        CHECK(faults.add(info.name));
        CHECK(faults.has(info.fault));
        CHECK(faults.given() == std::vector<std::string>{std::string{info.name}});
        if (info.value != FaultValue::none) CHECK(faults.add(std::string{info.name} + "=" + std::string{info.by_default}));
        for (const auto& other : fault_table())
            if (other.fault != info.fault) CHECK(!faults.has(other.fault));
    }
}

TEST_CASE("values of faults")
{
    Faults faults;
    CHECK(faults.add("drop-one-in=3"));
    CHECK(faults.has(Fault::drop_one_in, 0));
    CHECK(!faults.has(Fault::drop_one_in, 1));
    CHECK(faults.has(Fault::drop_one_in, 3));
    CHECK(faults.add("drop-one-in=1"));   // the last one counts
    CHECK(faults.has(Fault::drop_one_in, 1));
    CHECK(faults.add("delay-some=250ms"));
    CHECK(faults.duration(Fault::delay_some) == std::chrono::milliseconds{250});
    CHECK(faults.number(Fault::delay_some) == 10000);
    CHECK(faults.add("delay-some=1s/20"));
    CHECK(faults.number(Fault::delay_some) == 20);
    CHECK(faults.add("drop-family=ipv4"));
    CHECK(faults.family(Fault::drop_family) == ipv4_unicast);
    CHECK(faults.add("never-fail-over=withdraw"));
    CHECK(faults.word(Fault::never_fail_over) == "withdraw");
    CHECK(faults.add("change-next-hop"));
    CHECK(faults.word(Fault::change_next_hop) == "third-party");
    CHECK(faults.add("change-next-hop=receiver"));
    CHECK(faults.word(Fault::change_next_hop) == "receiver");
    for (const auto* wrong :
         {"", "=1", "drop", "drop-one-in=", "drop-one-in=-1", "drop-one-in=0", "delay-some=1s/0", "delay-some=/5",
          "drop-family=vpnv9", "never-fail-over=", "change-next-hop=", "aggregate=", "work-late=5 minutes"}) {
        INFO(wrong);
        Faults none;
        CHECK(!none.add(wrong));
        CHECK(none.given().empty());
    }
}

namespace {

struct Rib {
    AttributePool pool;
    LocRib rib;
    RouteKey key{.family = ipv4_unicast, .path_id = {}, .nlri = std::string{"\x08\x0a", 2}};

    PathRef path(NeighborIndex neighbor, const std::string& attributes, bool external = true)
    {
        const auto octets = hex(attributes);
        return make_path({.neighbor = neighbor,
                          .as = Asn{65000 + neighbor},
                          .external = external,
                          .identifier = {neighbor},
                          .address = Ipv4Address{neighbor}},
                         pool.intern(octets, {}));
    }
    /// Which neighbour's path is the best; -1: none is.
    int best()
    {
        const auto number = rib.number_of(key);
        const auto at = rib.best(number);
        return at < 0 ? -1 : static_cast<int>(rib.entry(number).candidates[static_cast<std::size_t>(at)].path->from.neighbor);
    }
    void announce(const PathRef& path) { rib.announce(rib.number_of(key), path); }
};

const std::string igp = "40 01 01 00";
const std::string path_of_65010 = "40 02 06 02 01 00 00 fd f2";
const std::string path_of_65010_65011 = "40 02 0a 02 02 00 00 fd f2 00 00 fd f3";

}   // namespace

TEST_CASE("the best path: RFC 4271 section 9.1.2.2")
{
    struct Row {
        const char* name;
        std::string first, second;   // neighbours 1 and 2
        bool first_external, second_external;
        int best;
    };
    const std::string incomplete = "40 01 01 02", med_5 = "80 04 04 00 00 00 05", med_9 = "80 04 04 00 00 00 09",
                      preferred = "40 05 04 00 00 00 c8", originator_1 = "80 09 04 00 00 00 01";
    const std::string set_of_two = "40 02 0a 01 02 00 00 fd f2 00 00 fd f3";
    const Row rows[] = {
        {"LOCAL_PREF before the length of the path", igp + path_of_65010, igp + path_of_65010_65011 + preferred, true, true, 2},
        {"the shorter path before ORIGIN", igp + path_of_65010_65011, incomplete + path_of_65010, true, true, 2},
        {"a set counts as one", igp + path_of_65010_65011, igp + set_of_two, true, true, 2},
        {"ORIGIN before MULTI_EXIT_DISC", incomplete + path_of_65010 + med_5, igp + path_of_65010 + med_9, true, true, 2},
        {"MULTI_EXIT_DISC of one AS", igp + path_of_65010 + med_9, igp + path_of_65010 + med_5, true, true, 2},
        {"none is 0", igp + path_of_65010 + med_9, igp + path_of_65010, true, true, 2},
        {"… before eBGP over iBGP", igp + path_of_65010 + med_9, igp + path_of_65010 + med_5, true, false, 2},
        {"eBGP over iBGP", igp + path_of_65010, igp + path_of_65010, false, true, 2},
        {"the lower identifier", igp + path_of_65010, igp + path_of_65010, true, true, 1},
        {"ORIGINATOR_ID in its place, then the shorter CLUSTER_LIST", igp + path_of_65010 + "80 0a 04 00 00 00 07",
         igp + path_of_65010 + originator_1, false, false, 2},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        for (const bool swapped : {false, true}) {
            Rib rib;
            const auto first = rib.path(1, row.first, row.first_external);
            const auto second = rib.path(2, row.second, row.second_external);
            rib.announce(swapped ? second : first);
            rib.announce(swapped ? first : second);
            CHECK(rib.best() == row.best);
        }
    }
}

TEST_CASE("MULTI_EXIT_DISC is no order of all paths: what came first does not matter")
{
    // RFC 3345: 3 beats 1 by MED, 2 beats 3 by its identifier, 1 would beat 2 by it.
    const std::string other_as = "40 02 06 02 01 00 00 fd f4";
    for (const auto& order : {std::array{1, 2, 3}, {3, 2, 1}, {2, 1, 3}, {2, 3, 1}, {1, 3, 2}, {3, 1, 2}}) {
        Rib rib;
        for (const auto neighbor : order)
            rib.announce(rib.path(static_cast<NeighborIndex>(neighbor),
                                  igp + (neighbor == 2 ? other_as : path_of_65010) +
                                      (neighbor == 1 ? "80 04 04 00 00 00 09" : "80 04 04 00 00 00 05")));
        CHECK(rib.best() == 2);
    }
}

TEST_CASE("paths come and go; a prefix without any gives its number up")
{
    Rib rib;
    const auto first = rib.path(1, igp + path_of_65010);
    const auto number = rib.rib.number_of(rib.key);
    CHECK(rib.rib.announce(number, first));
    CHECK(!rib.rib.announce(number, rib.path(1, igp + path_of_65010)));   // the same again
    CHECK(rib.rib.announce(number, rib.path(1, igp + path_of_65010_65011)));
    CHECK(rib.rib.announce(number, rib.path(2, igp + path_of_65010_65011)));
    CHECK(rib.rib.entry(number).candidates.size() == 2);
    CHECK(rib.rib.withdraw(number, 1));
    CHECK(!rib.rib.withdraw(number, 1));
    CHECK(rib.best() == 2);
    CHECK(rib.rib.withdraw(number, 2));
    CHECK(rib.best() == -1);
    rib.rib.release_if_unused(number);
    CHECK(rib.rib.find(rib.key) == LocRib::none);
    RouteKey other{.family = ipv6_unicast, .path_id = {}, .nlri = std::string{"\x08\x20", 2}};
    CHECK(rib.rib.number_of(other) == number);
}

TEST_CASE("attributes are put, replaced and left out in the order of their types")
{
    const auto attributes = hex("40 01 01 00" + std::string{"40 05 04 00 00 00 64"});
    CHECK(with_attribute(attributes, AttributeType::multi_exit_disc, 0x80, Octets{1}) ==
          hex("40 01 01 00 80 04 01 01 40 05 04 00 00 00 64"));
    CHECK(with_attribute(attributes, AttributeType::origin, 0x40, Octets{2}) == hex("40 01 01 02 40 05 04 00 00 00 64"));
    CHECK(with_attribute(attributes, AttributeType::communities, 0xc0, Octets{9}) ==
          hex("40 01 01 00 40 05 04 00 00 00 64 c0 08 01 09"));
    CHECK(without_attribute(attributes, AttributeType::origin) == hex("40 05 04 00 00 00 64"));
    CHECK(with_attribute({}, AttributeType::origin, 0x40, Octets(256, 7)).size() == 260);   // an extended length
    // Into another AS: RFC 4271 section 5.
    CHECK(leaving_the_as(hex("40 01 01 00 80 04 04 00 00 00 05 c0 08 04 00 00 00 01 c0 63 01 07 80 64 01 07")) ==
          hex("40 01 01 00 c0 08 04 00 00 00 01 e0 63 01 07"));
    // What comes in: an unknown attribute that is not transitive from nobody, what has to stay inside an AS from no other one.
    const auto scoped = hex("40 01 01 00 40 05 04 00 00 00 64 c0 28 0a 01 00 07 00 00 00 00 00 00 35 80 64 01 07");
    CHECK(as_taken_in(scoped, true) == hex("40 01 01 00"));
    CHECK(as_taken_in(scoped, false) == hex("40 01 01 00 40 05 04 00 00 00 64 e0 28 0a 01 00 07 00 00 00 00 00 00 35"));
    // RFC 7999 section 3.2.
    CHECK(as_taken_in(hex("c0 08 04 ff ff 02 9a"), true) == hex("c0 08 08 ff ff 02 9a ff ff ff 01"));
    CHECK(as_taken_in(hex("c0 08 08 ff ff 02 9a ff ff ff 02"), true) == hex("c0 08 08 ff ff 02 9a ff ff ff 02"));
}

TEST_CASE("what came from here is a loop")
{
    const Asn own{65010};
    const Ipv4Address id{0x0a000001};
    CHECK(loop_in(hex(path_of_65010_65011), own, id));
    CHECK(loop_in(hex("40 02 0a 01 02 00 00 fd f3 00 00 fd f2"), own, id));
    CHECK(loop_in(hex("80 09 04 0a 00 00 01"), own, id));
    CHECK(loop_in(hex("80 0a 08 01 01 01 01 0a 00 00 01"), own, id));
    CHECK(!loop_in(hex(path_of_65010), Asn{65011}, id));
    CHECK(!loop_in(hex("40 02 03 02 04 00"), own, id));   // cut
}
