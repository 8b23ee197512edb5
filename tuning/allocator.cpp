#include "tuning/allocator.hpp"

#include <jemalloc/jemalloc.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <new>

namespace barrage {

namespace {

constexpr std::size_t alignment = 64;

template <class T>
std::optional<T> read_control(const char* name) noexcept
{
    T value{};
    std::size_t size = sizeof value;
    if (mallctl(name, &value, &size, nullptr, 0) != 0 || size != sizeof value) return std::nullopt;
    return value;
}

template <class T>
bool write_control(const char* name, T value) noexcept
{
    return mallctl(name, nullptr, nullptr, &value, sizeof value) == 0;
}

/// Statistics are a copy that this makes new.
void refresh() noexcept { write_control<std::uint64_t>("epoch", 1); }

}   // namespace

bool allocator_is_jemalloc() noexcept
{
    // A sanitizer's malloc stands before jemalloc's, which is linked all the same: ask whether ours counts what malloc gives.
    static const bool is = [] {
        const auto before = read_control<std::uint64_t>("thread.allocated");
        void* volatile block = std::malloc(4096);
        const auto after = read_control<std::uint64_t>("thread.allocated");
        std::free(block);
        return before && after && *after > *before;
    }();
    return is;
}

std::optional<AllocatorStatistics> allocator_statistics() noexcept
{
    if (!allocator_is_jemalloc()) return std::nullopt;
    refresh();
    const auto allocated = read_control<std::size_t>("stats.allocated");
    const auto active = read_control<std::size_t>("stats.active");
    const auto resident = read_control<std::size_t>("stats.resident");
    const auto mapped = read_control<std::size_t>("stats.mapped");
    if (!allocated || !active || !resident || !mapped) return std::nullopt;
    return AllocatorStatistics{*allocated, *active, *resident, *mapped};
}

bool configure_allocator() noexcept
{
    if (!allocator_is_jemalloc()) return false;
    bool done = write_control("background_thread", true);
    done = write_control<ssize_t>("arenas.dirty_decay_ms", 10'000) && done;   // of arenas to come
    done = write_control<ssize_t>("arenas.muzzy_decay_ms", 0) && done;
    // … and of those there are. One that nobody has used yet takes the defaults set above.
    const auto arenas = read_control<unsigned>("arenas.narenas").value_or(0);
    for (unsigned i = 0; i < arenas; ++i) {
        char name[64];
        std::snprintf(name, sizeof name, "arena.%u.dirty_decay_ms", i);
        write_control<ssize_t>(name, 10'000);
        std::snprintf(name, sizeof name, "arena.%u.muzzy_decay_ms", i);
        write_control<ssize_t>(name, 0);
    }
    return done;
}

Arena::Arena(const char* purpose) noexcept : purpose_(purpose)
{
    if (allocator_is_jemalloc()) index_ = read_control<unsigned>("arenas.create").value_or(none);
}

Arena::~Arena()
{
    if (index_ == none) return;
    char name[64];
    std::snprintf(name, sizeof name, "arena.%u.destroy", index_);
    mallctl(name, nullptr, nullptr, nullptr, 0);
}

void* Arena::allocate(std::size_t octets) noexcept
{
    if (octets == 0) return nullptr;
    if (index_ == none) return ::operator new(octets, std::align_val_t{alignment}, std::nothrow);
    return mallocx(octets, MALLOCX_ARENA(index_) | MALLOCX_TCACHE_NONE | MALLOCX_ALIGN(alignment));
}

void Arena::deallocate(void* block, std::size_t octets) noexcept
{
    if (!block) return;
    if (index_ == none)
        ::operator delete(block, octets, std::align_val_t{alignment});
    else
        sdallocx(block, octets, MALLOCX_TCACHE_NONE | MALLOCX_ALIGN(alignment));
}

std::optional<AllocatorStatistics> Arena::statistics() const noexcept
{
    if (index_ == none) return std::nullopt;
    refresh();
    const auto number = [this](const char* what) {
        char name[64];
        std::snprintf(name, sizeof name, "stats.arenas.%u.%s", index_, what);
        return read_control<std::size_t>(name);
    };
    const auto small = number("small.allocated");
    const auto large = number("large.allocated");
    const auto pages = number("pactive");
    const auto resident = number("resident");
    const auto mapped = number("mapped");
    if (!small || !large || !pages || !resident || !mapped) return std::nullopt;
    const auto page = read_control<std::size_t>("arenas.page").value_or(4096);
    return AllocatorStatistics{*small + *large, *pages * page, *resident, *mapped};
}

ArenaScope::ArenaScope(const Arena& arena) noexcept
{
    if (arena.index_ == Arena::none) return;
    const auto before = read_control<unsigned>("thread.arena");
    if (before && write_control("thread.arena", arena.index_)) before_ = *before;
}

ArenaScope::~ArenaScope()
{
    if (before_ != Arena::none) write_control("thread.arena", before_);
}

}   // namespace barrage
