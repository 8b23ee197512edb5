#pragma once
// Routes of a table that devices drop for what stands in their attributes, whoever sends them: said before they are sent, since nobody hears of
// them again. Pure; any thread.

#include <optional>
#include <string>
#include <vector>

#include "loadgen/routes/route_table.hpp"

namespace barrage {

/// One line for a person for each reason: AS 0 (RFC 7607), and the device's own AS in the path where that is known.
std::vector<std::string> path_doubts(const RouteTable& table, std::optional<Asn> device_as);

}   // namespace barrage
