#pragma once
// A scenario to begin with, as text: what `loadgen init` writes and scenario(5) shows, with comments; and what `loadgen doctor` prints. Pure; any
// thread.

#include <cstdint>
#include <optional>
#include <string>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "io/endpoint.hpp"

namespace barrage {

/// What is known of the device. What is not is left for a person to fill in.
struct ScenarioFacts {
    std::optional<Endpoint> dut;
    std::optional<Asn> as;
    std::optional<IpAddress> address;   // of the first sender, rising; the receiver is behind them
    std::uint32_t senders = 2;
    Asn first_as{65001};
    std::uint32_t as_step = 1;
    Asn receiver_as{64601};
    std::string md5_key;
    std::optional<std::uint8_t> ttl;
    std::string routes = "full-table:100k";
    std::string next_hop = "self";
    std::string schema;   // file; empty: none is known
};

std::string scenario_template(const ScenarioFacts& facts);
/// The same run in a dozen lines.
std::string compact_scenario(const ScenarioFacts& facts);

}   // namespace barrage
