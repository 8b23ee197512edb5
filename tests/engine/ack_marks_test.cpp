#include "tests/support/doctest.hpp"

#include "engine/ack_marks.hpp"

namespace barrage {

TEST_CASE("routes are acknowledged as far as octets are, never more")
{
    AckMarks marks;
    CHECK(marks.empty());
    marks.note(100, 10);
    marks.note(150, 10);   // half a message more
    marks.note(300, 30);
    CHECK_FALSE(marks.acked(99));
    CHECK(marks.acked(100) == 10u);
    CHECK_FALSE(marks.acked(299));
    CHECK(marks.acked(1000) == 30u);
    CHECK(marks.empty());
}

TEST_CASE("however many marks there are, memory is bounded and the newest stays")
{
    AckMarks marks;
    for (std::uint64_t i = 1; i <= 1000; ++i) marks.note(10 * i, i);
    const auto half = marks.acked(5000);
    REQUIRE(half);
    CHECK(*half <= 500);
    CHECK(*half >= 400);
    CHECK(marks.acked(10'000) == 1000u);
}

TEST_CASE("what was on its way when a session ended is never acknowledged")
{
    AckMarks marks;
    marks.note(100, 10);
    marks.clear(10);
    CHECK(marks.empty());
    CHECK_FALSE(marks.acked(1000));
    marks.note(1100, 11);
    CHECK(marks.acked(1100) == 11u);
}

}   // namespace barrage
