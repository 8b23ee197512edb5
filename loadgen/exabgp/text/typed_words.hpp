#pragma once
// NLRI of several route types in ExaBGP's words, as its events have them: EVPN, multicast VPN, mobile user plane, route target membership.
// Made from octets. Types that ExaBGP does not know are their digits. Pure; any thread.

#include <string>

#include "codec/iana.hpp"
#include "codec/reader.hpp"

namespace barrage::exabgp {

/// One NLRI, type and length included, as an object. RFC 7432 section 7, RFC 9136 section 3.1.
std::string evpn_json(OctetView nlri);
/// RFC 6514 section 4: ExaBGP knows types 5 to 7.
std::string mvpn_json(OctetView nlri);
/// draft-ietf-bess-mup-safi section 3.1.
std::string mup_json(OctetView nlri, Afi afi);
/// RFC 4684 section 4. ExaBGP 5.0.0 has no words for it; these are the later version's.
std::string rtc_json(OctetView nlri);

}   // namespace barrage::exabgp
