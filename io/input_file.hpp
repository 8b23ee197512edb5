#pragma once
// A file as a stream of octets, decompressed on the way (gzip, bzip2, zstd, xz: by magic number, never by name). A file that
// is cut or corrupt gives what was before the damage and then says so. Memory: one buffer and what the format needs
// (decompressor.hpp). One thread at a time; no exception escapes.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>

namespace barrage {

class InputFile {
public:
    /// "-" is standard input. The error is one line for a person, with the path in it.
    static std::expected<InputFile, std::string> open(const std::string& path);

    InputFile(InputFile&&) noexcept;
    InputFile& operator=(InputFile&&) noexcept;
    ~InputFile();

    /// The next octets, decompressed; 0 at the end (and for an empty `into`). May give fewer than there is room for.
    std::size_t read(std::span<std::uint8_t> into);

    /// After the end: empty, or why it came early.
    [[nodiscard]] const std::string& problem() const noexcept;

private:
    struct State;
    explicit InputFile(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

}   // namespace barrage
