// A whole message of any type: octet of context, then the message. What is right is encoded back to the same octets.

#include <algorithm>

#include "codec/format.hpp"
#include "codec/message/any_message.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const auto options = options_from(data[0]);
    const OctetView message{data + 1, size - 1};
    const auto decoded = decode_any(message, options);
    if (decoded.problems.empty()) {
        require(decoded.message.has_value(), "no problem, and no message");
        const auto again = encode_any(*decoded.message, options);
        require(again && std::ranges::equal(*again, message), "a right message is encoded otherwise than it came");
    }
    if (decoded.message) std::visit([](const auto& of_type) { (void)to_text(of_type); }, *decoded.message);
    return 0;
}
