#include "io/transfer.hpp"

#include <cerrno>

namespace barrage {

ReadResult to_read_result(std::ptrdiff_t returned, int number) noexcept
{
    using enum ReadResult::Status;
    if (returned > 0) return {.status = octets, .octets = static_cast<std::size_t>(returned)};
    if (returned == 0) return {.status = closed};
    if (number == EAGAIN || number == EWOULDBLOCK) return {.status = would_block};
    return {.status = error, .error = {number, std::system_category()}};
}

WriteResult to_write_result(std::ptrdiff_t returned, int number) noexcept
{
    using enum WriteResult::Status;
    if (returned >= 0) return {.status = octets, .octets = static_cast<std::size_t>(returned)};
    // ENOBUFS: no memory for the segment now; the socket becomes writable when it has room again.
    if (number == EAGAIN || number == EWOULDBLOCK || number == ENOBUFS) return {.status = would_block};
    return {.status = error, .error = {number, std::system_category()}};
}

}   // namespace barrage
