#pragma once
// The passive side: a listening socket, accepted from one connection at a time. When the process is out of descriptors
// it neither spins nor leaves peers hanging: a spare descriptor is given up to take the connection and reset it. One thread.

#include <optional>
#include <vector>

#include "io/connection.hpp"
#include "io/socket_options.hpp"
#include "io/tcp_md5.hpp"

namespace barrage {

struct ListenOptions {
    SocketOptions socket = {};   // accepted sockets inherit them; minimum_ttl then holds for every peer
    int backlog = 4096;          // the kernel cuts it to net.core.somaxconn
    bool v6_only = true;
    std::vector<TcpMd5Key> tcp_md5_keys = {};
};

struct AcceptResult {
    enum class Status : std::uint8_t {
        accepted,
        would_block,
        refused,    // `remote` was reset, for lack of descriptors; go on
        back_off,   // nothing could be taken: stop watching for a while (100 ms, say), or wait() returns at once
    };

    Status status = Status::would_block;
    Connection connection = {};
    Endpoint remote = {};
    IoError error = {};   // with refused and back_off
};

class Acceptor {
public:
    static IoResult<Acceptor> listen(const Endpoint& local, const ListenOptions& options);

    /// To be watched for reading.
    [[nodiscard]] int fd() const noexcept { return socket_.get(); }
    /// With the port the kernel gave when 0 was asked for.
    [[nodiscard]] const Endpoint& local() const noexcept { return local_; }

    AcceptResult accept();

private:
    explicit Acceptor(FileDescriptor socket);
    AcceptResult refuse(int number);

    FileDescriptor socket_;
    FileDescriptor spare_;
    Endpoint local_;
};

}   // namespace barrage
