#pragma once
// Routes that the readers of text make, gathered until there are enough for load(): neighbours with the same attributes are one batch.
// Its memory is used again for the next ones. One thread.

#include <vector>

#include "codec/writer.hpp"
#include "rib/route_source.hpp"

namespace barrage {

class GatheredRoutes {
public:
    /// Copies what the batch points to.
    void add(const RouteBatch& routes);
    /// Enough to be given out; a line may make more.
    [[nodiscard]] bool enough() const noexcept { return nlri_.size() + attributes_.size() >= enough_octets; }
    /// The next batch in the order in which they came, good until clear(); false where there are no more.
    bool next(RouteBatch& batch) noexcept;
    void clear() noexcept;

private:
    static constexpr std::size_t enough_octets = std::size_t{1} << 18;

    struct Part {
        std::size_t at = 0;
        std::size_t octets = 0;
    };
    struct Batch {
        RouteBatch routes;   // without its views
        Part attributes, next_hop, nlri;
    };
    [[nodiscard]] bool goes_on(const RouteBatch& routes) const noexcept;

    std::vector<Batch> batches_;
    std::size_t given_ = 0;
    Octets attributes_;   // and next hops
    Octets nlri_;
};

}   // namespace barrage
