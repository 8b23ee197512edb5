#include "loadgen/console/say.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "codec/describe.hpp"

namespace barrage {

void say(std::string_view command, std::string_view text) { say_line(fmt::format("loadgen {}: {}", command, text)); }

void say_line(std::string_view text)
{
    const auto line = printable(text) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}   // namespace barrage
