#pragma once
// A listening socket. One thread.

#include <memory>

#include "io/connection.hpp"
#include "io/io_error.hpp"
#include "io/socket_options.hpp"

namespace barrage {

class Acceptor {
public:
    static IoResult<Acceptor> listen(const Endpoint& local);

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    /// With the port that the kernel chose, where 0 was asked for.
    [[nodiscard]] const Endpoint& local() const noexcept { return local_; }
    /// The next connection; nothing when none waits. Out of file descriptors, the connection is closed at once and the error says so: it would
    /// else be reported again and again.
    IoResult<std::shared_ptr<Connection>> accept();

private:
    Acceptor(FileDescriptor fd, FileDescriptor spare, Endpoint local) : fd_(std::move(fd)), spare_(std::move(spare)), local_(local) {}

    FileDescriptor fd_;
    FileDescriptor spare_;   // given up for the moment it takes to close what there is no descriptor for
    Endpoint local_;
};

} // namespace barrage
