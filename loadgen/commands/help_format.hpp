#pragma once
// How `--help` looks: descriptions are wrapped by words to the width of the terminal, and flags stand as they are typed.

#include <string>

#include <CLI/CLI.hpp>

namespace barrage {

class HelpFormat final : public CLI::Formatter {
public:
    std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
    std::string make_option_desc(const CLI::Option* option) const override;
};

}   // namespace barrage
