#include "rib/route_slice.hpp"

#include <algorithm>

namespace barrage {

namespace {

RoutePosition end_of(const RouteSet& set) { return {static_cast<std::uint32_t>(set.groups().size()), 0}; }

/// Where the route with this number stands; routes are counted in the order of the set.
RoutePosition position_of(const RouteSet& set, std::uint64_t route)
{
    const auto& groups = set.groups();
    for (std::uint32_t index = 0; index < groups.size(); ++index) {
        if (route < groups[index].routes) {
            const auto nlri = set.nlri(index);
            return {index, fit_prefixes(nlri, nlri.size(), static_cast<std::uint32_t>(route), groups[index].has_path_ids).octets};
        }
        route -= groups[index].routes;
    }
    return end_of(set);
}

RouteGroup group_of(const RouteSet::Group& group, RunKind kind, OctetView nlri, std::uint32_t routes)
{
    return {.attributes = kind == RunKind::withdraw ? nullptr : group.attributes.get(),
            .family = known_families[group.family].family,
            .has_path_ids = group.has_path_ids,
            .nlri = nlri,
            .routes = routes};
}

/// Withdrawing a slice passes over what it withdraws itself.
bool is_told(const RouteSet::Group& group, RunKind kind) { return kind == RunKind::as_given || !group.withdraw; }

} // namespace

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
    for_each_group(slice, [&](const RouteSet::Group& group, OctetView, std::uint32_t routes) {
        (group.withdraw ? count.withdrawn : count.announced) += routes;
    });
    return count;
}

WindowCutter::WindowCutter(RouteSlice slice, RunKind kind, PackOptions options, std::size_t window_octets)
    : slice_(std::move(slice)), kind_(kind), packer_(std::move(options)), window_octets_(window_octets), at_(slice_.begin)
{
}

std::optional<RouteSlice> WindowCutter::next()
{
    if (at_ >= slice_.end) return std::nullopt;
    const auto begin = at_;
    const auto& groups = slice_.set->groups();
    const auto& options = packer_.options();
    std::size_t octets = 0;
    while (at_ < slice_.end && octets < window_octets_) {
        const auto& group = groups[at_.group];
        const auto all = slice_.set->nlri(at_.group);
        const auto to = at_.group == slice_.end.group ? slice_.end.octet : all.size();
        const auto nlri = all.subspan(at_.octet, to - at_.octet);
        const bool path_id_added = options.add_path.contains(known_families[group.family].family) && !group.has_path_ids;
        // An upper bound is enough where the group fits into what is left of the window: what a message has beside its NLRI and attributes is
        // below 100 octets, an own AS and a next hop included.
        const auto most = nlri.size() + (path_id_added ? 4u * group.routes : 0);
        const auto about = 100 + (group.attributes ? group.attributes->octets().size() : 0);
        if (options.max_routes_per_update == 0 && about + most <= window_octets_) {
            octets += about * (1 + most / (options.max_message / 2)) + most;
            at_ = {at_.group + 1, 0};
            continue;
        }
        // Else the group is cut between two messages, so that every one but its last is full.
        if (!is_told(group, kind_)) {
            at_ = {at_.group + 1, 0};
            continue;
        }
        const auto measure = packer_.measure(group_of(group, kind_, nlri, group.routes));
        if (measure.room == 0) {
            at_ = {at_.group + 1, 0};   // pack_window() will say why it is left out
            continue;
        }
        const auto most_routes = options.max_routes_per_update == 0 ? ~std::uint32_t{0} : options.max_routes_per_update;
        std::size_t taken = 0;
        while (taken < nlri.size() && octets < window_octets_) {
            const auto left = nlri.subspan(taken);
            const auto fit = path_id_added ? [&] {
                Fit sum;   // each prefix takes four octets more than it has here
                for (auto one = fit_prefixes(left, left.size(), 1, false); one.routes == 1 && sum.routes < most_routes;
                     one = fit_prefixes(left.subspan(sum.octets), left.size(), 1, false)) {
                    if (sum.octets + one.octets + 4u * (sum.routes + 1) > measure.room) break;
                    sum.octets += one.octets;
                    ++sum.routes;
                }
                return sum;
            }()
                                           : fit_prefixes(left, measure.room, most_routes, group.has_path_ids);
            if (fit.octets == 0) {
                taken = nlri.size();
                break;
            }
            taken += fit.octets;
            octets += measure.overhead + fit.octets;
        }
        at_ = taken == all.size() - at_.octet ? RoutePosition{at_.group + 1, 0} : RoutePosition{at_.group, at_.octet + taken};
    }
    return RouteSlice{slice_.set, begin, std::min(at_, slice_.end)};
}

void pack_window(const RouteSlice& window, RunKind kind, UpdatePacker& packer, PackedUpdates& into)
{
    for_each_group(window, [&](const RouteSet::Group& group, OctetView nlri, std::uint32_t routes) {
        if (is_told(group, kind)) packer.pack(group_of(group, kind, nlri, routes), into);
    });
}

} // namespace barrage
