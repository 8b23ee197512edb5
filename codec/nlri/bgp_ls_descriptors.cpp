#include "codec/nlri/bgp_ls_descriptors.hpp"

#include <algorithm>
#include <utility>

#include "codec/nlri/nlri_fields.hpp"

namespace barrage {

namespace {

constexpr std::size_t header = 4;

std::size_t value_size(const LsNumber&) noexcept { return 4; }
std::size_t value_size(const LsOctet&) noexcept { return 1; }
std::size_t value_size(const LsOctets& field) noexcept { return field.value.size(); }
std::size_t value_size(const LsField<Ipv4Address>&) noexcept { return 4; }
std::size_t value_size(const LsField<Ipv6Address>&) noexcept { return 16; }
std::size_t value_size(const LsField<Ipv4Prefix>& field) noexcept { return field.value.encoded_size(); }
std::size_t value_size(const LsField<Ipv6Prefix>& field) noexcept { return field.value.encoded_size(); }
std::size_t value_size(const LsLinkIdentifiers&) noexcept { return 8; }
std::size_t value_size(const LsTopologies& topologies) noexcept { return 2 * topologies.ids.size(); }
std::size_t value_size(const LsCandidatePath& path) noexcept
{
    return 16 + address_octets(path.endpoint) + address_octets(path.originator);
}
std::size_t value_size(const LsNode& node) noexcept
{
    std::size_t octets = 0;
    for (const auto& field : node.fields)
        octets += header + std::visit([](const auto& of_kind) { return value_size(of_kind); }, field);
    return octets;
}

template <class Descriptor>
LsDescriptorType type_of(const Descriptor& descriptor) noexcept
{
    if constexpr (std::is_same_v<Descriptor, LsLinkIdentifiers>)
        return LsDescriptorType::link_identifiers;
    else if constexpr (std::is_same_v<Descriptor, LsTopologies>)
        return LsDescriptorType::multi_topology_ids;
    else if constexpr (std::is_same_v<Descriptor, LsCandidatePath>)
        return LsDescriptorType::sr_policy_candidate_path;
    else
        return descriptor.type;
}

void write_value(const LsNumber& field, Writer& out) { out.u32(field.value); }
void write_value(const LsOctet& field, Writer& out) { out.u8(field.value); }
void write_value(const LsOctets& field, Writer& out) { out.octets(field.value); }
void write_value(const LsField<Ipv4Address>& field, Writer& out) { write_address(field.value, out); }
void write_value(const LsField<Ipv6Address>& field, Writer& out) { write_address(field.value, out); }
void write_value(const LsField<Ipv4Prefix>& field, Writer& out) { field.value.encode(out); }
void write_value(const LsField<Ipv6Prefix>& field, Writer& out) { field.value.encode(out); }
void write_value(const LsLinkIdentifiers& identifiers, Writer& out)
{
    out.u32(identifiers.local);
    out.u32(identifiers.remote);
}
void write_value(const LsTopologies& topologies, Writer& out)
{
    for (const auto id : topologies.ids) out.u16(id);
}
void write_value(const LsCandidatePath& path, Writer& out)
{
    out.u8(path.protocol_origin);
    out.u8(path.flags);
    out.u16(path.reserved);
    write_address(path.endpoint, out);
    out.u32(path.color);
    out.u32(path.originator_as);
    write_address(path.originator, out);
    out.u32(path.discriminator);
}
void write_value(const LsNode& node, Writer& out);

template <class Descriptor>
void write_tlv(const Descriptor& descriptor, Writer& out)
{
    out.u16(std::to_underlying(type_of(descriptor)));
    out.u16(static_cast<std::uint16_t>(value_size(descriptor)));
    write_value(descriptor, out);
}

void write_value(const LsNode& node, Writer& out)
{
    for (const auto& field : node.fields) std::visit([&out](const auto& of_kind) { write_tlv(of_kind, out); }, field);
}

LsOctets read_octets(LsDescriptorType type, Reader& in)
{
    const auto octets = in.rest();
    return {type, Octets(octets.begin(), octets.end())};
}

LsNodeField read_node_field(LsDescriptorType type, Reader& in)
{
    using enum LsDescriptorType;
    if (in.remaining() == 4) {
        if (type == autonomous_system || type == bgp_ls_identifier || type == member_as) return LsNumber{type, in.u32()};
        // an IGP router identifier of four octets is OSPF's
        if (type == ospf_area_id || type == bgp_router_id || type == igp_router_id)
            return LsField<Ipv4Address>{type, Ipv4Address::read(in)};
    }
    return read_octets(type, in);
}

LsNode read_node(LsDescriptorType type, Reader& in)
{
    LsNode node{type, {}};
    while (!in.empty()) {
        const LsDescriptorType of{in.u16()};
        auto value = in.take(in.u16());
        if (!in.failed()) node.fields.push_back(read_node_field(of, value));
    }
    return node;
}

template <class PrefixType>
LsDescriptor read_reachability(LsDescriptorType type, Reader& in)
{
    auto look = in;
    const auto prefix = read_prefix_bits<PrefixType>(look, look.u8());
    if (!look.finished()) return read_octets(type, in);
    return LsField<PrefixType>{type, prefix};
}

LsDescriptor read_candidate_path(LsDescriptorType type, Reader& in)
{
    auto look = in;
    LsCandidatePath path;
    path.protocol_origin = look.u8();
    path.flags = look.u8();
    path.reserved = look.u16();
    path.endpoint = read_address(look, path.flags & LsCandidatePath::endpoint_is_v6 ? Ipv6Address::octets : Ipv4Address::octets);
    path.color = look.u32();
    path.originator_as = look.u32();
    path.originator =
        read_address(look, path.flags & LsCandidatePath::originator_is_v6 ? Ipv6Address::octets : Ipv4Address::octets);
    path.discriminator = look.u32();
    if (!look.finished()) return read_octets(type, in);
    return path;
}

LsDescriptor read_descriptor(LsDescriptorType type, Reader& in, bool is_v6)
{
    using enum LsDescriptorType;
    const auto octets = in.remaining();
    switch (type) {
    case link_identifiers:
        if (octets == 8) {
            const auto local = in.u32();
            return LsLinkIdentifiers{local, in.u32()};
        }
        break;
    case ipv4_interface:
    case ipv4_neighbor:
        if (octets == Ipv4Address::octets) return LsField<Ipv4Address>{type, Ipv4Address::read(in)};
        break;
    case ipv6_interface:
    case ipv6_neighbor:
    case srv6_sid:
        if (octets == Ipv6Address::octets) return LsField<Ipv6Address>{type, Ipv6Address::read(in)};
        break;
    case multi_topology_ids:
        if (octets % 2 == 0) {
            LsTopologies topologies;
            while (!in.empty()) topologies.ids.push_back(in.u16());
            return topologies;
        }
        break;
    case ospf_route_type:
        if (octets == 1) return LsOctet{type, in.u8()};
        break;
    case sr_policy_candidate_path: return read_candidate_path(type, in);
    case ip_reachability: return is_v6 ? read_reachability<Ipv6Prefix>(type, in) : read_reachability<Ipv4Prefix>(type, in);
    default: break;
    }
    return read_octets(type, in);
}

/// Of whole TLVs: `rises(one, next)` for each pair, and `is_right(one)` for each.
template <class Rises, class IsRight>
bool tlvs_rise(Reader in, Rises rises, IsRight is_right) noexcept
{
    OctetView before;
    while (!in.empty()) {
        auto look = in;
        look.skip(2);
        const auto tlv = in.octets(header + look.u16());
        if (in.failed() || (!before.empty() && !rises(before, tlv)) || !is_right(tlv)) return false;
        before = tlv;
    }
    return true;
}

}   // namespace

std::size_t size_of_descriptor(const LsDescriptor& descriptor) noexcept
{
    return header + std::visit([](const auto& of_kind) { return value_size(of_kind); }, descriptor);
}

void write_descriptor(const LsDescriptor& descriptor, Writer& out)
{
    std::visit([&out](const auto& of_kind) { write_tlv(of_kind, out); }, descriptor);
}

std::vector<LsDescriptor> read_descriptors(Reader& in, bool is_v6)
{
    std::vector<LsDescriptor> descriptors;
    while (!in.empty()) {
        const LsDescriptorType type{in.u16()};
        auto value = in.take(in.u16());
        if (in.failed()) break;
        if (type == LsDescriptorType::local_node || type == LsDescriptorType::remote_node) {
            descriptors.push_back(read_node(type, value));
            if (value.failed()) in.fail();
        } else
            descriptors.push_back(read_descriptor(type, value, is_v6));
    }
    return descriptors;
}

bool in_order(Reader descriptors) noexcept
{
    const auto is_node = [](OctetView tlv) {
        const LsDescriptorType type{Reader{tlv}.u16()};
        return type == LsDescriptorType::local_node || type == LsDescriptorType::remote_node;
    };
    return tlvs_rise(
        descriptors,
        [&](OctetView before, OctetView tlv) {
            // Type and length stand before the value, so that octets compare as section 5.1 wants.
            return is_node(tlv) ? Reader{before}.u16() < Reader{tlv}.u16() : std::ranges::lexicographical_compare(before, tlv);
        },
        [&](OctetView tlv) {
            const auto by_type = [](OctetView before, OctetView field) { return Reader{before}.u16() < Reader{field}.u16(); };
            return !is_node(tlv) || tlvs_rise(Reader{tlv.subspan(header)}, by_type, [](OctetView) { return true; });
        });
}

LsDescriptorType type_of_descriptor(const LsDescriptor& descriptor) noexcept
{
    return std::visit([](const auto& of_kind) { return type_of(of_kind); }, descriptor);
}

}   // namespace barrage
