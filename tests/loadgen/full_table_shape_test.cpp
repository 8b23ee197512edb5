// The synthetic full table against the measured shape of real ones, where that file is at hand.
#include "tests/support/doctest.hpp"

#include <boost/json.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "codec/iana.hpp"
#include "rib/full_table.hpp"

using namespace barrage;
namespace json = boost::json;

namespace {

std::optional<json::object> profile()
{
    const auto* given = std::getenv("BARRAGE_SHARED");
    std::ifstream in{(given ? std::string{given} : std::string{BARRAGE_SOURCE_DIR "/../shared"}) + "/data/profile.json"};
    if (!in) {
        MESSAGE("skipped: no data/profile.json in BARRAGE_SHARED");
        return std::nullopt;
    }
    std::stringstream text;
    text << in.rdbuf();
    return json::parse(text.str()).as_object();
}

using Histogram = std::map<std::uint64_t, double>;

struct Shape {
    double routes = 0;
    double sets = 0;
    Histogram lengths;        // routes by prefix length
    Histogram set_sizes;      // sets by routes
    Histogram path_lengths;   // routes by AS path length
    Histogram communities;    // routes by number
    Histogram large_communities;
    std::map<AttributeType, double> with;   // routes by attribute
};

Shape shape_of(const FullTableDescription& description)
{
    Shape shape;
    auto source = FullTable::make(description);
    REQUIRE(source);
    for (RouteBatch batch; source->next(batch);) {
        const double routes = batch.routes;
        shape.routes += routes;
        ++shape.sets;
        ++shape.set_sizes[batch.routes];
        for (Reader in{batch.nlri}; !in.empty();) {
            const auto length = in.u8();
            ++shape.lengths[length];
            in.skip((length + 7u) / 8u);
        }
        std::uint64_t path_length = 0, communities = 0, large_communities = 0;
        std::uint8_t type_before = 0;
        for (Reader in{batch.attributes}; !in.empty();) {
            const auto flags = in.u8();
            const auto type = in.u8();
            REQUIRE(type > type_before);   // canonical
            type_before = type;
            auto value = in.take(flags & flag_extended_length ? in.u16() : in.u8());
            shape.with[AttributeType{type}] += routes;
            if (AttributeType{type} == AttributeType::communities) communities = value.remaining() / 4;
            if (AttributeType{type} == AttributeType::large_communities) large_communities = value.remaining() / 12;
            if (AttributeType{type} != AttributeType::as_path) continue;
            while (!value.empty()) {
                value.skip(1);
                const auto count = value.u8();
                path_length += count;
                value.skip(count * 4u);
            }
            REQUIRE(value.finished());
        }
        shape.path_lengths[path_length] += routes;
        shape.communities[communities] += routes;
        shape.large_communities[large_communities] += routes;
    }
    return shape;
}

/// The share of `total` in rows `first` to `last`.
double share(const Histogram& histogram, double total, std::uint64_t first, std::uint64_t last)
{
    double sum = 0;
    for (const auto& [value, weight] : histogram)
        if (value >= first && value <= last) sum += weight;
    return sum / total;
}

/// Every row of the target within `tolerance` (of 1), and nothing outside of the target but that much.
void check_close(const Histogram& found, double total, const json::object& target, double tolerance)
{
    double covered = 0;
    for (const auto& [key, expected] : target) {
        const std::string row{key};
        CAPTURE(row);
        const auto value = std::stoull(row);
        const auto part = share(found, total, value, value);
        covered += part;
        CHECK(std::abs(part - expected.to_number<double>()) <= tolerance);
    }
    CHECK(covered >= 1 - tolerance);
}

}   // namespace

TEST_CASE("a synthetic IPv4 table has the shape of a real one")
{
    const auto all = profile();
    if (!all) return;
    const auto& target = all->at("target").as_object();
    // A million routes; sharing as of the session of 577,706, whose largest set a larger table may not lack.
    const auto shape = shape_of({.routes = 1'000'000, .seed = 1});

    check_close(shape.lengths, shape.routes, target.at("ipv4_prefix_length").as_object(), 0.0005);

    CHECK(shape.routes / shape.sets ==
          doctest::Approx(target.at("ipv4_routes_per_attribute_set_mean").to_number<double>()).epsilon(0.01));
    for (const auto& [range, expected] : target.at("ipv4_routes_per_attribute_set_log2_sets").as_object()) {
        const std::string text{range};
        CAPTURE(std::string{text});
        const auto dash = text.find('-');
        const auto found =
            share(shape.set_sizes, shape.sets, std::stoull(text.substr(0, dash)), std::stoull(text.substr(dash + 1)));
        CHECK(std::abs(found - expected.to_number<double>()) <= 0.001);
    }
    double in_ones = shape.set_sizes.at(1), in_large = 0;
    for (const auto& [size, sets] : shape.set_sizes)
        if (size >= 16) in_large += static_cast<double>(size) * sets;
    CHECK(std::abs(in_ones / shape.routes - target.at("ipv4_share_of_routes_in_sets_of_1").to_number<double>()) <= 0.002);
    CHECK(std::abs(in_large / shape.routes - target.at("ipv4_share_of_routes_in_sets_of_ge_16").to_number<double>()) <= 0.01);
    CHECK(shape.set_sizes.rbegin()->first ==
          target.at("ipv4_routes_per_attribute_set_percentiles").at("100").to_number<std::uint64_t>());

    // One path is drawn for a set, so a few large sets weigh: 1.5 % of the routes.
    check_close(shape.path_lengths, shape.routes, target.at("ipv4_as_path_length_2014_pooled").as_object(), 0.015);

    const auto& today = all->at("datasets").at("v4_updates_2026 (updates.20260222.1530.bz2)").at("summary_peers_ge_500_routes");
    check_close(shape.communities, shape.routes, today.at("communities_per_route_pooled").as_object(), 0.015);
    check_close(shape.large_communities, shape.routes, today.at("large_communities_per_route_pooled").as_object(), 0.015);
    const auto& fractions = today.at("fraction_of_routes_with_attribute_pooled").as_object();
    const std::pair<const char*, AttributeType> attributes[]{
        {"med", AttributeType::multi_exit_disc},     {"aggregator", AttributeType::aggregator},
        {"communities", AttributeType::communities}, {"atomic_aggregate", AttributeType::atomic_aggregate},
        {"as_path", AttributeType::as_path},         {"large_communities", AttributeType::large_communities}};
    for (const auto& [key, type] : attributes) {
        CAPTURE(std::string{key});
        CHECK(std::abs(shape.with.at(type) / shape.routes - fractions.at(key).to_number<double>()) <= 0.015);
    }
}

TEST_CASE("a synthetic IPv6 table has the lengths and paths of a real one")
{
    const auto all = profile();
    if (!all) return;
    const auto& target = all->at("target").as_object();
    const auto shape = shape_of({.routes = 200'000, .seed = 1, .family = ipv6_unicast});
    check_close(shape.lengths, shape.routes, target.at("ipv6_prefix_length").as_object(), 0.0005);
    check_close(shape.path_lengths, shape.routes, target.at("ipv6_as_path_length_2015_pooled").as_object(), 0.03);
}
