#include "rib/packed_updates.hpp"

namespace barrage {

void patch(std::span<std::uint8_t> octets, const PackedUpdates& updates, std::size_t first, std::size_t last,
           const PeerPatch& values)
{
    if (!updates.needs_patch()) return;
    const auto& messages = updates.messages();
    const auto base = updates.message_begin(first);

    Octets own_as;
    Writer{own_as}.u32(values.own_as.value);
    std::uint8_t v4[4] = {}, v6[16] = {};
    const auto take = [&](const IpAddress& address) {
        if (address.is_v4())
            for (int i = 0; i < 4; ++i) v4[i] = static_cast<std::uint8_t>(address.v4().value >> (24 - 8 * i));
        else
            std::memcpy(v6, address.v6().value.data(), sizeof v6);
    };
    if (values.other_self) take(*values.other_self);
    take(values.self);

    std::size_t begin = 0;
    for (auto i = first; i < last; ++i) {
        const auto& message = messages[i];
        auto* at = octets.data() + begin;
        if (message.own_as_at != 0) std::memcpy(at + message.own_as_at, own_as.data(), 4);
        if (message.next_hop_octets == 4)
            std::memcpy(at + message.next_hop_at, v4, 4);
        else if (message.next_hop_octets == 16)
            std::memcpy(at + message.next_hop_at, v6, 16);
        begin = message.end - base;
    }
}

}   // namespace barrage
