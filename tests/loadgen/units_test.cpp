#include "tests/support/doctest.hpp"

#include "loadgen/words/units.hpp"

using namespace barrage;
using namespace std::chrono_literals;

TEST_CASE("numbers take k, M and G")
{
    const struct {
        const char* text;
        std::uint64_t expected;
    } vectors[]{{"0", 0},
                {"1", 1},
                {"100k", 100'000},
                {"100K", 100'000},
                {"1M", 1'000'000},
                {"1.5M", 1'500'000},
                {"0.001k", 1},
                {"2G", 2'000'000'000},
                {"1.000", 1},
                {"007", 7},
                {"18446744073709551615", 18446744073709551615u}};
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.text});
        CHECK(parse_number(vector.text) == vector.expected);
    }
    for (const auto* text : {"", "k", "M", "-1", "+1", "1 k", " 1", "1.", ".5k", "1.5", "1.0005k", "1m", "1kk", "0x10", "1e6",
                             "1,000", "18446744073709551616", "18446744073709551615k", "1.0000000000000000001k"}) {
        CAPTURE(std::string{text});
        CHECK_FALSE(parse_number(text));
    }
    CHECK(parse_number("1.5").error() == "'1.5': expected a whole number such as 100, 100k, 1.5M or 2G");
}

TEST_CASE("durations take ms, s, m and h; a bare number is seconds")
{
    const struct {
        const char* text;
        std::chrono::nanoseconds expected;
    } vectors[]{{"0", 0ns},   {"250ms", 250ms}, {"1.5s", 1500ms}, {"30", 30s},
                {"2m", 2min}, {"1h", 1h},       {"0.5h", 30min},  {"0.000001ms", 1ns}};
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.text});
        CHECK(parse_duration(vector.text) == vector.expected);
    }
    for (const auto* text : {"", "s", "1x", "1M", "-1s", "1 s", "1us", "87601h", "99999999999999999999h", "0.0000001ms"}) {
        CAPTURE(std::string{text});
        CHECK_FALSE(parse_duration(text));
    }
    CHECK(parse_duration("1x").error() == "'1x': expected a duration such as 250ms, 1.5s, 2m or 1h, at most 87600h");
}

TEST_CASE("an endpoint is an address and a port")
{
    const auto v4 = *IpAddress::from_text("192.0.2.1");
    const auto v6 = *IpAddress::from_text("2001:db8::1");
    CHECK(parse_endpoint("192.0.2.1:179") == Endpoint{v4, 179});
    CHECK(parse_endpoint("[2001:db8::1]:179") == Endpoint{v6, 179});
    CHECK(parse_endpoint("192.0.2.1:0") == Endpoint{v4, 0});
    CHECK(parse_endpoint("192.0.2.1", 179) == Endpoint{v4, 179});
    CHECK(parse_endpoint("192.0.2.1:1790", 179) == Endpoint{v4, 1790});
    CHECK(parse_endpoint("2001:db8::1", 179) == Endpoint{v6, 179});
    CHECK(parse_endpoint("[2001:db8::1]", 179) == Endpoint{v6, 179});
    for (const auto* text : {"", ":", ":179", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:x", "192.0.2.1:-1", "192.0.2.1:1 ",
                             "router:179", "[192.0.2.1]:179", "[2001:db8::1]179", "[2001:db8::1", "[]:179", "192.0.2.256:179"}) {
        CAPTURE(std::string{text});
        CHECK_FALSE(parse_endpoint(text));
        CHECK_FALSE(parse_endpoint(text, 179));
    }
    CHECK_FALSE(parse_endpoint("192.0.2.1"));
    CHECK_FALSE(parse_endpoint("2001:db8::1"));
    CHECK(parse_endpoint("192.0.2.1").error() == "'192.0.2.1': expected ADDRESS:PORT such as 127.0.0.1:1790 or [::1]:1790");
    CHECK(to_text(Endpoint{v4, 179}) == "192.0.2.1:179");
    CHECK(to_text(Endpoint{v6, 179}) == "[2001:db8::1]:179");
}
