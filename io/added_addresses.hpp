#pragma once
// Addresses that are added to an interface for as long as this lives, over rtnetlink: sessions of many peers each need one that a router can
// reach. It takes the right to administrate the network (CAP_NET_ADMIN). Those that were there before are left alone. One thread.

#include <string>
#include <vector>

#include "codec/ip.hpp"
#include "io/io_error.hpp"

namespace barrage {

class AddedAddresses {
public:
    AddedAddresses() = default;
    ~AddedAddresses();
    AddedAddresses(const AddedAddresses&) = delete;
    AddedAddresses& operator=(const AddedAddresses&) = delete;

    /// As a host address (/32, /128), usable at once.
    IoResult<void> add(const IpAddress& address, const std::string& interface);
    [[nodiscard]] std::size_t size() const noexcept { return added_.size(); }

private:
    struct Added {
        IpAddress address;
        unsigned interface = 0;
    };
    std::vector<Added> added_;
};

}   // namespace barrage
