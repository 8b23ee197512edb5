// The two bulk roads of IPv4 through the codec, on one table: routes in memory → UPDATEs, and UPDATEs → counted prefixes. loops.py runs the
// tight C loops of $BARRAGE_SHARED/perf over the same table in turns with these; the table comes to both from files:
//   BARRAGE_BENCH_MRT   the table as an MRT dump, to be packed      (else a synthetic full table of 1M routes)
//   BARRAGE_BENCH_RAW   its UPDATEs, one after the other, to be read (else what was packed)

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "codec/message/header.hpp"
#include "codec/message/update_view.hpp"
#include "codec/nlri/nlri_count.hpp"
#include "loadgen/routes/mrt_input.hpp"
#include "rib/full_table.hpp"
#include "rib/mrt_source.hpp"
#include "rib/route_slice.hpp"

namespace {

using namespace barrage;

constexpr std::size_t window_octets = 192 * 1024;

struct Table {
    AttributePool pool;
    std::shared_ptr<const RouteSet> set;
    std::uint64_t routes = 0;

    Table()
    {
        if (const char* const path = std::getenv("BARRAGE_BENCH_MRT")) {
            auto source = open_mrt_file(path, {}).value();
            set = load(source, pool);
        } else {
            auto source = FullTable::make({.routes = 1'000'000});
            set = load(*source, pool);
        }
        routes = set->announced();
    }
    static const Table& instance()
    {
        static const Table table;
        return table;
    }
};

template <class Visit>
void pack(const Table& table, Visit&& visit)
{
    PackOptions options{.external = true};
    options.families = FamilySet{ipv4_unicast};
    UpdatePacker packer{options};
    PackedUpdates updates;
    WindowCutter cutter{RouteSlice::whole(table.set), RunKind::as_given, options, window_octets};
    while (const auto window = cutter.next()) {
        updates.clear();
        pack_window(*window, RunKind::as_given, packer, updates);
        visit(updates.octets());
    }
}

Octets packed_octets()
{
    if (const char* const path = std::getenv("BARRAGE_BENCH_RAW")) {
        std::ifstream file{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    Octets all;
    pack(Table::instance(), [&all](const auto& octets) { all.insert(all.end(), octets.begin(), octets.end()); });
    return all;
}

void count_rates(benchmark::State& state, std::uint64_t routes, std::uint64_t octets)
{
    state.counters["routes/s"] = benchmark::Counter(static_cast<double>(routes), benchmark::Counter::kIsRate);
    state.SetBytesProcessed(static_cast<std::int64_t>(octets));
}

void encode_table(benchmark::State& state)
{
    const auto& table = Table::instance();
    std::uint64_t octets = 0;
    for (auto _ : state)
        pack(table, [&octets](const auto& packed) {
            octets += packed.size();
            benchmark::DoNotOptimize(packed.data());
        });
    count_rates(state, static_cast<std::uint64_t>(state.iterations()) * table.routes, octets);
}
BENCHMARK(encode_table)->Unit(benchmark::kMillisecond);

/// What a receiver does with every message before it looks at attributes: frame, fields, prefixes.
void decode_table(benchmark::State& state)
{
    static const auto octets = packed_octets();
    std::uint64_t routes = 0;
    for (auto _ : state) {
        OctetView rest{octets};
        while (rest.size() >= header_octets) {
            const auto header = decode_header(rest, max_message_octets);
            if (!header || header->length > rest.size()) return state.SkipWithError("the messages are not whole");
            const auto message = rest.first(header->length);
            rest = rest.subspan(header->length);
            if (header->type != MessageType::update) continue;
            const auto view = split_update(message);
            const auto prefixes = view ? count_nlri(view->nlri, Ipv4Prefix::max_length, false) : std::nullopt;
            if (!prefixes) return state.SkipWithError("a message is malformed");
            routes += *prefixes;
        }
    }
    count_rates(state, routes, static_cast<std::uint64_t>(state.iterations()) * octets.size());
}
BENCHMARK(decode_table)->Unit(benchmark::kMillisecond);

}   // namespace
