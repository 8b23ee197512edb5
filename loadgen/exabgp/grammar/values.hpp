#pragma once
// The values of ExaBGP's statements. Each function takes tokens and fails the cursor, saying what was expected, where they are no
// such value.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "codec/path_id.hpp"
#include "codec/route_distinguisher.hpp"
#include "codec/writer.hpp"
#include "loadgen/exabgp/grammar/token_cursor.hpp"
#include "loadgen/exabgp/vocabulary/numbers.hpp"

namespace barrage::exabgp {

/// One word, which is no sign.
Token take_word(TokenCursor& words, std::string_view expected);
/// All up to the end of the statement: one word as it is meant, several as they stand.
std::string take_text(TokenCursor& words);
std::uint64_t take_number(TokenCursor& words, std::uint64_t least, std::uint64_t most);
template <class Number>
Number take_number(TokenCursor& words, Number least = 0, Number most = static_cast<Number>(~Number{}))
{
    return static_cast<Number>(take_number(words, std::uint64_t{least}, std::uint64_t{most}));
}
/// enable|disable and the like; `otherwise` where the statement ends.
bool take_boolean(TokenCursor& words, bool otherwise);
/// disable, disabled, false.
bool is_disabled(const Token& token) noexcept;
/// enable, enabled, true.
bool is_enabled(const Token& token) noexcept;
/// This word in any case, as ExaBGP reads values, and not in quotes. `word` is in small letters.
bool is_word(const Token& token, std::string_view word) noexcept;
/// Takes the next token where it is this word in any case.
bool take_if_word(TokenCursor& words, std::string_view word);

IpAddress take_address(TokenCursor& words);
Ipv4Address take_ipv4(TokenCursor& words);
Ipv6Address take_ipv6(TokenCursor& words);
/// An ASN of either notation.
Asn take_asn(TokenCursor& words);
/// Hexadecimal digits behind 0x, as many as there are octets.
Octets take_octets(TokenCursor& words);
RouteDistinguisher take_route_distinguisher(TokenCursor& words);
PathId take_path_id(TokenCursor& words);

/// An address, "/" and bits; without them a host route. Bits behind the prefix have to be 0.
struct IpPrefix {
    IpAddress address;
    std::uint8_t length = 0;
};
/// What is wrong with it instead, where it is none.
std::optional<std::string_view> read_prefix(std::string_view text, IpPrefix& into);
IpPrefix take_prefix(TokenCursor& words);

/// Calls `one` for each value of `VALUE` or `[ VALUE VALUE … ]`; commas between them do not count.
template <class F>
void for_each_value(TokenCursor& words, F&& one)
{
    if (!words.take_if("[")) return one();
    while (!words.take_if("]")) {
        if (words.take_if(",")) continue;
        if (words.at_end()) return words.fail_here("expected a value or ']'");
        one();
    }
}

}   // namespace barrage::exabgp
