#pragma once
// A route as a person names it, for reports and logs. Pure; any thread.

#include <string>

#include "codec/family.hpp"
#include "codec/reader.hpp"

namespace barrage {

/// The first route of `nlri`, without a path identifier: "198.51.100.0/24", "ipv4-lu 198.51.100.0/24", "vpnv4 65000:1 198.51.100.0/24"; of
/// families without prefixes all fields; octets where it is no NLRI.
std::string route_text(Family family, OctetView nlri);

/// The prefix of it alone, behind labels and a route distinguisher; empty where it has none.
std::string prefix_text(Family family, OctetView nlri);

}   // namespace barrage
