#include "loadgen/commands/mrt.hpp"

#include "tests/support/doctest.hpp"

#include <unistd.h>

#include <boost/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/hex.hpp"
#include "tests/support/shared_data.hpp"
#include "tests/support/temporary_folder.hpp"

namespace barrage {

namespace {

std::string text_of(const std::string& path)
{
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

struct Outcome {
    int status = 0;   // 2 where the command line is not understood, as main has it
    std::string out;
    std::string errors;
};

/// `loadgen WORDS…`, its two outputs caught in files.
Outcome run(std::vector<std::string> words)
{
    const TemporaryFolder folder;
    std::fflush(stdout);
    std::fflush(stderr);
    const int streams[2] = {::dup(1), ::dup(2)};
    REQUIRE(std::freopen((folder / "out").c_str(), "wb", stdout));
    REQUIRE(std::freopen((folder / "errors").c_str(), "wb", stderr));
    Outcome outcome;
    CLI::App app{"loadgen"};
    CommandAction action;
    add_mrt_command(app, action);
    std::ranges::reverse(words);   // as CLI11 takes them
    try {
        app.parse(words);
        outcome.status = action ? static_cast<int>(action()) : 2;
    } catch (const CLI::ParseError& error) {
        outcome.status = app.exit(error) == 0 ? 0 : 2;
    }
    std::cout.flush();
    std::cerr.flush();
    std::fflush(stdout);
    std::fflush(stderr);
    ::dup2(streams[0], 1);
    ::dup2(streams[1], 2);
    ::close(streams[0]);
    ::close(streams[1]);
    outcome.out = text_of(folder / "out");
    outcome.errors = text_of(folder / "errors");
    return outcome;
}

/// The path, or nothing and a word about it.
std::optional<std::string> data_file(const char* name)
{
    auto path = shared_file(std::string{"data/"} + name);
    if (!path) MESSAGE("skipped: no file ", name);
    return path;
}

/// What bgpdump says of the routes, sorted, without times, states and the kind of record.
std::vector<std::string> bgpdump(const std::string& file)
{
    std::FILE* pipe =
        ::popen(("bgpdump -m '" + file + "' 2>/dev/null | grep -v STATE | cut -d'|' -f3- | sed 's/^B/A/' | sort").c_str(), "r");
    REQUIRE(pipe);
    std::string text;
    char piece[4096];
    while (const auto got = std::fread(piece, 1, sizeof piece, pipe)) text.append(piece, got);
    ::pclose(pipe);
    return lines_of(text);
}

}   // namespace

TEST_CASE("mrt info counts what is in a dump")
{
    const auto updates = data_file("updates.20260222.1530.bz2");
    const auto cut = data_file("rib.20140523.0600_firstMB.bz2");
    if (!updates || !cut) return;
    const auto outcome = run({"mrt", "info", "--json", *updates, *cut});
    CHECK(outcome.status == 4);   // the second one is cut
    CHECK(outcome.errors.starts_with("loadgen mrt info: " + *cut +
                                     ": the compressed file is cut short; the dump ends inside the record at octet "));
    const auto lines = lines_of(outcome.out);
    REQUIRE(lines.size() == 2);
    const auto first = boost::json::parse(lines[0]).as_object();
    CHECK(first.at("kind").as_string() == "updates");
    CHECK(first.at("updates").to_number<int>() == 49'220);
    CHECK(first.at("announced").to_number<int>() == 111'057);
    CHECK(first.at("withdrawn").to_number<int>() == 7'606);
    CHECK(first.at("prefixes").to_number<int>() == 7'831);
    CHECK(first.at("peers").as_array().size() == 20);
    CHECK(first.at("problem").is_null());
    const auto second = boost::json::parse(lines[1]).as_object();
    CHECK(second.at("kind").as_string() == "table");
    CHECK(second.at("announced").to_number<int>() == 270'005);
    CHECK(second.at("prefixes").to_number<int>() == 9'072);
    CHECK(second.at("peers_with_routes").to_number<int>() == 35);
    CHECK(second.at("problem").is_string());

    const auto people = run({"mrt", "info", *updates});
    CHECK(people.status == 0);
    CHECK(people.errors.empty());
    CHECK(people.out.find("routes     111057 announced, 7606 withdrawn\n") != std::string::npos);
}

TEST_CASE("mrt cat writes a line a route")
{
    const auto path = data_file("updates.nlri_mask_trailing_bits.gz");
    if (!path) return;
    const auto people = run({"mrt", "cat", *path});
    CHECK(people.status == 4);   // for the octet too many behind the prefix
    CHECK(people.errors == "loadgen mrt cat: " + *path +
                               ": 1 route was left out: 1 malformed in the dump; a record that cannot be read counts as one\n"
                               "loadgen mrt cat: malformed: 1 route, the first " +
                               *path + ", octet 0: malformed NLRI in an UPDATE\n");
    CHECK(people.out ==
          "announce 11.8.0.0/13 next-hop 12.0.1.63 origin igp as-path 7018 3549 12389 48275 51044 communities [6923:3339]\n");
    const auto json = boost::json::parse(run({"mrt", "cat", "--json", *path}).out).as_object();
    CHECK(json.at("kind").as_string() == "announce");
    CHECK(json.at("prefix").as_string() == "11.8.0.0/13");
    CHECK(json.at("next_hop").as_string() == "12.0.1.63");
    CHECK(json.at("peer").at("as").to_number<int>() == 7018);
    CHECK(json.at("time_seconds").to_number<double>() == 1'289'168'632);

    const auto table = data_file("bview.ipv4_unicast_add_path.gz");
    if (!table) return;
    const auto one = run({"mrt", "cat", "--limit", "1", "--mrt-peer", "AS65015", *table});
    CHECK(one.status == 0);
    CHECK(
        one.out ==
        "announce 10.0.10.0/24 path-id 36 next-hop 10.0.15.1 origin igp as-path 65015 65014 65013 65012 65011 local-pref 100\n");
    CHECK(run({"mrt", "cat", "--mrt-peer", "AS1", *table}).status == 4);
}

TEST_CASE("mrt convert keeps every route, as bgpdump sees them")
{
    if (std::system("command -v bgpdump >/dev/null 2>&1") != 0) {
        MESSAGE("skipped: bgpdump is not installed");
        return;
    }
    const TemporaryFolder folder;
    const auto to = folder / "converted";
    // Not small/openbgpd_rib_table: its AGGREGATORs have eight octets although TABLE_DUMP is of two-octet AS numbers; we keep them as
    // they are, and bgpdump reads the first six.
    for (const auto* name : {"updates.20160811.1600.gz", "updates.20260222.1530.bz2", "updates.long_withdrawal.gz",
                             "rib6.20151101.0600_firstMB.bz2", "bview.64k_stream_overflow.gz", "small/quagga_rib"}) {
        const auto path = data_file(name);
        if (!path) continue;
        CAPTURE(*path);
        const auto before = bgpdump(*path);
        const auto status = std::string_view{name}.find("firstMB") == std::string_view::npos ? 0 : 4;
        CHECK(run({"mrt", "convert", *path, to, "--to", "updates"}).status == status);
        CHECK(bgpdump(to) == before);
        if (std::string_view{name}.starts_with("updates")) continue;
        CHECK(run({"mrt", "convert", *path, to, "--to", "table-dump-v2"}).status == status);
        CHECK(bgpdump(to) == before);
    }
}

TEST_CASE("the table that updates leave is the one that was made of them by other means")
{
    const auto updates = data_file("updates.et-header.2015.gz");
    const auto derived = data_file("rib.derived-20151023.gz");
    if (!updates || !derived) return;
    const TemporaryFolder folder;
    const auto table = folder / "table";
    REQUIRE(run({"mrt", "convert", *updates, table, "--to", "table-dump-v2"}).status == 0);
    auto ours = lines_of(run({"mrt", "cat", table}).out);
    auto theirs = lines_of(run({"mrt", "cat", *derived}).out);
    std::ranges::sort(ours);
    std::ranges::sort(theirs);
    CHECK(ours.size() == 577'703);
    CHECK(ours == theirs);
}

TEST_CASE("hex has no path identifiers: of the paths of a prefix one is written, and the others are counted")
{
    // RFC 8050 section 3: BGP4MP_MESSAGE_AS4_ADDPATH of AS65010 at 192.0.2.10.
    const std::string session = "0000fdf2 0000fde8 0000 0001 c000020a c00002fe";
    const std::string marker(32, 'f');
    const std::string path_attributes = "40010100 4002060201 0000fdf2 400304c0000201";
    const TemporaryFolder folder;

    // An identifier of 0, which read as a prefix is 0.0.0.0/0 four times.
    const auto one = folder.file("one", hex("00000064 0010 0009 00000047" + session + marker + "0033 02 0000 0014" +
                                            path_attributes + "00000000 18c63364"));
    const auto alone = run({"mrt", "convert", one, "-", "--to", "hex"});
    CHECK(alone.status == 0);
    CHECK(alone.out == marker + "002f0200000014" + "40010100400206020100" + "00fdf2400304c0000201" + "18c63364\n");
    CHECK(alone.errors == "loadgen mrt convert: 1 routes written\n");

    // 198.51.100.0/24 by 1 and by 2, 198.51.101.0/24 by 2; then 198.51.100.0/24 goes, first by 2, and by 1.
    const auto several =
        folder.file("several",
                    hex("00000064 0010 0009 00000057" + session + marker + "0043 02 0000 0014" + path_attributes +
                        "00000001 18c63364 00000002 18c63364 00000002 18c63365" +                                    //
                        "00000065 0010 0009 00000033" + session + marker + "001f 02 0008 00000002 18c63364 0000" +   //
                        "00000066 0010 0009 00000033" + session + marker + "001f 02 0008 00000001 18c63364 0000"));
    const auto first = run({"mrt", "convert", several, "-", "--to", "hex"});
    CHECK(first.status == 4);
    CHECK(first.out == marker + "00330200000014" + "40010100400206020100" + "00fdf2400304c0000201" + "18c6336418c63365\n" +
                           marker + "001b02" + "0004" + "18c63364" + "0000\n");
    CHECK(first.errors == "loadgen mrt convert: 3 routes written\n"
                          "loadgen mrt convert: " +
                              several +
                              ": 2 left out that only path identifiers tell from another route of their prefix, the first "
                              "198.51.100.0/24; hex has no path identifiers\n");
    CHECK(run({"mrt", "convert", several, folder / "out", "--to", "updates"}).status == 0);   // which has them
    CHECK(lines_of(run({"mrt", "cat", folder / "out"}).out).size() == 5);
}

TEST_CASE("what the reader of a dump passes over is said by cat and convert as by inject")
{
    // As in tests/rib/left_out_test.cpp.
    const struct {
        const char* file;
        const char* said;
        const char* first;
    } rows[] = {
        {"malformed-entries.mrt",
         ": 3 routes were left out: 3 malformed in the dump; a record that cannot be read counts as one\n",
         "malformed: 3 routes, the first "},
        {"ospf-record-first.mrt",
         ": 2 routes were left out: 2 in records of a dump that are not read beside its other ones, each counted as one\n",
         "unsupported: 2 routes, the first "},
        {"table-then-updates.mrt",
         ": 2 routes were left out: 2 in records of a dump that are not read beside its other ones, each counted as one\n",
         "unsupported: 2 routes, the first "},
    };
    const TemporaryFolder folder;
    for (const auto& row : rows) {
        const auto path = shared_file(std::string{"cases/mrt/"} + row.file);
        if (!path) {
            MESSAGE("skipped: no file ", row.file);
            continue;
        }
        CAPTURE(*path);
        auto commands = std::vector<std::vector<std::string>>{{"mrt", "cat", *path}, {"mrt", "cat", "--json", *path}};
        for (const auto* form : {"table-dump-v2", "updates", "hex"})
            commands.push_back({"mrt", "convert", *path, folder / "out", "--to", form});
        for (const auto& words : commands) {
            CAPTURE(words.back());
            const auto done = run(words);
            CHECK(done.status == 4);
            CHECK(done.errors.find("loadgen mrt " + words[1] + ": " + *path + row.said) != std::string::npos);
            CHECK(done.errors.find(std::string{"loadgen mrt "} + words[1] + ": " + row.first + *path + ", octet ") !=
                  std::string::npos);
        }
        CHECK(run({"mrt", "info", *path}).out.find("left out: ") != std::string::npos);
    }
    // What the collector sent is a choice, as for inject.
    if (const auto path = shared_file("cases/mrt/message-local.mrt")) {
        const std::string said = *path + ": 3 messages that the collector itself sent are left out; --mrt-local takes them\n";
        const auto shown = run({"mrt", "cat", *path});
        CHECK(shown.status == 0);
        CHECK(shown.errors == "loadgen mrt cat: " + said);
        const auto turned = run({"mrt", "convert", *path, folder / "out", "--to", "updates"});
        CHECK(turned.status == 0);
        CHECK(turned.errors == "loadgen mrt convert: 1 routes written\nloadgen mrt convert: " + said);
    }
    // A state change and a KEEPALIVE have no routes (RFC 6396 sections 4.4.1 and 4.4.2).
    const auto none =
        folder.file("none", hex("00000064 0010 0005 00000018 0000fdf2 0000fde8 0000 0001 c000020a c00002fe 0005 0006"
                                "00000065 0010 0004 00000027 0000fdf2 0000fde8 0000 0001 c000020a c00002fe"
                                "ffffffffffffffffffffffffffffffff 0013 04"));
    CHECK(run({"mrt", "cat", none}).status == 0);
    CHECK(run({"mrt", "cat", none}).errors == "");
    CHECK(run({"mrt", "convert", none, folder / "out", "--to", "hex"}).status == 0);
}

TEST_CASE("what cannot be done is told in a line")
{
    const TemporaryFolder folder;
    folder.file("text", "this is no dump, but a text\n");
    const auto none = run({"mrt", "cat", folder / "text"});
    CHECK(none.status == 2);
    CHECK(none.out.empty());
    CHECK(none.errors == "loadgen mrt cat: " + folder / "text" + ": is no MRT dump\n");
    CHECK(run({"mrt", "info", "/nonexistent"}).errors == "loadgen mrt info: /nonexistent: No such file or directory\n");
    CHECK(run({"mrt", "info", "/nonexistent"}).status == 2);
    CHECK(run({"mrt", "convert", folder / "text", folder / "out"}).status == 2);   // without --to
    CHECK(run({"mrt", "cat", folder / "text", "--mrt-peer", "x"}).status == 2);
    CHECK(run({"mrt"}).status == 2);
    for (const auto* command : {"info", "cat", "convert"}) {
        const auto help = run({"mrt", command, "--help"});
        CHECK(help.status == 0);
        CHECK(help.out.find("Example:") != std::string::npos);
    }
    if (const auto path = data_file("updates.nlri_mask_trailing_bits.gz")) {
        const auto copy = folder / "copy";
        std::filesystem::copy_file(*path, copy);
        std::filesystem::permissions(copy, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
        const auto size = std::filesystem::file_size(copy);
        CHECK(run({"mrt", "convert", copy, copy, "--to", "hex"}).status == 2);   // and the file is still there
        CHECK(std::filesystem::file_size(copy) == size);
        const auto hex = run({"mrt", "convert", copy, "-", "--to", "hex"});
        CHECK(hex.status == 4);
        // The message of the dump with AS numbers of four octets, its prefix without host bits and without the octet too many
        // behind it.
        CHECK(hex.out == "ffffffffffffffffffffffffffffffff0045020000002b"
                         "40010100"
                         "400216020500001b6a00000ddd000030650000bc930000c764"
                         "4003040c00013f"
                         "c008041b0b0d0b"
                         "0d0b08\n");
    }
}

}   // namespace barrage
