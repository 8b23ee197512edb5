#include "loadgen/routes/update_messages.hpp"

#include <optional>
#include <utility>

#include "codec/attribute/attribute_view.hpp"
#include "rib/nlri_packing.hpp"

namespace barrage {

namespace {

constexpr std::size_t fixed_octets = header_octets + 2 + 2;   // of an UPDATE: header and the two lengths
constexpr std::size_t longest_attribute_header = attribute_header_octets(0xffff);

/// The octets of as many NLRI as fit `room`, and how many they are.
std::pair<std::size_t, std::uint32_t> fit(Family family, OctetView nlri, bool has_path_ids, std::size_t room)
{
    const auto fitting = fit_routes(family, nlri, room, ~std::uint32_t{0}, has_path_ids);
    return {fitting.octets, fitting.routes};
}

}   // namespace

Octets with_next_hop(OctetView attributes, AttributeType type, OctetView value)
{
    Octets all;
    Writer out{all};
    bool done = false;
    const auto put = [&] {
        if (!std::exchange(done, true))
            put_attribute(out, type == AttributeType::next_hop ? flag_transitive : flag_optional, type, value);
    };
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        if (attribute->type > type) put();
        out.octets(attribute->whole);
    }
    put();
    return all;
}

std::uint32_t for_each_update_message(const RouteBatch& batch, const std::function<void(OctetView message)>& take)
{
    const bool announces = batch.kind == RouteBatch::Kind::announce;
    const bool plain = batch.family == ipv4_unicast && (!announces || batch.next_hop.size() == 4);
    Octets attributes(batch.attributes.begin(), batch.attributes.end());
    Octets before_nlri;   // of the multiprotocol attribute
    if (plain) {
        if (announces) attributes = with_next_hop(batch.attributes, AttributeType::next_hop, batch.next_hop);
    } else {
        Writer out{before_nlri};
        out.u16(std::to_underlying(batch.family.afi));
        out.u8(std::to_underlying(batch.family.safi));
        if (announces) {
            out.u8(static_cast<std::uint8_t>(batch.next_hop.size()));
            out.octets(batch.next_hop);
            out.u8(0);   // reserved
        }
    }
    const auto overhead = fixed_octets + attributes.size() + (plain ? 0 : longest_attribute_header + before_nlri.size());

    Octets message;
    auto left = batch.routes;
    for (auto nlri = batch.nlri; !nlri.empty();) {
        std::pair<std::size_t, std::uint32_t> now{};
        for (const auto size : {max_message_octets, max_extended_message_octets})
            if (now.first == 0 && overhead < size) now = fit(batch.family, nlri, batch.has_path_ids, size - overhead);
        if (now.first == 0) return left;
        const auto routes = nlri.first(now.first);
        nlri = nlri.subspan(now.first);
        left -= now.second;

        message.clear();
        Writer out{message};
        out.u64(~std::uint64_t{0});   // marker
        out.u64(~std::uint64_t{0});
        out.u16(0);   // length, below
        out.u8(std::to_underlying(MessageType::update));
        {
            const auto length = out.length16();
            if (plain && !announces) out.octets(routes);
        }
        {
            const auto length = out.length16();
            if (!plain) {
                Octets value = before_nlri;
                value.insert(value.end(), routes.begin(), routes.end());
                put_attribute(out, flag_optional, announces ? AttributeType::mp_reach_nlri : AttributeType::mp_unreach_nlri,
                              value);
            }
            out.octets(attributes);
        }
        if (plain && announces) out.octets(routes);
        out.patch_u16(16, static_cast<std::uint16_t>(message.size()));
        take(message);
    }
    return 0;
}

}   // namespace barrage
