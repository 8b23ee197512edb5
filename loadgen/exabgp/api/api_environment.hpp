#pragma once
// What ExaBGP's environment says of the API: api.ack, api.respawn, api.terminate, api.version, api.cli, api.pipename. Before anything runs.

#include <expected>
#include <string>

#include "loadgen/exabgp/api/api.hpp"
#include "loadgen/exabgp/api/api_control.hpp"
#include "loadgen/exabgp/speaker/environment.hpp"

namespace barrage::exabgp {

std::expected<Api::Options, std::string> api_options(const Environment& environment);
/// "4.0.1", "5.0.0" or "6.0.0": as it is asked for, else by the first digit of exabgp_version, else that of 5.
std::string event_version(const Environment& environment);
/// The named pipes, where they are wanted and there.
std::expected<std::optional<NamedPipes>, std::string> command_pipes(const Environment& environment);
/// "ADDR:PORT", ":PORT" or "PORT": on loopback unless an address is given. Nothing for other text.
std::optional<Endpoint> control_endpoint(std::string_view text);

}   // namespace barrage::exabgp
