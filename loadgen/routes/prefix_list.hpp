#pragma once
// A list of prefixes, one a line, IPv4 and IPv6 as they come; behind a `#` a line may say anything. Each is a route with the attributes
// that a range without options has. One thread.

#include "loadgen/routes/route_lines.hpp"

namespace barrage {

class PrefixList final : public RouteLines {
public:
    /// `placeholders`: routes have the next hops of the documentation; otherwise none, so that whoever sends puts its own.
    explicit PrefixList(bool placeholders);

    std::optional<LineError> read(std::string_view line, GatheredRoutes& into) override;

private:
    Octets attributes_;
    Octets next_hop_v4_, next_hop_v6_;
    Octets nlri_;
};

}   // namespace barrage
