// Words of `loadgen inject` and what follows from them for each peer.

#include "tests/support/doctest.hpp"

#include "loadgen/commands/inject.hpp"
#include "loadgen/commands/options.hpp"
#include "loadgen/inject/inject_options.hpp"
#include "loadgen/inject/inject_scenario.hpp"
#include "loadgen/play/peer_plan.hpp"
#include "loadgen/routes/route_table.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

int run(std::vector<std::string> words)
{
    words.insert(words.begin(), "loadgen");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    return run_command_line(static_cast<int>(argv.size()), argv.data());
}

IpAddress address(std::string_view text) { return *IpAddress::from_text(text); }

InjectOptions with_routes(const std::string& words)
{
    InjectOptions options;
    options.table.sources = {{words, *parse_route_spec(words)}};
    return options;
}

}   // namespace

TEST_CASE("a wrong command line is exit status 2, and nothing is begun")
{
    CHECK(run({}) == 2);
    CHECK(run({"bogus"}) == 2);
    CHECK(run({"inject"}) == 2);
    CHECK(run({"inject", "--routes", "full-table:1k", "--bogus"}) == 2);
    CHECK(run({"inject", "--routes", "range:10.0.0.0x5"}) == 2);
    CHECK(run({"inject", "--routes", "/nonexistent/dump.mrt"}) == 2);
    CHECK(run({"inject", "--routes", "full-table:1k", "--peers", "0"}) == 2);
    CHECK(run({"inject", "--routes", "full-table:1k", "--hold-time", "2s"}) == 2);
    CHECK(run({"inject", "--routes", "full-table:1k", "--next-hop", "me"}) == 2);
    CHECK(run({"inject", "--routes", "full-table:1k", "--local-as", "0"}) == 2);
    CHECK(run({"inject", "--routes", "full-table:1k", "--families", "ipv5"}) == 2);
    CHECK(run({"inject", "--routes", "full-table:1k", "--replay", "1"}) == 2);   // no times in it
    CHECK(run({"inject", "--routes", "full-table:1k", "--replay", "fast"}) == 2);
    CHECK(run({"inject", "--routes", "full-table:1k", "--md5", "key"}) == 2);
    CHECK(run({"inject", "--routes", "full-table:1k", "--mode", "fast"}) == 2);
    CHECK(run({"inject", "192.0.2.1:0", "--routes", "full-table:1k"}) == 2);
    CHECK(run({"inject", "--routes", "full-table:1k", "--report", "/nonexistent/report.json"}) == 2);
    CHECK(run({"sink"}) == 2);
    CHECK(run({"sink", "--listen", "127.0.0.1"}) == 2);
}

TEST_CASE("help and version are no error")
{
    CHECK(run({"--help"}) == 0);
    CHECK(run({"--version"}) == 0);
    CHECK(run({"inject", "--help"}) == 0);
    CHECK(run({"sink", "--help"}) == 0);
    CHECK(run({"mrt", "info", "--help"}) == 0);
}

TEST_CASE("ROUTER in its forms")
{
    CHECK(parse_router("192.0.2.1") == Endpoint{address("192.0.2.1"), 179});
    CHECK(parse_router("192.0.2.1:1790") == Endpoint{address("192.0.2.1"), 1790});
    CHECK(parse_router("[2001:db8::1]:1790") == Endpoint{address("2001:db8::1"), 1790});
    CHECK(parse_router("2001:db8::1") == Endpoint{address("2001:db8::1"), 179});
    CHECK(!parse_router("router.example"));
    CHECK(!parse_router("192.0.2.1:65536"));
}

namespace {

/// Of the scenario that is played.
PeerConfig config_of(const InjectOptions& options, const Endpoint& router, std::uint32_t peer, FamilySet families = {})
{
    const auto scenario = injecting_scenario(options, router);
    return peer_config(scenario, scenario.groups.front(), {.of_group = peer, .of_all = peer}, router, families);
}

}   // namespace

TEST_CASE("AS, identifier and source address rise by peer")
{
    const InjectOptions options{.peers = 300};
    const auto first = config_of(options, {address("127.0.0.1"), 1790}, 0, {ipv4_unicast});
    const auto last = config_of(options, {address("127.0.0.1"), 1790}, 299, {ipv4_unicast});
    CHECK(first.session.open.my_as == Asn{65001});
    CHECK(last.session.open.my_as == Asn{65300});
    CHECK(to_text(first.session.open.bgp_identifier) == "10.0.0.1");
    CHECK(to_text(last.session.open.bgp_identifier) == "10.0.1.44");
    CHECK(first.local_address == address("127.0.1.1"));
    CHECK(last.local_address == address("127.0.2.44"));
    CHECK(!first.restart);
    CHECK(first.session.send_hold_time == 8min);
}

TEST_CASE("what was given stands")
{
    const InjectOptions options{
        .local_as = Asn{65000}, .source = address("127.9.0.1"), .router_id = Ipv4Address{0x01010101}, .hold_time = 600s};
    const auto second = config_of(options, {address("127.0.0.1"), 1790}, 1, {ipv4_unicast});
    CHECK(second.session.open.my_as == Asn{65000});   // iBGP, for one
    CHECK(second.local_address == address("127.9.0.2"));
    CHECK(to_text(second.session.open.bgp_identifier) == "1.1.1.2");
    CHECK(second.session.send_hold_time == 20min);
}

TEST_CASE("the source address is the kernel's choice where the router is not on loopback, and ::1 where it is on that")
{
    CHECK(!config_of({}, {address("192.0.2.1"), 179}, 0, {}).local_address);
    CHECK(config_of({}, {address("::1"), 179}, 5, {}).local_address == address("::1"));
    CHECK(config_of({.source = address("::1")}, {address("::1"), 179}, 5, {}).local_address == address("::1"));
}

TEST_CASE("what does not go together is refused")
{
    CHECK(!check(InjectOptions{}));
    auto options = with_routes("full-table:1k");
    CHECK(check(options));
    options.source = address("192.0.2.7");
    CHECK(!check(options));   // the embedded sink is on loopback
    options.router = Endpoint{address("192.0.2.1"), 179};
    CHECK(check(options));
    options.source = address("2001:db8::7");
    CHECK(!check(options));
}

TEST_CASE("sources are loaded one by one, whole or divided")
{
    auto options = with_routes("range:10.0.0.0/24x1000");
    const char* const ipv6 = "range:2001:db8::/48x10";
    options.table.sources.push_back({ipv6, *parse_route_spec(ipv6)});
    const auto table = load_routes(options.table);
    REQUIRE(table);
    CHECK(table->sources.size() == 2);
    CHECK(table->routes().announced == 1010);
    CHECK(table->families() == FamilySet{ipv4_unicast, ipv6_unicast});
    CHECK(count_routes(table->slices(false, 3, 4)[0]).announced == 1000);
    std::uint64_t parts = 0;
    for (std::uint32_t peer = 0; peer < 4; ++peer)
        for (const auto& slice : table->slices(true, peer, 4)) parts += count_routes(slice).announced;
    CHECK(parts == 1010);
}

TEST_CASE("--seed is for tables that name none")
{
    const auto octets = [](const std::string& words, std::optional<std::uint64_t> seed) {
        auto options = with_routes(words);
        options.table.seed = seed;
        const auto table = load_routes(options.table);
        REQUIRE(table);
        Octets none;
        const auto nlri = table->sources[0].routes->nlri(0, none);
        return Octets{nlri.begin(), nlri.end()};
    };
    CHECK(octets("full-table:1k", 7) == octets("full-table:1k,seed=7", std::nullopt));
    CHECK(octets("full-table:1k,seed=7", 8) == octets("full-table:1k,seed=7", std::nullopt));
    CHECK(octets("full-table:1k", 7) != octets("full-table:1k", std::nullopt));
}
