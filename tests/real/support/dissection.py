"""What a message says, as a bag of plain facts: once from tshark's own tree (PDML), once from the JSON of `loadgen decode`. A fact is a
kind and a value; kinds that tshark 4.0 has no field for are in neither."""

import re
from collections import Counter

PATH = "bgp.update.path_attribute."
ADDRESS_FIELDS = {
    PATH + "next_hop": "next hop", PATH + "originator_id": "originator", "bgp.path_attribute.cluster_id": "cluster",
    PATH + "aggregator_origin": "aggregator", PATH + "pmsi.ingress_rep_ip": "ingress replication",
    PATH + "mp_reach_nlri.next_hop.ipv4": "MP next hop", PATH + "mp_reach_nlri.next_hop.ipv6": "MP next hop",
    PATH + "mp_reach_nlri.next_hop.ipv6.link_local": "MP next hop",
    "bgp.nlri_prefix": "prefix", "bgp.withdrawn_prefix": "prefix", "bgp.mp_reach_nlri_ipv4_prefix": "prefix",
    "bgp.mp_reach_nlri_ipv6_prefix": "prefix", "bgp.mp_unreach_nlri_ipv4_prefix": "prefix", "bgp.mp_unreach_nlri_ipv6_prefix": "prefix",
    "bgp.evpn.nlri.ip.addr": "EVPN address", "bgp.evpn.nlri.ipv6.addr": "EVPN address",
    "bgp.evpn.nlri.ipv4.gtw_addr": "EVPN gateway", "bgp.evpn.nlri.ipv6.gtw_addr": "EVPN gateway",
    "bgp.evpn.nlri.esi": "ESI", "bgp.evpn.nlri.mac_addr": "MAC",
    "bgp.flowspec_nlri.dst_prefix_filter": "flow prefix", "bgp.flowspec_nlri.src_prefix_filter": "flow prefix",
    "bgp.mcast_vpn_nlri_origin_router_ipv4": "MVPN originator", "bgp.mcast_vpn_nlri_origin_router_ipv6": "MVPN originator",
    "bgp.mcast_vpn_nlri_source_addr_ipv4": "MVPN source", "bgp.mcast_vpn_nlri_source_addr_ipv6": "MVPN source",
    "bgp.mcast_vpn_nlri_group_addr_ipv4": "MVPN group", "bgp.mcast_vpn_nlri_group_addr_ipv6": "MVPN group",
    "bgp.sr_policy_nlri_endpoint_ip_v4": "SR endpoint",
    "bgp.ls.nlri_ipv4_interface_address": "LS interface", "bgp.ls.nlri_ipv4_neighbor_address": "LS neighbor",
    "bgp.ls.nlri_ip_reachability_prefix_ip": "LS prefix",
    "bgp.ls.tlv.node_name_value": "LS node name",
    "bgp.prefix_sid.srv6_l3vpn.sid_value": "SID", "bgp.prefix_sid.srv6_l2vpn.sid_value": "SID",
    "bgp.vplsad.rd": "RD", "bgp.rd": "RD", PATH + "mp_reach_nlri.next_hop.rd": "next hop's RD",
}
NUMBER_FIELDS = {
    PATH + "origin": "origin", PATH + "as_path_segment.as2": "AS", PATH + "as_path_segment.as4": "AS",
    PATH + "multi_exit_disc": "MED", PATH + "local_pref": "LOCAL_PREF", PATH + "aggregator_as": "aggregator's AS",
    PATH + "pmsi.tunnel.type": "PMSI type", PATH + "pmsi.tunnel.flags": "PMSI flags",
    "bgp.nlri_path_id": "path id", "bgp.large_communities.ga": "large 1", "bgp.large_communities.ldp1": "large 2",
    "bgp.large_communities.ldp2": "large 3", "bgp.evpn.nlri.rt": "EVPN type", "bgp.evpn.nlri.etag": "Ethernet tag",
    "bgp.evpn.nlri.prefix_len": "EVPN prefix length", "bgp.flowspec_nlri.filter_type": "flow component",
    "bgp.flowspec_nlri.dec_val_8": "flow value", "bgp.flowspec_nlri.dec_val_16": "flow value",
    "bgp.mcast_vpn_nlri_route_type": "MVPN type", "bgp.mcast_vpn_nlri_source_as": "MVPN source AS",
    "bgp.vplsbgp.ce_id": "VE", "bgp.vplsbgp.labelblock.offset": "VE offset", "bgp.vplsbgp.labelblock.size": "VE size",
    "bgp.originating_as": "RTC AS", "bgp.ls.nlri_type": "LS type", "bgp.ls.nlri_node.protocol_id": "LS protocol",
    "bgp.ls.nlri_node.identifier": "LS identifier", "bgp.ls.tlv.autonomous_system.id": "LS AS",
    "bgp.prefix_sid.label_index.value": "label index", "bgp.prefix_sid.srv6_l3vpn.srv6_endpoint_behavior": "SRv6 behavior",
    "bgp.prefix_sid.srv6_l2vpn.srv6_endpoint_behavior": "SRv6 behavior",
    "bgp.update.encaps_tunnel_tlv_type": "tunnel type",
}
WELL_KNOWN = {   # https://www.iana.org/assignments/bgp-well-known-communities
    "graceful-shutdown": "65535:0", "accept-own": "65535:1", "llgr-stale": "65535:6", "no-llgr": "65535:7", "blackhole": "65535:666",
    "no-export": "65535:65281", "no-advertise": "65535:65282", "no-export-subconfed": "65535:65283", "no-peer": "65535:65284",
}
COMMUNITY = {PATH + "community_as", PATH + "community_value"}


UNSAID = "not said"   # where tshark says it has a route, and not which
OF_ROUTES = {"prefix", "labels", "RD"}


def both_say(theirs, ours):
    """Without the facts that tshark cannot tell of this message."""
    if not any(kind == UNSAID for kind, _ in theirs):
        return theirs, ours
    return [Counter({fact: count for fact, count in facts.items() if fact[0] not in OF_ROUTES | {UNSAID}}) for facts in (theirs, ours)]


def plain_rd(text):
    return text.replace("L:", ":")


def rd_of(octets):
    """Of "00:00:fd:e9:00:00:00:64", where tshark does not say it."""
    octets = bytes.fromhex(octets.replace(":", ""))
    kind, value = int.from_bytes(octets[:2], "big"), octets[2:]
    if kind == 1:
        return "%d.%d.%d.%d:%d" % (*value[:4], int.from_bytes(value[4:], "big"))
    middle = 2 if kind == 0 else 4
    return "%d:%d" % (int.from_bytes(value[:middle], "big"), int.from_bytes(value[middle:], "big"))


def facts_of_tshark(packet):
    facts = Counter()
    extended = False
    pair = []
    for field in packet.iter("field"):
        name, show, text = field.get("name") or "", field.get("show") or "", field.get("showname") or ""
        if name == PATH + "flags.extended_length":
            extended = show == "1"
        if name in ADDRESS_FIELDS and not (extended and name.endswith("cluster_id")):
            facts[ADDRESS_FIELDS[name], plain_rd(show)] += 1
        elif name in NUMBER_FIELDS:
            facts[NUMBER_FIELDS[name], int(show, 0)] += 1
        elif name in COMMUNITY:
            pair.append(int(show, 0))
            if len(pair) == 2:
                facts["community", "%d:%d" % tuple(pair)] += 1
                pair = []
        elif name == PATH + "community_wellknown":
            facts["community", "%d:%d" % divmod(int(show, 0), 65536)] += 1
        elif name == "bgp.label_stack" and "%u" in show:   # a bug of tshark 4.0: a route distinguisher of type 2 in VPNv6
            facts[UNSAID, None] += 1
        elif name == "bgp.label_stack" and "withdrawn" in show:
            facts["labels", (0,)] += 1   # whether it was 0 or 0x800000: RFC 8277 section 2.4
        elif name == "bgp.label_stack":
            facts["labels", tuple(int(each) for each in re.findall(r"\d+", re.sub(r"\(.*?\)", "", show)))] += 1
        elif name == "bgp.evpn.nlri.rd" or name == "bgp.mcast_vpn_nlri_rd":
            found = re.search(r"\((\S+)\)", text)
            facts["RD", plain_rd(found[1]) if found else rd_of(show)] += 1
        elif name == "bgp.ext_community":
            target = re.match(r"Route Target: (\S+) \[", text)
            if target:   # "6.3640(396856):12" of an ASN of four octets
                facts["target", re.sub(r"[\d.]+\((\d+)\)", r"\1", target[1])] += 1
        if name in ("bgp.label_stack", "") or name.startswith("bgp.mp_"):   # VPNv6 is only a line of text
            found = re.search(r"RD=(\S+), IPv6=(\S+)/\d+", text or show)
            if found:
                facts["RD", plain_rd(found[1])] += 1
                facts["prefix", found[2]] += 1
    return facts


def _address(prefix):
    return prefix.rpartition("/")[0]


def _of_nlri(family, nlri, facts):
    route = nlri.get("route", nlri) if isinstance(nlri, dict) else nlri
    kind = route.get("name") if isinstance(route, dict) else None
    if family in ("ipv4", "ipv6", "ipv4-mcast", "ipv6-mcast"):
        facts["prefix", _address(nlri)] += 1
    elif family in ("ipv4-lu", "ipv6-lu", "vpnv4", "vpnv6"):
        facts["prefix", _address(nlri["prefix"])] += 1
        facts["labels", tuple(each if each != 0x80000 else 0 for each in nlri["labels"])] += 1
        if "rd" in nlri:
            facts["RD", plain_rd(nlri["rd"])] += 1
    elif family == "evpn" and kind != "unknown":
        types = ("ethernet_auto_discovery", "mac_ip_advertisement", "inclusive_multicast", "ethernet_segment", "ip_prefix",
                 "selective_multicast_ethernet_tag", "multicast_membership_report_synch", "multicast_leave_synch", "per_region_i_pmsi",
                 "s_pmsi")
        facts["EVPN type", types.index(kind) + 1] += 1
        facts["RD", plain_rd(route["rd"])] += 1
        of_multicast = types.index(kind) > 4   # tshark has the originator of these in text alone
        for key, what in (("esi", "ESI"), ("ethernet_tag", "Ethernet tag"), ("mac", "MAC"), ("ip", "EVPN address"),
                          ("source", "MVPN source"), ("group", "MVPN group"),
                          ("" if of_multicast else "originator", "EVPN address"), ("prefix", "EVPN address"), ("gateway", "EVPN gateway"),
                          ("prefix_length", "EVPN prefix length")):
            if key in route:
                facts[what, route[key]] += 1
    elif family.startswith("flow"):
        if "rd" in nlri:
            facts["flow RD", nlri["rd"]] += 0
        _of_flow(family, nlri["components"], facts)
    elif family.startswith("mvpn"):
        types = ("intra_as_i_pmsi", "inter_as_i_pmsi", "s_pmsi", "leaf_ad", "source_active", "shared_tree_join", "source_tree_join")
        facts["MVPN type", types.index(kind) + 1] += 1
        for key, what in (("originator", "MVPN originator"), ("source_as", "MVPN source AS"), ("source", "MVPN source"),
                          ("group", "MVPN group")):
            if key in route:
                facts[what, route[key]] += 1
        if "rd" in route:
            facts["RD", plain_rd(route["rd"])] += 1
    elif family == "vpls":
        facts["RD", plain_rd(route["rd"])] += 1
        for key, what in (("ve_id", "VE"), ("offset", "VE offset"), ("size", "VE size")):
            if key in route:
                facts[what, route[key]] += 1
    elif family == "rtc" and nlri["length"] >= 32:
        facts["RTC AS", nlri["origin_as"]] += 1
    elif family == "ls" and kind == "link_state":
        _of_link_state(route, facts)
    elif family == "srpol4":
        facts["SR endpoint", nlri["endpoint"]] += 1


def _of_flow(family, components, facts):
    numbers = {"destination": 1, "source": 2, "protocol": 3, "port": 4, "destination_port": 5, "source_port": 6, "icmp_type": 7,
               "icmp_code": 8, "tcp_flags": 9, "packet_length": 10, "dscp": 11, "fragment": 12, "flow_label": 13}
    for component in components:
        facts["flow component", numbers[component["type"]]] += 1
        if component["name"] == "prefix" and family.endswith("4"):
            facts["flow prefix", _address(component["prefix"])] += 1
        if component["name"] == "numbers" and component["type"] != "dscp":   # that has a field for each bit
            for term in component["terms"]:
                value = int(re.search(r"\d+", re.sub(r"^0x\w+:", "", term))[0])
                if value < 65536 and not term.endswith((":4", ":8")):
                    facts["flow value", value] += 1


def _of_link_state(route, facts):
    types = ("node", "link", "ipv4_prefix", "ipv6_prefix")
    protocols = ("isis_level_1", "isis_level_2", "ospfv2", "direct", "static", "ospfv3")
    facts["LS type", types.index(route["type"]) + 1] += 1
    facts["LS protocol", protocols.index(route["protocol"]) + 1] += 1
    facts["LS identifier", route["identifier"]] += 1
    for descriptor in route["descriptors"]:
        for field in descriptor.get("fields", []):
            if field["type"] == "autonomous_system":
                facts["LS AS", field["value"]] += 1
        what = {"ipv4_interface": "LS interface", "ipv4_neighbor": "LS neighbor"}.get(descriptor.get("type"))
        if what:
            facts[what, descriptor["value"]] += 1
        if descriptor["name"] == "ipv4_prefix":
            facts["LS prefix", _address(descriptor["value"])] += 1


def _of_next_hop(text, facts):
    for part in filter(None, text.split("+")):
        rd, _, address = part.rpartition(" ")
        if rd:
            facts["next hop's RD", plain_rd(rd)] += 1
        facts["MP next hop", address] += 1


def _of_attribute(value, facts):
    name = value["name"]
    if name == "origin":
        facts["origin", ("igp", "egp", "incomplete").index(value["value"])] += 1
    elif name in ("as_path", "as4_path"):
        for segment in value["segments"]:
            for number in segment["asns"]:
                facts["AS", number] += 1
    elif name in ("multi_exit_disc", "local_pref"):
        facts["MED" if name == "multi_exit_disc" else "LOCAL_PREF", value["value"]] += 1
    elif name == "next_hop":
        facts["next hop", value["address"]] += 1
    elif name in ("aggregator", "as4_aggregator"):
        facts["aggregator's AS", value["asn"]] += 1
        facts["aggregator", value["address"]] += 1
    elif name == "communities":
        for community in value["communities"]:
            facts["community", WELL_KNOWN.get(community, community)] += 1
    elif name == "originator_id":
        facts["originator", value["bgp_identifier"]] += 1
    elif name == "cluster_list":
        for identifier in value["cluster_ids"]:
            facts["cluster", identifier] += 1
    elif name == "large_communities":
        for community in value["communities"]:
            for at, number in enumerate(community.split(":")):
                facts["large %d" % (at + 1), int(number)] += 1
    elif name == "extended_communities":
        for community in value["communities"]:
            if community.startswith("target:"):
                facts["target", plain_rd(community[7:])] += 1
    elif name == "pmsi_tunnel":
        types = ("none", "rsvp-te-p2mp", "mldp-p2mp", "pim-ssm", "pim-sm", "bidir-pim", "ingress-replication", "mldp-mp2mp")
        facts["PMSI flags", value["flags"]] += 1
        facts["PMSI type", types.index(value["tunnel_type"]) if value["tunnel_type"] in types else value["tunnel_type"]] += 1
        if value["tunnel_type"] == "ingress-replication":
            facts["ingress replication", value["identifier"]] += 1
    elif name == "prefix_sid":
        for tlv in value["tlvs"]:
            if tlv["name"] == "label_index":
                facts["label index", tlv["index"]] += 1
            for sid in tlv.get("tlvs", []):
                if sid["name"] == "sid_information":
                    facts["SID", sid["sid"]] += 1
                    facts["SRv6 behavior", sid["behavior"]] += 1
    elif name == "tunnel_encapsulation":
        for tunnel in value["tunnels"]:
            facts["tunnel type", tunnel["type"]] += 1
    elif name == "bgp_ls":
        for tlv in value["tlvs"]:
            if tlv["name"] == "node_name":
                facts["LS node name", tlv["value"]] += 1


def facts_of_json(update):
    facts = Counter()
    body = update["message"]
    fields = [("ipv4", body["withdrawn"]), ("ipv4", body["nlri"])]
    for attribute in body["attributes"]:
        value = attribute["value"]
        if value["name"].startswith("mp_"):
            if "routes" in value["nlri"]:
                fields.append((value["nlri"]["name"], value["nlri"]["routes"]))
            _of_next_hop(value.get("next_hop", ""), facts)
        elif value["name"] != "cluster_list" or not attribute["flags"] & 0x10:   # tshark 4.0 reads it an octet too late
            _of_attribute(value, facts)
    for family, routes in fields:
        for route in routes:
            if route.get("path_id") is not None:
                facts["path id", route["path_id"]] += 1
            _of_nlri(family, route["nlri"], facts)
    return +facts
