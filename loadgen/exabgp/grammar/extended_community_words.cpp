// Extended communities in ExaBGP's words → octets, by way of the texts that codec has for them. An AS with an L behind it is one of
// four octets (RFC 5668). ExaBGP knows none: a larger number without an L, and that of target4 and origin4, becomes the address
// of the same number.

#include <array>

#include "codec/attribute/extended_communities.hpp"
#include "loadgen/exabgp/grammar/given_attributes.hpp"
#include "loadgen/exabgp/grammar/values.hpp"
#include "loadgen/exabgp/vocabulary/names.hpp"

namespace barrage::exabgp {

namespace {

/// One number of a community, however it is written.
struct Field {
    std::uint32_t value = 0;
    bool is_wide = false;      // larger than 65535
    bool is_address = false;   // dotted
    bool is_marked = false;    // with an L behind it

    static std::optional<Field> from(std::string_view text)
    {
        if (text.find('.') != std::string_view::npos) {
            const auto address = Ipv4Address::from_text(text);
            return address ? std::optional{Field{address->value, true, true, false}} : std::nullopt;
        }
        const bool marked = text.ends_with('L');
        if (marked) text.remove_suffix(1);
        const auto number = number_from<std::uint32_t>(text, ~std::uint32_t{});
        return number ? std::optional{Field{*number, *number > 0xffff, false, marked}} : std::nullopt;
    }
};

struct Parts {
    std::array<std::string_view, 5> parts;
    std::size_t count = 0;   // one more than fits where there are more
};

Parts parts_of(std::string_view text)
{
    Parts parts;
    for (;; ++parts.count) {
        if (parts.count == parts.parts.size()) {
            ++parts.count;
            return parts;
        }
        const auto colon = text.find(':');
        parts.parts[parts.count] = text.substr(0, colon);
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
    }
    ++parts.count;
    return parts;
}

/// target and origin, of an AS or of an address.
std::optional<ExtendedCommunity> route_mark(std::string_view word, std::string_view administrator, std::string_view value)
{
    const bool asked_wide = word.ends_with('4');
    if (asked_wide) word.remove_suffix(1);
    const auto global = Field::from(administrator);
    const auto local = Field::from(value);
    if (!global || !local) return std::nullopt;
    auto first = std::to_string(global->value);
    if (global->is_marked)
        first += "L";
    else if (asked_wide || global->is_wide || global->is_address)
        first = to_text(Ipv4Address{global->value});
    return ExtendedCommunity::from_text(std::string{word} + ":" + first + ":" + std::to_string(local->value));
}

}   // namespace

std::optional<ExtendedCommunity> extended_community_from(std::string_view text)
{
    if (text.starts_with("0x") || text.starts_with("0X")) return ExtendedCommunity::from_text(lower_case(text));
    if (text == "redirect-to-nexthop") return ExtendedCommunity::from_text("redirect-to-next-hop:0");
    const auto [parts, count] = parts_of(text);
    if (count == 2 && parts[0] == "rate-limit") {
        return ExtendedCommunity::from_text("rate-octets:0:" + std::string{parts[1]});
    } else if (count == 2) {
        if (const auto target = route_mark("target", parts[0], parts[1])) return target;
    } else if (count == 3) {
        const auto word = parts[0];
        if (word == "target" || word == "target4" || word == "origin" || word == "origin4")
            return route_mark(word, parts[1], parts[2]);
        const auto first = Field::from(parts[1]);
        if (word == "bandwidth" && first)
            return ExtendedCommunity::from_text("link-bandwidth:" + std::to_string(first->value) + ":" + std::string{parts[2]});
        const auto second = Field::from(parts[2]);
        if ((word == "redirect" || word == "mup") && first && second) {
            auto known = std::string{word} + ":";
            known += first->is_address ? to_text(Ipv4Address{first->value}) : std::to_string(first->value);
            if (word == "redirect" && !first->is_address && (first->is_wide || first->is_marked)) known += "L";
            return ExtendedCommunity::from_text(known + ":" + std::to_string(second->value));
        }
    } else if (count == 5 && parts[0] == "l2info") {
        return ExtendedCommunity::from_text("l2-info" + std::string{text.substr(parts[0].size())});
    }
    return ExtendedCommunity::from_text(text);   // the texts of `loadgen decode`
}

}   // namespace barrage::exabgp
