#pragma once
// The packer of a session, or of whoever packs for an update group: one of two kinds, chosen once by PackOptions::send_rules. What is done often is
// done behind one std::visit() for a window.

#include <utility>
#include <variant>

#include "rib/exabgp_packer.hpp"
#include "rib/update_packer.hpp"

namespace barrage {

using Packer = std::variant<UpdatePacker, ExabgpPacker>;

inline Packer make_packer(PackOptions options)
{
    if (options.send_rules == SendRules::native) return Packer{std::in_place_type<UpdatePacker>, std::move(options)};
    return Packer{std::in_place_type<ExabgpPacker>, std::move(options)};
}

/// What both kinds share: options, routes left out.
inline NlriPacking& packing(Packer& packer) noexcept
{
    return std::visit([](NlriPacking& each) -> NlriPacking& { return each; }, packer);
}

}   // namespace barrage
