#include "loadgen/device/path.hpp"

#include <utility>

#include "codec/attribute/attribute_view.hpp"
#include "loadgen/device/attribute_edit.hpp"

namespace barrage::device {

namespace {

void read_as_path(OctetView value, Path& path)
{
    bool first = true;
    for (Reader in{value}; !in.empty();) {
        const auto type = SegmentType{in.u8()};
        const auto count = in.u8();
        if (type == SegmentType::as_sequence) path.as_path_length += count;
        if (type == SegmentType::as_set) ++path.as_path_length;
        for (unsigned i = 0; i < count && !in.failed(); ++i) {
            const Asn asn{in.u32()};
            if (std::exchange(first, false) && type == SegmentType::as_sequence) path.neighbor_as = asn;
        }
    }
}

void read_communities(OctetView value, Path& path)
{
    for (Reader in{value}; in.remaining() >= 4;) {
        const auto community = in.u32();
        path.no_export |= community == no_export || community == no_export_subconfed;
        path.no_advertise |= community == no_advertise;
    }
}

}   // namespace

PathRef make_path(const PathSource& from, AttributeSetRef attributes)
{
    auto path = std::make_shared<Path>();
    path->from = from;
    path->neighbor_as = from.as;
    path->identifier = from.identifier;
    for (Reader in{attributes->octets()}; const auto attribute = next_attribute(in);) {
        Reader value{attribute->value};
        switch (attribute->type) {
        case AttributeType::origin: path->origin = value.u8(); break;
        case AttributeType::as_path: read_as_path(attribute->value, *path); break;
        case AttributeType::multi_exit_disc: path->med = value.u32(); break;
        case AttributeType::local_pref: path->local_pref = value.u32(); break;
        case AttributeType::communities: read_communities(attribute->value, *path); break;
        case AttributeType::originator_id: path->identifier = {value.u32()}; break;
        case AttributeType::cluster_list: path->cluster_list_length = static_cast<std::uint32_t>(value.remaining() / 4); break;
        default: break;
        }
    }
    path->attributes = std::move(attributes);
    return path;
}

std::optional<std::string_view> loop_in(OctetView attributes, Asn own_as, Ipv4Address own_identifier)
{
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        Reader value{attribute->value};
        switch (attribute->type) {
        case AttributeType::as_path:
            while (!value.empty()) {
                value.skip(1);
                const auto count = value.u8();
                for (unsigned i = 0; i < count && !value.failed(); ++i)
                    if (value.u32() == own_as.value && !value.failed()) return "the own AS is in its path";
            }
            break;
        case AttributeType::originator_id:
            if (value.u32() == own_identifier.value) return "it began here";
            break;
        case AttributeType::cluster_list:
            while (!value.empty())
                if (value.u32() == own_identifier.value) return "the own cluster is in its list";
            break;
        default: break;
        }
    }
    return std::nullopt;
}

}   // namespace barrage::device
