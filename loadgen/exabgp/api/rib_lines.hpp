#pragma once
// Routes of a RIB as `show adj-rib` answers them, a line each: "PEER AFI SAFI NLRI", with all there is to know, or as JSON.

#include <string>

#include "loadgen/exabgp/api/api_command.hpp"
#include "rib/adj_rib_out.hpp"

namespace barrage::exabgp {

/// Whether `show adj-rib … inet|flow|l2vpn` wants this family.
bool is_of_kind(Family family, api::RouteKind kind) noexcept;
FamilySet families_of_kind(api::RouteKind kind) noexcept;

/// "10.0.0.0/24"; of families without prefixes what `announce AFI SAFI` takes.
std::string prefix_text(const RouteKey& key);

struct RibLine {
    const std::string& peer;       // the address
    const std::string& neighbor;   // the whole name
    const RouteKey& key;
    const AttributeSet* attributes;
    bool extensive = false;
    bool received = false;   // of the Adj-RIB-In
};
void append_rib_text(std::string& out, const RibLine& line);
void append_rib_json(std::string& out, const RibLine& line);
/// The route alone: {"prefix": …, "family": …}, with more where it is extensive.
void append_rib_route_json(std::string& out, const RibLine& line);

}   // namespace barrage::exabgp
