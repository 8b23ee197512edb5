#include "io/line_reader.hpp"

#include <algorithm>
#include <cstring>

namespace barrage {

namespace {

constexpr std::size_t chunk = 65536;   // what a pipe holds by default: pipe(7)

}   // namespace

std::span<char> LineReader::room()
{
    if (begin_ == end_) begin_ = scanned_ = end_ = 0;
    const std::size_t most = longest_ + chunk;
    if (buffer_.size() - end_ < chunk && begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        scanned_ -= begin_;
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - end_ < chunk && buffer_.size() < most)
        buffer_.resize(std::min(most, std::max(2 * buffer_.size(), chunk)));
    return std::span{buffer_}.subspan(end_);
}

/// Whether a line's end stands at scanned_. Each octet is looked at once.
bool LineReader::scan() noexcept
{
    while (scanned_ < end_) {
        const auto* newline = static_cast<const char*>(std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_));
        scanned_ = newline != nullptr ? static_cast<std::size_t>(newline - buffer_.data()) : end_;
        if (!dropping_) return newline != nullptr;
        dropping_ = newline == nullptr;
        if (newline != nullptr) ++scanned_;
        begin_ = scanned_;
    }
    return false;
}

std::optional<LineReader::Line> LineReader::next() noexcept
{
    const bool whole = scan();
    const auto length = scanned_ - begin_;
    if (!whole && length <= longest_) return std::nullopt;
    const Line line{.text = {buffer_.data() + begin_, std::min(length, longest_)}, .too_long = length > longest_};
    if (whole) ++scanned_;
    dropping_ = !whole;
    begin_ = scanned_;
    return line;
}

std::optional<LineReader::Line> LineReader::rest() noexcept
{
    dropping_ = false;
    if (begin_ == end_) return std::nullopt;
    const Line line{.text = {buffer_.data() + begin_, end_ - begin_}, .unfinished = true};
    begin_ = scanned_ = end_;
    return line;
}

}   // namespace barrage
