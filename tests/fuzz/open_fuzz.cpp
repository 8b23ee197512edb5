// The body of an OPEN, behind a header that is always right.

#include "codec/format.hpp"
#include "codec/message/any_message.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size > max_message_octets - header_octets) return 0;
    Octets message;
    encode_message(message, MessageType::open, [&](Writer& body) { body.octets({data, size}); });
    const auto open = decode_open(message);
    if (!open) return 0;
    (void)to_text(*open);
    const auto again = encode_any(*open, {});
    require(again && *again == message, "an OPEN is encoded otherwise than it came");
    return 0;
}
