#pragma once
// NLRI that were given as octets, or that a RIB keeps: whose session they are of nobody knows any more. Pure; any thread.

#include "codec/nlri/nlri_families.hpp"

namespace barrage::exabgp {

/// Labels may be a stack, or one field with whatever octets (RFC 8277 sections 2.2 to 2.4); the error is that of the stack.
inline Decoded<AnyRoutes> read_given_nlri(Family family, OctetView octets, bool has_path_ids = false)
{
    Reader stack{octets}, field{octets};
    auto routes = decode_routes(family, stack, {.has_path_ids = has_path_ids, .max_labels = 255});
    if (!routes)
        if (auto others = decode_routes(family, field, {.has_path_ids = has_path_ids, .max_labels = 1})) return others;
    return routes;
}

}   // namespace barrage::exabgp
