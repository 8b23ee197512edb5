#pragma once
// BGP-LS in ExaBGP's words: the TLVs of the attribute, and NLRI, as its events have them. Made from octets, since ExaBGP sorts TLVs by
// their type and length alone. What ExaBGP refuses (a wrong length, reserved flags that are set) is shown as a type that it does not know.
// RFC 9552, RFC 9085, RFC 9514. Pure; any thread.

#include <string>
#include <string_view>

#include "codec/reader.hpp"

namespace barrage::exabgp {

struct LsAttributeWords {
    std::string json;   // an object
    std::string text;
};

/// `tlvs` are the value of the attribute. Of a field that several TLVs give the last one counts, as for who parses ExaBGP's JSON.
LsAttributeWords ls_attribute_words(OctetView tlvs);

/// One NLRI as an object, its type and length included in `nlri`. ExaBGP names the next hop, where there is one, in nodes and prefixes.
std::string ls_nlri_json(OctetView nlri, bool has_rd, std::string_view next_hop);

}   // namespace barrage::exabgp
