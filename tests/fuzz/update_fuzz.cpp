// The body of an UPDATE: octet of context, then what follows the header, whose length is always right here.

#include <algorithm>

#include "codec/format.hpp"
#include "codec/message/any_message.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace barrage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 1 + 4 || size > 4096) return 0;
    const auto options = options_from(data[0] | 4);
    Octets message;
    encode_message(message, MessageType::update, [&](Writer& body) { body.octets({data + 1, size - 1}); });
    for (const auto neighbor : {Neighbor::unknown, Neighbor::internal, Neighbor::external}) {
        std::vector<Problem> problems;
        const auto update = decode_update(message, options, problems, neighbor);
        if (const auto view = split_update(message)) {
            std::vector<Problem> checked;
            check_update(*view, options, neighbor, checked);
            require(checked == problems, "checking and decoding disagree");
        }
        if (!update) continue;
        (void)to_text(*update);
        Octets again;
        const bool encoded = encode_update(*update, options, again);
        if (problems.empty()) require(encoded && again == message, "a right UPDATE is encoded otherwise than it came");
    }
    return 0;
}
