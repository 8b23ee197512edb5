// How fast sources make routes: the *generate* stage alone.

#include <benchmark/benchmark.h>

#include <cstdlib>

#include "rib/full_table.hpp"
#include "rib/prefix_range.hpp"

namespace {

using namespace barrage;

template <RouteSource S>
void drain(S& source, std::uint64_t& routes, std::uint64_t& octets)
{
    for (RouteBatch batch; source.next(batch);) {
        benchmark::DoNotOptimize(batch.nlri.data());
        routes += batch.routes;
        octets += batch.nlri.size() + batch.attributes.size();
    }
}

void report(benchmark::State& state, std::uint64_t routes, std::uint64_t octets)
{
    state.counters["routes/s"] = benchmark::Counter(static_cast<double>(routes), benchmark::Counter::kIsRate);
    state.SetBytesProcessed(static_cast<std::int64_t>(octets));
}

void full_table(benchmark::State& state, Family family)
{
    std::uint64_t routes = 0;
    std::uint64_t octets = 0;
    for (auto _ : state) {
        auto source = FullTable::make({.routes = static_cast<std::uint64_t>(state.range(0)), .family = family});
        drain(*source, routes, octets);
    }
    report(state, routes, octets);
}
BENCHMARK_CAPTURE(full_table, ipv4, ipv4_unicast)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(full_table, ipv6, ipv6_unicast)->Arg(200'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void prefix_range(benchmark::State& state, const char* address, std::uint8_t prefix)
{
    std::uint64_t routes = 0;
    std::uint64_t octets = 0;
    for (auto _ : state) {
        auto source = PrefixRange::make({.address = *IpAddress::from_text(address), .prefix = prefix, .count = 1'000'000});
        if (!source) std::abort();
        drain(*source, routes, octets);
    }
    report(state, routes, octets);
}
BENCHMARK_CAPTURE(prefix_range, ipv4, "16.0.0.0", std::uint8_t{24})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(prefix_range, ipv6, "2001:db8::", std::uint8_t{64})->Unit(benchmark::kMillisecond);

/// EVPN type 2 with its own MAC address, IP address and label each: three counters.
void nlri_range(benchmark::State& state)
{
    std::uint64_t routes = 0;
    std::uint64_t octets = 0;
    Octets first(39);
    first[0] = 2;
    first[1] = 37;
    constexpr std::uint32_t octet = 8;
    const NlriProgression nlri{
        {Afi::l2vpn, Safi::evpn},
        std::move(first),
        {{.bit = 25 * octet, .bits = 48}, {.bit = 32 * octet, .bits = 32}, {.bit = 36 * octet, .bits = 20}},
        false};
    for (auto _ : state) {
        auto source = NlriRange::make(NlriRangeDescription{{}, nlri, 1'000'000});
        if (!source) std::abort();
        drain(*source, routes, octets);
    }
    report(state, routes, octets);
}
BENCHMARK(nlri_range)->Unit(benchmark::kMillisecond);

}   // namespace
