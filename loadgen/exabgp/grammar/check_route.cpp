#include "loadgen/exabgp/grammar/check_route.hpp"

#include <algorithm>

#include "codec/attribute/attribute_view.hpp"
#include "codec/format.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "loadgen/exabgp/grammar/sent_attributes.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"
#include "rib/nlri_packing.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::uint32_t usual_local_pref = 100;

OctetView octets_of(const std::string& text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// As MP_REACH_NLRI's field has it.
Octets next_hop_of(const Neighbor& neighbor, const ConfiguredRoute& route)
{
    if (!route.next_hop_self) {
        const auto given = route.attributes->next_hop();
        return {given.begin(), given.end()};
    }
    IpAddress self = neighbor.router_id.value_or(Ipv4Address{1});
    if (neighbor.local_address)
        self = *neighbor.local_address;
    else if (neighbor.peer_address.is_v6()) {
        Ipv6Address loopback;
        loopback.value.back() = 1;
        self = loopback;
    }
    if (self.is_v4() && route.key.family.afi == Afi::ipv6) {   // the interface's, of which a configuration knows nothing
        Ipv6Address loopback;
        loopback.value.back() = 1;
        self = loopback;
    }
    Octets octets;
    Writer out{octets};
    if (route.key.family.safi == Safi::mpls_vpn) out.u64(0);
    out.octets(MpNextHop::of(self).octets);
    return octets;
}

Octets usual_attributes(bool is_plain, OctetView next_hop)
{
    Octets octets;
    Writer out{octets};
    const auto put = [&out](AnyAttribute attribute) { encode_attribute(with_usual_flags(std::move(attribute)), {}, out); };
    put(Origin{});
    put(AsPath{});
    if (Reader in{next_hop}; is_plain) put(NextHop{Ipv4Address::read(in)});
    put(LocalPref{usual_local_pref});
    return octets;
}

/// By type; of `otherwise` those that are not among the given ones.
void put_sorted(Writer& out, OctetView given, const Octets& otherwise, bool sends_aigp)
{
    std::vector<AttributeView> all;
    for (const auto octets : {given, OctetView{otherwise}})
        for (Reader in{octets}; const auto attribute = next_attribute(in);)
            if ((sends_aigp || attribute->type != AttributeType::aigp) &&
                std::ranges::find(all, attribute->type, &AttributeView::type) == all.end())
                all.push_back(*attribute);
    std::ranges::stable_sort(all, {}, &AttributeView::type);
    for (const auto& attribute : all) out.octets(attribute.whole);
}

void put_mp_reach(Writer& out, Family family, OctetView next_hop, OctetView nlri)
{
    Octets value;
    Writer value_out{value};
    value_out.u16(std::to_underlying(family.afi));
    value_out.u8(std::to_underlying(family.safi));
    value_out.u8(static_cast<std::uint8_t>(next_hop.size()));
    value_out.octets(next_hop);
    value_out.u8(0);
    value_out.octets(nlri);
    encode_attribute(
        {.flags = optional_non_transitive, .value = UnknownAttribute{AttributeType::mp_reach_nlri, std::move(value)}}, {}, out);
}

/// MP_REACH_NLRI, the attributes that every route of one's own has, those that were given, then plain NLRI.
void put_update(Writer& out, const ConfiguredRoute& route, OctetView next_hop, OctetView nlri, bool sends_aigp)
{
    const bool is_plain = route.key.family == ipv4_unicast && next_hop.size() == Ipv4Address::octets;
    out.u16(0);
    {
        const auto length = out.length16();
        if (!is_plain) put_mp_reach(out, route.key.family, next_hop, nlri);
        put_sorted(out, route.attributes->octets(), usual_attributes(is_plain, next_hop), sends_aigp);
    }
    if (is_plain) out.octets(nlri);
}

/// What is made of the route and its other attributes; given as octets it is sent all the same.
constexpr AttributeType made[] = {AttributeType::mp_reach_nlri, AttributeType::mp_unreach_nlri, AttributeType::as4_path,
                                  AttributeType::as4_aggregator};

bool has_made_attribute(const AttributeSet& attributes)
{
    return std::ranges::any_of(made, [&](AttributeType type) { return has_attribute(attributes.octets(), type); });
}

std::vector<std::string> notes_on(const Neighbor& neighbor, const AttributeSet& attributes)
{
    std::vector<std::string> notes;
    const auto given = attributes.octets();
    for (const auto type : made)
        if (has_attribute(given, type))
            notes.push_back("attribute " + std::to_string(std::to_underlying(type)) +
                            " is sent as it is written, beside what the route makes of its own");
    for (Reader in{given}; const auto attribute = next_attribute(in);)
        if (attribute->value.empty() && attribute->type != AttributeType::as_path &&
            attribute->type != AttributeType::atomic_aggregate)
            notes.push_back("attribute " + std::to_string(std::to_underlying(attribute->type)) + " is sent without octets");
    if (!sends_aigp(neighbor) && has_attribute(given, AttributeType::aigp))
        notes.emplace_back("aigp has no effect: it is not sent to another AS without capability { aigp enable; } (RFC 7311)");
    if (is_external(neighbor) && has_attribute(given, AttributeType::local_pref))
        notes.emplace_back("local-preference has no effect: it is not sent to another AS (RFC 4271 section 5.1.5)");
    return notes;
}

Octets nlri_octets(const ConfiguredRoute& route)
{
    Octets octets;
    Writer out{octets};
    if (route.key.path_id) out.u32(route.key.path_id->value);
    out.octets(octets_of(route.key.nlri));
    return octets;
}

}   // namespace

CheckedRoute check_route(const Neighbor& neighbor, const ConfiguredRoute& route)
{
    SessionOptions options{.extended_message = neighbor.extended_message, .multiple_labels = FamilySet::all()};
    if (route.key.path_id) options.add_path_send = options.add_path_receive = {route.key.family};

    CheckedRoute checked;
    Octets message;
    Writer out{message};
    {
        const MessageScope scope{out, MessageType::update};
        put_update(out, route, next_hop_of(neighbor, route), nlri_octets(route), sends_aigp(neighbor));
    }
    if (out.failed() || message.size() > options.max_message()) {
        checked.error = "an UPDATE of " + std::to_string(message.size()) + " octets, where the session has room for " +
                        std::to_string(options.max_message());
        return checked;
    }
    checked.message = std::move(message);
    checked.notes = notes_on(neighbor, *route.attributes);
    const bool is_over_ipv4 = neighbor.local_address ? neighbor.local_address->is_v4() : neighbor.peer_address.is_v4();
    if (route.next_hop_self && route.key.family.afi == Afi::ipv6 && is_over_ipv4)
        checked.notes.emplace_back(
            "next-hop self over an IPv4 session is the IPv6 address of its interface: without one the route is left out");
    if (has_labels(route.key.family) && has_label_stack(route.key.family, octets_of(route.key.nlri)))
        checked.notes.emplace_back(
            "several labels are sent though sessions do not agree to them (RFC 8277 section 2.1), which may end the "
            "session; with --rfc the route is left out");
    auto update = decode_update(checked.message, options, checked.problems);
    if (!update && has_made_attribute(*route.attributes)) {
        checked.problems.push_back({.text = std::string{update.error().text}});
        return checked;
    }
    if (!update) {
        checked.error = "what is sent cannot be read: " + std::string{update.error().text};
        return checked;
    }
    checked.update = std::move(*update);
    if (!checked.problems.empty() || has_made_attribute(*route.attributes)) return checked;
    Octets again;
    if (!encode_update(checked.update, options, again) || again != checked.message)
        checked.error = "what is read is encoded otherwise than it was";
    return checked;
}

bool nlri_comes_back(const ConfiguredRoute& route)
{
    const auto octets = nlri_octets(route);
    Reader in{octets};
    const auto routes = decode_routes(route.key.family, in, {.has_path_ids = route.key.path_id.has_value(), .max_labels = 255});
    if (!routes) return false;
    Octets again;
    Writer out{again};
    encode_routes(*routes, out);
    return again == octets;
}

std::string key_text(const RouteKey& key)
{
    const ConfiguredRoute route{.key = key};
    const auto octets = nlri_octets(route);
    Reader in{octets};
    const auto routes = decode_routes(key.family, in, {.has_path_ids = key.path_id.has_value(), .max_labels = 255});
    auto text = family_words(key.family) + " ";
    if (!routes) return text + "0x" + hex_text(octets);
    return text + std::visit(
                      []<class Routes>(const Routes& of_family) -> std::string {
                          if constexpr (requires { of_family.routes; }) {
                              return of_family.routes.empty() ? std::string{} : barrage::to_text(of_family.routes.front());
                          } else
                              return barrage::to_text(of_family);
                      },
                      *routes);
}

}   // namespace barrage::exabgp
