#include "loadgen/routes/next_hop_words.hpp"

#include "codec/host_address.hpp"
#include "codec/writer.hpp"

namespace barrage {

std::optional<NextHopAddress> parse_next_hop(std::string_view word)
{
    const auto plus = word.find('+');
    const auto address = IpAddress::from_text(word.substr(0, plus));
    if (!address) return std::nullopt;
    NextHopAddress result{.address = *address};
    if (plus == std::string_view::npos) return result;
    result.link_local = Ipv6Address::from_text(word.substr(plus + 1));
    const bool is_link_local =
        result.link_local && result.link_local->value[0] == 0xfe && (result.link_local->value[1] & 0xc0) == 0x80;
    if (!is_link_local || address->is_v4()) return std::nullopt;
    return result;
}

namespace {

bool is_host(const IpAddress& address)
{
    if (address.is_v6()) return may_be_host(address.v6().value);
    Octets octets;
    Writer{octets}.u32(address.v4().value);
    return may_be_host(octets);
}

}   // namespace

std::expected<void, std::string> take_next_hop(std::string_view word, NextHopChoice& choice)
{
    const auto wrong = [&](std::string_view why) { return std::unexpected("'" + std::string{word} + "': " + std::string{why}); };
    if (word == "self" || word == "keep") {
        if (choice.mode != NextHopMode::automatic) return wrong("expected self or keep once");
        choice.mode = word == "self" ? NextHopMode::self : NextHopMode::keep;
        return {};
    }
    const auto given = parse_next_hop(word);
    if (!given) return wrong("expected self, keep, an address, or 2001:db8::1+fe80::1");
    if (!is_host(given->address)) return wrong("expected the address of a host");
    if (given->address.is_v4() ? choice.given.v4.has_value() : choice.given.v6.has_value())
        return wrong("expected one address for each family");
    if (given->address.is_v4()) {
        choice.given.v4 = given->address.v4();
    } else {
        choice.given.v6 = given->address.v6();
        choice.given.link_local = given->link_local;
    }
    return {};
}

}   // namespace barrage
