#include "loadgen/inject/route_table.hpp"

#include "loadgen/mrt_input.hpp"
#include "rib/route_set.hpp"
#include "tuning/allocator.hpp"

namespace barrage {

namespace {

using Clock = std::chrono::steady_clock;

template <class... F>
struct Match : F... {
    using F::operator()...;
};

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

template <RouteSource S>
LoadedSource loaded(const std::string& words, S& source, AttributePool& pool, bool keep_times)
{
    auto routes = load(source, pool, keep_times);
    return {words, std::move(routes), source.problem()};
}

std::expected<LoadedSource, std::string> load_one(const InjectOptions& options, std::size_t index, AttributePool& pool)
{
    const auto& words = options.route_words[index];
    using Result = std::expected<LoadedSource, std::string>;
    const auto from = [&](auto&& source) -> Result {
        if (!source) return std::unexpected(source.error());
        return loaded(words, *source, pool, options.replay_speed > 0);
    };
    return std::visit(Match{
                          [&](const RouteFile& file) { return from(open_mrt_file(file.path, {.peer = options.mrt_peer})); },
                          [&](FullTableDescription table) {
                              apply_seed(table, words, options.seed);
                              return from(FullTable::make(table));
                          },
                          [&](const PrefixRangeDescription& range) { return from(PrefixRange::make(range)); },
                      },
                      options.routes[index]);
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

std::expected<RouteTable, std::string> load_routes(const InjectOptions& options)
{
    const auto start = Clock::now();
    auto& arena = tables_arena();
    const ArenaScope scope{arena};
    RouteTable table{.pool = std::make_shared<AttributePool>()};
    for (std::size_t i = 0; i < options.routes.size(); ++i) {
        auto source = load_one(options, i, *table.pool);
        if (!source) return std::unexpected(source.error());
        if (source->routes->announced() + source->routes->withdrawn() == 0)
            return std::unexpected(options.route_words[i] + " has no routes" +
                                   (source->warning.empty() ? std::string{} : ": " + source->warning));
        if (options.replay_speed > 0 && source->routes->times().empty())
            return std::unexpected(options.route_words[i] + " has no times to replay by: only files of updates have them");
        table.sources.push_back(std::move(*source));
    }
    table.load_time = Clock::now() - start;
    if (const auto statistics = arena.statistics()) table.allocated_octets = statistics->allocated;
    return table;
}

}   // namespace barrage
