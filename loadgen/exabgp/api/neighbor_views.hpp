#pragma once
// `show neighbor` in its forms: a table line, a page, JSON, and the configuration as ExaBGP would read it. Values in, text out.

#include <boost/json/fwd.hpp>

#include <string>

#include "loadgen/exabgp/speaker/speaker.hpp"

namespace barrage::exabgp {

struct NeighborFacts {
    const Speaker::Status& status;
    std::string name;   // Speaker::name()
    PeerNumbers numbers;
    TimePoint now;
};

/// The line over summary lines.
std::string summary_header();
std::string summary_line(const NeighborFacts& facts);
std::string extensive_page(const NeighborFacts& facts);
boost::json::object neighbor_json(const NeighborFacts& facts);
std::string configuration_text(const Neighbor& neighbor);

/// "1:02:03", "2 days, 1:02:03".
std::string duration_text(Duration duration);

}   // namespace barrage::exabgp
