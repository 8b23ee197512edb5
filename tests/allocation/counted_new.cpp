// operator new of this program counts: every thread, every form. What is under it stays the allocator of the tree, so that a
// sanitizer sees all blocks as ever.

#include "tests/allocation/counted_new.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace barrage {

namespace {

std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t octets, std::size_t alignment)
{
    allocations.fetch_add(1, std::memory_order_relaxed);
    // aligned_alloc wants whole multiples
    auto* const block =
        alignment <= alignof(std::max_align_t)
            ? std::malloc(std::max<std::size_t>(octets, 1))
            : std::aligned_alloc(alignment, (std::max<std::size_t>(octets, 1) + alignment - 1) / alignment * alignment);
    if (!block) throw std::bad_alloc{};
    return block;
}

}   // namespace

std::uint64_t allocations_so_far() noexcept { return allocations.load(std::memory_order_relaxed); }

}   // namespace barrage

void* operator new(std::size_t octets) { return barrage::counted(octets, 1); }
void* operator new[](std::size_t octets) { return barrage::counted(octets, 1); }
void* operator new(std::size_t octets, std::align_val_t alignment)
{
    return barrage::counted(octets, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t octets, std::align_val_t alignment)
{
    return barrage::counted(octets, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
