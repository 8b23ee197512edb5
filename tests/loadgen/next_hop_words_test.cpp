#include "tests/support/doctest.hpp"

#include "loadgen/routes/next_hop_words.hpp"

namespace barrage {

TEST_CASE("a next hop is a word, and an address for each family")
{
    NextHopChoice choice;
    CHECK(choice.mode == NextHopMode::automatic);
    CHECK(take_next_hop("keep", choice));
    CHECK(take_next_hop("192.0.2.1", choice));
    CHECK(take_next_hop("2001:db8::1+fe80::1", choice));
    CHECK(choice == NextHopChoice{NextHopMode::keep,
                                  {.v4 = Ipv4Address::from_text("192.0.2.1"),
                                   .v6 = Ipv6Address::from_text("2001:db8::1"),
                                   .link_local = Ipv6Address::from_text("fe80::1")}});
    CHECK_FALSE(take_next_hop("self", choice));   // keep was said
    CHECK_FALSE(take_next_hop("192.0.2.2", choice));
    CHECK_FALSE(take_next_hop("2001:db8::2", choice));
}

TEST_CASE("a mapped address is one of IPv6, because it was asked for")
{
    NextHopChoice choice;
    CHECK(take_next_hop("::ffff:192.0.2.1", choice));
    CHECK(choice.given.v6 == Ipv6Address::from_text("::ffff:192.0.2.1"));
    CHECK_FALSE(choice.given.v4);
}

TEST_CASE("what is no next hop is refused")
{
    for (const auto* word : {"", "other", "192.0.2.1+fe80::1", "2001:db8::1+2001:db8::2", "2001:db8::1+", "192.0.2.1/24"}) {
        CAPTURE(std::string{word});
        NextHopChoice choice;
        CHECK_FALSE(take_next_hop(word, choice));
    }
}

}   // namespace barrage
