// A text with routes, of any kind that is read. Whatever it is, nothing crashes; it is read whole or there is one error with a place; and cut
// into pieces in another way it is the same text.

#include <algorithm>
#include <string_view>

#include "codec/nlri/nlri_extent.hpp"
#include "loadgen/routes/text_routes.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

namespace {

struct All {
    std::uint64_t routes = 0;
    std::string error;
};

void check(const RouteBatch& batch)
{
    require(batch.routes > 0, "a batch without routes");
    require(family_index(batch.family).has_value(), "a family that is not known");
    const bool announces = batch.kind == RouteBatch::Kind::announce;
    require(announces || (batch.attributes.empty() && batch.next_hop.empty()), "a withdrawal with attributes");
    require(!announces || !batch.attributes.empty(), "a route without attributes");
    const std::size_t path_id = batch.has_path_ids ? 4 : 0;
    std::uint32_t routes = 0;
    for (auto nlri = batch.nlri; !nlri.empty(); ++routes) {
        require(nlri.size() > path_id, "a path identifier without a route");
        const auto octets = nlri_octets(batch.family, nlri.subspan(path_id));
        require(octets != 0 && path_id + octets <= nlri.size(), "NLRI that have no end");
        nlri = nlri.subspan(path_id + octets);
    }
    require(routes == batch.routes, "another number of routes");
}

All read(std::string_view text, std::size_t piece)
{
    const auto open = [=]() -> std::expected<OctetSource, std::string> {
        return OctetSource{[=, left = text](std::span<std::uint8_t> into) mutable {
            const auto count = std::min({piece, into.size(), left.size()});
            std::copy_n(left.begin(), count, into.begin());
            left.remove_prefix(count);
            return count;
        }};
    };
    const MrtPeerChoice everybody{.by = MrtPeerChoice::By::all};
    auto source = TextRoutes::open("fuzz", open, {.peer = everybody, .with_local = true});
    All all;
    if (!source) {
        all.error = source.error();
        return all;
    }
    for (RouteBatch batch; source->next(batch);) {
        check(batch);
        all.routes += batch.routes;
    }
    all.error = source->error();
    (void)source->notes();
    (void)source->problem();
    RouteBatch more;
    require(!source->next(more), "routes behind the end");
    return all;
}

}   // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (text.find("split") != std::string_view::npos) return 0;   // may be asked for millions of routes
    const auto whole = read(text, ~std::size_t{0});
    require(whole.error.empty() || whole.error.starts_with("fuzz:"), "an error without its place");
    require(std::ranges::none_of(whole.error, [](char c) { return static_cast<unsigned char>(c) < ' '; }),
            "an error of several lines");
    const auto pieces = read(text, 3);
    require(whole.routes == pieces.routes && whole.error == pieces.error, "the same text is another one");
    return 0;
}
