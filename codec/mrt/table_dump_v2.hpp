#pragma once
// TABLE_DUMP_V2: a RIB as one table of peers and then, for every prefix, the routes that those peers sent. RFC 6396
// section 4.3; with path identifiers RFC 8050 section 4. Decoded as views; the encoders are for `loadgen mrt convert`.
//
//     PEER_INDEX_TABLE                                RIB_IPV4_UNICAST, RIB_IPV6_UNICAST …
//     +------------------------------------------+    +---------------------------------------+
//     | Collector BGP ID (4)                     |    | Sequence Number (4)                   |
//     | View Name Length (2) | View Name ...     |    | Prefix Length (1) | Prefix ...        |
//     | Peer Count (2)       | Peer Entries ...  |    | Entry Count (2)   | RIB Entries ...   |
//     +------------------------------------------+    +---------------------------------------+
//     | Peer Type (1) | Peer BGP ID (4)          |    | Peer Index (2) | Originated Time (4)  |
//     | Peer IP Address (4 or 16)                |    | [ Path Identifier (4) ]               |
//     | Peer AS (2 or 4)                         |    | Attribute Length (2) | Attributes ... |
//     +------------------------------------------+    +---------------------------------------+

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "codec/asn.hpp"
#include "codec/family.hpp"
#include "codec/ip.hpp"
#include "codec/mrt/mrt_record.hpp"
#include "codec/path_id.hpp"

namespace barrage {

/// Who sent a route to the collector.
struct MrtPeer {
    IpAddress address;
    Asn as;
    Ipv4Address bgp_identifier;   // 0.0.0.0 where the dump does not say

    friend constexpr auto operator<=>(const MrtPeer&, const MrtPeer&) = default;
};

struct PeerIndexTable {
    Ipv4Address collector;
    std::string_view view_name;   // octets of the dump, mostly empty
    std::vector<MrtPeer> peers;
};

/// Peers past a cut are an error: an index that names the wrong peer would be worse than none.
MrtDecoded<PeerIndexTable> decode_peer_index_table(const MrtRecord& record);

struct RibEntry {
    std::uint16_t peer_index = 0;
    std::uint32_t originated = 0;   // seconds since 1970
    std::optional<PathId> path_id;
    OctetView attributes;   // AS numbers of four octets; MP_REACH_NLRI as mp_reach_next_hop() says
};

/// The routes to one prefix, or of another NLRI. `entries` is read with read_rib_entry(), `entry_count` times.
struct RibRecord {
    std::uint32_t sequence = 0;
    Family family = ipv4_unicast;
    bool has_path_ids = false;
    OctetView nlri;   // whole, of a prefix length and octets; trailing bits as they were written
    std::uint16_t entry_count = 0;
    Reader entries;
};

/// The four pairs of unicast and multicast, and RIB_GENERIC (RFC 6396 section 4.3.3), with and without path identifiers.
constexpr bool is_rib(TableDumpV2Subtype subtype) noexcept
{
    return (subtype >= TableDumpV2Subtype::rib_ipv4_unicast && subtype <= TableDumpV2Subtype::rib_generic) ||
           (subtype >= TableDumpV2Subtype::rib_ipv4_unicast_addpath && subtype <= TableDumpV2Subtype::rib_generic_addpath);
}

/// `record` is of a subtype for which is_rib() holds. A family that is not known is an error: nobody can say where its NLRI ends.
MrtDecoded<RibRecord> decode_rib_record(const MrtRecord& record) noexcept;
/// The entries before one that is cut are good.
MrtDecoded<RibEntry> read_rib_entry(RibRecord& record) noexcept;

/// The next hop field in the value of an MP_REACH_NLRI of a RIB entry. RFC 6396 section 4.3.4 leaves only its length and
/// the next hop; some writers leave the attribute whole, which begins with the zero octet of the AFI.
std::optional<OctetView> mp_reach_next_hop(OctetView value) noexcept;

/// What encode_rib() writes of one route.
struct RibRoute {
    std::uint16_t peer_index = 0;
    std::uint32_t originated = 0;
    PathId path_id;
    OctetView attributes;   // as they shall stand there: at most 65535 octets
};

void encode_peer_index_table(const PeerIndexTable& table, std::uint32_t seconds, Writer& out);
/// `prefix` is length and octets, without path identifier. Families: those with a subtype, IPv4 and IPv6 unicast and multicast.
void encode_rib(Family family, std::uint32_t sequence, OctetView prefix, bool has_path_ids, std::span<const RibRoute> routes,
                std::uint32_t seconds, Writer& out);

}   // namespace barrage
