#pragma once
// Strings in JSON that is written as text. Events keep ExaBGP's spacing, which no JSON library writes.

#include <string>
#include <string_view>

namespace barrage::exabgp {

/// Appends the text in quotes. Octets that are no UTF-8, as a peer may send, come out as "\u00ff".
void append_json(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

/// "0x0aFF", with capital digits, as ExaBGP writes octets.
std::string upper_hex(const unsigned char* octets, std::size_t size);

}   // namespace barrage::exabgp
