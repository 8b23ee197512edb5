// Routes of an UPDATE where nothing but the octets, or less, says whether its NLRI have path identifiers: RFC 7911 section 3.

#include "rib/update_routes.hpp"

#include "tests/support/doctest.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

/// ORIGIN IGP, AS_PATH 65010, NEXT_HOP 192.0.2.1: RFC 4271 section 4.3. `nlri` of eight octets.
Octets update_with(const char* nlri)
{
    return hex(std::string{"ffffffffffffffffffffffffffffffff 0033 02 0000 0014 40010100 400206 0201 0000fdf2 400304 c0000201"} +
               nlri);
}

struct Read {
    std::string nlri;
    bool has_path_ids = false;
    std::uint32_t routes = 0;
    std::string problem;
    friend bool operator==(const Read&, const Read&) = default;
};

Read read(const char* nlri, PathIds path_ids)
{
    UpdateRoutes update;
    const auto octets = update_with(nlri);
    update.read(octets, {}, path_ids);
    Read read;
    for (const auto& batch : update.batches()) read = {to_hex(batch.nlri), batch.has_path_ids, batch.routes, {}};
    for (const auto& problem : update.problems()) read.problem += problem.text;
    return read;
}

}   // namespace

TEST_CASE("NLRI have path identifiers where that is known, and by guess only in a field that is malformed without")
{
    using enum PathIds;
    const std::string malformed = "malformed NLRI in an UPDATE";
    // 198.51.100.0/24 with the identifier 0: without it four times 0.0.0.0/0 and the prefix, which is well-formed.
    const auto* both = "00000000 18 c63364";
    CHECK(read(both, present).nlri == "0000000018c63364");
    CHECK(read(both, present).routes == 1);
    for (const auto path_ids : {absent, where_else_malformed}) {
        const auto plain = read(both, path_ids);
        CHECK_FALSE(plain.has_path_ids);
        CHECK(plain.routes == 5);
        CHECK(plain.problem == "");
    }
    // … with the identifier 1: without it three times 0.0.0.0/0, then 0.0.0.0/1 with host bits, then a length of 198.
    const auto* with = "00000001 18 c63364";
    CHECK(read(with, present).routes == 1);
    const auto guessed = read(with, where_else_malformed);
    CHECK(guessed.has_path_ids);
    CHECK(guessed.nlri == "0000000118c63364");
    CHECK(guessed.problem == "");
    const auto told = read(with, absent);
    CHECK_FALSE(told.has_path_ids);
    CHECK(told.nlri == "0000000100");
    CHECK(told.problem == malformed);
    // Malformed either way: 10.0.0.0/8, then a length of 255. What is before it counts, without identifiers.
    const auto* neither = "08 0a ff 000000 0000";
    CHECK(read(neither, where_else_malformed).nlri == "080a");
    CHECK(read(neither, where_else_malformed).problem == malformed);
    CHECK_FALSE(read(neither, where_else_malformed).has_path_ids);
}

}   // namespace barrage
