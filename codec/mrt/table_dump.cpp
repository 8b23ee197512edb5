#include "codec/mrt/table_dump.hpp"

#include "codec/mrt/mrt_fields.hpp"
#include "codec/prefix.hpp"

namespace barrage {

MrtDecoded<TableDumpRoute> decode_table_dump(const MrtRecord& record) noexcept
{
    auto in = record.reader();
    const auto afi = Afi{record.subtype};
    if (!is_ip(afi)) return std::unexpected(MrtError{"TABLE_DUMP of an address family other than IPv4 and IPv6", record.offset});

    TableDumpRoute route;
    route.family = {afi, Safi::unicast};
    route.view = in.u16();
    route.sequence = in.u16();
    const auto address = in.octets(address_octets(afi));
    route.prefix_length = in.u8();
    if (route.prefix_length > address.size() * 8)
        return std::unexpected(
            MrtError{in.failed() ? "TABLE_DUMP record too short" : "prefix length over that of the address family", in.offset()});
    route.prefix = address.first(prefix_octets(route.prefix_length));
    in.skip(1);   // status, of no meaning (section 4.2)
    route.originated = in.u32();
    route.peer_address = read_address(in, afi);
    route.peer_as = Asn{in.u16()};
    const auto where = in.offset();
    route.attributes = in.octets(in.u16());
    if (in.failed()) return std::unexpected(MrtError{"TABLE_DUMP record shorter than what it says it holds", where});
    return route;
}

}   // namespace barrage
