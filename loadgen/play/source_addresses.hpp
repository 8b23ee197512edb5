#pragma once
// Source addresses of sessions that are not on loopback: a router has one session with each address. Main thread.

#include <expected>
#include <string>
#include <vector>

#include "io/added_addresses.hpp"

namespace barrage {

/// To the interface whose network the router is on; those of loopback are there. The error is one line for a person.
std::expected<void, std::string> add_source_addresses(AddedAddresses& added, const std::vector<IpAddress>& addresses,
                                                      const IpAddress& router);
/// What to do where so many sessions come from one address; `option` gives the first one.
std::string one_address_hint(std::size_t sessions, std::string_view option);

}   // namespace barrage
