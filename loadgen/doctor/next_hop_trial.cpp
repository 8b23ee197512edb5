#include "loadgen/doctor/next_hop_trial.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "io/message_framer.hpp"

namespace barrage::doctor {

namespace {

constexpr std::array<std::uint8_t, 4> prefix{24, 203, 0, 113};   // as NLRI

/// RFC 4271 section 4.3: ORIGIN IGP, AS_PATH of the one AS, NEXT_HOP.
Octets announcement(Asn as, Ipv4Address next_hop, bool four_octet_as)
{
    Octets octets;
    encode_message(octets, MessageType::update, [&](Writer& out) {
        constexpr std::uint8_t transitive = 0x40, sequence = 2;
        out.u16(0);   // nothing is withdrawn
        out.u16(static_cast<std::uint16_t>(4 + (four_octet_as ? 9 : 7) + 7));
        for (const std::uint8_t octet : {transitive, std::uint8_t{1}, std::uint8_t{1}, std::uint8_t{0}}) out.u8(octet);
        for (const std::uint8_t octet :
             {transitive, std::uint8_t{2}, static_cast<std::uint8_t>(four_octet_as ? 6 : 4), sequence, std::uint8_t{1}})
            out.u8(octet);
        if (four_octet_as)
            out.u32(as.value);
        else
            out.u16(static_cast<std::uint16_t>(as.value));
        for (const std::uint8_t octet : {transitive, std::uint8_t{3}, std::uint8_t{4}}) out.u8(octet);
        out.u32(next_hop.value);
        for (const auto octet : prefix) out.u8(octet);
    });
    return octets;
}

/// The whole messages that are there; false where the connection is closed.
bool take_messages(int fd, MessageFramer& framer, auto&& take)
{
    const auto room = framer.space();
    const auto received = ::recv(fd, room.data(), room.size(), 0);
    if (received <= 0) return false;
    framer.filled(static_cast<std::size_t>(received));
    while (auto message = framer.next()) {
        if (!*message) break;
        take(**message);
    }
    return true;
}

MessageType type_of(OctetView message) { return MessageType{message[header_octets - 1]}; }

}   // namespace

NextHopTrial try_next_hop(const Probe& sender, const Probe& receiver, Asn as, Ipv4Address next_hop,
                          std::chrono::milliseconds timeout)
{
    NextHopTrial trial{.verdict = NextHopVerdict::dropped};
    const bool four_octet_as = sender.open && sender.open->find<capability::FourOctetAs>();
    const auto octets = announcement(as, next_hop, four_octet_as);
    if (::send(sender.socket.get(), octets.data(), octets.size(), MSG_NOSIGNAL) < 0) return trial;
    MessageFramer from_sender, from_receiver;
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (trial.verdict == NextHopVerdict::dropped) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) break;
        std::array<pollfd, 2> polled{pollfd{.fd = sender.socket.get(), .events = POLLIN, .revents = 0},
                                     pollfd{.fd = receiver.socket.get(), .events = POLLIN, .revents = 0}};
        if (::poll(polled.data(), polled.size(), static_cast<int>(left.count())) <= 0) continue;
        if (polled[0].revents != 0) {
            const bool is_open = take_messages(polled[0].fd, from_sender, [&](OctetView message) {
                if (type_of(message) != MessageType::notification) return;
                if (auto notification = decode_notification(message)) trial.notification = std::move(*notification);
                trial.verdict = NextHopVerdict::refused;
            });
            if (!is_open) trial.verdict = NextHopVerdict::refused;
        }
        if (polled[1].revents != 0) {
            const bool is_open = take_messages(polled[1].fd, from_receiver, [&](OctetView message) {
                if (type_of(message) == MessageType::update && !std::ranges::search(message, prefix).empty())
                    trial.verdict = NextHopVerdict::passed_on;
            });
            if (!is_open) break;
        }
    }
    return trial;
}

}   // namespace barrage::doctor
