#pragma once
// The operators of flow specifications with their values. RFC 8955 section 4.2.1.
//
//       0   1   2   3   4   5   6   7
//     +---+---+---+---+---+---+---+---+
//     | e | a |  len  | 0 |lt |gt |eq |   numeric: end of list, and, octets of the value (1 << len)
//     | e | a |  len  | 0 | 0 |not| m |   bitmask
//     +---+---+---+---+---+---+---+---+

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "codec/writer.hpp"

namespace barrage {

/// One operator and its value; the end of a list is where its last one stands.
struct FlowTerm {
    std::uint8_t op = 0;       // without the end of list and the length
    std::uint8_t octets = 1;   // of the value: 1, 2, 4 or 8; more than it needs is allowed, and kept
    std::uint64_t value = 0;

    void write(Writer& out, bool last) const;
    /// The bool: it was the last.
    static std::pair<FlowTerm, bool> read(Reader& in);

    friend bool operator==(const FlowTerm&, const FlowTerm&) = default;
};

/// "=80", ">=1024", "&<=2047" (and), "!=0", "true:1", "false:1"; with ":octets" where these are more than needed:
/// "=80:2". With bits that mean nothing: "0x08:80:2".
struct NumericTerm : FlowTerm {
    static std::optional<NumericTerm> from_text(std::string_view text);
};
/// "0x2" (any of these), "=0x12" (all), "!0x4", "!=0x1", "&…" and ":octets" as above.
struct BitmaskTerm : FlowTerm {
    static std::optional<BitmaskTerm> from_text(std::string_view text);
};

std::string to_text(const NumericTerm& term);
std::string to_text(const BitmaskTerm& term);

}   // namespace barrage
