#pragma once
// The three path attributes that belong to routes and not to the set they share: NEXT_HOP, MP_REACH_NLRI, MP_UNREACH_NLRI,
// as views of their values. Hot code for dumps: one walk, no allocation.

#include <optional>

#include "codec/attribute/attribute_view.hpp"

namespace barrage {

struct NextHopAttributes {
    std::optional<OctetView> next_hop;
    std::optional<OctetView> mp_reach;
    std::optional<OctetView> mp_unreach;
};

/// The first of each, RFC 7606 section 3.g; nothing where the framing of the attributes is malformed.
inline std::optional<NextHopAttributes> find_next_hop_attributes(OctetView attributes) noexcept
{
    NextHopAttributes found;
    const auto keep_first = [](std::optional<OctetView>& slot, OctetView value) {
        if (!slot) slot = value;
    };
    Reader in{attributes};
    while (const auto attribute = next_attribute(in)) {
        switch (attribute->type) {
        case AttributeType::next_hop: keep_first(found.next_hop, attribute->value); break;
        case AttributeType::mp_reach_nlri: keep_first(found.mp_reach, attribute->value); break;
        case AttributeType::mp_unreach_nlri: keep_first(found.mp_unreach, attribute->value); break;
        default: break;
        }
    }
    if (in.failed()) return std::nullopt;
    return found;
}

}   // namespace barrage
