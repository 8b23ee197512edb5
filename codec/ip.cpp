#include "codec/ip.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace barrage {

namespace {

/// inet_pton wants an end: a copy on the stack, for texts that can be an address at all.
template <std::size_t Size>
bool parse(int domain, std::string_view text, std::array<std::uint8_t, Size>& into) noexcept
{
    char copy[INET6_ADDRSTRLEN];
    if (text.empty() || text.size() >= sizeof copy || text.contains('\0')) return false;
    *std::ranges::copy(text, copy).out = '\0';
    return inet_pton(domain, copy, into.data()) == 1;
}

}   // namespace

std::optional<Ipv4Address> Ipv4Address::from_text(std::string_view text) noexcept
{
    std::array<std::uint8_t, 4> value{};
    if (!parse(AF_INET, text, value)) return std::nullopt;
    Reader in{value};
    return read(in);
}

std::optional<Ipv6Address> Ipv6Address::from_text(std::string_view text) noexcept
{
    Ipv6Address address;
    if (!parse(AF_INET6, text, address.value)) return std::nullopt;
    return address;
}

std::optional<IpAddress> IpAddress::from_text(std::string_view text) noexcept
{
    if (const auto v4 = Ipv4Address::from_text(text)) return IpAddress{*v4};
    if (const auto v6 = Ipv6Address::from_text(text)) return IpAddress{*v6};
    return std::nullopt;
}

IpAddress IpAddress::advanced(std::uint64_t steps) const noexcept
{
    if (is_v4()) return Ipv4Address{static_cast<std::uint32_t>(v4().value + steps)};
    auto address = v6();
    std::uint64_t carry = steps;
    for (std::size_t i = address.value.size(); i-- > 0 && carry != 0;) {
        carry += address.value[i];
        address.value[i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    return address;
}

std::string to_text(Ipv4Address address)
{
    char text[INET_ADDRSTRLEN];
    const in_addr octets{htonl(address.value)};
    return inet_ntop(AF_INET, &octets, text, sizeof text);
}

std::string to_text(const Ipv6Address& address)
{
    char text[INET6_ADDRSTRLEN];
    return inet_ntop(AF_INET6, address.value.data(), text, sizeof text);
}

std::string to_text(const IpAddress& address) { return address.is_v4() ? to_text(address.v4()) : to_text(address.v6()); }

}   // namespace barrage
