#pragma once
// TCP between simulated machines, as one Network: what is written arrives later, in pieces, in order on each connection and in any order between
// them, as far as buffers have room. Faults cut, reset, close, stall and half-close connections at any octet. Its descriptors are its own numbers:
// SimWaiter asks `readiness()` for them. One thread, that of its World.

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "io/network.hpp"
#include "io/waiter.hpp"
#include "tests/simulation/world.hpp"

namespace barrage::simulation {

/// How connections are, drawn for each of them between 1 (or 0) and these.
struct Conditions {
    Duration delay = std::chrono::microseconds{100};   // one way, at most
    Duration jitter = std::chrono::microseconds{20};   // of each segment, on top of that
    std::size_t buffer = 65536;                        // of either side, at least: of what is sent and of what has arrived
    std::size_t segment = 1460;                        // octets that arrive together
    std::size_t most_at_once = 1 << 20;                // octets that one read() or write() moves

    friend bool operator==(const Conditions&, const Conditions&) = default;
};

/// Something that befalls a connection, once.
struct LinkFault {
    enum class Kind : std::uint8_t {
        reset_both,   // both ends are reset: a middlebox forgot it
        reset_near,   // the end that connected is reset, the other one is told nothing
        reset_far,
        close,        // FIN to both ends, as from a proxy that ends
        half_close,   // FIN to the end that accepted
        stall,        // nothing goes either way for a time
        vanish,       // nothing goes any more, for ever
    };
    Kind kind = Kind::reset_both;
    std::uint32_t connection = 0;   // which, in the order of their making
    std::uint64_t octets = 0;       // behind so many that the connecting end was able to send
    Duration time{};                // of a stall

    friend bool operator==(const LinkFault&, const LinkFault&) = default;
};
std::string_view name_of(LinkFault::Kind kind) noexcept;

/// Which end of a connection.
enum class Side : std::uint8_t { connecting, accepting };
constexpr Side other(Side side) noexcept { return side == Side::connecting ? Side::accepting : Side::connecting; }

/// Sees what applications do with connections. `connection` counts from 0, in the order of their making.
class ConnectionWatch {
public:
    virtual ~ConnectionWatch() = default;
    virtual void connected(std::uint32_t connection, const Endpoint& from, const Endpoint& to) = 0;
    /// These octets were taken from (read) or given to (written) a connection by the application at this end.
    virtual void was_read(std::uint32_t connection, Side by, OctetView octets) = 0;
    virtual void was_written(std::uint32_t connection, Side by, OctetView octets) = 0;
    /// So many more octets of what this end had written have come to the other one, and it knows.
    virtual void was_acknowledged(std::uint32_t connection, Side to, std::size_t octets) = 0;
    virtual void befell(const LinkFault&) {}
};

struct Link;
/// One end of a connection.
struct LinkEnd {
    std::shared_ptr<Link> link;
    Side side = Side::connecting;
};

class SimNetwork final : public Network {
public:
    SimNetwork(World& world, Conditions conditions, std::vector<LinkFault> faults, ConnectionWatch& watch);
    ~SimNetwork() override;

    IoResult<std::unique_ptr<ConnectionAttempt>> connect(const Endpoint& remote, const ConnectOptions& options) override;
    IoResult<std::unique_ptr<ListeningSocket>> listen(const Endpoint& local, const ListenOptions& options) override;
    /// Whoever listens has an IPv6 address beside the IPv4 one, so that it can be the next hop of routes of both families.
    [[nodiscard]] std::vector<InterfaceAddress> addresses() const override;

    /// As poll(2) would say it of one of its descriptors.
    [[nodiscard]] Waiter::Ready readiness(int fd, std::uint64_t tag, Waiter::Interest interest) const;

private:
    friend class SimConnection;
    friend class SimAttempt;
    friend class SimListener;
    /// What a descriptor is: one of these.
    struct Socket {
        LinkEnd end = {};   // a connection
        const class SimAttempt* attempt = nullptr;
        const class SimListener* listener = nullptr;
    };

    int open(Socket socket);
    void close(int fd) { sockets_.erase(fd); }
    std::shared_ptr<Link> make_link(const Endpoint& from, const Endpoint& to);
    void pump(const std::shared_ptr<Link>& link, Side from);
    void arrive(const std::shared_ptr<Link>& link, Side at);
    void send_reset(const std::shared_ptr<Link>& link, Side from);
    void befall(const std::shared_ptr<Link>& link);
    [[nodiscard]] ReadResult read(LinkEnd& end, std::span<std::uint8_t> into);
    [[nodiscard]] WriteResult write(LinkEnd& end, std::span<const iovec> pieces);
    void finish(LinkEnd& end);
    void leave(LinkEnd& end);

    World& world_;
    Conditions conditions_;
    std::vector<LinkFault> faults_;
    ConnectionWatch& watch_;
    std::map<int, Socket> sockets_;
    std::map<Endpoint, SimListener*> listeners_;
    std::uint32_t connections_ = 0;
    int next_fd_ = 1000;   // far from those of the process
    std::uint16_t next_port_ = 40000;
};

}   // namespace barrage::simulation
