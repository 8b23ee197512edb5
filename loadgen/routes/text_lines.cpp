#include "loadgen/routes/text_lines.hpp"

namespace barrage {

std::optional<std::string_view> TextLines::next()
{
    auto line = reader_.next();
    while (!line && !ended_) {
        const auto room = reader_.room();
        const auto got = source_.read({reinterpret_cast<std::uint8_t*>(room.data()), room.size()});
        reader_.filled(got);
        ended_ = got == 0;
        line = reader_.next();
    }
    if (!line) {
        line = reader_.rest();
        if (!line || !problem().empty()) return std::nullopt;   // a line that is cut may read as another one
    }
    ++number_;
    too_long_ = line->too_long;
    auto text = line->text;
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (number_ == 1 && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

}   // namespace barrage
