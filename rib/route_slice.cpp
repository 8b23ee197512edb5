#include "rib/route_slice.hpp"

#include <algorithm>

#include "codec/nlri/nlri_extent.hpp"

namespace barrage {

namespace {

/// Attribute sets lie scattered in memory: asked for so early, they are there when their group's turn comes.
constexpr std::size_t groups_ahead = 12;

RoutePosition end_of(const RouteSet& set) { return {static_cast<std::uint32_t>(set.groups().size()), 0}; }

/// Where the route with this number stands; routes are counted in the order of the set.
RoutePosition position_of(const RouteSet& set, std::uint64_t route)
{
    const auto& groups = set.groups();
    for (std::uint32_t index = 0; index < groups.size(); ++index) {
        if (route < groups[index].routes) return {index, set.octets_of(index, static_cast<std::uint32_t>(route))};
        route -= groups[index].routes;
    }
    return end_of(set);
}

RouteGroup group_of(const RouteSet::Group& group, RunKind kind, OctetView nlri, std::uint32_t routes)
{
    return {.attributes = group.attributes.get(),
            .family = known_families[group.family].family,
            .has_path_ids = group.has_path_ids,
            .nlri = nlri,
            .routes = routes,
            .withdraw = kind == RunKind::withdraw};
}

/// Withdrawing a slice passes over what it withdraws itself.
bool is_advertised(const RouteSet::Group& group, RunKind kind) { return kind == RunKind::as_given || !group.withdraw; }

/// NLRI of a set may have path identifiers where the session has none, and the other way round.
struct WireSize {
    Family family;
    bool path_ids_here;
    bool path_ids_there;

    [[nodiscard]] std::size_t on_the_wire(const Fit& fit) const noexcept
    {
        if (path_ids_here == path_ids_there) return fit.octets;
        return path_ids_there ? fit.octets + 4u * fit.routes : fit.octets - 4u * fit.routes;
    }
    /// How many from the front of `nlri` take at most `room` octets on the wire.
    [[nodiscard]] Fit fit(OctetView nlri, std::size_t room, std::uint32_t most_routes) const noexcept
    {
        if (path_ids_here == path_ids_there) return fit_routes(family, nlri, room, most_routes, path_ids_here);
        Fit sum;
        while (sum.routes < most_routes) {
            const auto one = fit_routes(family, nlri.subspan(sum.octets), nlri.size(), 1, path_ids_here);
            const Fit more{sum.octets + one.octets, sum.routes + 1};
            if (one.routes == 0 || on_the_wire(more) > room) break;
            sum = more;
        }
        return sum;
    }
};

/// A bound on the octets that a group is packed into, where a message has `overhead` octets beside NLRI and the attributes of the set; none
/// where that takes measuring.
std::optional<std::size_t> most_octets(const RouteSet::Group& group, std::size_t nlri_octets, WireSize size,
                                       const PackOptions& options, std::size_t overhead)
{
    if (options.most_routes(size.family) != ~std::uint32_t{0} || !options.update_sizes.empty() || !has_bit_length(size.family))
        return std::nullopt;
    // With two-octet AS numbers the path may come twice, as AS4_PATH too.
    overhead += group.attribute_octets_at_most() * (options.four_octet_as ? 1 : 2);
    // Every message but the last holds at least half of the maximum, less a prefix that did not fit.
    const auto half = options.max_message / 2;
    if (overhead + 40 > half) return std::nullopt;
    const auto octets = nlri_octets + (size.path_ids_there && !size.path_ids_here ? std::size_t{4} * group.routes : 0);
    return overhead * (octets < half ? 1 : 1 + octets / half) + octets;   // a division only where it is needed
}

}   // namespace

RouteSlice RouteSlice::whole(std::shared_ptr<const RouteSet> set)
{
    const auto end = end_of(*set);
    return {std::move(set), {}, end};
}

RouteSlice RouteSlice::part(std::shared_ptr<const RouteSet> set, std::uint32_t part, std::uint32_t parts)
{
    const auto routes = set->announced() + set->withdrawn();
    const auto begin = position_of(*set, routes * part / parts);
    const auto end = part + 1 == parts ? end_of(*set) : position_of(*set, routes * (part + 1) / parts);
    return {std::move(set), begin, end};
}

RouteCount count_routes(const RouteSlice& slice)
{
    RouteCount count;
    for_each_piece(slice, [&](std::uint32_t group, std::uint64_t from, std::uint64_t to) {
        (slice.set->groups()[group].withdraw ? count.withdrawn : count.announced) += slice.set->routes_in(group, from, to);
    });
    return count;
}

WindowCutter::WindowCutter(RouteSlice slice, RunKind kind, PackOptions options, std::size_t window_octets)
    : slice_(std::move(slice)), kind_(kind), packer_(make_packer(std::move(options))), window_octets_(window_octets),
      at_(slice_.begin)
{
}

std::optional<RouteSlice> WindowCutter::next()
{
    if (at_ >= slice_.end) return std::nullopt;
    const auto begin = at_;
    const auto& groups = slice_.set->groups();
    const auto& options = packing(packer_).options();
    const auto beside_set = std::visit([](const auto& packer) { return packer.most_octets_beside_set; }, packer_);
    std::size_t octets = 0;
    while (at_ < slice_.end && octets < window_octets_) {
        const auto& group = groups[at_.group];
        const auto family = known_families[group.family].family;
        const auto to = at_.group == slice_.end.group ? slice_.end.octet : slice_.set->nlri_octets(at_.group);
        const RoutePosition behind{at_.group + 1, 0};
        if (at_.octet >= to || !is_advertised(group, kind_)) {
            at_ = behind;
            continue;
        }
        const WireSize size{family, group.has_path_ids, options.add_path.contains(family)};
        // Mostly the whole group fits into what is left of the window, and a bound is enough to know.
        if (const auto most = most_octets(group, to - at_.octet, size, options, beside_set);
            most && octets + *most <= window_octets_) {
            octets += *most;
            at_ = behind;
            continue;
        }
        // Else the group is cut between two messages, so that every one but its last is full. Of a range no more is made than goes into the
        // window, where a prefix may take a fifth of the octets that it takes here.
        const auto enough = (size.path_ids_here && !size.path_ids_there ? 5 : 1) * (window_octets_ + options.max_message);
        const auto nlri = slice_.set->nlri(at_.group, at_.octet, to, made_, enough);
        const auto first = fit_routes(family, nlri, nlri.size(), 1, group.has_path_ids);
        const auto first_route = group_of(group, kind_, nlri.first(first.octets), first.routes);
        const auto measure = std::visit([&](auto& packer) { return packer.measure(first_route); }, packer_);
        if (measure.room == 0) {
            at_ = behind;   // pack_window() will say why it is left out
            continue;
        }
        std::size_t taken = 0;
        while (taken < nlri.size() && octets < window_octets_) {
            const auto left = nlri.subspan(taken);
            if (const auto fit = size.fit(left, measure.room, options.most_routes(family, left, group.has_path_ids));
                fit.octets != 0) {
                taken += fit.octets;
                octets += measure.overhead + size.on_the_wire(fit);
            } else {   // a prefix that is too long for what the attributes leave: the packer passes over it
                const auto one = fit_routes(family, left, left.size(), 1, group.has_path_ids);
                taken += one.octets == 0 ? left.size() : one.octets;
            }
        }
        at_ = at_.octet + taken == to ? behind : RoutePosition{at_.group, at_.octet + taken};
    }
    return RouteSlice{slice_.set, begin, std::min(at_, slice_.end)};
}

namespace {

/// `nlri` without the routes at these places of the group, of which the first one here is number `first`. copy_slack octets follow.
Octets without(std::span<const RouteSet::Place> left_out, const RouteGroup& group, std::uint32_t first, NlriPacking& packer)
{
    Octets kept;
    kept.reserve(group.nlri.size() + copy_slack);
    auto nlri = group.nlri;
    const auto take = [&](std::uint32_t routes) {
        const auto fit = routes == 0 ? Fit{} : fit_routes(group.family, nlri, nlri.size(), routes, group.has_path_ids);
        const auto taken = nlri.first(fit.octets);
        nlri = nlri.subspan(fit.octets);
        return taken;
    };
    for (const auto& place : left_out) {
        const auto before = take(place.route - first);
        kept.insert(kept.end(), before.begin(), before.end());
        const auto one = take(1);
        packer.left_out().add(LeftOutReason::add_path_not_negotiated, 1,
                              [&] { return sample_text(group.family, one, group.has_path_ids); });
        first = place.route + 1;
    }
    kept.insert(kept.end(), nlri.begin(), nlri.end());
    kept.resize(kept.size() + copy_slack);
    return kept;
}

/// How many routes of a group a session cannot tell from others that differ in their path identifiers.
std::uint32_t superseded_for(const RouteSet& set, std::uint32_t index, const PackOptions& options)
{
    if (!set.has_paths()) [[likely]]
        return 0;
    const auto family = known_families[set.groups()[index].family].family;
    return options.add_path.contains(family) || !options.families.contains(family) ? 0 : set.superseded_in(index);
}

void pack_window_by(auto& packer, const RouteSlice& window, RunKind kind, PackedUpdates& into)
{
    const auto& set = *window.set;
    for_each_piece(window, [&](std::uint32_t index, std::uint64_t from, std::uint64_t to) {
        set.prefetch_attributes(std::size_t{index} + groups_ahead);
        const auto& group = set.groups()[index];
        if (!is_advertised(group, kind)) return;
        const auto messages = into.messages().size();
        const auto left_out = packer.left_out().stretches().size();
        auto piece = group_of(group, kind, set.nlri(index, from, to, packer.made_nlri()), set.routes_in(index, from, to));
        Octets kept;
        const auto superseded = superseded_for(set, index, packer.options());
        if (superseded != 0) {
            const auto first = set.routes_in(index, 0, from);
            std::vector<RouteSet::Place> made;
            const auto here = set.superseded_paths(index, first, piece.routes, made);
            if (!here.empty()) {
                kept = without(here, piece, first, packer);
                piece.nlri = OctetView{kept}.first(kept.size() - copy_slack);
                piece.routes -= static_cast<std::uint32_t>(here.size());
            }
        }
        if (piece.routes != 0) packer.pack(piece, into);
        into.set_group(messages, index);
        into.set_left_out(messages, superseded);
        for (auto i = left_out; i < packer.left_out().stretches().size(); ++i) {
            auto& stretch = packer.left_out().stretches()[i];
            stretch.group = index;
            stretch.first += set.routes_in(index, 0, from);
        }
    });
}

}   // namespace

void pack_window(const RouteSlice& window, RunKind kind, UpdatePacker& packer, PackedUpdates& into)
{
    pack_window_by(packer, window, kind, into);
}

void pack_window(const RouteSlice& window, RunKind kind, ExabgpPacker& packer, PackedUpdates& into)
{
    pack_window_by(packer, window, kind, into);
}

void pack_window(const RouteSlice& window, RunKind kind, Packer& packer, PackedUpdates& into)
{
    std::visit([&](auto& each) { pack_window_by(each, window, kind, into); }, packer);
}

}   // namespace barrage
