#include "io/endpoint.hpp"

#include <charconv>
#include <cstring>

namespace barrage {

std::optional<Endpoint> Endpoint::from_text(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto address = IpAddress::from_text(host);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (!address || address->is_v6() != bracketed || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return Endpoint{*address, port};
}

Endpoint Endpoint::from_sockaddr(const sockaddr_storage& address) noexcept
{
    if (address.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        return {Ipv4Address{ntohl(v4.sin_addr.s_addr)}, ntohs(v4.sin_port)};
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    Ipv6Address value;
    std::memcpy(value.value.data(), &v6.sin6_addr, value.value.size());
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
        Reader in{OctetView{value.value}.subspan(12)};
        return {Ipv4Address::read(in), ntohs(v6.sin6_port)};
    }
    return {value, ntohs(v6.sin6_port)};
}

std::string to_text(const Endpoint& endpoint)
{
    const auto port = ":" + std::to_string(endpoint.port);
    return endpoint.address.is_v4() ? to_text(endpoint.address) + port : "[" + to_text(endpoint.address) + "]" + port;
}

SocketAddress::SocketAddress(const Endpoint& endpoint) noexcept
{
    if (endpoint.address.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(endpoint.port);
        v4.sin_addr.s_addr = htonl(endpoint.address.v4().value);
        std::memcpy(&storage, &v4, sizeof v4);
        length = sizeof v4;
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(endpoint.port);
        const auto octets = endpoint.address.v6().value;
        std::memcpy(&v6.sin6_addr, octets.data(), octets.size());
        std::memcpy(&storage, &v6, sizeof v6);
        length = sizeof v6;
    }
}

} // namespace barrage
