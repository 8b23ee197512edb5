#include "loadgen/console/print_error.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "codec/describe.hpp"

namespace barrage {

void print_error(std::string_view command, std::string_view text)
{
    print_error_line(fmt::format("loadgen {}: {}", command, text));
}

void print_error_line(std::string_view text)
{
    const auto line = printable(text) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}   // namespace barrage
