#pragma once
// What kind of text a file with routes is, known by its first line that is neither blank nor a comment. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace barrage {

enum class TextKind : std::uint8_t { prefixes, bgpdump, csv, exabgp, updates };

/// Nothing where it is none of these.
std::optional<TextKind> text_kind_of(std::string_view first_line);

/// For a text that is none of them: what is read, and what the text looks like where that can be seen, as one line for a person.
std::string no_routes_text(std::string_view first_line);

/// "MRT dumps, lists of prefixes, …"
extern const std::string_view what_files_are_read;

}   // namespace barrage
