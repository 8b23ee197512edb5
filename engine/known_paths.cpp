#include "engine/known_paths.hpp"

#include <algorithm>
#include <utility>

#include "engine/measured_routes.hpp"

namespace barrage {

namespace {

/// Of a path with this AS in front; 0: none is put there.
std::uint32_t mark_of(Asn as, bool external) noexcept { return external && as != Asn{} ? sender_mark(as) : 0; }

}   // namespace

void KnownPaths::set_policy(Policy policy, std::span<const std::uint32_t> marks)
{
    policy_ = std::move(policy);
    constexpr std::size_t most = 8;
    const auto count = std::min(marks.size(), most);
    for (std::size_t which = 1; which < std::size_t{1} << count; ++which) {
        std::uint32_t difference = 0;
        for (std::size_t i = 0; i < count; ++i)
            if ((which >> i & 1) != 0) difference ^= marks[i];
        differences_.insert(difference);
    }
}

KnownPaths::Table KnownPaths::add_table(const MeasuredRoutes& routes, std::span<const std::shared_ptr<const RouteSet>> sets,
                                        bool external, std::optional<Whose> whose)
{
    auto& table = tables_.emplace_back();
    table.external = external;
    Number first = MeasuredRoutes::none, last = 0;
    const auto each_number = [&](auto&& visit) {
        for (const auto& set : sets)
            if (const auto* numbers = routes.numbers_of(*set)) visit(*set, *numbers);
    };
    each_number([&](const RouteSet&, const MeasuredRoutes::SetNumbers& numbers) {
        for (const auto each : numbers.of_route)
            if (const auto number = each & ~MeasuredRoutes::withdraw_bit; number < routes.size()) {
                first = std::min(first, number);
                last = std::max(last, number);
            }
    });
    if (first > last) return static_cast<Table>(tables_.size() - 1);
    table.first = first;
    table.bases.resize(last - first + 1);
    // What eBGP puts at the front of the path is taken off again where it comes back; iBGP puts nothing there, but a path may begin with
    // one of these AS numbers by itself.
    const auto as_advertised = routes.rules().for_sent();
    const bool has_policy = policy_ && whose;
    const auto mark =
        has_policy && !as_advertised.prefixes_only ? mark_of(whose->as, external) : 0;   // that add_sender() puts over it
    if (has_policy) table.exact.resize(table.bases.size());
    each_number([&](const RouteSet& set, const MeasuredRoutes::SetNumbers& numbers) {
        const auto& groups = set.groups();
        for (std::size_t index = 0; index < groups.size(); ++index) {
            if (!groups[index].attributes) continue;
            const auto attributes = groups[index].attributes->octets();
            const auto base = route_fingerprint(attributes, external ? as_advertised : routes.rules());
            const auto inside = external || as_advertised.prefixes_only ? 0 : inside_mark(attributes);
            if (inside != 0) table.insides.resize(table.bases.size());
            std::optional<Changed> changed;
            bool is_asked = false;
            for (std::uint64_t i = 0; i < groups[index].routes; ++i) {
                const auto number = numbers.of_route[numbers.group_begins[index] + i] & ~MeasuredRoutes::withdraw_bit;
                if (number >= routes.size()) continue;
                if (has_policy && (whose->by_prefix || !std::exchange(is_asked, true)))
                    changed = policy_(whose->sender, number, attributes);
                auto& known = table.bases[number - first];
                const auto before = known;
                known = !changed ? base : changed->fingerprint == 0 ? 0 : marked(changed->fingerprint, mark);
                if (before != 0 && before != known) {
                    told_variously_.resize(routes.size());
                    told_variously_[number] = true;
                }
                if (has_policy) table.exact[number - first] = changed.has_value();
                if (!table.insides.empty()) table.insides[number - first] = changed ? (external ? 0 : changed->inside) : inside;
            }
        }
    });
    return static_cast<Table>(tables_.size() - 1);
}

void KnownPaths::add_sender(const MeasuredRoutes& routes, Sender sender, Table table, Asn as, Ipv4Address identifier,
                            bool divided)
{
    if (senders_.size() <= sender) senders_.resize(sender + 1);
    auto& added = senders_[sender];
    auto& of = tables_[table];
    added.table = table;
    added.external = of.external;
    if (!routes.rules().prefixes_only) {
        added.mark = mark_of(as, of.external);
        added.reflected_mark = of.external ? added.mark : sender_mark(identifier);
    }
    of.divided &= divided;
    of.senders.push_back(sender);
    of.by_mark[added.mark].push_back(sender);
    if (added.reflected_mark != added.mark) of.by_mark[added.reflected_mark].push_back(sender);
}

std::uint32_t KnownPaths::fingerprint_of(const MeasuredRoutes& routes, Sender sender, OctetView attributes) const
{
    if (!is_known(sender)) return route_fingerprint(attributes, routes.rules());
    const auto& each = senders_[sender];
    return marked(route_fingerprint(attributes, each.external ? routes.rules().for_sent() : routes.rules()), each.mark);
}

KnownPaths::Advertised KnownPaths::fingerprint_of(const MeasuredRoutes& routes, Sender sender, Number number,
                                                  OctetView attributes) const
{
    const bool is_internal = is_known(sender) && !senders_[sender].external && !routes.rules().prefixes_only;
    if (policy_)
        if (const auto changed = policy_(sender, number, attributes))
            return {changed->fingerprint, true, is_internal ? changed->inside : 0};
    return {fingerprint_of(routes, sender, attributes), false, is_internal ? inside_mark(attributes) : 0};
}

std::vector<KnownPaths::Sender> KnownPaths::sharing(std::size_t prefixes) const
{
    // A prefix of one table with several senders, or of several tables.
    std::vector<bool> once(prefixes), twice(prefixes);
    for (const auto& table : tables_)
        for (std::size_t i = 0; i < table.bases.size(); ++i) {
            if (table.bases[i] == 0) continue;
            const auto number = table.first + i;
            if (once[number]) twice[number] = true;
            once[number] = true;
        }
    std::vector<Sender> found;
    for (const auto& table : tables_) {
        bool any = table.senders.size() > 1 && !table.divided;
        for (std::size_t i = 0; !any && i < table.bases.size(); ++i) any = table.bases[i] != 0 && twice[table.first + i];
        if (any) found.insert(found.end(), table.senders.begin(), table.senders.end());
    }
    std::ranges::sort(found);
    return found;
}

}   // namespace barrage
