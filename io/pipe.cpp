#include "io/pipe.hpp"

#include <cerrno>

namespace barrage {

ReadResult PipeReader::fill()
{
    if (ended_) return {.status = ReadResult::Status::closed};
    const auto room = lines_.room();
    if (room.empty()) return {.status = ReadResult::Status::octets};
    std::ptrdiff_t received = 0;
    do {
        received = ::read(pipe_.get(), room.data(), room.size());
    } while (received < 0 && errno == EINTR);
    const auto result = to_read_result(received, errno);
    lines_.filled(result.octets);
    ended_ = result.status == ReadResult::Status::closed || result.status == ReadResult::Status::error;
    return result;
}

std::optional<LineReader::Line> PipeReader::next() noexcept
{
    auto line = lines_.next();
    if (!line && ended_) line = lines_.rest();
    return line;
}

PipeWriter::Offer PipeWriter::offer(std::string_view text)
{
    if (broken_ || !pipe_) return Offer::broken;
    if (waiting() > 0 && waiting() + text.size() > high_watermark_) return Offer::full;
    queue_.erase(0, begin_);   // bounded by the mark; usually nothing
    begin_ = 0;
    queue_.append(text);
    return Offer::taken;
}

WriteResult PipeWriter::flush() noexcept
{
    std::size_t written = 0;
    while (waiting() > 0) {
        const auto result = ::write(pipe_.get(), queue_.data() + begin_, waiting());
        if (result < 0) {
            if (errno == EINTR) continue;
            auto failed = to_write_result(result, errno);
            if (failed.status == WriteResult::Status::error) {
                broken_ = true;
                queue_.clear();
                begin_ = 0;
                return failed;
            }
            if (written == 0) return failed;
            break;
        }
        begin_ += static_cast<std::size_t>(result);
        written += static_cast<std::size_t>(result);
    }
    if (waiting() == 0) {
        queue_.clear();
        begin_ = 0;
    }
    return {.status = WriteResult::Status::octets, .octets = written};
}

void PipeWriter::close() noexcept
{
    pipe_.reset();
    queue_.clear();
    begin_ = 0;
}

}   // namespace barrage
