#include "codec/mrt/table_dump_v2.hpp"

#include <utility>

#include "codec/mrt/mrt_fields.hpp"
#include "codec/nlri/nlri_extent.hpp"

namespace barrage {

namespace {

// Bits of the Peer Type octet, section 4.3.1
constexpr std::uint8_t peer_is_ipv6 = 0x01;
constexpr std::uint8_t peer_as_four_octets = 0x02;

constexpr auto rib_without_path_ids = std::to_underlying(TableDumpV2Subtype::rib_ipv4_unicast);
constexpr auto rib_with_path_ids = std::to_underlying(TableDumpV2Subtype::rib_ipv4_unicast_addpath);

// Both runs of subtypes go: IPv4 unicast, IPv4 multicast, IPv6 unicast, IPv6 multicast, then RIB_GENERIC, which says its family.
constexpr std::array rib_families{ipv4_unicast, Family{Afi::ipv4, Safi::multicast}, ipv6_unicast,
                                  Family{Afi::ipv6, Safi::multicast}};

}   // namespace

MrtDecoded<PeerIndexTable> decode_peer_index_table(const MrtRecord& record)
{
    auto in = record.reader();
    PeerIndexTable table;
    table.collector = Ipv4Address::read(in);
    const auto view_name = in.octets(in.u16());
    table.view_name = {reinterpret_cast<const char*>(view_name.data()), view_name.size()};
    const auto count = in.u16();
    table.peers.reserve(std::min<std::size_t>(count, in.remaining() / 11));   // 11: the smallest entry
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        MrtPeer peer;
        const auto type = in.u8();
        peer.bgp_identifier = Ipv4Address::read(in);
        peer.address = read_address(in, type & peer_is_ipv6 ? Afi::ipv6 : Afi::ipv4);
        peer.as = Asn{type & peer_as_four_octets ? in.u32() : in.u16()};
        table.peers.push_back(peer);
    }
    if (in.failed()) return std::unexpected(MrtError{"PEER_INDEX_TABLE shorter than its peer count says", record.offset});
    return table;
}

MrtDecoded<RibRecord> decode_rib_record(const MrtRecord& record) noexcept
{
    auto in = record.reader();
    RibRecord rib;
    rib.has_path_ids = record.subtype >= rib_with_path_ids;
    const auto kind = static_cast<std::size_t>(record.subtype - (rib.has_path_ids ? rib_with_path_ids : rib_without_path_ids));
    rib.sequence = in.u32();
    const auto where = in.offset();
    if (kind < rib_families.size())
        rib.family = rib_families[kind];
    else
        rib.family = {Afi{in.u16()}, Safi{in.u8()}};
    if (!in.failed() && !family_index(rib.family))
        return std::unexpected(MrtError{"RIB_GENERIC of a family that is not known", where});
    const bool is_prefix = rib.family.safi == Safi::unicast || rib.family.safi == Safi::multicast;
    if (is_prefix && in.peek() > address_octets(rib.family.afi) * 8)
        return std::unexpected(MrtError{"prefix length over that of the address family", where});
    rib.nlri = in.octets(nlri_octets(rib.family, in.left()));
    rib.entry_count = in.u16();
    if (in.failed() || rib.nlri.empty()) return std::unexpected(MrtError{"RIB record too short", where});
    rib.entries = in;
    return rib;
}

MrtDecoded<RibEntry> read_rib_entry(RibRecord& record) noexcept
{
    auto& in = record.entries;
    const auto where = in.offset();
    RibEntry entry;
    entry.peer_index = in.u16();
    entry.originated = in.u32();
    if (record.has_path_ids) entry.path_id = PathId{in.u32()};
    entry.attributes = in.octets(in.u16());
    if (in.failed()) return std::unexpected(MrtError{"RIB entry cut by the end of its record", where});
    return entry;
}

std::optional<OctetView> mp_reach_next_hop(OctetView value) noexcept
{
    Reader in{value};
    if (in.peek() == 0) in.skip(3);   // AFI and SAFI: the attribute stands in full
    const auto next_hop = in.octets(in.u8());
    if (in.failed() || next_hop.empty()) return std::nullopt;
    return next_hop;
}

void encode_peer_index_table(const PeerIndexTable& table, std::uint32_t seconds, Writer& out)
{
    Octets body;
    Writer to{body};
    to.u32(table.collector.value);
    to.u16(static_cast<std::uint16_t>(table.view_name.size()));
    to.octets({reinterpret_cast<const std::uint8_t*>(table.view_name.data()), table.view_name.size()});
    to.u16(static_cast<std::uint16_t>(table.peers.size()));
    for (const auto& peer : table.peers) {
        to.u8(peer_as_four_octets | (peer.address.is_v6() ? peer_is_ipv6 : 0));
        to.u32(peer.bgp_identifier.value);
        write_address(peer.address, to);
        to.u32(peer.as.value);
    }
    encode({seconds, 0, MrtType::table_dump_v2, std::to_underlying(TableDumpV2Subtype::peer_index_table), body}, out);
}

void encode_rib(Family family, std::uint32_t sequence, OctetView prefix, bool has_path_ids, std::span<const RibRoute> routes,
                std::uint32_t seconds, Writer& out)
{
    std::uint16_t subtype = has_path_ids ? rib_with_path_ids : rib_without_path_ids;
    for (const auto& known : rib_families) {
        if (known == family) break;
        ++subtype;
    }
    Octets body;
    Writer to{body};
    to.u32(sequence);
    to.octets(prefix);
    to.u16(static_cast<std::uint16_t>(routes.size()));
    for (const auto& route : routes) {
        to.u16(route.peer_index);
        to.u32(route.originated);
        if (has_path_ids) to.u32(route.path_id.value);
        const auto length = to.length16();
        to.octets(route.attributes);
    }
    encode({seconds, 0, MrtType::table_dump_v2, subtype, body}, out);
}

}   // namespace barrage
