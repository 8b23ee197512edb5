#pragma once
// The values of a flow's match: operators with numbers or names, `=80`, `>1024&<2048`, `[ SYN RST&FIN&!=push ]`. Pure; any
// thread.

#include "codec/nlri/flowspec.hpp"
#include "loadgen/exabgp/grammar/token_cursor.hpp"

namespace barrage::exabgp {

/// `TERM`, or `[ TERM TERM … ]`; terms joined by `&` have to hold together.
std::vector<NumericTerm> take_numeric_terms(TokenCursor& words, FlowComponentType type, std::uint64_t most);
std::vector<BitmaskTerm> take_bitmask_terms(TokenCursor& words, FlowComponentType type, std::uint64_t most);

}   // namespace barrage::exabgp
