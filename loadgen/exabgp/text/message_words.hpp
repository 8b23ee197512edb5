#pragma once
// Parts of messages that the JSON and the text of events have in common: how octets are read, the routes of an UPDATE by next hop,
// capabilities by name, operational messages. Any thread.

#include <optional>
#include <string>
#include <vector>

#include "loadgen/exabgp/text/events.hpp"

namespace barrage::exabgp {

/// " next-hop ADDRESS", " next-hop ADDRESS link-local ADDRESS", or its octets where no words are read back as them; empty where there is
/// none. `octets` are those of MP_REACH_NLRI's field.
std::string next_hop_words(OctetView octets, Family family);

/// What JSON says of it beside the address: `, "link-local": "fe80::1"`, or `, "next-hop-octets": "0x…"` where words do not say it.
std::string next_hop_fields(OctetView octets, Family family);

/// As its receiver reads it: what we send has the path identifiers of add_path_send.
DecodedMessage decode_for_event(const MessageEvent& event);

struct UpdateWords {
    struct Announced {
        std::string next_hop;         // empty: none, as of flow rules
        std::string words = {};       // " next-hop …", as it is read back
        std::string more_json = {};   // of it, in each route: a link-local one behind it, or its octets where no words say them
        Family family;
        AnyRoutes routes;
    };
    struct Withdrawn {
        Family family;
        AnyRoutes routes;
    };
    std::optional<Family> end_of_rib;
    std::vector<Announced> announced;
    std::vector<Withdrawn> withdrawn;
};
UpdateWords words_of(const Update& update, OctetView message);

struct CapabilityWords {
    std::string name;   // ExaBGP's
    std::uint8_t code = 0;
    std::string json;   // fields behind "name", each with ", " before it
    std::string text;   // in parentheses behind the name; may be empty
};
/// Those that come more than once are one here, as in ExaBGP.
std::vector<CapabilityWords> capability_words(const Open& open);

struct OperationalWords {
    std::string_view name;   // "ASM"
    std::string afi, safi;
    std::string advisory;   // of those that are one
    std::optional<std::uint32_t> sequence, counter;
    std::string router_id;
    enum class Kind : std::uint8_t { advisory, query, counter, other } kind = Kind::other;
};
OperationalWords operational_words(const Operational& message);

/// "query", "begin", "end".
std::string_view refresh_word(RouteRefreshKind kind) noexcept;

}   // namespace barrage::exabgp
