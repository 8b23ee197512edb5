#include "loadgen/routes/spec_words.hpp"

#include <limits>

#include "loadgen/words/units.hpp"

namespace barrage::spec {

Wrong wrong(const Word& word, std::string_view expected)
{
    return Wrong{"column " + std::to_string(word.column) + ": '" + std::string{word.text} + "': expected " +
                 std::string{expected}};
}

Wrong refused(const Word& word, std::string_view why)
{
    return Wrong{"column " + std::to_string(word.column) + ": " + std::string{why}};
}

Done number(const Word& value, std::uint64_t& into)
{
    const auto parsed = parse_number(value.text);
    if (!parsed) return refused(value, parsed.error());
    into = *parsed;
    return {};
}

Done number32(const Word& value, std::optional<std::uint32_t>& into)
{
    const auto parsed = parse_number(value.text);
    if (!parsed || *parsed > std::numeric_limits<std::uint32_t>::max()) return wrong(value, "a number of 0 to 4294967295");
    into = static_cast<std::uint32_t>(*parsed);
    return {};
}

}   // namespace barrage::spec
