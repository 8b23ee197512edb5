#pragma once
// The routes that one peer advertised, whole: for who wants to see them (`show adj-rib in`), of every family. Where routes are only counted and compared,
// RouteDigest does with eight octets a route. One thread: the shard that receives.

#include <cstdint>
#include <memory>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "codec/message/update_view.hpp"
#include "codec/session_options.hpp"
#include "rib/attribute_pool.hpp"
#include "rib/canonical_attributes.hpp"
#include "rib/route_index.hpp"

namespace barrage {

struct NlriField;

class AdjRibIn {
public:
    /// A peer that announces more has the rest left out: what it sends does not grow us without bound.
    struct Limits {
        std::size_t routes = std::size_t{1} << 23;
        std::size_t octets = std::size_t{256} << 20;   // of distinct attribute sets with their next hops, and of NLRI
    };

    explicit AdjRibIn(std::shared_ptr<AttributePool> pool) : AdjRibIn(std::move(pool), Limits{}) {}
    AdjRibIn(std::shared_ptr<AttributePool> pool, Limits limits) : pool_(std::move(pool)), limits_(limits) {}

    /// One UPDATE. Routes with attributes that cannot be taken apart are withdrawn (RFC 7606 section 2); what stands behind an NLRI that
    /// is cut is left out. So are routes of other families than the session has (RFC 4760 section 8).
    void update(const UpdateView& view, const SessionOptions& options, FamilySet families = FamilySet::all());
    /// The session went, or they are to be forgotten.
    void clear();

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size() - free_.size(); }
    /// Of the distinct attribute sets and the NLRI of all that is kept.
    [[nodiscard]] std::size_t octets() const noexcept { return octets_; }
    enum class Passed : std::uint8_t { none, routes, octets };
    /// The limit that has had a route left out since the session began.
    [[nodiscard]] Passed passed() const noexcept { return passed_; }
    /// Calls `visit(const RouteKey&, const AttributeSetRef&)` for each, in the order of first sight but where others were withdrawn.
    void for_each(auto&& visit) const
    {
        for (const auto& entry : entries_)
            if (entry.attributes) visit(entry.key, entry.attributes);
    }

private:
    struct Entry {
        RouteKey key;
        AttributeSetRef attributes;   // null: free
    };
    void each(OctetView nlri, NlriField field, Family family, const AttributeSetRef& attributes);
    void put(const RouteKey& key, const AttributeSetRef& attributes);
    void remove(std::uint32_t number);
    /// False where the limit has no room for them beside an NLRI of so many octets more.
    bool hold(const AttributeSetRef& attributes, std::size_t nlri_octets);
    void let_go(const AttributeSetRef& attributes);

    std::shared_ptr<AttributePool> pool_;
    Limits limits_;
    Passed passed_ = Passed::none;
    std::size_t octets_ = 0;
    boost::unordered_flat_map<const AttributeSet*, std::uint32_t> held_;   // how many routes have each set
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_;
    RouteIndex index_;   // into entries_
    CanonicalAttributes canonical_;
    RouteKey key_;
};

}   // namespace barrage
