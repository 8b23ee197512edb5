#include "codec/mrt/mrt_record.hpp"

#include <iterator>
#include <utility>

namespace barrage {

namespace {

std::string_view table_dump_v2_name(TableDumpV2Subtype subtype) noexcept
{
    switch (subtype) {
    case TableDumpV2Subtype::peer_index_table: return "PEER_INDEX_TABLE";
    case TableDumpV2Subtype::rib_ipv4_unicast: return "RIB_IPV4_UNICAST";
    case TableDumpV2Subtype::rib_ipv4_multicast: return "RIB_IPV4_MULTICAST";
    case TableDumpV2Subtype::rib_ipv6_unicast: return "RIB_IPV6_UNICAST";
    case TableDumpV2Subtype::rib_ipv6_multicast: return "RIB_IPV6_MULTICAST";
    case TableDumpV2Subtype::rib_generic: return "RIB_GENERIC";
    case TableDumpV2Subtype::geo_peer_table: return "GEO_PEER_TABLE";
    case TableDumpV2Subtype::rib_ipv4_unicast_addpath: return "RIB_IPV4_UNICAST_ADDPATH";
    case TableDumpV2Subtype::rib_ipv4_multicast_addpath: return "RIB_IPV4_MULTICAST_ADDPATH";
    case TableDumpV2Subtype::rib_ipv6_unicast_addpath: return "RIB_IPV6_UNICAST_ADDPATH";
    case TableDumpV2Subtype::rib_ipv6_multicast_addpath: return "RIB_IPV6_MULTICAST_ADDPATH";
    case TableDumpV2Subtype::rib_generic_addpath: return "RIB_GENERIC_ADDPATH";
    }
    return {};
}

std::string_view bgp4mp_name(Bgp4mpSubtype subtype) noexcept
{
    switch (subtype) {
    case Bgp4mpSubtype::state_change: return "BGP4MP_STATE_CHANGE";
    case Bgp4mpSubtype::message: return "BGP4MP_MESSAGE";
    case Bgp4mpSubtype::entry: return "BGP4MP_ENTRY";
    case Bgp4mpSubtype::snapshot: return "BGP4MP_SNAPSHOT";
    case Bgp4mpSubtype::message_as4: return "BGP4MP_MESSAGE_AS4";
    case Bgp4mpSubtype::state_change_as4: return "BGP4MP_STATE_CHANGE_AS4";
    case Bgp4mpSubtype::message_local: return "BGP4MP_MESSAGE_LOCAL";
    case Bgp4mpSubtype::message_as4_local: return "BGP4MP_MESSAGE_AS4_LOCAL";
    case Bgp4mpSubtype::message_addpath: return "BGP4MP_MESSAGE_ADDPATH";
    case Bgp4mpSubtype::message_as4_addpath: return "BGP4MP_MESSAGE_AS4_ADDPATH";
    case Bgp4mpSubtype::message_local_addpath: return "BGP4MP_MESSAGE_LOCAL_ADDPATH";
    case Bgp4mpSubtype::message_as4_local_addpath: return "BGP4MP_MESSAGE_AS4_LOCAL_ADDPATH";
    }
    return {};
}

/// RFC 6396 appendix B.2, in the order of their numbers.
constexpr std::string_view mrt_bgp_names[] = {"BGP_NULL", "BGP_UPDATE", "BGP_PREF_UPDATE", "BGP_STATE_CHANGE",
                                              "BGP_SYNC", "BGP_OPEN",   "BGP_NOTIFY",      "BGP_KEEPALIVE"};

}   // namespace

MrtDecoded<MrtRecord> decode_mrt_record(const MrtHeader& header, OctetView octets, std::uint64_t offset) noexcept
{
    MrtRecord record{header.seconds, 0, header.type, header.subtype, octets, offset};
    if (!record.has_microseconds()) return record;
    Reader in{octets};
    record.microseconds = in.u32();
    record.body = in.rest();
    if (in.failed()) return std::unexpected(MrtError{"an extended timestamp record shorter than its microseconds", offset});
    return record;
}

std::string_view name(MrtType type) noexcept
{
    if (type == mrt_bgp) return "BGP";
    switch (type) {
    case MrtType::ospfv2: return "OSPFv2";
    case MrtType::table_dump: return "TABLE_DUMP";
    case MrtType::table_dump_v2: return "TABLE_DUMP_V2";
    case MrtType::bgp4mp: return "BGP4MP";
    case MrtType::bgp4mp_et: return "BGP4MP_ET";
    case MrtType::isis: return "ISIS";
    case MrtType::isis_et: return "ISIS_ET";
    case MrtType::ospfv3: return "OSPFv3";
    case MrtType::ospfv3_et: return "OSPFv3_ET";
    }
    return {};
}

std::string_view subtype_name(MrtType type, std::uint16_t subtype) noexcept
{
    if (type == mrt_bgp) return subtype < std::size(mrt_bgp_names) ? mrt_bgp_names[subtype] : std::string_view{};
    switch (type) {
    case MrtType::table_dump:
        return subtype == std::to_underlying(Afi::ipv4)   ? "AFI_IPv4"
               : subtype == std::to_underlying(Afi::ipv6) ? "AFI_IPv6"
                                                          : std::string_view{};
    case MrtType::table_dump_v2: return table_dump_v2_name(TableDumpV2Subtype{subtype});
    case MrtType::bgp4mp:
    case MrtType::bgp4mp_et: return bgp4mp_name(Bgp4mpSubtype{subtype});
    default: return {};
    }
}

void encode(const MrtRecord& record, Writer& out)
{
    out.u32(record.seconds);
    out.u16(std::to_underlying(record.type));
    out.u16(record.subtype);
    out.u32(static_cast<std::uint32_t>(record.body.size() + (record.has_microseconds() ? 4 : 0)));
    if (record.has_microseconds()) out.u32(record.microseconds);
    out.octets(record.body);
}

}   // namespace barrage
