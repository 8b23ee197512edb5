#pragma once
// What a BGP socket asks of the kernel. Each says what failed and what to do about it. Any thread.

#include <cstdint>
#include <string>

#include "io/endpoint.hpp"
#include "io/io_error.hpp"

namespace barrage {

struct SocketOptions {
    bool no_delay = true;             // TCP_NODELAY: a KEEPALIVE does not wait for an acknowledgement
    std::uint8_t ttl = 0;             // of what is sent; 0: the kernel's
    std::uint8_t min_ttl = 0;         // of what is received (GTSM, RFC 5082); 0: any
    int send_buffer_octets = 0;       // 0: the kernel tunes it
    int receive_buffer_octets = 0;
    std::string md5_key;              // RFC 2385, at most 80 octets; empty: none
};

/// `remote` says the family, and whom an MD5 key is for.
IoResult<void> apply_options(int fd, const SocketOptions& options, const IpAddress& remote);

/// TCP_MD5SIG for one address; on a listening socket for connections from it.
IoResult<void> set_md5_key(int fd, const IpAddress& remote, const std::string& key);

} // namespace barrage
