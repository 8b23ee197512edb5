#pragma once
// An UPDATE as it stands in a dump → batches of routes: what it withdraws, then what it announces. A part that is malformed
// is left out and named; NLRI before a malformed one count. Trailing bits are cleared. One thread.

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "codec/session_options.hpp"
#include "rib/canonical_attributes.hpp"
#include "rib/left_out.hpp"
#include "rib/route_source.hpp"

namespace barrage {

/// Copies NLRI to the end of `into`, with trailing bits cleared, until one is malformed: then they are not `whole`.
struct CopiedNlri {
    std::uint32_t routes = 0;
    bool whole = true;
};
CopiedNlri copy_nlri(OctetView nlri, Family family, bool has_path_ids, Octets& into);

/// Where the NLRI of `family` are a length in bits and a prefix, whose bits behind the length mean nothing.
bool has_prefix_nlri(Family family) noexcept;

/// Whether NLRI begin with a path identifier (RFC 7911 section 3), which their octets do not tell: those with one may read as others without.
enum class PathIds : std::uint8_t {
    absent,
    present,
    where_else_malformed,   // absent, but in a field that is malformed without and well-formed with them
};

class UpdateRoutes {
public:
    /// `message` is a whole UPDATE. What this gives out is good until the next call.
    void read(OctetView message, const SessionOptions& options, PathIds path_ids);

    [[nodiscard]] std::span<const RouteBatch> batches() const noexcept { return {batches_.data(), count_}; }
    struct Problem {
        std::string_view text;   // static storage
        LeftOutReason reason = LeftOutReason::malformed;
        std::uint64_t routes = 1;   // as far as they can be counted
    };
    /// One for each part that was left out.
    [[nodiscard]] const std::vector<Problem>& problems() const noexcept { return problems_; }

private:
    void add(RouteBatch::Kind kind, Family family, OctetView nlri, OctetView next_hop, PathIds path_ids);

    std::array<RouteBatch, 4> batches_;   // withdrawn, MP_UNREACH_NLRI, MP_REACH_NLRI, NLRI
    std::array<Octets, 4> nlri_;
    std::size_t count_ = 0;
    CanonicalAttributes canonical_;
    std::vector<Problem> problems_;
};

}   // namespace barrage
