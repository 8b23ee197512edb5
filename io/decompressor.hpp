#pragma once
// Compressed octets in, plain octets out: gzip, bzip2, zstd and xz behind one interface, told apart by their magic
// numbers. The libraries are used directly: what they made before a cut is delivered. Memory is bounded (zstd windows
// up to 128 MiB, xz up to 256 MiB). One thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace barrage {

class Decompressor {
public:
    struct Step {
        std::size_t taken = 0;        // octets of the input that are used up
        std::size_t made = 0;         // octets written
        bool at_end = false;          // between two members or after the last: the input may end here
        std::string_view problem{};   // static storage; after it there is nothing more
    };

    virtual ~Decompressor() = default;
    /// `last`: no input comes after this. A step that neither takes nor makes anything wants more input.
    virtual Step step(std::span<const std::uint8_t> in, std::span<std::uint8_t> out, bool last) = 0;

    /// The longest magic number.
    static constexpr std::size_t magic_octets = 10;
    /// By the first `magic_octets` of a file; null where it is plain.
    static std::unique_ptr<Decompressor> for_magic(std::span<const std::uint8_t> head);
};

}   // namespace barrage
