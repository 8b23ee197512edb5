#include "loadgen/exabgp/text/event_routes.hpp"

#include <type_traits>

#include <fmt/format.h>

#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/exabgp/text/ls_words.hpp"
#include "loadgen/exabgp/text/route_words.hpp"
#include "loadgen/exabgp/text/typed_words.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

namespace {

template <class F>
inline constexpr bool is_event_prefix =
    std::is_same_v<typename F::Nlri, Ipv4Prefix> || std::is_same_v<typename F::Nlri, Ipv6Prefix>;
template <class F>
inline constexpr bool is_event_labeled = F::safi == Safi::labeled_unicast || F::safi == Safi::mpls_vpn;
template <class F>
inline constexpr bool is_event_flow = F::safi == Safi::flowspec || F::safi == Safi::flowspec_vpn;

template <class F>
Octets event_octets(const typename F::Nlri& nlri)
{
    Octets octets;
    Writer writer{octets};
    F::encode(nlri, writer);
    return octets;
}

std::string hop_words(std::string_view next_hop)
{
    return next_hop.empty() ? std::string{} : fmt::format(" next-hop {}", next_hop);
}

std::string path_words(const std::optional<PathId>& id)
{
    return id ? " path-information " + to_text(Ipv4Address{id->value}) : std::string{};
}

std::string label_words(const LabelStack& stack)
{
    if (stack.labels.size() == 1) return fmt::format(" label {}", stack.labels.front());
    return stack.labels.empty() ? std::string{} : fmt::format(" label [ {} ]", fmt::join(stack.labels, " "));
}

template <class F>
std::string event_text(const Route<typename F::Nlri>& route, const EventRouteForm& form)
{
    const auto& nlri = route.nlri;
    const auto hop = form.withdrawn ? std::string{} : hop_words(form.next_hop);
    if constexpr (is_event_prefix<F>)
        return to_text(nlri) + path_words(route.path_id) + hop;
    else if constexpr (is_event_labeled<F>) {
        const auto text = to_text(nlri.prefix) + path_words(route.path_id) + label_words(nlri.labels) + hop;
        if constexpr (F::safi == Safi::mpls_vpn) return text + " rd " + to_text(nlri.rd);
        return text;
    } else if constexpr (is_event_flow<F>)
        return flow_event_text(nlri, form.withdrawn ? std::string_view{} : form.next_hop);
    else if constexpr (F::safi == Safi::vpls) {
        if (const auto* block = std::get_if<VplsLabelBlock>(&nlri.route))
            return fmt::format("vpls rd {} endpoint {} base {} offset {} size {}{}", to_text(block->rd), block->ve_id,
                               block->label_base.label, block->offset, block->size, hop);
        const auto& discovery = std::get<VplsDiscovery>(nlri.route);
        return fmt::format("vpls rd {} pe-address {}{}", to_text(discovery.rd), to_text(discovery.pe_address), hop);
    } else {
        const auto both = family_words({F::afi, F::safi});
        return fmt::format("afi {} safi {}", both.substr(0, both.find(' ')), both.substr(both.find(' ') + 1));
    }
}

/// Whether events have a form for NLRI of this family that route_words.hpp does not have.
template <class F>
inline constexpr bool has_event_form = is_event_flow<F> || F::afi == Afi::bgp_ls || F::safi == Safi::evpn ||
                                       F::safi == Safi::mcast_vpn || F::safi == Safi::mup || F::safi == Safi::rt_constraint;

template <class F>
void append_event(std::string& out, const Route<typename F::Nlri>& route, const EventRouteForm& form)
{
    const auto hop = form.withdrawn ? std::string_view{} : form.next_hop;
    if constexpr (is_event_flow<F>)
        append_flow_event_json(out, route.nlri, hop);
    else {
        const auto octets = event_octets<F>(route.nlri);
        if constexpr (F::safi == Safi::evpn)
            out += evpn_json(octets);
        else if constexpr (F::safi == Safi::mcast_vpn)
            out += mvpn_json(octets);
        else if constexpr (F::safi == Safi::mup)
            out += mup_json(octets, F::afi);
        else if constexpr (F::safi == Safi::rt_constraint)
            out += rtc_json(octets);
        else
            out += ls_nlri_json(octets, F::safi == Safi::bgp_ls_vpn, hop);
    }
    out.resize(out.size() - 2);   // " }"
    if (route.path_id) out += fmt::format(R"(, "path-information": "{}")", to_text(Ipv4Address{route.path_id->value}));
    out += form.more_json;
    out += " }";
}

}   // namespace

void append_event_json(std::string& out, const AnyRoutes& routes, const EventRouteForm& form)
{
    std::visit(
        [&]<class Routes>(const Routes& of) {
            if constexpr (requires { typename Routes::FamilyType; }) {
                using F = typename Routes::FamilyType;
                if constexpr (has_event_form<F>) {
                    for (std::size_t i = 0; i < of.routes.size(); ++i) {
                        if (i != 0) out += ", ";
                        append_event<F>(out, of.routes[i], form);
                    }
                    return;
                }
            }
            append_json(out, routes, form.withdrawn, std::string{form.more_json});
        },
        routes);
}

std::vector<std::string> event_texts(const AnyRoutes& routes, const EventRouteForm& form)
{
    std::vector<std::string> texts;
    std::visit(
        [&]<class Routes>(const Routes& of) {
            if constexpr (std::is_same_v<Routes, UnknownRoutes>)
                texts.push_back(upper_hex(of.octets.data(), of.octets.size()));
            else
                for (const auto& route : of.routes) texts.push_back(event_text<typename Routes::FamilyType>(route, form));
        },
        routes);
    return texts;
}

}   // namespace barrage::exabgp
