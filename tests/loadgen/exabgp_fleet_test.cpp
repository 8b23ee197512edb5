// Many configuration files as one: which they are, whose their processes are, and the ports that are served in the place of http_api.py.

#include <doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "loadgen/exabgp/api/http_commands.hpp"
#include "loadgen/exabgp/grammar/parse_files.hpp"
#include "loadgen/exabgp/speaker/configuration_files.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace barrage;
using namespace barrage::exabgp;

namespace {

using Words = std::vector<std::string>;

/// As SONiC's template writes it.
std::string file_text(const std::string& peer, const std::string& port)
{
    return "process http-api {\n   run /usr/bin/python /usr/share/exabgp/http_api.py " + port +
           ";\n   encoder json;\n}\nneighbor " + peer +
           " {\n   router-id 10.10.246.254;\n   local-address 10.10.246.254;\n   peer-as 65200;\n   local-as 65100;\n"
           "   auto-flush True;\n   group-updates True;\n   api http_api{\n       processes [ http-api ];\n   }\n}\n";
}

}   // namespace

TEST_SUITE("exabgp fleet")
{
    TEST_CASE("each file has processes of its own, of whatever names")
    {
        const TemporaryFolder folder;
        const auto a = folder.file("a.conf", file_text("10.0.0.1", "5000"));
        const auto b = folder.file("b.conf", file_text("10.0.0.2", "5001"));
        AttributePool pool;
        const auto both = parse_configuration({a, b}, pool);
        REQUIRE(both);
        REQUIRE(both->processes.size() == 2);
        CHECK(both->processes[0].name == "http-api (" + a + ")");
        CHECK(both->processes[0].http_port == 5000);
        CHECK(both->processes[1].http_port == 5001);
        CHECK(written_name(both->processes[1].name) == "http-api");
        REQUIRE(both->neighbors.size() == 2);
        CHECK(both->neighbors[0].apis[0].processes == Words{"http-api (" + a + ")"});
        CHECK(both->neighbors[1].apis[0].processes == Words{"http-api (" + b + ")"});
    }

    TEST_CASE("one file that others may join is called as with them")
    {
        const TemporaryFolder folder;
        const auto a = folder.file("a.conf", file_text("10.0.0.1", "5000"));
        AttributePool pool;
        CHECK(parse_fleet({a}, pool)->processes[0].name == "http-api (" + a + ")");
        CHECK(parse_configuration({a}, pool)->processes[0].name == "http-api");
    }

    TEST_CASE("two processes cannot have one port")
    {
        const TemporaryFolder folder;
        const auto a = folder.file("a.conf", file_text("10.0.0.1", "5000"));
        const auto b = folder.file("b.conf", file_text("10.0.0.2", "5000"));
        AttributePool pool;
        const auto both = parse_configuration({a, b}, pool);
        REQUIRE_FALSE(both);
        CHECK(both.error().front().text.find("has the port of process") != std::string::npos);
    }

    TEST_CASE("a pattern, a folder, and all files of a folder are files that come and go")
    {
        const TemporaryFolder folder;
        const auto a = folder.file("a.conf", "");
        const auto b = folder.file("b.conf", "");
        folder.file("b.txt", "");
        for (const auto& words : {Words{folder / "*.conf"}, Words{folder.path().string()}, Words{a, b}, Words{b, a}}) {
            CAPTURE(words.front());
            const auto files = ConfigurationFiles::of(words);
            REQUIRE(files);
            CHECK(files->is_fleet());
            CHECK(files->now() == Words{a, b});
            const auto c = folder.file("c.conf", "");
            CHECK(files->now() == Words{a, b, c});
            std::filesystem::remove(c);
            CHECK(files->now() == Words{a, b});
        }
    }

    TEST_CASE("named files are those alone")
    {
        const TemporaryFolder folder;
        const auto a = folder.file("a.conf", "");
        const auto b = folder.file("b.conf", "");
        const auto c = folder.file("c.conf", "");
        for (const auto& words : {Words{c, a}, Words{b}}) {
            const auto files = ConfigurationFiles::of(words);
            REQUIRE(files);
            CHECK_FALSE(files->is_fleet());
            CHECK(files->now() == words);
        }
        const auto in_order = ConfigurationFiles::of({c, b, a}, true);
        REQUIRE(in_order);
        CHECK(in_order->now() == Words{c, b, a});
        CHECK_FALSE(ConfigurationFiles::of({folder / "d.conf"}));
        CHECK_FALSE(ConfigurationFiles::of({folder / "*.cfg"}));
    }

    TEST_CASE("which part of a RIB a request asks for")
    {
        CHECK(asks_for_routes({.path = "/routes/out"}));
        CHECK_FALSE(asks_for_routes({.path = "/routes"}));
        const auto usual = routes_page_of({.path = "/routes/in", .query = ""});
        REQUIRE(usual);
        CHECK(usual->received);
        CHECK(usual->limit == 1000);
        const auto page = routes_page_of({.path = "/routes/out", .query = "neighbor=2001%3Adb8::1&offset=7&limit=100000"});
        REQUIRE(page);
        CHECK_FALSE(page->received);
        CHECK(page->neighbor == "2001:db8::1");
        CHECK(page->offset == 7);
        CHECK(page->limit == 100'000);
        for (const auto* wrong : {"limit=0", "limit=100001", "offset=-1", "offset=x", "offset=99999999999", "page=2", "limit"})
            CHECK_FALSE(routes_page_of({.path = "/routes/out", .query = wrong}));
    }

    TEST_CASE("commands of a request to a program's port")
    {
        const std::string form = "application/x-www-form-urlencoded";
        CHECK(program_commands_of({.content_type = form, .body = "command=announce+route+10.0.0.0%2F8+next-hop+self"}) ==
              Words{"announce route 10.0.0.0/8 next-hop self"});
        CHECK(program_commands_of({.content_type = form, .body = "commands=a;b%0Ac;"}) == Words{"a", "b", "c"});
        CHECK(program_commands_of({.content_type = "text/plain", .body = "a;b\nc"}) == Words{"a", "b", "c"});
        CHECK(program_commands_of({.content_type = form, .body = "announce route 10.0.0.0/8 next-hop self"}) ==
              Words{"announce route 10.0.0.0/8 next-hop self"});   // curl -d
        CHECK(program_commands_of({.content_type = form, .body = ""}).empty());
    }

    TEST_CASE("what could not be carried out is a line each")
    {
        CommandFailures failures;
        CHECK(failures.empty());
        failures.add(3, "announce rout 10.0.0.0/24", "unknown command");
        failures.add(5, "x\ny", "two lines");
        CHECK_FALSE(failures.empty());
        const auto text = failures.text();
        CHECK(text.starts_with("error\n3: announce rout 10.0.0.0/24: unknown command\n5: "));
        CHECK(std::ranges::count(text, '\n') == 3);
    }
}
