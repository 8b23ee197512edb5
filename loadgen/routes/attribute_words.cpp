#include "loadgen/routes/attribute_words.hpp"

#include <algorithm>
#include <charconv>

#include "codec/attribute/attribute_view.hpp"
#include "codec/attribute/registry.hpp"
#include "codec/prefix.hpp"
#include "loadgen/exabgp/vocabulary/word_cursor.hpp"
#include "rib/canonical_attributes.hpp"

namespace barrage {

namespace {

constexpr std::string_view an_as = "an AS number such as 64512 or 1.10, or a set such as {64512,64513}";

/// One segment in brackets; `words` begins with the opening one, and behind the closing one when it was read.
std::optional<WrongWord> read_bracketed(std::string_view& words, AsPathSegment& segment)
{
    const auto whole = words;
    const char closing = words.front() == '{' ? '}' : words.front() == '(' ? ')' : ']';
    const auto end = words.find(closing);
    if (end == std::string_view::npos) return WrongWord{whole, "the closing bracket of the set"};
    auto inside = words.substr(1, end - 1);
    words.remove_prefix(end + 1);
    while (!inside.empty()) {
        const auto length = std::min(inside.find_first_of(", "), inside.size());
        const auto word = inside.substr(0, length);
        inside.remove_prefix(std::min(length + 1, inside.size()));
        if (word.empty()) continue;
        const auto as = Asn::from_text(word);
        if (!as) return WrongWord{word, an_as};
        segment.asns.push_back(*as);
    }
    if (segment.asns.empty()) return WrongWord{whole.substr(0, end + 1), an_as};
    return std::nullopt;
}

SegmentType segment_type(char opening) noexcept
{
    return opening == '{' ? SegmentType::as_set : opening == '(' ? SegmentType::confed_sequence : SegmentType::confed_set;
}

/// Calls `take(word)`, which says whether the word is one of these, for each between blanks.
std::optional<WrongWord> read_each(std::string_view text, std::string_view expected, auto&& take)
{
    for (exabgp::WordCursor words{text}; !words.empty();) {
        const auto word = words.next();
        if (!take(word)) return WrongWord{word, expected};
    }
    return std::nullopt;
}

std::optional<std::uint8_t> hexadecimal_octet(std::string_view digits) noexcept
{
    std::uint8_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

bool read_other_attribute(std::string_view word, Octets& into)
{
    constexpr std::size_t value_at = 6;   // behind "23:e0:"
    if (word.size() < value_at || word[2] != ':' || word[5] != ':' || word.size() % 2 != 0) return false;
    const auto type = hexadecimal_octet(word.substr(0, 2));
    const auto flags = hexadecimal_octet(word.substr(3, 2));
    if (!type || !flags) return false;
    Octets value;
    for (auto digits = word.substr(value_at); !digits.empty(); digits.remove_prefix(2)) {
        const auto octet = hexadecimal_octet(digits.substr(0, 2));
        if (!octet) return false;
        value.push_back(*octet);
    }
    if (value.size() > 0xffff) return false;
    Writer out{into};
    // canonical_attributes() takes the extended length away where it is not needed.
    put_attribute(out, *flags | flag_extended_length, AttributeType{*type}, value);
    return true;
}

template <class Address>
std::optional<WordedPrefix> parse_prefix_of(std::string_view word)
{
    const auto prefix = Prefix<Address>::from_text(word);
    if (!prefix) return std::nullopt;
    const auto masked = prefix->masked();
    return WordedPrefix{masked.address, masked.length, masked != *prefix};
}

}   // namespace

void WordedAttributes::clear()
{
    origin = Origin::Value::igp;
    as_path.clear();
    multi_exit_disc.reset();
    local_pref.reset();
    atomic_aggregate = false;
    aggregator.reset();
    communities.clear();
    large_communities.clear();
    others.clear();
}

bool encode(const WordedAttributes& attributes, Octets& into)
{
    into.clear();
    Writer out{into};
    bool fits = true;
    const auto put = [&](AnyAttribute attribute) {
        fits = encode_attribute(with_usual_flags(std::move(attribute)), {}, out) && fits;
    };
    put(Origin{attributes.origin});
    put(AsPath{attributes.as_path});
    if (attributes.multi_exit_disc) put(MultiExitDisc{*attributes.multi_exit_disc});
    if (attributes.local_pref) put(LocalPref{*attributes.local_pref});
    if (attributes.atomic_aggregate) put(AtomicAggregate{});
    if (attributes.aggregator) put(*attributes.aggregator);
    if (!attributes.communities.empty()) put(Communities{attributes.communities});
    if (!attributes.large_communities.empty()) put(LargeCommunities{attributes.large_communities});
    if (!attributes.others.empty()) {
        auto all = into;
        all.insert(all.end(), attributes.others.begin(), attributes.others.end());
        CanonicalAttributes canonical;
        fits = canonical_attributes(all, {}, canonical) && fits;
        into = std::move(canonical.octets);
    }
    return fits && into.size() <= 0xffff;
}

std::optional<WrongWord> read_as_path(std::string_view words, AsPathSegments& into)
{
    into.clear();
    while (true) {
        while (!words.empty() && exabgp::is_blank(words.front())) words.remove_prefix(1);
        if (words.empty()) return std::nullopt;
        if (words.front() == '{' || words.front() == '(' || words.front() == '[') {
            auto& segment = into.emplace_back(AsPathSegment{segment_type(words.front()), {}});
            if (auto wrong = read_bracketed(words, segment)) return wrong;
            continue;
        }
        const auto word = words.substr(0, std::min(words.find_first_of(" \t{(["), words.size()));
        const auto as = Asn::from_text(word);
        if (!as) return WrongWord{word, an_as};
        if (into.empty() || into.back().type != SegmentType::as_sequence) into.push_back({SegmentType::as_sequence, {}});
        into.back().asns.push_back(*as);
        words.remove_prefix(word.size());
    }
}

std::optional<WrongWord> read_origin(std::string_view word, Origin::Value& into)
{
    const auto is = [word](std::string_view name) {
        return std::ranges::equal(word, name, {}, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    };
    if (is("igp"))
        into = Origin::Value::igp;
    else if (is("egp"))
        into = Origin::Value::egp;
    else if (is("incomplete"))
        into = Origin::Value::incomplete;
    else
        return WrongWord{word, "igp, egp or incomplete"};
    return std::nullopt;
}

std::optional<WrongWord> read_number32(std::string_view word, std::uint32_t& into)
{
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), into);
    if (word.empty() || error != std::errc{} || end != word.data() + word.size())
        return WrongWord{word, "a number of 0 to 4294967295"};
    return std::nullopt;
}

std::optional<WrongWord> read_communities(std::string_view words, std::vector<Community>& into)
{
    into.clear();
    return read_each(words, "communities such as 65001:1 or no-export, with blanks between them", [&](std::string_view word) {
        constexpr std::uint32_t no_export_subconfed = 0xffffff03;
        // bgpdump's name is that of Cisco and Quagga.
        const auto community = word == "local-AS" ? Community{no_export_subconfed} : Community::from_text(word);
        if (community) into.push_back(*community);
        return community.has_value();
    });
}

std::optional<WrongWord> read_large_communities(std::string_view words, std::vector<LargeCommunity>& into)
{
    into.clear();
    return read_each(words, "large communities such as 65001:2:3, with blanks between them", [&](std::string_view word) {
        const auto community = LargeCommunity::from_text(word);
        if (community) into.push_back(*community);
        return community.has_value();
    });
}

std::optional<WrongWord> read_aggregator(std::string_view words, std::optional<Aggregator>& into)
{
    into.reset();
    exabgp::WordCursor each{words};
    if (each.empty()) return std::nullopt;
    const auto as = Asn::from_text(each.next());
    const auto address = Ipv4Address::from_text(each.next());
    if (!as || !address || !each.empty()) return WrongWord{words, "an aggregator such as 64496 192.0.2.1"};
    into = Aggregator{*as, *address};
    return std::nullopt;
}

std::optional<WrongWord> read_other_attributes(std::string_view words, Octets& into)
{
    return read_each(words, "attributes as TYPE:FLAGS:OCTETS in hexadecimal digits, such as 23:e0:0000fde8",
                     [&](std::string_view word) { return read_other_attribute(word, into); });
}

void WordedPrefix::encode(Octets& into) const
{
    Writer out{into};
    if (address.is_v4())
        Ipv4Prefix{address.v4(), length}.encode(out);
    else
        Ipv6Prefix{address.v6(), length}.encode(out);
}

std::optional<WordedPrefix> parse_prefix(std::string_view word)
{
    return word.contains(':') ? parse_prefix_of<Ipv6Address>(word) : parse_prefix_of<Ipv4Address>(word);
}

std::optional<WrongWord> read_exact_prefix(std::string_view word, WordedPrefix& into)
{
    const auto prefix = parse_prefix(word);
    if (!prefix) return WrongWord{word, "a prefix such as 192.0.2.0/24 or 2001:db8::/32"};
    if (prefix->has_host_bits) return WrongWord{word, "a prefix without bits behind its length"};
    into = *prefix;
    return std::nullopt;
}

}   // namespace barrage
