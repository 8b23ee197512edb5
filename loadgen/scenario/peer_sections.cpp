// The sections `dut` and `peers` of a scenario.

#include <fmt/format.h>

#include "loadgen/scenario/scenario_document.hpp"
#include "loadgen/scenario/scenario_values.hpp"

namespace barrage {

using yaml::field;
using yaml::Field;
using yaml::Problems;

namespace {

constexpr std::uint64_t most_peers = 65'000;

/// `next_hop: self | keep | ADDRESS`, or a list with an address for each family.
Field<Scenario::Group> next_hop_field()
{
    return {
        "next_hop",
        "self: the session's address of the routes' family, else its interface's; keep: as in the source; or an address, in a "
        "list one "
        "for each family [of dumps on eBGP self, else keep; where the source has none self]",
        false,
        [](Problems& problems, const YAML::Node& node, Scenario::Group& group) {
            yaml::for_each_item(node, [&](const YAML::Node& each) {
                const auto text = yaml::scalar(problems, each, "self, keep or an address");
                if (!text) return;
                if (const auto taken = take_next_hop(*text, group.next_hop); !taken) problems.add(each, taken.error());
            });
        },
        [] {
            return boost::json::object{{"anyOf", {yaml::Text{}.schema(), {{"type", "array"}, {"items", yaml::Text{}.schema()}}}}};
        }};
}

}   // namespace

const std::vector<Field<Scenario::Dut>>& dut_fields()
{
    using Dut = Scenario::Dut;
    static const std::vector<Field<Dut>> fields{
        field("address", &Dut::address, yaml::Address{}, "of the device under test; may be given on the command line"),
        field("port", &Dut::port, yaml::Number{1, 65535}, "of its BGP [179]"),
        field("as", &Dut::as, yaml::AsNumber{},
              "its AS; other ones are refused, and it may stand at the front of reflected paths [any]"),
        field("pid", &Dut::pid, yaml::Number{1, 1u << 22},
              "of its process, where it is on this machine: CPU and memory are watched"),
        field(
            "route_server", &Dut::route_server, yaml::Flag{},
            "it need not put its AS in front of paths, and leaves next hops as they are, RFC 7947; of any other device both are "
            "malformed towards another AS [false]"),
    };
    return fields;
}

const std::vector<Field<Scenario::Group>>& group_fields()
{
    using Group = Scenario::Group;
    using enum Scenario::Role;
    static const std::vector<Field<Group>> fields{
        field("name", &Group::name, yaml::Text{}, "of the group", true),
        field("count", &Group::count, yaml::Number{1, most_peers}, "of peers [1]"),
        field(
            "role", &Group::role, yaml::Choice<Scenario::Role>{{{"send", send}, {"receive", receive}, {"both", both}}},
            "send: announces routes; receive: gets what the device passes on, and measures it [send where there are routes, else "
            "receive]"),
        field("measure", &Group::measure, yaml::Flag{},
              "of who receives: hold what comes against what was sent; without it that is only read [true]"),
        field("address", &Group::address, yaml::Address{},
              "source address of the first peer, rising [127.0.1.1 on loopback; else the kernel's choice]"),
        field("as", &Group::as, yaml::AsNumber{}, "of the first peer [65001]"),
        field("as_step", &Group::as_step, yaml::Number{0, 1000},
              "from one peer to the next: 0 for iBGP or one AS [0 where as is the DUT's, else 1]"),
        field("router_id", &Group::router_id, yaml::RouterId{}, "of the first peer, rising [10.0.0.1, rising over all groups]"),
        field("families", &Group::families, yaml::Families{}, "to negotiate [those of all routes]"),
        field("hold_time", &Group::hold_time, yaml::HoldTime{}, "[180s]"),
        field("send_hold_time", &Group::send_hold_time, yaml::Time{},
              "the session ends when the device accepts no data for this long, RFC 9687; 0: never [the larger of 8m and twice "
              "the hold time]"),
        field("graceful_restart", &Group::graceful_restart, yaml::WholeSeconds{0, 4095},
              "restart time that is said in the OPEN, RFC 4724: the device keeps routes so long [not said]"),
        field("enhanced_refresh", &Group::enhanced_refresh, yaml::Flag{},
              "enhanced route refresh, RFC 7313: the device marks where a refresh begins and ends [false]"),
        field(
            "routes", &Group::routes, yaml::RouteSources{},
            "FILE (an MRT dump, prefixes one a line, lines of bgpdump -m, CSV with named columns, announce and withdraw lines of "
            "ExaBGP's API, UPDATEs in hexadecimal digits; FILE,snapshot=N: of several snapshots in a dump the Nth), "
            "full-table:COUNT… or range:[FAMILY:]…, as "
            "of loadgen "
            "inject --routes; one or a list"),
        field("mrt_peer", &Group::mrt_peer, yaml::MrtPeerWords{},
              "whose routes of a dump, or of lines of bgpdump: an index, an address, an AS (AS65001), most or all [of a table "
              "most, of updates all]"),
        field("mrt_local", &Group::mrt_local, yaml::Flag{}, "also what the collector itself sent (BGP4MP_MESSAGE_LOCAL) [false]"),
        field("order", &Group::shuffled, yaml::Choice<bool>{{{"as-given", false}, {"shuffled", true}}},
              "in which routes are announced: tables by their attributes and files of updates as they are, or by chance "
              "[as-given]"),
        field("divided", &Group::divided, yaml::Flag{}, "each peer announces a part of the routes [all of them]"),
        next_hop_field(),
        field("as_path", &Group::keeps_as_path, yaml::Choice<bool>{{{"prepend", false}, {"keep", true}}},
              "towards eBGP: prepend: the own AS in front, RFC 4271 section 5.1.2; keep: as in the source, as a route server "
              "sends it, "
              "RFC 7947 [prepend]"),
        field("md5", &Group::md5_key, yaml::Text{}, "key of TCP MD5 signatures, RFC 2385 [none]"),
        field("ttl", &Group::ttl, yaml::Number{1, 255}, "TTL of outgoing packets [the kernel's]"),
        field("add_path", &Group::add_path, yaml::Flag{}, "path identifiers of the source are sent, RFC 7911 [false]"),
        field("extended_message", &Group::extended_message, yaml::Flag{}, "messages of up to 65535 octets, RFC 8654 [false]"),
        field("reject_as_set", &Group::reject_as_set, yaml::Flag{},
              "of who receives: routes with an AS_SET in their path are malformed, RFC 9774 [false]"),
        field("expect", &Group::expect, yaml::ExpectWords{yaml::ExpectWords::Place::group},
              "of its routes: none (they do not come through), within, attributes; of its sessions: sessions_lost, notification"),
    };
    return fields;
}

void read_groups(Problems& problems, const YAML::Node& node, Document& document)
{
    if (!node.IsSequence()) return problems.add(node, "expected a list of groups of peers, got " + yaml::what_is(node));
    for (const auto& each : node) {
        Scenario::Group group;
        read_section(problems, each, group, group_fields(), "a group of peers");
        if (!group.name.empty() && !document.group_marks.emplace(group.name, each.Mark()).second)
            problems.add(each, fmt::format("there are two groups of the name '{}'", group.name));
        const auto has = [&](const char* key) { return each.IsMap() && each[key].IsDefined(); };
        if (!has("role")) group.role = group.routes.empty() ? Scenario::Role::receive : Scenario::Role::send;
        if (has("as_step")) document.steps_given.push_back(group.name);
        if (group.sends() && group.routes.empty())
            problems.add(each, fmt::format("group '{}' sends, and has no routes", group.name));
        if (!group.sends() && !group.routes.empty())
            problems.add(each, fmt::format("group '{}' has routes, but only receives", group.name));
        document.scenario.groups.push_back(std::move(group));
        document.group_words.push_back(given_words(each));
    }
    if (document.scenario.groups.empty()) problems.add(node, "expected at least one group of peers");
}

}   // namespace barrage
