#pragma once
// The names that values of flow rules have, for each type of component. Pure; any thread.

#include <span>

#include "codec/iana.hpp"
#include "loadgen/exabgp/vocabulary/names.hpp"

namespace barrage::exabgp {

/// Of an operator: it is joined with the one before by AND. RFC 8955 section 4.2.1.1.
inline constexpr std::uint8_t flow_and_bit = 0x40;

using FlowName = NamedValue<std::uint32_t>;

/// All names that are read; none for a component of plain numbers.
std::span<const FlowName> flow_names(FlowComponentType type) noexcept;
/// Those of them that are written: where ExaBGP writes a name and not a number.
std::span<const FlowName> written_flow_names(FlowComponentType type) noexcept;

/// A number, or a name of the component's table; ports also of the system's list of services, and names of bits joined with `+`.
/// `not-a-fragment` is not among them: it is an operator with bits (see take_bitmask_terms()).
std::optional<std::uint64_t> flow_value_from(std::string_view text, FlowComponentType type, std::uint64_t most);

/// Bits as names joined with `+`; what has none as a number in hexadecimal digits.
std::string flow_bits_text(FlowComponentType type, std::uint64_t bits);
/// A number, or its name.
std::string flow_number_text(FlowComponentType type, std::uint64_t number);

}   // namespace barrage::exabgp
