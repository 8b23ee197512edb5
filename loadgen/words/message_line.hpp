#pragma once
// One message a line, as `loadgen decode` and `loadgen encode` have it: hexadecimal digits on the one side, text or a JSON
// object on the other.
//   {"type": "update", "valid": true, "problems": [], "message": {…}}
// `type` is null for what is no message; "message" is missing where nothing could be read. `valid` and `problems` are
// for the reader: encode does not look at them.

#include <expected>
#include <string>
#include <string_view>

#include "codec/message/any_message.hpp"

namespace barrage {

/// Of a line of digits; blanks and colons between them are free. What is not hexadecimal is a problem like any other.
DecodedMessage decode_line(std::string_view hex, const SessionOptions& options, Neighbor neighbor = Neighbor::unknown);

/// One line of JSON, without its end.
std::string to_json_line(const DecodedMessage& decoded);
/// Several lines for people, each with its end: what it is, what is in it, what is wrong.
std::string to_lines(const DecodedMessage& decoded);

/// The digits of the message that a line of JSON describes; else what is wrong with it, and where.
std::expected<std::string, std::string> encode_line(std::string_view json, const SessionOptions& options);

}   // namespace barrage
