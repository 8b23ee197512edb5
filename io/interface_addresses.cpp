#include "io/interface_addresses.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace barrage {

namespace {

std::optional<IpAddress> address_of(const sockaddr* address)
{
    if (!address) return std::nullopt;
    if (address->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        return Ipv4Address{ntohl(v4.sin_addr.s_addr)};
    }
    if (address->sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, address, sizeof v6);
        Ipv6Address result;
        std::memcpy(result.value.data(), &v6.sin6_addr, result.value.size());
        return result;
    }
    return std::nullopt;
}

std::uint8_t ones_of(const IpAddress& mask) noexcept
{
    if (mask.is_v4()) return static_cast<std::uint8_t>(std::popcount(mask.v4().value));
    unsigned ones = 0;
    for (const auto octet : mask.v6().value) ones += static_cast<unsigned>(std::popcount(octet));
    return static_cast<std::uint8_t>(ones);
}

}   // namespace

bool InterfaceAddress::on_network(const IpAddress& other) const noexcept
{
    if (address.is_v4() != other.is_v4()) return false;
    const auto same = [](std::uint32_t a, std::uint32_t b, unsigned bits) { return bits == 0 || ((a ^ b) >> (32 - bits)) == 0; };
    if (address.is_v4()) return same(address.v4().value, other.v4().value, std::min<unsigned>(prefix_length, 32));
    const auto a = address.v6().value, b = other.v6().value;
    for (unsigned i = 0, bits = prefix_length; i < a.size() && bits != 0; ++i) {
        const auto now = std::min(bits, 8u);
        if (((a[i] ^ b[i]) >> (8 - now)) != 0) return false;
        bits -= now;
    }
    return true;
}

std::vector<InterfaceAddress> interface_addresses()
{
    std::vector<InterfaceAddress> all;
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return all;
    for (const auto* each = first; each; each = each->ifa_next) {
        const auto address = address_of(each->ifa_addr);
        const auto mask = address_of(each->ifa_netmask);
        if (!address) continue;
        all.push_back({each->ifa_name, *address, mask ? ones_of(*mask) : std::uint8_t{128}, (each->ifa_flags & IFF_UP) != 0});
    }
    ::freeifaddrs(first);
    return all;
}

bool is_loopback(const IpAddress& address) noexcept
{
    if (address.is_v4()) return address.v4().value >> 24 == 127;
    Ipv6Address one;
    one.value[15] = 1;
    return address.v6() == one;
}

bool is_global(const IpAddress& address) noexcept
{
    if (is_loopback(address)) return false;
    if (address.is_v4()) {
        const auto value = address.v4().value;
        return value >> 24 != 0 && value >> 16 != 0xa9fe && value >> 28 < 0xe;   // not 0/8, 169.254/16, 224/3
    }
    const auto& value = address.v6().value;
    const bool is_link_local = value[0] == 0xfe && (value[1] & 0xc0) == 0x80;
    const bool is_unspecified_or_mapped = std::all_of(value.begin(), value.begin() + 10, [](auto octet) { return octet == 0; });
    return !is_link_local && value[0] != 0xff && !is_unspecified_or_mapped;
}

std::optional<IpAddress> address_beside(const IpAddress& local, const std::vector<InterfaceAddress>& all)
{
    if (is_loopback(local)) {
        if (local.is_v6()) return std::nullopt;
        Ipv6Address one;
        one.value[15] = 1;
        return one;
    }
    for (const auto& own : all) {
        if (own.address != local) continue;
        for (const auto& beside : all)
            if (beside.interface == own.interface && beside.address.is_v4() != local.is_v4() && is_global(beside.address))
                return beside.address;
    }
    return std::nullopt;
}

const InterfaceAddress* network_of(const IpAddress& address, const std::vector<InterfaceAddress>& all) noexcept
{
    const InterfaceAddress* found = nullptr;
    for (const auto& each : all)
        if (each.on_network(address) && (!found || each.prefix_length > found->prefix_length)) found = &each;
    return found;
}

}   // namespace barrage
