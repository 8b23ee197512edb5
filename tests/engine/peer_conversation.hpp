#pragma once
// What conversations of one peer are made of: the messages that the other side says, by hand from the RFCs, and routes to tell
// it.

#include "tests/support/doctest.hpp"

#include "codec/message/update_view.hpp"
#include "rib/attribute_pool.hpp"
#include "tests/support/conversation.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

using namespace std::chrono_literals;

inline Octets message(const std::string& length_type_and_body)
{
    return hex("ffffffffffffffffffffffffffffffff" + length_type_and_body);
}

// The peer: AS 65002 (fdea), hold time 90 (005a), identifier 10.0.0.2; IPv4 unicast, route refresh, four-octet AS.
// 19 + 10 + parameters (8 + 4 + 8, and an empty one of 2) = 51 = 0x33
inline Octets open_as(const std::string& as, const std::string& identifier = "0a000002", const std::string& hold = "005a")
{
    return message("0033 01 04" + as + hold + identifier + "16" + "02 06 01 04 00 01 00 01" + "02 02 02 00" + "02 06 41 04 0000" +
                   as + " 02 00");
}
inline const auto open = open_as("fdea");
inline const auto keepalive = message("0013 04");
inline const auto end_of_rib = message("0017 02 0000 0000");
inline Octets notification(const std::string& code, const std::string& subcode, const std::string& data = "")
{
    const auto length = 21 + hex(data).size();
    return message("00" + to_hex(Octets{static_cast<std::uint8_t>(length)}) + "03" + code + subcode + data);
}

inline PeerConfig config()
{
    PeerConfig config;
    config.session.open = {.my_as = {65001}, .hold_time = 180s, .bgp_identifier = {0x0a000001}};
    config.session.peer_as = Asn{65002};
    return config;
}

inline PeerConfig passive()
{
    auto with = config();
    with.passive = true;
    return with;
}

inline Conversation conversation(PeerConfig with = config()) { return Conversation{std::move(with)}; }

inline Expected sends_open() { return any_open(); }
inline Expected sends_keepalive() { return exactly("KEEPALIVE", keepalive); }
inline Expected sends_end_of_rib() { return exactly("End-of-RIB", end_of_rib); }

inline Conversation established(PeerConfig with = config())
{
    auto talk = conversation(std::move(with));
    talk.expect_send(sends_open())
        .receive("OPEN", open)
        .expect_send(sends_keepalive())
        .receive("KEEPALIVE", keepalive)
        .expect_send(sends_end_of_rib())
        .expect_nothing();
    return talk;
}

inline void establish(FakePeer& fake)
{
    fake.start();
    fake.connect();
    fake.receive(0, open);
    fake.receive(0, keepalive);
    REQUIRE(fake.peer.session(0).established());
    while (!fake.next_sent(0).empty()) {
    }
}

struct Rib {
    AttributePool pool;

    RouteKey key(std::uint8_t x) { return {ipv4_unicast, std::nullopt, std::string{24, 10, 0, static_cast<char>(x)}}; }
    AttributeSetRef attributes() { return pool.intern(hex("40 01 01 00  40 02 00"), hex("c0 00 02 01")); }
    std::shared_ptr<const RouteSet> table(std::uint32_t routes)
    {
        RouteSetBuilder builder{pool, RouteSetBuilder::Order::by_attribute_set};
        Octets nlri;
        for (std::uint32_t i = 0; i < routes; ++i) {
            nlri.push_back(24);
            Writer{nlri}.u24(0x0b0000 + i);
        }
        builder.add({RouteBatch::Kind::announce, ipv4_unicast, attributes()->octets(), hex("c0 00 02 01"), nlri, false, routes});
        return std::move(builder).finish();
    }
};

/// Routes announced and withdrawn, and End-of-RIBs, in what was sent.
struct Sent {
    std::size_t announced = 0;
    std::size_t withdrawn = 0;
    std::size_t ends = 0;
    std::size_t keepalives = 0;
};
inline Sent take_sent(FakePeer& fake, std::size_t slot = 0)
{
    Sent sent;
    for (auto octets = fake.next_sent(slot); !octets.empty(); octets = fake.next_sent(slot)) {
        if (octets[18] == 4) ++sent.keepalives;
        if (octets[18] != 2) continue;
        const auto view = split_update(octets);
        REQUIRE(view.has_value());
        if (view->end_of_rib()) ++sent.ends;
        sent.announced += fit_prefixes(view->nlri, view->nlri.size(), ~0u, false).routes;
        sent.withdrawn += fit_prefixes(view->withdrawn, view->withdrawn.size(), ~0u, false).routes;
    }
    return sent;
}

}   // namespace barrage
