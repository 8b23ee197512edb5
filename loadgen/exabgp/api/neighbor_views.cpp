#include "loadgen/exabgp/api/neighbor_views.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "codec/describe.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/text/events.hpp"
#include "loadgen/exabgp/text/json_text.hpp"

namespace barrage::exabgp {

namespace {

bool is_up(const NeighborFacts& facts) { return facts.status.state == State::established; }

Duration up_for(const NeighborFacts& facts)
{
    return facts.status.up_since == never || facts.now < facts.status.up_since ? Duration{} : facts.now - facts.status.up_since;
}

/// Why no route goes to it; empty where some can.
std::string trouble_of(const NeighborFacts& facts)
{
    const auto& status = facts.status;
    if (is_up(facts))
        return status.negotiated && status.negotiated->families.empty() ? std::string{no_common_family} : std::string{};
    if (!status.last_end.empty()) return printable(status.last_end);
    if (!status.config.passive) return {};
    return status.config.md5_password.empty() ? "waits to be connected to"
                                              : "waits to be connected to, with the MD5 key that is set here";
}

std::string number_or_auto(const std::optional<Asn>& asn) { return asn ? std::to_string(asn->value) : "auto"; }

std::string local_of(const Speaker::Status& status)
{
    if (status.local_address) return to_text(*status.local_address);
    return status.config.local_address ? to_text(*status.config.local_address) : "auto";
}

std::string identifier_of(const Speaker::Status& status)
{
    return status.config.router_id ? to_text(*status.config.router_id) : local_of(status);
}

std::string peer_as_of(const Speaker::Status& status)
{
    return status.negotiated ? std::to_string(status.negotiated->peer_as.value) : number_or_auto(status.config.peer_as);
}

/// A capability, whether we advertise it, and whether the peer does as far as the negotiated values show.
struct CapabilityRow {
    std::string_view name;
    bool local;
    std::optional<bool> peer;
};

std::vector<CapabilityRow> capability_rows(const Speaker::Status& status)
{
    const auto& config = status.config;
    const auto settled = [&](auto&& of) -> std::optional<bool> {
        if (!status.negotiated) return std::nullopt;
        return of(*status.negotiated);
    };
    return {
        {"asn4", config.asn4, settled([](const Negotiated& n) { return n.options.four_octet_as; })},
        {"extended-message", config.extended_message, settled([](const Negotiated& n) { return n.options.extended_message; })},
        {"graceful-restart", config.graceful_restart.has_value(), std::nullopt},
        {"route-refresh", config.route_refresh, settled([](const Negotiated& n) { return n.route_refresh; })},
        {"enhanced-route-refresh", config.route_refresh, settled([](const Negotiated& n) { return n.enhanced_route_refresh; })},
        {"add-path", config.add_path != AddPathWish::disable,
         settled([](const Negotiated& n) { return !n.options.add_path_send.empty() || !n.options.add_path_receive.empty(); })},
        {"operational", config.operational, std::nullopt},
        {"multi-session", config.multi_session, std::nullopt},
    };
}

std::string enabled(std::optional<bool> value) { return !value ? "n/a" : *value ? "enabled" : "disabled"; }

std::string add_path_word(bool send, bool receive)
{
    if (send && receive) return "send/receive";
    return send ? "send" : receive ? "receive" : "disabled";
}

std::string row(std::string_view a, std::string_view b, std::string_view c = {}, std::string_view d = {})
{
    return fmt::format("   {:<20} {:>15} {:>15} {:>15}\n", a, b, c, d);
}

}   // namespace

std::string duration_text(Duration duration)
{
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    const auto days = seconds / 86400;
    seconds %= 86400;
    const auto clock = fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (days == 0) return clock;
    return fmt::format("{} day{}, {}", days, days == 1 ? "" : "s", clock);
}

std::string summary_header() { return "Peer            AS        up/down state       |     #sent     #recvd\n"; }

std::string summary_line(const NeighborFacts& facts)
{
    auto state = std::string{state_word(facts.status.state)};
    for (auto& c : state) c = static_cast<char>(c | 0x20);
    const auto trouble = trouble_of(facts);
    return fmt::format("{:<15} {:<7} {:>9} {:<12} {:>10} {:>10}{}{}\n", facts.name, peer_as_of(facts.status),
                       is_up(facts) ? duration_text(up_for(facts)) : "down", state, facts.numbers.sent_updates,
                       facts.numbers.received_updates, trouble.empty() ? "" : "  ", trouble);
}

std::string extensive_page(const NeighborFacts& facts)
{
    const auto& status = facts.status;
    auto text = "Neighbor " + facts.name + "\n\n    Session                         Local\n";
    text += row("local", local_of(status));
    text += row("state", state_word(status.state));
    text += is_up(facts) ? row("up for", duration_text(up_for(facts)))
                         : row("down for", status.last_end.empty() ? "ever" : printable(status.last_end));
    if (const auto trouble = trouble_of(facts); is_up(facts) && !trouble.empty()) text += row("but", trouble);
    text += "\n    Setup                           Local          Remote\n";
    text += row("AS", number_or_auto(status.config.local_as), peer_as_of(status));
    text += row("ID", identifier_of(status), status.negotiated ? to_text(status.negotiated->peer_identifier) : "None");
    text += row("hold-time", std::to_string(status.config.hold_time),
                status.negotiated ? std::to_string(status.negotiated->hold_time.count()) : "None");
    text += "\n    Capability                      Local          Remote\n";
    for (const auto& each : capability_rows(status))
        text += row(std::string{each.name} + ":", enabled(each.local), enabled(each.peer));
    text += "\n    Families                        Local          Remote        Add-Path\n";
    status.config.families.for_each([&](Family family) {
        std::optional<bool> peer;
        auto path = add_path_word(false, false);
        if (status.negotiated) {
            peer = status.negotiated->families.contains(family);
            path = add_path_word(status.negotiated->options.add_path_send.contains(family),
                                 status.negotiated->options.add_path_receive.contains(family));
        }
        text += row(family_words(family) + ":", "enabled", enabled(peer), path);
    });
    text += "\n    Message Statistic                Sent        Received\n";
    text += row("update:", std::to_string(facts.numbers.sent_updates), std::to_string(facts.numbers.received_updates));
    text += row("messages:", "", std::to_string(facts.numbers.received_messages));
    status.left_out.for_each([&](const LeftOutWords& reason, const LeftOut::OfReason& of) {
        text += row(fmt::format("not sent, {}:", reason.word), std::to_string(of.routes));
    });
    return text + "\n";
}

boost::json::object neighbor_json(const NeighborFacts& facts)
{
    const auto& status = facts.status;
    boost::json::object local_capabilities, peer_capabilities, local_families, peer_families, add_path;
    boost::json::array capabilities, families;
    for (const auto& each : capability_rows(status)) {
        local_capabilities[each.name] = each.local;
        if (each.peer)
            peer_capabilities[each.name] = *each.peer;
        else
            peer_capabilities[each.name] = nullptr;
        if (each.local && each.peer.value_or(false)) capabilities.emplace_back(each.name);
    }
    status.config.families.for_each([&](Family family) {
        const auto name = family_words(family);
        local_families[name] = true;
        if (!status.negotiated) {
            peer_families[name] = nullptr;
            return;
        }
        const bool of_both = status.negotiated->families.contains(family);
        peer_families[name] = of_both;
        if (of_both) families.emplace_back(name);
        add_path[name] = add_path_word(status.negotiated->options.add_path_send.contains(family),
                                       status.negotiated->options.add_path_receive.contains(family));
    });
    boost::json::object local{{"capabilities", std::move(local_capabilities)},
                              {"families", std::move(local_families)},
                              {"address", local_of(status)},
                              {"id", identifier_of(status)},
                              {"hold", status.config.hold_time}};
    boost::json::object peer{{"capabilities", std::move(peer_capabilities)},
                             {"families", std::move(peer_families)},
                             {"address", to_text(status.config.peer_address)}};
    if (status.config.local_as)
        local["as"] = status.config.local_as->value;
    else
        local["as"] = nullptr;
    peer["as"] = nullptr;
    if (status.negotiated)
        peer["as"] = status.negotiated->peer_as.value;
    else if (status.config.peer_as)
        peer["as"] = status.config.peer_as->value;
    peer["id"] = nullptr;
    peer["hold"] = nullptr;
    if (status.negotiated) {
        peer["id"] = to_text(status.negotiated->peer_identifier);
        peer["hold"] = status.negotiated->hold_time.count();
    }
    const auto trouble = trouble_of(facts);
    boost::json::object left_out;
    status.left_out.for_each([&](const LeftOutWords& reason, const LeftOut::OfReason& of) { left_out[reason.word] = of.routes; });
    return {{"name", facts.name},
            {"state", is_up(facts) ? "up" : "down"},
            {"reason", trouble.empty() ? boost::json::value{} : boost::json::value(trouble)},
            {"duration", std::chrono::duration_cast<std::chrono::seconds>(up_for(facts)).count()},
            {"fsm", state_word(status.state)},
            {"local", std::move(local)},
            {"peer", std::move(peer)},
            {"messages",
             {{"sent", {{"update", facts.numbers.sent_updates}}},
              {"received", {{"update", facts.numbers.received_updates}, {"total", facts.numbers.received_messages}}}}},
            {"left-out", std::move(left_out)},
            {"capabilities", std::move(capabilities)},
            {"families", std::move(families)},
            {"add-path", std::move(add_path)}};
}

std::string configuration_text(const Neighbor& neighbor)
{
    std::string text;
    const auto into = std::back_inserter(text);
    const auto name = name_of(neighbor);
    fmt::format_to(into, "neighbor {} {{\n", name.peer);
    if (!neighbor.description.empty()) fmt::format_to(into, "\tdescription {};\n", json_string(neighbor.description));
    fmt::format_to(into, "\trouter-id {};\n\tlocal-address {};\n\tlocal-as {};\n\tpeer-as {};\n\thold-time {};\n", name.router_id,
                   name.local_ip, name.local_as, name.peer_as, neighbor.hold_time);
    if (neighbor.rate_limit != 0) fmt::format_to(into, "\trate-limit {};\n", neighbor.rate_limit);
    if (!neighbor.host_name.empty()) fmt::format_to(into, "\thost-name {};\n", neighbor.host_name);
    if (!neighbor.domain_name.empty()) fmt::format_to(into, "\tdomain-name {};\n", neighbor.domain_name);
    if (neighbor.connect != 0) fmt::format_to(into, "\tconnect {};\n", neighbor.connect);
    if (neighbor.listen != 0) fmt::format_to(into, "\tlisten {};\n", neighbor.listen);
    fmt::format_to(
        into, "\tpassive {};\n\tgroup-updates {};\n\tauto-flush {};\n\tadj-rib-in {};\n\tadj-rib-out {};\n\tmanual-eor {};\n",
        neighbor.passive, neighbor.group_updates, neighbor.auto_flush, neighbor.adj_rib_in, neighbor.adj_rib_out,
        neighbor.manual_eor);
    text += "\n\tcapability {\n";
    fmt::format_to(
        into, "\t\tasn4 {};\n\t\troute-refresh {};\n\t\textended-message {};\n\t\toperational {};\n\t\tmulti-session {};\n",
        neighbor.asn4, neighbor.route_refresh, neighbor.extended_message, neighbor.operational, neighbor.multi_session);
    if (neighbor.graceful_restart)
        fmt::format_to(into, "\t\tgraceful-restart {};\n", *neighbor.graceful_restart);
    else
        text += "\t\tgraceful-restart disable;\n";
    const auto wish = neighbor.add_path;
    fmt::format_to(into, "\t\tadd-path {};\n\t}}\n",
                   wish == AddPathWish::disable ? "disable"
                                                : add_path_word(wish != AddPathWish::receive, wish != AddPathWish::send));
    text += "\n\tfamily {\n";
    neighbor.families.for_each([&](Family family) { text += "\t\t" + family_words(family) + ";\n"; });
    text += "\t}\n";
    for (const auto& api : neighbor.apis)
        if (!api.processes.empty())
            fmt::format_to(into, "\n\tapi {{\n\t\tprocesses [ {} ];\n\t}}\n", fmt::join(api.processes, " "));
    return text + "}\n";
}

}   // namespace barrage::exabgp
