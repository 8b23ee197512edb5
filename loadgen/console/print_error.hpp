#pragma once
// One line on standard error, where errors and warnings of every command stand: never raw octets of peers, files or people.

#include <string_view>

namespace barrage {

/// "loadgen COMMAND: TEXT". A line feed in the text is shown as "\x0a", as all that moves a terminal.
void print_error(std::string_view command, std::string_view text);
/// The text alone.
void print_error_line(std::string_view text);

}   // namespace barrage
