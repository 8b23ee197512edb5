#pragma once
// Routes as ExaBGP's events have them. What they do not say (the octets of a label, a route of a family without words of its own) is not
// read back: route_words.hpp has the words that are. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "codec/nlri/nlri_families.hpp"

namespace barrage::exabgp {

/// How routes of one field of an UPDATE are shown.
struct EventRouteForm {
    bool withdrawn = false;
    std::string_view next_hop = {};    // an address, or empty: there is none
    std::string_view more_json = {};   // further fields of each object, with ", " before them
};

/// One object for each route, ", " between them.
void append_event_json(std::string& out, const AnyRoutes& routes, const EventRouteForm& form);

/// One line for each route, its next hop where ExaBGP has it: "10.0.0.0/24 label 3 next-hop 192.0.2.1 rd 65000:1".
std::vector<std::string> event_texts(const AnyRoutes& routes, const EventRouteForm& form);

}   // namespace barrage::exabgp
