#include "tests/support/doctest.hpp"

#include <cstdlib>
#include <random>

#include "tests/support/engine_pair.hpp"

namespace barrage {

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t peers = 3;
constexpr std::uint32_t table_at = 0x0a000000, table_routes = 60'000;
constexpr std::uint32_t other_at = 0x0c000000, other_routes = 20'000;
constexpr std::uint32_t beside_at = 0x20000000;

/// One run by a seed: tables and changes are told while sessions are reset by us, or cut by the other side without a word.
class RandomRun {
public:
    RandomRun(const EngineKind& kind, std::uint32_t seed) : random_(seed), pair_(kind), models_(peers)
    {
        for (std::uint32_t i = 0; i < peers; ++i) pair_.add_peer();
    }

    void play()
    {
        REQUIRE(pair_.start());
        tell(routes_.range(table_at, table_routes, 1), table_at, table_routes);
        const auto other = routes_.range(other_at, other_routes, 2);
        const auto other_comes = random_() % 20, other_goes = 20 + random_() % 30;
        for (std::uint32_t step = 0; step < 50; ++step) {
            if (step == other_comes) tell(other, other_at, other_routes);
            if (step == other_goes) tell(RoutesToSend::withdraw(other), other_at, other_routes);
            switch (random_() % 8) {
            case 0: reset(static_cast<PeerIndex>(random_() % peers)); break;
            case 1: cut(static_cast<PeerIndex>(random_() % peers)); break;
            default: change(step);
            }
            // Some steps follow at once, others a while later; when does not matter to what comes out.
            if (random_() % 3 == 0) wait_for_more(static_cast<PeerIndex>(random_() % peers));
        }
        // What the other side is told to cut it has cut before the tables are looked at.
        REQUIRE(pair_.receiving.command(everybody, {}));
        check_tables();
        // Nothing that was wrong follows behind.
        announce(beside_at + 0x01000000, 9, {});
        check_tables();
    }

private:
    void tell(const RouteRun& run, std::uint32_t at, std::uint32_t count)
    {
        pair_.injecting.engine().post({everybody, {command::SendRun{run}}});
        for (auto& model : models_) {
            if (run.kind == RunKind::withdraw)
                for (std::uint32_t i = 0; i < count; ++i) model.routes.erase(at + i * 256);
            else
                model.add_range(at, count, at == table_at ? 1 : 2);
        }
    }
    void announce(std::uint32_t address, std::uint32_t multi_exit_disc, const Addressees& to)
    {
        pair_.injecting.engine().post({to, {command::Announce{RoutesToSend::key(address), routes_.attributes(multi_exit_disc)}}});
        for (const auto peer : all_or(to)) models_[peer].routes[address] = multi_exit_disc;
    }
    void change(std::uint32_t step)
    {
        Addressees to = everybody;
        if (random_() % 2 == 0) to = {static_cast<PeerIndex>(random_() % peers)};
        for (int i = 0; i < 20; ++i) {
            const bool of_table = random_() % 2 == 0;
            const auto address = of_table ? table_at + random_() % table_routes * 256 : beside_at + random_() % 100 * 256;
            if (random_() % 3 != 0) {
                announce(address, 10 + step, to);
            } else {
                pair_.injecting.engine().post({to, {command::Withdraw{RoutesToSend::key(address)}}});
                for (const auto peer : all_or(to)) models_[peer].routes.erase(address);
            }
        }
    }
    void reset(PeerIndex peer)
    {
        pair_.injecting.engine().post({{peer}, {command::Stop{.subcode = CeaseSubcode::administrative_reset, .restart = true}}});
    }
    void cut(PeerIndex peer)
    {
        if (const auto at = pair_.latest(peer)) pair_.receiving.engine().post({{*at}, {command::Stop{}}});
    }
    void wait_for_more(PeerIndex peer)
    {
        const auto before = pair_.received(peer).received_octets;
        const auto more = random_() % 200'000;
        (void)pair_.receiving.await([&] { return pair_.received(peer).received_octets - before > more; }, 60ms);
    }
    static std::vector<PeerIndex> all_or(const Addressees& to)
    {
        return to.is_everybody() ? std::vector<PeerIndex>{0, 1, 2} : to.named();
    }

    void check_tables()
    {
        for (PeerIndex peer = 0; peer < peers; ++peer) {
            const auto& model = models_[peer];
            CHECK(pair_.await_table(peer, model.routes.size(), model.digest(EnginePair::as_of(peer))));
        }
    }

    std::mt19937 random_;
    RoutesToSend routes_;
    EnginePair pair_;
    std::vector<TableModel> models_;
};

}   // namespace

TEST_CASE("sessions reset at random while tables and changes are told: the final tables are right")
{
    const std::uint32_t runs = std::getenv("BARRAGE_SOAK") ? 200 : 10;
    for (std::uint32_t seed = 1; seed <= runs; ++seed) {
        const auto& kind = engine_kinds[seed % std::size(engine_kinds)];
        CAPTURE(seed);
        CAPTURE(kind.name);
        RandomRun{kind, seed}.play();
    }
}

}   // namespace barrage
