#pragma once
// How often this program asked for memory. Any thread.

#include <cstdint>

namespace barrage {

/// Calls of operator new in all its forms, of all threads.
std::uint64_t allocations_so_far() noexcept;

}   // namespace barrage
