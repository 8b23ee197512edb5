#include "io/input_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/decompressor.hpp"
#include "io/file_descriptor.hpp"

namespace barrage {

namespace {

constexpr std::size_t buffer_octets = 256 * 1024;

std::string error_text(int error) { return std::strerror(error); }

}   // namespace

struct InputFile::State {
    explicit State(FileDescriptor opened) : file(std::move(opened)) {}

    FileDescriptor file;
    std::unique_ptr<Decompressor> decompressor;   // null: the file is plain
    std::array<std::uint8_t, buffer_octets> buffer;
    std::size_t begin = 0;   // of what was read and not yet used
    std::size_t end = 0;
    bool file_ended = false;
    bool at_end_of_member = true;
    bool finished = false;
    std::string problem;

    [[nodiscard]] std::span<const std::uint8_t> waiting() const { return std::span{buffer}.subspan(begin, end - begin); }

    /// Reads once behind what waits. False when the file gave an error.
    bool fill()
    {
        if (begin > 0) {
            std::memmove(buffer.data(), buffer.data() + begin, end - begin);
            end -= begin;
            begin = 0;
        }
        if (file_ended || end == buffer.size()) return true;
        ssize_t got = 0;
        do got = ::read(file.get(), buffer.data() + end, buffer.size() - end);
        while (got < 0 && errno == EINTR);
        if (got < 0) {
            problem = error_text(errno);
            file_ended = true;
            return false;
        }
        if (got == 0) file_ended = true;
        end += static_cast<std::size_t>(got);
        return true;
    }

    std::size_t read_plain(std::span<std::uint8_t> into)
    {
        if (begin == end) fill();
        const auto count = std::min(into.size(), end - begin);
        std::memcpy(into.data(), buffer.data() + begin, count);
        begin += count;
        if (count == 0) finished = true;
        return count;
    }

    std::size_t read_compressed(std::span<std::uint8_t> into)
    {
        while (true) {
            const auto step = decompressor->step(waiting(), into, file_ended);
            begin += step.taken;
            if (step.taken > 0 || step.made > 0 || step.at_end) at_end_of_member = step.at_end;
            if (!step.problem.empty()) {
                problem = step.problem;
                finished = true;
                return step.made;
            }
            if (step.made > 0) return step.made;
            if (step.taken > 0 && begin < end) continue;
            if (file_ended) {
                finished = true;
                if (problem.empty() && !at_end_of_member) problem = "the compressed file is cut short";
                return 0;
            }
            if (end - begin == buffer.size()) {   // no format asks for so much at once
                problem = "the compressed data is corrupt";
                finished = true;
                return 0;
            }
            fill();
        }
    }
};

InputFile::InputFile(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
InputFile::InputFile(InputFile&&) noexcept = default;
InputFile& InputFile::operator=(InputFile&&) noexcept = default;
InputFile::~InputFile() = default;

std::expected<InputFile, std::string> InputFile::open(const std::string& path)
try {
    FileDescriptor file{path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file) return std::unexpected(path + ": " + error_text(errno));
    auto state = std::make_unique<State>(std::move(file));
    struct stat about{};
    if (::fstat(state->file.get(), &about) == 0 && S_ISDIR(about.st_mode))
        return std::unexpected(path + ": " + error_text(EISDIR));
    while (state->end < Decompressor::magic_octets && !state->file_ended)
        if (!state->fill()) return std::unexpected(path + ": " + state->problem);
    state->decompressor = Decompressor::for_magic(state->waiting());
    return InputFile{std::move(state)};
} catch (const std::bad_alloc&) {
    return std::unexpected(path + ": out of memory");
}

std::size_t InputFile::read(std::span<std::uint8_t> into)
{
    if (state_->finished || into.empty()) return 0;
    return state_->decompressor ? state_->read_compressed(into) : state_->read_plain(into);
}

const std::string& InputFile::problem() const noexcept { return state_->problem; }

}   // namespace barrage
