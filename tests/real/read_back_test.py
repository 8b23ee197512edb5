"""What `loadgen speak` tells of its routes is read back as the same ones, with the real program: kinds of routes are announced, shown,
withdrawn, announced again from what was shown, and are on the wire with the same octets."""

import struct

from support.bgp import UPDATE, Receiver, message, table_of
from support.programs import LOADGEN, wait_until
from support.with_programs import WithPrograms

FAMILIES = {(1, 1): "ipv4 unicast", (1, 2): "ipv4 multicast", (1, 4): "ipv4 nlri-mpls", (1, 5): "ipv4 mcast-vpn", (1, 73): "ipv4 sr-policy",
            (1, 85): "ipv4 mup", (1, 128): "ipv4 mpls-vpn", (1, 132): "ipv4 rtc", (1, 133): "ipv4 flow", (1, 134): "ipv4 flow-vpn",
            (2, 1): "ipv6 unicast", (2, 4): "ipv6 nlri-mpls", (2, 128): "ipv6 mpls-vpn", (2, 133): "ipv6 flow",
            (25, 65): "l2vpn vpls", (25, 70): "l2vpn evpn", (16388, 71): "bgp-ls bgp-ls"}

KINDS = """\
route 198.51.100.0/24 next-hop 192.0.2.1 as-path [ 65001 65002 ] ( 65003 65004 ) med 5 local-preference 200 community [ 65000:1 no-export ]
route 198.51.101.0/24 next-hop 192.0.2.1 as-path [{ 65001 }] ({ 65002 }) atomic-aggregate aggregator ( 65001:192.0.2.9 )
route 198.51.102.0/24 next-hop 192.0.2.1 large-community [ 1:2:3 ] originator-id 192.0.2.9 cluster-list [ 192.0.2.8 192.0.2.7 ] aigp 100
route 198.51.103.0/24 next-hop 192.0.2.1 extended-community [ target:123456L:1 target:70000:1 origin:192.0.2.9:5 redirect:192.0.2.9:5 0x0301020304050607 ]
route 198.51.104.0/24 next-hop 192.0.2.1 attribute [ 0x63 0xE0 0x01020304 ]
route 198.51.105.0/24 next-hop 192.0.2.1 attribute [ 0x08 0xE0 0xFDE80002FDE80001 ]
route 198.51.106.0/24 next-hop 192.0.2.1 attribute [ 0x0a 0x80 0x ]
route 198.51.107.0/24 next-hop 192.0.2.1 as-path [ ]
route 224.1.0.0/16 next-hop 192.0.2.1
ipv4 unicast 224.2.0.0/16 next-hop 192.0.2.1
ipv4 multicast 198.51.100.0/24 next-hop 192.0.2.1
route 198.51.100.0/24 label [ 16 17 ] next-hop 192.0.2.1 bgp-prefix-sid [ 777, [ ( 16000,8000 ) ] ]
route 198.51.100.0/24 rd 65000:1 label 16 next-hop 192.0.2.1
route 2001:db8::/32 next-hop 2001:db8::1 link-local fe80::1
route 2001:db8:1::/48 { next-hop 0.0.0.0; next-hop 2001:db8::2; }
route 2001:db8::/32 rd 65000:1 label 16 next-hop 2001:db8::1
ipv6 nlri-mpls 2001:db8::/32 label 20 next-hop 2001:db8::1
ipv4 mcast-vpn shared-join rp 10.0.0.1 group 239.0.0.1 rd 65000:1 source-as 65000 next-hop 192.0.2.1
ipv4 mcast-vpn source-ad source 10.0.0.1 group 239.0.0.1 rd 65000:1 next-hop 192.0.2.1
ipv4 sr-policy distinguisher 1 color 2 endpoint 192.0.2.9 next-hop 192.0.2.1
ipv4 mup mup-t1st 10.0.0.0/24 rd 65000:1 teid 1 qfi 9 endpoint 192.0.2.8 source 192.0.2.9 next-hop 192.0.2.1
ipv4 mup mup-isd 10.0.0.0/24 rd 65000:1 next-hop 192.0.2.1 bgp-prefix-sid-srv6 ( l3-service 2001:db8::1 0x15 [ 40, 24, 16, 0, 16, 64 ] )
ipv4 rtc length 96 origin-as 65000 route-target 0x0002fde800000001 next-hop 192.0.2.1
flow route destination 198.51.100.0/24 protocol [ =ipip =tcp ] tcp-flags [ =syn+ack !=rst ] fragment not-a-fragment rate-limit 9600
flow route destination 198.51.101.0/24 port >1024&<2048 redirect 192.0.2.9
flow route rd 65000:1 source 198.51.100.0/24 discard
flow route destination 2001:db8::/32 next-header udp flow-label 2013 action sample-terminal
ipv6 flow port =80 discard
ipv6 flow raw 0x0701402000010002 extended-community rate-limit:0
vpls rd 65000:1 endpoint 5 base 10 offset 1 size 8 next-hop 192.0.2.1
l2vpn vpls rd 65000:1 pe-address 192.0.2.9 next-hop 192.0.2.1
l2vpn evpn mac-ip-advertisement rd 65000:1 esi 00:00:00:00:00:00:00:00:00:00 etag 0 mac 00:00:5e:00:53:01 label 100 next-hop 192.0.2.1
bgp-ls bgp-ls raw 0x0001001501000000000000000001000008020000040000fde8 next-hop 192.0.2.1
""".splitlines()


def capability(afi, safi):
    return struct.pack("!BBHBB", 1, 4, afi, 0, safi)


class Shown(WithPrograms):
    def cli(self, *words, status=0):
        run = self.start(LOADGEN, "cli", "--socket", self.path("socket"), *words)
        run.wait()
        self.assert_status(run, status)
        return run.out

    def shown(self):
        lines = self.cli("show adj-rib out extensive").splitlines()
        self.assertEqual(lines.pop(), "done")
        return sorted(line.split(" in-open ", 1)[1] for line in lines)

    def sent(self, peer, nlri, prefix):
        """All that was announced before this marker has left."""
        self.cli("announce route %s next-hop 192.0.2.1" % prefix)
        wait_until(lambda: any(nlri in update for update in self.updates(peer)), prefix + " is sent")

    @staticmethod
    def updates(peer):
        return [update for update in peer.sessions[0].messages(2) if len(update) > 30]


class ReadBack(Shown):
    def test_routes_of_every_kind_come_back_from_what_is_shown(self):
        peer = Receiver(self.address, my_as=65001, more=b"".join(capability(*family) for family in FAMILIES))
        self.addCleanup(peer.stop)
        with open(self.path("speak.conf"), "w") as file:
            file.write("neighbor %s { router-id 10.0.0.1; local-address 127.0.0.1; local-as 65001; peer-as 65001; family { %s } }\n"
                       % (self.address, " ".join(family + ";" for family in FAMILIES.values())))
        self.speak(peer.port, self.path("speak.conf"), "--socket", self.path("socket"))
        wait_until(lambda: peer.sessions and peer.sessions[0].ends_of_rib, "the session is up")
        for line in KINDS:
            with self.subTest(line=line):
                self.assertEqual(self.cli("announce " + line), "done\n")
        first = self.shown()
        self.assertEqual(len(first), len(KINDS))
        self.sent(peer, b"\x18\x0a\x09\x01", "10.9.1.0/24")
        wire = self.updates(peer)
        self.cli("clear adj-rib out")
        wait_until(lambda: self.shown() == [], "all is withdrawn")
        self.sent(peer, b"\x18\x0a\x09\x02", "10.9.2.0/24")
        for line in first:
            with self.subTest(line=line):
                self.assertEqual(self.cli("announce " + line), "done\n")
        self.assertEqual([line for line in self.shown() if "10.9." not in line], first)
        before = len(self.updates(peer))
        self.sent(peer, b"\x18\x0a\x09\x03", "10.9.3.0/24")
        again = self.updates(peer)[before - len(first):] if before >= len(first) else self.updates(peer)
        for update in wire[:-1]:   # but for the marker
            self.assertIn(update, again)

    def test_a_route_beside_others_of_another_family_is_shown_with_its_own_next_hop(self):
        """Plain NLRI and MP_REACH_NLRI in one UPDATE: RFC 4760 section 3."""
        peer = Receiver(self.address, my_as=65001, more=capability(2, 1))
        self.addCleanup(peer.stop)
        with open(self.path("speak.conf"), "w") as file:
            file.write("neighbor %s { router-id 10.0.0.1; local-address 127.0.0.1; local-as 65001; peer-as 65001; }\n" % self.address)
        self.speak(peer.port, self.path("speak.conf"), "--socket", self.path("socket"))
        wait_until(lambda: peer.sessions and peer.sessions[0].ends_of_rib, "the session is up")
        attributes = bytes.fromhex("40010100" "400200" "400304c0000209" "40050400000064"
                                   "800e1a" "000201" "10" "20010db8000000000000000000000001" "00" "2020010db8")
        update = message(UPDATE, b"\0\0" + struct.pack(">H", len(attributes)) + attributes + bytes.fromhex("180a0001"))
        peer.send(update)
        wait_until(lambda: "10.0.1.0" in self.cli("show adj-rib in"), "the route is there")
        shown = {line.split(" in-open ", 1)[1].split(" ")[2]: line for line in self.cli("show adj-rib in extensive").splitlines()[:-1]}
        self.assertIn(" next-hop 192.0.2.9", shown["10.0.1.0/24"])
        self.assertNotIn("2001:db8::1", shown["10.0.1.0/24"])
        self.assertIn(" next-hop 2001:db8::1", shown["2001:db8::/32"])
        for line in shown.values():
            self.assertEqual(self.cli("announce " + line.split(" in-open ", 1)[1]), "done\n")


class PathIdentifiers(Shown):
    """`path-information` on sessions without ADD-PATH (RFC 7911): one route of a prefix is sent, and what is answered says so."""

    def test_another_route_of_the_prefix_is_an_error(self):
        peer = Receiver(self.address, my_as=65001)
        self.addCleanup(peer.stop)
        with open(self.path("speak.conf"), "w") as file:
            file.write("neighbor %s { router-id 10.0.0.1; local-address 127.0.0.1; local-as 65001; peer-as 65001;\n"
                       " static { route 10.2.0.0/24 next-hop 192.0.2.1 path-information 5; route 10.2.0.0/24 next-hop 192.0.2.1 path-information 6 med 9; } }\n"
                       % self.address)
        speaker = self.speak(peer.port, self.path("speak.conf"), "--socket", self.path("socket"))
        wait_until(lambda: peer.sessions and peer.sessions[0].ends_of_rib, "the session is up")
        wait_until(lambda: "path identifiers" in speaker.err, "what is left out is in the log")
        one = "announce route 10.1.0.0/24 next-hop 192.0.2.1 path-information "
        self.assertEqual(self.cli(one + "1"), "done\n")
        self.assertIn("error", self.cli(one + "2", status=4))
        wait_until(lambda: "no path identifiers (ADD-PATH) of ipv4 unicast in its session" in speaker.err, "the log says why")
        self.assertEqual(self.cli("withdraw route 10.1.0.0/24 next-hop 192.0.2.1 path-information 2"), "done\n")
        self.sent(peer, b"\x18\x0a\x09\x01", "10.9.1.0/24")
        self.assertEqual(sorted(table_of(peer.sessions[0].updates())), ["10.1.0.0/24", "10.2.0.0/24", "10.9.1.0/24"])
        self.assertEqual([line.split(" ")[2:5] for line in self.shown()],
                         [["10.1.0.0/24", "path-information", "0.0.0.1"], ["10.2.0.0/24", "path-information", "0.0.0.5"],
                          ["10.9.1.0/24", "next-hop", "192.0.2.1"]])
        self.assertEqual(self.cli("withdraw route 10.1.0.0/24 next-hop 192.0.2.1 path-information 1"), "done\n")
        self.assertEqual(self.cli(one + "2"), "done\n")
