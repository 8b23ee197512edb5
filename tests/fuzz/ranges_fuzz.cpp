// A source of routes in the words of the command line. Whatever it is, nothing crashes; there is a source or one line with a column. Of a range
// the first and the last routes are made: NLRI of their family that the codec reads.

#include <string_view>

#include "codec/nlri/nlri_extent.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "loadgen/routes/route_spec.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

namespace {

void check_routes(const NlriRangeDescription& range, std::uint64_t first)
{
    constexpr std::uint64_t some = 16;
    const auto count = std::min(range.count - first, some);
    Octets made;
    const auto nlri = range.nlri.write(first, count, made);
    const auto each = range.nlri.octets_each();
    const std::size_t path_id = range.nlri.has_path_ids() ? 4 : 0;
    require(nlri.size() == count * each, "another number of octets");
    for (std::size_t at = 0; at < nlri.size(); at += each)
        require(nlri_octets(range.nlri.family(), nlri.subspan(at + path_id)) == each - path_id, "an NLRI of another length");
    if (const auto* const codec = nlri_codec(range.nlri.family()))
        require(codec->is_sound(Reader{nlri}, {.has_path_ids = path_id != 0}), "NLRI that the codec does not read");
}

}   // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto spec = parse_route_spec(text);
    if (!spec) {
        require(spec.error().starts_with("column "), "an error without its column");
        return 0;
    }
    if (const auto* const range = std::get_if<NlriRangeDescription>(&*spec)) {
        require(range->count != 0 && NlriRange::make(*range).has_value(), "a range that cannot be made");
        check_routes(*range, 0);
        check_routes(*range, range->count - std::min<std::uint64_t>(range->count, 16));
    }
    return 0;
}
