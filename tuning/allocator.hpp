#pragma once
// jemalloc, asked directly: what it holds, and arenas of our own for what is big and has one life (a table, the packed
// windows), so that their memory is counted apart and given back as a whole. Where another allocator serves malloc (a
// sanitizer), statistics are absent and an Arena is plain memory. Any thread.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace barrage {

/// Octets. https://jemalloc.net/jemalloc.3.html, "stats.*".
struct AllocatorStatistics {
    std::uint64_t allocated = 0;   // asked for by the program
    std::uint64_t active = 0;      // in pages that hold some of it
    std::uint64_t resident = 0;    // in physical memory, with what the allocator itself needs
    std::uint64_t mapped = 0;      // of address space
};

/// Whether malloc and operator new are jemalloc's in this process. Found out once.
bool allocator_is_jemalloc() noexcept;

/// Nothing where jemalloc is not the allocator or was built without statistics.
std::optional<AllocatorStatistics> allocator_statistics() noexcept;

/// What a load generator wants of its allocator; once, early in main, before threads. False where it is not jemalloc.
///   background_thread = true      pages are given back by a thread of the allocator, not by the shard that freed last
///   dirty_decay_ms = 10 s         freed pages stay at hand between two bursts of packed UPDATEs: no page fault on the
///                                 bulk path; 10 s is jemalloc's default, stated because runs depend on it
///   muzzy_decay_ms = 0            what goes back goes at once: RSS then tells what a run holds
bool configure_allocator() noexcept;

/// Memory of its own for one named purpose. The thread caches are passed by, so blocks should be big (pages and up).
/// Its end frees all of it, also blocks that were not given back.
class Arena {
public:
    /// `purpose` is static storage: for the log and the report.
    explicit Arena(const char* purpose) noexcept;
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    [[nodiscard]] const char* purpose() const noexcept { return purpose_; }

    /// Aligned to a cache line, 64 octets. Null where there is no memory, and for 0 octets.
    [[nodiscard]] void* allocate(std::size_t octets) noexcept;
    /// With the size it was asked for; null is nothing.
    void deallocate(void* block, std::size_t octets) noexcept;

    /// Of this arena alone; nothing where jemalloc is not the allocator.
    [[nodiscard]] std::optional<AllocatorStatistics> statistics() const noexcept;

private:
    friend class ArenaScope;
    static constexpr unsigned none = ~0u;

    const char* purpose_;
    unsigned index_ = none;   // none: the allocator of the process
};

/// While it lives, what this thread allocates comes from `arena`, which then has to outlive all of that. Nothing where jemalloc is not the
/// allocator.
class ArenaScope {
public:
    explicit ArenaScope(const Arena& arena) noexcept;
    ~ArenaScope();
    ArenaScope(const ArenaScope&) = delete;
    ArenaScope& operator=(const ArenaScope&) = delete;

private:
    unsigned before_ = Arena::none;
};

}   // namespace barrage
