#include "io/endpoint.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace barrage {

namespace {

template <class Number>
std::optional<Number> number(std::string_view text) noexcept
{
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<Endpoint> host_from_text(std::string_view host)
{
    Endpoint endpoint;
    const auto percent = host.find('%');
    const auto address = IpAddress::from_text(host.substr(0, percent));
    if (!address) return std::nullopt;
    endpoint.address = *address;
    if (percent == host.npos) return endpoint;

    const std::string zone{host.substr(percent + 1)};
    endpoint.scope_id = ::if_nametoindex(zone.c_str());
    if (endpoint.scope_id == 0) endpoint.scope_id = number<std::uint32_t>(zone).value_or(0);
    if (endpoint.scope_id == 0 || endpoint.address.is_v4()) return std::nullopt;
    return endpoint;
}

bool is_v4_mapped(const in6_addr& address) noexcept { return IN6_IS_ADDR_V4MAPPED(&address); }

}   // namespace

std::optional<Endpoint> Endpoint::from_text(std::string_view text, std::uint16_t default_port)
{
    std::string_view host = text;
    std::optional<std::string_view> port;
    if (text.starts_with('[')) {
        const auto bracket = text.find(']');
        if (bracket == text.npos) return std::nullopt;
        host = text.substr(1, bracket - 1);
        if (host.find(':') == host.npos) return std::nullopt;   // brackets are for IPv6: RFC 3986 section 3.2.2
        if (const auto rest = text.substr(bracket + 1); !rest.empty()) {
            if (rest.front() != ':') return std::nullopt;
            port = rest.substr(1);
        }
    } else if (std::ranges::count(text, ':') == 1) {   // more of them are an IPv6 address without a port
        const auto colon = text.find(':');
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }

    auto endpoint = host_from_text(host);
    if (!endpoint) return std::nullopt;
    endpoint->port = default_port;
    if (port) {
        const auto value = number<std::uint16_t>(*port);
        if (!value) return std::nullopt;
        endpoint->port = *value;
    }
    return endpoint;
}

std::string to_text(const Endpoint& endpoint)
{
    const auto port = ":" + std::to_string(endpoint.port);
    if (endpoint.address.is_v4()) return to_text(endpoint.address) + port;
    std::string zone;
    if (endpoint.scope_id != 0) {
        char name[IF_NAMESIZE];
        zone = ::if_indextoname(endpoint.scope_id, name) != nullptr ? name : std::to_string(endpoint.scope_id);
        zone.insert(zone.begin(), '%');
    }
    return "[" + to_text(endpoint.address) + zone + "]" + port;
}

SocketAddress::SocketAddress(const Endpoint& endpoint) noexcept
{
    if (endpoint.address.is_v4()) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(endpoint.port);
        address.sin_addr.s_addr = htonl(endpoint.address.v4().value);
        std::memcpy(&storage, &address, sizeof address);
        length = sizeof address;
    } else {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(endpoint.port);
        address.sin6_scope_id = endpoint.scope_id;
        const auto octets = endpoint.address.v6().value;
        std::ranges::copy(octets, address.sin6_addr.s6_addr);
        std::memcpy(&storage, &address, sizeof address);
        length = sizeof address;
    }
}

Endpoint SocketAddress::endpoint() const noexcept
{
    if (storage.ss_family == AF_INET) {
        sockaddr_in address;
        std::memcpy(&address, &storage, sizeof address);
        return {.address = Ipv4Address{ntohl(address.sin_addr.s_addr)}, .port = ntohs(address.sin_port)};
    }
    if (storage.ss_family != AF_INET6) return {};
    sockaddr_in6 address;
    std::memcpy(&address, &storage, sizeof address);
    const auto* octets = address.sin6_addr.s6_addr;
    const auto port = ntohs(address.sin6_port);
    if (is_v4_mapped(address.sin6_addr)) {
        std::uint32_t value = 0;
        for (int i = 12; i < 16; ++i) value = value << 8 | octets[i];
        return {.address = Ipv4Address{value}, .port = port};
    }
    Ipv6Address v6;
    std::copy_n(octets, v6.value.size(), v6.value.begin());
    return {.address = v6, .port = port, .scope_id = address.sin6_scope_id};
}

Endpoint local_endpoint(int fd) noexcept
{
    SocketAddress address;
    if (::getsockname(fd, address.get(), &address.length) != 0) return {};
    return address.endpoint();
}

Endpoint remote_endpoint(int fd) noexcept
{
    SocketAddress address;
    if (::getpeername(fd, address.get(), &address.length) != 0) return {};
    return address.endpoint();
}

}   // namespace barrage
