#pragma once
// What came of one read or write that never blocks, on a socket or a pipe.

#include <cstddef>
#include <cstdint>
#include <system_error>

namespace barrage {

struct ReadResult {
    enum class Status : std::uint8_t { octets, would_block, closed, error };

    Status status = Status::would_block;
    std::size_t octets = 0;       // only with Status::octets
    std::error_code error = {};   // only with Status::error
};

struct WriteResult {
    enum class Status : std::uint8_t { octets, would_block, error };

    Status status = Status::would_block;
    std::size_t octets = 0;   // often fewer than were given: the rest waits for room
    std::error_code error = {};
};

/// From what read(2) and its like returned. 0 is the end, unless nothing was asked for.
ReadResult to_read_result(std::ptrdiff_t returned, int number) noexcept;
WriteResult to_write_result(std::ptrdiff_t returned, int number) noexcept;

}   // namespace barrage
