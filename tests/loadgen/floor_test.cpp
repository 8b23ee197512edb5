// The floor of a machine: kept, read back, quoted, and held against what was measured; and gaps of replays.

#include "tests/support/doctest.hpp"

#include <boost/json.hpp>

#include <cstdlib>
#include <fstream>

#include "loadgen/play/floor.hpp"
#include "loadgen/routes/replay_gaps.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

Floor a_floor()
{
    return {.host = "tester",
            .date = "2024-01-01T00:00:00Z",
            .version = "0.1",
            .engine = "sync, 1 thread",
            .p50 = 50us,
            .p99 = 200us,
            .max = 3ms,
            .lateness_p99 = 100us,
            .rate_per_second = 320'000,
            .measuring_cost = 0.1};
}

/// Batches at these times.
struct Times {
    std::vector<std::int64_t> at;
    std::size_t given = 0;
    bool next(RouteBatch& batch)
    {
        if (given == at.size()) return false;
        batch.time = at[given++];
        return true;
    }
    [[nodiscard]] std::string problem() const { return {}; }
    [[nodiscard]] bool is_ordered() const { return true; }
};

std::vector<std::int64_t> replayed(std::vector<std::int64_t> at, std::optional<std::chrono::nanoseconds> most,
                                   std::string* text = nullptr)
{
    Times times{std::move(at)};
    ReplayGaps gaps{times, most};
    std::vector<std::int64_t> given;
    for (RouteBatch batch; gaps.next(batch);) given.push_back(batch.time);
    if (text) *text = gaps_text(gaps.longest(), gaps.capped(), gaps.went_back(), 1, most);
    return given;
}

constexpr std::int64_t second = 1'000'000'000, day = 86'400 * second;

}   // namespace

TEST_CASE("a floor is read as it was written, and a file that is none is an error")
{
    const TemporaryFolder folder;
    const auto path = folder / "state/barrage/floor.json";
    CHECK(!*read_floor(path));
    REQUIRE(write_floor(path, a_floor()));
    const auto floor = read_floor(path);
    REQUIRE(floor);
    REQUIRE(*floor);
    CHECK(to_json(**floor) == to_json(a_floor()));
    for (const auto* text : {"", "{}", "[1]", "{\"schema\": \"barrage.calibration/1\", \"host\": \"x\"}", "\xff"}) {
        std::ofstream{path} << text;
        CHECK(!read_floor(path));
    }
    CHECK(!write_floor("/proc/none/floor.json", a_floor()));
}

TEST_CASE("the floor of another machine is not quoted")
{
    const TemporaryFolder folder;
    const auto path = folder / "floor.json";
    REQUIRE(write_floor(path, a_floor()));
    REQUIRE(setenv("BARRAGE_CALIBRATION", path.c_str(), 1) == 0);
    std::vector<std::string> warnings;
    CHECK(floor_of_host("tester", warnings));
    CHECK(warnings.empty());
    CHECK(!floor_of_host("other", warnings));
    CHECK(warnings.size() == 1);
    REQUIRE(unsetenv("BARRAGE_CALIBRATION") == 0);
}

TEST_CASE("reports quote the floor, and times within twice of it are a finding")
{
    const std::vector<MeasuredTime> times{{"announced → reflected", 2ms, 3200us}};
    CHECK(
        floor_text(a_floor(), times).starts_with("of 3.20 ms p99 (announced → reflected) up to 0.20 ms are this machine's own"));
    CHECK(floor_text(a_floor(), times).contains("2024-01-01T00:00:00Z"));
    CHECK(floor_text(a_floor(), {}).contains("0.20 ms p99"));
    CHECK(floor_text({}, times).contains("loadgen calibrate"));

    CHECK(find_near_floor(a_floor(), times).empty());
    CHECK(find_near_floor({}, {{"x", 1us, 1us}}).empty());
    CHECK(find_near_floor(a_floor(), {}).empty());
    CHECK(find_near_floor(a_floor(), {{"x", 1ms, 400us}}).empty());
    const auto near = find_near_floor(a_floor(), {{"x", 1ms, 399us}, {"y", 99us, 1s}, {"z", 100us, 400us}});
    REQUIRE(near.size() == 2);
    CHECK(near[0].kind == FindingKind::near_floor);
    CHECK(near[0].text == "x: 0.40 ms p99 is within twice of this machine's own 0.20 ms");
    CHECK(near[1].text.starts_with("y: 0.10 ms p50"));
}

TEST_CASE("gaps of a replay are as the file has them, or cut; time never goes back")
{
    const std::int64_t t = 1'700'000'000 * second;
    CHECK(replayed({t, t + second, t + 3 * second}, {}) == std::vector{t, t + second, t + 3 * second});
    // 400 days on and back again.
    std::string text;
    CHECK(replayed({t, t + 400 * day, t + second}, {}, &text) == std::vector{t, t + 400 * day, t + 400 * day});
    CHECK(text.contains("--replay-max-gap"));
    CHECK(text.contains("go back 1 time"));
    CHECK(replayed({t, t + 400 * day, t + 400 * day + second}, 5s, &text) == std::vector{t, t + 5 * second, t + 6 * second});
    CHECK(text.starts_with("1 gap of its times"));
    CHECK(replayed({t, t + second}, 5s, &text) == std::vector{t, t + second});
    CHECK(text.empty());
    // What is written a little out of order stretches nothing.
    CHECK(replayed({t, t + 5 * second, t + 4 * second, t + 6 * second}, {}, &text) ==
          std::vector{t, t + 5 * second, t + 5 * second, t + 6 * second});
    CHECK(text.empty());
    CHECK(replayed({0, 0}, 5s) == std::vector<std::int64_t>{0, 0});
}
