#pragma once
// Messages in hexadecimal digits, one or more a line, as `loadgen mrt convert --to hex` writes them and `loadgen decode` reads them: the routes
// of their UPDATEs, of any family, in their order. AS numbers have four octets; there are no path identifiers. One thread.

#include "loadgen/routes/route_lines.hpp"
#include "rib/update_routes.hpp"

namespace barrage {

class UpdateLines : public RouteLines {
public:
    /// Whether the line begins with the marker of a message (RFC 4271 section 4.1); blanks and colons between digits are free.
    static bool begins(std::string_view line);

    std::optional<LineError> read(std::string_view line, GatheredRoutes& into) override;
    [[nodiscard]] bool is_ordered() const override { return true; }
    [[nodiscard]] std::vector<std::string> notes() const override;

private:
    UpdateRoutes updates_;
    Octets octets_;
    std::uint64_t others_ = 0;   // messages that are no UPDATE
};

}   // namespace barrage
