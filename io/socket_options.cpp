#include "io/socket_options.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>

#include <cstring>

namespace barrage {

namespace {

IoResult<void> set(int fd, int level, int option, int value, std::string_view what, std::string_view advice = {})
{
    if (setsockopt(fd, level, option, &value, sizeof value) == 0) return {};
    return io_error(errno, what, advice);
}

} // namespace

IoResult<void> set_md5_key(int fd, const IpAddress& remote, const std::string& key)
{
    tcp_md5sig signature{};
    if (key.size() > sizeof signature.tcpm_key)
        return io_error(EINVAL, "use the MD5 key", "RFC 2385 keys are at most 80 octets here");
    const SocketAddress address{{remote, 0}};
    static_assert(sizeof signature.tcpm_addr >= sizeof address.storage);
    std::memcpy(&signature.tcpm_addr, &address.storage, sizeof address.storage);
    signature.tcpm_keylen = static_cast<std::uint16_t>(key.size());
    std::memcpy(signature.tcpm_key, key.data(), key.size());
    if (setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &signature, sizeof signature) == 0) return {};
    return io_error(errno, "set a TCP MD5 key for " + to_text(remote), "the kernel needs CONFIG_TCP_MD5SIG");
}

IoResult<void> apply_options(int fd, const SocketOptions& options, const IpAddress& remote)
{
    IoResult<void> result;
    const auto then = [&](auto&& next) {
        if (result) result = next();
    };
    if (options.no_delay) then([&] { return set(fd, IPPROTO_TCP, TCP_NODELAY, 1, "set TCP_NODELAY"); });
    if (options.ttl != 0)
        then([&] {
            return remote.is_v4() ? set(fd, IPPROTO_IP, IP_TTL, options.ttl, "set the TTL")
                                  : set(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, options.ttl, "set the hop limit");
        });
    if (options.min_ttl != 0)
        then([&] {
            return remote.is_v4() ? set(fd, IPPROTO_IP, IP_MINTTL, options.min_ttl, "set the least TTL (GTSM)")
                                  : set(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, options.min_ttl, "set the least hop limit (GTSM)");
        });
    if (options.send_buffer_octets != 0)
        then([&] { return set(fd, SOL_SOCKET, SO_SNDBUF, options.send_buffer_octets, "set the send buffer"); });
    if (options.receive_buffer_octets != 0)
        then([&] { return set(fd, SOL_SOCKET, SO_RCVBUF, options.receive_buffer_octets, "set the receive buffer"); });
    if (!options.md5_key.empty()) then([&] { return set_md5_key(fd, remote, options.md5_key); });
    return result;
}

} // namespace barrage
