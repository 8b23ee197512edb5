#include "loadgen/exabgp/grammar/values.hpp"

#include <algorithm>

#include "codec/describe.hpp"
#include "codec/prefix.hpp"
#include "loadgen/exabgp/vocabulary/names.hpp"

namespace barrage::exabgp {

namespace {

template <class PrefixType>
std::optional<std::string_view> read_prefix_of(std::string_view text, IpPrefix& into)
{
    const auto prefix = PrefixType::from_text(text);
    if (!prefix) return "expected a prefix, as 192.0.2.0/24 or 2001:db8::/32";
    if (prefix->masked() != *prefix) return "a prefix with bits behind its length";
    into = {prefix->address, prefix->length};
    return std::nullopt;
}

template <class Value>
Value take_parsed(TokenCursor& words, std::string_view expected)
{
    const auto token = take_word(words, expected);
    const auto value = Value::from_text(token.text);
    if (!value) words.fail(token, "expected " + std::string{expected});
    return value.value_or(Value{});
}

}   // namespace

Token take_word(TokenCursor& words, std::string_view expected)
{
    const auto& next = words.peek();
    if (next.kind == Token::Kind::punctuation || next.kind == Token::Kind::end)
        words.fail(next, "expected " + std::string{expected});
    return words.take();
}

std::string take_text(TokenCursor& words)
{
    const auto first = take_word(words, "a text");
    if (words.at_end()) return std::string{first.text};
    while (!words.at_end()) words.take();
    return {first.begin, words.last().end};
}

std::uint64_t take_number(TokenCursor& words, std::uint64_t least, std::uint64_t most)
{
    const auto token = take_word(words, "a number");
    const auto value = number_from<std::uint64_t>(token.text, most);
    if (!value || *value < least)
        words.fail(token, "expected a number from " + std::to_string(least) + " to " + std::to_string(most));
    return value.value_or(0);
}

bool is_word(const Token& token, std::string_view word) noexcept
{
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
    return token.kind == Token::Kind::word && std::ranges::equal(token.text, word, {}, small);
}

bool take_if_word(TokenCursor& words, std::string_view word)
{
    if (!is_word(words.peek(), word)) return false;
    words.take();
    return true;
}

bool is_disabled(const Token& token) noexcept
{
    return is_word(token, "disable") || is_word(token, "disabled") || is_word(token, "false");
}
bool is_enabled(const Token& token) noexcept
{
    return is_word(token, "enable") || is_word(token, "enabled") || is_word(token, "true");
}

bool take_boolean(TokenCursor& words, bool otherwise)
{
    if (words.at_end()) return otherwise;
    const auto token = words.take();
    if (is_disabled(token)) return false;
    if (!is_enabled(token)) words.fail(token, "expected enable, disable or nothing");
    return true;
}

IpAddress take_address(TokenCursor& words) { return take_parsed<IpAddress>(words, "an IP address"); }
Ipv4Address take_ipv4(TokenCursor& words) { return take_parsed<Ipv4Address>(words, "an IPv4 address"); }
Ipv6Address take_ipv6(TokenCursor& words) { return take_parsed<Ipv6Address>(words, "an IPv6 address"); }
Asn take_asn(TokenCursor& words) { return take_parsed<Asn>(words, "an AS number, as 65000 or 1.10"); }

Octets take_octets(TokenCursor& words)
{
    const auto token = take_word(words, "octets, as 0x0102");
    const auto octets = token.text.starts_with("0x") || token.text.starts_with("0X")
                            ? octets_from_hex(lower_case(token.text.substr(2)))
                            : std::nullopt;
    if (!octets) words.fail(token, "expected octets in hexadecimal digits behind 0x");
    return octets.value_or(Octets{});
}

RouteDistinguisher take_route_distinguisher(TokenCursor& words)
{
    return take_parsed<RouteDistinguisher>(words, "a route distinguisher, as 65000:1 or 192.0.2.1:1");
}

PathId take_path_id(TokenCursor& words)
{
    const auto token = take_word(words, "a path identifier, as 10 or 0.0.0.10");
    if (const auto value = number_from<std::uint32_t>(token.text, ~std::uint32_t{})) return {*value};
    const auto address = Ipv4Address::from_text(token.text);
    if (!address) words.fail(token, "expected a path identifier, as 10 or 0.0.0.10");
    return {address.value_or(Ipv4Address{}).value};
}

std::optional<std::string_view> read_prefix(std::string_view text, IpPrefix& into)
{
    return text.find(':') == std::string_view::npos ? read_prefix_of<Ipv4Prefix>(text, into)
                                                    : read_prefix_of<Ipv6Prefix>(text, into);
}

IpPrefix take_prefix(TokenCursor& words)
{
    const auto token = take_word(words, "a prefix");
    IpPrefix prefix;
    if (const auto wrong = read_prefix(token.text, prefix)) words.fail(token, std::string{*wrong});
    return prefix;
}

}   // namespace barrage::exabgp
