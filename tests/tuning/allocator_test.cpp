#include "tests/support/doctest.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "tuning/allocator.hpp"

using namespace barrage;

namespace {
constexpr std::size_t big = 64 << 20;
}

TEST_CASE("the statistics show what malloc gave, where jemalloc is the allocator")
{
    const auto before = allocator_statistics();
    CHECK(before.has_value() == allocator_is_jemalloc());
    if (!before) {
        MESSAGE("skipped: another allocator serves malloc");
        return;
    }
    void* volatile block = std::malloc(big);
    const auto after = allocator_statistics();
    std::free(block);
    REQUIRE(after);
    CHECK(after->allocated >= before->allocated + big);
    CHECK(after->active >= after->allocated);
    CHECK(after->mapped >= after->active);
}

TEST_CASE("an arena counts its own blocks and gives them back")
{
    Arena arena{"test"};
    Arena other{"another test"};
    CHECK(std::strcmp(arena.purpose(), "test") == 0);
    CHECK(arena.statistics().has_value() == allocator_is_jemalloc());
    void* block = arena.allocate(big);
    REQUIRE(block);
    CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
    std::memset(block, 1, big);
    if (const auto statistics = arena.statistics()) {
        CHECK(statistics->allocated >= big);
        CHECK(statistics->active >= big);
        CHECK(statistics->resident >= big);
        CHECK(other.statistics()->allocated == 0);
    }
    arena.deallocate(block, big);
    if (const auto statistics = arena.statistics()) CHECK(statistics->allocated == 0);
    arena.deallocate(nullptr, 0);
    CHECK(arena.allocate(0) == nullptr);
}

TEST_CASE("settings take hold, or say that this is not jemalloc") { CHECK(configure_allocator() == allocator_is_jemalloc()); }
