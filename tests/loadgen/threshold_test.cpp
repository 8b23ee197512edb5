#include "loadgen/scenario/threshold.hpp"

#include "tests/support/doctest.hpp"

using namespace barrage;

TEST_CASE("thresholds are a metric, a comparison and a value of its unit")
{
    const auto fine = parse_threshold("convergence.p99 < 2s");
    REQUIRE(fine.has_value());
    CHECK(fine->holds(1.9));
    CHECK(!fine->holds(2));
    CHECK(parse_threshold("rate_kept >= 98%")->value == doctest::Approx(0.98));
    CHECK(parse_threshold("dut_memory<=2G")->value == 2e9);
    CHECK(parse_threshold("missing != 0")->comparison == Threshold::Comparison::unequal);
    for (const auto* wrong :
         {"", "convergence.p99", "convergence < 2s", "convergence.p98 < 2s", "missing.p99 == 0", "missing < 2s",
          "convergence.p99 < fast", "phases.x.reflected == 0", "phases.x == 0", "convergence.p99 <"})
        CHECK_MESSAGE(!parse_threshold(wrong).has_value(), wrong);
}
