// The NLRI of one field: octet of context (8: withdrawn), number of the family in the list, NLRI. One text over all families.

#include <algorithm>

#include "codec/format.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

namespace {

template <NlriFamily F>
void fuzz(OctetView octets, NlriField field)
{
    Reader in{octets};
    const auto routes = decode_nlri<F>(in, field);
    if (!routes) return;
    Octets again;
    Writer out{again};
    encode_nlri<F>(*routes, out);
    require(std::ranges::equal(again, octets), "NLRI are encoded otherwise than they came");
    std::size_t size = 0;
    for (const auto& route : *routes) size += F::encoded_size(route.nlri) + (route.path_id ? 4 : 0);
    require(size == octets.size(), "the size of an NLRI is not that of its octets");
    (void)to_text(RoutesOf<F>{*routes});
}

template <NlriFamily... F>
void fuzz_one_of(FamilyList<F...>, std::size_t which, OctetView octets, NlriField field)
{
    std::size_t at = 0;
    ((at++ == which % sizeof...(F) ? fuzz<F>(octets, field) : void()), ...);
}

}   // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2 || size > 65535) return 0;
    fuzz_one_of(NlriFamilies{}, data[1], {data + 2, size - 2}, {(data[0] & 2) != 0, (data[0] & 8) != 0});
    return 0;
}
