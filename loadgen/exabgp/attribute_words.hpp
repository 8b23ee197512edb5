#pragma once
// Path attributes in ExaBGP's words: "origin igp as-path ( 65001 65002 ) med 5", and the fields of "attribute": { … }. In the order of their
// type codes, whatever order they came in; without next hop and multiprotocol attributes, which stand with the routes.

#include <string>
#include <vector>

#include "codec/attribute/registry.hpp"

namespace barrage::exabgp {

/// Each attribute with a blank before it; empty where there is none.
std::string attribute_text(const std::vector<ReceivedAttribute>& attributes);
/// `"origin": "igp", "med": 5`.
std::string attribute_json(const std::vector<ReceivedAttribute>& attributes);

}   // namespace barrage::exabgp
