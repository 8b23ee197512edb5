#pragma once
// --asn2, --addpath, --extended-message, --multiple-labels: what two OPENs would have settled, said on the command line for octets that stand
// alone. Every family counts as negotiated.

#include <CLI/CLI.hpp>

#include <expected>
#include <string>
#include <string_view>

#include "codec/session_options.hpp"

namespace barrage {

struct SessionWords {
    bool asn2 = false;
    bool extended_message = false;
    FamilySet add_path;
    FamilySet multiple_labels;

    [[nodiscard]] SessionOptions options() const;
};

void add_session_words(CLI::App& command, SessionWords& into);

}   // namespace barrage
