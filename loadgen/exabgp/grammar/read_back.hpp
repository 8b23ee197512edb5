#pragma once
// Whether the text of a route is read back as the same route: only such text is written. Where there is none, its octets are
// written. Any thread.

#include <string>
#include <string_view>

#include "codec/family.hpp"
#include "codec/writer.hpp"

namespace barrage::exabgp {

/// Whether `withdraw WORDS` of a program is this one NLRI, without its path identifier, of this family.
bool reads_back(const std::string& words, Family family, OctetView nlri);

/// Whether `attribute` in these words, with their name, has these octets: flags, type, length and value.
bool attribute_reads_back(const std::string& words, OctetView attribute);

}   // namespace barrage::exabgp
