// Lines of `bgpdump -m` as a source of routes: each form of line, the choice of a peer, and that a dump and its text are the same routes.

#include "tests/loadgen/text_routes_fixture.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <tuple>

#include "codec/attribute/as_path.hpp"
#include "codec/attribute/attribute_view.hpp"
#include "codec/attribute/registry.hpp"
#include "codec/writer.hpp"
#include "loadgen/routes/route_file.hpp"
#include "tests/support/shared_data.hpp"
#include "tests/support/temporary_folder.hpp"

namespace barrage {

namespace {

// Three peers; the second has most routes.
const std::string table =
    "TABLE_DUMP2|1427846430|B|192.0.2.1|64496|198.51.100.0/24|64496 64511|IGP|192.0.2.1|0|0|64496:1||NAG||\n"
    "TABLE_DUMP2|1427846430|B|192.0.2.2|64497|198.51.100.0/24|64497|EGP|192.0.2.2|0|0||NAG||\n"
    "TABLE_DUMP2|1427846430|B|2001:db8::3|64498|2001:db8:1::/48|64498|IGP|2001:db8::3|0|0||NAG||\n"
    "TABLE_DUMP2|1427846430|B|192.0.2.2|64497|203.0.113.0/24|64497|INCOMPLETE|192.0.2.2|0|0||NAG||\n";

TextRoutesOptions of_peer(const char* text) { return {.peer = MrtPeerChoice::from_text(text), .placeholders = false}; }

}   // namespace

TEST_CASE("every field of a line of bgpdump -m is in the route")
{
    const auto read = read_text(
        "TABLE_DUMP2|1427846430|B|192.0.2.1|64496|198.51.100.0/24|64496 {64501,64502} (65001 65002) [65003]|EGP|192.0.2.9|100|50|"
        "64496:1 no-export no-advertise local-AS|AG|64511 192.0.2.7|\n"
        "TABLE_DUMP|1427846430|B|192.0.2.1|64496|198.51.101.0/24||INCOMPLETE|192.0.2.9|0|0||64496:1:2 64496:3:4|NAG||\n"
        "TABLE_DUMP2_AP|1427846430|B|192.0.2.1|64496|2001:db8::/32|7|64496|IGP|2001:db8::9|0|0||NAG|||\n"
        "TABLE_DUMP2|1427846430|B|192.0.2.1|64496|198.51.102.0/24|64496|IGP|192.0.2.9|0|0|||NAG||10:c0:0002fde800000001 "
        "23:f0:0000fde8|\n");
    CHECK(read.error.empty());
    CHECK(read.kind == TextKind::bgpdump);
    CHECK_FALSE(read.is_ordered);
    CHECK_FALSE(read.has_times);
    CHECK_FALSE(read.names_next_hops);
    REQUIRE(read.routes.size() == 4);
    CHECK(read.routes[0] == TextRoute{"198.51.100.0/24",
                                      "40010101"
                                      "4002200201"
                                      "0000fbf0"
                                      "0102"
                                      "0000fbf50000fbf6"
                                      "0302"
                                      "0000fde90000fdea"
                                      "0401"
                                      "0000fdeb"
                                      "80040400000032"
                                      "40050400000064"
                                      "400600"
                                      "c00708"
                                      "0000fbff"
                                      "c0000207"
                                      "c00810"
                                      "fbf00001"
                                      "ffffff01"
                                      "ffffff02"
                                      "ffffff03",
                                      "c0000209"});
    CHECK(read.routes[1] == TextRoute{"198.51.101.0/24",
                                      "40010102400200"
                                      "c02018"
                                      "0000fbf00000000100000002"
                                      "0000fbf00000000300000004",
                                      "c0000209"});
    CHECK(read.routes[2] == TextRoute{"2001:db8::/32 path-id 7",
                                      "400101004002060201"
                                      "0000fbf0",
                                      "20010db8000000000000000000000009"});
    CHECK(read.routes[3] == TextRoute{"198.51.102.0/24",
                                      "400101004002060201"
                                      "0000fbf0"
                                      "c010080002fde800000001"
                                      "e023040000fde8",
                                      "c0000209"});
}

TEST_CASE("of a table the peer with most routes is taken, or the one that was chosen")
{
    const auto opened = std::make_shared<int>(0);
    CHECK(read_text(table).names() == Names{"198.51.100.0/24", "203.0.113.0/24"});
    CHECK(read_text(table, of_peer("most")).names() == Names{"198.51.100.0/24", "203.0.113.0/24"});
    CHECK(read_text(table, of_peer("192.0.2.1")).names() == Names{"198.51.100.0/24"});
    CHECK(read_text(table, of_peer("AS64498")).names() == Names{"2001:db8:1::/48"});
    CHECK(read_text(table, of_peer("2")).names() == Names{"2001:db8:1::/48"});
    CHECK(read_text(table, of_peer("all")).routes.size() == 4);
    const auto none = read_text(table, of_peer("AS1"));
    CHECK(none.routes.empty());
    CHECK(none.problem == "it has no peer of AS1");
}

TEST_CASE("a text that is not kept in memory is opened again")
{
    for (const std::size_t keep : {std::size_t{1} << 20, std::size_t{100}}) {
        const auto opened = std::make_shared<int>(0);
        auto source = TextRoutes::open("FILE", text_in_memory(table, opened), {.keep_octets = keep});
        REQUIRE(source);
        CHECK(all_routes(*source).size() == 2);
        CHECK(*opened == (keep > 100 ? 1 : 2));
    }
    auto open = [left = 1](OpenOctets& inner) mutable { return left-- > 0 ? inner() : std::unexpected(std::string{"gone"}); };
    auto inner = text_in_memory(table);
    auto once = TextRoutes::open("FILE", [&] { return open(inner); }, {.keep_octets = 1});
    REQUIRE_FALSE(once);
    CHECK(once.error() == "FILE: gone");
}

TEST_CASE("lines of updates keep their order and their times, of all peers, and those without routes are counted")
{
    const auto text = "BGP4MP|1700000000|STATE|192.0.2.1|64496|5|6\n"
                      "BGP4MP|1700000000|A|192.0.2.1|64496|203.0.113.0/24|64496|IGP|192.0.2.1|0|0||NAG||\n"
                      "BGP4MP_ET|1700000000.000250|W|192.0.2.2|64497|203.0.113.0/24\n"
                      "BGP4MP_AP|1700000001|W|192.0.2.2|64497|203.0.113.0/24|9\n"
                      "BGP4MP_LOCAL|1700000002|A|192.0.2.2|64497|192.0.2.0/24|64497|IGP|192.0.2.1|0|0||NAG||\n"
                      "BGP|1700000003|A|192.0.2.2|64497|192.0.2.77/24|64497|IGP|192.0.2.1|0|0|AG||\n";
    const auto read = read_text(text);
    CHECK(read.error.empty());
    CHECK(read.is_ordered);
    CHECK(read.has_times);
    CHECK(read.names() == Names{"203.0.113.0/24", "-203.0.113.0/24", "-203.0.113.0/24 path-id 9", "192.0.2.0/24"});
    REQUIRE(read.routes.size() == 4);
    CHECK(read.routes[0].time == 1'700'000'000'000'000'000);
    CHECK(read.routes[1].time == 1'700'000'000'000'250'000);
    CHECK(read.routes[2].time == 1'700'000'001'000'000'000);
    CHECK(read.routes[3].attributes == "400101004002060201"
                                       "0000fbf1"
                                       "400600");
    CHECK(read.notes == Names{"1 STATE line, which carries no route, passed over",
                              "1 line of what the collector itself sent left out; --mrt-local takes them"});
    CHECK(read_text(text, {.with_local = true}).routes.size() == 5);
    CHECK(read_text(text, of_peer("192.0.2.1")).names() == Names{"203.0.113.0/24"});
}

TEST_CASE("a table with updates behind it is read in its order")
{
    const auto read = read_text(table.substr(0, table.find('\n') + 1) +
                                "BGP4MP|1427846431|A|192.0.2.1|64496|203.0.113.0/24|64496|IGP|192.0.2.1|0|0|||NAG||\n"
                                "BGP4MP|1427846432|W|192.0.2.1|64496|203.0.113.0/24\n");
    CHECK(read.error.empty());
    CHECK(read.is_ordered);
    CHECK(read.names() == Names{"198.51.100.0/24", "203.0.113.0/24", "-203.0.113.0/24"});
}

TEST_CASE("the number of the packet is passed over, and an old line without communities is one")
{
    const auto read = read_text("BGP4MP|0|1700000000|A|192.0.2.1|64496|203.0.113.0/24|64496|IGP|192.0.2.1|0|0||NAG||\n"
                                "BGP4MP|1|1700000000|W|192.0.2.1|64496|203.0.113.0/24\n"
                                "BGP|946844090|A|192.0.2.1|64496|203.0.112.0/24|64496|IGP|192.0.2.1|0|0|NAG||\n");
    CHECK(read.error.empty());
    CHECK(read.names() == Names{"203.0.113.0/24", "-203.0.113.0/24", "203.0.112.0/24"});
}

TEST_CASE("where bgpdump found no next hop the peer's address stands in, as for a dump")
{
    const auto line = [](const std::string& peer, const std::string& prefix) {
        return "TABLE_DUMP2|1|B|" + peer + "|64496|" + prefix + "|64496|IGP|255.255.255.255|0|0||NAG||\n";
    };
    const auto read = read_text(line("192.0.2.1", "10.0.0.0/8") + line("192.0.2.1", "2001:db8::/32") +
                                    line("2001:db8::1", "2001:db8::/32") + line("0.0.0.0", "10.0.0.0/8"),
                                of_peer("all"));
    CHECK(read.error.empty());
    REQUIRE(read.routes.size() == 4);
    CHECK(read.routes[0].next_hop == "c0000201");
    CHECK(read.routes[1].next_hop == "00000000000000000000ffffc0000201");
    CHECK(read.routes[2].next_hop == "20010db8000000000000000000000001");
    CHECK(read.routes[3].next_hop.empty());
    CHECK(read.notes == Names{"4 routes without a next hop in the text; the peer's address stands in"});
}

TEST_CASE("a line of bgpdump that is wrong says where, and what was expected")
{
    const std::string head = "TABLE_DUMP2|1|B|192.0.2.1|64496|";
    const struct {
        std::string text;
        const char* error;
    } vectors[]{
        {"TABLE_DUMP2|01/20/16 00:00:00|B|192.0.2.1|64496|10.0.0.0/8|64496|IGP\n",
         "FILE:1:13: expected seconds since 1970, as bgpdump -m writes them (-M writes dates, and no next hops), not '01/20/16 "
         "00:00:00'"},
        {"TABLE_DUMP2|1|A|192.0.2.1|64496|10.0.0.0/8\n", "FILE:1:15: expected B, a route of a RIB, not 'A'"},
        {"BGP4MP|1|B|192.0.2.1|64496|10.0.0.0/8\n", "FILE:1:10: expected A, W or STATE, not 'B'"},
        {"BGP4MP|1|W|192.0.2.1|64496|10.0.0.0/8\nBGP5|1|W|192.0.2.1|64496|10.0.0.0/8\n",
         "FILE:2:1: expected a line of bgpdump -m, which begins with TABLE_DUMP2|, BGP4MP| or the like, not 'BGP5'"},
        {"BGP4MP|1|W|192.0.2|64496|10.0.0.0/8\n", "FILE:1:12: expected the address of the peer, not '192.0.2'"},
        {"BGP4MP|1|W|192.0.2.1|x|10.0.0.0/8\n", "FILE:1:22: expected the AS of the peer, not 'x'"},
        {"BGP4MP|1.|W|192.0.2.1|1|10.0.0.0/8\n",
         "FILE:1:8: expected seconds since 1970, as bgpdump -m writes them (-M writes dates, and no next hops), not '1.'"},
        {"BGP4MP|1|W|192.0.2.1|1|10.0.0.0/33\n",
         "FILE:1:24: expected a prefix such as 192.0.2.0/24 or 2001:db8::/32, not '10.0.0.0/33'"},
        {"BGP4MP|1|W|192.0.2.1|1|10.0.0.0/8|x\n",
         "FILE:1:35: expected the end of the line behind a prefix that is withdrawn, not 'x'"},
        {"BGP4MP_AP|1|W|192.0.2.1|1|10.0.0.0/8|x\n", "FILE:1:38: expected a number of 0 to 4294967295, not 'x'"},
        {head + "10.0.0.0/8|1 x|IGP|192.0.2.1|0|0||NAG||\n",
         "FILE:1:46: expected an AS number such as 64512 or 1.10, or a set such as {64512,64513}, not 'x'"},
        {head + "10.0.0.0/8|1|?|192.0.2.1|0|0||NAG||\n", "FILE:1:46: expected igp, egp or incomplete, not '?'"},
        {head + "10.0.0.0/8|1|IGP|x|0|0||NAG||\n", "FILE:1:50: expected the address of a next hop, not 'x'"},
        {head + "10.0.0.0/8|1|IGP|192.0.2.1|-1|0||NAG||\n", "FILE:1:60: expected a number of 0 to 4294967295, not '-1'"},
        {head + "10.0.0.0/8|1|IGP|192.0.2.1|0||||NAG||\n", "FILE:1:62: expected a number of 0 to 4294967295"},
        {head + "10.0.0.0/8|1|IGP|192.0.2.1|0|0|x||NAG||\n",
         "FILE:1:64: expected communities such as 65001:1 or no-export, with blanks between them, not 'x'"},
        {head + "10.0.0.0/8|1|IGP|192.0.2.1|0|0|||x||\n", "FILE:1:66: expected AG or NAG, not 'x'"},
        {head + "10.0.0.0/8|1|IGP|192.0.2.1|0|0||NAG|1|\n", "FILE:1:69: expected an aggregator such as 64496 192.0.2.1, not '1'"},
        {head + "10.0.0.0/8|1|IGP|192.0.2.1|0|0||NAG||2:c0:00|\n",
         "FILE:1:70: expected attributes as TYPE:FLAGS:OCTETS in hexadecimal digits, such as 23:e0:0000fde8, not '2:c0:00'"},
    };
    for (const auto& vector : vectors) {
        CAPTURE(vector.text);
        CHECK(read_text(vector.text).error == vector.error);
    }
}

namespace {

// ---- A dump and its text.

/// What text can hold of a route's attributes, see bgpdump_lines.hpp.
std::string attributes_in_text(OctetView octets)
{
    Octets all;
    Writer out{all};
    const auto put = [&out](AnyAttribute attribute) { encode_attribute(with_usual_flags(std::move(attribute)), {}, out); };
    bool has_path = false;
    for (Reader in{octets}; const auto attribute = next_attribute(in);) {
        const auto type = attribute->type;
        if (type == AttributeType::originator_id || type == AttributeType::cluster_list) continue;
        const bool is_0 = std::ranges::count(attribute->value, 0) == static_cast<std::ptrdiff_t>(attribute->value.size());
        if ((type == AttributeType::local_pref || type == AttributeType::multi_exit_disc) && is_0) continue;
        if (type > AttributeType::as_path && !std::exchange(has_path, true)) put(AsPath{});
        has_path |= type == AttributeType::as_path;
        const bool is_shown = type < AttributeType::originator_id || type == AttributeType::large_communities;
        auto decoded = decode_attribute(type, attribute->reader(), {});
        if (!is_shown || !decoded) {   // as octets, with its flags
            out.octets(attribute->whole);
            continue;
        }
        if (auto* path = std::get_if<AsPath>(&*decoded)) {
            AsPathSegments joined;
            for (auto& segment : path->segments)
                if (!joined.empty() && joined.back().type == segment.type && segment.type == SegmentType::as_sequence)
                    joined.back().asns.insert(joined.back().asns.end(), segment.asns.begin(), segment.asns.end());
                else
                    joined.push_back(std::move(segment));
            path->segments = std::move(joined);
        }
        put(std::move(*decoded));
    }
    if (!has_path) put(AsPath{});
    return to_hex(all);
}

std::vector<TextRoute> routes_of_file(const std::string& path, const MrtPeerChoice& peer)
{
    auto source = open_route_file(path, {.peer = peer, .placeholders = false});
    REQUIRE_MESSAGE(source, (source ? "" : source.error()));
    auto routes = std::visit([](auto& opened) { return all_routes(opened); }, *source);
    if (const auto* text = std::get_if<TextRoutes>(&*source)) CHECK(text->error() == "");
    return routes;
}

}   // namespace

TEST_CASE("a dump and what bgpdump -m prints of it are the same routes, octet by octet but for what is not in the text")
{
    if (std::system("command -v bgpdump >/dev/null 2>&1") != 0) {
        MESSAGE("skipped: bgpdump is not installed");
        return;
    }
    const TemporaryFolder folder;
    for (const auto* name :
         {"data/rib.20140523.0600_firstMB.bz2", "data/rib6.20151101.0600_firstMB.bz2", "data/updates.20160811.1600.gz",
          "data/updates.20260222.1530.bz2", "data/bview.64k_stream_overflow.gz", "data/bview.ipv4_unicast_add_path.gz",
          "data/updates.long_withdrawal.gz", "data/updates.nlri_mask_trailing_bits.gz", "data/small/quagga_rib",
          "data/small/bird-mrtdump_bgp", "cases/mrt/type-5-of-2000.gz", "cases/mrt/next-hop-of-32-octets.mrt"}) {
        const auto path = shared_file(name);
        if (!path) {
            MESSAGE("skipped: no file ", name);
            continue;
        }
        CAPTURE(std::string{name});
        const auto text = folder / "text";
        REQUIRE(std::system(("bgpdump -m -l -u '" + *path + "' 2>/dev/null >" + text).c_str()) == 0);
        const MrtPeerChoice everybody{.by = MrtPeerChoice::By::all};
        auto dumped = routes_of_file(*path, everybody);
        auto printed = routes_of_file(text, everybody);
        if (std::string_view{name}.contains("type-5"))   // whose withdrawals bgpdump prints with the peer's address for a prefix
            for (auto* routes : {&dumped, &printed})
                std::erase_if(*routes, [](const TextRoute& route) { return route.name.starts_with('-'); });
        CHECK(dumped.size() > 0);
        REQUIRE(dumped.size() == printed.size());
        for (auto& route : dumped) {
            if (!route.attributes.empty()) route.attributes = attributes_in_text(hex(route.attributes));
            if (route.next_hop.size() == 64) route.next_hop.resize(32);   // the link-local one
        }
        // A dump's table has the peers of a prefix together, its text too; of an UPDATE with both families either may come first.
        std::ranges::stable_sort(dumped, {}, [](const TextRoute& route) { return std::tuple{route.time, route.name}; });
        std::ranges::stable_sort(printed, {}, [](const TextRoute& route) { return std::tuple{route.time, route.name}; });
        std::size_t other = 0;
        for (std::size_t i = 0; i < dumped.size(); ++i) {
            // Of the collector itself: the text has neither a next hop nor its identifier, which stands in for one.
            if (printed[i].next_hop.empty()) dumped[i].next_hop.clear();
            if (dumped[i] == printed[i]) continue;
            if (++other > 3) continue;
            CHECK(dumped[i].name == printed[i].name);
            CHECK(dumped[i].attributes == printed[i].attributes);
            CHECK(dumped[i].next_hop == printed[i].next_hop);
            CHECK(dumped[i].time == printed[i].time);
        }
        CHECK(other == 0);
    }
}

}   // namespace barrage
