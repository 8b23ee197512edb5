#pragma once
// What ExaBGP configuration files say, as plain values: the parser (parse_configuration.hpp) makes them, `loadgen speak` runs them, `loadgen
// validate` prints them. Defaults are ExaBGP's. Values only: whoever holds one owns it; AttributeSets belong to the pool given to the parser.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "codec/message/operational.hpp"
#include "codec/prefix.hpp"
#include "rib/adj_rib_out.hpp"

namespace barrage::exabgp {

/// A route as its words say it, nothing added: no ORIGIN, AS_PATH or LOCAL_PREF that was not given.
struct ConfiguredRoute {
    RouteKey key;                    // NLRI as in an announcement: labels, RD and all
    AttributeSetRef attributes;      // and the next hop, where it was given as an address
    bool next_hop_self = false;      // the session's local address
    bool starts_withdrawn = false;   // `withdraw` beside a watchdog
    std::uint32_t watchdog = 0;      // its place in the watchdog names of whoever parsed, from 1; 0: none
};

enum class Encoder : std::uint8_t { text, json };

/// process NAME { run …; encoder …; }
struct ProcessConfig {
    std::string name;               // of several files each has its own processes: then the file is in it, "NAME (FILE)"
    std::vector<std::string> run;   // found and checked: run[0] can be executed
    Encoder encoder = Encoder::text;
    bool respawn = true;
    std::optional<std::uint16_t> http_port;   // SONiC's http_api.py: barrage listens there itself, and starts no program
};

/// The name as the file has it.
std::string_view written_name(std::string_view process) noexcept;

/// Which of the messages in one direction a program gets.
struct MessageSelection {
    bool parsed = false, packets = false, consolidate = false;
    bool open = false, update = false, notification = false, keepalive = false, refresh = false, operational = false;
    friend bool operator==(const MessageSelection&, const MessageSelection&) = default;
};

/// api [NAME] { … }
struct ApiSection {
    std::vector<std::string> processes;         // names
    std::vector<std::string> processes_match;   // regular expressions, from the start of a process's name
    bool neighbor_changes = false, negotiated = false, fsm = false, signal = false;
    MessageSelection send, receive;
    friend bool operator==(const ApiSection&, const ApiSection&) = default;
};

enum class AddPathWish : std::uint8_t { disable, send, receive, send_receive };

/// neighbor ADDRESS { … }, templates merged in.
struct Neighbor {
    std::string description;
    std::string host_name, domain_name;   // empty: not sent
    IpAddress peer_address;
    std::uint8_t peer_mask = 0;               // bits; less than all only with `passive`
    std::optional<IpAddress> local_address;   // none: auto
    std::string source_interface;
    std::optional<Ipv4Address> router_id;   // none: the local address
    std::optional<Asn> local_as, peer_as;   // none: auto, mirrored from the peer
    std::uint16_t hold_time = 180;          // seconds
    std::uint32_t rate_limit = 0;           // messages per second; 0: none
    bool passive = false;
    std::uint16_t listen = 0, connect = 0;   // ports; 0: the environment's
    std::optional<std::uint8_t> outgoing_ttl, incoming_ttl;
    std::string md5_password;   // as octets, base64 already taken off
    std::optional<IpAddress> md5_ip;
    bool group_updates = true, auto_flush = true, adj_rib_in = true, adj_rib_out = true, manual_eor = false;

    FamilySet families;
    FamilySet add_path_families;   // those that `add-path` of the capability holds for
    /// Families with the AFI of next hops that they may also have (RFC 8950).
    struct ExtendedNextHop {
        Family family;
        Afi next_hop;
        friend bool operator==(const ExtendedNextHop&, const ExtendedNextHop&) = default;
    };
    std::vector<ExtendedNextHop> next_hops;

    // capability { … }
    std::optional<bool> next_hop_capability;   // none: auto, sent where next_hops is not empty
    AddPathWish add_path = AddPathWish::disable;
    bool asn4 = true;
    std::optional<std::uint16_t> graceful_restart;   // seconds, at most 4095 on the wire; none: off
    bool multi_session = false, operational = false, route_refresh = false, aigp = false, extended_message = true,
         software_version = false;

    std::vector<ApiSection> apis;
    std::vector<ConfiguredRoute> routes;     // of static, announce, flow and l2vpn, in the order of the file
    std::vector<Operational> operationals;   // messages to send once Established
};

struct Configuration {
    std::vector<ProcessConfig> processes;
    std::vector<Neighbor> neighbors;
    std::vector<std::string> watchdogs;             // the first is number 1
    std::vector<std::string> files_without_words;   // those in which there is nothing at all
};

}   // namespace barrage::exabgp
