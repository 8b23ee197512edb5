#pragma once
// A line of an API program as a value: for whom (a selector) and what. Both of ExaBGP's dialects, the action first ("neighbor … announce
// route …", "show adj-rib out") and the target first ("peer … announce route …", "rib show out"), come out as the same values. Words stay
// views of the line; routes are read by parse_routes(). Per line of a route: no allocation. Any thread.

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "codec/family.hpp"
#include "loadgen/exabgp/api/api_line.hpp"

namespace barrage::exabgp {

namespace api {

/// `words` begin behind announce or withdraw.
struct Routes {
    bool withdraw = false;
    std::string_view words = {};
};
struct Watchdog {
    bool withdraw = false;
    std::string_view name = {};   // empty: that of the program
};
struct EndOfRib {
    Family family = ipv4_unicast;
};
struct RouteRefresh {
    Family family = ipv4_unicast;
};
struct Operational {
    std::string_view words = {};
};
struct Teardown {
    std::uint8_t subcode = 0;
};
struct FlushAdjRibOut {};
struct ClearAdjRib {
    bool in = false;
};

enum class NeighborView : std::uint8_t { unspecified, summary, extensive, configuration };
struct ShowNeighbor {
    NeighborView view = NeighborView::unspecified;
    std::string_view address = {};   // empty: all
};
enum class RouteKind : std::uint8_t { all, inet, flow, l2vpn };
struct ShowAdjRib {
    bool in = false;
    bool extensive = false;
    RouteKind kind = RouteKind::all;
    std::string_view address = {};   // of a neighbor; empty: all
};

/// `words` begin with the address.
struct CreateNeighbor {
    std::string_view words = {};
};
struct DeleteNeighbor {};   // those of the selector

enum class AckMode : std::uint8_t { enable, disable, silence };
struct Acks {
    AckMode mode = AckMode::enable;
};
/// Answers come once the routes are on the wire.
struct Sync {
    bool enable = false;
};
struct GroupStart {};
struct GroupEnd {};
/// `words` are commands with `;` between them.
struct Group {
    std::string_view words = {};
};
struct ApiVersion {
    std::optional<int> version = {};   // none: print it
};
/// What needs nothing but its word. `words` are those behind it.
struct Plain {
    enum class What : std::uint8_t {
        comment,
        debug,
        help,
        version,
        ping,
        bye,
        status,
        queue_status,
        reset,
        crash,
        reload,
        restart,
        shutdown,
        list_neighbors,
    };
    What what = What::comment;
    std::string_view words = {};
};

using Verb =
    std::variant<Routes, Watchdog, EndOfRib, RouteRefresh, Operational, Teardown, FlushAdjRibOut, ClearAdjRib, ShowNeighbor,
                 ShowAdjRib, CreateNeighbor, DeleteNeighbor, Acks, Sync, GroupStart, GroupEnd, Group, ApiVersion, Plain>;

}   // namespace api

struct ApiCommand {
    std::string_view selector = {};   // its words, for parse_selector(); empty: none
    api::Verb verb = {};
    AnswerForm form = AnswerForm::usual;   // both as AnswerWords has them
    std::optional<bool> sync = {};
};

/// An error says what was expected. Words behind what a command needs are an error too, but in `reload`, `help` and their like.
std::expected<ApiCommand, std::string> parse_api_command(std::string_view line);

}   // namespace barrage::exabgp
