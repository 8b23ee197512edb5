#include "loadgen/exabgp/grammar/read_back.hpp"

#include <algorithm>

#include "loadgen/exabgp/grammar/parse.hpp"

namespace barrage::exabgp {

namespace {

/// The only route of a line; its attributes live in the pool of the thread.
std::optional<ConfiguredRoute> read(const std::string& words, bool withdraw)
{
    thread_local AttributePool pool;
    thread_local std::vector<std::string> watchdogs;
    auto routes = parse_routes(words, withdraw, pool, watchdogs);
    if (!routes || routes->size() != 1) return std::nullopt;
    return std::move(routes->front());
}

}   // namespace

bool reads_back(const std::string& words, Family family, OctetView nlri)
{
    const auto route = read(words, true);
    if (!route || route->key.family != family) return false;
    const auto& octets = route->key.nlri;
    return std::ranges::equal(octets, nlri, {}, [](char octet) { return static_cast<std::uint8_t>(octet); });
}

bool attribute_reads_back(const std::string& words, OctetView attribute)
{
    const auto route = read("route 0.0.0.0/0 " + words, true);
    return route && route->attributes && std::ranges::equal(route->attributes->octets(), attribute);
}

}   // namespace barrage::exabgp
