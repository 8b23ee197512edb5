#pragma once
// The words of a range for path attributes and next hop. Pure; any thread.

#include <optional>

#include "loadgen/routes/spec_words.hpp"
#include "rib/range_attributes.hpp"

namespace barrage::spec {

inline constexpr std::string_view range_attribute_names =
    "as-path=, origin=, med=, local-pref=, community=, extended-community=, target=, large-community=, attribute=, next-hop=";

/// Those of them that may stand more than once.
bool is_repeatable_attribute(std::string_view name) noexcept;
/// Nothing where `option` is none of them.
std::optional<Done> read_range_attribute(const Word& option, const Word& value, RangeAttributes& into);
/// An address, or two with a link-local one behind a plus: RFC 2545 section 3.
Done read_next_hop(const Word& value, std::optional<IpAddress>& address, std::optional<Ipv6Address>& link_local);

}   // namespace barrage::spec
