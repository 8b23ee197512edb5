#pragma once
// Texts in memory as sources of routes, and what is read of them.

#include "tests/support/doctest.hpp"

#include "loadgen/routes/text_routes.hpp"
#include "rib/left_out.hpp"
#include "rib/route_set.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

/// In pieces of a few octets, so that lines are cut anywhere; `opened` counts how often.
inline OpenOctets text_in_memory(std::string text, std::shared_ptr<int> opened = std::make_shared<int>(0))
{
    return [=, text = std::make_shared<const std::string>(std::move(text))]() -> std::expected<OctetSource, std::string> {
        ++*opened;
        return OctetSource{[=, at = std::size_t{0}](std::span<std::uint8_t> into) mutable {
            const auto count = std::min({std::size_t{7}, into.size(), text->size() - at});
            std::copy_n(text->begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
            at += count;
            return count;
        }};
    };
}

struct TextRoute {
    std::string name;         // "10.0.0.0/8"; "-10.0.0.0/8" where withdrawn, "10.0.0.0/8 path-id 7"
    std::string attributes;   // hexadecimal digits
    std::string next_hop;
    std::int64_t time = 0;   // nanoseconds

    friend bool operator==(const TextRoute&, const TextRoute&) = default;
    friend auto operator<=>(const TextRoute&, const TextRoute&) = default;
};

struct ReadText {
    std::vector<TextRoute> routes;
    std::string error;   // also where it was not opened
    std::vector<std::string> notes;
    std::string problem;
    std::optional<TextKind> kind;
    bool is_ordered = false, has_times = false, names_next_hops = false;

    [[nodiscard]] std::vector<std::string> names() const
    {
        std::vector<std::string> names;
        for (const auto& route : routes) names.push_back(route.name);
        return names;
    }
};

/// Of families whose NLRI are a length in bits and a prefix.
template <RouteSource S>
std::vector<TextRoute> all_routes(S& source)
{
    std::vector<TextRoute> routes;
    for (RouteBatch batch; source.next(batch);) {
        std::uint32_t count = 0;
        for (Reader in{batch.nlri}; !in.empty(); ++count) {
            const auto path_id = batch.has_path_ids ? in.u32() : 0;
            const auto nlri = in.octets(1 + (in.peek() + 7u) / 8);
            REQUIRE_FALSE(in.failed());
            TextRoute route{.name = batch.kind == RouteBatch::Kind::withdraw ? "-" : "",
                            .attributes = to_hex(batch.attributes),
                            .next_hop = to_hex(batch.next_hop),
                            .time = batch.time};
            route.name += sample_text(batch.family, nlri, false);
            if (batch.has_path_ids) route.name += " path-id " + std::to_string(path_id);
            routes.push_back(std::move(route));
        }
        REQUIRE(count == batch.routes);
    }
    return routes;
}

inline ReadText read_text(const std::string& text, const TextRoutesOptions& options = {.placeholders = false})
{
    ReadText read;
    auto source = TextRoutes::open("FILE", text_in_memory(text), options);
    if (!source) {
        read.error = source.error();
        return read;
    }
    read.is_ordered = source->is_ordered();   // known before the first route
    read.routes = all_routes(*source);
    read.error = source->error();
    read.notes = source->notes();
    read.problem = source->problem();
    read.kind = source->kind();
    read.has_times = source->has_times();
    read.names_next_hops = source->names_next_hops();
    return read;
}

/// Octets are those of RFC 4271 section 4.3: flags, type, length, value.
inline constexpr auto igp_and_no_as = "40010100400200";

using Names = std::vector<std::string>;

}   // namespace barrage
