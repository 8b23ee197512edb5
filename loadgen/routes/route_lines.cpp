#include "loadgen/routes/route_lines.hpp"

#include <functional>

#include "codec/describe.hpp"

namespace barrage {

std::size_t column_of(std::string_view line, std::string_view part, std::size_t otherwise) noexcept
{
    const std::less_equal<const char*> before;
    if (part.data() == nullptr || !before(line.data(), part.data()) || !before(part.data(), line.data() + line.size()))
        return otherwise;
    return static_cast<std::size_t>(part.data() - line.data()) + 1;
}

LineError error_in(std::string_view line, const WrongWord& wrong, std::size_t otherwise)
{
    constexpr std::size_t most_shown = 60;   // octets
    LineError error{.column = column_of(line, wrong.word, otherwise), .text = "expected " + std::string{wrong.expected}};
    if (wrong.word.empty()) return error;
    error.text += ", not '" + printable(wrong.word.substr(0, most_shown));
    error.text += wrong.word.size() > most_shown ? "…'" : "'";
    return error;
}

}   // namespace barrage
