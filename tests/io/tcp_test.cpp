// Sockets over loopback, IPv4 and IPv6, port 0: everything waits on events with a deadline, through both waiters.

#include "tests/support/doctest.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>

#include "io/acceptor.hpp"
#include "io/connector.hpp"
#include "io/executor.hpp"
#include "io/poll_loop.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

using Clock = Waiter::Clock;

const Endpoint loopback_v4 = *Endpoint::from_text("127.0.0.1:0");
const Endpoint loopback_v6 = *Endpoint::from_text("[::1]:0");

/// One readiness, or false at a deadline that only a lost event reaches.
bool wait_for(Waiter& waiter, int fd, Waiter::Interest interest, Clock::duration longest = 20s)
{
    std::vector<Waiter::Ready> ready;
    const auto watch = waiter.watch(fd, 0, interest);
    waiter.wait(Clock::now() + longest, ready);
    waiter.unwatch(watch);
    return !ready.empty();
}

bool wait_to_read(Waiter& waiter, int fd) { return wait_for(waiter, fd, {.read = true}); }

IoResult<std::shared_ptr<Connection>> connect(Waiter& waiter, const Endpoint& remote, const ConnectOptions& options = {})
{
    auto connector = Connector::start(remote, options);
    if (!connector) return std::unexpected{connector.error()};
    for (;;) {
        REQUIRE(wait_for(waiter, connector->fd(), {.write = true}));
        auto finished = connector->finish();
        if (!finished) return std::unexpected{finished.error()};
        if (*finished) return std::move(*finished);
    }
}

struct Pair {
    std::shared_ptr<Connection> active;
    std::shared_ptr<Connection> passive;
};

Pair connected(Waiter& waiter, const Endpoint& local, const ConnectOptions& options = {}, const ListenOptions& listen = {})
{
    auto acceptor = Acceptor::listen(local, listen);
    REQUIRE_MESSAGE(acceptor, (acceptor ? "" : acceptor.error().text));
    auto active = connect(waiter, acceptor->local(), options);
    REQUIRE_MESSAGE(active, (active ? "" : active.error().text));
    REQUIRE(wait_to_read(waiter, acceptor->fd()));
    auto accepted = acceptor->accept();
    REQUIRE(accepted.status == AcceptResult::Status::accepted);
    CHECK(accepted.remote == (*active)->local());
    CHECK(acceptor->accept().status == AcceptResult::Status::would_block);
    return {std::move(*active), std::move(accepted.connection)};
}

int option_of(int fd, int level, int option)
{
    int value = -1;
    socklen_t length = sizeof value;
    CHECK(::getsockopt(fd, level, option, &value, &length) == 0);
    return value;
}

WriteResult write_text(Connection& connection, std::string_view text)
{
    const iovec piece{.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
    return connection.write({&piece, 1});
}

std::string read_text(Waiter& waiter, Connection& connection, std::size_t octets)
{
    std::string text;
    std::array<std::uint8_t, 65536> buffer;
    while (text.size() < octets) {
        REQUIRE(wait_to_read(waiter, connection.fd()));
        const auto result = connection.read(buffer);
        if (result.status != ReadResult::Status::octets) break;
        text.append(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(result.octets));
    }
    return text;
}

/// How many descriptors this process may have, for as long as it lives.
struct DescriptorLimit {
    explicit DescriptorLimit(rlim_t limit)
    {
        ::getrlimit(RLIMIT_NOFILE, &before);
        const rlimit lower{.rlim_cur = limit, .rlim_max = before.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &lower) == 0);
    }
    ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before); }
    rlimit before{};
};

}   // namespace

#define BOTH_WAITERS PollLoop, Executor

TEST_CASE_TEMPLATE("a connection carries octets both ways and tells its ends", W, BOTH_WAITERS)
{
    W waiter;
    for (const auto& local : {loopback_v4, loopback_v6}) {
        auto [active, passive] = connected(waiter, local);
        CHECK(active->remote() == passive->local());
        CHECK(active->local() == passive->remote());
        CHECK(active->remote().port != 0);
        CHECK(active->remote().address == local.address);

        const std::string_view words[] = {"ab", "", "cde"};
        iovec pieces[3];
        for (int i = 0; i < 3; ++i) pieces[i] = {const_cast<char*>(words[i].data()), words[i].size()};
        CHECK(active->write(pieces).octets == 5);
        CHECK(read_text(waiter, *passive, 5) == "abcde");
        CHECK(write_text(*passive, "xyz").octets == 3);
        CHECK(read_text(waiter, *active, 3) == "xyz");
        std::array<std::uint8_t, 8> buffer;
        CHECK(active->read(buffer).status == ReadResult::Status::would_block);
    }
}

TEST_CASE_TEMPLATE("a close is read as the end, a reset as an error, and neither kills the writer", W, BOTH_WAITERS)
{
    W waiter;
    std::array<std::uint8_t, 8> buffer;
    auto [active, passive] = connected(waiter, loopback_v4);
    active->shutdown_send();
    REQUIRE(wait_to_read(waiter, passive->fd()));
    CHECK(passive->read(buffer).status == ReadResult::Status::closed);
    CHECK(write_text(*passive, "still").octets == 5);
    CHECK(read_text(waiter, *active, 5) == "still");

    passive->reset();
    CHECK(passive->fd() == -1);
    CHECK(passive->remote() == active->local());
    REQUIRE(wait_to_read(waiter, active->fd()));
    const auto result = active->read(buffer);
    CHECK(result.status == ReadResult::Status::error);
    CHECK(result.error.value() == ECONNRESET);
    CHECK(write_text(*active, "x").status == WriteResult::Status::error);   // EPIPE, not SIGPIPE
}

TEST_CASE_TEMPLATE("a peer that does not read blocks the writer, who sees what is not acknowledged", W, BOTH_WAITERS)
{
    W waiter;
    auto [active, passive] = connected(waiter, loopback_v4);
    CHECK(active->unacknowledged() == 0);
    const std::string block(1 << 20, 'x');
    std::size_t sent = 0;
    for (;;) {
        const auto result = write_text(*active, block);
        if (result.status == WriteResult::Status::would_block) break;
        REQUIRE(result.status == WriteResult::Status::octets);
        sent += result.octets;
        REQUIRE(sent < std::size_t{1} << 30);
    }
    CHECK(active->unacknowledged() > 0);
    CHECK(active->unacknowledged() <= sent);
    CHECK(read_text(waiter, *passive, sent).size() == sent);
    CHECK(wait_for(waiter, active->fd(), {.write = true}));
    // The last acknowledgement has no event of its own; an answer carries it.
    CHECK(write_text(*passive, "y").octets == 1);
    CHECK(read_text(waiter, *active, 1) == "y");
    CHECK(active->unacknowledged() == 0);
}

TEST_CASE_TEMPLATE("a refused connection is an error that names the router", W, BOTH_WAITERS)
{
    W waiter;
    for (const auto& local : {loopback_v4, loopback_v6}) {
        auto acceptor = Acceptor::listen(local, {});
        REQUIRE(acceptor);
        const auto remote = acceptor->local();
        {
            const auto gone = std::move(*acceptor);
        }
        const auto connection = connect(waiter, remote);
        REQUIRE_FALSE(connection);
        CHECK(connection.error().code.value() == ECONNREFUSED);
        CHECK(connection.error().text.find(to_text(remote)) != std::string::npos);
    }
}

TEST_CASE("an attempt under way is no connection, and no error")
{
    auto acceptor = Acceptor::listen(loopback_v4, {.backlog = 0});
    REQUIRE(acceptor);
    // Beyond the backlog the kernel drops the SYN: these attempts stay under way.
    std::vector<Connector> attempts;
    std::size_t under_way = 0;
    for (int i = 0; i < 4; ++i) {
        auto connector = Connector::start(acceptor->local(), {});
        REQUIRE(connector);
        const auto finished = connector->finish();
        REQUIRE(finished);
        under_way += *finished ? 0 : 1;
        attempts.push_back(std::move(*connector));
    }
    CHECK(under_way > 0);
}

TEST_CASE_TEMPLATE("the source address is ours to choose", W, BOTH_WAITERS)
{
    W waiter;
    ConnectOptions options{.source = Endpoint::from_text("127.0.7.9:0")};
    CHECK(to_text(connected(waiter, loopback_v4, options).passive->remote().address) == "127.0.7.9");
    options.source = loopback_v6;
    CHECK(connected(waiter, loopback_v6, options).passive->remote().address == loopback_v6.address);

    options.source = Endpoint::from_text("192.0.2.77:0");   // TEST-NET-1, RFC 5737: nobody's
    const auto foreign = Connector::start(loopback_v4, options);
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error().code.value() == EADDRNOTAVAIL);
    options.source = loopback_v6;
    CHECK_FALSE(Connector::start(loopback_v4, options));
}

TEST_CASE_TEMPLATE("options reach both sockets, and GTSM lets only near ones in", W, BOTH_WAITERS)
{
    W waiter;
    const SocketOptions wanted{
        .send_buffer_octets = 100'000, .receive_buffer_octets = 50'000, .ttl = 255, .minimum_ttl = 255, .user_timeout = 30s};
    for (const auto& local : {loopback_v4, loopback_v6}) {
        auto [active, passive] = connected(waiter, local, {.socket = wanted}, {.socket = wanted});
        const bool v4 = local.address.is_v4();
        for (const int fd : {active->fd(), passive->fd()}) {
            CHECK(option_of(fd, IPPROTO_TCP, TCP_NODELAY) == 1);
            CHECK(option_of(fd, SOL_SOCKET, SO_SNDBUF) == 200'000);   // doubled: socket(7)
            CHECK(option_of(fd, SOL_SOCKET, SO_RCVBUF) == 100'000);
            CHECK(option_of(fd, IPPROTO_TCP, TCP_USER_TIMEOUT) == 30'000);
            CHECK((v4 ? option_of(fd, IPPROTO_IP, IP_TTL) : option_of(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS)) == 255);
            CHECK((v4 ? option_of(fd, IPPROTO_IP, IP_MINTTL) : option_of(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT)) == 255);
            CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
            CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
        }
        CHECK(write_text(*active, "near").octets == 4);
        CHECK(read_text(waiter, *passive, 4) == "near");

        // With a TTL of 64 not even the SYN arrives.
        auto acceptor = Acceptor::listen(local, {.socket = wanted});
        REQUIRE(acceptor);
        const auto far = Connector::start(acceptor->local(), {.socket = {.ttl = 64}});
        REQUIRE(far);
        CHECK_FALSE(wait_for(waiter, acceptor->fd(), {.read = true}, 50ms));
    }
}

TEST_CASE("a listener for both families takes IPv4, and tells it as IPv4")
{
    PollLoop waiter;
    const auto any = *Endpoint::from_text("[::]:0");
    auto both = Acceptor::listen(any, {.v6_only = false});
    REQUIRE(both);
    auto target = loopback_v4;
    target.port = both->local().port;
    const auto active = connect(waiter, target);
    REQUIRE(active);
    const auto accepted = both->accept();
    REQUIRE(accepted.status == AcceptResult::Status::accepted);
    CHECK(accepted.remote.address == loopback_v4.address);
    CHECK(accepted.connection->local() == target);

    auto v6_alone = Acceptor::listen(any, {});
    REQUIRE(v6_alone);
    target.port = v6_alone->local().port;
    CHECK_FALSE(connect(waiter, target));
}

TEST_CASE("a port that is taken is an error that says so")
{
    const auto first = Acceptor::listen(loopback_v4, {});
    REQUIRE(first);
    const auto second = Acceptor::listen(first->local(), {});
    REQUIRE_FALSE(second);
    CHECK(second.error().code.value() == EADDRINUSE);
    CHECK(second.error().text.find(to_text(first->local())) != std::string::npos);
}

TEST_CASE_TEMPLATE("out of descriptors, a connection is refused at once and nothing spins", W, BOTH_WAITERS)
{
    W waiter;
    auto acceptor = Acceptor::listen(loopback_v4, {});
    REQUIRE(acceptor);
    auto first = connect(waiter, acceptor->local());
    REQUIRE(first);
    const FileDescriptor highest{::fcntl(0, F_DUPFD_CLOEXEC, 0)};
    std::vector<FileDescriptor> all;
    {
        const DescriptorLimit limit{64};
        for (;;) {
            FileDescriptor fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
            if (!fd) break;
            all.push_back(std::move(fd));
        }
        const auto refused = acceptor->accept();
        CHECK(refused.status == AcceptResult::Status::refused);
        CHECK(refused.remote == (*first)->local());
        CHECK(refused.error.code.value() == EMFILE);
        CHECK(refused.error.text.find("ulimit") != std::string::npos);
        CHECK(acceptor->accept().status == AcceptResult::Status::would_block);   // nobody waits: nothing to wake up for
        CHECK(acceptor->accept().status == AcceptResult::Status::would_block);
    }
    all.clear();
    REQUIRE(wait_to_read(waiter, (*first)->fd()));
    std::array<std::uint8_t, 8> buffer;
    CHECK((*first)->read(buffer).status == ReadResult::Status::error);
    const auto second = connect(waiter, acceptor->local());
    CHECK(second);
    CHECK(acceptor->accept().status == AcceptResult::Status::accepted);
}

TEST_CASE_TEMPLATE("TCP MD5: equal keys connect, others never do", W, BOTH_WAITERS)
{
    W waiter;
    struct Row {
        const char* name;
        Endpoint local;
        TcpMd5Key listens;
        std::optional<std::string> connects;
        bool comes_up;
    };
    const auto v4 = loopback_v4.address;
    const auto v6 = loopback_v6.address;
    const Row rows[] = {
        {"IPv4, equal", loopback_v4, {v4, {}, "secret"}, "secret", true},
        {"IPv4, different", loopback_v4, {v4, {}, "secret"}, "Secret", false},
        {"IPv4, the router has one and we do not", loopback_v4, {v4, {}, "secret"}, std::nullopt, false},
        {"IPv4, we have one and the router does not", loopback_v4, {v4, {}, ""}, "secret", false},
        {"IPv4, by prefix", loopback_v4, {*IpAddress::from_text("127.0.0.0"), 8, "secret"}, "secret", true},
        {"IPv4, by prefix, different", loopback_v4, {*IpAddress::from_text("127.0.0.0"), 8, "secret"}, "other", false},
        {"IPv6, equal", loopback_v6, {v6, {}, "secret"}, "secret", true},
        {"IPv6, different", loopback_v6, {v6, {}, "secret"}, "other", false},
        {"80 octets", loopback_v4, {v4, {}, std::string(80, 'k')}, std::string(80, 'k'), true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        ListenOptions options;
        if (!row.listens.key.empty()) options.tcp_md5_keys = {row.listens};
        auto acceptor = Acceptor::listen(row.local, options);
        if (!acceptor && acceptor.error().code.value() == ENOPROTOOPT) {
            MESSAGE("skipped: " << acceptor.error().text);
            continue;
        }
        REQUIRE_MESSAGE(acceptor, (acceptor ? "" : acceptor.error().text));
        auto connector = Connector::start(acceptor->local(), {.tcp_md5_key = row.connects});
        REQUIRE_MESSAGE(connector, (connector ? "" : connector.error().text));
        // A mismatch is silence: nothing is due within the kernel's second of retransmission but the first SYN.
        const bool comes_up = wait_for(waiter, acceptor->fd(), {.read = true}, row.comes_up ? Clock::duration{20s} : 50ms);
        CHECK(comes_up == row.comes_up);
        const auto finished = connector->finish();
        CHECK((finished && *finished) == row.comes_up);
    }
}

TEST_CASE("TCP MD5: a listener takes and drops keys later, and refuses those that cannot be")
{
    PollLoop waiter;
    auto acceptor = Acceptor::listen(loopback_v4, {});
    REQUIRE(acceptor);
    const auto set = set_tcp_md5(acceptor->fd(), {loopback_v4.address, {}, "later"});
    if (!set && set.error().code.value() == ENOPROTOOPT) {
        MESSAGE("skipped: " << set.error().text);
        return;
    }
    REQUIRE(set);
    CHECK(connect(waiter, acceptor->local(), {.tcp_md5_key = "later"}));
    CHECK(acceptor->accept().status == AcceptResult::Status::accepted);
    CHECK(set_tcp_md5(acceptor->fd(), {loopback_v4.address, {}, ""}));
    CHECK(connect(waiter, acceptor->local()));

    const auto too_long = set_tcp_md5(acceptor->fd(), {loopback_v4.address, {}, std::string(81, 'k')});
    REQUIRE_FALSE(too_long);
    CHECK(too_long.error().text.find("80") != std::string::npos);
    CHECK_FALSE(set_tcp_md5(acceptor->fd(), {loopback_v4.address, 33, "key"}));

    auto both = Acceptor::listen(*Endpoint::from_text("[::]:0"),
                                 {.v6_only = false, .tcp_md5_keys = {{loopback_v4.address, {}, "mapped"}}});
    REQUIRE(both);
    auto target = loopback_v4;
    target.port = both->local().port;
    CHECK(connect(waiter, target, {.tcp_md5_key = "mapped"}));
}
