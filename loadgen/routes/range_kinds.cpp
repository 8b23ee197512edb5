#include "loadgen/routes/range_kinds.hpp"

#include <algorithm>
#include <array>

#include "codec/attribute/extended_communities.hpp"
#include "codec/nlri/nlri_families.hpp"

namespace barrage {

namespace {

template <class F>
RangeDraft plain_draft()
{
    return draft_of<F>(std::make_shared<typename F::Nlri>());
}

/// Prefixes with one label.
template <class F>
RangeDraft labeled_draft()
{
    auto nlri = std::make_shared<typename F::Nlri>();
    nlri->labels.labels = {usual_label};
    auto draft = draft_of<F>(nlri);
    auto* const labels = &nlri->labels.labels;
    draft.fields.push_back({.word = "label",
                            .expected = range_field::expected<LabelField>(),
                            .read =
                                [nlri, labels](std::string_view text) {
                                    LabelField label;
                                    const bool is_read = range_field::read(text, label);
                                    if (is_read) *labels = {label.label};
                                    return is_read;
                                },
                            .bits = [] { return 20u; },
                            .number = [nlri, labels] { return Unsigned128{labels->front()}; },
                            .put = [nlri, labels](Unsigned128 to) { labels->front() = static_cast<std::uint32_t>(to); },
                            .names_route = false});
    return draft;
}

/// The three octets of a label as one number: RFC 8365 section 5.1.3.
RangeField vni_field(std::string word, std::shared_ptr<void> owner, LabelField* label, std::optional<LabelField>* maybe)
{
    const auto value = [owner, label, maybe] { return maybe ? &maybe->value() : label; };
    const auto put = [=](Unsigned128 to) {
        if (maybe && !*maybe) maybe->emplace();
        *value() = {static_cast<std::uint32_t>(to >> 4), static_cast<std::uint8_t>(to & 15)};
    };
    return {.word = std::move(word),
            .expected = "a VNI of 0 to 16777215",
            .read =
                [put](std::string_view text) {
                    constexpr std::uint64_t most = 0xffffff;
                    const auto parsed = parse_number(text);
                    if (!parsed || *parsed > most) return false;
                    put(*parsed);
                    return true;
                },
            .bits = [=] { return !maybe || *maybe ? 24u : 0u; },
            .number = [=] { return !maybe || *maybe ? Unsigned128{value()->label} << 4 | value()->low_bits : Unsigned128{0}; },
            .put = put,
            .names_route = false};
}

/// One type of the routes of a family; a shared pointer to it beside the draft.
template <class F, class Route>
std::pair<RangeDraft, std::shared_ptr<Route>> typed_route()
{
    auto nlri = std::make_shared<typename F::Nlri>();
    auto* const route = &nlri->route.template emplace<Route>();
    std::shared_ptr<Route> in_it{nlri, route};
    return {draft_of<F>(std::move(nlri)), std::move(in_it)};
}

template <class F, class Route>
RangeDraft typed_draft()
{
    return typed_route<F, Route>().first;
}

template <class Route>
RangeDraft evpn_draft()
{
    auto [draft, route] = typed_route<Evpn, Route>();
    if constexpr (requires { route->label; }) {
        route->label = LabelField{usual_label};
        draft.fields.push_back(vni_field("vni", route, &route->label, nullptr));
    }
    if constexpr (requires { route->label2; }) draft.fields.push_back(vni_field("vni2", route, nullptr, &route->label2));
    constexpr bool is_named_by_segment =
        Route::type == EvpnRouteType::ethernet_auto_discovery || Route::type == EvpnRouteType::ethernet_segment ||
        Route::type == EvpnRouteType::multicast_membership_report_synch || Route::type == EvpnRouteType::multicast_leave_synch;
    if (auto* const segment = draft.find("esi")) segment->names_route = is_named_by_segment;
    return draft;
}

/// Type 5: the length stands beside the address, and the gateway is of the same kind.
RangeDraft evpn_ip_prefix_draft()
{
    auto [draft, route] = typed_route<Evpn, EvpnIpPrefix>();
    route->label = LabelField{usual_label};
    std::erase_if(draft.fields, [](const RangeField& field) { return field.word == "prefix" || field.word == "prefix-length"; });
    const auto unused_bits = [route] { return (route->prefix.is_v4() ? 32u : 128u) - route->prefix_length; };
    draft.fields.push_back(
        {.word = "prefix",
         .expected = "ADDRESS/LENGTH such as 10.0.0.0/24 or 2001:db8::/48",
         .read =
             [route](std::string_view text) {
                 Ipv4Prefix v4;
                 Ipv6Prefix v6;
                 if (range_field::read(text, v4)) {
                     route->prefix = v4.address;
                     route->prefix_length = v4.length;
                     route->gateway = Ipv4Address{};
                 } else if (range_field::read(text, v6)) {
                     route->prefix = v6.address;
                     route->prefix_length = v6.length;
                     route->gateway = Ipv6Address{};
                 } else {
                     return false;
                 }
                 return true;
             },
         .bits = [route] { return std::uint32_t{route->prefix_length}; },
         .number = [=] { return route->prefix_length == 0 ? 0 : range_field::number(route->prefix) >> unused_bits(); },
         .put =
             [=](Unsigned128 to) {
                 if (route->prefix_length != 0) range_field::put(to << unused_bits(), route->prefix);
             }});
    draft.find("esi")->names_route = false;
    draft.find("gateway")->names_route = false;
    draft.fields.push_back(vni_field("vni", route, &route->label, nullptr));
    return draft;
}

template <class Route>
RangeDraft vpls_draft()
{
    auto [draft, route] = typed_route<Vpls, Route>();
    if constexpr (requires { route->label_base; }) route->label_base = LabelField{usual_label};
    return draft;
}

/// As ExaBGP's `teid N/BITS`: a number of so many bits, at the end of the octets that hold them. The words come in either order.
template <class F, class Address>
RangeDraft mup_type_2_draft()
{
    constexpr std::uint32_t most_bits = 32;
    auto [draft, route] = typed_route<F, MupType2SessionTransformed<Address>>();
    route->teid_bits = most_bits;
    auto& teid = *draft.find("teid");
    auto& bits = *draft.find("teid-bits");
    const auto number = std::make_shared<std::uint64_t>(0);
    const auto put = [route, number](std::uint64_t to, std::uint32_t in_bits) {
        if (to >> in_bits != 0) return false;
        *number = to;
        route->teid_bits = static_cast<std::uint8_t>(in_bits);
        route->teid = static_cast<std::uint32_t>(to << (most_bits - 8 * ((in_bits + 7) / 8)));
        return true;
    };
    teid.expected = "a number of 0 to 4294967295, in as many bits as teid-bits= says";
    teid.read = [=](std::string_view text) {
        const auto parsed = parse_number(text);
        return parsed && put(*parsed, route->teid_bits);
    };
    teid.bits = [route] { return std::uint32_t{route->teid_bits}; };
    teid.number = [number] { return Unsigned128{*number}; };
    teid.put = [=](Unsigned128 to) { put(static_cast<std::uint64_t>(to), route->teid_bits); };
    bits.expected = "a number of 0 to 32, of as many bits as teid= has or more";
    bits.read = [=](std::string_view text) {
        const auto parsed = parse_number(text);
        return parsed && *parsed <= most_bits && put(*number, static_cast<std::uint32_t>(*parsed));
    };
    bits.bits = [] { return 0u; };   // it says how long the NLRI is
    return draft;
}

/// The route target steps by its last number: RFC 4360 section 4.
RangeDraft route_target_draft()
{
    auto nlri = std::make_shared<RtConstraint::Nlri>();
    constexpr std::uint8_t whole = 96;
    nlri->length = whole;
    nlri->route_target.resize(8);
    auto draft = draft_of<RtConstraint>(nlri);
    std::erase_if(draft.fields, [](const RangeField& field) { return field.word == "length"; });
    const auto octets = [nlri] { return nlri->route_target[0] == 0 ? std::size_t{4} : std::size_t{2}; };
    draft.fields.push_back({.word = "target",
                            .expected = "a route target such as 65001:1, 192.0.2.1:1 or 4200000000L:1",
                            .read =
                                [nlri](std::string_view text) {
                                    const auto target = ExtendedCommunity::from_text("target:" + std::string{text});
                                    if (target) nlri->route_target.assign(target->value.begin(), target->value.end());
                                    return target.has_value();
                                },
                            .bits = [octets] { return static_cast<std::uint32_t>(8 * octets()); },
                            .number = [=] { return range_field::number_of_octets(OctetView{nlri->route_target}.last(octets())); },
                            .put =
                                [=](Unsigned128 to) {
                                    auto last = std::span{nlri->route_target}.last(octets());
                                    range_field::put_in_octets(to, last);
                                }});
    return draft;
}

template <class F, class Address, Family Of>
constexpr std::array mup_kinds{
    RangeKind{Of, "interwork", "prefix", "rd", typed_draft<F, MupInterworkSegment<Address>>},
    RangeKind{Of, "direct", "address", "rd", typed_draft<F, MupDirectSegment<Address>>},
    RangeKind{Of, "session-1", "prefix", "rd teid endpoint", typed_draft<F, MupType1SessionTransformed<Address>>},
    RangeKind{Of, "session-2", "endpoint", "rd teid", mup_type_2_draft<F, Address>},
};

template <class F, Family Of>
constexpr std::array mvpn_kinds{
    RangeKind{Of, "intra-as", "originator", "rd", typed_draft<F, IntraAsPmsi>},
    RangeKind{Of, "inter-as", "source-as", "rd", typed_draft<F, InterAsPmsi>},
    RangeKind{Of, "s-pmsi", "group", "rd originator", typed_draft<F, SelectivePmsi>},
    RangeKind{Of, "source-active", "group", "rd source", typed_draft<F, SourceActive>},
    RangeKind{Of, "shared-join", "group", "rd source-as source", typed_draft<F, CMulticastJoin<MvpnRouteType::shared_tree_join>>},
    RangeKind{Of, "source-join", "group", "rd source-as source", typed_draft<F, CMulticastJoin<MvpnRouteType::source_tree_join>>},
};

template <class F, Family Of>
constexpr std::array link_state_kinds{
    RangeKind{Of, "node", "router-id", F::safi == Safi::bgp_ls_vpn ? "rd" : "", link_state_node_draft<F>},
    RangeKind{Of, "link", "remote-router-id", F::safi == Safi::bgp_ls_vpn ? "rd router-id" : "router-id",
              link_state_link_draft<F>},
    RangeKind{Of, "prefix", "prefix", F::safi == Safi::bgp_ls_vpn ? "rd router-id" : "router-id", link_state_prefix_draft<F>},
};

constexpr Family evpn{Afi::l2vpn, Safi::evpn}, vpls{Afi::l2vpn, Safi::vpls};
template <class F>
constexpr Family of{F::afi, F::safi};

constexpr std::array prefix_kinds{
    RangeKind{of<Ipv4Unicast>, "", "prefix", "", plain_draft<Ipv4Unicast>},
    RangeKind{of<Ipv4Multicast>, "", "prefix", "", plain_draft<Ipv4Multicast>},
    RangeKind{of<Ipv4LabeledUnicast>, "", "prefix", "", labeled_draft<Ipv4LabeledUnicast>},
    RangeKind{of<Ipv4ClassfulTransport>, "", "prefix", "rd", labeled_draft<Ipv4ClassfulTransport>},
    RangeKind{of<Ipv4Vpn>, "", "prefix", "rd", labeled_draft<Ipv4Vpn>},
    RangeKind{of<Ipv6Unicast>, "", "prefix", "", plain_draft<Ipv6Unicast>},
    RangeKind{of<Ipv6Multicast>, "", "prefix", "", plain_draft<Ipv6Multicast>},
    RangeKind{of<Ipv6LabeledUnicast>, "", "prefix", "", labeled_draft<Ipv6LabeledUnicast>},
    RangeKind{of<Ipv6ClassfulTransport>, "", "prefix", "rd", labeled_draft<Ipv6ClassfulTransport>},
    RangeKind{of<Ipv6Vpn>, "", "prefix", "rd", labeled_draft<Ipv6Vpn>},
};

constexpr std::array other_kinds{
    RangeKind{evpn, "auto-discovery", "esi", "rd", evpn_draft<EthernetAutoDiscovery>},
    RangeKind{evpn, "mac", "mac", "rd", evpn_draft<MacIpAdvertisement>},
    RangeKind{evpn, "multicast", "originator", "rd", evpn_draft<InclusiveMulticast>},
    RangeKind{evpn, "segment", "esi", "rd originator", evpn_draft<EthernetSegment>},
    RangeKind{evpn, "ip-prefix", "prefix", "rd", evpn_ip_prefix_draft},
    RangeKind{evpn, "group", "group", "rd originator", evpn_draft<SelectiveMulticastEthernetTag>},
    RangeKind{evpn, "join-sync", "group", "rd esi originator", evpn_draft<MulticastMembershipReportSynch>},
    RangeKind{evpn, "leave-sync", "group", "rd esi originator", evpn_draft<MulticastLeaveSynch>},
    RangeKind{vpls, "ve", "ve-id", "rd", vpls_draft<VplsLabelBlock>},
    RangeKind{vpls, "pe", "pe-address", "rd", vpls_draft<VplsDiscovery>},
    RangeKind{of<RtConstraint>, "", "target", "origin-as", route_target_draft},
    RangeKind{of<Ipv4SrPolicy>, "", "endpoint", "color", plain_draft<Ipv4SrPolicy>},
    RangeKind{of<Ipv6SrPolicy>, "", "endpoint", "color", plain_draft<Ipv6SrPolicy>},
};

template <std::size_t... Sizes>
constexpr auto joined(const std::array<RangeKind, Sizes>&... tables)
{
    std::array<RangeKind, (Sizes + ...)> all{};
    auto at = all.begin();
    ((at = std::copy(tables.begin(), tables.end(), at)), ...);
    return all;
}

constexpr auto all_kinds =
    joined(prefix_kinds, other_kinds, mvpn_kinds<Ipv4Mvpn, of<Ipv4Mvpn>>, mvpn_kinds<Ipv6Mvpn, of<Ipv6Mvpn>>,
           mup_kinds<Ipv4Mup, Ipv4Address, of<Ipv4Mup>>, mup_kinds<Ipv6Mup, Ipv6Address, of<Ipv6Mup>>,
           link_state_kinds<LinkState, of<LinkState>>, link_state_kinds<LinkStateVpn, of<LinkStateVpn>>,
           link_state_kinds<LinkStateSpf, of<LinkStateSpf>>);

}   // namespace

std::span<const RangeKind> range_kinds() noexcept { return all_kinds; }

}   // namespace barrage
