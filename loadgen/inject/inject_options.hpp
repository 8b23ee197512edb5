#pragma once
// What `loadgen inject` was asked to do, and what follows from it for each peer: AS, identifier, source address, next hop.
// Values; any thread.

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/routes/next_hop_words.hpp"
#include "loadgen/routes/route_table.hpp"
#include "loadgen/run/conductor.hpp"

namespace barrage {

/// The receiving session of `--verify`.
struct VerifyingSession {
    Asn as{64601};
    std::optional<IpAddress> address;   // none: the one behind those of the peers
    bool route_server = false;          // the router is one: Scenario::Dut::route_server
};

struct InjectOptions : PlayOptions {
    std::optional<Endpoint> router;   // none: the embedded sink
    std::uint32_t peers = 1;

    TableOptions table;
    bool slice = false;
    bool shuffled = false;         // sent in another order than they come in
    bool allow_left_out = false;   // routes that are not put on the wire are no reason not to pass

    std::optional<Asn> local_as;   // none: 65001 rising by peer
    std::optional<Asn> peer_as;    // none: any
    NextHopChoice next_hop;
    bool keeps_as_path = false;
    std::optional<IpAddress> source;        // of the first peer, rising
    std::optional<Ipv4Address> router_id;   // likewise
    std::chrono::seconds hold_time{180};
    std::optional<std::chrono::nanoseconds> send_hold_time;   // none: the larger of 8 minutes and twice the hold time, RFC 9687
    std::optional<std::chrono::seconds> graceful_restart;     // restart time that is advertised, RFC 4724; none: no capability
    bool extended_message = false;
    bool add_path = false;
    std::optional<FamilySet> families;   // none: those of the routes
    std::uint8_t ttl = 0;
    std::string md5_key;

    double rate_per_second = 0;              // routes of each peer; 0: as fast as they are taken
    std::uint32_t prefixes_per_update = 0;   // 0: as many as fit
    std::optional<std::chrono::nanoseconds> withdraw_after;
    std::optional<VerifyingSession> verify;   // hold what the router passes on against what was sent
    std::chrono::nanoseconds hold{0};
    std::chrono::nanoseconds connect_timeout{std::chrono::seconds{15}};
    std::optional<std::chrono::nanoseconds> timeout;
};

/// ROUTER, ROUTER:PORT, [IPV6]:PORT; port 179 where none is given.
std::expected<Endpoint, std::string> parse_router(const std::string& text);
/// What does not go together, in one line.
std::expected<void, std::string> check(const InjectOptions& options);
}   // namespace barrage
