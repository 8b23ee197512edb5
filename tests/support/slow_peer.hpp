#pragma once
// A neighbour that reads only when it is told to: a socket and a Receiver on the test's own thread, with a small receive buffer,
// so that whoever sends to it is soon blocked. It agrees on no hold time, and says nothing after its OPEN and first KEEPALIVE.

#include <optional>

#include "engine/receiver.hpp"
#include "io/endpoint.hpp"
#include "io/message_framer.hpp"

namespace barrage {

class SlowPeer {
public:
    static constexpr Asn as{65002};

    /// Listens on loopback.
    SlowPeer();
    ~SlowPeer();
    SlowPeer(const SlowPeer&) = delete;
    SlowPeer& operator=(const SlowPeer&) = delete;

    [[nodiscard]] Endpoint endpoint() const { return local_endpoint(listener_); }
    /// Accepts the connection that is being made, and says OPEN and KEEPALIVE; false when none comes.
    [[nodiscard]] bool meet(Asn neighbor);
    /// Reads what is there, at most so many octets. False once the connection is gone.
    bool read(std::size_t most);
    [[nodiscard]] const Receiver& receiver() const noexcept { return receiver_; }

private:
    int listener_ = -1;
    int socket_ = -1;
    MessageFramer framer_;
    PrefixIndex prefixes_;
    Receiver receiver_{{}, prefixes_};
    Negotiated negotiated_;
};

}   // namespace barrage
