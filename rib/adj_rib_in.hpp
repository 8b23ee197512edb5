#pragma once
// The routes that one peer advertised, whole: for who wants to see them (`show adj-rib in`), of every family. Where routes are only counted and compared,
// RouteDigest does with eight octets a route. One thread: the shard that receives.

#include <cstdint>
#include <memory>
#include <vector>

#include "codec/message/update_view.hpp"
#include "codec/session_options.hpp"
#include "rib/attribute_pool.hpp"
#include "rib/canonical_attributes.hpp"
#include "rib/route_index.hpp"

namespace barrage {

struct NlriField;

class AdjRibIn {
public:
    /// A peer that tells more has the rest left out: what it sends does not grow us without bound.
    static constexpr std::size_t most_routes = std::size_t{1} << 23;

    explicit AdjRibIn(std::shared_ptr<AttributePool> pool) : pool_(std::move(pool)) {}

    /// One UPDATE. Routes with attributes that cannot be taken apart are withdrawn (RFC 7606 section 2); what stands behind an NLRI that
    /// is cut is left out.
    void update(const UpdateView& view, const SessionOptions& options);
    /// The session went, or they are to be forgotten.
    void clear();

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size() - free_.size(); }
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

    std::shared_ptr<AttributePool> pool_;
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_;
    RouteIndex index_;   // into entries_
    CanonicalAttributes canonical_;
    RouteKey key_;
};

}   // namespace barrage
