#pragma once
// A path of the device: attributes as a peer announced them, and what the choice of the best one and its passing on go by. Shared by all
// prefixes of one UPDATE; immutable. RFC 4271 section 9.1.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "rib/attribute_set.hpp"

namespace barrage::device {

/// A neighbour's number for as long as it has a session or paths.
using NeighborIndex = std::uint32_t;

/// Who announced a path.
struct PathSource {
    NeighborIndex neighbor = 0;
    Asn as;
    bool external = true;
    Ipv4Address identifier;
    IpAddress address;
};

struct Path {
    PathSource from;
    AttributeSetRef attributes;

    std::uint32_t local_pref = 100;
    std::uint32_t as_path_length = 0;   // an AS_SET counts as one
    std::uint8_t origin = 0;
    std::uint32_t med = 0;
    Asn neighbor_as;          // the first of the path, whose MEDs compare
    Ipv4Address identifier;   // ORIGINATOR_ID, else the peer's
    std::uint32_t cluster_list_length = 0;
    bool no_export = false;   // NO_EXPORT or NO_EXPORT_SUBCONFED
    bool no_advertise = false;
};
using PathRef = std::shared_ptr<const Path>;

/// `attributes` are canonical, as they were received.
PathRef make_path(const PathSource& from, AttributeSetRef attributes);

/// Why a path is not taken: the own AS or cluster is in it. Nothing: it may be.
std::optional<std::string_view> loop_in(OctetView attributes, Asn own_as, Ipv4Address own_identifier);

}   // namespace barrage::device
