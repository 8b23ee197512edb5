#pragma once
// Many configured routes as one shared table, in the order in which ExaBGP would advertise them: by attribute set, then family, each
// in the order of first use; those that share UPDATEs by path identifier, length and address. One thread.

#include <functional>
#include <memory>

#include "loadgen/exabgp/grammar/configuration.hpp"
#include "rib/route_set.hpp"

namespace barrage::exabgp {

/// From so many on a neighbour's routes are a table; fewer are changes, with all of ExaBGP's rules for these.
inline constexpr std::size_t many_routes = 4096;

/// `attributes_of(const ConfiguredRoute&)`: with the next hop settled. `grouped`: families whose routes share UPDATEs.
std::shared_ptr<const RouteSet> bulk_routes(const std::vector<ConfiguredRoute>& routes, AttributePool& pool, FamilySet grouped,
                                            const std::function<AttributeSetRef(const ConfiguredRoute&)>& attributes_of);

/// Whether the two announce the same, octet by octet.
bool same_routes(const RouteSet& a, const RouteSet& b);

}   // namespace barrage::exabgp
