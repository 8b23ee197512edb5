#pragma once
// What a device may do to the path attributes of a route as it passes it on: the one table, by attribute. The comparison of routes
// (route_fingerprint.hpp) leaves that out of what was sent and of what came back alike, and `loadgen device` takes off what is to be taken off;
// docs/scenarios.md has the same rows. Pure; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "codec/attribute/attribute_view.hpp"

namespace barrage {

enum class PassedBetween : std::uint8_t {
    anybody,
    ases,   // the sender or the receiver is an eBGP peer; from one iBGP peer to another it stays as it is
};

enum class PassingFreedom : std::uint8_t {
    whole_rewritten,   // set, changed or taken off by rule
    whole_taken_off,
    part_rewritten,   // of its value only what the row says
    part_taken_off,
};

struct PassingRow {
    std::optional<AttributeType> type;   // none: see applies_to_unknown
    std::string_view attribute;          // as RFCs write it
    std::string_view what;               // is not compared
    PassedBetween between;
    PassingFreedom freedom;
    std::string_view reason;   // with the RFC

    [[nodiscard]] bool is_whole() const noexcept
    {
        return freedom == PassingFreedom::whole_rewritten || freedom == PassingFreedom::whole_taken_off;
    }
    [[nodiscard]] bool is_taken_off() const noexcept
    {
        return freedom == PassingFreedom::whole_taken_off || freedom == PassingFreedom::part_taken_off;
    }
};

/// In the order of attribute types; the last is that of attributes that no other row names, optional and not transitive.
std::span<const PassingRow> passing_rows() noexcept;
/// The row of an attribute; null: it stays as it is, but for its Partial bit.
const PassingRow* passing_row(const AttributeView& attribute) noexcept;
/// The octets of each community of such an attribute; 0: it has none.
std::size_t community_octets(AttributeType type) noexcept;
/// AS 0 (RFC 7607): malformed, so that whoever passes the route on takes it off (RFC 7606 section 7.7).
bool is_aggregator_of_as_0(const AttributeView& attribute) noexcept;
/// An extended community, of IPv6 or not, with the bit of RFC 4360 section 3 that says non-transitive.
constexpr bool is_non_transitive(OctetView extended_community) noexcept { return (extended_community[0] & 0x40) != 0; }
/// What is left of attributes that a device has passed on which knows those of `is_known`, and takes off all that it may. Canonical octets, as
/// in AttributeSet.
Octets passed_on(OctetView attributes, bool between_ases, bool (*is_known)(AttributeType));

/// The table of docs/scenarios.md, in Markdown.
std::string passing_table();

}   // namespace barrage
