#pragma once
// What sessions need of TCP, as interfaces: connections, attempts at one, listening sockets, and the Network that makes them. The engine sees only
// these, so that tests/simulation can put a network of its own in their place; tcp_network() is the kernel's. A virtual call stands in front of a
// system call each time, never of an octet or a route. Descriptors are numbers for the Waiter that belongs to the network.

#include <sys/uio.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/endpoint.hpp"
#include "io/interface_addresses.hpp"
#include "io/io_error.hpp"
#include "io/socket_options.hpp"
#include "io/tcp_md5.hpp"
#include "io/transfer.hpp"

namespace barrage {

/// A connection that never blocks: octets between it and the caller's buffers, no decision. It is watched by fd() with a Waiter, and unwatched
/// before it goes. To destroy it closes it. One thread.
class Connection {
public:
    virtual ~Connection() = default;

    [[nodiscard]] virtual int fd() const noexcept = 0;
    /// As they were when the connection came up.
    [[nodiscard]] virtual const Endpoint& local() const noexcept = 0;
    [[nodiscard]] virtual const Endpoint& remote() const noexcept = 0;
    /// Options of a connection that was accepted; the first refusal is the error.
    virtual IoResult<void> set_options(const SocketOptions& options) = 0;

    /// Fewer octets than there is room for may still leave some behind; would_block says that nothing is left. `into` is not empty.
    virtual ReadResult read(std::span<std::uint8_t> into) noexcept = 0;
    /// As much of the pieces, in their order, as there is room for. No SIGPIPE.
    virtual WriteResult write(std::span<const iovec> pieces) noexcept = 0;
    /// Octets that were accepted by write() and that the other side has not acknowledged yet; one more after shutdown_send(), until the FIN is
    /// acknowledged.
    [[nodiscard]] virtual std::size_t unacknowledged() const noexcept = 0;

    virtual void shutdown_send() noexcept = 0;   // FIN after what is queued; reading goes on
    virtual void reset() noexcept = 0;           // RST, and what is queued is dropped; closes

protected:
    Connection() = default;
    Connection(const Connection&) = default;
    Connection(Connection&&) = default;
    Connection& operator=(const Connection&) = default;
    Connection& operator=(Connection&&) = default;
};

struct ConnectOptions {
    std::optional<Endpoint> source = {};   // port 0: the network's choice
    SocketOptions socket = {};
    std::optional<std::string> tcp_md5_key = {};   // for the remote address
};

/// How long to wait for it (ConnectRetryTimer) is the caller's business: to destroy it ends the attempt. One thread.
class ConnectionAttempt {
public:
    virtual ~ConnectionAttempt() = default;

    /// To be watched for writing, and unwatched before finish().
    [[nodiscard]] virtual int fd() const noexcept = 0;
    /// The connection, or null while it is still under way, or why there is none.
    virtual IoResult<std::shared_ptr<Connection>> finish() = 0;

protected:
    ConnectionAttempt() = default;
    ConnectionAttempt(ConnectionAttempt&&) = default;
    ConnectionAttempt& operator=(ConnectionAttempt&&) = default;
};

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
    std::shared_ptr<Connection> connection = {};   // only with accepted
    Endpoint remote = {};
    IoError error = {};   // with refused and back_off
};

/// Accepted from one connection at a time. One thread.
class ListeningSocket {
public:
    virtual ~ListeningSocket() = default;

    /// To be watched for reading.
    [[nodiscard]] virtual int fd() const noexcept = 0;
    /// With the port the network gave when 0 was asked for.
    [[nodiscard]] virtual const Endpoint& local() const noexcept = 0;
    virtual AcceptResult accept() = 0;

protected:
    ListeningSocket() = default;
    ListeningSocket(ListeningSocket&&) = default;
    ListeningSocket& operator=(ListeningSocket&&) = default;
};

/// Where sessions get their connections from. It outlives what it makes.
class Network {
public:
    virtual ~Network() = default;

    /// What is refused at once (no such source, no route, no more descriptors) is the error.
    virtual IoResult<std::unique_ptr<ConnectionAttempt>> connect(const Endpoint& remote, const ConnectOptions& options) = 0;
    virtual IoResult<std::unique_ptr<ListeningSocket>> listen(const Endpoint& local, const ListenOptions& options) = 0;
    /// Those of this machine.
    [[nodiscard]] virtual std::vector<InterfaceAddress> addresses() const = 0;
};

/// The kernel's TCP. Any thread.
Network& tcp_network() noexcept;

}   // namespace barrage
