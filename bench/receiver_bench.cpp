// What a receiving peer does with the UPDATEs of a full table: each message taken apart, checked, its routes numbered, kept and
// digested (first peer: all prefixes and attributes are new; next peers: all are known), or only counted.

#include <benchmark/benchmark.h>

#include "codec/message/header.hpp"
#include "engine/receiver.hpp"
#include "rib/full_table.hpp"
#include "rib/prefix_range.hpp"
#include "rib/route_slice.hpp"

namespace {

using namespace barrage;

constexpr std::uint64_t table_routes = 1'000'000;

template <class Source>
Octets packed(Source& source)
{
    AttributePool pool;
    const auto set = load(source, pool);
    PackOptions options{.external = true, .own_as = Asn{65001}};
    options.families = FamilySet{ipv4_unicast};
    UpdatePacker packer{options};
    PackedUpdates updates;
    Octets all;
    WindowCutter cutter{RouteSlice::whole(set), RunKind::as_given, options, std::size_t{192} * 1024};
    while (const auto window = cutter.next()) {
        updates.clear();
        pack_window(*window, RunKind::as_given, packer, updates);
        all.insert(all.end(), updates.octets().begin(), updates.octets().end());
    }
    return all;
}

const Octets& full_table_octets()
{
    static const Octets octets = [] {
        auto source = FullTable::make({.routes = table_routes});
        return packed(*source);
    }();
    return octets;
}

const Octets& range_octets()
{
    static const Octets octets = [] {
        auto source = PrefixRange::make({.address = *IpAddress::from_text("16.0.0.0"), .prefix = 24, .count = table_routes});
        return packed(*source);
    }();
    return octets;
}

void receive(Receiver& receiver, const Octets& octets)
{
    Negotiated negotiated;
    negotiated.families = FamilySet{ipv4_unicast};
    negotiated.options.four_octet_as = true;
    for (OctetView rest{octets}; rest.size() >= header_octets;) {
        const auto length = std::size_t{rest[16]} << 8 | rest[17];
        receiver.update(rest.first(length), negotiated, {});
        rest = rest.subspan(length);
    }
}

void receive_table(benchmark::State& state, const Octets& (*table)(), bool count_only, bool known)
{
    const auto& octets = table();
    for (auto _ : state) {
        state.PauseTiming();
        PrefixIndex prefixes;
        Receiver first{{.count_only = count_only}, prefixes};
        Receiver next{{.count_only = count_only}, prefixes};
        if (known) receive(first, octets);
        state.ResumeTiming();
        receive(known ? next : first, octets);
        const auto& done = known ? next : first;
        if (done.announced() != table_routes || done.malformed() != 0) state.SkipWithError("not all routes were taken");
        state.PauseTiming();
        benchmark::DoNotOptimize(done.digest());
        state.ResumeTiming();
    }
    state.counters["routes/s"] = benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(table_routes),
                                                    benchmark::Counter::kIsRate);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(octets.size()));
}

BENCHMARK_CAPTURE(receive_table, full_table_first_peer, full_table_octets, false, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(receive_table, full_table_next_peer, full_table_octets, false, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(receive_table, range_first_peer, range_octets, false, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(receive_table, range_next_peer, range_octets, false, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(receive_table, full_table_counting, full_table_octets, true, false)->Unit(benchmark::kMillisecond);

}   // namespace
