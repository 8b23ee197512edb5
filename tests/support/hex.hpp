#pragma once
// Octets as tests write them: "02 01 00 00 fd e9"; blanks are free, anything else fails the test.

#include <string>
#include <string_view>

#include "codec/writer.hpp"

namespace barrage {

Octets hex(std::string_view text);
std::string to_hex(OctetView octets);

}   // namespace barrage
