#pragma once
// Next hops in words: `self`, `keep`, and an address for each family, "192.0.2.1", "2001:db8::1", or with a link-local one beside it
// "2001:db8::1+fe80::1"; of `inject --next-hop` and of scenarios. Pure; any thread.

#include <expected>
#include <string>
#include <string_view>

#include "rib/pack_options.hpp"

namespace barrage {

struct NextHopChoice {
    NextHopMode mode = NextHopMode::automatic;
    GivenNextHops given = {};
    friend bool operator==(const NextHopChoice&, const NextHopChoice&) = default;
};

/// One word more. The error says what was expected.
std::expected<void, std::string> take_next_hop(std::string_view word, NextHopChoice& choice);

struct NextHopAddress {
    IpAddress address;
    std::optional<Ipv6Address> link_local = {};
};
/// Nothing where it is none.
std::optional<NextHopAddress> parse_next_hop(std::string_view word);

}   // namespace barrage
