// A record of an MRT dump: header and body, of every type and subtype that the codec reads.

#include "codec/mrt/bgp4mp.hpp"
#include "codec/mrt/mrt_record.hpp"
#include "codec/mrt/table_dump.hpp"
#include "codec/mrt/table_dump_v2.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < mrt_header_octets) return 0;
    Reader in{OctetView{data, mrt_header_octets}};
    auto header = MrtHeader::read(in);
    header.length = static_cast<std::uint32_t>(size - mrt_header_octets);
    const auto record = decode_mrt_record(header, {data + mrt_header_octets, size - mrt_header_octets}, 0);
    if (!record) return 0;
    if (record->is_bgp4mp()) {
        const auto subtype = Bgp4mpSubtype{record->subtype};
        if (is_state_change(subtype)) (void)decode_bgp4mp_state_change(*record);
        if (is_message(subtype)) (void)decode_bgp4mp_message(*record);
    } else if (record->type == MrtType::table_dump) {
        (void)decode_table_dump(*record);
    } else if (record->type == MrtType::table_dump_v2) {
        const auto subtype = TableDumpV2Subtype{record->subtype};
        if (subtype == TableDumpV2Subtype::peer_index_table) (void)decode_peer_index_table(*record);
        if (!is_rib(subtype)) return 0;
        auto rib = decode_rib_record(*record);
        for (std::uint32_t i = 0; rib && i < rib->entry_count; ++i)
            if (!read_rib_entry(*rib)) break;
    }
    return 0;
}
