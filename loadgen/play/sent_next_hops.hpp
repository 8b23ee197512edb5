#pragma once
// The next hops that the device is sent, as far as they are known before anybody connects. What they are not, no receiver can have from the
// device. Main thread.

#include <optional>
#include <set>
#include <vector>

#include "codec/ip.hpp"
#include "engine/usable_routes.hpp"
#include "io/interface_addresses.hpp"
#include "loadgen/scenario/scenario.hpp"
#include "rib/route_set.hpp"

namespace barrage {

class SentNextHops {
public:
    /// Of a group's words, and what policies of the device are expected to set.
    explicit SentNextHops(const Scenario& scenario);
    /// Those of its routes that name one.
    void add(const RouteSet& routes);
    /// A session that sends; without an address the kernel chooses it.
    void add_sender(const std::optional<IpAddress>& address) { senders_.push_back(address); }

    /// What a receiver of this address can use. `sends`: it is a sender itself. `interfaces`: of this host.
    [[nodiscard]] UsableRoutesConfig usable_at(const std::optional<IpAddress>& receiver, bool sends, const IpAddress& device,
                                               const std::vector<InterfaceAddress>& interfaces) const;

private:
    [[nodiscard]] bool may_come_back(const std::optional<IpAddress>& receiver, bool sends,
                                     const std::vector<InterfaceAddress>& interfaces) const;

    bool device_is_route_server_;
    bool policy_sets_them_ = false;
    std::set<IpAddress> named_;
    std::vector<std::optional<IpAddress>> senders_;
};

}   // namespace barrage
