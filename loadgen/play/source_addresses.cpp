#include "loadgen/play/source_addresses.hpp"

#include <fmt/format.h>

#include "io/interface_addresses.hpp"

namespace barrage {

std::expected<void, std::string> add_source_addresses(AddedAddresses& added, const std::vector<IpAddress>& addresses,
                                                      const IpAddress& router)
{
    const auto interfaces = interface_addresses();
    const auto* network = network_of(router, interfaces);
    for (const auto& address : addresses) {
        if (is_loopback(address)) continue;
        if (!network)
            return std::unexpected(
                fmt::format("no interface has {} on its network, so that no address can be added; add them yourself: "
                            "ip addr add ADDRESS dev INTERFACE",
                            to_text(router)));
        if (const auto done = added.add(address, network->interface); !done) return std::unexpected(done.error().text);
    }
    return {};
}

std::string one_address_hint(std::size_t sessions, std::string_view option)
{
    return fmt::format(
        "all {} sessions come from one address, and a router has one session with each: give the first one's with {}, the "
        "others rise from it; `ip addr add ADDRESS dev INTERFACE` gives this machine addresses, or --add-addresses does it "
        "for the time of the run",
        sessions, option);
}

}   // namespace barrage
