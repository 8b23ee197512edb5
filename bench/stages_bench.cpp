// The road of a route, stage by stage, for one full table: what each costs a route, on one thread. docs/scaling.md reckons with
// these.
//   generate   routes are made          intern   attributes become sets, routes a table      pack     UPDATEs of one update group
//   patch      a peer's own values      write    octets into a TCP socket on loopback, which another thread reads
// The receiving side is receiver_bench. Time of write is CPU time of the thread that writes.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <thread>

#include "engine/outbox.hpp"
#include "engine/window_source.hpp"
#include "io/acceptor.hpp"
#include "io/connector.hpp"
#include "io/poll_loop.hpp"
#include "rib/full_table.hpp"
#include "rib/route_slice.hpp"

namespace {

using namespace barrage;

constexpr std::uint64_t table_routes = 1'000'000;

void count_routes(benchmark::State& state, std::uint64_t routes, std::uint64_t octets)
{
    state.counters["routes/s"] = benchmark::Counter(static_cast<double>(routes), benchmark::Counter::kIsRate);
    state.counters["ns/route"] =
        benchmark::Counter(static_cast<double>(routes) / 1e9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.SetBytesProcessed(static_cast<std::int64_t>(octets));
}

void generate(benchmark::State& state)
{
    std::uint64_t routes = 0, octets = 0;
    for (auto _ : state) {
        auto source = FullTable::make({.routes = table_routes});
        for (RouteBatch batch; source->next(batch);) {
            benchmark::DoNotOptimize(batch.nlri.data());
            routes += batch.routes;
            octets += batch.nlri.size();
        }
    }
    count_routes(state, routes, octets);
}
BENCHMARK(generate)->Unit(benchmark::kMillisecond);

/// With generate in it: a batch lives only until the next one.
void generate_and_intern(benchmark::State& state)
{
    std::uint64_t routes = 0;
    for (auto _ : state) {
        AttributePool pool;
        auto source = FullTable::make({.routes = table_routes});
        routes += load(*source, pool)->announced();
    }
    count_routes(state, routes, 0);
}
BENCHMARK(generate_and_intern)->Unit(benchmark::kMillisecond);

struct Packed {
    AttributePool pool;
    std::shared_ptr<const RouteSet> set;
    PackOptions options;
    std::vector<std::shared_ptr<const PackedUpdates>> windows;

    Packed()
    {
        auto source = FullTable::make({.routes = table_routes});
        set = load(*source, pool);
        options.external = true;
        options.next_hop_mode = NextHopMode::self;
        options.families = FamilySet{ipv4_unicast};
        UpdatePacker packer{options};
        const auto memory = std::make_shared<WindowMemory>();
        each_window([&](const RouteSlice& slice) {
            auto updates = memory->take();
            pack_window(slice, RunKind::as_given, packer, *updates);
            windows.push_back(std::move(updates));
        });
    }
    template <class Visit>
    void each_window(Visit&& visit) const
    {
        WindowCutter cutter{RouteSlice::whole(set), RunKind::as_given, options, window_octets};
        while (const auto slice = cutter.next()) visit(*slice);
    }
    static const Packed& instance()
    {
        static const Packed packed;
        return packed;
    }
};

void pack(benchmark::State& state)
{
    const auto& packed = Packed::instance();
    UpdatePacker packer{packed.options};
    PackedUpdates updates;
    std::uint64_t octets = 0;
    for (auto _ : state)
        packed.each_window([&](const RouteSlice& slice) {
            updates.clear();
            pack_window(slice, RunKind::as_given, packer, updates);
            octets += updates.octets().size();
        });
    count_routes(state, static_cast<std::uint64_t>(state.iterations()) * table_routes, octets);
}
BENCHMARK(pack)->Unit(benchmark::kMillisecond);

PeerPatch values_of(std::uint32_t peer)
{
    PeerPatch values;
    values.own_as = Asn{65001 + peer};
    values.self = Ipv4Address{0x7f000101 + peer};
    return values;
}

/// `peers` of them take each window one after the other, as those of a shard do.
void patch_windows(benchmark::State& state)
{
    const auto peers = static_cast<std::uint32_t>(state.range(0));
    const auto& packed = Packed::instance();
    PatchBuffer buffer;
    std::uint64_t octets = 0;
    for (auto _ : state)
        for (const auto& window : packed.windows)
            for (std::uint32_t peer = 0; peer < peers; ++peer) {
                const auto patched = buffer.patched(window, 0, window->messages().size(), values_of(peer));
                benchmark::DoNotOptimize(patched.data());
                octets += patched.size();
            }
    count_routes(state, static_cast<std::uint64_t>(state.iterations()) * table_routes * peers, octets);
}
BENCHMARK(patch_windows)->Name("patch")->Arg(1)->Arg(10)->Unit(benchmark::kMillisecond);

/// A connection over loopback whose other end is read and forgotten by a thread of its own.
class Drain {
public:
    Drain()
    {
        auto acceptor = Acceptor::listen(*Endpoint::from_text("127.0.0.1:0"), {});
        auto connector = Connector::start(acceptor->local(), {});
        wait(connector->fd(), {.write = true});
        connection_ = std::move(*connector->finish());
        wait(acceptor->fd(), {.read = true});
        thread_ = std::thread{[far = acceptor->accept().connection]() mutable {
            std::vector<std::uint8_t> ignored(std::size_t{1} << 18);
            for (;;) {
                const auto got = far->read(ignored);
                if (got.status == ReadResult::Status::would_block) wait(far->fd(), {.read = true});
                if (got.status == ReadResult::Status::closed || got.status == ReadResult::Status::error) return;
            }
        }};
    }
    ~Drain()
    {
        connection_ = {};
        thread_.join();
    }
    void write(OctetView octets)
    {
        while (!octets.empty()) {
            const iovec piece{const_cast<std::uint8_t*>(octets.data()), octets.size()};
            const auto sent = connection_->write({&piece, 1});
            if (sent.status == WriteResult::Status::error) std::abort();
            octets = octets.subspan(sent.octets);
            if (sent.status == WriteResult::Status::would_block) wait(connection_->fd(), {.write = true});
        }
    }

private:
    static void wait(int fd, Waiter::Interest interest)
    {
        PollLoop loop;
        std::vector<Waiter::Ready> ready;
        loop.watch(fd, 0, interest);
        loop.wait(Waiter::Clock::time_point::max(), ready);
    }
    std::shared_ptr<Connection> connection_;
    std::thread thread_;
};

void write(benchmark::State& state)
{
    const auto& packed = Packed::instance();
    Drain drain;
    std::uint64_t octets = 0;
    for (auto _ : state)
        for (const auto& window : packed.windows) {
            drain.write(window->octets());
            octets += window->octets().size();
        }
    count_routes(state, static_cast<std::uint64_t>(state.iterations()) * table_routes, octets);
}
BENCHMARK(write)->Unit(benchmark::kMillisecond);

}   // namespace
