// UPDATE as a whole: its fields, what RFC 7606 says of each thing that can be wrong with it, and back to octets.

#include "tests/support/doctest.hpp"

#include <algorithm>

#include "codec/format.hpp"
#include "codec/message/update.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

/// A whole message from its three fields.
Octets update(std::string_view withdrawn, std::string_view attributes, std::string_view nlri)
{
    Octets octets(16, 0xff);
    Writer out{octets};
    const auto w = hex(withdrawn);
    const auto a = hex(attributes);
    const auto n = hex(nlri);
    out.u16(static_cast<std::uint16_t>(23 + w.size() + a.size() + n.size()));
    out.u8(2);
    out.u16(static_cast<std::uint16_t>(w.size()));
    out.octets(w);
    out.u16(static_cast<std::uint16_t>(a.size()));
    out.octets(a);
    out.octets(n);
    return octets;
}

constexpr const char* origin = "40010100";
constexpr const char* as_path = "40020602010000fde9";
constexpr const char* next_hop = "400304c0000201";
const std::string mandatory = std::string{origin} + as_path + next_hop;
const std::string reach_v6 = "800e1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8";

struct ProblemVector {
    const char* name;
    std::string withdrawn;
    std::string attributes;
    std::string nlri;
    std::optional<Recovery> strongest;
    UpdateSubcode subcode = UpdateSubcode::unspecific;   // of the strongest problem that comes first
    Neighbor neighbor = Neighbor::unknown;
};

constexpr auto discard = Recovery::attribute_discard;
constexpr auto withdraw = Recovery::treat_as_withdraw;
constexpr auto reset = Recovery::session_reset;
using enum UpdateSubcode;

const ProblemVector vectors[] = {
    {"announcement", "", mandatory, "180a0001", std::nullopt},
    {"withdrawal", "180a0001", "", "", std::nullopt},
    {"both", "180a0001", mandatory, "180a0002", std::nullopt},
    {"End-of-RIB", "", "", "", std::nullopt},
    {"IPv6", "", origin + std::string{as_path} + reach_v6, "", std::nullopt},
    {"IPv6 and IPv4", "180a0001", mandatory + reach_v6, "180a0002", std::nullopt},
    {"unknown optional attribute", "", mandatory + "c0c80101", "180a0001", std::nullopt},
    {"partial on an optional transitive attribute", "", mandatory + "e00804fde90064", "180a0001", std::nullopt},
    {"unused bits of flags are ignored", "", "4f010100" + std::string{as_path} + next_hop, "180a0001", std::nullopt},

    // RFC 7606 section 3.c
    {"ORIGIN optional", "", "c0010100" + std::string{as_path} + next_hop, "180a0001", withdraw, attribute_flags_error},
    {"ORIGIN not transitive", "", "00010100" + std::string{as_path} + next_hop, "180a0001", withdraw, attribute_flags_error},
    {"COMMUNITIES not transitive", "", mandatory + "800804fde90064", "180a0001", withdraw, attribute_flags_error},
    {"AIGP transitive", "", mandatory + "c01a0b01000b0000000000000001", "180a0001", discard, attribute_flags_error},   // RFC 7311
    {"MP_REACH_NLRI transitive", "", origin + std::string{as_path} + "c0" + reach_v6.substr(2), "", reset, attribute_flags_error},
    {"ORIGIN partial", "", "60010100" + std::string{as_path} + next_hop, "180a0001", withdraw, attribute_flags_error},
    // 3.d
    {"no ORIGIN", "", as_path + std::string{next_hop}, "180a0001", withdraw, missing_well_known_attribute},
    {"no AS_PATH", "", origin + std::string{next_hop}, "180a0001", withdraw, missing_well_known_attribute},
    {"no NEXT_HOP", "", origin + std::string{as_path}, "180a0001", withdraw, missing_well_known_attribute},
    {"no NEXT_HOP but with MP_REACH_NLRI", "", origin + std::string{as_path} + reach_v6, "180a0001", withdraw,
     missing_well_known_attribute},
    {"no LOCAL_PREF from an internal neighbor", "", mandatory, "180a0001", withdraw, missing_well_known_attribute,
     Neighbor::internal},
    {"no attributes at all", "", "", "180a0001", withdraw, missing_well_known_attribute},
    // 3.g
    {"ORIGIN twice", "", mandatory + origin, "180a0001", discard, malformed_attribute_list},
    {"ORIGIN twice, the second one malformed", "", mandatory + "40010107", "180a0001", discard, malformed_attribute_list},
    {"an unknown attribute twice", "", mandatory + "c0c80101c0c80101", "180a0001", discard, malformed_attribute_list},
    {"MP_REACH_NLRI twice", "", origin + std::string{as_path} + reach_v6 + reach_v6, "", reset, malformed_attribute_list},
    {"MP_UNREACH_NLRI twice", "", "800f03000201800f03000201", "", reset, malformed_attribute_list},
    // 3.h: the strongest
    {"discard and withdraw", "", "40010107" + std::string{as_path} + next_hop + "40060100", "180a0001", withdraw, invalid_origin},
    {"withdraw and reset", "", "40010107" + std::string{as_path} + next_hop, "210a000100", reset, invalid_network_field},
    // 4
    {"the last attribute too long", "", mandatory + "c008ff", "180a0001", withdraw, malformed_attribute_list},
    {"two octets where an attribute begins", "", mandatory + "c008", "180a0001", withdraw, malformed_attribute_list},
    {"three octets of an extended length", "", mandatory + "d00800", "180a0001", withdraw, malformed_attribute_list},
    // 5.2
    {"malformed attributes without a route", "", "40010107", "", reset, malformed_attribute_list},
    {"malformed attributes with a withdrawal", "180a0001", "40010107", "", reset, malformed_attribute_list},
    {"an attribute to discard without a route", "", "40060100", "", discard, attribute_length_error},
    // 5.3
    {"NLRI of 33 bits", "", mandatory, "210a000100", reset, invalid_network_field},
    {"NLRI cut", "", mandatory, "180a00", reset, invalid_network_field},
    {"withdrawn route of 33 bits", "210a000100", "", "", reset, invalid_network_field},
    {"withdrawn route cut", "180a00", "", "", reset, invalid_network_field},
    {"MP_REACH_NLRI of four octets", "", origin + std::string{as_path} + "800e0400020100", "", reset, optional_attribute_error},
    {"MP_UNREACH_NLRI of two octets", "", "800f020002", "", reset, optional_attribute_error},
    {"MP_UNREACH_NLRI with a route cut", "", "800f060002012020 01", "", reset, optional_attribute_error},
    {"MP_REACH_NLRI with a next hop of 5", "", origin + std::string{as_path} + "800e0a00020105aabbccddee00", "", reset,
     optional_attribute_error},
    // RFC 8955 section 10, and 3.j here: found, and wrong in themselves
    {"flow specification out of order", "", origin + std::string{as_path} + "800e0c 0001 85 00 00 06 04811903 8106", "", withdraw,
     optional_attribute_error},
    {"flow specification withdrawn out of order", "", "800f0a 0001 85 06 04811903 8106", "", withdraw, optional_attribute_error},
    {"the same with attributes nobody needs", "", origin + std::string{as_path} + "800f0a 0001 85 06 04811903 8106", "", withdraw,
     optional_attribute_error},
    {"the same with a malformed attribute", "", "40010107 800f0a 0001 85 06 04811903 8106", "", reset, malformed_attribute_list},
    {"flow specification past the end", "", origin + std::string{as_path} + "800e0c 0001 85 00 00 07 04811903 8106", "", reset,
     optional_attribute_error},
    // 7.5, 7.9, 7.10
    {"LOCAL_PREF from an internal neighbor", "", mandatory + "40050400000064", "180a0001", std::nullopt, unspecific,
     Neighbor::internal},
    {"LOCAL_PREF from an external neighbor", "", mandatory + "40050400000064", "180a0001", discard, unspecific,
     Neighbor::external},
    {"malformed LOCAL_PREF from an external neighbor", "", mandatory + "400501", "180a0001", withdraw, malformed_attribute_list,
     Neighbor::external},
    {"LOCAL_PREF of one octet from an external neighbor", "", mandatory + "40050164", "180a0001", discard, unspecific,
     Neighbor::external},
    {"ORIGINATOR_ID from an external neighbor", "", mandatory + "800904c0000201", "180a0001", discard, unspecific,
     Neighbor::external},
    {"CLUSTER_LIST from an external neighbor", "", mandatory + "800a04c0000201", "180a0001", discard, unspecific,
     Neighbor::external},
    // RFC 4271 section 6.3
    {"unknown well-known attribute", "", mandatory + "40c80101", "180a0001", reset, unrecognized_well_known_attribute},
    {"unknown well-known attribute from an external neighbor", "", mandatory + "40c80101", "180a0001", reset,
     unrecognized_well_known_attribute, Neighbor::external},
    {"unknown attribute, well-known and partial", "", mandatory + "60c80101", "180a0001", std::nullopt},
    {"unknown attribute, well-known and partial, received", "", mandatory + "60c80101", "180a0001", reset,
     unrecognized_well_known_attribute, Neighbor::external},
    // RFC 6793 section 6: these sessions have four-octet AS numbers
    {"AS4_PATH", "", mandatory + "c01106020100011170", "180a0001", std::nullopt},
    {"AS4_PATH of an external neighbor", "", mandatory + "c01106020100011170", "180a0001", discard, unspecific,
     Neighbor::external},
    {"AS4_AGGREGATOR of an external neighbor", "", mandatory + "c0120800011170c0000201", "180a0001", discard, unspecific,
     Neighbor::external},
};

}   // namespace

TEST_CASE("an UPDATE is judged as RFC 7606 says")
{
    for (const auto& vector : vectors) {
        CAPTURE(vector.name);
        const ExactOctets message{update(vector.withdrawn, vector.attributes, vector.nlri)};
        std::vector<Problem> problems;
        const auto decoded = decode_update(message.view(), {}, problems, vector.neighbor);
        CHECK(problems.empty() == !vector.strongest);

        std::vector<Problem> checked;
        if (const auto view = split_update(message.view())) {
            CHECK(decoded);
            CHECK(check_update(*view, {}, vector.neighbor, checked) == vector.strongest);
            CHECK(checked == problems);
            if (view->error) CHECK(view->error->recovery <= *vector.strongest);
        } else {
            CHECK_FALSE(decoded);
            CHECK(decoded.error().code == ErrorCode::update_message);
        }
        if (!vector.strongest) {
            Octets again;
            REQUIRE(encode_update(*decoded, {}, again));
            CHECK(to_hex(again) == to_hex(message.view()));
            continue;
        }
        const auto strongest = std::ranges::max_element(problems, {}, &Problem::action);
        REQUIRE(strongest != problems.end());
        CHECK(strongest->action == *vector.strongest);
        CHECK(strongest->subcode == vector.subcode);
        for (const auto& problem : problems) {
            CHECK_FALSE(problem.text.empty());
            CHECK(problem.offset >= header_octets);
            CHECK(problem.offset <= message.view().size());
        }
    }
}

TEST_CASE("lengths beyond the message end the session, RFC 7606 section 3.b")
{
    for (const auto* body : {"0001 0000", "0000 0001", "ffff 0000", "0000 ffff 00", "0000 00", "00", ""}) {
        CAPTURE(body);
        Octets octets(16, 0xff);
        const auto rest = hex(body);
        octets.insert(octets.end(), {0, static_cast<std::uint8_t>(19 + rest.size()), 2});
        octets.insert(octets.end(), rest.begin(), rest.end());
        const ExactOctets message{octets};
        const auto view = split_update(message.view());
        REQUIRE_FALSE(view);
        CHECK(view.error() == NotificationError{ErrorCode::update_message, std::to_underlying(malformed_attribute_list)});
    }
}

TEST_CASE("a view tells where the fields stand")
{
    const auto message = update("180a0001", mandatory + reach_v6 + "800f0800020120 20010db9", "100a02");
    const auto view = split_update(message);
    REQUIRE(view);
    CHECK(to_hex(view->withdrawn) == "180a0001");
    CHECK(view->withdrawn_offset == 21);
    CHECK(to_hex(view->nlri) == "100a02");
    CHECK(view->nlri_offset == message.size() - 3);
    CHECK(view->attributes_offset == 27);
    CHECK(view->attributes.size() == view->nlri_offset - 27);
    REQUIRE(view->mp_reach);
    CHECK(view->mp_reach->family() == ipv6_unicast);
    CHECK(to_hex(view->mp_reach->next_hop) == "20010db8000000000000000000000001");
    CHECK(to_hex(view->mp_reach->nlri) == "2020010db8");
    CHECK(message[view->mp_reach->nlri_offset] == 0x20);
    CHECK(message[view->mp_reach->offset + 1] == 14);
    REQUIRE(view->mp_unreach);
    CHECK(to_hex(view->mp_unreach->nlri) == "2020010db9");
    CHECK(message[view->mp_unreach->offset + 1] == 15);
    CHECK_FALSE(view->error);
    CHECK_FALSE(view->end_of_rib());
}

TEST_CASE("End-of-RIB is an empty UPDATE, or MP_UNREACH_NLRI alone and empty: RFC 4724 section 2")
{
    const auto end_of_rib = [](const Octets& message) { return split_update(message)->end_of_rib(); };
    CHECK(end_of_rib(update("", "", "")) == ipv4_unicast);
    CHECK(end_of_rib(update("", "800f03000201", "")) == ipv6_unicast);
    CHECK(end_of_rib(update("", "900f0003000201", "")) == ipv6_unicast);
    CHECK(end_of_rib(update("", "800f03001946", "")) == Family{Afi::l2vpn, Safi::evpn});
    CHECK_FALSE(end_of_rib(update("180a0001", "", "")));
    CHECK_FALSE(end_of_rib(update("", "800f080002012020010db8", "")));
    CHECK_FALSE(end_of_rib(update("", "800f03000201 40010100", "")));
    CHECK_FALSE(end_of_rib(update("", "40010100 800f03000201", "")));
    CHECK_FALSE(end_of_rib(update("", "800f03000201 c0", "")));
}

TEST_CASE("a repeated error is told once, and with its place")
{
    const auto message = update("", mandatory + "40010107" + "40060100", "180a0001");
    std::vector<Problem> problems;
    REQUIRE(decode_update(message, {}, problems));
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].text == "repeated ORIGIN");
    CHECK(problems[0].offset == 23 + hex(mandatory).size());
    CHECK(problems[1].text == "ATOMIC_AGGREGATE is not empty");
    CHECK(problems[1].offset == 23 + hex(mandatory).size() + 4 + 3);
}

TEST_CASE("path identifiers and ASNs of two octets are read as the session has them")
{
    const SessionOptions options{.four_octet_as = false, .add_path_receive = {ipv4_unicast}};
    const auto message = update("00000005180a0001", std::string{origin} + "4002040201fde9" + next_hop, "00000007180a0002");
    std::vector<Problem> problems;
    const auto decoded = decode_update(message, options, problems);
    REQUIRE(decoded);
    CHECK(problems.empty());
    REQUIRE(decoded->withdrawn.size() == 1);
    CHECK(decoded->withdrawn[0].path_id == PathId{5});
    REQUIRE(decoded->nlri.size() == 1);
    CHECK(decoded->nlri[0].path_id == PathId{7});
    CHECK(to_text(decoded->nlri[0].nlri) == "10.0.2.0/24");
    Octets again;
    CHECK(encode_update(*decoded, options, again));
    CHECK(again == message);
    CHECK(to_text(*decoded) == "withdrawn [{path_id 5 nlri 10.0.1.0/24}]\norigin igp\nas_path 65001\nnext_hop 192.0.2.1\n"
                               "nlri [{path_id 7 nlri 10.0.2.0/24}]\n");
}

TEST_CASE("an UPDATE over the session's size is not encoded")
{
    Update big;
    big.nlri.assign(1500, {std::nullopt, *Ipv4Prefix::from_text("10.0.0.0/24")});
    Octets out;
    CHECK_FALSE(encode_update(big, {}, out));
    CHECK(out.empty());
    CHECK(encode_update(big, {.extended_message = true}, out));
    CHECK(out.size() == 23 + 1500 * 4);
    CHECK(out[16] == (out.size() >> 8));
}
