#pragma once
// Lines as a terminal shows them: how wide they are, cut or wrapped to its width. Pure but for the width; any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace barrage {

/// Of the terminal behind a descriptor; 0: it is none.
std::size_t terminal_columns(int fd) noexcept;
/// Characters of UTF-8.
std::size_t columns_of(std::string_view text) noexcept;
/// What of a line is shown without wrapping.
std::string cut_to(std::string_view line, std::size_t columns);
/// Each line that is longer goes on below its second column, broken at spaces. 0 columns: as it is.
std::string wrapped(std::string_view text, std::size_t columns);

}   // namespace barrage
