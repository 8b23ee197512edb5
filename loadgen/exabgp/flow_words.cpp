// Flow rules in ExaBGP's words: RFC 8955's components with its names and operators.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "loadgen/exabgp/route_words.hpp"

namespace barrage::exabgp {

namespace {

struct Named {
    std::uint64_t value;
    std::string_view name;
};
constexpr std::array protocols{Named{1, "icmp"},  Named{2, "igmp"},  Named{6, "tcp"},   Named{8, "egp"}, Named{17, "udp"},
                               Named{46, "rsvp"}, Named{47, "gre"},  Named{50, "esp"},  Named{51, "ah"}, Named{89, "ospf"},
                               Named{94, "ipip"}, Named{103, "pim"}, Named{132, "sctp"}};
constexpr std::array tcp_flag_names{Named{1, "fin"},     Named{2, "syn"},  Named{4, "rst"},   Named{8, "push"}, Named{16, "ack"},
                                    Named{32, "urgent"}, Named{64, "ece"}, Named{128, "cwr"}, Named{256, "ns"}};
constexpr std::array fragment_names{Named{1, "dont-fragment"}, Named{2, "is-fragment"}, Named{4, "first-fragment"},
                                    Named{8, "last-fragment"}};

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

constexpr std::uint8_t and_bit = 0x40;

std::string value_text(FlowComponentType type, std::uint64_t value)
{
    if (type == FlowComponentType::protocol)
        if (const auto found = std::ranges::find(protocols, value, &Named::value); found != protocols.end())
            return std::string{found->name};
    return std::to_string(value);
}

std::string term_text(FlowComponentType type, const NumericTerm& term)
{
    static constexpr std::array<std::string_view, 8> operators{"false", "=", ">", ">=", "<", "<=", "!=", "true"};
    const auto op = term.op & 7u;
    if (op == 0 || op == 7) return std::string{operators[op]};
    return std::string{operators[op]} + value_text(type, term.value);
}

std::string term_text(FlowComponentType type, const BitmaskTerm& term)
{
    static constexpr std::array<std::string_view, 4> operators{"", "=", "!", "!="};
    std::string names;
    auto left = term.value;
    const auto take = [&](const auto& named) {
        for (const auto& each : named)
            if (left & each.value) {
                if (!names.empty()) names += '+';
                names += each.name;
                left &= ~each.value;
            }
    };
    if (type == FlowComponentType::tcp_flags)
        take(tcp_flag_names);
    else if (type == FlowComponentType::fragment)
        take(fragment_names);
    if (left != 0 || names.empty()) names += fmt::format("{}0x{:X}", names.empty() ? "" : "+", left);
    return std::string{operators[term.op & 3u]} + names;
}

/// Terms with blanks between those of which any has to hold, and `&` between those that all have to.
template <class Terms>
std::vector<std::string> alternatives(FlowComponentType type, const Terms& terms)
{
    std::vector<std::string> all;
    for (const auto& term : terms) {
        const bool joined = !all.empty() && term.op & and_bit;
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

}   // namespace

std::string flow_text(const FlowSpecNlri4& rule) { return text_of(rule, false); }
std::string flow_text(const FlowSpecNlri6& rule) { return text_of(rule, true); }
void append_flow_json(std::string& out, const FlowSpecNlri4& rule) { append_json_of(out, rule, false); }
void append_flow_json(std::string& out, const FlowSpecNlri6& rule) { append_json_of(out, rule, true); }

}   // namespace barrage::exabgp
