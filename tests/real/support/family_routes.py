"""Routes of every family as the JSON that `loadgen encode` reads, and words by which a router shows them."""

H4, H6 = "192.0.2.1", "2001:db8::1"
RD = "65001:100"
ESI = "00:11:22:33:44:55:66:77:88:99"
NO_ESI = "00:00:00:00:00:00:00:00:00:00"


def label(number):
    return {"label": number, "low_bits": 1}


def attribute(flags_octet, name, /, **fields):
    return {"flags": flags_octet, "value": {"name": name, **fields}}


TARGET = attribute(192, "extended_communities", communities=["target:65001:100"])
DROP = attribute(192, "extended_communities", communities=["rate-octets:0:0"])
POLICY = attribute(192, "tunnel_encapsulation", tunnels=[{"type": 15, "sub_tlvs": [
    {"name": "preference", "flags": 0, "preference": 100},
    {"name": "segment_list", "segments": [{"name": "weight", "flags": 0, "weight": 1},
                                          {"name": "mpls_segment", "flags": 0, "label": 16000, "rest": 256}]}]}])
INGRESS = attribute(192, "pmsi_tunnel", flags=0, tunnel_type="ingress-replication", label=100, label_rest=0, identifier=H4)
SRV6 = attribute(192, "prefix_sid", tlvs=[{"name": "srv6_l3_service", "tlvs": [
    {"name": "sid_information", "sid": "2001:db8:5::", "flags": 0, "behavior": 19, "tlvs": [
        {"name": "sid_structure", "locator_block": 32, "locator_node": 16, "function": 16, "argument": 0,
         "transposition_length": 0, "transposition_offset": 0}]}]}])
MED = attribute(128, "multi_exit_disc", value=50)   # FRR adds one of 0 where there is none
COLOURFUL = [attribute(192, "communities", communities=["65001:7", "no-export-subconfed"]),
             attribute(192, "large_communities", communities=["65001:1:2"])]


def update(family, next_hop, route, *more):
    """iBGP, so that a route reflector passes all of it on."""
    return {"type": "update", "message": {"withdrawn": [], "nlri": [], "attributes": [
        attribute(64, "origin", value="igp"),
        attribute(64, "as_path", segments=[{"type": "as_sequence", "asns": [65001, 65002]}]),
        attribute(64, "local_pref", value=100),
        MED,
        attribute(128, "mp_reach_nlri", next_hop=next_hop, reserved=0, nlri={"name": family, "routes": [{"nlri": route}]}),
        *more]}}


def plain(prefix, *more):
    return {"type": "update", "message": {"withdrawn": [], "nlri": [{"nlri": prefix}], "attributes": [
        attribute(64, "origin", value="egp"),
        attribute(64, "as_path", segments=[{"type": "as_sequence", "asns": [65001]}, {"type": "as_set", "asns": [65002, 4200000000]}]),
        attribute(64, "next_hop", address=H4),
        attribute(64, "local_pref", value=100),
        MED,
        *more]}}


def node(kind, router):
    return {"name": "node", "type": kind, "fields": [{"name": "number", "type": "autonomous_system", "value": 65001},
                                                     {"name": "number", "type": "bgp_ls_identifier", "value": 0},
                                                     {"name": "octets", "type": "igp_router_id", "value": router}]}


def link_state(kind, *descriptors):
    return {"route": {"name": "link_state", "type": kind, "protocol": "isis_level_2", "identifier": 0,
                      "descriptors": [node("local_node", "000000000001"), *descriptors]}}


def prefix(kind, text, **more):
    return {"name": "prefix", "type": kind, "prefix": text, **more}


def numbers(kind, *terms):
    return {"name": "numbers", "type": kind, "terms": list(terms)}


def bits(kind, *terms):
    return {"name": "bits", "type": kind, "terms": list(terms)}


def flow(*components, rd=None):
    return {"rd": rd, "components": list(components)} if rd else {"components": list(components)}


def vpn(next_hop):
    return "0:0 " + next_hop


# family: (what, the UPDATE, words of the router's own table)
ROUTES = {
    "ipv4": [("plain", plain("198.51.100.0/24", *COLOURFUL), "198.51.100.0/24")],
    "ipv6": [("", update("ipv6", H6, "2001:db8:1::/48", *COLOURFUL), "2001:db8:1::/48")],
    "ipv4-mcast": [("", update("ipv4-mcast", H4, "198.51.100.0/24"), "198.51.100.0/24")],
    "ipv6-mcast": [("", update("ipv6-mcast", H6, "2001:db8:1::/48"), "2001:db8:1::/48")],
    "ipv4-lu": [("", update("ipv4-lu", H4, {"prefix": "198.51.100.0/24", "labels": [1000]}), "198.51.100.0/24")],
    "ipv6-lu": [("", update("ipv6-lu", H6, {"prefix": "2001:db8:1::/48", "labels": [1000]}), "2001:db8:1::/48")],
    "vpnv4": [("", update("vpnv4", vpn(H4), {"rd": RD, "prefix": "198.51.100.0/24", "labels": [1000]}, TARGET), "198.51.100.0/24"),
              ("SRv6", update("vpnv4", vpn(H6), {"rd": RD, "prefix": "203.0.113.0/24", "labels": [3]}, TARGET, SRV6),
               "203.0.113.0/24")],
    "vpnv6": [("", update("vpnv6", vpn(H6), {"rd": "192.0.2.9:7", "prefix": "2001:db8:1::/48", "labels": [1000]}, TARGET),
               "2001:db8:1::/48")],
    "evpn": [
        ("type 1", update("evpn", H4, {"route": {"name": "ethernet_auto_discovery", "rd": RD, "esi": ESI, "ethernet_tag": 0,
                                                 "label": label(100)}}, TARGET), ESI[3:]),
        ("type 2", update("evpn", H4, {"route": {"name": "mac_ip_advertisement", "rd": RD, "esi": NO_ESI, "ethernet_tag": 0,
                                                 "mac": "02:aa:bb:cc:dd:ee", "ip": "198.51.100.1", "label": label(100)}}, TARGET),
         "02:aa:bb:cc:dd:ee"),
        ("type 3", update("evpn", H4, {"route": {"name": "inclusive_multicast", "rd": RD, "ethernet_tag": 0, "originator": H4}},
                          TARGET, INGRESS), "192.0.2.1"),
        ("type 4", update("evpn", H4, {"route": {"name": "ethernet_segment", "rd": RD, "esi": ESI, "originator": "192.0.2.44"}},
                          TARGET), "192.0.2.44"),
        ("type 5", update("evpn", H4, {"route": {"name": "ip_prefix", "rd": RD, "esi": NO_ESI, "ethernet_tag": 0, "prefix_length": 24,
                                                 "prefix": "203.0.113.0", "gateway": "0.0.0.0", "label": label(100)}}, TARGET),
         "203.0.113.0"),
    ],
    "vpls": [("", update("vpls", H4, {"route": {"name": "label_block", "rd": RD, "ve_id": 1, "offset": 1, "size": 8,
                                                "label_base": label(25000)}}, TARGET), "65001:100")],
    "rtc": [("", update("rtc", H4, {"length": 96, "origin_as": 65001, "route_target": "0002fde900000064"}), "65001")],
    "mvpn4": [("type 1", update("mvpn4", H4, {"route": {"name": "intra_as_i_pmsi", "rd": RD, "originator": H4}}, TARGET), ""),
              ("type 5", update("mvpn4", H4, {"route": {"name": "source_active", "rd": RD, "source": "198.51.100.1",
                                                        "group": "232.1.1.1"}}, TARGET), "")],
    "mvpn6": [("type 1", update("mvpn6", H6, {"route": {"name": "intra_as_i_pmsi", "rd": RD, "originator": H6}}, TARGET), "")],
    "flow4": [("", update("flow4", "", flow(prefix("destination", "198.51.100.0/24"), prefix("source", "203.0.113.0/25"),
                                            numbers("protocol", "=6"), numbers("destination_port", "=80", ">=8080", "&<=8088"),
                                            bits("tcp_flags", "=0x2")), DROP), "198.51.100.0/24")],
    "flow6": [("", update("flow6", "", flow(prefix("destination", "2001:db8:1::/48", offset=0), numbers("protocol", "=17")), DROP),
               "2001:db8:1::/48")],
    "flowvpn4": [("", update("flowvpn4", "", flow(prefix("destination", "198.51.100.0/24"), numbers("protocol", "=6"), rd=RD),
                             attribute(192, "extended_communities", communities=["target:65001:100", "rate-octets:0:0"])),
                  "198.51.100.0/24")],
    "flowvpn6": [("", update("flowvpn6", "", flow(prefix("destination", "2001:db8:1::/48", offset=0), rd=RD),
                             attribute(192, "extended_communities", communities=["target:65001:100", "rate-octets:0:0"])),
                  "2001:db8:1::/48")],
    "srpol4": [("", update("srpol4", H4, {"distinguisher": 1, "color": 100, "endpoint": "192.0.2.7"}, POLICY), "192.0.2.7")],
    "srpol6": [("", update("srpol6", H6, {"distinguisher": 1, "color": 100, "endpoint": "2001:db8::7"}, POLICY), "2001:db8::7")],
    "mup4": [
        ("interwork segment", update("mup4", H6, {"architecture": 1, "route": {"name": "interwork_segment_discovery", "rd": RD,
                                                                              "prefix": "198.51.100.7/32"}}, TARGET, SRV6),
         "198.51.100.7/32"),
        ("direct segment", update("mup4", H6, {"architecture": 1, "route": {"name": "direct_segment_discovery", "rd": RD,
                                                                           "address": "192.0.2.7"}}, TARGET, SRV6), "192.0.2.7"),
        ("session 1", update("mup4", H6, {"architecture": 1, "route": {"name": "type_1_session_transformed", "rd": RD,
                                                                      "prefix": "203.0.113.1/32", "teid": 12345, "qfi": 9,
                                                                      "endpoint": "192.0.2.8"}}, TARGET), "203.0.113.1/32"),
        ("session 2", update("mup4", H6, {"architecture": 1, "route": {"name": "type_2_session_transformed", "rd": RD,
                                                                      "endpoint": "192.0.2.9", "teid_bits": 32, "teid": 12345}}, TARGET),
         "192.0.2.9"),
    ],
    "mup6": [("direct segment", update("mup6", H6, {"architecture": 1, "route": {"name": "direct_segment_discovery", "rd": RD,
                                                                                "address": "2001:db8::7"}}, TARGET, SRV6),
              "2001:db8::7")],
    "ls": [
        ("node", update("ls", H4, link_state("node"), attribute(128, "bgp_ls", tlvs=[{"name": "node_name", "value": "r1"}])), ""),
        ("link", update("ls", H4, link_state("link", node("remote_node", "000000000002"),
                                             {"name": "ipv4_address", "type": "ipv4_interface", "value": "198.51.100.1"},
                                             {"name": "ipv4_address", "type": "ipv4_neighbor", "value": "198.51.100.2"}),
                        attribute(128, "bgp_ls", tlvs=[{"name": "igp_metric", "octets": 3, "metric": 10}])), "198.51.100.1"),
        ("prefix", update("ls", H4, link_state("ipv4_prefix", {"name": "ipv4_prefix", "type": "ip_reachability",
                                                               "value": "203.0.113.0/24"}),
                          attribute(128, "bgp_ls", tlvs=[{"name": "igp_flags", "value": 64}])), "203.0.113.0/24"),
    ],
    "ls-vpn": [("node", update("ls-vpn", vpn(H4), {"rd": RD, **link_state("node")},
                               attribute(128, "bgp_ls", tlvs=[{"name": "node_name", "value": "r1"}])), "")],
}


def withdrawal(update):
    """Of the routes of an update. A label is not looked at: RFC 8277 section 2.4."""
    body = update["message"]
    values = [each["value"] for each in body["attributes"] if each["value"]["name"] == "mp_reach_nlri"]
    attributes = [attribute(128, "mp_unreach_nlri", nlri=value["nlri"]) for value in values]
    return {"type": "update", "message": {"withdrawn": body["nlri"], "attributes": attributes, "nlri": []}}
