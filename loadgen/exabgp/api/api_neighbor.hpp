#pragma once
// A neighbour made at run time: the words of `create neighbor`, which are few, and ExaBGP's defaults for all others.

#include <expected>
#include <string>
#include <string_view>

#include "loadgen/exabgp/grammar/configuration.hpp"

namespace barrage::exabgp {

/// "ADDRESS local-address A local-as N peer-as N [router-id R] [family-allowed ipv4-unicast/…] [hold-time N] [graceful-restart N]
/// [group-updates true|false] [connect PORT] [passive true|false] [api PROCESS]…". `process` serves it where it names none.
std::expected<Neighbor, std::string> parse_created_neighbor(std::string_view words, const std::string& process);

}   // namespace barrage::exabgp
