#include "codec/attribute/bgp_ls.hpp"

namespace barrage {

void BgpLs::encode(Writer& out, const SessionOptions&) const { bgp_ls::write_tlvs(tlvs, out); }

Decoded<BgpLs> BgpLs::decode(Reader& in, const SessionOptions&)
{
    BgpLs attribute{bgp_ls::read_tlvs<bgp_ls::Any>(in)};
    if (in.failed() || attribute.tlvs.empty())
        return std::unexpected(
            DecodeError{malformed, UpdateSubcode::optional_attribute_error, "BGP-LS attribute with a malformed TLV"});
    return attribute;
}

}   // namespace barrage
