#include "loadgen/exabgp/vocabulary/flow_names.hpp"

#include <fmt/format.h>

#include "io/service_port.hpp"
#include "loadgen/exabgp/vocabulary/numbers.hpp"

namespace barrage::exabgp {

namespace {

// https://www.iana.org/assignments/protocol-numbers: first those that ExaBGP names and writes …
constexpr FlowName protocols[] = {
    {1, "icmp"},
    {2, "igmp"},
    {6, "tcp"},
    {8, "egp"},
    {17, "udp"},
    {46, "rsvp"},
    {47, "gre"},
    {50, "esp"},
    {51, "ah"},
    {89, "ospf"},
    {94, "ipip"},
    {103, "pim"},
    {132, "sctp"},
    // … then others, which are only read
    {0, "hopopt"},
    {3, "ggp"},
    {4, "ipv4"},
    {5, "st"},
    {7, "cbt"},
    {9, "igp"},
    {27, "rdp"},
    {33, "dccp"},
    {41, "ipv6"},
    {42, "sdrp"},
    {43, "ipv6-route"},
    {44, "ipv6-frag"},
    {45, "idrp"},
    {48, "dsr"},
    {58, "ipv6-icmp"},
    {58, "icmpv6"},
    {59, "ipv6-nonxt"},
    {60, "ipv6-opts"},
    {88, "eigrp"},
    {89, "ospfigp"},
    {97, "etherip"},
    {98, "encap"},
    {108, "ipcomp"},
    {112, "vrrp"},
    {113, "pgm"},
    {115, "l2tp"},
    {133, "fc"},
    {135, "mobility-header"},
    {136, "udplite"},
    {137, "mpls-in-ip"},
    {138, "manet"},
    {139, "shim6"},
    {140, "wesp"},
    {141, "rohc"},
    {142, "ethernet"},
    {143, "aggfrag"},
    {144, "nsh"},
};
constexpr std::size_t written_protocols = 13;

// https://www.iana.org/assignments/service-names-port-numbers: the usual ones; others come from the system's list
constexpr FlowName services[] = {{20, "ftp-data"},       {21, "ftp"},     {22, "ssh"},
                                 {23, "telnet"},         {25, "smtp"},    {53, "domain"},
                                 {67, "bootps"},         {68, "bootpc"},  {69, "tftp"},
                                 {80, "http"},           {110, "pop3"},   {119, "nntp"},
                                 {123, "ntp"},           {143, "imap"},   {161, "snmp"},
                                 {162, "snmp-trap"},     {179, "bgp"},    {389, "ldap"},
                                 {443, "https"},         {514, "syslog"}, {546, "dhcpv6-client"},
                                 {547, "dhcpv6-server"}, {636, "ldaps"},  {853, "domain-s"},
                                 {993, "imaps"},         {995, "pop3s"},  {1812, "radius"},
                                 {1813, "radius-acct"},  {3306, "mysql"}};

// https://www.iana.org/assignments/icmp-parameters, in the words of ExaBGP
constexpr FlowName icmp_types[] = {{0, "echo-reply"},
                                   {3, "unreachable"},
                                   {5, "redirect"},
                                   {8, "echo-request"},
                                   {9, "router-advertisement"},
                                   {10, "router-solicit"},
                                   {11, "time-exceeded"},
                                   {12, "parameter-problem"},
                                   {13, "timestamp"},
                                   {14, "timestamp-reply"},
                                   {40, "photuris"},
                                   {41, "experimental-mobility"},
                                   {42, "extended-echo-request"},
                                   {43, "extended-echo-reply"},
                                   {253, "experimental-one"},
                                   {254, "experimental-two"}};
constexpr FlowName icmp_codes[] = {{0, "network-unreachable"},          {1, "host-unreachable"},
                                   {2, "protocol-unreachable"},         {3, "port-unreachable"},
                                   {4, "fragmentation-needed"},         {5, "source-route-failed"},
                                   {6, "destination-network-unknown"},  {7, "destination-host-unknown"},
                                   {8, "source-host-isolated"},         {9, "destination-network-prohibited"},
                                   {10, "destination-host-prohibited"}, {11, "network-unreachable-for-tos"},
                                   {12, "host-unreachable-for-tos"},    {13, "communication-prohibited-by-filtering"},
                                   {14, "host-precedence-violation"},   {15, "precedence-cutoff-in-effect"},
                                   {0, "redirect-for-network"},         {1, "redirect-for-host"},
                                   {2, "redirect-for-tos-and-net"},     {3, "redirect-for-tos-and-host"},
                                   {0, "ttl-eq-zero-during-transit"},   {1, "ttl-eq-zero-during-reassembly"},
                                   {1, "required-option-missing"},      {2, "ip-header-bad"}};

// RFC 8955 section 4.2.2.9, RFC 9293 section 3.1, RFC 3540
constexpr FlowName tcp_flag_names[] = {{0x01, "fin"}, {0x02, "syn"},    {0x04, "rst"}, {0x08, "push"},
                                       {0x10, "ack"}, {0x20, "urgent"}, {0x40, "ece"}, {0x80, "cwr"},
                                       {0x100, "ns"}, {0x08, "psh"},    {0x20, "urg"}};

// RFC 8955 section 4.2.2.12
constexpr FlowName fragment_names[] = {
    {0x01, "dont-fragment"}, {0x02, "is-fragment"}, {0x04, "first-fragment"}, {0x08, "last-fragment"}};

bool is_bits(FlowComponentType type) noexcept
{
    return type == FlowComponentType::tcp_flags || type == FlowComponentType::fragment;
}

std::optional<std::uint64_t> single_value_from(std::string_view text, FlowComponentType type, std::uint64_t most)
{
    if (const auto number = number_from<std::uint64_t>(text, most)) return number;
    if (const auto known = value_named(flow_names(type), text); known && *known <= most) return *known;
    const auto name = plain_name(text);
    const bool is_port = flow_names(type).data() == std::data(services);
    if (is_port && !name.empty() && name[0] >= 'a' && name[0] <= 'z') return service_port(name);
    return std::nullopt;
}

}   // namespace

std::span<const FlowName> flow_names(FlowComponentType type) noexcept
{
    switch (type) {
    case FlowComponentType::protocol: return protocols;
    case FlowComponentType::port:
    case FlowComponentType::destination_port:
    case FlowComponentType::source_port: return services;
    case FlowComponentType::icmp_type: return icmp_types;
    case FlowComponentType::icmp_code: return icmp_codes;
    case FlowComponentType::tcp_flags: return tcp_flag_names;
    case FlowComponentType::fragment: return fragment_names;
    default: return {};
    }
}

std::span<const FlowName> written_flow_names(FlowComponentType type) noexcept
{
    if (type == FlowComponentType::protocol) return std::span{protocols}.first(written_protocols);
    if (is_bits(type)) return flow_names(type);
    return {};
}

std::optional<std::uint64_t> flow_value_from(std::string_view text, FlowComponentType type, std::uint64_t most)
{
    if (!is_bits(type)) return single_value_from(text, type, most);
    std::uint64_t bits = 0;
    for (;;) {
        const auto end = text.find('+');
        const auto bit = single_value_from(text.substr(0, end), type, most);
        if (!bit) return std::nullopt;
        bits |= *bit;
        if (end == std::string_view::npos) return bits;
        text.remove_prefix(end + 1);
    }
}

std::string flow_bits_text(FlowComponentType type, std::uint64_t bits)
{
    std::string text;
    auto left = bits;
    for (const auto& named : written_flow_names(type)) {
        if ((left & named.value) == 0) continue;
        if (!text.empty()) text += '+';
        text += named.name;
        left &= ~std::uint64_t{named.value};
    }
    if (left != 0 || text.empty()) text += fmt::format("{}0x{:X}", text.empty() ? "" : "+", left);
    return text;
}

std::string flow_number_text(FlowComponentType type, std::uint64_t number)
{
    if (number <= ~std::uint32_t{})
        if (const auto name = name_of_value(written_flow_names(type), static_cast<std::uint32_t>(number)); !name.empty())
            return std::string{name};
    return std::to_string(number);
}

}   // namespace barrage::exabgp
