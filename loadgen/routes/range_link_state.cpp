// Ranges of a synthetic topology: nodes, links from one node to others, prefixes of a node. RFC 9552 section 5.2.

#include <algorithm>

#include "codec/nlri/bgp_ls.hpp"
#include "loadgen/routes/range_kinds.hpp"

namespace barrage {

namespace {

/// An OSPF router ID as an address, or a system ID of IS-IS, 1921.6800.0001: RFC 9552 section 5.2.1.4.
std::optional<Octets> router_id_from(std::string_view text)
{
    if (const auto address = Ipv4Address::from_text(text)) {
        Octets octets;
        Writer{octets}.u32(address->value);
        return octets;
    }
    constexpr std::size_t system_id_text = 14;
    if (text.size() != system_id_text || text[4] != '.' || text[9] != '.') return std::nullopt;
    std::string digits{text};
    std::erase(digits, '.');
    return octets_from_hex(digits);
}

struct LinkStateDraft {
    RangeDraft draft;
    std::shared_ptr<LinkStateNlri> nlri;
    LinkStateRoute* route;

    LsNode& node(std::size_t descriptor) { return std::get<LsNode>(route->descriptors[descriptor]); }

    /// The words of a node that is descriptor number `descriptor`.
    void add_node(std::size_t descriptor, const std::string& before)
    {
        auto* const as = &std::get<LsNumber>(node(descriptor).fields[0]).value;
        auto* const router_id = &std::get<LsOctets>(node(descriptor).fields[1]).value;
        draft.fields.push_back(range_field::make(before + "as", nlri, as));
        draft.fields.push_back({.word = before + "router-id",
                                .expected = "a router such as 192.0.2.1 (OSPF) or 0000.0000.0001 (IS-IS)",
                                .read =
                                    [in = nlri, of = route, router_id](std::string_view text) {
                                        const auto octets = router_id_from(text);
                                        if (!octets) return false;
                                        *router_id = *octets;
                                        if (of->protocol == LsProtocol{})
                                            of->protocol = octets->size() == 4 ? LsProtocol::ospfv2 : LsProtocol::isis_level_2;
                                        return true;
                                    },
                                .bits = [in = nlri, router_id] { return static_cast<std::uint32_t>(8 * router_id->size()); },
                                .number = [in = nlri, router_id] { return range_field::number_of_octets(*router_id); },
                                .put = [in = nlri, router_id](Unsigned128 to) { range_field::put_in_octets(to, *router_id); }});
    }
};

LsNode a_node(LsDescriptorType type)
{
    return {type, {LsNumber{LsDescriptorType::autonomous_system, 0}, LsOctets{LsDescriptorType::igp_router_id, Octets(4)}}};
}

template <class F>
LinkStateDraft link_state_draft(LsNlriType type, std::vector<LsDescriptor> descriptors)
{
    auto nlri = std::make_shared<LinkStateNlri>();
    if (F::safi == Safi::bgp_ls_vpn) nlri->rd.emplace();
    auto& route = nlri->route.template emplace<LinkStateRoute>();
    route.type = type;
    route.descriptors = std::move(descriptors);
    auto draft = draft_of<F>(nlri);
    std::erase_if(draft.fields, [](const RangeField& field) {
        return field.word == "type" || (field.word == "rd" && F::safi != Safi::bgp_ls_vpn);
    });
    LinkStateDraft with_nodes{std::move(draft), nlri, &route};
    with_nodes.add_node(0, "");
    return with_nodes;
}

}   // namespace

template <class F>
RangeDraft link_state_node_draft()
{
    return link_state_draft<F>(LsNlriType::node, {a_node(LsDescriptorType::local_node)}).draft;
}

template <class F>
RangeDraft link_state_link_draft()
{
    auto made = link_state_draft<F>(
        LsNlriType::link, {a_node(LsDescriptorType::local_node), a_node(LsDescriptorType::remote_node), LsLinkIdentifiers{1, 1}});
    made.add_node(1, "remote-");
    auto& identifiers = std::get<LsLinkIdentifiers>(made.route->descriptors[2]);
    made.draft.fields.push_back(range_field::make("local-id", made.nlri, &identifiers.local));
    made.draft.fields.push_back(range_field::make("remote-id", made.nlri, &identifiers.remote));
    return std::move(made.draft);
}

template <class F>
RangeDraft link_state_prefix_draft()
{
    using V4 = LsField<Ipv4Prefix>;
    using V6 = LsField<Ipv6Prefix>;
    constexpr auto type = LsDescriptorType::ip_reachability;
    auto made = link_state_draft<F>(LsNlriType::ipv4_prefix, {a_node(LsDescriptorType::local_node), V4{type, {}}});
    auto* const route = made.route;
    auto* const reachable = &route->descriptors[1];
    const auto visit = [nlri = made.nlri, reachable](auto&& with) {
        if (auto* const v4 = std::get_if<V4>(reachable)) return with(v4->value);
        return with(std::get<V6>(*reachable).value);
    };
    made.draft.fields.push_back({.word = "prefix",
                                 .expected = "ADDRESS/LENGTH such as 10.0.0.0/24 or 2001:db8::/48",
                                 .read =
                                     [nlri = made.nlri, route, reachable](std::string_view text) {
                                         V4 v4{type, {}};
                                         V6 v6{type, {}};
                                         if (range_field::read(text, v4.value)) {
                                             *reachable = v4;
                                             route->type = LsNlriType::ipv4_prefix;
                                         } else if (range_field::read(text, v6.value)) {
                                             *reachable = v6;
                                             route->type = LsNlriType::ipv6_prefix;
                                         } else {
                                             return false;
                                         }
                                         return true;
                                     },
                                 .bits = [=] { return visit([](auto& prefix) { return range_field::bits(prefix); }); },
                                 .number = [=] { return visit([](auto& prefix) { return range_field::number(prefix); }); },
                                 .put = [=](Unsigned128 to) { visit([&](auto& prefix) { range_field::put(to, prefix); }); }});
    return std::move(made.draft);
}

template RangeDraft link_state_node_draft<LinkState>();
template RangeDraft link_state_node_draft<LinkStateVpn>();
template RangeDraft link_state_node_draft<LinkStateSpf>();
template RangeDraft link_state_link_draft<LinkState>();
template RangeDraft link_state_link_draft<LinkStateVpn>();
template RangeDraft link_state_link_draft<LinkStateSpf>();
template RangeDraft link_state_prefix_draft<LinkState>();
template RangeDraft link_state_prefix_draft<LinkStateVpn>();
template RangeDraft link_state_prefix_draft<LinkStateSpf>();

}   // namespace barrage
