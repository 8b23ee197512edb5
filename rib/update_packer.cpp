#include "rib/update_packer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "codec/nlri/nlri_extent.hpp"
#include "rib/attribute_variant.hpp"
#include "rib/next_hop_choice.hpp"
#include "rib/update_octets.hpp"

namespace barrage {

namespace {

/// Octets of an MP attribute's header in messages that have `overhead` octets, with a header of three, beside its `value_overhead` and
/// NLRI. Where even the fullest value is within 255 octets, the octet of an extended length is one more for NLRI.
std::size_t mp_header_in(std::size_t overhead, std::size_t value_overhead, std::size_t max_message) noexcept
{
    const auto room = max_message > overhead ? max_message - overhead : 0;
    return value_overhead + room <= 0xff ? mp_header_octets : mp_header_octets + 1;
}

}   // namespace

/// What all messages of a group share.
struct UpdatePacker::Prepared {
    Prepared() noexcept {}   // written out: otherwise all of it is zeroed before its members are, a seventh of the packing

    OctetView nlri;
    bool path_ids = false;   // in nlri
    bool plain = false;      // the NLRI and withdrawn routes fields of RFC 4271, not RFC 4760's
    OctetView encoded;       // attributes ready to copy
    ChosenNextHop next_hop;
    VariantOffsets offsets;
    std::size_t overhead = 0;   // octets of a message without NLRI
};

std::optional<LeftOutReason> UpdatePacker::prepare(const RouteGroup& group, Prepared& prepared)
{
    if (const auto reason = has_no_family(group.family)) return reason;
    prepared.nlri = with_wire_path_ids(group);
    prepared.path_ids = options_.add_path.contains(group.family);
    prepared.plain = group.family == ipv4_unicast;
    prepared.overhead = fixed_octets;
    if (group.is_withdrawn()) {
        if (!prepared.plain) prepared.overhead += mp_header_octets + 1 + 3;   // alone in its message, so the length is extended
    } else {
        if (!choose_next_hop(*group.attributes, group.family, options_, prepared.next_hop)) return LeftOutReason::no_next_hop;
        prepared.plain = prepared.plain && prepared.next_hop.octets.size() == Ipv4Address::octets;
        // Never made smaller: nothing is filled with zeros for each group.
        const auto most_octets = group.attributes->octets().size() + 64 + copy_slack;
        if (attributes_.size() < most_octets) attributes_.resize(most_octets);
        const auto next_hop = prepared.plain ? prepared.next_hop.octets : OctetView{};
        auto size = encode_common_variant(*group.attributes, options_, next_hop, attributes_.data(), prepared.offsets);
        if (size == 0) {
            attributes_.clear();
            prepared.offsets = encode_variant(*group.attributes, options_, next_hop, attributes_);
            size = attributes_.size();
            attributes_.resize(size + copy_slack);
        }
        prepared.encoded = OctetView{attributes_}.first(size);
        prepared.overhead += size;
        if (!prepared.plain) {
            const auto value_overhead = 5 + prepared.next_hop.octets.size();
            const auto with_short_header = prepared.overhead + mp_header_octets + value_overhead;
            prepared.overhead += mp_header_in(with_short_header, value_overhead, options_.max_message) + value_overhead;
        }
    }
    const std::size_t shortest = prepared.path_ids ? path_id_octets + 1 : 1;   // 0/0
    if (prepared.overhead + shortest > options_.max_message) return LeftOutReason::too_large;
    return std::nullopt;
}

PackMeasure UpdatePacker::measure(const RouteGroup& group)
{
    Prepared prepared;
    if (prepare(group, prepared)) return {};
    return {prepared.overhead, options_.max_message - prepared.overhead};
}

void UpdatePacker::pack(const RouteGroup& group, PackedUpdates& into)
{
    if (group.family == ipv4_unicast || !has_labels(group.family)) [[likely]]
        return pack_as_it_is(group, into);
    with_wire_labels(group, [&](const RouteGroup& piece) { pack_as_it_is(piece, into); });
}

void UpdatePacker::pack_as_it_is(const RouteGroup& group, PackedUpdates& into)
{
    Prepared prepared;
    if (const auto reason = prepare(group, prepared)) return leave_out(group, *reason);
    const auto room = options_.max_message - prepared.overhead;
    const bool withdraws = group.is_withdrawn();
    for_each_message(group, prepared.nlri, prepared.path_ids, room, [&](OctetView nlri, std::uint32_t routes) {
        auto* const begin = into.begin_message(prepared.overhead + nlri.size());
        auto* at = put_header(begin);
        PackedMessage message{.routes = routes};
        if (withdraws && prepared.plain) {
            put16(at, nlri.size());
            std::memcpy(at + 2, nlri.data(), nlri.size());
            at += 2 + nlri.size();
            put16(at, 0);
            at += 2;
        } else if (prepared.plain) {
            put16(at, 0);
            put16(at + 2, prepared.encoded.size());
            at += lengths_octets;
            short_copy(at, prepared.encoded.data(), prepared.encoded.size());
            if (prepared.offsets.own_as != 0 && options_.own_as == Asn{})
                message.own_as_at = static_cast<std::uint16_t>(fixed_octets + prepared.offsets.own_as);
            if (prepared.next_hop.patched_octets != 0) {
                message.next_hop_at = static_cast<std::uint16_t>(fixed_octets + prepared.offsets.next_hop);
                message.next_hop_octets = prepared.next_hop.patched_octets;
            }
            at += prepared.encoded.size();
            short_copy(at, nlri.data(), nlri.size());
            at += nlri.size();
        } else {
            put16(at, 0);
            auto* const attributes_length = at + 2;
            at += lengths_octets;
            const auto& next_hop = prepared.next_hop.octets;
            if (withdraws) {
                at = put_attribute_header(at, flag_optional, AttributeType::mp_unreach_nlri, 3 + nlri.size());
                at = put_family(at, group.family);
            } else {
                at = put_attribute_header(at, flag_optional, AttributeType::mp_reach_nlri, 5 + next_hop.size() + nlri.size());
                at = put_family(at, group.family);
                *at++ = static_cast<std::uint8_t>(next_hop.size());
                if (prepared.next_hop.patched_octets != 0) {
                    message.next_hop_at = static_cast<std::uint16_t>(at - begin + prepared.next_hop.patched_at);
                    message.next_hop_octets = prepared.next_hop.patched_octets;
                }
                at = put_octets(at, next_hop);
                *at++ = 0;   // reserved
            }
            std::memcpy(at, nlri.data(), nlri.size());
            at += nlri.size();
            if (prepared.offsets.own_as != 0 && options_.own_as == Asn{})
                message.own_as_at = static_cast<std::uint16_t>(static_cast<std::size_t>(at - begin) + prepared.offsets.own_as);
            at = put_octets(at, prepared.encoded);
            put16(attributes_length, static_cast<std::size_t>(at - attributes_length - 2));
        }
        const auto size = static_cast<std::size_t>(at - begin);
        assert(size <= options_.max_message);
        put16(begin + 16, size);
        into.end_message(message, size);
        into.count(routes, withdraws);
    });
}

}   // namespace barrage
