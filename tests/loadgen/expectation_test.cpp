// What a run expects of a device: only what present holders announce now is right.

#include "tests/support/doctest.hpp"

#include "codec/attribute/attribute_view.hpp"
#include "loadgen/play/expectation.hpp"
#include "rib/prefix_range.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

using Number = MeasuredRoutes::Number;

std::shared_ptr<const RouteSet> range(AttributePool& pool, std::vector<Asn> as_path, std::vector<Community> communities = {})
{
    PrefixRangeDescription description;
    description.address = *IpAddress::from_text("10.0.0.0");
    description.count = 4;
    description.as_path = std::move(as_path);
    description.communities = std::move(communities);
    auto source = PrefixRange::make(description);
    return load(*source, pool);
}

constexpr Asn device_as{65000};

/// With another attribute where the order of types has it.
Octets with_another(OctetView attributes, const Octets& attribute)
{
    Octets all;
    bool done = false;
    for (Reader in{attributes}; const auto each = next_attribute(in);) {
        if (!done && static_cast<std::uint8_t>(each->type) > attribute[1]) {
            all.insert(all.end(), attribute.begin(), attribute.end());
            done = true;
        }
        all.insert(all.end(), each->whole.begin(), each->whole.end());
    }
    if (!done) all.insert(all.end(), attribute.begin(), attribute.end());
    return all;
}

/// Senders 0 (AS 65001) and 1 (AS 65002) with four prefixes each, receiver 2 (AS 64601), over a device of AS 65000.
struct Device {
    AttributePool pool;
    std::shared_ptr<MeasuredRoutes> routes = std::make_shared<MeasuredRoutes>();
    std::vector<std::shared_ptr<const RouteSet>> sets;
    std::vector<PeerIdentity> peers{{Asn{65001}, {1}}, {Asn{65002}, {2}}, {Asn{64601}, {3}}};
    std::unique_ptr<Expectation> expectation;
    TimePoint now = TimePoint{} + 1h;

    Device(std::shared_ptr<const RouteSet> first, std::shared_ptr<const RouteSet> second, std::vector<PeerIdentity> others = {})
        : sets{std::move(first), std::move(second)}
    {
        if (!others.empty()) peers = std::move(others);
        for (const auto& set : sets) routes->add(set);
        FingerprintRules rules{.router_ases = {device_as}};
        for (std::size_t i = 0; i < sets.size(); ++i)
            if (peers[i].as == device_as)
                rules.sender_ids.push_back(peers[i].identifier);
            else
                rules.sender_ases.push_back(peers[i].as);
        std::ranges::sort(rules.sender_ases);
        std::ranges::sort(rules.sender_ids);
        routes->set_rules(std::move(rules));
        auto& paths = routes->paths();
        expectation = std::make_unique<Expectation>(*routes, peers);
        for (std::uint32_t i = 0; i < sets.size(); ++i) {
            const auto table = paths.add_table(*routes, {&sets[i], 1}, peers[i].as != device_as);
            paths.add_sender(*routes, i, table, peers[i].as, peers[i].identifier);
            expectation->add_table({&sets[i], 1}, {i});
        }
        expectation->device_is({device_as, {254}});
        routes->note_departures_of(paths.sharing(routes->size()));
        routes->begin(now);
    }
    void all(std::uint32_t sender, bool announced)
    {
        if (announced) routes->sent(routes->numbers_of(RouteSlice::whole(sets[sender])), {.sender = sender}, now);
        for (Number number = 0; number < 4; ++number)
            announced ? expectation->announced(sender, number) : expectation->withdrawn(sender, number);
    }
    std::uint32_t path_of(std::uint32_t sender, Number number = 0) { return routes->paths().fingerprint(sender, number); }
};

}   // namespace

TEST_CASE("a path of a sender that is gone is stale, whatever the attributes of the others are")
{
    AttributePool pool;
    const auto same = range(pool, {Asn{64512}});
    // Equal attributes: only the AS at the front of the path tells the two apart.
    Device device{same, range(pool, {Asn{64512}})};
    device.all(0, true);
    device.all(1, true);
    Reflections seen{device.routes, {}};
    for (Number number = 0; number < 4; ++number) seen.announced(number, device.path_of(0, number), device.now);
    CHECK(device.expectation->compare(seen, 2).is_right());

    device.all(0, false);
    auto found = device.expectation->compare(seen, 2);
    CHECK(found.expected == 4);
    CHECK(found.stale == 4);
    CHECK(found.missing == 0);
    CHECK(found.unexpected == 0);
    CHECK(found.wrong_attributes == 0);
    REQUIRE(found.stale_samples.size() == 4);
    CHECK(found.stale_samples[0] == "10.0.0.0/24");

    for (Number number = 0; number < 4; ++number) seen.announced(number, device.path_of(1, number), device.now);
    CHECK(device.expectation->compare(seen, 2).is_right());

    // Where nobody is left it should not be there at all.
    device.all(1, false);
    found = device.expectation->compare(seen, 2);
    CHECK(found.expected == 0);
    CHECK(found.unexpected == 4);
    CHECK(found.stale == 4);

    device.all(0, true);
    for (Number number = 0; number < 4; ++number) seen.announced(number, 4711, device.now);
    CHECK(device.expectation->compare(seen, 2).wrong_attributes == 4);
    CHECK(device.expectation->compare(seen, 2).stale == 0);
    seen.session_lost();
    CHECK(device.expectation->compare(seen, 2).missing == 4);
}

TEST_CASE("attributes that a sender has changed are stale")
{
    AttributePool pool;
    Device device{range(pool, {Asn{64512}}), range(pool, {Asn{64513}})};
    device.all(0, true);
    Reflections seen{device.routes, {}};
    for (Number number = 0; number < 4; ++number) seen.announced(number, device.path_of(0, number), device.now);
    const auto changed = range(pool, {Asn{64512}, Asn{64514}})->groups()[0].attributes;
    const auto again = range(pool, {Asn{64512}, Asn{64515}})->groups()[0].attributes;
    const auto comes_as = [&](const AttributeSetRef& attributes) {
        return device.routes->paths().fingerprint_of(*device.routes, 0, attributes->octets());
    };

    device.expectation->comes_with(0, 0, changed->octets());
    CHECK(device.expectation->compare(seen, 2).stale == 1);
    seen.announced(0, comes_as(changed), device.now);
    CHECK(device.expectation->compare(seen, 2).is_right());
    device.expectation->comes_with(0, 0, again->octets());
    CHECK(device.expectation->compare(seen, 2).stale == 1);   // what it said in between
    device.expectation->comes_as_in_table(0, 0);
    CHECK(device.expectation->compare(seen, 2).stale == 1);
    seen.announced(0, comes_as(again), device.now);
    CHECK(device.expectation->compare(seen, 2).stale == 1);
    seen.announced(0, device.path_of(0), device.now);
    CHECK(device.expectation->compare(seen, 2).is_right());
}

TEST_CASE("over iBGP a reflector's note says whose path it is")
{
    AttributePool pool;
    const auto same = range(pool, {Asn{64512}});
    Device device{same, range(pool, {Asn{64512}}), {{device_as, {1}}, {device_as, {2}}, {device_as, {3}}}};
    device.all(0, true);
    device.all(1, true);
    Reflections seen{device.routes, {}};
    const auto reflected = device.routes->paths().reflected(0, device.path_of(0));
    for (Number number = 0; number < 4; ++number) seen.announced(number, reflected, device.now);
    CHECK(device.expectation->compare(seen, 2).is_right());
    device.all(0, false);
    CHECK(device.expectation->compare(seen, 2).stale == 4);
    // Without the note nothing tells them apart.
    for (Number number = 0; number < 4; ++number) seen.announced(number, device.path_of(0), device.now);
    CHECK(device.expectation->compare(seen, 2).is_right());
}

TEST_CASE("a peer that sends and receives")
{
    AttributePool pool;
    Device device{range(pool, {Asn{64512}}), range(pool, {Asn{64513}})};
    std::vector<bool> own(4, true);
    Reflections seen{device.routes, own};
    device.all(0, true);
    CHECK(device.expectation->compare(seen, 0).is_right());
    CHECK(device.expectation->compare(seen, 0).expected == 0);
    seen.announced(0, device.path_of(0), device.now);
    CHECK(device.expectation->compare(seen, 0).reflected_to_sender == 1);
    device.all(1, true);   // its own path may be the best, and then nothing comes
    CHECK(device.expectation->compare(seen, 0).missing == 0);
    seen.announced(0, device.path_of(1), device.now);
    CHECK(device.expectation->compare(seen, 0).is_right());
    device.all(0, false);   // now the other's has to come
    CHECK(device.expectation->compare(seen, 0).expected == 4);
    CHECK(device.expectation->compare(seen, 0).missing == 3);
}

TEST_CASE("what a device must not pass on is excused, and unexpected where it comes")
{
    AttributePool pool;
    constexpr PeerIdentity inside{device_as, {9}}, outside{Asn{64601}, {3}};
    struct Row {
        const char* name;
        std::vector<Asn> path;
        std::vector<Community> communities;
        PeerIdentity receiver;
        Excuse excuse;
        bool unexpected;   // should it come
    };
    const Row rows[] = {
        {"the device's AS in the path", {Asn{64512}, device_as}, {}, outside, Excuse::device_as, true},
        {"the receiver's AS in the path", {Asn{64601}}, {}, outside, Excuse::receiver_as, false},
        {"the sender has the receiver's AS", {Asn{64512}}, {}, {Asn{65001}, {3}}, Excuse::receiver_as, false},
        {"AS 0 in the path", {Asn{64512}, Asn{0}}, {}, outside, Excuse::as_0, true},   // RFC 7607 section 2
        {"NO_ADVERTISE", {Asn{64512}}, {Community{0xffffff02}}, inside, Excuse::no_advertise, true},
        {"NO_EXPORT over eBGP", {Asn{64512}}, {Community{0xffffff01}}, outside, Excuse::no_export, true},
        {"NO_EXPORT over iBGP", {Asn{64512}}, {Community{0xffffff01}}, inside, Excuse::none, false},
        {"NO_EXPORT_SUBCONFED over eBGP", {Asn{64512}}, {Community{0xffffff03}}, outside, Excuse::no_export_subconfed, true},
        {"NO_EXPORT_SUBCONFED over iBGP", {Asn{64512}}, {Community{0xffffff03}}, inside, Excuse::none, false},
        {"BLACKHOLE", {Asn{64512}}, {Community{0xffff029a}}, outside, Excuse::blackhole, false},   // RFC 7999 section 3.2
        {"BLACKHOLE over iBGP", {Asn{64512}}, {Community{0xffff029a}}, inside, Excuse::blackhole, false},
        {"BLACKHOLE with NO_EXPORT",
         {Asn{64512}},
         {Community{0xffff029a}, Community{0xffffff01}},
         outside,
         Excuse::no_export,
         true},
        {"NOPEER over eBGP", {Asn{64512}}, {Community{0xffffff04}}, outside, Excuse::no_peer, false},
        {"NOPEER over iBGP", {Asn{64512}}, {Community{0xffffff04}}, inside, Excuse::none, false},
        {"LLGR_STALE", {Asn{64512}}, {Community{0xffff0006}}, outside, Excuse::llgr_stale, false},   // RFC 9494 section 4.3
        {"nothing of these", {Asn{64512}}, {Community{0x0000ffff}}, outside, Excuse::none, false},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Device device{range(pool, row.path, row.communities),
                      range(pool, {Asn{64513}}),
                      {{Asn{65001}, {1}}, {Asn{65002}, {2}}, row.receiver}};
        device.all(0, true);
        Reflections seen{device.routes, {}};
        auto found = device.expectation->compare(seen, 2);
        const auto bounds = device.expectation->bounds(2, {});
        CHECK(bounds.most == 4);
        CHECK(bounds.least == (row.excuse == Excuse::none ? 4 : 0));
        if (row.excuse == Excuse::none) {
            CHECK(found.missing == 4);
            CHECK(found.excused.empty());
            continue;
        }
        CHECK(found.is_right());
        REQUIRE(found.excused.size() == 1);
        CHECK(found.excused[0].reason == row.excuse);
        CHECK(found.excused[0].routes == 4);
        CHECK(found.excused[0].sample == "10.0.0.0/24");
        seen.announced(0, device.path_of(0), device.now);
        found = device.expectation->compare(seen, 2);
        CHECK(found.unexpected == (row.unexpected ? 1 : 0));
        CHECK(found.is_right() == !row.unexpected);

        // Of several holders only that one's path is excused, unless it may be the best and hide the other.
        device.all(1, true);
        found = device.expectation->compare(seen, 2);
        CHECK(found.expected == (may_hide_others(row.excuse) ? 0 : 4));
        CHECK(found.missing == (may_hide_others(row.excuse) ? 0 : 3));
        CHECK(found.excused.empty() != may_hide_others(row.excuse));
        CHECK(found.unexpected == (row.unexpected ? 1 : 0));
    }
}

TEST_CASE("a family that a session was not agreed to carry is not missing")
{
    AttributePool pool;
    for (const std::uint32_t peer : {0u, 2u}) {
        Device device{range(pool, {Asn{64512}}), range(pool, {Asn{64513}})};
        device.all(0, true);
        device.expectation->speaks(peer, FamilySet{ipv6_unicast});
        Reflections seen{device.routes, {}};
        const auto found = device.expectation->compare(seen, 2);
        CHECK(found.is_right());
        REQUIRE(found.excused.size() == 1);
        CHECK(found.excused[0].reason == (peer == 0 ? Excuse::left_out : Excuse::receiver_family));
        CHECK(device.expectation->bounds(2, {}).least == 0);
        // Which the device did not agree to, though the receiver offered it.
        device.expectation->is_to_speak(2, FamilySet{ipv4_unicast});
        const auto refused = device.expectation->compare(seen, 2).excused;
        REQUIRE(refused.size() == 1);
        CHECK(refused[0].reason == (peer == 0 ? Excuse::left_out : Excuse::receiver_refused));
        device.expectation->speaks(peer, FamilySet{ipv4_unicast});
        CHECK(device.expectation->compare(seen, 2).missing == 4);
    }
}

TEST_CASE("what the tester left out is not missing")
{
    AttributePool pool;
    Device device{range(pool, {Asn{64512}}), range(pool, {Asn{64513}})};
    device.all(0, true);
    device.expectation->left_out(0, 1);
    Reflections seen{device.routes, {}};
    const auto found = device.expectation->compare(seen, 2);
    CHECK(found.missing == 3);
    REQUIRE(found.excused.size() == 1);
    CHECK(found.excused[0].reason == Excuse::left_out);
}

TEST_CASE("sets of senders are kept once, and those nobody uses are given back")
{
    SenderSets sets;
    const auto first = sets.with(SenderSets::nobody, 7);
    const auto both = sets.with(first, 3);
    CHECK(sets.senders(both) == std::vector<std::uint32_t>{3, 7});
    CHECK(sets.with(sets.with(SenderSets::nobody, 3), 7) == both);
    CHECK(sets.with(both, 3) == both);
    CHECK(sets.without(both, 3) == first);
    CHECK(sets.without(first, 3) == first);
    CHECK(sets.without(first, 7) == SenderSets::nobody);
    std::vector<SenderSets::Id> used{both, SenderSets::nobody, both};
    sets.compact(used);
    CHECK(used[1] == SenderSets::nobody);
    CHECK(used[0] == used[2]);
    CHECK(sets.senders(used[0]) == std::vector<std::uint32_t>{3, 7});
    CHECK(sets.senders(sets.without(used[0], 7)) == std::vector<std::uint32_t>{3});
}

TEST_CASE("a reflector leaves alone what stays inside the AS, and what comes from or goes to another AS need not have it")
{
    AttributePool pool;
    const auto set_with = [&](const char* more) {
        const auto plain = range(pool, {Asn{64512}})->groups()[0].attributes;
        Octets octets{plain->octets().begin(), plain->octets().end()};
        const auto scoped = hex(more);
        octets.insert(octets.end(), scoped.begin(), scoped.end());
        return octets;
    };
    const auto with = set_with("c0280a 01000700000000000035");   // PREFIX_SID, RFC 8669
    const auto without = set_with("");
    for (const bool internal : {true, false}) {
        CAPTURE(internal);
        Device device{range(pool, {Asn{64512}}),
                      range(pool, {Asn{64513}}),
                      {{internal ? device_as : Asn{65001}, {1}}, {Asn{65002}, {2}}, {device_as, {3}}}};
        device.all(0, true);
        for (Number number = 0; number < 4; ++number) device.expectation->comes_with(0, number, with);
        const auto& rules = device.routes->rules();
        Reflections seen{device.routes, {}};
        const auto comes = [&](Octets octets, bool reflected) {
            // ORIGIN and AS_PATH, then ORIGINATOR_ID; or the sender's AS, as its mark.
            Octets path = octets;
            if (reflected) path = with_another(octets, hex("800904 00000001"));
            auto fingerprint = route_fingerprint(path, rules);
            if (!internal) fingerprint = marked(fingerprint, sender_mark(Asn{65001}));
            for (Number number = 0; number < 4; ++number) seen.announced(number, fingerprint, device.now);
            return device.expectation->compare(seen, 2).is_right();
        };
        CHECK(comes(with, internal));
        CHECK(comes(without, internal) != internal);
        CHECK(comes(without, false));   // over eBGP
    }
}

TEST_CASE("a route that came before it was forbidden has not leaked")
{
    AttributePool pool;
    const auto kept = range(pool, {Asn{64512}}, {Community{0xffffff01}});
    Device device{range(pool, {Asn{64512}}), range(pool, {Asn{64513}})};
    device.all(0, true);
    Reflections seen{device.routes, {}};
    seen.announced(0, device.path_of(0), device.now);
    device.expectation->comes_with(0, 0, kept->groups()[0].attributes->octets());
    seen.withdrawn(0, device.now);
    CHECK(device.expectation->compare(seen, 2).unexpected == 0);

    Device other{kept, range(pool, {Asn{64513}}, {Community{0xffffff01}})};
    other.all(0, true);
    Reflections leaked{other.routes, {}};
    leaked.announced(0, other.path_of(0), other.now);
    leaked.withdrawn(0, other.now);
    const auto found = other.expectation->compare(leaked, 2);
    CHECK(found.unexpected == 1);
    REQUIRE(!found.unexpected_samples.empty());
    CHECK(found.unexpected_samples.front().find("it came and went") != std::string::npos);
}
