// The words of `expect:`: what they are read as, and what is said of those that are wrong.

#include "tests/support/doctest.hpp"

#include <fmt/format.h>

#include <string>

#include "loadgen/scenario/scenario_reader.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

constexpr const char* lines = R"(dut: {{address: 192.0.2.1, as: 65000}}
peers:
  - {{name: senders, as: 65101, routes: 'range:10.0.0.0/24x9'{}}}
  - {{name: receivers, as: 64601}}
phases:
  - connect
  - name: first
    announce: {{rate: 10}}
    {}
{}
)";

std::string first_error(const std::string& of_group, const std::string& of_phase, const std::string& of_run)
{
    const auto read = read_scenario(fmt::format(lines, of_group, of_phase, of_run));
    return read ? "" : to_text("x", read.error().front());
}

}   // namespace

TEST_CASE("expectations are of a group, a phase, the run, or a set of routes")
{
    const auto read = read_scenario(
        fmt::format(lines,
                    ", expect: {within: 2s, attributes: {community: [65000:1, no-export], med: 50, "
                    "local_pref: 200, as_path_prepend: 65010, next_hop: 192.0.2.9, origin: egp}}",
                    "expect: none", "expect:\n  - {routes: 10.0.3.0/24, none: true}\n  - {notification: hold-timer-expired}"));
    REQUIRE(read.has_value());
    const auto& group = *read->groups[0].expect;
    CHECK(group.within == 2s);
    const auto& attributes = *group.attributes;
    CHECK(attributes.communities == std::vector<std::uint32_t>{0xfde80001, 0xffffff01});
    CHECK(attributes.multi_exit_disc == 50u);
    CHECK(attributes.local_pref == 200u);
    CHECK(attributes.prepended == std::vector{Asn{65010}});
    CHECK(attributes.next_hop == IpAddress::from_text("192.0.2.9"));
    CHECK(attributes.origin == Origin::Value::egp);
    CHECK(read->phases[1].expect->none);
    REQUIRE(read->expects.size() == 2);
    CHECK(read->expects[0].none);
    CHECK(read->expects[0].routes == std::vector<std::string>{"10.0.3.0/24"});
    CHECK(read->expects[1].notification->code == ErrorCode::hold_timer_expired);
    CHECK(!read->expects[1].notification->subcode);
}

TEST_CASE("attributes of what a phase announces, and times of sets of routes")
{
    const auto read = read_scenario(fmt::format(lines, "", "expect: {within: 2s, attributes: {med: 50}}",
                                                "expect: {routes: [10.0.0.0/24, 10.0.3.0/24], within: 3s}"));
    REQUIRE(read.has_value());
    CHECK(read->phases[1].expect->attributes->multi_exit_disc == 50u);
    CHECK(read->phases[1].expect->within == 2s);
    CHECK(read->expects[0].within == 3s);
    CHECK(read->expects[0].routes.size() == 2);
    CHECK(first_error("", "", "expect: {within: 3s}").contains("of which routes?"));
    const auto withdraws = read_scenario("dut: {address: 192.0.2.1}\npeers:\n  - {name: s, routes: 'range:10.0.0.0/24x9'}\n"
                                         "  - {name: r}\nphases:\n  - connect\n  - announce\n"
                                         "  - {withdraw: all, expect: {attributes: {med: 1}}}\n");
    REQUIRE(!withdraws.has_value());
    CHECK(withdraws.error().front().text == "withdraw: expect attributes is of phases that announce: announce, replay, command");
}

TEST_CASE("what is wrong in an expectation is told with its place and the nearest word")
{
    CHECK(first_error(", expect: nothing", "", "") == "x:3:71: 'nothing': expected none, or a mapping such as {within: 2s}");
    CHECK(first_error("", "expect: {withn: 2s}", "").ends_with("unknown key 'withn' in expect; did you mean 'within'?"));
    CHECK(
        first_error("", "expect: {notification: ceas/1}", "").ends_with("'ceas/1': unknown word 'ceas'; did you mean 'cease'?"));
    CHECK(first_error("", "expect: {notification: cease/peer-deconfigured}", "").ends_with("did you mean 'peer-de-configured'?"));
    CHECK(first_error("", "expect: {}", "")
              .ends_with("nothing is expected; say none, within, attributes, sessions_lost or notification"));
    CHECK(first_error(", expect: {none: true, within: 2s}", "", "").ends_with("none stands alone"));
    CHECK(first_error(", expect: {attributes: {comunity: 65000:1}}", "", "").ends_with("did you mean 'community'?"));
    CHECK(first_error("", "", "expect: {none: true}").find("of which routes?") != std::string::npos);
    CHECK(first_error("", "", "expect: {routes: 10.0.0.0/33, none: true}").find("expected a prefix") != std::string::npos);
    CHECK(first_error("", "", "expect: {routes: 10.0.0.0/8, sessions_lost: 1}").find("routes have no sessions") !=
          std::string::npos);
    const auto kill =
        read_scenario("dut: {address: 192.0.2.1}\npeers:\n  - {name: s, routes: 'range:10.0.0.0/24x9'}\n  - {name: r}\nphases:\n"
                      "  - connect\n  - kill\n    expect: none\n");
    CHECK(!kill.has_value());
}

TEST_CASE("what is expected of routes stands where somebody announces them, and somebody else receives them")
{
    const auto error = [](const std::string& peers, const std::string& more = {}) {
        const auto read = read_scenario("dut: {address: 192.0.2.1, as: 65000}\npeers:\n" + peers +
                                        "phases:\n  - connect\n  - announce\n" + more);
        return read ? "" : to_text("x", read.error().front());
    };
    const std::string sender = "  - {name: s, as: 65101, routes: 'range:10.0.0.0/24x9'}\n";
    const std::string wrong[] = {"none", "{within: 1s}", "{none: true}", "{attributes: {med: 1}}"};
    for (const auto& expect : wrong) {
        CAPTURE(expect);
        const auto text = error(sender + "  - {name: r, as: 64601, expect: " + expect + "}\n");
        CHECK(text.starts_with("x:4:"));
        CHECK(text.contains("group 'r' only receives"));
        CHECK(text.contains("say it of the group that announces them"));
        const auto unseen = error("  - {name: s, as: 65101, routes: 'range:10.0.0.0/24x9', expect: " + expect + "}\n");
        CHECK(unseen.starts_with("x:3:"));
        CHECK(unseen.contains("no group of peers receives"));
    }
    CHECK(error(sender + "  - {name: r, as: 64601, expect: {sessions_lost: 1}}\n").empty());
    CHECK(error(sender, "expect: {routes: 10.0.0.0/8, within: 1s}\n").starts_with("x:7:30: no group of peers receives"));
}

TEST_CASE("attributes that are not compared cannot be expected")
{
    constexpr const char* text = "attributes are not looked at with compare_attributes: false; leave out one of the two";
    const std::string off = "compare_attributes: false\n";
    CHECK(first_error(", expect: {attributes: {med: 1}}", "", off) == std::string{"x:3:72: "} + text);
    CHECK(first_error("", "expect: {attributes: {med: 1}}", off) == std::string{"x:9:14: "} + text);
    CHECK(first_error("", "", off + "expect: {routes: 10.0.0.0/8, attributes: {med: 1}}") == std::string{"x:11:30: "} + text);
    CHECK(first_error(", expect: {within: 1s}", "", off).empty());
}
