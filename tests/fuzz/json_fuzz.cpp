// A line for `loadgen encode`: octet of context, JSON. What is encoded decodes, and comes back from its own JSON.

#include "loadgen/words/message_line.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const auto options = options_from(data[0]);
    const auto digits = encode_line({reinterpret_cast<const char*>(data) + 1, size - 1}, options);
    if (!digits) return 0;
    const auto decoded = decode_line(*digits, options);
    (void)to_lines(decoded);
    const auto json = to_json_line(decoded);
    if (!decoded.problems.empty()) return 0;
    const auto again = encode_line(json, options);
    require(again && *again == *digits, "a right message comes back from its JSON otherwise than it was");
    return 0;
}
