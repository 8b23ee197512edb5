#pragma once
// A table of routes that many peers share: immutable, so any number of threads read it without a lock.
// Routes stand in groups of one attribute set (or of withdrawals), their NLRI already as octets: about four octets a
// route and 24 a group, nothing else. The order of the groups is the order in which they are sent.
//
//     groups_  | attributes, kind, family, routes | …            sorted as they are sent
//     nlri_    | 18 0a 00 01 | 18 0a 00 02 | 10 0a 01 | …        a group's NLRI follow those of the group before it
//
// A range, of any family, is one group whose NLRI are made whenever they are asked for.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rib/attribute_pool.hpp"
#include "rib/nlri_progression.hpp"
#include "rib/route_source.hpp"
#include "rib/short_copy.hpp"

namespace barrage {

class RouteSet {
public:
    struct Group {
        AttributeSetRef attributes;   // null when withdrawing
        std::uint64_t nlri_begin;     // octets from the start of nlri()
        std::uint32_t routes;
        FamilyIndex family;
        bool withdraw;
        bool has_path_ids;
        std::uint8_t attribute_units;   // see attribute_octets_at_most(): whoever cuts windows does not wait for the attributes

        static constexpr std::size_t unit = 8;
        static constexpr std::size_t most_units = 255;
        static std::uint8_t units_of(const AttributeSetRef& attributes) noexcept
        {
            return static_cast<std::uint8_t>(std::min((size_of(attributes) + unit - 1) / unit, most_units));
        }
        /// Octets of the attributes and the next hop, up to 7 more.
        [[nodiscard]] std::size_t attribute_octets_at_most() const noexcept
        {
            return attribute_units < most_units ? attribute_units * unit : size_of(attributes);
        }
        static std::size_t size_of(const AttributeSetRef& attributes) noexcept
        {
            return attributes ? attributes->octets().size() + attributes->next_hop().size() : 0;
        }
    };

    /// One group of announced routes, at most 2^32 - 1 as in a range.
    static std::shared_ptr<const RouteSet> of_range(NlriProgression nlri, std::uint32_t count, AttributeSetRef attributes);

    [[nodiscard]] const std::vector<Group>& groups() const noexcept { return groups_; }
    /// Octets of a group's NLRI.
    [[nodiscard]] std::uint64_t nlri_octets(std::size_t group) const noexcept
    {
        if (range_) return range_->octets_each() * std::uint64_t{groups_[group].routes};
        const auto end = group + 1 < groups_.size() ? groups_[group + 1].nlri_begin : nlri_.size() - copy_slack;
        return end - groups_[group].nlri_begin;
    }
    /// Octets [from, to) of them, where NLRI begin, or a part from the front that has at least `enough` octets; copy_slack octets behind it
    /// may be read. NLRI of a range are made in `made` and stand there until its next use.
    [[nodiscard]] OctetView nlri(std::size_t group, std::uint64_t from, std::uint64_t to, Octets& made,
                                 std::uint64_t enough = ~std::uint64_t{0}) const
    {
        if (range_) return make_nlri(from, to, made, enough);
        return OctetView{nlri_}.subspan(groups_[group].nlri_begin + from, to - from);
    }
    /// All of them.
    [[nodiscard]] OctetView nlri(std::size_t group, Octets& made) const { return nlri(group, 0, nlri_octets(group), made); }
    /// Calls `visit(OctetView)` for [from, to), in as many parts as keep what is made for a range small.
    void for_each_nlri(std::size_t group, std::uint64_t from, std::uint64_t to, auto&& visit) const
    {
        constexpr std::uint64_t enough = 64 * 1024;
        Octets made;
        while (from < to) {
            const auto part = nlri(group, from, to, made, enough);
            visit(part);
            from += part.size();
        }
    }
    /// How many routes stand in [from, to).
    [[nodiscard]] std::uint32_t routes_in(std::size_t group, std::uint64_t from, std::uint64_t to) const
    {
        return from == 0 && to == nlri_octets(group) ? groups_[group].routes : count_routes(group, from, to);
    }
    /// What the first `routes` of a group take.
    [[nodiscard]] std::uint64_t octets_of(std::size_t group, std::uint32_t routes) const;
    /// For whoever goes through the groups in order: the processor fetches the attributes of `group`, if there is one.
    void prefetch_attributes(std::size_t group) const noexcept
    {
        if (group >= groups_.size() || !groups_[group].attributes) return;
        const auto* const set = reinterpret_cast<const std::uint8_t*>(groups_[group].attributes.get());
        __builtin_prefetch(set);
        __builtin_prefetch(set + 64);   // most are within two cache lines
    }
    /// Routes announced and withdrawn, each time counted.
    [[nodiscard]] std::uint64_t announced() const noexcept { return announced_; }
    [[nodiscard]] std::uint64_t withdrawn() const noexcept { return withdrawn_; }
    [[nodiscard]] FamilySet families() const noexcept { return families_; }
    /// A route by its group and its place in it.
    struct Place {
        std::uint32_t group = 0;
        std::uint32_t route = 0;
        friend constexpr auto operator<=>(const Place&, const Place&) = default;
    };
    /// Whether there may be several paths of a prefix.
    [[nodiscard]] bool has_paths() const noexcept { return superseded_ != nullptr; }
    /// What a session without path identifiers (RFC 7911) cannot carry: routes that another one of the set, which comes later, differs from in
    /// its identifier alone. Ascending; made when it is first asked for. Any thread.
    [[nodiscard]] const std::vector<Place>& superseded_paths() const;
    /// How many of them are in a group; of a range that is known without looking at any.
    [[nodiscard]] std::uint32_t superseded_in(std::uint32_t group) const;
    /// Those of them among `routes` of a group from number `first` on; in a range they are found without looking at the others, and stand in
    /// `made`.
    [[nodiscard]] std::span<const Place> superseded_paths(std::uint32_t group, std::uint32_t first, std::uint32_t routes,
                                                          std::vector<Place>& made) const;
    /// When each group is to be told in a replay: nanoseconds after the first, never falling. Empty where times were not kept.
    [[nodiscard]] const std::vector<std::int64_t>& times() const noexcept { return times_; }
    /// Octets of memory beyond the interned attributes.
    [[nodiscard]] std::size_t memory_octets() const noexcept;

private:
    friend class RouteSetBuilder;
    std::vector<Group> groups_;
    std::vector<std::uint8_t> nlri_;   // and copy_slack octets behind the last
    std::uint64_t announced_ = 0;
    std::uint64_t withdrawn_ = 0;
    FamilySet families_;
    std::vector<std::int64_t> times_;
    std::optional<NlriProgression> range_;   // of the one group, in place of nlri_
    struct Superseded {
        std::once_flag once;
        std::vector<Place> places;
    };
    std::shared_ptr<Superseded> superseded_;   // null: no group has path identifiers

    OctetView make_nlri(std::uint64_t from, std::uint64_t to, Octets& made, std::uint64_t enough) const;
    [[nodiscard]] std::uint32_t count_routes(std::size_t group, std::uint64_t from, std::uint64_t to) const;
};

/// Gathers routes and groups them by attribute set. One thread.
class RouteSetBuilder {
public:
    /// A table may be told in any order, so routes of equal attributes come together (in order of their first use);
    /// a file of updates may not, so that only neighbours do; to be replayed by its times, only those of one time.
    enum class Order : std::uint8_t { by_attribute_set, as_given, as_given_by_time };

    RouteSetBuilder(AttributePool& pool, Order order);
    ~RouteSetBuilder();

    void add(const RouteBatch& batch);
    /// Routes added so far.
    [[nodiscard]] std::uint64_t size() const noexcept;
    std::shared_ptr<const RouteSet> finish() &&;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// `keep_times`: of a source that is ordered, for a replay.
template <RouteSource S>
std::shared_ptr<const RouteSet> load(S& source, AttributePool& pool, bool keep_times = false)
{
    using Order = RouteSetBuilder::Order;
    RouteSetBuilder builder{pool, !source.is_ordered() ? Order::by_attribute_set
                                  : keep_times         ? Order::as_given_by_time
                                                       : Order::as_given};
    for (RouteBatch batch; source.next(batch);) builder.add(batch);
    return std::move(builder).finish();
}

}   // namespace barrage
