#pragma once
// The passive side: a listening socket, accepted from one connection at a time. When the process is out of descriptors
// it neither spins nor leaves peers hanging: a spare descriptor is given up to take the connection and reset it. One thread.

#include "io/tcp_connection.hpp"

namespace barrage {

class Acceptor final : public ListeningSocket {
public:
    static IoResult<Acceptor> listen(const Endpoint& local, const ListenOptions& options);

    [[nodiscard]] int fd() const noexcept override { return socket_.get(); }
    [[nodiscard]] const Endpoint& local() const noexcept override { return local_; }

    AcceptResult accept() override;

private:
    explicit Acceptor(FileDescriptor socket);
    AcceptResult refuse(int number);

    FileDescriptor socket_;
    FileDescriptor spare_;
    Endpoint local_;
};

}   // namespace barrage
