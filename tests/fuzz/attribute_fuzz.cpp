// The value of one attribute: octet of context, type, value.

#include <algorithm>

#include "codec/attribute/registry.hpp"
#include "codec/format.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2 || size > 65535) return 0;
    const auto options = options_from(data[0]);
    const OctetView value{data + 2, size - 2};
    const auto attribute = decode_attribute(AttributeType{data[1]}, Reader{value}, options);
    if (!attribute) return 0;
    (void)to_text(*attribute);
    Octets again;
    Writer out{again};
    std::visit([&](const auto& known) { known.encode(out, options); }, *attribute);
    require(!out.failed() && std::ranges::equal(again, value), "an attribute is encoded otherwise than it came");
    return 0;
}
