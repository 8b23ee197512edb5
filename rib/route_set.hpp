#pragma once
// A table of routes that many peers share: immutable, so any number of threads read it without a lock.
// Routes stand in groups of one attribute set (or of withdrawals), their NLRI already as octets: about four octets a
// route and 24 a group, nothing else. The order of the groups is the order in which peers are told.
//
//     groups_  | attributes, kind, family, routes | …            sorted as told
//     nlri_    | 18 0a 00 01 | 18 0a 00 02 | 10 0a 01 | …        a group's NLRI follow those of the group before it

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rib/attribute_pool.hpp"
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
    };

    [[nodiscard]] const std::vector<Group>& groups() const noexcept { return groups_; }
    [[nodiscard]] OctetView nlri(std::size_t group) const noexcept
    {
        const auto end = group + 1 < groups_.size() ? groups_[group + 1].nlri_begin : nlri_.size() - copy_slack;
        return OctetView{nlri_}.subspan(groups_[group].nlri_begin, end - groups_[group].nlri_begin);
    }
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
