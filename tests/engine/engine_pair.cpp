#include "tests/support/engine_pair.hpp"

#include "tests/support/doctest.hpp"

#include <algorithm>
#include <utility>

#include "rib/full_table.hpp"
#include "rib/prefix_range.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

using namespace std::chrono_literals;

EngineOnThread::EngineOnThread(const EngineKind& kind, bool record_turns)
    : engine_(
          make_engine(kind.mode, {.shards = kind.shards, .packers = kind.packers, .pin = false, .record_turns = record_turns}))
{
}

EngineOnThread::~EngineOnThread() { stop(); }

void EngineOnThread::start()
{
    thread_ = std::thread{[this] { engine_->run(*this); }};
}

void EngineOnThread::stop()
{
    if (!thread_.joinable()) return;
    engine_->stop();
    thread_.join();
}

void EngineOnThread::do_there(const std::function<void(Engine&)>& what)
{
    bool done = false;
    std::unique_lock lock{mutex_};
    to_do_.push_back([&](Engine& engine) {
        what(engine);
        const std::lock_guard done_lock{mutex_};
        done = true;
        told_.notify_all();
    });
    engine_->interrupt();
    told_.wait(lock, [&] { return done; });
}

bool EngineOnThread::command(Addressees peers, std::vector<command::Any> what)
{
    const auto answered = std::make_shared<std::atomic<bool>>(false);
    engine_->post({std::move(peers), std::move(what), [answered] { *answered = true; }});
    return await([&] { return answered->load(); });
}

bool EngineOnThread::await(const std::function<bool()>& is_so, Duration limit)
{
    const auto until = Clock::now() + limit;
    while (!is_so()) {
        if (Clock::now() >= until) return false;
        std::unique_lock lock{mutex_};
        told_.wait_for(lock, 2ms);   // numbers change without an event
    }
    return true;
}

void EngineOnThread::on_events(const std::vector<PeerEvent>& events)
{
    if (receives) receives(events);
    const std::lock_guard lock{mutex_};
    log_.insert(log_.end(), events.begin(), events.end());
    told_.notify_all();
}

void EngineOnThread::on_interrupt()
{
    std::vector<std::function<void(Engine&)>> to_do;
    {
        const std::lock_guard lock{mutex_};
        std::swap(to_do, to_do_);
    }
    for (auto& each : to_do) each(*engine_);
}

EnginePair::EnginePair(const EngineKind& kind, bool record_turns) : injecting(kind, record_turns), receiving(engine_kinds[0])
{
    const auto admit = [this](const Endpoint& remote, const Endpoint&) -> Engine::Admission {
        PeerConfig config;
        config.session.open = {.my_as = {65000}, .hold_time = 180s, .bgp_identifier = {0x0a000001}};
        config.session.close_patience = 0s;   // a session that this side ends is cut, without a word
        config.remote = {remote.address, 0};
        config.passive = true;
        config.restart = false;
        const std::lock_guard lock{mutex_};
        config.receive = receive_;
        latest_[remote.address] = static_cast<PeerIndex>(receiving.engine().peer_count());   // the number that it gets
        return config;
    };
    const auto bound = receiving.engine().listen({Ipv4Address{0x7f000001}}, admit);
    REQUIRE(bound.has_value());
    receiver = *bound;
}

PeerIndex EnginePair::add_peer(const std::function<void(PeerConfig&)>& change)
{
    PeerIndex added = 0;
    const auto add = [&](Engine& engine) {
        const auto index = static_cast<PeerIndex>(engine.peer_count());
        PeerConfig config;
        config.session.open = {.my_as = as_of(index), .hold_time = 180s, .bgp_identifier = {0x0a010000 + index}};
        config.remote = receiver;
        config.local_address = address_of(index);
        if (change) change(config);
        added = engine.add_peer(std::move(config));
    };
    if (started_)
        injecting.do_there(add);
    else
        add(injecting.engine());
    return added;
}

bool EnginePair::start()
{
    started_ = true;
    receiving.start();
    injecting.start();
    return injecting.await_count<happened::Established>(injecting.engine().peer_count());
}

void EnginePair::stop()
{
    injecting.stop();
    receiving.stop();
}

std::optional<PeerIndex> EnginePair::latest(PeerIndex peer) const
{
    const std::lock_guard lock{mutex_};
    const auto found = latest_.find(address_of(peer));
    return found == latest_.end() ? std::nullopt : std::optional{found->second};
}

PeerNumbers EnginePair::received(PeerIndex peer) const
{
    const auto index = latest(peer);
    return index ? receiving.engine().numbers(*index) : PeerNumbers{};
}

bool EnginePair::await_live(PeerIndex peer, std::uint64_t routes)
{
    return receiving.await([&] { return received(peer).live == routes; });
}

bool EnginePair::await_table(PeerIndex peer, std::uint64_t routes, std::uint64_t digest)
{
    constexpr auto established = 5;
    const bool came = receiving.await([&] {
        const auto now = received(peer);
        return now.state == established && now.live == routes && now.digest == digest;
    });
    if (!came) {
        const auto now = received(peer);
        MESSAGE("peer ", peer, ": state ", now.state, ", live ", now.live, " of ", routes, ", digest is ",
                now.digest == digest ? "right" : "wrong", ", announced ", now.announced, ", withdrawn ", now.withdrawn,
                ", malformed ", now.malformed);
    }
    return came;
}

void EnginePair::set_receive(ReceiverConfig receive)
{
    const std::lock_guard lock{mutex_};
    receive_ = receive;
}

RouteKey RoutesToSend::key(std::uint32_t address)
{
    return {ipv4_unicast, std::nullopt,
            std::string{24, static_cast<char>(address >> 24), static_cast<char>(address >> 16), static_cast<char>(address >> 8)}};
}

AttributeSetRef RoutesToSend::attributes(std::uint32_t multi_exit_disc)
{
    const Asn path[] = {{65010}};
    Octets octets;
    write_attribute_octets({.as_path = path, .multi_exit_disc = multi_exit_disc}, octets);
    return pool_.intern(octets, hex("c0 00 02 01"));
}

RouteRun RoutesToSend::range(std::uint32_t address, std::uint64_t count, std::uint32_t multi_exit_disc)
{
    PrefixRangeDescription description{.address = Ipv4Address{address}, .count = count};
    description.as_path = {{65010}};
    description.multi_exit_disc = multi_exit_disc;
    description.next_hop = Ipv4Address{0xc0000201};
    auto range = PrefixRange::make(description);
    REQUIRE(range.has_value());
    return {.slice = RouteSlice::whole(load(*range, pool_)), .id = ++runs_};
}

RouteRun RoutesToSend::full_table(std::uint64_t count)
{
    auto table = FullTable::make({.routes = count});
    REQUIRE(table.has_value());
    return {.slice = RouteSlice::whole(load(*table, pool_)), .id = ++runs_};
}

RouteRun RoutesToSend::withdraw(RouteRun run)
{
    run.kind = RunKind::withdraw;
    return run;
}

std::uint64_t TableModel::digest(Asn own_as) const
{
    PrefixIndex prefixes;
    Receiver receiver{{}, prefixes};
    const Negotiated external{.families = {ipv4_unicast}, .peer_as = own_as};
    // 23, ORIGIN 4, AS_PATH 3 + 2 + 8, NEXT_HOP 7, MULTI_EXIT_DISC 7, one /24 of 4: 58 = 3a; attributes 31 = 1f
    auto update = hex("ffffffffffffffffffffffffffffffff 003a 02 0000 001f"
                      "40010100 40020a0202 00000000 0000fdf2 400304c0000201 800404 00000000 18 000000");
    const auto put = [&](std::size_t at, std::uint32_t value, int octets) {
        for (int i = 0; i < octets; ++i)
            update[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> (8 * (octets - 1 - i)));
    };
    put(32, own_as.value, 4);
    bool refused = false;
    for (const auto& [address, multi_exit_disc] : routes) {
        put(50, multi_exit_disc, 4);
        put(55, address >> 8, 3);
        refused |= receiver.update(update, external, TimePoint{}).has_value();
    }
    REQUIRE((!refused && receiver.malformed() == 0));
    REQUIRE(receiver.live() == routes.size());
    return receiver.digest();
}

}   // namespace barrage
