// The control: a family that says where its NLRI end.

#include "codec/family.hpp"

using namespace barrage;

constexpr NamedFamily complete{{Afi::ipv4, Safi::unicast}, "ipv4", nlri_extents::prefix};
