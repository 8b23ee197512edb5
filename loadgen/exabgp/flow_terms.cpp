#include "loadgen/exabgp/flow_terms.hpp"

#include <bit>
#include <span>

#include "io/service_port.hpp"
#include "loadgen/exabgp/values.hpp"

namespace barrage::exabgp {

namespace {

using Name = EnumName<std::uint32_t>;

// https://www.iana.org/assignments/protocol-numbers: those that ExaBGP names, and IPv6's
constexpr Name protocols[] = {{1, "icmp"}, {2, "igmp"}, {4, "ipip"}, {6, "tcp"},     {8, "egp"},   {17, "udp"},  {46, "rsvp"},
                              {47, "gre"}, {50, "esp"}, {51, "ah"},  {58, "icmpv6"}, {89, "ospf"}, {103, "pim"}, {132, "sctp"}};

// https://www.iana.org/assignments/service-names-port-numbers: the usual ones; others come from the system's list
constexpr Name services[] = {{20, "ftp-data"},       {21, "ftp"},     {22, "ssh"},
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
constexpr Name icmp_types[] = {{0, "echo-reply"},
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
constexpr Name icmp_codes[] = {{0, "network-unreachable"},          {1, "host-unreachable"},
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
constexpr Name tcp_flags[] = {{0x01, "fin"}, {0x02, "syn"},    {0x04, "rst"}, {0x08, "push"}, {0x08, "psh"}, {0x10, "ack"},
                              {0x20, "urg"}, {0x20, "urgent"}, {0x40, "ece"}, {0x80, "cwr"},  {0x100, "ns"}};

// RFC 8955 section 4.2.2.12
constexpr Name fragments[] = {
    {0x00, "not-a-fragment"}, {0x01, "dont-fragment"}, {0x02, "is-fragment"}, {0x04, "first-fragment"}, {0x08, "last-fragment"}};

std::span<const Name> names_of(FlowComponentType type) noexcept
{
    using enum FlowComponentType;
    switch (type) {
    case protocol: return protocols;
    case port:
    case destination_port:
    case source_port: return services;
    case icmp_type: return icmp_types;
    case icmp_code: return icmp_codes;
    case FlowComponentType::tcp_flags: return barrage::exabgp::tcp_flags;
    case fragment: return fragments;
    default: return {};
    }
}

std::optional<std::uint64_t> value_from(std::string_view text, FlowComponentType type, std::uint64_t most)
{
    if (const auto number = number_from<std::uint64_t>(text, most)) return number;
    std::string name{text};
    for (auto& octet : name)
        if (octet >= 'A' && octet <= 'Z') octet = static_cast<char>(octet | 0x20);
    const auto names = names_of(type);
    for (const auto& known : names)
        if (known.name == name) return known.value;
    if (names.data() == std::data(services) && !name.empty() && name[0] >= 'a' && name[0] <= 'z') return service_port(name);
    return std::nullopt;
}

struct Operator {
    std::string_view text;
    std::uint8_t bits;
};
// RFC 8955 sections 4.2.1.1 and 4.2.1.2; the longer ones first
constexpr Operator numeric_operators[] = {{">=", 3}, {"<=", 5}, {"!=", 6},   {"=", 1},
                                          {">", 2},  {"<", 4},  {"true", 7}, {"false", 0}};
constexpr Operator bitmask_operators[] = {{"!=", 3}, {"=", 1}, {"!", 2}};
constexpr std::uint8_t and_bit = 0x40;

/// Takes the operator off the front of `text`.
std::uint8_t take_operator(std::string_view& text, std::span<const Operator> operators, std::uint8_t otherwise)
{
    for (const auto& known : operators)
        if (text.starts_with(known.text)) {
            text.remove_prefix(known.text.size());
            return known.bits;
        }
    return otherwise;
}

std::uint8_t octets_for(std::uint64_t value) noexcept
{
    const auto octets = std::max(1u, (static_cast<unsigned>(std::bit_width(value)) + 7) / 8);
    return static_cast<std::uint8_t>(std::bit_ceil(octets));
}

/// `>=80&<=90` as terms; false where something is no term.
template <class Term>
bool append_terms(std::string_view text, FlowComponentType type, std::uint64_t most, std::vector<Term>& terms)
{
    constexpr bool is_numeric = std::is_same_v<Term, NumericTerm>;
    constexpr std::uint8_t equal = 1;
    for (std::uint8_t joined = 0;; joined = and_bit) {
        const auto end = text.find('&');
        auto one = text.substr(0, end);
        std::uint8_t op = 0;
        if constexpr (is_numeric)
            op = take_operator(one, numeric_operators, equal);
        else
            op = take_operator(one, bitmask_operators, 0);
        const bool needs_no_value = is_numeric && (op == 0 || op == 7);
        const auto value = one.empty() && needs_no_value ? std::uint64_t{0} : value_from(one, type, most);
        if (!value) return false;
        terms.push_back(Term{{static_cast<std::uint8_t>(op | joined), octets_for(*value), *value}});
        if (end == std::string_view::npos) return true;
        text.remove_prefix(end + 1);
    }
}

template <class Term>
std::vector<Term> take_terms(TokenCursor& words, FlowComponentType type, std::uint64_t most)
{
    std::vector<Term> terms;
    for_each_value(words, [&] {
        const auto token = take_word(words, "a value");
        if (words.failed() || append_terms(token.text, type, most, terms)) return;
        std::string expected = "expected an operator and a number up to " + std::to_string(most);
        if (const auto names = names_of(type); !names.empty()) expected += ", or a name as " + std::string{names[0].name};
        words.fail(token, std::move(expected));
    });
    if (terms.empty()) words.fail_last("a list without a value");
    return terms;
}

}   // namespace

std::vector<NumericTerm> take_numeric_terms(TokenCursor& words, FlowComponentType type, std::uint64_t most)
{
    return take_terms<NumericTerm>(words, type, most);
}

std::vector<BitmaskTerm> take_bitmask_terms(TokenCursor& words, FlowComponentType type, std::uint64_t most)
{
    return take_terms<BitmaskTerm>(words, type, most);
}

}   // namespace barrage::exabgp
