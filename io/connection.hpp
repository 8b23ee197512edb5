#pragma once
// A connected, non-blocking TCP socket. Moves octets, decides nothing. One thread.

#include <span>
#include <string>

#include "codec/reader.hpp"
#include "io/endpoint.hpp"
#include "io/file_descriptor.hpp"

namespace barrage {

/// What a read or write came to: `octets` moved; else the reason why none were.
struct Transfer {
    std::size_t octets = 0;
    bool would_block = false;
    bool closed = false;      // by the other side (reading only)
    std::string error = {};   // the connection is lost: "Connection reset by peer"
};

class Connection {
public:
    explicit Connection(FileDescriptor fd);

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    [[nodiscard]] const Endpoint& local() const noexcept { return local_; }
    [[nodiscard]] const Endpoint& remote() const noexcept { return remote_; }

    Transfer read(std::span<std::uint8_t> into);
    Transfer write(OctetView octets);

    /// Octets written that the other side's TCP has not acknowledged.
    [[nodiscard]] std::size_t unacknowledged() const noexcept;
    /// Says that nothing more comes: the other side reads all, then the end.
    void shutdown_send() noexcept;
    /// Cuts the connection with an RST.
    void reset() noexcept;

private:
    FileDescriptor fd_;
    Endpoint local_;
    Endpoint remote_;
};

} // namespace barrage
