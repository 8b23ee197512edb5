#pragma once
// Routes of one family whose NLRI follow each other by fixed steps, all with the same path attributes: a RouteSource. One thread at a time.
// load() keeps no octets of its routes.

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "rib/nlri_progression.hpp"
#include "rib/range_attributes.hpp"
#include "rib/route_set.hpp"

namespace barrage {

struct PrefixRangeDescription;

struct NlriRangeDescription : RangeAttributes {
    NlriProgression nlri;
    std::uint64_t count = 1;   // routes, for which there is room in `nlri`; up to 2^32 - 1

    friend bool operator==(const NlriRangeDescription&, const NlriRangeDescription&) = default;
};

class NlriRange {
public:
    static constexpr std::uint32_t batch_routes = 16 * 1024;

    /// Refuses, in one line, what cannot be: no routes, attributes that no message holds.
    static std::expected<NlriRange, std::string> make(const NlriRangeDescription& description);
    /// Also: a range past the end of the address space, no step.
    static std::expected<NlriRange, std::string> make(const PrefixRangeDescription& description);

    bool next(RouteBatch& batch);
    [[nodiscard]] std::string problem() const { return {}; }
    [[nodiscard]] bool is_ordered() const noexcept { return false; }

private:
    friend std::shared_ptr<const RouteSet> load(NlriRange&, AttributePool&, bool);
    NlriRange(NlriProgression nlri, std::uint64_t count) noexcept : progression_(std::move(nlri)), count_(count) {}

    NlriProgression progression_;
    std::uint64_t count_;
    std::uint64_t next_ = 0;
    Octets attributes_;
    Octets next_hop_;
    Octets nlri_;
};
static_assert(RouteSource<NlriRange>);

/// Instead of the one for other sources: a set that makes its NLRI when they are asked for. Of a range that was not read from yet.
std::shared_ptr<const RouteSet> load(NlriRange& range, AttributePool& pool, bool keep_times = false);

}   // namespace barrage
