// A neighbor as it was understood, in the words that it is configured with: what `loadgen validate -n` shows.

#include <algorithm>
#include <string_view>

#include "codec/describe.hpp"
#include "loadgen/exabgp/grammar/check_route.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

namespace {

class Lines {
public:
    void value(std::string_view word, const std::string& text) { text_ += "    " + std::string{word} + " " + text + ";\n"; }
    void value_unless_empty(std::string_view word, const std::string& text)
    {
        if (!text.empty()) value(word, printable(text));
    }
    void flag(std::string_view word, bool is_set) { value(word, is_set ? "enable" : "disable"); }
    template <class Number>
    void number(std::string_view word, const std::optional<Number>& number)
    {
        if (number) value(word, std::to_string(*number));
    }
    void families(std::string_view section, FamilySet families)
    {
        text_ += "    " + std::string{section} + " {";
        families.for_each([this](Family family) { text_ += " " + family_words(family) + ";"; });
        text_ += " }\n";
    }
    void raw(const std::string& text) { text_ += text; }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string_view word_of(AddPathWish wish) noexcept
{
    switch (wish) {
    case AddPathWish::disable: return "disable";
    case AddPathWish::send: return "send";
    case AddPathWish::receive: return "receive";
    case AddPathWish::send_receive: return "send/receive";
    }
    return "disable";
}

std::string selection_text(const MessageSelection& selection)
{
    std::string text = "{";
    const auto add = [&text](std::string_view word, bool is_set) {
        if (is_set) text += " " + std::string{word} + ";";
    };
    add("parsed", selection.parsed);
    add("packets", selection.packets);
    add("consolidate", selection.consolidate);
    add("open", selection.open);
    add("update", selection.update);
    add("notification", selection.notification);
    add("keepalive", selection.keepalive);
    add("refresh", selection.refresh);
    add("operational", selection.operational);
    return text + " }";
}

std::string api_text(const ApiSection& api)
{
    std::string text = "    api {";
    const auto list = [&text](std::string_view word, const std::vector<std::string>& names) {
        if (names.empty()) return;
        text += " " + std::string{word} + " [";
        for (const auto& name : names) text += " " + printable(name);
        text += " ];";
    };
    list("processes", api.processes);
    list("processes-match", api.processes_match);
    const auto flag = [&text](std::string_view word, bool is_set) {
        if (is_set) text += " " + std::string{word} + ";";
    };
    flag("neighbor-changes", api.neighbor_changes);
    flag("negotiated", api.negotiated);
    flag("fsm", api.fsm);
    flag("signal", api.signal);
    if (api.send != MessageSelection{}) text += " send " + selection_text(api.send);
    if (api.receive != MessageSelection{}) text += " receive " + selection_text(api.receive);
    return text + " }\n";
}

std::string asn_text(const std::optional<Asn>& asn) { return asn ? std::to_string(asn->value) : "auto"; }

void print_capabilities(const Neighbor& neighbor, Lines& lines)
{
    lines.raw("    capability {\n");
    const auto flag = [&lines](std::string_view word, bool is_set) { lines.raw("    "), lines.flag(word, is_set); };
    const auto value = [&lines](std::string_view word, const std::string& text) { lines.raw("    "), lines.value(word, text); };
    value("nexthop", !neighbor.next_hop_capability ? "auto" : *neighbor.next_hop_capability ? "enable" : "disable");
    value("add-path", std::string{word_of(neighbor.add_path)});
    flag("asn4", neighbor.asn4);
    value("graceful-restart", neighbor.graceful_restart ? std::to_string(*neighbor.graceful_restart) : "disable");
    flag("multi-session", neighbor.multi_session);
    flag("operational", neighbor.operational);
    flag("route-refresh", neighbor.route_refresh);
    flag("aigp", neighbor.aigp);
    flag("extended-message", neighbor.extended_message);
    flag("software-version", neighbor.software_version);
    lines.raw("    }\n");
}

}   // namespace

std::string to_text(const Neighbor& neighbor)
{
    Lines lines;
    const auto full = neighbor.peer_address.is_v4() ? 32 : 128;
    const auto mask = neighbor.peer_mask == full ? std::string{} : "/" + std::to_string(neighbor.peer_mask);
    lines.raw("neighbor " + barrage::to_text(neighbor.peer_address) + mask + " {\n");
    lines.value_unless_empty("description", neighbor.description);
    lines.value("local-address", neighbor.local_address ? barrage::to_text(*neighbor.local_address) : "auto");
    lines.value_unless_empty("source-interface", neighbor.source_interface);
    if (neighbor.router_id) lines.value("router-id", barrage::to_text(*neighbor.router_id));
    lines.value("local-as", asn_text(neighbor.local_as));
    lines.value("peer-as", asn_text(neighbor.peer_as));
    lines.value_unless_empty("host-name", neighbor.host_name);
    lines.value_unless_empty("domain-name", neighbor.domain_name);
    lines.value("hold-time", std::to_string(neighbor.hold_time));
    lines.value("rate-limit", neighbor.rate_limit == 0 ? "disable" : std::to_string(neighbor.rate_limit));
    lines.flag("passive", neighbor.passive);
    if (neighbor.listen != 0) lines.value("listen", std::to_string(neighbor.listen));
    if (neighbor.connect != 0) lines.value("connect", std::to_string(neighbor.connect));
    lines.number("outgoing-ttl", neighbor.outgoing_ttl);
    lines.number("incoming-ttl", neighbor.incoming_ttl);
    if (!neighbor.md5_password.empty()) lines.value("md5-password", "(not shown)");
    if (neighbor.md5_ip) lines.value("md5-ip", barrage::to_text(*neighbor.md5_ip));
    lines.flag("group-updates", neighbor.group_updates);
    lines.flag("auto-flush", neighbor.auto_flush);
    lines.flag("adj-rib-in", neighbor.adj_rib_in);
    lines.flag("adj-rib-out", neighbor.adj_rib_out);
    lines.flag("manual-eor", neighbor.manual_eor);
    lines.families("family", neighbor.families);
    lines.families("add-path", neighbor.add_path_families);
    for (const auto& [family, next_hop] : neighbor.next_hops)
        lines.raw("    nexthop { " + family_words(family) + (next_hop == Afi::ipv4 ? " ipv4" : " ipv6") + "; }\n");
    print_capabilities(neighbor, lines);
    for (const auto& api : neighbor.apis) lines.raw(api_text(api));
    lines.raw("}\n");
    return lines.take();
}

}   // namespace barrage::exabgp
