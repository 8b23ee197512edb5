#include "io/network.hpp"

#include "io/acceptor.hpp"
#include "io/connector.hpp"

namespace barrage {

namespace {

/// On the heap, as the interface that it is.
template <class Interface, class Real>
IoResult<std::unique_ptr<Interface>> as(IoResult<Real> made)
{
    if (!made) return std::unexpected{std::move(made.error())};
    return std::make_unique<Real>(std::move(*made));
}

class TcpNetwork final : public Network {
public:
    IoResult<std::unique_ptr<ConnectionAttempt>> connect(const Endpoint& remote, const ConnectOptions& options) override
    {
        return as<ConnectionAttempt>(Connector::start(remote, options));
    }
    IoResult<std::unique_ptr<ListeningSocket>> listen(const Endpoint& local, const ListenOptions& options) override
    {
        return as<ListeningSocket>(Acceptor::listen(local, options));
    }
    [[nodiscard]] std::vector<InterfaceAddress> addresses() const override { return interface_addresses(); }
};

}   // namespace

Network& tcp_network() noexcept
{
    static TcpNetwork network;
    return network;
}

}   // namespace barrage
