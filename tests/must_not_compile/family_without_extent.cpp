// A family that does not say where its NLRI end would lose its routes when they are packed.

#include "codec/family.hpp"

using namespace barrage;

constexpr NamedFamily forgotten{{Afi::ipv4, Safi::unicast}, "ipv4"};   // error: NlriExtent
