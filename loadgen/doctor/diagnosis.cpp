#include "loadgen/doctor/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "codec/describe.hpp"
#include "loadgen/scenario/session_defaults.hpp"
#include "loadgen/words/document_json.hpp"

namespace barrage::doctor {

namespace {

constexpr const char* other_next_hop = "192.0.2.1";   // of documentation, RFC 5737: nothing is forwarded to it

/// Of session `number`, the first of which is 0.
std::optional<IpAddress> source_of(const Options& options, std::uint32_t number)
{
    if (options.address) return session_defaults::source_address_from(*options.address, number);
    return session_defaults::source_address(options.router.address, number);
}

Asn as_of(const Options& options, std::uint32_t number)
{
    return options.local_as.value_or(Asn{session_defaults::first_as.value + number});
}

Probe attempt_at(const Options& options, std::optional<IpAddress> source, Asn as, std::uint32_t number)
{
    return probe({.router = options.router,
                  .source = source,
                  .as = as,
                  .identifier = Ipv4Address{session_defaults::first_router_id.value + number},
                  .md5_key = options.md5_key,
                  .ttl = options.ttl,
                  .timeout = options.timeout});
}

/// It would be the same from any other address.
bool ends_the_search(Reached reached)
{
    return reached == Reached::no_answer || reached == Reached::refused || reached == Reached::unreachable;
}

bool refuses_as(const Probe& probe)
{
    return probe.notification && probe.notification->code == ErrorCode::open_message &&
           probe.notification->subcode == static_cast<std::uint8_t>(OpenSubcode::bad_peer_as);
}

std::string no_answer_text(const Diagnosis& diagnosis)
{
    if (!diagnosis.answers_elsewhere)
        return "nothing came back: the router is off, its address is another, or a filter drops the packets";
    if (diagnosis.options.md5_key.empty())
        return fmt::format("the host is there, and port {} does not answer: it wants TCP MD5 signatures (--md5 KEY), or a filter "
                           "drops the packets",
                           diagnosis.options.router.port);
    return fmt::format("the host is there, and port {} does not answer to this key: the router has another one or none, or a "
                       "filter drops the packets",
                       diagnosis.options.router.port);
}

/// Behind the TCP connection.
std::string refusal_text(const Attempt& attempt)
{
    const auto& probe = attempt.probe;
    const auto us = to_text(probe.local);
    if (refuses_as(probe))
        return fmt::format("the router sent {}: it has the neighbor {} with another AS than {} (--local-as)",
                           to_text(*probe.notification), us, attempt.as.value);
    if (probe.notification) return fmt::format("the router sent {}", to_text(*probe.notification));
    if (probe.closed && !probe.open)
        return fmt::format(
            "the router took the connection and closed it without an OPEN: it has no neighbor {}, or a session with it already",
            us);
    if (probe.closed) return "the router sent its OPEN and closed the connection without a NOTIFICATION";
    if (!probe.open)
        return fmt::format("the router took the connection and sends no OPEN: is the neighbor {} shut down there?", us);
    return "the router sent its OPEN and no KEEPALIVE behind it";
}

std::string families_text(FamilySet families)
{
    std::string text;
    families.for_each([&](Family family) { text += (text.empty() ? "" : ", ") + std::string{name(family)}; });
    return text;
}

std::vector<std::string> capability_names(const Open& open)
{
    std::vector<std::string> names;
    for (const auto& capability : open.capabilities()) {
        const auto word = std::string{name(capability)};
        if (std::ranges::find(names, word) == names.end()) names.push_back(word);
    }
    return names;
}

std::string software_of(const Open& open)
{
    const auto* software = open.find<capability::SoftwareVersion>();
    return software ? software->version : std::string{};
}

std::string place_text(const Diagnosis& diagnosis)
{
    if (!diagnosis.toward) return "this host has no route to it";
    const auto& from = *diagnosis.toward;
    const auto own = std::ranges::find(diagnosis.interfaces, from, &InterfaceAddress::address);
    const auto interface = own == diagnosis.interfaces.end() ? std::string{} : fmt::format(" ({})", own->interface);
    if (is_loopback(diagnosis.options.router.address)) return fmt::format("{}{}, on this host", to_text(from), interface);
    return fmt::format("{}{}, {}", to_text(from), interface,
                       diagnosis.is_multihop() ? "over other routers" : "on a network of its own with it");
}

std::string next_hop_text(const Diagnosis& diagnosis)
{
    const auto up = std::ranges::find_if(diagnosis.attempts, &Attempt::is_up);
    const auto own = fmt::format("{}, each session's own address", to_text(up->probe.local));
    const auto& trial = diagnosis.own_next_hop;
    const auto instead = diagnosis.takes_other_next_hop
                             ? fmt::format("; it passes on routes with another one, such as {}: --next-hop", other_next_hop)
                             : "";
    switch (trial.verdict) {
    case NextHopVerdict::passed_on: return own + " (--next-hop self, the default): a route with it was passed on";
    case NextHopVerdict::refused:
        return fmt::format("not {}: the router answered {}{}", own,
                           trial.notification ? to_text(*trial.notification) : "by closing the connection", instead);
    case NextHopVerdict::dropped: return fmt::format("not {}: the router dropped a route with it in silence{}", own, instead);
    case NextHopVerdict::untried: break;
    }
    auto text = own + " (--next-hop self, the default)";
    if (is_loopback(up->probe.local))
        text += "; on loopback some routers drop routes with it, which two eBGP sessions would show (--address, --peers)";
    else if (diagnosis.is_multihop())
        text += fmt::format("; the router needs a route to {} and multihop", to_text(up->probe.local));
    return text;
}

/// With the first two sessions, on IPv4 loopback. A session that it ends is set up again.
void try_next_hops(Diagnosis& diagnosis)
{
    const auto& options = diagnosis.options;
    const auto* open = diagnosis.open();
    if (diagnosis.usable() < 2 || !open || options.router.address.is_v6() || !is_loopback(options.router.address)) return;
    auto& sender = diagnosis.attempts[0];
    const auto& receiver = diagnosis.attempts[1];
    if (sender.as == open->asn() || !families_of(*open).contains(ipv4_unicast)) return;
    const auto timeout = std::min<std::chrono::milliseconds>(options.timeout, std::chrono::seconds{2});
    diagnosis.own_next_hop = try_next_hop(sender.probe, receiver.probe, sender.as, sender.probe.local.v4(), timeout);
    if (diagnosis.own_next_hop.verdict == NextHopVerdict::passed_on) return;
    if (diagnosis.own_next_hop.verdict == NextHopVerdict::refused)
        sender.probe = attempt_at(options, sender.source, sender.as, 0);
    if (!sender.is_up()) return;
    const auto other =
        try_next_hop(sender.probe, receiver.probe, sender.as, Ipv4Address::from_text(other_next_hop).value(), timeout);
    diagnosis.takes_other_next_hop = other.verdict == NextHopVerdict::passed_on;
}

std::string sessions_text(const Diagnosis& diagnosis)
{
    const auto up = std::ranges::count_if(diagnosis.attempts, &Attempt::is_up);
    auto text = fmt::format("{} of {} came up", up, diagnosis.attempts.size());
    std::string from;
    for (const auto& attempt : diagnosis.attempts)
        if (attempt.is_up())
            from += fmt::format("{}{} as AS {}", from.empty() ? ": from " : ", ", to_text(attempt.probe.local), attempt.as.value);
    text += from;
    if (diagnosis.attempts.size() == 1 && !diagnosis.attempts[0].source)
        text += "; more sessions need an address each: --address FIRST tries as many as --peers";
    return text;
}

}   // namespace

const Open* Diagnosis::open() const noexcept
{
    for (const auto& attempt : attempts)
        if (attempt.probe.open) return &*attempt.probe.open;
    return nullptr;
}

std::size_t Diagnosis::usable() const noexcept
{
    return static_cast<std::size_t>(std::ranges::find_if_not(attempts, &Attempt::is_up) - attempts.begin());
}

bool Diagnosis::is_multihop() const noexcept
{
    // Every address of 127/8 is this host's, and a router there still thinks in networks.
    if (is_loopback(options.router.address)) return true;
    return network_of(options.router.address, interfaces) == nullptr;
}

Diagnosis examine(const Options& options)
{
    Diagnosis diagnosis{.options = options, .toward = address_toward(options.router), .interfaces = interface_addresses()};
    auto& settled = diagnosis.options;
    for (std::uint32_t number = 0; number < options.peers; ++number) {
        const auto source = source_of(settled, number);
        if (number > 0 && (!source || source == source_of(settled, number - 1))) break;   // one session for each address
        const auto as = as_of(settled, number);
        diagnosis.attempts.push_back({source, as, attempt_at(settled, source, as, number)});
        auto& attempt = diagnosis.attempts.back();
        // Where the router wants another AS it is most often its own: iBGP.
        if (number == 0 && !options.local_as && refuses_as(attempt.probe) && attempt.probe.open) {
            const auto own = attempt.probe.open->asn();
            if (auto again = attempt_at(settled, source, own, number); again.reached == Reached::established) {
                settled.local_as = own;
                attempt = {source, own, std::move(again)};
            }
        }
        if (ends_the_search(attempt.probe.reached)) break;
    }
    if (diagnosis.attempts.back().probe.reached == Reached::no_answer)
        diagnosis.answers_elsewhere = answers_elsewhere(options.router.address, options.timeout);
    try_next_hops(diagnosis);
    for (auto& attempt : diagnosis.attempts) end(attempt.probe);
    return diagnosis;
}

std::vector<Neighbors::One> neighbors_of(const Options& options, std::optional<IpAddress> toward)
{
    std::vector<Neighbors::One> all;
    for (std::uint32_t number = 0; number < options.peers; ++number) {
        const auto source = source_of(options, number);
        if (number > 0 && !source) break;
        if (!source && !toward) break;
        all.push_back({source ? *source : *toward, as_of(options, number)});
    }
    return all;
}

std::string problem_of(const Diagnosis& diagnosis, const Attempt& attempt)
{
    switch (attempt.probe.reached) {
    case Reached::established: return {};
    case Reached::no_source:
        return fmt::format("{} ({} is no address of this host: `ip address add`, or inject with --add-addresses)",
                           attempt.probe.error, attempt.source ? to_text(*attempt.source) : "it");
    case Reached::unreachable: return attempt.probe.error;
    case Reached::no_answer: return no_answer_text(diagnosis);
    case Reached::refused:
        return fmt::format("nobody listens on port {}: is BGP running there, and on this address?",
                           diagnosis.options.router.port);
    case Reached::connected: return refusal_text(attempt);
    }
    return {};
}

std::string inject_line(const Diagnosis& diagnosis)
{
    const auto usable = diagnosis.usable();
    const auto* open = diagnosis.open();
    if (usable == 0 || !open) return {};
    const auto& options = diagnosis.options;
    const bool internal = options.local_as && *options.local_as == open->asn();
    const bool verifies = usable > 1 && !internal;   // the session of --verify is eBGP
    const auto& last = diagnosis.attempts[usable - 1];
    auto line = fmt::format("loadgen inject {}", to_text(options.router));
    if (diagnosis.attempts[0].source) line += fmt::format(" --address {}", to_text(*diagnosis.attempts[0].source));
    line += fmt::format(" --peers {} --peer-as {}", verifies ? usable - 1 : usable, open->asn().value);
    if (options.local_as) line += fmt::format(" --local-as {}", options.local_as->value);
    if (!options.md5_key.empty()) line += " --md5 KEY";
    if (options.ttl) line += fmt::format(" --ttl {}", *options.ttl);
    line += options.router.address.is_v6() ? " --routes full-table:100k,family=ipv6" : " --routes full-table:100k";
    if (diagnosis.takes_other_next_hop) line += fmt::format(" --next-hop {}", other_next_hop);
    if (verifies) line += fmt::format(" --verify --verify-as {} --verify-address {}", last.as.value, to_text(last.probe.local));
    return line;
}

std::optional<ScenarioFacts> scenario_facts(const Diagnosis& diagnosis)
{
    const auto usable = diagnosis.usable();
    const auto* open = diagnosis.open();
    if (usable < 2 || !open) return std::nullopt;
    const auto& options = diagnosis.options;
    return ScenarioFacts{.dut = options.router,
                         .as = open->asn(),
                         .address = diagnosis.attempts[0].source,
                         .senders = static_cast<std::uint32_t>(usable - 1),
                         .first_as = diagnosis.attempts[0].as,
                         .as_step = options.local_as ? 0u : 1u,
                         .receiver_as = diagnosis.attempts[usable - 1].as,
                         .md5_key = options.md5_key,
                         .ttl = options.ttl,
                         .routes = options.router.address.is_v6() ? "full-table:100k,family=ipv6" : "full-table:100k",
                         .next_hop = diagnosis.takes_other_next_hop ? other_next_hop : "self"};
}

std::string to_text(const Diagnosis& diagnosis)
{
    std::string text;
    const auto line = [&](const char* title, const std::string& what) {
        text += fmt::format("{:<14}{}\n", title, printable(what));
    };
    line("router", to_text(diagnosis.options.router));
    line("from", place_text(diagnosis));
    const auto reached = diagnosis.attempts.back().probe.reached;
    const bool has_connected = std::ranges::any_of(
        diagnosis.attempts, [](const auto& each) { return each.probe.reached == Reached::connected || each.is_up(); });
    line("port", fmt::format("{}: {}", diagnosis.options.router.port,
                             has_connected                 ? "open"
                             : reached == Reached::refused ? "closed"
                                                           : "no answer"));
    if (const auto* open = diagnosis.open()) {
        const auto software = software_of(*open);
        line("its OPEN",
             fmt::format("AS {}, identifier {}, hold time {} s{}", open->asn().value, to_text(IpAddress{open->bgp_identifier}),
                         open->hold_time, software.empty() ? "" : ", " + software));
        line("families", families_text(families_of(*open)));
        line("capabilities", fmt::format("{}", fmt::join(capability_names(*open), ", ")));
    }
    line("sessions", sessions_text(diagnosis));
    std::vector<std::string> seen;
    for (const auto& attempt : diagnosis.attempts) {
        const auto problem = problem_of(diagnosis, attempt);
        if (problem.empty() || std::ranges::find(seen, problem) != seen.end()) continue;
        seen.push_back(problem);
        line("problem", attempt.source ? fmt::format("from {}: {}", to_text(*attempt.source), problem) : problem);
    }
    if (diagnosis.usable() == 0) return text;
    line("next hop", next_hop_text(diagnosis));
    return text;
}

boost::json::object to_json(const Diagnosis& diagnosis)
{
    using document::or_null;
    boost::json::object document{{"router", to_text(diagnosis.options.router)}};
    document["address"] = diagnosis.toward ? boost::json::value(to_text(*diagnosis.toward)) : boost::json::value(nullptr);
    document["multihop"] = diagnosis.is_multihop();
    document["open"] = nullptr;
    if (const auto* open = diagnosis.open()) {
        boost::json::array families, capabilities;
        families_of(*open).for_each([&](Family family) { families.emplace_back(name(family)); });
        for (const auto& word : capability_names(*open)) capabilities.emplace_back(word);
        const auto software = software_of(*open);
        document["open"] = {{"as", open->asn().value},
                            {"identifier", to_text(IpAddress{open->bgp_identifier})},
                            {"hold_time_seconds", open->hold_time},
                            {"software", software.empty() ? boost::json::value(nullptr) : boost::json::value(software)},
                            {"families", std::move(families)},
                            {"capabilities", std::move(capabilities)}};
    }
    boost::json::array sessions;
    for (const auto& attempt : diagnosis.attempts)
        sessions.push_back(boost::json::object{
            {"address", attempt.source ? boost::json::value(to_text(*attempt.source)) : boost::json::value(nullptr)},
            {"as", attempt.as.value},
            {"established", attempt.is_up()},
            {"problem", problem_of(diagnosis, attempt)}});
    document["sessions"] = std::move(sessions);
    document["inject"] = inject_line(diagnosis);
    auto facts = scenario_facts(diagnosis);
    if (facts && !facts->md5_key.empty()) facts->md5_key = "KEY";   // it need not stand in a log
    document["scenario"] = facts ? boost::json::value(compact_scenario(*facts)) : boost::json::value(nullptr);
    return document;
}

}   // namespace barrage::doctor
