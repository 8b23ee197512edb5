// Any order of changes, tables, restarts and refreshes ends in what a model of it says.

#include <array>
#include <random>

#include "tests/rib/adj_rib_out_fixture.hpp"

namespace barrage {

TEST_CASE_FIXTURE(AdjRibOutFixture, "random changes and tables end in the table that their order says")
{
    std::mt19937 random(99);
    const std::vector<std::vector<std::uint8_t>> inside{{1, 2, 3, 4, 5, 6}, {4, 5, 6, 7, 8, 9}};
    const std::vector<RouteSlice> slices{RouteSlice::whole(table(inside[0], 101)), RouteSlice::whole(table(inside[1], 102))};
    std::uint64_t id = 1;
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        NativeAdjRibOut fresh;
        std::swap(rib, fresh);
        peer.clear();
        Table wanted;
        std::optional<std::pair<std::size_t, RunKind>> begun;
        const auto apply = [&](Table& to, std::size_t which, RunKind kind) {
            for (const auto x : inside[which])
                if (kind == RunKind::withdraw)
                    to.erase(name(x));
                else
                    to[name(x)] = 101 + static_cast<std::uint32_t>(which);
        };
        for (int step = 0; step < 60; ++step) {
            const auto x = static_cast<std::uint8_t>(1 + random() % 10);
            switch (random() % 12) {
            case 0:
            case 1:
            case 2:
            case 3: {
                const auto med = static_cast<std::uint32_t>(random() % 3);
                rib.announce(key(x), attributes(med));
                wanted[name(x)] = med;
                break;
            }
            case 4:
            case 5:
                rib.withdraw(key(x));
                wanted.erase(name(x));
                break;
            case 6:
            case 7: {
                const auto which = random() % 2;
                const auto kind = random() % 3 == 0 ? RunKind::withdraw : RunKind::as_given;
                rib.queue_run({slices[which], kind, id++});
                apply(wanted, which, kind);
                break;
            }
            case 8:
                if (random() % 3 != 0) break;
                rib.clear_waiting();
                wanted = peer;
                if (begun) apply(wanted, begun->first, begun->second);
                break;
            default:
                if (!rib.has_waiting()) break;
                if (rib.run_at_front() && !begun) {
                    begun.emplace(rib.run_at_front()->slice == slices[0] ? 0 : 1, rib.run_at_front()->kind);
                    rib.begin_front();
                    break;
                }
                if (rib.run_at_front()) begun.reset();
                take_one(1 + random() % 4);
            }
        }
        drain();
        REQUIRE(peer == wanted);
    }
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "random sequences with restarts and refreshes end in tables and overlay")
{
    std::mt19937 random(7);
    const std::vector<std::vector<std::uint8_t>> inside{{21, 22, 23}, {31, 32, 33}, {41, 42}};
    std::vector<RouteSlice> slices;
    for (std::size_t i = 0; i < inside.size(); ++i)
        slices.push_back(RouteSlice::whole(table(inside[i], 200 + static_cast<std::uint32_t>(i))));
    std::uint64_t id = 1;
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        NativeAdjRibOut fresh;
        std::swap(rib, fresh);
        peer.clear();
        Table wanted;                       // tables and overlay never meet here
        std::array<bool, 3> advertised{};   // wanted of each table
        for (int step = 0; step < 60; ++step) {
            const auto x = static_cast<std::uint8_t>(1 + random() % 8);
            const auto which = random() % 3;
            switch (random() % 12) {
            case 0:
            case 1:
            case 2: {
                const auto med = static_cast<std::uint32_t>(random() % 3);
                rib.announce(key(x), attributes(med));
                wanted[name(x)] = med;
                break;
            }
            case 3:
            case 4:
                rib.withdraw(key(x));
                wanted.erase(name(x));
                break;
            case 5:
            case 6:
                rib.queue_run({slices[which], advertised[which] ? RunKind::withdraw : RunKind::as_given, id++});
                advertised[which] = !advertised[which];
                for (const auto each : inside[which])
                    if (advertised[which])
                        wanted[name(each)] = 200 + static_cast<std::uint32_t>(which);
                    else
                        wanted.erase(name(each));
                break;
            case 7:
                if (random() % 2) break;
                rib.clear_waiting();
                wanted = peer;
                for (std::size_t i = 0; i < advertised.size(); ++i) advertised[i] = peer.contains(name(inside[i][0]));
                break;
            case 8:
                rib.restart(ipv4_only);   // the session went, and the peer forgot
                peer.clear();
                if (random() % 2) drain();
                break;
            case 9:
                rib.refresh({.negotiated = ipv4_only});   // the peer forgot some, and wants them again
                peer.erase(name(x));
                if (advertised[which]) peer.erase(name(inside[which][0]));
                drain();
                REQUIRE(peer == wanted);
                break;
            default:
                if (rib.has_waiting()) take_one(1 + random() % 4);
            }
        }
        drain();
        REQUIRE(peer == wanted);
        std::size_t of_tables = 0;
        for (std::size_t i = 0; i < advertised.size(); ++i) of_tables += advertised[i] ? inside[i].size() : 0;
        CHECK(rib.overlay_size() == wanted.size() - of_tables);
    }
}

}   // namespace barrage
