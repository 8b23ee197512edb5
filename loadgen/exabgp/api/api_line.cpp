#include "loadgen/exabgp/api/api_line.hpp"

#include <utility>

#include "loadgen/exabgp/vocabulary/word_cursor.hpp"

namespace barrage::exabgp {

namespace {

/// Takes `word` off the end of the line.
bool take_last(std::string_view& line, std::string_view word) noexcept
{
    if (line.size() <= word.size() || !line.ends_with(word) || !is_blank(line[line.size() - word.size() - 1])) return false;
    line = without_outer_blanks(line.substr(0, line.size() - word.size()));
    return true;
}

}   // namespace

AnswerWords take_answer_words(std::string_view& line) noexcept
{
    AnswerWords asked;
    // Hot: of the last letters of a usual line none is of these words.
    const auto may_be = [](std::string_view text) {
        const auto last = text.empty() ? '\0' : text.back();
        return last == 'c' || last == 'n' || last == 't';
    };
    const auto is_value = [](std::string_view before) { return before.ends_with("name") || before.ends_with("watchdog"); };
    for (int i = 0; i < 2 && may_be(line); ++i) {
        auto left = line;
        if (take_last(left, "sync") && !is_value(left))
            asked.sync = true;
        else if (left = line; take_last(left, "async") && !is_value(left))
            asked.sync = false;
        else if (left = line; take_last(left, "json") && !is_value(left))
            asked.form = AnswerForm::json;
        else if (left = line; take_last(left, "text") && !is_value(left))
            asked.form = AnswerForm::text;
        else
            return asked;
        line = left;
    }
    return asked;
}

std::string_view next_of_group(std::string_view& words) noexcept
{
    int depth = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto c = words[i];
        depth += c == '{' || c == '[' || c == '(' ? 1 : c == '}' || c == ']' || c == ')' ? -1 : 0;
        if (c != ';' || depth > 0) continue;
        const auto command = without_outer_blanks(words.substr(0, i));
        words.remove_prefix(i + 1);
        return command;
    }
    return without_outer_blanks(std::exchange(words, {}));
}

}   // namespace barrage::exabgp
