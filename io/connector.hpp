#pragma once
// The active side: starts a TCP connection that does not block, and finishes it when its socket is ready to write. How
// long to wait for that (ConnectRetryTimer) is the caller's business: to destroy a Connector ends the attempt. One thread.

#include <optional>

#include "io/connection.hpp"
#include "io/socket_options.hpp"
#include "io/tcp_md5.hpp"

namespace barrage {

struct ConnectOptions {
    std::optional<Endpoint> source = {};   // port 0: the kernel's choice
    SocketOptions socket = {};
    std::optional<std::string> tcp_md5_key = {};   // for the remote address
};

class Connector {
public:
    /// What the kernel refuses at once (no such source, no route, no more descriptors) is the error.
    static IoResult<Connector> start(const Endpoint& remote, const ConnectOptions& options);

    /// To be watched for writing, and unwatched before finish().
    [[nodiscard]] int fd() const noexcept { return socket_.get(); }
    [[nodiscard]] const Endpoint& remote() const noexcept { return remote_; }

    /// The connection, or nothing while it is still under way, or why there is none.
    IoResult<std::optional<Connection>> finish();

private:
    Connector(FileDescriptor socket, const Endpoint& remote) noexcept : socket_(std::move(socket)), remote_(remote) {}

    FileDescriptor socket_;
    Endpoint remote_;
};

}   // namespace barrage
