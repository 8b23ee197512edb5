#pragma once
// Extended communities in ExaBGP's words: "target:65000:1", "rate-limit:9600", "redirect-to-nexthop". It tells types apart without their two
// highest bits, and not all it writes is read back as the same octets. Pure; any thread.

#include <string>

#include "codec/attribute/extended_communities.hpp"
#include "codec/attribute/ipv6_extended_communities.hpp"

namespace barrage::exabgp {

/// Empty for a type that ExaBGP does not know, as in the "string" of its JSON.
std::string community_name(const ExtendedCommunity& community);

/// Those that it does not know as their digits: "0x800C000000000000".
std::string community_text(const ExtendedCommunity& community);
std::string community_text(const Ipv6ExtendedCommunity& community);

}   // namespace barrage::exabgp
