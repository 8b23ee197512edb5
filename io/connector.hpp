#pragma once
// A connection being made: non-blocking, from a source address where one is asked for. Wait for its descriptor to become writable, then
// finish(). One thread.

#include <memory>
#include <optional>

#include "io/connection.hpp"
#include "io/io_error.hpp"
#include "io/socket_options.hpp"

namespace barrage {

class Connector {
public:
    static IoResult<Connector> begin(const Endpoint& remote, const std::optional<IpAddress>& source, const SocketOptions& options);

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    /// Nothing while it is still under way. The descriptor belongs to the connection afterwards.
    IoResult<std::shared_ptr<Connection>> finish();

private:
    explicit Connector(FileDescriptor fd, Endpoint remote) : fd_(std::move(fd)), remote_(remote) {}

    FileDescriptor fd_;
    Endpoint remote_;
};

} // namespace barrage
