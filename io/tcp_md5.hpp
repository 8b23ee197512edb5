#pragma once
// The TCP MD5 signature option, RFC 2385: a key per peer address, on connecting and on listening sockets alike.
// The kernel signs and drops; a mismatch is reported to neither side, the connection just does not come up.

#include <cstdint>
#include <optional>
#include <string>

#include "codec/ip.hpp"
#include "io/io_error.hpp"

namespace barrage {

struct TcpMd5Key {
    IpAddress peer;
    std::optional<std::uint8_t> prefix_length;   // a key for all of a prefix (TCP_MD5SIG_EXT, Linux 4.13); absent: this address
    std::string key;                             // 1 to 80 octets; empty takes the key away
};

inline constexpr std::size_t longest_tcp_md5_key = 80;   // TCP_MD5SIG_MAXKEYLEN

/// Before connect() or listen(); on a listener also later, for peers that are still to come.
IoResult<void> set_tcp_md5(int fd, const TcpMd5Key& key);

}   // namespace barrage
