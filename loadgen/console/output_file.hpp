#pragma once
// Files that a run leaves behind: whether they can be written is found out before it, and they are written whole or not at all.
// Errors are one line for a person. Main thread.

#include <expected>
#include <span>
#include <string>

namespace barrage {

/// Of these, those that are named. What was not there is not there afterwards either.
std::expected<void, std::string> check_writable(std::span<const std::string> paths);
/// A temporary file beside it, then renamed.
std::expected<void, std::string> write_file(const std::string& path, const std::string& text);

}   // namespace barrage
