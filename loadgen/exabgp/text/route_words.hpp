#pragma once
// NLRI in ExaBGP's words: as text ("10.0.0.0/8 path-information 0.0.0.1", "flow destination-ipv4 …"), and as JSON under its field names. For
// events and for `show adj-rib`. Families that ExaBGP writes in a form of its own have it here; of the others the fields of describe().

#include <string>
#include <string_view>
#include <vector>

#include "codec/nlri/nlri_families.hpp"

namespace barrage::exabgp {

/// One object for each route, ", " between them. `more` are further fields of each, with ", " before them.
void append_json(std::string& out, const AnyRoutes& routes, bool withdrawn, const std::string& more = {});

/// How the text of a route is to be read back.
struct RouteTextForm {
    bool after_family =
        false;   // behind `announce AFI SAFI`; else behind `announce`, or `announce route` where it begins with a prefix
    bool withdrawn = false;   // or `withdraw`
};
/// One text for each route: words that are read back as the same octets, or `raw 0xOCTETS`.
std::vector<std::string> texts_of(const AnyRoutes& routes, RouteTextForm form);

/// Of one rule, without its next hop: "flow destination-ipv4 10.0.0.0/8 protocol =tcp".
std::string flow_text(const FlowSpecNlri4& rule);
std::string flow_text(const FlowSpecNlri6& rule);
void append_flow_json(std::string& out, const FlowSpecNlri4& rule);
void append_flow_json(std::string& out, const FlowSpecNlri6& rule);

/// The same in ExaBGP's events, with the next hop, which may be empty.
std::string flow_event_text(const FlowSpecNlri4& rule, std::string_view next_hop);
std::string flow_event_text(const FlowSpecNlri6& rule, std::string_view next_hop);
void append_flow_event_json(std::string& out, const FlowSpecNlri4& rule, std::string_view next_hop);
void append_flow_event_json(std::string& out, const FlowSpecNlri6& rule, std::string_view next_hop);

}   // namespace barrage::exabgp
