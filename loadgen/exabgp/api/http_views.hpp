#pragma once
// What a program's port shows of its neighbours over HTTP: the prefixes that they sent, and metrics. Values in, text out.

#include <string>
#include <vector>

#include "loadgen/exabgp/api/http_commands.hpp"
#include "loadgen/exabgp/speaker/speaker.hpp"

namespace barrage::exabgp {

/// {"prefixes": ["10.0.0.0/24", …]}: each once, in the order of the RIB.
std::string prefixes_json(const std::vector<ShownRoutes>& received);

/// {"total": N, "offset": N, "routes": [{"neighbor": …, "route": {…}}, …], "next": PATH or null}: routes in the order of their RIBs, one neighbor's
/// after the other's. Pages fit each other as long as nothing changes between them.
std::string routes_json(const std::vector<ShownRoutes>& shown, const RoutesPage& page, const Speaker& speaker);

/// Sessions and routes of these neighbours, for Prometheus.
std::string speaker_metrics(const Speaker& speaker, const Speaker::Neighbors& neighbors);

}   // namespace barrage::exabgp
