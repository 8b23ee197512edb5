// Lines of API programs as values. The lines are ExaBGP's: of its documentation, its functional tests (api-announcement, api-multisession,
// api-flow, …) and its later dialect.

#include "tests/support/doctest.hpp"

#include "loadgen/exabgp/api/api_command.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"

using namespace barrage;
using namespace barrage::exabgp;
using What = api::Plain::What;

namespace {

template <class Verb>
Verb parsed(std::string_view line)
{
    CAPTURE(std::string{line});
    const auto command = parse_api_command(line);
    if (!command) FAIL(command.error());
    const auto* verb = std::get_if<Verb>(&command->verb);
    if (!verb) FAIL("another command");
    return *verb;
}

}   // namespace

TEST_CASE("routes keep their words, in either dialect and with any blanks")
{
    const struct {
        const char* line;
        bool withdraw;
        const char* selector;
        const char* words;
    } rows[]{
        {"announce route 1.1.0.0/24 next-hop 101.1.101.1", false, "", "route 1.1.0.0/24 next-hop 101.1.101.1"},
        {"withdraw route 1.1.0.0/24", true, "", "route 1.1.0.0/24"},
        {"announce    \t route 1.0.0.0/24 next-hop 1.1.1.1 med 200 community [2:1]", false, "",
         "route 1.0.0.0/24 next-hop 1.1.1.1 med 200 community [2:1]"},
        {"announce route 1.2.3.4 next-hop 5.6.7.8;", false, "", "route 1.2.3.4 next-hop 5.6.7.8"},
        {"announce attribute med 100 next-hop 1.1.1.1 nlri 1.0.0.1/32 1.0.0.2/32\r", false, "",
         "attribute med 100 next-hop 1.1.1.1 nlri 1.0.0.1/32 1.0.0.2/32"},
        {"announce attributes med 100 nlri 1.0.0.1/32", false, "", "attributes med 100 nlri 1.0.0.1/32"},
        {"neighbor 127.0.0.1 announce route 1.1.0.0/24 next-hop 101.1.101.1", false, "127.0.0.1",
         "route 1.1.0.0/24 next-hop 101.1.101.1"},
        {"neighbor * withdraw ipv4 unicast 10.0.0.0/8", true, "*", "ipv4 unicast 10.0.0.0/8"},
        {"neighbor 127.0.0.1 local-as 1 family-allowed ipv4-unicast announce                    route 1.2.0.0/24 next-hop "
         "1.1.1.1",
         false, "127.0.0.1 local-as 1 family-allowed ipv4-unicast", "route 1.2.0.0/24 next-hop 1.1.1.1"},
        {"neighbor 10.0.0.1, neighbor 10.0.0.2 local-as 7 announce vpls endpoint 5", false,
         "10.0.0.1, neighbor 10.0.0.2 local-as 7", "vpls endpoint 5"},
        {"neighbor 10.0.0.1 , neighbor 10.0.0.2 announce route 1.0.0.0/8", false, "10.0.0.1 , neighbor 10.0.0.2",
         "route 1.0.0.0/8"},
        {"peer * announce route 1.0.0.0/8 next-hop self", false, "*", "route 1.0.0.0/8 next-hop self"},
        {"peer [10.0.0.1,10.0.0.2] withdraw route 1.0.0.0/8", true, "[10.0.0.1,10.0.0.2]", "route 1.0.0.0/8"},
        {"peer [ 10.0.0.1 10.0.0.2 router-id 1.1.1.1 ] announce route 1.0.0.0/8", false,
         "[ 10.0.0.1 10.0.0.2 router-id 1.1.1.1 ]", "route 1.0.0.0/8"},
        {"announce flow route { match { source 10.0.0.1/32; } then { discard; } }", false, "",
         "flow route { match { source 10.0.0.1/32; } then { discard; } }"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.line});
        const auto command = parse_api_command(row.line);
        REQUIRE(command);
        const auto* routes = std::get_if<api::Routes>(&command->verb);
        REQUIRE(routes);
        CHECK(routes->withdraw == row.withdraw);
        CHECK(routes->words == row.words);
        CHECK(command->selector == row.selector);
    }
}

TEST_CASE("the last words say how to answer, unless they are values")
{
    CHECK(parse_api_command("announce route 1.0.0.0/8 next-hop self sync")->sync == true);
    CHECK(parse_api_command("announce route 1.0.0.0/8 next-hop self async json")->sync == false);
    CHECK(parse_api_command("announce route 1.0.0.0/8 next-hop self async json")->form == AnswerForm::json);
    CHECK(parsed<api::Routes>("announce route 1.0.0.0/8 next-hop self sync").words == "route 1.0.0.0/8 next-hop self");
    CHECK(parsed<api::Routes>("announce route 1.0.0.0/8 next-hop self name sync").words ==
          "route 1.0.0.0/8 next-hop self name sync");
    CHECK(parsed<api::Watchdog>("announce watchdog sync").name == "sync");
}

TEST_CASE("messages and sessions")
{
    CHECK(parsed<api::EndOfRib>("announce eor").family == ipv4_unicast);
    CHECK(parsed<api::EndOfRib>("neighbor 10.0.0.1 announce eor ipv6 unicast").family == ipv6_unicast);
    CHECK(parsed<api::EndOfRib>("announce eor l2vpn vpls").family == Family{Afi::l2vpn, Safi::vpls});
    CHECK(parsed<api::RouteRefresh>("announce route-refresh ipv4 flow-vpn").family == Family{Afi::ipv4, Safi::flowspec_vpn});
    CHECK(parsed<api::Operational>("announce operational asm afi ipv4 safi unicast advisory \"hello\"").words ==
          "asm afi ipv4 safi unicast advisory \"hello\"");
    CHECK(parsed<api::Watchdog>("withdraw watchdog dnsr").withdraw);
    CHECK(parsed<api::Watchdog>("withdraw watchdog dnsr").name == "dnsr");
    CHECK(parsed<api::Watchdog>("announce watchdog").name.empty());
    CHECK(parsed<api::Teardown>("neighbor 127.0.0.1 teardown 4").subcode == 4);
    CHECK(parsed<api::Teardown>("peer * teardown 2").subcode == 2);
    parsed<api::FlushAdjRibOut>("flush adj-rib out");
    parsed<api::FlushAdjRibOut>("neighbor 10.0.0.1 flush adj-rib out");
    parsed<api::FlushAdjRibOut>("rib flush out");
    CHECK(parsed<api::ClearAdjRib>("clear adj-rib in").in);
    CHECK_FALSE(parsed<api::ClearAdjRib>("clear adj-rib").in);
    CHECK_FALSE(parsed<api::ClearAdjRib>("rib clear out").in);
    CHECK(parsed<api::CreateNeighbor>("create neighbor 127.0.0.2 local-as 1").words == "127.0.0.2 local-as 1");
    CHECK(parsed<api::CreateNeighbor>("peer create 127.0.0.2 local-as 1").words == "127.0.0.2 local-as 1");
    CHECK(parse_api_command("delete neighbor 127.0.0.2 local-as 1")->selector == "127.0.0.2 local-as 1");
    CHECK(parse_api_command("peer delete 127.0.0.2")->selector == "127.0.0.2");
}

TEST_CASE("what is shown")
{
    CHECK(parsed<api::ShowNeighbor>("show neighbor summary").view == api::NeighborView::summary);
    CHECK(parsed<api::ShowNeighbor>("show neighbor 10.0.0.1 extensive").address == "10.0.0.1");
    CHECK(parsed<api::ShowNeighbor>("peer show configuration").view == api::NeighborView::configuration);
    CHECK(parse_api_command("show neighbor json")->form == AnswerForm::json);
    CHECK(parsed<api::ShowAdjRib>("show adj-rib in").in);
    const auto show = parsed<api::ShowAdjRib>("show adj-rib out extensive flow 10.0.0.1 json");
    CHECK(show.extensive);
    CHECK_FALSE(show.in);
    CHECK(show.kind == api::RouteKind::flow);
    CHECK(show.address == "10.0.0.1");
    CHECK_FALSE(parsed<api::ShowAdjRib>("rib show out").in);
}

TEST_CASE("the speaker's own words, in both dialects")
{
    const struct {
        const char* line;
        What what;
    } rows[]{{"# a comment", What::comment},
             {"#", What::comment},
             {"debug a word", What::debug},
             {"help", What::help},
             {"system help", What::help},
             {"version", What::version},
             {"system version", What::version},
             {"ping", What::ping},
             {"session ping uuid 12.5", What::ping},
             {"status", What::status},
             {"daemon status", What::status},
             {"reload", What::reload},
             {"daemon reload", What::reload},
             {"restart", What::restart},
             {"daemon restart", What::restart},
             {"shutdown", What::shutdown},
             {"daemon shutdown", What::shutdown},
             {"reset", What::reset},
             {"session reset", What::reset},
             {"bye uuid", What::bye},
             {"queue-status", What::queue_status},
             {"system queue-status", What::queue_status},
             {"crash", What::crash},
             {"peer list", What::list_neighbors}};
    for (const auto& row : rows) {
        CAPTURE(std::string{row.line});
        CHECK(parsed<api::Plain>(row.line).what == row.what);
    }
    CHECK(parsed<api::Acks>("enable-ack").mode == api::AckMode::enable);
    CHECK(parsed<api::Acks>("session ack disable").mode == api::AckMode::disable);
    CHECK(parsed<api::Acks>("silence-ack").mode == api::AckMode::silence);
    CHECK(parsed<api::Sync>("enable-sync").enable);
    CHECK_FALSE(parsed<api::Sync>("session sync disable").enable);
    CHECK(parsed<api::ApiVersion>("api version 6").version == 6);
    CHECK_FALSE(parsed<api::ApiVersion>("system api version").version);
    parsed<api::GroupStart>("group start");
    parsed<api::GroupEnd>("group end");
}

TEST_CASE("commands of a group are parted by semicolons outside braces")
{
    auto words = parsed<api::Group>("group announce route 1.0.0.0/8 next-hop self ; announce flow route { match { source "
                                    "1.0.0.0/8; } then { discard; } }; ; withdraw route 2.0.0.0/8")
                     .words;
    CHECK(next_of_group(words) == "announce route 1.0.0.0/8 next-hop self");
    CHECK(next_of_group(words) == "announce flow route { match { source 1.0.0.0/8; } then { discard; } }");
    CHECK(next_of_group(words).empty());
    CHECK(next_of_group(words) == "withdraw route 2.0.0.0/8");
    CHECK(words.empty());
}

TEST_CASE("a wrong line says what was expected")
{
    for (const auto* line : {"",
                             "   ",
                             "announce",
                             "announce nothing 1.0.0.0/8",
                             "withdraw eor",
                             "announce eor ipv4",
                             "announce eor ipv4 evpn",
                             "announce route-refresh",
                             "announce eor ipv4 unicast now",
                             "neighbor",
                             "neighbor 10.0.0.1",
                             "neighbor 10.0.0.1 dance",
                             "peer *",
                             "teardown",
                             "neighbor * teardown x",
                             "neighbor * teardown 256",
                             "flush",
                             "flush adj-rib",
                             "flush adj-rib in",
                             "clear rib",
                             "show",
                             "show adj-rib",
                             "show adj-rib up",
                             "show adj-rib in sideways",
                             "show neighbor sideways",
                             "create 10.0.0.1",
                             "delete neighbor",
                             "daemon",
                             "session ack",
                             "session sync maybe",
                             "system",
                             "api version 5",
                             "rib",
                             "group",
                             "dance",
                             "announce watchdog a b",
                             "enable-ack now"}) {
        CAPTURE(std::string{line});
        const auto command = parse_api_command(line);
        REQUIRE_FALSE(command);
        CHECK_FALSE(command.error().empty());
    }
    CHECK(parse_api_command("neighbor * teardown x").error() == "expected the subcode of a Cease, 0 to 255, not 'x'");
}
