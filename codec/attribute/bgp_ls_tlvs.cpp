#include "codec/attribute/bgp_ls_tlvs.hpp"

namespace barrage::bgp_ls {

void write_value(Writer& out, const std::vector<LabelRange>& value)
{
    for (const auto& range : value) {
        out.u24(range.size);
        out.u16(SidLabel::type);
        const auto length = out.length16();
        out.octets(range.first);
    }
}

void read_value(Reader& in, std::vector<LabelRange>& value)
{
    while (!in.empty()) {
        const auto size = in.u24();
        if (in.u16() != SidLabel::type) in.fail();
        const auto first = in.octets(in.u16());
        value.push_back({size, {first.begin(), first.end()}});
    }
}

}   // namespace barrage::bgp_ls
