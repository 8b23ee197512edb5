// Flow rules in ExaBGP's words: RFC 8955's components with its names and operators.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "loadgen/exabgp/text/route_words.hpp"
#include "loadgen/exabgp/vocabulary/flow_names.hpp"

namespace barrage::exabgp {

namespace {

std::string_view name_of(FlowComponentType type, bool v6) noexcept
{
    switch (type) {
    case FlowComponentType::destination: return v6 ? "destination-ipv6" : "destination-ipv4";
    case FlowComponentType::source: return v6 ? "source-ipv6" : "source-ipv4";
    case FlowComponentType::protocol: return v6 ? "next-header" : "protocol";
    case FlowComponentType::port: return "port";
    case FlowComponentType::destination_port: return "destination-port";
    case FlowComponentType::source_port: return "source-port";
    case FlowComponentType::icmp_type: return "icmp-type";
    case FlowComponentType::icmp_code: return "icmp-code";
    case FlowComponentType::tcp_flags: return "tcp-flags";
    case FlowComponentType::packet_length: return "packet-length";
    case FlowComponentType::dscp: return v6 ? "traffic-class" : "dscp";
    case FlowComponentType::fragment: return "fragment";
    case FlowComponentType::flow_label: return "flow-label";
    }
    return "unknown";
}

std::string term_text(FlowComponentType type, const NumericTerm& term)
{
    static constexpr std::array<std::string_view, 8> operators{"false", "=", ">", ">=", "<", "<=", "!=", "true"};
    const auto op = term.op & 7u;
    if ((op == 0 || op == 7) && term.value == 0) return std::string{operators[op]};
    return std::string{operators[op]} + flow_number_text(type, term.value);
}

std::string term_text(FlowComponentType type, const BitmaskTerm& term)
{
    static constexpr std::array<std::string_view, 4> operators{"", "=", "!", "!="};
    return std::string{operators[term.op & 3u]} + flow_bits_text(type, term.value);
}

/// Terms with blanks between those of which any has to hold, and `&` between those that all have to.
template <class Terms>
std::vector<std::string> alternatives(FlowComponentType type, const Terms& terms)
{
    std::vector<std::string> all;
    for (const auto& term : terms) {
        const bool joined = !all.empty() && term.op & flow_and_bit;
        if (joined)
            all.back() += "&" + term_text(type, term);
        else
            all.push_back(term_text(type, term));
    }
    return all;
}

std::vector<std::string> values_of(const FlowPrefix& prefix) { return {to_text(prefix.prefix)}; }
std::vector<std::string> values_of(const FlowPrefix6& prefix)
{
    return {to_text(prefix.prefix) + "/" + std::to_string(prefix.offset)};
}
std::vector<std::string> values_of(const FlowNumbers& numbers) { return alternatives(numbers.type, numbers.terms); }
std::vector<std::string> values_of(const FlowBits& bits) { return alternatives(bits.type, bits.terms); }

void for_each_component(const auto& rule, bool v6, auto&& visit)
{
    for (const auto& component : rule.components)
        std::visit([&](const auto& each) { visit(name_of(each.type, v6), values_of(each)); }, component);
}

std::string text_of(const auto& rule, bool v6)
{
    std::string text{"flow"};
    for_each_component(rule, v6, [&](std::string_view name, const std::vector<std::string>& values) {
        if (values.size() == 1)
            fmt::format_to(std::back_inserter(text), " {} {}", name, values.front());
        else
            fmt::format_to(std::back_inserter(text), " {} [ {} ]", name, fmt::join(values, " "));
    });
    if (rule.rd) text += " rd " + to_text(*rule.rd);
    return text;
}

void append_json_of(std::string& out, const auto& rule, bool v6)
{
    out += '{';
    for_each_component(rule, v6, [&](std::string_view name, const std::vector<std::string>& values) {
        fmt::format_to(std::back_inserter(out), R"( "{}": [ "{}" ],)", name, fmt::join(values, R"(", ")"));
    });
    if (rule.rd) fmt::format_to(std::back_inserter(out), R"( "rd": "{}",)", to_text(*rule.rd));
    fmt::format_to(std::back_inserter(out), R"( "string": "{}" }})", text_of(rule, v6));
}

// Events: ExaBGP's own form. Components of one type that follow each other are one, and brackets stand around more than one term.

struct EventComponent {
    FlowComponentType type{};
    std::vector<std::string> alternatives;
    std::size_t terms = 0;
};

std::size_t term_count(const FlowNumbers& numbers) { return numbers.terms.size(); }
std::size_t term_count(const FlowBits& bits) { return bits.terms.size(); }
std::size_t term_count(const auto&) { return 1; }

std::vector<EventComponent> event_components(const auto& rule)
{
    std::vector<EventComponent> all;
    for (const auto& component : rule.components)
        std::visit(
            [&](const auto& each) {
                if (all.empty() || all.back().type != each.type) all.push_back({.type = each.type});
                for (auto& value : values_of(each)) all.back().alternatives.push_back(std::move(value));
                all.back().terms += term_count(each);
            },
            component);
    return all;
}

std::string event_text_of(const auto& rule, bool v6, std::string_view next_hop)
{
    std::string text{"flow"};
    for (const auto& component : event_components(rule))
        fmt::format_to(std::back_inserter(text), " {} {}{}{}", name_of(component.type, v6), component.terms > 1 ? "[ " : "",
                       fmt::join(component.alternatives, " "), component.terms > 1 ? " ]" : "");
    if (rule.rd) text += " rd " + to_text(*rule.rd);
    if (!next_hop.empty()) fmt::format_to(std::back_inserter(text), " next-hop {}", next_hop);
    return text;
}

void append_event_json_of(std::string& out, const auto& rule, bool v6, std::string_view next_hop)
{
    const auto into = std::back_inserter(out);
    out += '{';
    for (const auto& component : event_components(rule))
        fmt::format_to(into, R"( "{}": [ "{}" ],)", name_of(component.type, v6), fmt::join(component.alternatives, R"(", ")"));
    if (rule.rd) fmt::format_to(into, R"( "rd": "{}",)", to_text(*rule.rd));
    if (!next_hop.empty()) fmt::format_to(into, R"( "next-hop": "{}",)", next_hop);
    fmt::format_to(into, R"( "string": "{}" }})", event_text_of(rule, v6, next_hop));
}

}   // namespace

std::string flow_text(const FlowSpecNlri4& rule) { return text_of(rule, false); }
std::string flow_text(const FlowSpecNlri6& rule) { return text_of(rule, true); }
void append_flow_json(std::string& out, const FlowSpecNlri4& rule) { append_json_of(out, rule, false); }
void append_flow_json(std::string& out, const FlowSpecNlri6& rule) { append_json_of(out, rule, true); }

std::string flow_event_text(const FlowSpecNlri4& rule, std::string_view next_hop) { return event_text_of(rule, false, next_hop); }
std::string flow_event_text(const FlowSpecNlri6& rule, std::string_view next_hop) { return event_text_of(rule, true, next_hop); }
void append_flow_event_json(std::string& out, const FlowSpecNlri4& rule, std::string_view next_hop)
{
    append_event_json_of(out, rule, false, next_hop);
}
void append_flow_event_json(std::string& out, const FlowSpecNlri6& rule, std::string_view next_hop)
{
    append_event_json_of(out, rule, true, next_hop);
}

}   // namespace barrage::exabgp
