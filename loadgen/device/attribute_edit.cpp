#include "loadgen/device/attribute_edit.hpp"

#include <utility>

#include "rib/passing_on.hpp"

namespace barrage::device {

namespace {

bool is_known(AttributeType type) noexcept
{
    switch (type) {
    case AttributeType::aggregator:
    case AttributeType::communities:
    case AttributeType::extended_communities:
    case AttributeType::large_communities: return true;
    default: return false;
    }
}

bool has_community(OctetView communities, std::uint32_t wanted)
{
    for (Reader in{communities}; in.remaining() >= 4;)
        if (in.u32() == wanted) return true;
    return false;
}

}   // namespace

Octets with_attribute(OctetView attributes, AttributeType type, std::uint8_t flags, const std::optional<Octets>& value)
{
    Octets all;
    Writer out{all};
    bool done = !value;
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        if (!done && attribute->type >= type) {
            put_attribute(out, flags, type, *value);
            done = true;
        }
        if (attribute->type != type) out.octets(attribute->whole);
    }
    if (!done) put_attribute(out, flags, type, *value);
    return all;
}

Octets as_taken_in(OctetView attributes, bool external)
{
    auto all = passed_on(attributes, external, is_known);
    if (!external) return all;
    // RFC 4271 section 5.1.5, RFC 4456 section 8: not what an external peer may say.
    for (const auto type : {AttributeType::local_pref, AttributeType::originator_id, AttributeType::cluster_list})
        all = without_attribute(all, type);
    if (const auto value = attribute_value(all, AttributeType::communities);
        value && has_community(*value, blackhole) && !has_community(*value, no_advertise) && !has_community(*value, no_export)) {
        Octets communities{value->begin(), value->end()};
        Writer{communities}.u32(no_export);
        all = with_attribute(all, AttributeType::communities, optional_transitive, communities);
    }
    return all;
}

Octets leaving_the_as(OctetView attributes)
{
    Octets all;
    Writer out{all};
    const auto left = passed_on(attributes, true, is_known);
    for (Reader in{left}; const auto attribute = next_attribute(in);)
        if (!(attribute->flags & flag_optional) || (attribute->flags & flag_transitive)) out.octets(attribute->whole);
    return all;
}

}   // namespace barrage::device
