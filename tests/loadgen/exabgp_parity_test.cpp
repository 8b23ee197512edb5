// Routes of configurations and of API lines against what ExaBGP sends for them: the NLRI, the next hop and every attribute that
// the words name stand in one of the expected UPDATEs, octet for octet.

#include "tests/support/doctest.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "codec/message/update_view.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/shared_data.hpp"

using namespace barrage;
using namespace barrage::exabgp;

namespace {

namespace fs = std::filesystem;

/// What one UPDATE says, taken apart as far as it needs to be.
struct Expected {
    std::map<std::uint8_t, Octets> attributes;   // whole, by type
    Family family = ipv4_unicast;
    Octets next_hop;
    std::string announced, withdrawn;   // octets of NLRI
};

std::string text_of(OctetView octets) { return {octets.begin(), octets.end()}; }

void read_attributes(OctetView octets, Expected& into)
{
    Reader in{octets};
    while (!in.empty()) {
        const auto at = octets.size() - in.remaining();
        const auto flags = in.u8();
        const AttributeType type{in.u8()};
        const auto value = in.octets((flags & flag_extended_length) != 0 ? in.u16() : in.u8());
        REQUIRE(!in.failed());
        Reader inside{value};
        if (type == AttributeType::mp_reach_nlri || type == AttributeType::mp_unreach_nlri) {
            const Afi afi{inside.u16()};
            into.family = {afi, Safi{inside.u8()}};
        }
        if (type == AttributeType::mp_reach_nlri) {
            const auto hop = inside.octets(inside.u8());
            into.next_hop.assign(hop.begin(), hop.end());
            inside.skip(1);
            into.announced = text_of(inside.rest());
        } else if (type == AttributeType::mp_unreach_nlri) {
            into.withdrawn = text_of(inside.rest());
        } else {
            if (type == AttributeType::next_hop && into.next_hop.empty()) into.next_hop.assign(value.begin(), value.end());
            const auto whole = octets.subspan(at, octets.size() - in.remaining() - at);
            into.attributes[static_cast<std::uint8_t>(type)].assign(whole.begin(), whole.end());
        }
    }
}

std::vector<Expected> expected_updates(const fs::path& file)
{
    std::vector<Expected> all;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        const auto raw = line.find(":raw:");
        if (line.find('#') != std::string::npos || raw == std::string::npos) continue;
        auto digits = line.substr(raw + 5);
        std::erase_if(digits, [](char c) { return c == ':' || c == ' ' || c == '\r'; });
        const auto message = hex(digits);
        if (message.size() < 23 || message[18] != 2) continue;
        const auto view = split_update(message);
        REQUIRE(view);
        Expected update;
        read_attributes(view->attributes, update);
        if (update.announced.empty()) update.announced = text_of(view->nlri);
        if (update.withdrawn.empty()) update.withdrawn = text_of(view->withdrawn);
        all.push_back(std::move(update));
    }
    return all;
}

bool stands_in(const ConfiguredRoute& route, const Expected& update, bool withdrawn)
{
    std::string nlri = route.key.nlri;
    if (route.key.path_id) {
        Octets id;
        Writer{id}.u32(route.key.path_id->value);
        nlri = text_of(id) + nlri;
    }
    const auto& there = withdrawn ? update.withdrawn : update.announced;
    if (update.family != route.key.family || there.find(nlri) == std::string::npos) return false;
    if (withdrawn && update.attributes.empty()) return true;   // plain withdrawals have none
    if (!withdrawn && !route.next_hop_self && !std::ranges::equal(update.next_hop, route.attributes->next_hop())) return false;
    Expected own;
    read_attributes(route.attributes->octets(), own);
    return std::ranges::all_of(own.attributes, [&](const auto& attribute) {
        const bool is_ebgp = update.attributes.count(5) == 0;   // LOCAL_PREF is not told to another AS
        if (is_ebgp && attribute.first == 5) return true;
        const auto found = update.attributes.find(attribute.first);
        return found != update.attributes.end() && found->second == attribute.second;
    });
}

bool stands_in_one(const ConfiguredRoute& route, const std::vector<Expected>& updates, bool withdrawn)
{
    return std::ranges::any_of(updates, [&](const Expected& update) { return stands_in(route, update, withdrawn); });
}

std::vector<fs::path> cases()
{
    const auto folder = shared_file("parity/cases");
    if (!folder) return {};
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator{*folder})
        if (entry.is_directory()) all.push_back(entry.path());
    std::ranges::sort(all);
    return all;
}

}   // namespace

TEST_CASE("every configuration of the parity cases is read, and its routes are those that ExaBGP sends")
{
    const auto folders = cases();
    if (folders.empty()) MESSAGE("skipped: no parity cases");
    for (const auto& folder : folders)
        for (const auto& entry : fs::directory_iterator{folder}) {
            if (entry.path().extension() != ".conf") continue;
            CAPTURE(entry.path().string());
            AttributePool pool;
            const auto configuration = parse_configuration({entry.path().string()}, pool);
            if (!configuration)
                for (const auto& error : configuration.error()) MESSAGE(to_text(error));
            REQUIRE(configuration);
            const auto updates = expected_updates(folder / (folder.filename().string() + ".msg"));
            for (const auto& neighbor : configuration->neighbors)
                for (const auto& route : neighbor.routes) {
                    CAPTURE(to_hex({reinterpret_cast<const std::uint8_t*>(route.key.nlri.data()), route.key.nlri.size()}));
                    CAPTURE(to_hex(route.attributes->octets()));
                    CHECK(stands_in_one(route, updates, false));
                }
        }
}

TEST_CASE("the API lines of the parity cases become the routes that ExaBGP sends")
{
    std::size_t routes_seen = 0;
    for (const auto& folder : cases())
        for (const auto& entry : fs::directory_iterator{folder}) {
            if (entry.path().extension() != ".script") continue;
            const auto updates = expected_updates(folder / (folder.filename().string() + ".msg"));
            std::ifstream in{entry.path()};
            for (std::string line; std::getline(in, line);) {
                const bool withdraw = line.find(" withdraw ") != std::string::npos;
                const auto word = withdraw ? line.find(" withdraw ") + 10 : line.find(" announce ");
                const auto begin = withdraw || word == std::string::npos ? word : word + 10;
                if (line.starts_with("#") || begin == std::string::npos) continue;
                const auto words = line.substr(line.find_first_not_of(' ', begin));
                // What no route is sent for: other commands, a prefix that is none, neighbors that are not there
                if (words.starts_with("eor") || words.starts_with("watchdog") || words.starts_with("route-refresh")) continue;
                if (line.starts_with("on-fail") || line.find("absentone") != std::string::npos) continue;
                if (line.find("peer-as 3") != std::string::npos || line.find("2.2.2.2/32") != std::string::npos) continue;
                // What a later line of the same batch overtakes, and what the end of the session does
                if (line.starts_with("queue") || line.find("clear") != std::string::npos) continue;
                CAPTURE(line);
                CAPTURE(entry.path().string());
                AttributePool pool;
                std::vector<std::string> watchdogs;
                const auto routes = parse_routes(words, withdraw, pool, watchdogs);
                if (words.starts_with("route 9.9.9.9/24")) {
                    CHECK(!routes);
                    continue;
                }
                if (!routes) MESSAGE(to_text(routes.error()));
                REQUIRE(routes);
                for (const auto& route : *routes) {
                    CAPTURE(to_hex({reinterpret_cast<const std::uint8_t*>(route.key.nlri.data()), route.key.nlri.size()}));
                    CHECK(stands_in_one(route, updates, withdraw));
                    ++routes_seen;
                }
            }
        }
    if (routes_seen == 0) MESSAGE("skipped: no parity cases");
}

TEST_CASE("every example of ExaBGP is read")
{
    const auto folder = shared_file("exabgp/examples");
    if (!folder) MESSAGE("skipped: no examples");
    if (!folder) return;
    for (const auto& entry : fs::directory_iterator{*folder}) {
        CAPTURE(entry.path().string());
        AttributePool pool;
        const auto configuration = parse_configuration({entry.path().string()}, pool);
        if (!configuration)
            for (const auto& error : configuration.error()) MESSAGE(to_text(error));
        CHECK(configuration);
        if (configuration) CHECK(!configuration->neighbors.empty());
    }
}
