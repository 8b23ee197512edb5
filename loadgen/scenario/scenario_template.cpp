#include "loadgen/scenario/scenario_template.hpp"

#include <fmt/format.h>

#include "loadgen/scenario/phase_table.hpp"
#include "loadgen/scenario/session_defaults.hpp"

namespace barrage {

namespace {

/// Colons are YAML's own.
std::string yaml_address(const IpAddress& address) { return address.is_v6() ? "'" + to_text(address) + "'" : to_text(address); }

std::string dut_text(const ScenarioFacts& facts)
{
    const std::string head = "# The device under test.\n";
    if (!facts.dut && !facts.as)
        return head +
               "dut: {}                      # {address: 192.0.2.1, as: 65000}; or --dut ADDRESS[:PORT] on the command line\n";
    auto text = head + "dut:\n";
    const auto word = [&](const std::string& key, const char* why) { text += fmt::format("  {:<28}# {}\n", key, why); };
    if (facts.dut) {
        word("address: " + yaml_address(facts.dut->address), "--dut on the command line comes first");
        word(fmt::format("port: {}", facts.dut->port), "of its BGP");
    } else {
        word("# address: 192.0.2.1", "or --dut ADDRESS[:PORT] on the command line");
    }
    if (facts.as)
        word(fmt::format("as: {}", facts.as->value), "another one is refused");
    else
        word("# as: 65000", "without it any is accepted, and attributes are not compared in full");
    return text;
}

/// A line of a group, with its comment in a column of its own.
std::string group_line(const std::string& key, std::string_view why) { return fmt::format("    {:<26} # {}\n", key, why); }

std::string address_lines(const ScenarioFacts& facts, std::uint32_t index)
{
    if (!facts.address)
        return group_line("# address: 192.0.2.11",
                          "source address of the first, rising [on loopback 127.0.1.1; else the kernel's choice]");
    return group_line("address: " + yaml_address(session_defaults::source_address_from(*facts.address, index)),
                      "source address of the first, rising; --add-addresses adds them for the time of the run");
}

/// What sessions of both groups need.
std::string session_lines(const ScenarioFacts& facts)
{
    auto text = facts.md5_key.empty() ? group_line("# md5: KEY", "of TCP MD5 signatures, RFC 2385")
                                      : group_line(fmt::format("md5: '{}'", facts.md5_key), "of TCP MD5 signatures, RFC 2385");
    if (facts.ttl) text += group_line(fmt::format("ttl: {}", *facts.ttl), "of outgoing packets");
    return text;
}

std::string phases_comment()
{
    std::string text = "# Other phases, each with its keys in scenario(5):\n";
    for (const auto& phase : phase_words()) text += fmt::format("#   {:<10} {}\n", phase.word, phase.description);
    return text;
}

}   // namespace

std::string scenario_template(const ScenarioFacts& facts)
{
    std::string text;
    if (!facts.schema.empty()) text += fmt::format("# yaml-language-server: $schema={}\n", facts.schema);
    text += "# A scenario of `loadgen run`. `loadgen validate FILE` checks it; scenario(5) has every key.\n"
            "name: first run\n"
            "about: Routes from a few peers at once, how long the device takes to pass them on, and to take them back.\n\n";
    text += dut_text(facts);
    text +=
        "\n# Groups of peers. Those with routes send them; those without receive what the device makes of them, and measure.\n"
        "peers:\n"
        "  - name: senders\n";
    text += group_line(fmt::format("count: {}", facts.senders), "BGP sessions");
    text += group_line(fmt::format("as: {}", facts.first_as.value),
                       facts.as_step == 0 ? "of each" : "of the first; each has the next one");
    if (facts.as_step == 0) text += "    as_step: 0\n";
    text += address_lines(facts, 0);
    text += group_line("routes: " + facts.routes, "a file, full-table:COUNT or range:10.0.0.0/24x10k");
    text += group_line("next_hop: " + facts.next_hop, "self: each session's own address; or an address");
    text += session_lines(facts);
    text += fmt::format("  - name: receivers\n    count: 1\n    as: {}\n", facts.receiver_as.value);
    text += address_lines(facts, facts.senders) + session_lines(facts);
    text += "\n# What happens, one after the other.\n"
            "phases:\n"
            "  - connect: {timeout: 1m}\n"
            "  - announce                   # {rate: 10k}: routes a second of all peers together\n"
            "  - wait: {for: converged, timeout: 5m}\n"
            "  - hold: 2s\n"
            "  - withdraw\n"
            "  - wait: {for: converged, timeout: 5m}\n";
    text += phases_comment();
    text += "\n# What the run has to hold to, else exit status 99.\n"
            "thresholds:\n"
            "  - missing == 0\n"
            "  - unexpected == 0\n"
            "  - sessions_lost == 0\n"
            "  # - convergence.p99 < 2s\n";
    return text;
}

std::string compact_scenario(const ScenarioFacts& facts)
{
    const auto group = [&](std::string text, std::uint32_t index) {
        if (facts.address)
            text += fmt::format(", address: {}", yaml_address(session_defaults::source_address_from(*facts.address, index)));
        if (!facts.md5_key.empty()) text += fmt::format(", md5: '{}'", facts.md5_key);
        if (facts.ttl) text += fmt::format(", ttl: {}", *facts.ttl);
        return text;
    };
    std::string text;
    if (facts.dut) text += fmt::format("dut: {{address: {}, port: {}", yaml_address(facts.dut->address), facts.dut->port);
    if (facts.dut) text += (facts.as ? fmt::format(", as: {}", facts.as->value) : std::string{}) + "}\n";
    text += "peers:\n";
    text += group(fmt::format("  - {{name: senders, count: {}, as: {}{}", facts.senders, facts.first_as.value,
                              facts.as_step == 0 ? ", as_step: 0" : ""),
                  0) +
            fmt::format(", routes: '{}', next_hop: {}}}\n", facts.routes, facts.next_hop);
    text += group(fmt::format("  - {{name: receivers, as: {}", facts.receiver_as.value), facts.senders) + "}\n";
    return text + "phases:\n  - connect\n  - announce\n  - wait: {for: converged, timeout: 5m}\n  - withdraw\n"
                  "  - wait: {for: converged, timeout: 5m}\n"
                  "thresholds: [missing == 0, unexpected == 0, sessions_lost == 0]\n";
}

}   // namespace barrage
