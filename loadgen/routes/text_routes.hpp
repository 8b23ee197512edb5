#pragma once
// A text as a source of routes: a list of prefixes, lines of `bgpdump -m`, CSV with named columns, lines of ExaBGP's API, or UPDATEs as digits. Which of them
// is seen by its first line, never by a name. It is read whole or not at all: at the first line that is wrong it ends with an error, and
// what came before is of no use. One thread.

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "loadgen/routes/route_lines.hpp"
#include "loadgen/routes/text_kind.hpp"
#include "loadgen/routes/text_lines.hpp"
#include "rib/left_out.hpp"
#include "rib/mrt_peers.hpp"
#include "rib/octet_source.hpp"

namespace barrage {

struct TextRoutesOptions {
    std::optional<MrtPeerChoice> peer = {};   // of lines of bgpdump; nothing: of a RIB the peer with most routes, of updates all
    bool with_local = false;                  // also what the collector itself sent
    bool placeholders = true;                 // routes without a next hop get one of the documentation; else they have none
    std::size_t keep_octets = std::size_t{512}
                              << 20;   // of what is looked at before it is read; of a longer text it is opened again
};

class TextRoutes {
public:
    /// `name` is what errors begin with. Reads as far as the kind of the text shows, and all of it once where there is more to know first:
    /// whether the order of its routes matters, and which peer has most of them.
    static std::expected<TextRoutes, std::string> open(const std::string& name, OpenOctets open,
                                                       const TextRoutesOptions& options);

    bool next(RouteBatch& batch);
    /// After the end: why there may be no routes.
    [[nodiscard]] std::string problem() const { return format_->problem(); }
    [[nodiscard]] bool is_ordered() const { return format_->is_ordered(); }
    /// Nothing: what cannot be read is an error.
    [[nodiscard]] const LeftOut& left_out() const noexcept { return left_out_; }

    /// After the end: "FILE:LINE:COLUMN: expected …"; empty where all was read.
    [[nodiscard]] const std::string& error() const noexcept { return error_; }
    [[nodiscard]] TextKind kind() const noexcept { return kind_; }
    [[nodiscard]] bool has_times() const { return format_->has_times(); }
    /// After the end.
    [[nodiscard]] bool names_next_hops() const { return format_->names_next_hops(); }
    [[nodiscard]] std::vector<std::string> notes() const { return format_->notes(); }

private:
    TextRoutes(std::string name, TextKind kind, std::unique_ptr<RouteLines> format, TextLines lines);
    void read_line();
    void fail(const LineError& error);

    std::string name_;
    TextKind kind_;
    std::unique_ptr<RouteLines> format_;
    TextLines lines_;
    std::optional<std::string> first_line_;   // read already, to see what the text is
    GatheredRoutes gathered_;
    LeftOut left_out_;
    std::string error_;
    bool ended_ = false;
};
static_assert(RouteSource<TextRoutes>);

}   // namespace barrage
