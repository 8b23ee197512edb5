#include "rib/nlri_range.hpp"

#include <algorithm>
#include <limits>

namespace barrage {

std::expected<NlriRange, std::string> NlriRange::make(const NlriRangeDescription& description)
{
    if (description.count == 0 || description.count > std::numeric_limits<std::uint32_t>::max())
        return std::unexpected("a count of " + std::to_string(description.count) + ": expected 1 to 4294967295");
    auto attributes = canonical_octets(description);
    if (!attributes) return std::unexpected(std::string{"path attributes that cannot be read"});
    if (attributes->size() > max_extended_message_octets)
        return std::unexpected("path attributes of " + std::to_string(attributes->size()) + " octets: expected at most 65535");
    NlriRange range{description.nlri, description.count};
    range.attributes_ = std::move(*attributes);
    range.next_hop_ = next_hop_octets(description, description.nlri.family());
    return range;
}

bool NlriRange::next(RouteBatch& batch)
{
    if (next_ == count_) return false;
    const auto routes = static_cast<std::uint32_t>(std::min<std::uint64_t>(count_ - next_, batch_routes));
    batch = {.kind = RouteBatch::Kind::announce,
             .family = progression_.family(),
             .attributes = attributes_,
             .next_hop = next_hop_,
             .nlri = progression_.write(next_, routes, nlri_),
             .has_path_ids = progression_.has_path_ids(),
             .routes = routes};
    next_ += routes;
    return true;
}

std::shared_ptr<const RouteSet> load(NlriRange& range, AttributePool& pool, bool)
{
    return RouteSet::of_range(range.progression_, static_cast<std::uint32_t>(range.count_),
                              pool.intern(range.attributes_, range.next_hop_));
}

}   // namespace barrage
