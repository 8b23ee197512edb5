// UPDATEs with the events that ExaBGP 5.0.0 gives its programs for them, as JSON and as text: those of the shared data, from a session of
// AS 65001 without ADD-PATH.

#include <doctest.h>

#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/exabgp/text/events.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/shared_data.hpp"

using namespace barrage;
using namespace barrage::exabgp;
namespace json = boost::json;

namespace {

const EventSource source{.version = "5.0.0", .host = "vm", .pid = 1, .ppid = 1};
const EventHead head{.time = 1, .counter = 1};
const EventPeer peer{.peer = "127.0.0.2", .local = "127.0.0.1", .peer_as = 65001, .local_as = 65001};

Negotiated all_families()
{
    Negotiated settled;
    settled.hold_time = std::chrono::seconds{180};
    settled.families = FamilySet::all();
    return settled;
}

struct Row {
    Octets message;
    json::object event;
    std::vector<std::string> text;
};

std::vector<Row> rows()
{
    std::vector<Row> all;
    const auto path = shared_file("exabgp/events.jsonl");
    if (!path) return all;
    std::ifstream file{*path};
    for (std::string line; std::getline(file, line);) {
        const auto row = json::parse(line).as_object();
        Row read{
            .message = hex(std::string_view{row.at("message").as_string()}), .event = row.at("event").as_object(), .text = {}};
        for (const auto& each : row.at("text").as_array()) read.text.emplace_back(each.as_string());
        all.push_back(std::move(read));
    }
    return all;
}

/// UPDATEs of which ExaBGP says nothing, or what RFCs do not: what is malformed stands as octets in ours, which is valid JSON all the same.
struct Excused {
    std::string_view octets;   // in the message
    std::string_view reason;
};
constexpr Excused excused[] = {
    {"400206020100000000", "RFC 7607: an AS_PATH with AS 0 is malformed"},
    {"c007080000000001020304", "RFC 7607: an AGGREGATOR of AS 0 is malformed"},
    {"801a0b01000b", "AIGP is shown, without its capability too"},
    {"800e0d000104040102030400180a0000", "RFC 8277: a label without the bottom of the stack is no prefix"},
    {"0c02300820010db80000038106", "RFC 8956 section 3.1: the bits behind the offset alone are sent"},
    {"0b01402020010db800000000", "RFC 8956 section 3.1"},
    {"1302804020010db8000000000000000000000000", "RFC 8956 section 3.1"},
    {"0b01404120010db800000000", "RFC 8956 section 3.1: the offset is behind the length"},
    {"0a01180a000001180a0001", "RFC 8955 section 4.2: a component occurs once"},
    {"030d8101", "RFC 8955: there are no flow labels in IPv4"},
};

bool is_excused(const Octets& message)
{
    const auto octets = to_hex(message);
    return std::ranges::any_of(excused, [&](const Excused& each) { return octets.find(each.octets) != std::string::npos; });
}

/// Our event without what differs from run to run.
json::object event_of(const Row& row, const Negotiated& settled)
{
    auto event =
        json::parse(JsonEvents{source}.parsed(
                        head, peer, {.direction = EventDirection::receive, .message = row.message, .negotiated = &settled}))
            .as_object();
    for (const auto* key : {"time", "host", "pid", "ppid", "counter"}) event.erase(key);
    return event;
}

std::vector<std::string> text_of(const Row& row, const Negotiated& settled)
{
    const auto text =
        TextEvents{source}.parsed(peer, {.direction = EventDirection::receive, .message = row.message, .negotiated = &settled});
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) lines.push_back(line);
    return lines;
}

}   // namespace

TEST_CASE("events of UPDATEs are those of ExaBGP 5.0.0, as JSON and as text")
{
    const auto settled = all_families();
    std::size_t others = 0;
    const auto all = rows();
    if (all.empty()) {
        MESSAGE("skipped: no shared data");
        return;
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        CAPTURE(i);
        CAPTURE(to_hex(all[i].message));
        const auto event = event_of(all[i], settled);   // valid JSON, also of those
        const auto text = text_of(all[i], settled);
        if (is_excused(all[i].message)) {
            CHECK(event != all[i].event);
            ++others;
            continue;
        }
        CHECK(event == all[i].event);
        CHECK(text == all[i].text);
    }
    const auto equal = all.size() - others;
    MESSAGE(equal, " of ", all.size(), " are equal");
    for (const auto& each : excused) MESSAGE("excused: ", each.octets, ": ", each.reason);
}
