#pragma once
// The two directions of a conversation with a program, over pipes that never block: lines in, whole answers out. Both are
// bounded: what is not taken stays in the pipe and stops the program; what it does not read stops its commands.
// Watched by fd() with a Waiter, and unwatched before close(). One thread.

#include <string>
#include <string_view>

#include "io/file_descriptor.hpp"
#include "io/line_reader.hpp"
#include "io/transfer.hpp"

namespace barrage {

class PipeReader {
public:
    PipeReader() : PipeReader(FileDescriptor{}, 0) {}
    PipeReader(FileDescriptor pipe, std::size_t longest_line) : pipe_(std::move(pipe)), lines_(longest_line) {}

    [[nodiscard]] int fd() const noexcept { return pipe_.get(); }

    /// One read(2). 0 octets: there is no room before lines are taken.
    ReadResult fill();
    [[nodiscard]] bool has_line() noexcept { return lines_.has_line(); }
    /// Valid until fill(). After the end of the input also what came without a '\n'.
    std::optional<LineReader::Line> next() noexcept;

    void close() noexcept { pipe_.reset(); }

private:
    FileDescriptor pipe_;
    LineReader lines_;
    bool ended_ = false;
};

class PipeWriter {
public:
    enum class Offer : std::uint8_t {
        taken,
        full,     // nothing of it was taken: again after flush() made room; meanwhile take no more commands of this program
        broken,   // nobody reads any more
    };

    PipeWriter() : PipeWriter(FileDescriptor{}, 0) {}
    PipeWriter(FileDescriptor pipe, std::size_t high_watermark) : pipe_(std::move(pipe)), high_watermark_(high_watermark) {}

    [[nodiscard]] int fd() const noexcept { return pipe_.get(); }

    /// The whole text or nothing of it waits for flush(). An empty queue takes any text, however long.
    Offer offer(std::string_view text);
    /// As much as the pipe takes now. After an error what waited is dropped; the fd stays open until close().
    WriteResult flush() noexcept;
    /// Octets that wait: the reason to watch for writing.
    [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size() - begin_; }

    void close() noexcept;   // the program reads the end of its input; what waits is dropped

private:
    FileDescriptor pipe_;
    std::string queue_;
    std::size_t begin_ = 0;
    std::size_t high_watermark_;
    bool broken_ = false;
};

}   // namespace barrage
