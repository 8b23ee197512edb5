// What is told of a route is read back as the same octets: the lines of `decode --api` and of an Adj-RIB, over every family and every
// attribute of the codec's lists. Octets are those of RFCs, of captures and of other implementations (the shared vectors).

#include "tests/support/doctest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "codec/message/any_message.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "loadgen/exabgp/api/api_text.hpp"
#include "loadgen/exabgp/api/rib_lines.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"

using namespace barrage;
using namespace barrage::exabgp;

namespace {

/// A route as octets.
struct Plain {
    Family family;
    std::optional<PathId> path_id;
    Octets nlri, attributes, next_hop;
    friend bool operator==(const Plain&, const Plain&) = default;
};

std::string to_string(const Plain& plain)
{
    return fmt::format("{} path {} nlri {} attributes {} next hop {}", family_words(plain.family),
                       plain.path_id ? std::to_string(plain.path_id->value) : "-", hex_text(plain.nlri),
                       hex_text(plain.attributes), hex_text(plain.next_hop));
}

Octets octets_of(OctetView view) { return {view.begin(), view.end()}; }

/// The routes of a field one by one, as octets.
std::vector<Plain> plain_routes(const AnyRoutes& routes)
{
    std::vector<Plain> all;
    std::visit(
        [&]<class Routes>(const Routes& of) {
            if constexpr (requires { typename Routes::FamilyType; }) {
                using F = typename Routes::FamilyType;
                for (const auto& route : of.routes) {
                    auto& plain = all.emplace_back(Plain{.family = {F::afi, F::safi}, .path_id = route.path_id});
                    Writer out{plain.nlri};
                    F::encode(route.nlri, out);
                }
            }
        },
        routes);
    return all;
}

/// The attributes that travel with a route, in the order of their types; AS4_* are merged by who tells, an empty path is not told.
Octets attributes_of(const Update& update)
{
    auto sorted = update.attributes;
    std::ranges::stable_sort(sorted, {}, [](const ReceivedAttribute& each) { return type_of(each.value); });
    Octets octets;
    Writer out{octets};
    for (const auto& attribute : sorted) {
        const auto type = type_of(attribute.value);
        using enum AttributeType;
        const auto* path = std::get_if<AsPath>(&attribute.value);
        if (type == next_hop || type == mp_reach_nlri || type == mp_unreach_nlri || (path && path->segments.empty())) continue;
        CHECK(encode_attribute(attribute, {}, out));
    }
    return octets;
}

std::vector<Plain> announced_of(const Update& update)
{
    std::vector<Plain> all;
    const auto attributes = attributes_of(update);
    Octets next_hop;
    for (const auto& attribute : update.attributes)
        if (const auto* hop = std::get_if<NextHop>(&attribute.value)) Writer{next_hop}.u32(hop->address.value);
    const auto add = [&](const AnyRoutes& routes, const Octets& hop) {
        for (auto& plain : plain_routes(routes)) {
            plain.attributes = attributes;
            plain.next_hop = hop;
            all.push_back(std::move(plain));
        }
    };
    add(RoutesOf<Ipv4Unicast>{update.nlri}, next_hop);
    for (const auto& attribute : update.attributes)
        if (const auto* reach = std::get_if<MpReachNlri>(&attribute.value)) add(reach->nlri, reach->next_hop.octets);
    return all;
}

std::vector<Plain> withdrawn_of(const Update& update)
{
    auto all = plain_routes(RoutesOf<Ipv4Unicast>{update.withdrawn});
    for (const auto& attribute : update.attributes)
        if (const auto* unreach = std::get_if<MpUnreachNlri>(&attribute.value))
            for (auto& plain : plain_routes(unreach->nlri)) all.push_back(std::move(plain));
    return all;
}

/// What a line of a program means; the reason where it is refused.
std::expected<Plain, std::string> read(const std::string& line, bool withdraw)
{
    static AttributePool pool;
    static std::vector<std::string> watchdogs;
    const auto routes = parse_routes(line, withdraw, pool, watchdogs);
    if (!routes) return std::unexpected(to_text(routes.error()));
    if (routes->size() != 1) return std::unexpected(std::to_string(routes->size()) + " routes");
    const auto& route = routes->front();
    Plain plain{.family = route.key.family,
                .path_id = route.key.path_id,
                .nlri = {route.key.nlri.begin(), route.key.nlri.end()},
                .attributes = octets_of(route.attributes->octets()),
                .next_hop = octets_of(route.attributes->next_hop())};
    if (withdraw) plain.attributes.clear(), plain.next_hop.clear();
    return plain;
}

struct Counts {
    int came_back = 0;
    int refused = 0;
};

/// Another route is never right; a refusal is counted.
void check_same(const std::string& line, const Plain& expected, bool withdraw, Counts& counts)
{
    CAPTURE(line);
    const auto route = read(line, withdraw);
    if (!route) {
        ++counts.refused;
        MESSAGE("refused: " << line.substr(0, 300) << ": " << route.error());
        return;
    }
    ++counts.came_back;
    CHECK(to_string(*route) == to_string(expected));
}

/// The lines of `loadgen decode --api`.
void check_api(const Octets& message, const SessionOptions& options, const Update& update, Counts& counts)
{
    const auto decoded = decode_any(message, options);
    if (!decoded.problems.empty()) return;
    const auto announced = announced_of(update);
    const auto withdrawn = withdrawn_of(update);
    std::size_t announcements = 0;
    std::size_t withdrawals = 0;
    std::istringstream in{api_text(decoded, message)};
    const std::string announce = "announce ";
    const std::string withdraw = "withdraw ";
    for (std::string line; std::getline(in, line);) {
        CAPTURE(line);
        if (line.starts_with("announce eor")) continue;
        if (line.starts_with(announce)) {
            REQUIRE(announcements < announced.size());
            check_same(line.substr(announce.size()), announced[announcements++], false, counts);
        } else if (line.starts_with(withdraw)) {
            REQUIRE(withdrawals < withdrawn.size());
            check_same(line.substr(withdraw.size()), withdrawn[withdrawals++], true, counts);
        } else
            CHECK(line.starts_with("# "));
    }
    CHECK(announcements == announced.size());
    CHECK(withdrawals == withdrawn.size());
}

/// Both directions of `show adj-rib extensive`.
void check_rib(const Update& update, Counts& counts)
{
    static AttributePool pool;
    for (const auto& route : announced_of(update)) {
        const auto set = pool.intern(route.attributes, route.next_hop);
        const RouteKey key{route.family, route.path_id, {route.nlri.begin(), route.nlri.end()}};
        for (const bool received : {false, true}) {
            std::string line;
            append_rib_text(line, {.peer = "192.0.2.1",
                                   .neighbor = "N",
                                   .key = key,
                                   .attributes = set.get(),
                                   .extensive = true,
                                   .received = received});
            REQUIRE(line.starts_with("N "));
            line.pop_back();
            check_same(line.substr(2), route, false, counts);
        }
    }
}

struct Tried {
    std::map<std::string, Counts> by_family;
    std::set<AttributeType> types;
};

void check_all(const Update& update, const Octets& message, const SessionOptions& options, Tried& tried)
{
    Counts counts;
    check_rib(update, counts);
    check_api(message, options, update, counts);
    for (const auto& attribute : update.attributes) tried.types.insert(type_of(attribute.value));
    auto all = announced_of(update);
    for (auto& route : withdrawn_of(update)) all.push_back(std::move(route));
    std::set<std::string> families;
    for (const auto& route : all) families.insert(family_words(route.family));
    for (const auto& family : families) {
        tried.by_family[family].came_back += counts.came_back;
        tried.by_family[family].refused += counts.refused;
    }
}

Octets update_around(OctetView attributes)
{
    auto message = hex("ffffffffffffffffffffffffffffffff");
    Writer out{message};
    out.u16(static_cast<std::uint16_t>(header_octets + 4 + attributes.size()));
    out.u8(2);
    out.u16(0);
    out.u16(static_cast<std::uint16_t>(attributes.size()));
    out.octets(attributes);
    return message;
}

/// Announced in MP_REACH_NLRI with these attributes, and withdrawn in MP_UNREACH_NLRI.
Octets update_with(Family family, std::string_view next_hop, std::string_view nlri, std::string_view attributes, bool withdrawn)
{
    Octets value;
    Writer out{value};
    out.u16(std::to_underlying(family.afi));
    out.u8(std::to_underlying(family.safi));
    if (!withdrawn) {
        const auto hop = hex(next_hop);
        out.u8(static_cast<std::uint8_t>(hop.size()));
        out.octets(hop);
        out.u8(0);
    }
    out.octets(hex(nlri));
    Octets all;
    Writer to{all};
    const auto type = withdrawn ? AttributeType::mp_unreach_nlri : AttributeType::mp_reach_nlri;
    encode_attribute({.flags = flag_optional, .value = UnknownAttribute{type, value}}, {}, to);
    if (!withdrawn) to.octets(hex(attributes));
    return update_around(all);
}

constexpr auto usual = "40010100 40020e0203 0000fde9 0000fdea 00011170 400504000000c8";
constexpr auto v4_hop = "c0000201";
constexpr auto v6_hop = "20010db8000000000000000000000001";
constexpr auto both_hops = "20010db8000000000000000000000001 fe800000000000000000000000000001";

struct NlriRow {
    const char* family;
    const char* next_hop;
    const char* nlri;
};

// One at least of every family: RFC 4271, 4760, 8277, 4364, 6514, 9830, 4684, 8955, 8956, 4761, 6074, 7432, 9136, 9552, draft-mpmz-bess-mup-safi
const NlriRow rows[] = {
    {"ipv4", v6_hop, "18 c63364"},
    {"ipv4", v6_hop, "10 e001"},        // a multicast group as a unicast route
    {"ipv4", v6_hop, "18 c63364 00"},   // two of them
    {"ipv4", v6_hop, "14 c633ff"},      // bits behind the length
    {"ipv4-mcast", v4_hop, "18 c63364"},
    {"ipv4-mcast", v4_hop, "10 e001"},
    {"ipv4-lu", v4_hop, "30 000031 c63364"},
    {"ipv4-lu", v4_hop, "48 000100 000111 c63364"},
    {"ipv4-lu", v4_hop, "30 000037 c63364"},   // traffic class bits in the label
    {"ipv4-lu", v4_hop, "30 800000 c63364"},   // what withdrawn ones have there
    {"mvpn4", v4_hop, "05 12 0000fde800000002 20 0a000001 20 ef000001"},
    {"mvpn4", v4_hop, "06 16 0000fde800000002 0000fde8 20 0a000001 20 ef000001"},
    {"mvpn4", v4_hop, "07 16 0000fde800000002 0000fde8 20 0a000001 20 ef000001"},
    {"mvpn4", v4_hop, "01 0c 0000fde800000002 0a000001"},
    {"mvpn4", v4_hop, "02 0c 0000fde800000002 0000fde8"},
    {"mvpn4", v4_hop, "63 02 0102"},
    {"srpol4", v4_hop, "60 00000001 00000002 c0000201"},
    {"mup4", v4_hop, "01 0001 0c 0000fde800000001 18 c63364"},
    {"mup4", v4_hop, "01 0002 0c 0000fde800000001 c6336401"},
    {"mup4", v4_hop, "01 0003 16 0000fde800000001 18 c63364 00000001 09 20 01020304"},
    {"mup4", v4_hop, "01 0004 11 0000fde800000001 40 c6336401 00003039"},
    {"mup4", v4_hop, "02 0001 02 0102"},
    {"vpnv4", "0000000000000000 c0000201", "70 000031 0000fde800000001 c63364"},
    {"vpnv4", "0000000000000000 20010db8000000000000000000000001 0000000000000000 fe800000000000000000000000000001",
     "70 000031 0001c00002010001 c63364"},
    {"vpnv4", "0000000000000000 c0000201", "70 000031 0002000111700001 c63364"},
    {"vpnv4", "00000000ef000000 c0000201", "70 000031 0000fde800000001 c63364"},     // as a router sends it
    {"ipv4-ct", "0000000000000000 c0000201", "70 000031 0000fde800000001 c63364"},   // RFC 9832
    {"ipv6-ct", v6_hop, "78 000031 0000fde800000001 20010db8"},
    {"rtc", v4_hop, "60 0000fde8 0002fde800000001"},
    {"rtc", v4_hop, "00"},
    {"rtc", v4_hop, "30 0000fde8 0002"},
    {"flow4", "", "05 01 18 c63364"},
    {"flow4", "", "0b 01 18 c63364 03 81 5e 0c 82 06"},   // protocol 94, no fragment
    {"flow4", "", "0f 01 18 c63364 03 81 04 05 13 0400 d5 07d0"},
    {"flow4", "", "0a 01 18 c63364 09 01 12 83 04"},   // TCP flags: =syn+ack, !=rst
    {"flow4", "", "04 03 91 0006"},                    // a wider value than needed
    {"flow4", v4_hop, "05 01 18 c63364"},
    {"flowvpn4", "", "0d 0000fde800000001 01 18 c63364"},
    {"ipv6", v6_hop, "30 20010db80001"},
    {"ipv6", both_hops, "30 20010db80001"},
    {"ipv6-mcast", v6_hop, "10 ff0e"},
    {"ipv6-lu", v6_hop, "38 000031 20010db8"},
    {"mvpn6", v4_hop, "06 2e 0000fde800000002 0000fde8 80 20010db8000000000000000000000001 80 ff0e0000000000000000000000000001"},
    {"srpol6", v6_hop, "c0 00000001 00000002 20010db8000000000000000000000001"},
    {"mup6", v6_hop, "01 0002 18 0000fde800000001 20010db8000000000000000000000001"},
    {"vpnv6", "0000000000000000 20010db8000000000000000000000001", "78 000031 0000fde800000001 20010db8"},
    {"flow6", "", "07 01 20 00 20010db8"},
    {"flow6", "", "07 01 40 20 00010002"},   // RFC 8956 section 3.1: the bits behind the offset
    {"flow6", "", "03 04 81 50"},            // nothing in it says IPv6
    {"flow6", "", "03 03 81 3a"},
    {"flowvpn6", "", "0f 0000fde800000001 01 20 00 20010db8"},
    {"vpls", v4_hop, "0011 0000fde800000001 0005 0001 0008 0000a1"},
    {"vpls", v4_hop, "0011 0000fde800000001 0005 0001 0008 0000a0"},
    {"vpls", v4_hop, "000c 0000fde800000001 c0000201"},
    {"evpn", v4_hop, "01 19 0000fde800000001 00000000000000000001 00000064 000641"},
    {"evpn", v4_hop, "02 21 0000fde800000001 00000000000000000000 00000000 30 00005e005301 00 000641"},
    {"evpn", v4_hop, "02 28 0000fde800000001 00000000000000000000 00000000 30 00005e005301 20 c0000209 002710 004e20"},
    {"evpn", v4_hop, "03 11 0000fde800000001 00000000 20 c0000201"},
    {"evpn", v4_hop, "04 17 0000fde800000001 00000000000000000001 20 c0000201"},
    {"evpn", v4_hop, "05 22 0000fde800000001 00000000000000000000 00000000 18 c6336400 00000000 000641"},
    {"evpn", v4_hop, "63 02 0102"},
    {"ls", v4_hop, "0001 0015 01 0000000000000000 0100 0008 0200 0004 0000fde8"},
    {"ls-spf", v4_hop, "0001 0015 01 0000000000000000 0100 0008 0200 0004 0000fde8"},
    {"ls-vpn", "0000000000000000 c0000201", "0001 001d 0000fde800000001 01 0000000000000000 0100 0008 0200 0004 0000fde8"},
};

// One at least of every attribute that has no words of its own everywhere, and those that words say only in part
const char* const attributes[] = {
    "400101 02",
    "400206 0201 0000fde8",                 // AS_PATH: a sequence
    "400206 0101 0000fde8",                 // a set
    "40020c 0301 0000fde8 0401 0000fde9",   // RFC 5065
    "800404 00000005",
    "400504 000000c8",
    "400600",
    "c00708 0000fde8 c0000201",
    "c00804 fde80001",
    "c00808 fde80002 fde80001",   // not in order
    "e00804 fde80001",            // Partial
    "d0080004 fde80001",          // a needless extended length
    "c00804 ffffff01",
    "c00804 ffff029a",
    "800904 c0000201",
    "800a08 c0000201 c0000202",
    "c01008 0002fde800000001",
    "c01008 020200011170007b",   // RFC 5668
    "c01008 01020001d4c0007b",
    "c01008 0203fa56ea000005",
    "c01008 8108c00002090005",
    "c01008 8006000049742400",   // 1000000 octets a second
    "c01008 8006fde849742400",   // of an AS
    "c01008 800600003dcccccd",   // 0.1
    "c01008 80060000ffffffff",   // no number
    "c01008 4004fde849989680",
    "c01008 0c00000a0000000a",
    "c01008 030c000000000008",
    "c01008 0301020304050607",
    "c01010 0003000100000001 0002000100000001",   // not in order
    "c01609 00 06 00000a c0000201",
    "c01704 0008 0000",
    "c01914 000d 20010db8000000000000000000000001 0005",
    "801d07 0447 0003 000064",
    "801a0b 01 000b 0000000000000064",
    "801a0f 01 000b 0000000000000064 02 0004 ff",
    "c0200c 000000010000000200000003",
    "c02018 000000010000000200000004 000000010000000200000003",
    "c02304 0000fde8",
    "c0280a 01 0007 00 0000 00000309",
    "c02815 01 0007 00 0000 00000309 03 0008 0000 003e80 001f40",
    "c02825 05 0022 00 01 001e 00 20010db8000000000000000000000001 00 0015 00 01 0006 28 18 10 00 10 40",
    "c06304 01020304",
    "c08008 0000fde8 40010100",
};

bool has_routes(const Update& update) { return !announced_of(update).empty() || !withdrawn_of(update).empty(); }

/// As events read it.
std::optional<Update> update_of(const Octets& message, const SessionOptions& options)
{
    const auto decoded = decode_any(message, options);
    if (!decoded.message) return std::nullopt;
    const auto* update = std::get_if<Update>(&*decoded.message);
    return update ? std::optional{*update} : std::nullopt;
}

}   // namespace

TEST_CASE("routes of every family are read back from what is told of them")
{
    Tried tried;
    for (const auto& row : rows)
        for (const bool withdrawn : {false, true})
            for (const bool with_path : {false, true}) {
                const auto family = *family_from_name(row.family);
                if (!nlri_codec(family)) continue;
                const std::string nlri = (with_path ? "00000007" : "") + std::string{row.nlri};
                if (with_path && std::string_view{row.nlri} == "18 c63364 00") continue;   // the second has none
                if (withdrawn && std::string_view{row.nlri} == "48 000100 000111 c63364")
                    continue;   // one field: RFC 8277 section 2.4
                CAPTURE(row.family);
                CAPTURE(nlri);
                CAPTURE(withdrawn);
                SessionOptions options;
                options.multiple_labels = FamilySet::all();   // RFC 8277 section 2.1
                options.max_labels = 255;
                if (with_path) options.add_path_receive = {family};
                const auto message = update_with(family, row.next_hop, nlri, usual, withdrawn);
                const auto update = update_of(message, options);
                REQUIRE(update);
                REQUIRE(has_routes(*update));
                check_all(*update, message, options, tried);
            }
    for (const auto& [family, name, extent] : known_families) {
        CAPTURE(name);
        if (!nlri_codec(family)) continue;
        const auto& counts = tried.by_family[family_words(family)];
        CHECK(counts.came_back > 0);
        CHECK(counts.refused == 0);
    }
}

TEST_CASE("every attribute is read back from what is told of it")
{
    Tried tried;
    for (const auto* row : attributes) {
        CAPTURE(std::string{row});
        const auto message = update_with(ipv4_unicast, v6_hop, "18 c63364", row, false);
        const auto update = update_of(message, {});
        REQUIRE(update);
        REQUIRE(has_routes(*update));
        check_all(*update, message, {}, tried);
    }
    for (unsigned type = 0; type <= 0xff; ++type) {
        using enum AttributeType;
        const AttributeType of{static_cast<std::uint8_t>(type)};
        if (!codec_of(of).decode || of == next_hop || of == mp_reach_nlri || of == mp_unreach_nlri || of == as4_path ||
            of == as4_aggregator)
            continue;
        CAPTURE(type);
        CHECK(tried.types.contains(of));
    }
    for (const auto& [family, counts] : tried.by_family) CHECK(counts.refused == 0);
}

TEST_CASE("the routes of every right UPDATE of the shared vectors are read back")
{
    Tried tried;
    for (const auto& vector : message_vectors()) {
        if (!vector.valid || !vector.kind.starts_with("update")) continue;
        CAPTURE(vector.name);
        const auto update = update_of(vector.message, vector.options);
        REQUIRE(update);
        const bool has_as4 = std::ranges::any_of(update->attributes, [](const ReceivedAttribute& each) {
            const auto type = type_of(each.value);
            return type == AttributeType::as4_path || type == AttributeType::as4_aggregator;
        });
        if (has_routes(*update) && !has_as4) check_all(*update, vector.message, vector.options, tried);
    }
    std::string table;
    for (const auto& [family, counts] : tried.by_family) CHECK(counts.refused == 0);
    for (const auto& [family, counts] : tried.by_family)
        table += fmt::format("  {}: {} came back, {} refused\n", family, counts.came_back, counts.refused);
    MESSAGE(table);
}
