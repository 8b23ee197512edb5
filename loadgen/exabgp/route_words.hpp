#pragma once
// NLRI in ExaBGP's words: as text ("10.0.0.0/8 path-information 0.0.0.1", "flow destination-ipv4 …"), and as JSON under its field names. For
// events and for `show adj-rib`. Families that ExaBGP writes in a form of its own have it here; of the others the fields of describe().

#include <string>
#include <vector>

#include "codec/nlri/nlri_families.hpp"

namespace barrage::exabgp {

/// One object for each route, ", " between them.
void append_json(std::string& out, const AnyRoutes& routes);
/// One text for each route.
std::vector<std::string> texts_of(const AnyRoutes& routes);

/// Of one rule, without its next hop: "flow destination-ipv4 10.0.0.0/8 protocol =tcp".
std::string flow_text(const FlowSpecNlri4& rule);
std::string flow_text(const FlowSpecNlri6& rule);
void append_flow_json(std::string& out, const FlowSpecNlri4& rule);
void append_flow_json(std::string& out, const FlowSpecNlri6& rule);

}   // namespace barrage::exabgp
