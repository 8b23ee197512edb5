#pragma once
// Whether words that are told of a route are read back as the same one: what is told is only what is. Where no words do, the
// octets are told. Any thread.

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
