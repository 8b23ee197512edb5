#pragma once
// The word SOURCE of the command line and of scenarios, `--routes SOURCE`:
//     FILE[,snapshot=N]                          an MRT dump, of several tables in it the Nth, or a text with routes (loadgen/routes)
//     full-table:COUNT[,seed=N][,family=ipv4|ipv6][,next-hop=ADDRESS]
//     range:ADDRESS/LENGTHxCOUNT[,step=N][,path-id=N][,paths=N][,as-path=AS AS …][,origin=igp|egp|incomplete][,med=N][,local-pref=N]
//         [,community=AS:VALUE|NAME …][,extended-community=KIND:A:B …][,target=A:B …][,large-community=A:B:C …]
//         [,attribute=TYPE:FLAGS:VALUE …][,next-hop=ADDRESS]
//     range:FAMILY:[KIND/]FIRSTxCOUNT…           of any family, see nlri_range_words.hpp
// A next hop of IPv6 may have a link-local one beside it, next-hop=2001:db8::1+fe80::1. Numbers take k, M, G. Communities and attributes may be
// repeated; any other option stands once. Pure; any thread.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "rib/full_table.hpp"
#include "rib/nlri_range.hpp"
#include "rib/prefix_range.hpp"

namespace barrage {

/// Whether there is such a file, and what is in it, is not looked at here.
struct RouteFile {
    std::string path;
    std::optional<std::uint32_t> snapshot = {};   // from 1
    friend bool operator==(const RouteFile&, const RouteFile&) = default;
};

using RouteSpec = std::variant<RouteFile, FullTableDescription, PrefixRangeDescription, NlriRangeDescription>;

/// With the words that it was given in.
struct NamedSource {
    std::string words;
    RouteSpec spec;
};

/// What begins with neither `full-table:` nor `range:` is a file. The error names the column (from 1) and what was expected.
/// What comes back can be made into its source: its sizes were checked.
std::expected<RouteSpec, std::string> parse_route_spec(std::string_view text);

}   // namespace barrage
