#include "io/tcp_md5.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cstring>

#include "io/endpoint.hpp"
#include "io/socket_options.hpp"

namespace barrage {

namespace {

constexpr std::uint8_t mapped_prefix_octets = 12;   // of ::ffff:0:0/96, RFC 4291 section 2.5.5.2

Ipv6Address mapped(Ipv4Address v4) noexcept
{
    Ipv6Address v6;
    v6.value[10] = v6.value[11] = 0xff;
    for (std::size_t i = 0; i < Ipv4Address::octets; ++i)
        v6.value[mapped_prefix_octets + i] = static_cast<std::uint8_t>(v4.value >> (24 - 8 * i));
    return v6;
}

std::string_view advice(int number, bool has_prefix) noexcept
{
    switch (number) {
    case ENOPROTOOPT:
        return has_prefix ? "the kernel needs CONFIG_TCP_MD5SIG, and Linux 4.13 for a prefix"
                          : "the kernel needs CONFIG_TCP_MD5SIG";
    case ENOENT: return "there was no such key";
    case ENOMEM: return "raise net.core.optmem_max: it holds the keys of a listener";
    case EISCONN: return "a key is set before connecting";
    default: return {};
    }
}

}   // namespace

IoResult<void> set_tcp_md5(int fd, const TcpMd5Key& key)
{
    const auto what = "set the TCP MD5 key for " + to_text(key.peer);
    if (key.key.size() > longest_tcp_md5_key) return io_error(EINVAL, what, "a key has 80 octets at most");
    const std::uint8_t longest_prefix = key.peer.is_v4() ? 32 : 128;
    if (key.prefix_length.value_or(0) > longest_prefix) return io_error(EINVAL, what, "the prefix is longer than the address");

    auto peer = key.peer;
    // A listener for both families; the kernel counts the prefix of a mapped address from its IPv4 part.
    if (peer.is_v4() && socket_family(fd) == AF_INET6) peer = mapped(peer.v4());

    tcp_md5sig signature{};
    const SocketAddress address{Endpoint{.address = peer}};
    std::memcpy(&signature.tcpm_addr, &address.storage, sizeof signature.tcpm_addr);
    signature.tcpm_keylen = static_cast<std::uint16_t>(key.key.size());
    std::memcpy(signature.tcpm_key, key.key.data(), key.key.size());
    int option = TCP_MD5SIG;
    if (key.prefix_length) {
        option = TCP_MD5SIG_EXT;
        signature.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX;
        signature.tcpm_prefixlen = *key.prefix_length;
    }
    if (::setsockopt(fd, IPPROTO_TCP, option, &signature, sizeof signature) == 0) return {};
    const int number = errno;
    return io_error(number, what, advice(number, key.prefix_length.has_value()));
}

}   // namespace barrage
