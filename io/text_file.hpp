#pragma once
// A whole file of text that a person or a program wrote: a configuration, a scenario, a report, a key. It is never waited for longer than a disk
// takes, whatever stands behind the name, and never grows us beyond a limit. One thread.

#include <cstddef>
#include <expected>
#include <string>

namespace barrage {

struct TextFileLimits {
    std::size_t most_octets;
    bool takes_pipes = false;   // `<(program)` of a shell, /dev/stdin: read to their end, for as long as that takes
};

/// The error is the reason alone, for a person: "Is a directory", "larger than 8 MiB".
std::expected<std::string, std::string> read_text_file(const std::string& path, TextFileLimits limits);

}   // namespace barrage
