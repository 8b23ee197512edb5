#include "rib/nlri_packing.hpp"

#include <algorithm>
#include <cstring>

#include "codec/nlri/nlri_extent.hpp"
#include "codec/prefix.hpp"
#include "codec/route_distinguisher.hpp"
#include "rib/update_octets.hpp"

namespace barrage {

namespace {

/// Of length and prefix. By branches for the lengths that follow each other in tables: where the processor foresees them, the next prefix does
/// not wait for the length of this one.
std::size_t field_octets(std::uint8_t length) noexcept
{
    if (length > 16 && length <= 24) [[likely]]
        return 4;
    if (length > 24 && length <= 32) return 5;
    return 1 + prefix_octets(length);
}

constexpr std::size_t label_field_octets = 3;

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

OctetView with_other_path_ids(const RouteGroup& group, Octets& into)
{
    into.clear();
    Writer out{into};
    for_each_nlri(group.family, group.nlri, group.has_path_ids, [&](PathId, OctetView nlri) {
        if (!group.has_path_ids) out.u32(0);
        out.octets(nlri);
    });
    const auto size = into.size();
    into.resize(size + copy_slack);
    return OctetView{into}.first(size);
}

bool has_label_stack(Family family, OctetView nlri) noexcept
{
    const auto labels = label_octets(nlri);
    const std::size_t before_prefix = family.safi == Safi::labeled_unicast ? 0 : RouteDistinguisher::octets;
    return labels > label_field_octets && (nlri[labels] & 1) != 0 && nlri[0] >= 8 * (labels + before_prefix);
}

void put_with_one_label(OctetView nlri, Octets& into)
{
    const auto labels = label_octets(nlri);
    Writer out{into};
    out.u8(static_cast<std::uint8_t>(nlri[0] - 8 * (labels - label_field_octets)));
    out.u24(withdrawn_label);
    out.octets(nlri.subspan(1 + labels));
}

NlriPacking::Alike NlriPacking::first_alike(const RouteGroup& group)
{
    const std::size_t before = group.has_path_ids ? path_id_octets : 0;
    Alike alike{.group = group};
    std::size_t octets = 0;
    for (std::uint32_t routes = 0; routes < group.routes && octets + before < group.nlri.size(); ++routes) {
        const auto left = group.nlri.subspan(octets + before);
        const auto size = nlri_octets(group.family, left);
        if (size == 0) break;   // cut; none of our own sources has such NLRI
        const bool is_stack = has_label_stack(group.family, left.first(size));
        if (routes == 0) alike.have_stacks = is_stack;
        if (is_stack != alike.have_stacks) {
            alike.group.nlri = group.nlri.first(octets);
            alike.group.routes = routes;
            break;
        }
        octets += before + size;
    }
    return alike;
}

OctetView NlriPacking::with_one_label_each(const RouteGroup& group)
{
    bool any = false;
    for_each_nlri(group.family, group.nlri, group.has_path_ids,
                  [&](PathId, OctetView nlri) { any = any || has_label_stack(group.family, nlri); });
    if (!any) return group.nlri;
    one_label_nlri_.clear();
    Writer out{one_label_nlri_};
    for_each_nlri(group.family, group.nlri, group.has_path_ids, [&](PathId id, OctetView nlri) {
        if (group.has_path_ids) out.u32(id.value);
        if (has_label_stack(group.family, nlri))
            put_with_one_label(nlri, one_label_nlri_);
        else
            out.octets(nlri);
    });
    const auto size = one_label_nlri_.size();
    one_label_nlri_.resize(size + copy_slack);
    return OctetView{one_label_nlri_}.first(size);
}

void NlriPacking::leave_out(const RouteGroup& group, LeftOutReason reason)
{
    left_out_.add(reason, group.routes, [&] { return sample_text(group.family, group.nlri, group.has_path_ids); });
    left_out_.add_stretch({.routes = group.routes});
}

std::size_t NlriPacking::leave_out_first(const RouteGroup& group, OctetView nlri, bool path_ids, std::uint32_t routes_left)
{
    const auto one = fit_routes(group.family, nlri, nlri.size(), 1, path_ids);
    if (one.octets == 0) return 0;
    left_out_.add(LeftOutReason::too_large, 1, [&] { return sample_text(group.family, nlri, path_ids); });
    left_out_.add_stretch({.first = group.routes - routes_left, .routes = 1});
    return one.octets;
}

void NlriPacking::write_end_of_rib(Family family, std::uint8_t flags, PackedUpdates& into)
{
    auto* const begin = into.begin_message(fixed_octets + mp_header_octets + 1 + 3);
    auto* at = put_header(begin);
    put16(at, 0);
    auto* const attributes_length = at + 2;
    at += lengths_octets;
    if (family != ipv4_unicast) {
        at = put_attribute_header(at, flags, AttributeType::mp_unreach_nlri, 3);
        at = put_family(at, family);
    }
    put16(attributes_length, static_cast<std::size_t>(at - attributes_length - 2));
    const auto size = static_cast<std::size_t>(at - begin);
    put16(begin + 16, size);
    into.end_message({}, size);
}

void NlriPacking::pack_message(OctetView message, PackedUpdates& into)
{
    std::memcpy(into.begin_message(message.size()), message.data(), message.size());
    into.end_message({}, message.size());
}

}   // namespace barrage
