#include "rib/update_packer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "codec/nlri/nlri_extent.hpp"
#include "codec/prefix.hpp"
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

/// Of length and prefix. By branches for the lengths that follow each other in tables: where the processor foresees them, the next prefix does
/// not wait for the length of this one.
std::size_t field_octets(std::uint8_t length) noexcept
{
    if (length > 16 && length <= 24) [[likely]]
        return 4;
    if (length > 24 && length <= 32) return 5;
    return 1 + prefix_octets(length);
}

}   // namespace

Fit fit_prefixes(OctetView nlri, std::size_t room, std::uint32_t most_routes, bool path_ids) noexcept
{
    const auto size = std::min(nlri.size(), room);
    const auto* const data = nlri.data();
    const std::size_t before_length = path_ids ? path_id_octets : 0;
    Fit fit;
    while (fit.octets + before_length < size && fit.routes < most_routes) {
        const auto next = fit.octets + before_length + field_octets(data[fit.octets + before_length]);
        if (next > size) break;
        fit.octets = next;
        ++fit.routes;
    }
    return fit;
}

Fit fit_routes(Family family, OctetView nlri, std::size_t room, std::uint32_t most_routes, bool path_ids) noexcept
{
    if (has_bit_length(family)) return fit_prefixes(nlri, room, most_routes, path_ids);
    const std::size_t before = path_ids ? path_id_octets : 0;
    Fit fit;
    while (fit.octets + before < nlri.size() && fit.routes < most_routes) {
        const auto octets = nlri_octets(family, nlri.subspan(fit.octets + before));
        if (octets == 0 || fit.octets + before + octets > room) break;
        fit.octets += before + octets;
        ++fit.routes;
    }
    return fit;
}

UpdatePacker::UpdatePacker(PackOptions options) : options_(std::move(options)) {}

/// Path identifiers where the session wants them and only there: RFC 7911 section 3. A route without one gets 0.
OctetView UpdatePacker::with_wire_path_ids(const RouteGroup& group)
{
    const bool wanted = options_.add_path.contains(group.family);
    if (wanted == group.has_path_ids) return group.nlri;
    nlri_.clear();
    Writer out{nlri_};
    for (Reader in{group.nlri}; !in.empty();) {
        if (group.has_path_ids)
            in.skip(path_id_octets);
        else
            out.u32(0);
        const auto octets = nlri_octets(group.family, group.nlri.subspan(in.offset()));
        if (octets == 0) break;   // never from our own sources
        out.octets(in.octets(octets));
    }
    const auto size = nlri_.size();
    nlri_.resize(size + copy_slack);
    return OctetView{nlri_}.first(size);
}

std::optional<LeftOutReason> UpdatePacker::has_no_family(Family family) const noexcept
{
    if (options_.families.contains(family)) [[likely]]
        return std::nullopt;
    return options_.configured.contains(family) ? LeftOutReason::not_negotiated : LeftOutReason::not_configured;
}

std::optional<LeftOutReason> UpdatePacker::prepare(const RouteGroup& group, Prepared& prepared)
{
    if (const auto reason = has_no_family(group.family)) return reason;
    prepared.nlri = with_wire_path_ids(group);
    prepared.path_ids = options_.add_path.contains(group.family);
    const bool withdraws = group.withdraw || !group.attributes;
    if (options_.form == UpdateForm::exabgp) {
        if (!withdraws && lacks_next_hop(group.attributes, group.family)) return LeftOutReason::no_next_hop;
        if (prepare_exabgp(group.attributes, group.family, !withdraws, prepared)) return std::nullopt;
        return LeftOutReason::too_large;
    }
    prepared.plain = group.family == ipv4_unicast;
    prepared.overhead = fixed_octets;
    if (withdraws) {
        if (!prepared.plain) prepared.overhead += mp_header_octets + 1 + 3;   // alone in its message, so the length is extended
    } else {
        prepared.attributes = group.attributes;
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

UpdatePacker::Measure UpdatePacker::measure(const RouteGroup& group)
{
    Prepared prepared;
    if (prepare(group, prepared)) return {0, 0};
    return {prepared.overhead, options_.max_message - prepared.overhead};
}

void UpdatePacker::pack(const RouteGroup& group, PackedUpdates& into)
{
    Prepared prepared;
    if (const auto reason = prepare(group, prepared)) {
        left_out_.add(*reason, group.routes, [&] { return sample_text(group.family, group.nlri, group.has_path_ids); });
        left_out_.add_stretch({.routes = group.routes});
        return;
    }
    const auto room = options_.max_message - prepared.overhead;
    const bool withdraws = group.withdraw || !group.attributes;
    auto nlri = prepared.nlri;
    auto routes_left = group.routes;
    while (!nlri.empty()) {
        const auto most_routes = options_.most_routes(group.family, nlri, prepared.path_ids);
        const auto fit = nlri.size() <= room && routes_left <= most_routes
                             ? Fit{nlri.size(), routes_left}
                             : fit_routes(group.family, nlri, room, most_routes, prepared.path_ids);
        if (fit.octets == 0) {   // this one is too long for what the attributes leave; a shorter one behind it may fit
            const auto one = fit_routes(group.family, nlri, nlri.size(), 1, prepared.path_ids);
            if (one.octets == 0) break;   // NLRI that end in the middle: never from our own sources
            left_out_.add(LeftOutReason::too_large, 1, [&] { return sample_text(group.family, nlri, prepared.path_ids); });
            left_out_.add_stretch({.first = group.routes - routes_left, .routes = 1});
            nlri = nlri.subspan(one.octets);
            --routes_left;
            continue;
        }
        if (options_.form == UpdateForm::exabgp) {
            const auto part = nlri.first(fit.octets);
            write_exabgp(prepared, group.family, Parts::of(prepared.plain, withdraws, part), fit.routes, into);
            (withdraws ? into.withdrawn_ : into.announced_) += fit.routes;
            nlri = nlri.subspan(fit.octets);
            routes_left -= fit.routes;
            continue;
        }
        into.reserve(prepared.overhead + fit.octets);
        auto* const begin = into.octets_.get() + into.size_;
        auto* at = put_header(begin);
        PackedMessage message{.routes = fit.routes};
        if (withdraws && prepared.plain) {
            put16(at, fit.octets);
            std::memcpy(at + 2, nlri.data(), fit.octets);
            at += 2 + fit.octets;
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
            short_copy(at, nlri.data(), fit.octets);
            at += fit.octets;
        } else {
            put16(at, 0);
            auto* const attributes_length = at + 2;
            at += lengths_octets;
            const auto& next_hop = prepared.next_hop.octets;
            if (withdraws) {
                at = put_attribute_header(at, flag_optional, AttributeType::mp_unreach_nlri, 3 + fit.octets);
                at = put_family(at, group.family);
            } else {
                at = put_attribute_header(at, flag_optional, AttributeType::mp_reach_nlri, 5 + next_hop.size() + fit.octets);
                at = put_family(at, group.family);
                *at++ = static_cast<std::uint8_t>(next_hop.size());
                if (prepared.next_hop.patched_octets != 0) {
                    message.next_hop_at = static_cast<std::uint16_t>(at - begin + prepared.next_hop.patched_at);
                    message.next_hop_octets = prepared.next_hop.patched_octets;
                }
                at = put_octets(at, next_hop);
                *at++ = 0;   // reserved
            }
            std::memcpy(at, nlri.data(), fit.octets);
            at += fit.octets;
            if (prepared.offsets.own_as != 0 && options_.own_as == Asn{})
                message.own_as_at = static_cast<std::uint16_t>(static_cast<std::size_t>(at - begin) + prepared.offsets.own_as);
            at = put_octets(at, prepared.encoded);
            put16(attributes_length, static_cast<std::size_t>(at - attributes_length - 2));
        }
        const auto size = static_cast<std::size_t>(at - begin);
        assert(size <= options_.max_message);
        put16(begin + 16, size);
        into.size_ += size;
        message.end = static_cast<std::uint32_t>(into.size_);
        into.needs_patch_ |= message.own_as_at != 0 || message.next_hop_octets != 0;
        into.messages_.push_back(message);
        (withdraws ? into.withdrawn_ : into.announced_) += fit.routes;
        nlri = nlri.subspan(fit.octets);
        routes_left -= fit.routes;
    }
}

void UpdatePacker::pack_end_of_rib(Family family, PackedUpdates& into)
{
    into.reserve(fixed_octets + mp_header_octets + 1 + 3);
    auto* const begin = into.octets_.get() + into.size_;
    auto* at = put_header(begin);
    put16(at, 0);
    auto* const attributes_length = at + 2;
    at += lengths_octets;
    if (family != ipv4_unicast && options_.form == UpdateForm::exabgp && !options_.by_rfc) {
        at = put_attribute_header(at, flag_optional | flag_extended_length, AttributeType::mp_unreach_nlri, 3);
        at = put_family(at, family);
    } else if (family != ipv4_unicast) {
        at = put_attribute_header(at, flag_optional, AttributeType::mp_unreach_nlri, 3);
        at = put_family(at, family);
    }
    put16(attributes_length, static_cast<std::size_t>(at - attributes_length - 2));
    const auto size = static_cast<std::size_t>(at - begin);
    put16(begin + 16, size);
    into.size_ += size;
    into.messages_.push_back({.end = static_cast<std::uint32_t>(into.size_)});
}

void UpdatePacker::pack_message(OctetView message, PackedUpdates& into)
{
    into.reserve(message.size());
    std::memcpy(into.octets_.get() + into.size_, message.data(), message.size());
    into.size_ += message.size();
    into.messages_.push_back({.end = static_cast<std::uint32_t>(into.size_)});
}

}   // namespace barrage
