#include "loadgen/routes/route_spec.hpp"

#include <array>

#include "codec/prefix.hpp"
#include "loadgen/routes/nlri_range_words.hpp"
#include "loadgen/routes/range_attribute_words.hpp"

namespace barrage::spec {

namespace {

std::expected<RouteSpec, std::string> full_table(Word rest)
{
    FullTableDescription described;
    auto options_text = rest;
    const auto count = options_text.take_before(',');
    if (const auto done = number(count, described.routes); !done) return Wrong{done.error()};
    const auto once = [](std::string_view) { return false; };
    const auto done = options(options_text, once, [&](Word option, Word value) -> Done {
        if (option.text == "seed") return number(value, described.seed);
        if (option.text == "next-hop") return read_next_hop(value, described.next_hop, described.link_local);
        if (option.text == "family") {
            const auto family = family_from_name(value.text);
            if (family != ipv4_unicast && family != ipv6_unicast) return wrong(value, "ipv4 or ipv6");
            described.family = *family;
            return {};
        }
        return wrong(option, "seed=, family= or next-hop=");
    });
    if (!done) return Wrong{done.error()};
    if (const auto problem = FullTable::check(described); !problem) return refused(count, problem.error());
    return described;
}

/// What counters are needed for, so that the place alone does not say all of a prefix.
bool needs_counters(std::string_view options_text)
{
    constexpr std::array<std::string_view, 3> words{",paths=", ",every=", ",wrap="};
    return std::ranges::any_of(words, [&](std::string_view word) { return options_text.contains(word); });
}

/// Prefixes of `family`, or of the one that the address is of.
std::expected<RouteSpec, std::string> prefix_range(Word rest, std::optional<Family> family, const Word& family_word)
{
    PrefixRangeDescription range;
    auto options_text = rest;
    const auto place = options_text.take_before(',');
    auto count = place;
    const auto slash = count.text.find('/');
    if (slash == std::string_view::npos) return wrong(place, "ADDRESS/LENGTHxCOUNT such as 10.0.0.0/24x100k");
    const auto address = count.cut('/');
    const auto parsed = IpAddress::from_text(address.text);
    if (!parsed) return wrong(address, "an address such as 10.0.0.0 or 2001:db8::");
    range.address = *parsed;
    range.multicast = family && family->safi == Safi::multicast;
    if (family && range.family() != *family)
        return wrong(address, family->afi == Afi::ipv4 ? "an address such as 10.0.0.0" : "an address such as 2001:db8::");
    const bool has_count = count.text.contains('x');
    const auto length_text = count.cut('x');
    const auto length = plain_number<std::uint8_t>(length_text.text);
    const unsigned longest = range.address.is_v4() ? 32 : 128;
    if (!length || *length > longest) return wrong(length_text, "a prefix length of 0 to " + std::to_string(longest));
    range.prefix = *length;
    if (!has_count) return wrong(count, "xCOUNT such as x100k");
    if (const auto done = number(count, range.count); !done) return Wrong{done.error()};
    if (needs_counters(options_text.text)) return read_nlri_range(range.family(), family_word, rest);

    const auto done = options(options_text, is_repeatable_attribute, [&](Word option, Word value) -> Done {
        if (option.text == "step") return number(value, range.step);
        if (auto read = read_range_attribute(option, value, range)) return *read;
        if (option.text == "path-id") {
            std::optional<std::uint32_t> id;
            auto parsed_id = number32(value, id);
            if (id) range.path_id = PathId{*id};
            return parsed_id;
        }
        return wrong(option, "step=, every=, wrap=, path-id=, paths=, " + std::string{range_attribute_names});
    });
    if (!done) return Wrong{done.error()};
    if (const auto made = PrefixRange::make(range); !made) return refused(place, made.error());
    return range;
}

/// Whether what stands before the first colon is meant as a family: an address of IPv6 has nothing but hexadecimal digits there.
bool is_family_word(const Word& word, const Word& rest)
{
    return word.text.size() != rest.text.size() && word.text.find_first_of("/,") == std::string_view::npos &&
           word.text.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos;
}

std::expected<RouteSpec, std::string> range(const Word& all)
{
    auto rest = all;
    const auto family_word = rest.cut(':');
    if (!is_family_word(family_word, all)) return prefix_range(all, std::nullopt, all.first(0));
    const auto family = family_from_name(family_word.text);
    if (!family) return wrong(family_word, "a family that has ranges: " + range_families());
    if (family->safi == Safi::unicast || family->safi == Safi::multicast) return prefix_range(rest, family, family_word);
    auto read = read_nlri_range(*family, family_word, rest);
    if (!read) return Wrong{read.error()};
    return std::move(*read);
}

/// Names of files may have commas in them: only this option, at the end, is none of the name.
std::expected<RouteSpec, std::string> file_spec(const Word& all)
{
    constexpr std::string_view option = ",snapshot=";
    const auto at = all.text.rfind(option);
    if (at == std::string_view::npos) return RouteFile{std::string{all.text}};
    const auto number = plain_number<std::uint32_t>(all.text.substr(at + option.size()));
    if (!number || *number == 0) return wrong(all.from(at + option.size()), "a number of at least 1");
    if (at == 0) return wrong(all, "a file before it");
    return RouteFile{std::string{all.text.substr(0, at)}, *number};
}

std::expected<RouteSpec, std::string> any_source(std::string_view text)
{
    constexpr std::string_view full_table_word = "full-table:";
    constexpr std::string_view range_word = "range:";
    const Word all{text, 1};
    if (text.empty()) return wrong(all, "a file, full-table:COUNT or range:ADDRESS/LENGTHxCOUNT");
    if (text.starts_with(full_table_word)) return full_table(all.from(full_table_word.size()));
    if (text.starts_with(range_word)) return range(all.from(range_word.size()));
    return file_spec(all);
}

}   // namespace

}   // namespace barrage::spec

namespace barrage {

std::expected<RouteSpec, std::string> parse_route_spec(std::string_view text) { return spec::any_source(text); }

}   // namespace barrage
