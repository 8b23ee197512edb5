// What routers send and the shared vectors lack: segment routing in BGP-LS, segments of SR policies, tunnel sub-TLVs, capabilities, EVPN type 11 and
// younger families, from digits to JSON with their names and back to the same digits.

#include "tests/support/doctest.hpp"

#include <string>

#include "loadgen/words/message_line.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

struct Row {
    const char* value;   // of the attribute, or of the capability
    const char* names;   // in the JSON
};

std::string message(std::uint8_t type, const Octets& body)
{
    Octets octets(16, 0xff);
    Writer out{octets};
    out.u16(static_cast<std::uint16_t>(19 + body.size()));
    out.u8(type);
    out.octets(body);
    return to_hex(octets);
}

std::string update_with(std::uint8_t flags, std::uint8_t type, const char* value)
{
    const auto octets = hex(value);
    Octets body;
    Writer out{body};
    out.u16(0);
    out.u16(static_cast<std::uint16_t>(4 + octets.size()));
    out.u8(flags | 0x10);
    out.u8(type);
    out.u16(static_cast<std::uint16_t>(octets.size()));
    out.octets(octets);
    return message(2, body);
}

void check(const std::string& digits, const char* names)
{
    CAPTURE(digits);
    const auto json = to_json_line(decode_line(digits, {}));
    CAPTURE(json);
    CHECK(json.find(names) != std::string::npos);
    CHECK(json.find("\"unknown\"") == std::string::npos);
    const auto again = encode_line(json, {});
    REQUIRE_MESSAGE(again, again.error());
    CHECK(*again == digits);
}

const Row link_state[] = {
    // RFC 9085 sections 2.1.2 to 2.1.5, 2.2.1, 2.3.1, 2.3.5
    {"040a 000c 80 00 001f40 0489 0003 003e80", "sr_capabilities"},
    {"040b 0002 00 01", "sr_algorithms"},
    {"040c 000c 00 00 0003e8 0489 0003 003a98", "sr_local_block"},
    {"040d 0001 80", "srms_preference"},
    {"044b 0007 30 00 0000 005dc0", "adjacency_sid"},
    {"044c 000d 30 00 0000 010203040506 005dc0", "lan_adjacency_sid"},
    {"0486 0008 40 00 0000 00000064", "prefix_sid"},
    {"0487 0010 00 00 0010 0486 0008 40 00 0000 00000064", "range"},
    {"0493 0001 40", "source_router_id"},
    {"0494 0008 00000001 0441 0000", "l2_bundle_member_attributes"},
    // RFC 9086 section 5
    {"044d 0007 c0 00 0000 005dc0", "peer_node_sid"},
    {"044e 0007 c0 00 0000 005dc0", "peer_adjacency_sid"},
    {"044f 0007 c0 00 0000 005dc0", "peer_set_sid"},
    // RFC 9514: reserved octets that are set are kept
    {"040e 0004 4000 0001", "srv6_capabilities"},
    {"0452 001e 0005 00 00 00 07 20010db8000000000000000000000001 04e4 0004 20 10 10 00", "srv6_end_x_sid"},
    {"0453 0024 0005 00 00 00 00 010203040506 20010db8000000000000000000000001 04e4 0004 20 10 10 00", "srv6_isis_lan_end_x_sid"},
    {"0454 001a 0005 00 00 00 00 c0000201 20010db8000000000000000000000001", "srv6_ospfv3_lan_end_x_sid"},
    {"048a 0008 00 80 0000 0000000a", "srv6_locator"},
    {"04e2 0004 0001 00 00", "srv6_endpoint_behavior"},
    {"04e3 000c 00 00 0000 0000fdea c0000202", "srv6_peer_node_sid"},
    {"04e4 0004 20 10 10 00", "srv6_sid_structure"},
    // RFC 9857 section 5
    {"04b1 000c 8000 0000 003e8000 003e8000", "sr_binding_sid"},
    {"04b2 0008 64 00 4000 00000064", "sr_candidate_path_state"},
    {"04b3 0002 6370", "sr_candidate_path_name"},
    {"04b4 0010 0000 0000 0000 00 00 04ba 0004 4b189680", "sr_candidate_path_constraints"},
    {"04b5 0019 4000 0000 0000 00 00 00000001 04b6 0009 01 00 c000 003e8000 00", "sr_segment_list"},
    {"04bc 0024 0000 0000 20010db8000000000000000000000001 20010db8000000000000000000000001", "srv6_binding_sid"},
    {"04bd 0002 7031", "sr_policy_name"},
};

const Row tunnels[] = {
    // RFC 9831 section 2, types C to K; RFC 9830: reserved octets that are set are kept
    {"000f 0010 80 000d 00 030a 00 01 0a000001 003e8000", "ipv4_node_segment"},
    {"000f 0018 80 0015 00 0412 00 01 20010db8000000000000000000000001", "ipv6_node_segment"},
    {"000f 0014 80 0011 00 050e 00 00 00000007 0a000001 003e8000", "ipv4_interface_segment"},
    {"000f 0010 80 000d 00 060a 00 00 0a000001 0a000002", "ipv4_link_segment"},
    {"000f 0034 80 0031 00 072e 00 00 00000001 20010db8000000000000000000000001 00000002 20010db8000000000000000000000001 "
     "003e8000",
     "ipv6_interfaces_segment"},
    {"000f 0028 80 0025 00 0822 00 00 20010db8000000000000000000000001 20010db8000000000000000000000001", "ipv6_link_segment"},
    {"000f 0030 80 002d 00 0e2a 00 00 20010db8000000000000000000000001 20010db8000000000000000000000001 0005 0000 20101000",
     "ipv6_node_srv6_segment"},
    {"000f 0030 80 002d 00 0f2a 00 00 00000001 20010db8000000000000000000000001 00000002 20010db8000000000000000000000001",
     "ipv6_interfaces_srv6_segment"},
    {"000f 0038 80 0035 00 1032 00 00 20010db8000000000000000000000001 20010db8000000000000000000000001 "
     "20010db8000000000000000000000001",
     "ipv6_link_srv6_segment"},
    {"000f 000c 80 0009 00 0106 00 05 003e8100", "mpls_segment"},
    {"000f 000c 80 0009 00 0906 00 05 00000001", "weight"},
    // RFC 9012 sections 3.1, 3.2.1 and 3.4.1; RFC 9830 section 2.4.3
    {"0008 001e 010c 80 000064 000000000000 0000 0202 6558 060a 00000001 0001 c0000201", "tunnel_egress_endpoint"},
    {"0008 0008 0606 00000000 0000", "tunnel_egress_endpoint"},
    {"000f 001c 141a 00 00 20010db8000000000000000000000001 0005 0000 20101000", "srv6_binding_sid"},
};

const Row capabilities[] = {
    {"03 07 0001 00 01 01 40 03", "outbound-route-filtering"},
    {"07 03 00 0001", "bgpsec"},
    {"08 04 0001 04 03", "multiple-labels"},
    {"4a 00", "bfd-strict-mode"},
    {"4c 05 0001 01 000a", "paths-limit"},
    {"4d 00", "link-local-next-hop"},
};

const Row routes[] = {
    // AFI, SAFI, next hop, reserved, NLRI
    {"0019 46 04 c0000202 00 0b18 03 11 0000fde800000064 00000000 20 c0000202 20 c0000203", "\"leaf\""},
    {"0001 4c 0c 0000000000000000 c0000202 00 70 000641 0000fde800000064 0a0001", "ipv4-ct"},
    {"0002 4c 18 0000000000000000 20010db8000000000000000000000001 00 78 000641 0000fde800000064 20010db8", "ipv6-ct"},
    {"4004 50 04 c0000202 00 0001 0015 02 0000000000000000 0100 0008 02000004 00000001", "ls-spf"},
    {"4004 47 04 c0000202 00 0005 0031 09 0000000000000000 0100 0008 02000004 0000fde9 022a 0018 02 00 0000 0a000002 00000064 "
     "0000fde9 c0a80001 00000001",
     "sr_policy_candidate_path"},
    {"0001 55 04 c0000202 00 01 0004 1e 0000006400000064 40 0a000001 00003039 0105 0000000109 0304 0a000002", "tlvs"},
};

}   // namespace

TEST_CASE("TLVs of link state have names, and come back as they were")
{
    for (const auto& row : link_state) check(update_with(0x80, 29, row.value), row.names);
}

TEST_CASE("sub-TLVs of tunnels and segments of policies have names, and come back as they were")
{
    for (const auto& row : tunnels) check(update_with(0xc0, 23, row.value), row.names);
}

TEST_CASE("capabilities have names, and come back as they were")
{
    for (const auto& row : capabilities) {
        const auto value = hex(row.value);
        Octets body = hex("04 fde9 00b4 c0000201");
        Writer out{body};
        out.u8(static_cast<std::uint8_t>(value.size() + 2));
        out.u8(2);
        out.u8(static_cast<std::uint8_t>(value.size()));
        out.octets(value);
        check(message(1, body), row.names);
    }
}

TEST_CASE("younger routes have names, and come back as they were")
{
    for (const auto& row : routes) {
        const auto digits = update_with(0x80, 14, row.value);
        const auto json = to_json_line(decode_line(digits, {}));
        CAPTURE(json);
        CHECK(json.find(row.names) != std::string::npos);
        const auto again = encode_line(json, {});
        REQUIRE_MESSAGE(again, again.error());
        CHECK(*again == digits);
    }
}
