#pragma once
// Text from peers, files and people as it is shown: the one place that says what may stand in a line, on a terminal, and in JSON.
// Shown octet by octet as "\x1b" are octets that are no UTF-8, control characters (C0, DEL, C1), and what ends a line or turns the
// direction of text (U+2028, U+2029, U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069). What is printable stays as it is,
// so that doing it twice changes nothing. is_utf8() and printable() are declared in codec/describe.hpp. Pure; any thread.

#include <string>
#include <string_view>

namespace barrage {

/// printable() of several lines: line feeds stay.
std::string printable_lines(std::string_view text);
/// JSON that was made of any octets becomes valid, and fit for a terminal: in its strings octets that are no UTF-8 turn into the
/// text "\x1b", and those characters are escaped as JSON does it, so that readers get them as they were.
std::string valid_json(std::string json);

}   // namespace barrage
