#include "loadgen/routes/range_attribute_words.hpp"

#include <array>

#include "codec/attribute/attribute_view.hpp"
#include "loadgen/exabgp/grammar/given_attributes.hpp"
#include "loadgen/routes/attribute_words.hpp"
#include "loadgen/routes/next_hop_words.hpp"

namespace barrage::spec {

namespace {

/// Attributes that have words of their own, or are made when routes are sent.
constexpr std::array worded_types{
    AttributeType::origin,          AttributeType::as_path,          AttributeType::next_hop,
    AttributeType::multi_exit_disc, AttributeType::local_pref,       AttributeType::communities,
    AttributeType::mp_reach_nlri,   AttributeType::mp_unreach_nlri,  AttributeType::extended_communities,
    AttributeType::as4_path,        AttributeType::large_communities};

/// Each word between blanks by `read(text)`, which gives nothing for a wrong one.
template <class Value>
Done read_list(const Word& value, std::string_view expected, std::vector<Value>& into, auto read)
{
    return each(value, expected, [&](Word one) {
        const auto read_value = read(one.text);
        if (read_value) into.push_back(*read_value);
        return read_value.has_value();
    });
}

Done read_origin(const Word& value, Origin::Value& into)
{
    if (value.text == "igp")
        into = Origin::Value::igp;
    else if (value.text == "egp")
        into = Origin::Value::egp;
    else if (value.text == "incomplete")
        into = Origin::Value::incomplete;
    else
        return wrong(value, "igp, egp or incomplete");
    return {};
}

Done read_attribute(const Word& value, Octets& into)
{
    return each(value, "TYPE:FLAGS:VALUE in hexadecimal digits such as 17:c0:000f, of a type that has no word of its own",
                [&](Word one) {
                    Octets attribute;
                    if (read_other_attributes(one.text, attribute) || attribute.empty()) return false;
                    if (std::ranges::find(worded_types, attribute_header(attribute)->type) != worded_types.end()) return false;
                    into.insert(into.end(), attribute.begin(), attribute.end());
                    return true;
                });
}

}   // namespace

bool is_repeatable_attribute(std::string_view name) noexcept
{
    constexpr std::array<std::string_view, 5> names{"community", "extended-community", "target", "large-community", "attribute"};
    return std::ranges::find(names, name) != names.end();
}

Done read_next_hop(const Word& value, std::optional<IpAddress>& address, std::optional<Ipv6Address>& link_local)
{
    const auto given = parse_next_hop(value.text);
    if (!given) return wrong(value, "an address such as 192.0.2.1, 2001:db8::1 or 2001:db8::1+fe80::1");
    address = given->address;
    link_local = given->link_local;
    return {};
}

std::optional<Done> read_range_attribute(const Word& option, const Word& value, RangeAttributes& into)
{
    const auto& name = option.text;
    if (name == "as-path") return read_list(value, "an AS number such as 64512 or 1.10", into.as_path, Asn::from_text);
    if (name == "community")
        return read_list(value, "a community such as 65001:1 or no-export", into.communities, Community::from_text);
    if (name == "large-community")
        return read_list(value, "a large community such as 65001:2:3", into.large_communities, LargeCommunity::from_text);
    if (name == "extended-community")
        return read_list(value, "an extended community such as target:65001:1, origin:192.0.2.1:7 or 0x0002fde800000001",
                         into.extended_communities, exabgp::extended_community_from);
    if (name == "target")
        return read_list(value, "a route target such as 65001:1, 192.0.2.1:1 or 4200000000L:1", into.extended_communities,
                         [](std::string_view text) { return exabgp::extended_community_from("target:" + std::string{text}); });
    if (name == "attribute") return read_attribute(value, into.others);
    if (name == "med") return number32(value, into.multi_exit_disc);
    if (name == "local-pref") return number32(value, into.local_pref);
    if (name == "origin") return read_origin(value, into.origin);
    if (name == "next-hop") return read_next_hop(value, into.next_hop, into.link_local);
    return std::nullopt;
}

}   // namespace barrage::spec
