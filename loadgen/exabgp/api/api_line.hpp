#pragma once
// What is around a command in its line: the words at the end that say how to answer, and the `;` between the commands of a group. Views of
// the line, no allocation. Any thread.

#include <cstdint>
#include <optional>
#include <string_view>

namespace barrage::exabgp {

enum class AnswerForm : std::uint8_t { usual, text, json };

struct AnswerWords {
    AnswerForm form = AnswerForm::usual;   // asked for by `json`, `text`
    std::optional<bool> sync = {};         // … `sync`, `async`
};

/// Takes them off the end of the line. A route may have a name, or a watchdog, of these words: then they are that.
AnswerWords take_answer_words(std::string_view& line) noexcept;

/// The commands of `words` between `;`; those inside braces do not part them (flow routes have them).
std::string_view next_of_group(std::string_view& words) noexcept;

}   // namespace barrage::exabgp
