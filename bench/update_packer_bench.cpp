// The *pack* stage: a loaded full table → UPDATEs for one update group, as one thread of the pipeline does it.

#include <benchmark/benchmark.h>

#include "rib/full_table.hpp"
#include "rib/route_slice.hpp"

namespace {

using namespace barrage;

constexpr std::size_t window_octets = 192 * 1024;

struct Table {
    AttributePool pool;
    std::shared_ptr<const RouteSet> set;
    explicit Table(std::uint64_t routes)
    {
        auto source = FullTable::make({.routes = routes});
        set = load(*source, pool);
    }
};

void pack_full_table(benchmark::State& state, PackOptions options)
{
    static const Table table{1'000'000};
    options.families = FamilySet{ipv4_unicast};
    UpdatePacker packer{options};
    PackedUpdates updates;
    std::uint64_t octets = 0;
    for (auto _ : state) {
        WindowCutter cutter{RouteSlice::whole(table.set), RunKind::as_given, options, window_octets};
        while (const auto window = cutter.next()) {
            updates.clear();
            pack_window(*window, RunKind::as_given, packer, updates);
            octets += updates.octets().size();
            benchmark::DoNotOptimize(updates.octets().data());
        }
    }
    state.counters["routes/s"] = benchmark::Counter(static_cast<double>(state.iterations()) * 1e6, benchmark::Counter::kIsRate);
    state.SetBytesProcessed(static_cast<std::int64_t>(octets));
}

BENCHMARK_CAPTURE(pack_full_table, ebgp, PackOptions{.external = true})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(pack_full_table, ibgp, PackOptions{.external = false})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(pack_full_table, two_octet_as, PackOptions{.four_octet_as = false, .own_as = Asn{65001}})
    ->Unit(benchmark::kMillisecond);

}   // namespace
