#pragma once
// A connected TCP socket of the kernel's. One thread.

#include "io/file_descriptor.hpp"
#include "io/network.hpp"

namespace barrage {

class TcpConnection final : public Connection {
public:
    TcpConnection() = default;   // closed
    /// `socket` is connected and non-blocking.
    explicit TcpConnection(FileDescriptor socket) noexcept;

    [[nodiscard]] int fd() const noexcept override { return socket_.get(); }
    explicit operator bool() const noexcept { return static_cast<bool>(socket_); }
    [[nodiscard]] const Endpoint& local() const noexcept override { return local_; }     // also after close()
    [[nodiscard]] const Endpoint& remote() const noexcept override { return remote_; }   // likewise
    IoResult<void> set_options(const SocketOptions& options) override { return apply(socket_.get(), options); }

    ReadResult read(std::span<std::uint8_t> into) noexcept override;
    /// One sendmsg() of the first 1024 pieces (IOV_MAX).
    WriteResult write(std::span<const iovec> pieces) noexcept override;
    /// SIOCOUTQ.
    [[nodiscard]] std::size_t unacknowledged() const noexcept override;

    void shutdown_send() noexcept override;
    void reset() noexcept override;
    void close() noexcept { socket_.reset(); }   // RST when something was left unread

private:
    FileDescriptor socket_;
    Endpoint local_;
    Endpoint remote_;
};

}   // namespace barrage
