#include "codec/attribute/registry.hpp"

#include "codec/attribute/attribute_view.hpp"

namespace barrage {

Decoded<AnyAttribute> decode_attribute(AttributeType type, Reader in, const SessionOptions& options)
{
    const auto offset = in.offset();
    const auto& codec = codec_of(type);
    if (!codec.decode) {
        const auto value = in.rest();
        return UnknownAttribute{type, Octets(value.begin(), value.end())};
    }
    auto attribute = codec.decode(in, options);
    if (!attribute && attribute.error().offset == 0) attribute.error().offset = offset;
    return attribute;
}

AttributeType type_of(const AnyAttribute& attribute) noexcept
{
    return std::visit([](const auto& known) { return known.type; }, attribute);
}

std::string_view name_of(const AnyAttribute& attribute) noexcept
{
    return std::visit([](const auto& known) { return known.name; }, attribute);
}

ReceivedAttribute with_usual_flags(AnyAttribute value)
{
    const auto& codec = codec_of(type_of(value));
    return {.flags = codec.decode ? codec.flags : optional_transitive, .value = std::move(value)};
}

bool encode_attribute(const ReceivedAttribute& attribute, const SessionOptions& options, Writer& out)
{
    Octets value;
    Writer value_out{value};
    std::visit([&](const auto& known) { known.encode(value_out, options); }, attribute.value);
    if (value_out.failed() || value.size() > 0xffff) return false;
    put_attribute(out, attribute.flags, type_of(attribute.value), value);
    return true;
}

}   // namespace barrage
