#pragma once
// The active side: starts a TCP connection that does not block, and finishes it when its socket is ready to write. One thread.

#include "io/tcp_connection.hpp"

namespace barrage {

class Connector final : public ConnectionAttempt {
public:
    /// What the kernel refuses at once (no such source, no route, no more descriptors) is the error.
    static IoResult<Connector> start(const Endpoint& remote, const ConnectOptions& options);

    [[nodiscard]] int fd() const noexcept override { return socket_.get(); }
    [[nodiscard]] const Endpoint& remote() const noexcept { return remote_; }

    IoResult<std::shared_ptr<Connection>> finish() override;

private:
    Connector(FileDescriptor socket, const Endpoint& remote) noexcept : socket_(std::move(socket)), remote_(remote) {}

    FileDescriptor socket_;
    Endpoint remote_;
};

}   // namespace barrage
