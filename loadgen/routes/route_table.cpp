#include "loadgen/routes/route_table.hpp"

#include <fmt/format.h>

#include "codec/match.hpp"
#include "engine/time.hpp"
#include "loadgen/routes/replay_gaps.hpp"
#include "loadgen/routes/route_file.hpp"
#include "rib/route_set.hpp"
#include "tuning/allocator.hpp"

namespace barrage {

namespace {

/// Tables have an arena of their own: what they take can be told apart, and what runs leave behind does not lie between them. It lives as
/// long as the process.
Arena& tables_arena()
{
    static auto* const arena = new Arena{"tables"};
    return *arena;
}

/// A seed in the source's own words is nearer than --seed.
void apply_seed(FullTableDescription& table, const std::string& words, const std::optional<std::uint64_t>& seed)
{
    if (seed && !words.contains(",seed=")) table.seed = *seed;
}

/// Another source without its next hops.
template <RouteSource S>
struct WithoutNextHops {
    S& source;
    bool next(RouteBatch& batch)
    {
        const bool given = source.next(batch);
        batch.next_hop = {};
        return given;
    }
    [[nodiscard]] std::string problem() const { return source.problem(); }
    [[nodiscard]] bool is_ordered() const { return source.is_ordered(); }
    [[nodiscard]] const LeftOut& left_out() const { return source.left_out(); }
};

template <RouteSource S>
LoadedSource loaded(const std::string& words, S& source, AttributePool& pool, bool keep_times)
{
    auto routes = load(source, pool, keep_times);
    LoadedSource loaded{.words = words, .routes = std::move(routes), .warning = source.problem(), .left_out = {}};
    if constexpr (requires { source.left_out(); }) {
        loaded.left_out = source.left_out();
        loaded.left_out.name_samples(words);
    }
    return loaded;
}

/// Of a file of updates with its times in order; `drop_next_hops`: without those.
template <RouteSource S>
LoadedSource loaded_file(const std::string& words, const TableOptions& options, S& file, AttributePool& pool, bool drop_next_hops,
                         bool keep_times)
{
    ReplayGaps gaps{file, options.replay_max_gap};
    WithoutNextHops<ReplayGaps<S>> without{gaps};
    auto source = drop_next_hops ? loaded(words, without, pool, keep_times) : loaded(words, gaps, pool, keep_times);
    if (options.replay_speed > 0)
        if (auto text = gaps_text(gaps.longest(), gaps.capped(), gaps.went_back(), options.replay_speed, options.replay_max_gap);
            !text.empty())
            source.notes.push_back(std::move(text));
    return source;
}

std::expected<LoadedSource, std::string> loaded_dump(std::size_t index, const TableOptions& options, MrtSource& dump,
                                                     AttributePool& pool)
{
    const auto& words = options.sources[index].words;
    auto source = loaded_file(words, options, dump, pool, options.drop_next_hops, options.replay_speed > 0);
    const auto& counters = dump.counters();
    if (counters.local_messages != 0)
        source.notes.push_back(fmt::format("{} messages that the collector itself sent are left out; --mrt-local takes them",
                                           counters.local_messages));
    const auto* file = std::get_if<RouteFile>(&options.sources[index].spec);
    if (counters.snapshots > 1 && !(file && file->snapshot))
        source.notes.push_back(fmt::format("{} snapshots, one behind the other: later routes take the place of earlier ones; "
                                           "FILE,snapshot=N takes one of them",
                                           counters.snapshots));
    return source;
}

std::expected<LoadedSource, std::string> loaded_text(const std::string& words, const TableOptions& options, TextRoutes& text,
                                                     AttributePool& pool)
{
    // Only next hops that stand in a dump are nobody's wish.
    const bool is_dump = text.kind() == TextKind::bgpdump || text.kind() == TextKind::updates;
    const bool drop_next_hops = options.drop_next_hops && is_dump;
    auto source = loaded_file(words, options, text, pool, drop_next_hops, options.replay_speed > 0 && text.has_times());
    if (!text.error().empty()) return std::unexpected(text.error());
    source.names_next_hops = text.names_next_hops();
    for (auto& note : text.notes()) source.notes.push_back(std::move(note));
    return source;
}

std::expected<LoadedSource, std::string> load_one(const TableOptions& options, std::size_t index, AttributePool& pool)
{
    const auto& words = options.sources[index].words;
    using Result = std::expected<LoadedSource, std::string>;
    const auto from = [&](auto&& source) -> Result {
        if (!source) return std::unexpected(source.error());
        return loaded(words, *source, pool, options.replay_speed > 0);
    };
    const auto named = [](Result source, bool names_next_hops) {
        if (source) source->names_next_hops = names_next_hops;
        return source;
    };
    return std::visit(Match{
                          [&](const RouteFile& file) -> Result {
                              auto opened = open_route_file(file.path,
                                                            {.peer = options.mrt_peer,
                                                             .with_local = options.mrt_local,
                                                             .placeholders = options.with_placeholders},
                                                            file.snapshot);
                              if (!opened) return std::unexpected(std::move(opened.error()));
                              return std::visit(Match{[&](MrtSource& dump) { return loaded_dump(index, options, dump, pool); },
                                                      [&](TextRoutes& text) { return loaded_text(words, options, text, pool); }},
                                                *opened);
                          },
                          [&](FullTableDescription table) {
                              apply_seed(table, words, options.seed);
                              table.no_placeholder = !options.with_placeholders;
                              return named(from(FullTable::make(table)), table.next_hop.has_value());
                          },
                          [&](PrefixRangeDescription range) {
                              range.no_placeholder = !options.with_placeholders;
                              return named(from(PrefixRange::make(range)), range.next_hop.has_value());
                          },
                          [&](NlriRangeDescription range) {
                              range.no_placeholder = !options.with_placeholders;
                              return named(from(NlriRange::make(range)), range.next_hop.has_value());
                          },
                      },
                      options.sources[index].spec);
}

}   // namespace

FamilySet RouteTable::families() const noexcept
{
    FamilySet all;
    for (const auto& source : sources) source.routes->families().for_each([&](Family family) { all.insert(family); });
    return all;
}

RouteCount RouteTable::routes() const noexcept
{
    RouteCount count;
    for (const auto& source : sources) {
        count.announced += source.routes->announced();
        count.withdrawn += source.routes->withdrawn();
    }
    return count;
}

LeftOut RouteTable::left_out() const
{
    LeftOut all;
    for (const auto& source : sources) all.add_counts(source.left_out);
    return all;
}

std::size_t RouteTable::memory_octets() const noexcept
{
    std::size_t octets = 0;
    for (const auto& source : sources) octets += source.routes->memory_octets();
    return octets;
}

std::vector<RouteSlice> RouteTable::slices(bool slice, std::uint32_t peer, std::uint32_t peers) const
{
    std::vector<RouteSlice> slices;
    for (const auto& source : sources)
        slices.push_back(slice ? RouteSlice::part(source.routes, peer, peers) : RouteSlice::whole(source.routes));
    return slices;
}

std::expected<RouteTable, std::string> load_routes(const TableOptions& options)
{
    const auto start = Clock::now();
    auto& arena = tables_arena();
    const ArenaScope scope{arena};
    RouteTable table{.pool = std::make_shared<AttributePool>()};
    for (std::size_t i = 0; i < options.sources.size(); ++i) {
        auto source = load_one(options, i, *table.pool);
        if (!source) return std::unexpected(source.error());
        if (source->routes->announced() + source->routes->withdrawn() == 0)
            return std::unexpected(options.sources[i].words + " has no routes" +
                                   (source->warning.empty() ? std::string{} : ": " + source->warning));
        if (options.replay_speed > 0 && source->routes->times().empty())
            return std::unexpected(options.sources[i].words + " has no times to replay by: only files of updates have them");
        table.sources.push_back(std::move(*source));
    }
    table.load_time = Clock::now() - start;
    if (const auto statistics = arena.statistics()) table.allocated_octets = statistics->allocated;
    return table;
}

}   // namespace barrage
