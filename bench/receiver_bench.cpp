// What a receiving peer does with the UPDATEs of a full table: each message taken apart, checked, its routes numbered, kept and
// digested (first peer: all prefixes and attributes are new; next peers: all are known), or only counted; and held against their sending.

#include <benchmark/benchmark.h>

#include "codec/message/header.hpp"
#include "engine/receiver.hpp"
#include "rib/full_table.hpp"
#include "rib/prefix_range.hpp"
#include "rib/route_slice.hpp"

namespace {

using namespace barrage;

constexpr std::uint64_t table_routes = 1'000'000;

Octets packed(const std::shared_ptr<const RouteSet>& set, const PackOptions& options)
{
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

template <class Source>
Octets packed(Source& source)
{
    AttributePool pool;
    PackOptions options{.external = true, .own_as = Asn{65001}};
    options.families = FamilySet{ipv4_unicast};
    return packed(load(source, pool), options);
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

// ---- Held against their sending, by family.

/// So many routes, by their number in the NLRI.
struct OfFamily {
    Family family;
    Octets next_hop;
    Octets (*nlri)(std::uint32_t number);
};

Octets ipv4_nlri(std::uint32_t number)
{
    Octets octets;
    Writer out{octets};
    out.u8(24);
    out.u24(0x100000 + number);
    return octets;
}

Octets vpnv4_nlri(std::uint32_t number)   // RFC 4364 section 4.3.4: label, route distinguisher, prefix
{
    Octets octets;
    Writer out{octets};
    out.u8(112);
    out.u24(0x000641);
    out.u64(std::uint64_t{65000} << 32 | number / 1000);
    out.u24(0x100000 + number % 1000);
    return octets;
}

Octets evpn_nlri(std::uint32_t number)   // RFC 7432 section 7.2: type 2 without an IP address
{
    Octets octets;
    Writer out{octets};
    out.u8(2);
    out.u8(33);
    out.u64(std::uint64_t{65000} << 32 | 1);
    for (int i = 0; i < 10; ++i) out.u8(0);   // segment
    out.u32(0);
    out.u8(48);
    out.u16(0x0200);
    out.u32(number);
    out.u8(0);
    out.u24(0x000641);
    return octets;
}

const OfFamily ipv4{ipv4_unicast, {192, 0, 2, 1}, ipv4_nlri};
const OfFamily vpnv4{{Afi::ipv4, Safi::mpls_vpn}, {0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1}, vpnv4_nlri};
const OfFamily evpn{{Afi::l2vpn, Safi::evpn}, {192, 0, 2, 1}, evpn_nlri};

void reflect_routes(benchmark::State& state, const OfFamily& of)
{
    AttributePool pool;
    RouteSetBuilder builder{pool, RouteSetBuilder::Order::by_attribute_set};
    const Octets attributes{0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfd, 0xe9};
    for (std::uint32_t number = 0; number < table_routes; ++number)
        builder.add(
            {.family = of.family, .attributes = attributes, .next_hop = of.next_hop, .nlri = of.nlri(number), .routes = 1});
    const auto set = std::move(builder).finish();
    auto measured = std::make_shared<MeasuredRoutes>();
    measured->add(set);
    measured->begin({});
    measured->begin_operation(TimePoint{} + std::chrono::seconds{1});
    measured->sent(measured->numbers_of(RouteSlice::whole(set)), {.sender = 1}, TimePoint{} + std::chrono::seconds{1});
    PackOptions options{.external = true, .own_as = Asn{65000}};
    options.next_hop_mode = NextHopMode::keep;
    options.families = FamilySet{of.family};
    const auto octets = packed(set, options);
    Negotiated negotiated;
    negotiated.families = FamilySet{of.family};
    negotiated.peer_as = Asn{65000};
    for (auto _ : state) {
        state.PauseTiming();
        PrefixIndex prefixes;
        Receiver receiver{{.measured = measured}, prefixes};
        state.ResumeTiming();
        for (OctetView rest{octets}; rest.size() >= header_octets;) {
            const auto length = std::size_t{rest[16]} << 8 | rest[17];
            receiver.update(rest.first(length), negotiated, TimePoint{} + std::chrono::seconds{2});
            rest = rest.subspan(length);
        }
        if (receiver.reflections()->live() != table_routes)
            state.SkipWithError(("not all routes came back: " + receiver.first_problem()).c_str());
    }
    state.counters["routes/s"] = benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(table_routes),
                                                    benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(reflect_routes, ipv4, ipv4)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reflect_routes, vpnv4, vpnv4)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reflect_routes, evpn, evpn)->Unit(benchmark::kMillisecond);

}   // namespace
