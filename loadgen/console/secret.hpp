#pragma once
// A key or a token of the command line: from a file, from the environment, or as it stands in a word that every user of this machine can read in
// the list of processes. Main thread, before anything runs.

#include <expected>
#include <string>

namespace barrage {

struct SecretWords {
    std::string option;     // "--md5"; with "-file" behind it the one that names a file
    const char* variable;   // "BARRAGE_MD5"
    std::string given = {};
    std::string file = {};
};

/// Empty where nobody gave one. The first line of a file, or all of the variable, which is then taken out of the environment: programs that we start
/// do not inherit it. One that stands in the command line is warned about, as `command`. The error is one line for a person.
std::expected<std::string, std::string> read_secret(const SecretWords& words, const char* command);

/// Makes the octets of `value` in the arguments of this process unreadable for others: behind `option`, or joined to it by '='.
void hide_argument(int argc, char** argv, const char* option) noexcept;

}   // namespace barrage
