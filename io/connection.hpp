#pragma once
// A connected TCP socket that never blocks: octets between it and the caller's buffers, no decision. It is watched by
// fd() with a Waiter, and unwatched before close(). One thread.

#include <sys/uio.h>

#include <span>

#include "io/endpoint.hpp"
#include "io/file_descriptor.hpp"
#include "io/transfer.hpp"

namespace barrage {

class Connection {
public:
    Connection() = default;   // closed
    /// `socket` is connected and non-blocking.
    explicit Connection(FileDescriptor socket) noexcept;

    [[nodiscard]] int fd() const noexcept { return socket_.get(); }
    explicit operator bool() const noexcept { return static_cast<bool>(socket_); }
    /// As they were when the connection came up; also after close().
    [[nodiscard]] const Endpoint& local() const noexcept { return local_; }
    [[nodiscard]] const Endpoint& remote() const noexcept { return remote_; }

    /// Fewer octets than there is room for may still leave some behind; would_block says that nothing is left.
    ReadResult read(std::span<std::uint8_t> into) noexcept;
    /// One sendmsg() of the first 1024 pieces (IOV_MAX). No SIGPIPE.
    WriteResult write(std::span<const iovec> pieces) noexcept;

    /// Octets accepted by the kernel that the other side has not acknowledged yet (SIOCOUTQ); one more after
    /// shutdown_send(), until the FIN is acknowledged.
    [[nodiscard]] std::size_t unacknowledged() const noexcept;

    void shutdown_send() noexcept;               // FIN after what is queued; reading goes on
    void reset() noexcept;                       // RST, and what is queued is dropped; closes
    void close() noexcept { socket_.reset(); }   // RST when something was left unread

private:
    FileDescriptor socket_;
    Endpoint local_;
    Endpoint remote_;
};

}   // namespace barrage
