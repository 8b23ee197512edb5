#include "loadgen/exabgp/grammar/complete_attributes.hpp"

#include <utility>

#include "codec/attribute/attribute_view.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::uint8_t origin_igp[] = {0x40, 0x01, 0x01, 0x00};
constexpr std::uint8_t empty_as_path[] = {0x40, 0x02, 0x00};

}   // namespace

Octets complete_attributes(OctetView given)
{
    Octets result;
    bool has_origin = false, has_path = false;
    const auto put = [&](bool& has, OctetView octets) {
        if (!std::exchange(has, true)) result.insert(result.end(), octets.begin(), octets.end());
    };
    Reader in{given};
    while (const auto attribute = next_attribute(in)) {
        if (attribute->type == AttributeType::origin) has_origin = true;
        if (attribute->type > AttributeType::origin) put(has_origin, origin_igp);
        if (attribute->type == AttributeType::as_path) has_path = true;
        if (attribute->type > AttributeType::as_path) put(has_path, empty_as_path);
        result.insert(result.end(), attribute->whole.begin(), attribute->whole.end());
    }
    put(has_origin, origin_igp);
    put(has_path, empty_as_path);
    return result;
}

}   // namespace barrage::exabgp
