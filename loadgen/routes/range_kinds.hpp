#pragma once
// Which NLRI ranges there are: of each family one kind, or several that are told apart by a word before the first value, mac/00:00:5e:00:53:00.
// Flow specifications are in range_flows.hpp, as their components are named by what is said. Pure; any thread.

#include <span>

#include "codec/family.hpp"
#include "loadgen/routes/range_draft.hpp"

namespace barrage {

struct RangeKind {
    Family family;
    std::string_view word;       // empty: none is needed
    std::string_view steps;      // the field whose first value stands before xCOUNT
    std::string_view required;   // others that have no usual value; blanks between them
    RangeDraft (*draft)();
};

std::span<const RangeKind> range_kinds() noexcept;

/// The NLRI of a label, 20 bits or the 24 of a VNI (RFC 8365 section 5.1.3), which routes have where nothing is said.
inline constexpr std::uint32_t usual_label = 16;   // the first that is nobody's: RFC 3032 section 2.1

// Of range_link_state.cpp.
template <class F>
RangeDraft link_state_node_draft();
template <class F>
RangeDraft link_state_link_draft();
template <class F>
RangeDraft link_state_prefix_draft();

}   // namespace barrage
