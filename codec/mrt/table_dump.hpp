#pragma once
// TABLE_DUMP, the older form of a RIB in an MRT dump: one route a record, AS numbers of two octets. RFC 6396 section 4.2.
//
//     +-----------------------------------------------------+
//     | View Number (2) | Sequence Number (2)               |
//     | Prefix (4 or 16) | Prefix Length (1) | Status (1)   |
//     | Originated Time (4)                                 |
//     | Peer IP Address (4 or 16) | Peer AS (2)             |
//     | Attribute Length (2) | BGP Attributes ...           |
//     +-----------------------------------------------------+

#include "codec/asn.hpp"
#include "codec/family.hpp"
#include "codec/ip.hpp"
#include "codec/mrt/mrt_record.hpp"

namespace barrage {

struct TableDumpRoute {
    std::uint16_t view = 0;
    std::uint16_t sequence = 0;
    Family family = ipv4_unicast;
    std::uint8_t prefix_length = 0;   // bits
    OctetView prefix;                 // as many octets as hold them; trailing bits as they were written
    std::uint32_t originated = 0;     // seconds since 1970
    IpAddress peer_address;
    Asn peer_as;
    OctetView attributes;   // AS_PATH and AGGREGATOR with AS numbers of two octets
};

/// `record` is of type TABLE_DUMP; its subtype is the address family.
MrtDecoded<TableDumpRoute> decode_table_dump(const MrtRecord& record) noexcept;

}   // namespace barrage
