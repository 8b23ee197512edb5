#pragma once
// A port by the name that this system knows it by: "bgp" is 179. Any thread.

#include <cstdint>
#include <optional>
#include <string>

namespace barrage {

/// As /etc/services says, of any transport protocol; nothing for a name that is not in it.
std::optional<std::uint16_t> service_port(const std::string& name);

}   // namespace barrage
