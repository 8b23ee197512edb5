#include "rib/prefix_range.hpp"

#include <limits>

#include "codec/prefix.hpp"

namespace barrage {

std::expected<NlriRange, std::string> NlriRange::make(const PrefixRangeDescription& description)
{
    const auto& address = description.address;
    const unsigned bits = address.is_v4() ? 32 : 128;
    const unsigned prefix = description.prefix;
    if (prefix > bits)
        return std::unexpected("a prefix length of " + std::to_string(prefix) + ": expected 0 to " + std::to_string(bits));
    if (description.step == 0 || description.step > std::numeric_limits<std::uint32_t>::max())
        return std::unexpected("a step of " + std::to_string(description.step) + ": expected 1 to 4294967295");
    if (address.is_v6() && description.next_hop && description.next_hop->is_v4())
        return std::unexpected(std::string{"IPv6 prefixes with an IPv4 next hop: expected an IPv6 address"});
    const PrefixProgression prefixes{address, description.prefix, description.step, description.path_id};
    auto range = make(NlriRangeDescription{description, NlriProgression{description.family(), prefixes}, description.count});
    if (!range) return range;
    const auto room = PrefixProgression::room(address, description.prefix, description.step);
    if (description.count > room)
        return std::unexpected(to_text(address) + "/" + std::to_string(prefix) + " has room for " + std::to_string(room) +
                               " prefixes with a step of " + std::to_string(description.step) +
                               " before the address space ends, not " + std::to_string(description.count));
    return range;
}

}   // namespace barrage
