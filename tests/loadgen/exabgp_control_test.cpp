// Commands from outside: what a request's body says, where a service is, and named pipes.

#include "tests/support/doctest.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "loadgen/exabgp/api/api_environment.hpp"
#include "loadgen/exabgp/api/http_commands.hpp"
#include "loadgen/exabgp/api/named_pipes.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace barrage;
using namespace barrage::exabgp;

TEST_CASE("commands of a request")
{
    const std::string form = "application/x-www-form-urlencoded";
    const struct {
        std::string type, body;
        std::vector<std::string> lines;
    } rows[]{
        {form, "command=announce+route+10.0.0.0%2F8+next-hop+self", {"announce route 10.0.0.0/8 next-hop self"}},
        {form, "command=a&command=b", {"a", "b"}},
        {form, "x=1&command=neighbor%20*%20teardown%204&y", {"neighbor * teardown 4"}},
        {form,
         "commands=announce route 1.0.0.0/8 next-hop self;withdraw route 2.0.0.0/8",
         {"announce route 1.0.0.0/8 next-hop self", "withdraw route 2.0.0.0/8"}},
        {form,
         "commands=a;announce flow route { match { source 1.0.0.0/8; } then { discard; } };b",
         {"a", "announce flow route { match { source 1.0.0.0/8; } then { discard; } }", "b"}},
        {form, "commands=a\nb;c", {"a", "b", "c"}},
        {"", "command=version", {"version"}},
        {"text/plain", "version\r\n\n  help \n", {"version", "help"}},
        {"application/octet-stream", "announce eor", {"announce eor"}},
        {form, "command=100%25%zz%4", {"100%%zz%4"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.body);
        const auto lines = commands_of({.content_type = row.type, .body = row.body});
        REQUIRE(lines);
        CHECK(*lines == row.lines);
    }
    for (const auto* body : {"", "\n\n", " "}) CHECK_FALSE(commands_of({.content_type = "text/plain", .body = body}));
    for (const auto* body : {"nothing=1", "command=", "commands=;;"})
        CHECK_FALSE(commands_of({.content_type = form, .body = body}));
}

TEST_CASE("where the service is: on loopback unless told")
{
    const struct {
        const char* text;
        const char* expected;
    } rows[]{{"5000", "127.0.0.1:5000"},
             {":5000", "127.0.0.1:5000"},
             {"0", "127.0.0.1:0"},
             {"192.0.2.1:80", "192.0.2.1:80"},
             {"[::1]:80", "[::1]:80"}};
    for (const auto& row : rows) {
        const auto endpoint = control_endpoint(row.text);
        REQUIRE(endpoint);
        CHECK(to_text(*endpoint) == row.expected);
    }
    for (const auto* text : {"", ":", "70000", "here:80", "192.0.2.1"}) CHECK_FALSE(control_endpoint(text));
}

TEST_CASE("named pipes: both have to be there, and to be pipes")
{
    const TemporaryFolder temporary;
    const auto folder = temporary / "";
    CHECK_FALSE(find_named_pipes({folder}, "exabgp"));
    REQUIRE(::mkfifo((folder + "exabgp.in").c_str(), 0600) == 0);
    CHECK_FALSE(find_named_pipes({folder}, "exabgp"));
    REQUIRE(::mkfifo((folder + "exabgp.out").c_str(), 0600) == 0);
    const auto pipes = find_named_pipes({"/nowhere/", folder}, "exabgp");
    REQUIRE(pipes);
    CHECK(pipes->in == folder + "exabgp.in");
    const auto commands = open_command_pipe(*pipes);
    REQUIRE(commands);
    char octet = 0;
    CHECK(::read(commands->get(), &octet, 1) == -1);   // nothing yet, and no end though nobody writes
    CHECK(errno == EAGAIN);
    CHECK_FALSE(open_answer_pipe(*pipes));   // nobody reads
    CHECK(pipe_folders().front() == "/run/exabgp/");
}
