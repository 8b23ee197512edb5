"""Ranges of every family into routers of others: `loadgen inject` sends them, and the router's own command counts as many, has the last one of
them, and no session ended. The words of docs/ranges.md are this test's."""

import json
import re
import signal
import unittest

from support.programs import RealTest, wait_until
from support.routers import OWN_AS, Bird, Frr, Gobgp

COUNT = 2000
VPN = "rd=65000:1,rd-every=100,wrap=100,target=65000:1"   # twenty VRFs with the same hundred prefixes

# family: (what, the range behind "range:FAMILY:", routes, words of the last one in the router's own table, what has its counts)
RANGES = {
    "ipv4-lu": [("", "10.0.0.0/24x%d,label=100,label-step=1" % COUNT, COUNT, "10.7.207.0/24")],
    "ipv6-lu": [("", "2001:db8::/48x%d,label=100" % COUNT, COUNT, "2001:db8:7cf::/48")],
    "ipv4-mcast": [("", "10.0.0.0/24x%d" % COUNT, COUNT, "10.7.207.0/24")],
    "vpnv4": [("", "10.0.0.0/24x%d,label=1000,label-step=1,%s" % (COUNT, VPN), COUNT, "65000:20")],
    "vpnv6": [("", "2001:db8::/48x%d,label=1000,%s" % (COUNT, VPN), COUNT, "65000:20")],
    "evpn": [
        ("type 2", "mac/02:00:5e:00:00:00x%d,rd=65000:1,vni=100,ip=10.0.0.1,ip-step=1,target=65000:1,extended-community=encapsulation:8" % COUNT,
         COUNT, "02:00:5e:00:07:cf"),
        ("type 5", "ip-prefix/10.0.0.0/24x%d,rd=65000:1,vni=100,target=65000:1" % COUNT, COUNT, "10.7.207.0"),
        ("type 3", "multicast/192.0.2.1x100,rd=65000:1,target=65000:1,attribute=16:c0:0006000640c0000201", 100, "192.0.2.100"),
        ("type 4", "segment/00:11:22:33:44:55:66:77:88:00x100,rd=65000:1,originator=192.0.2.1,target=65000:1", 100, "77:88:63"),
        ("type 1", "auto-discovery/00:11:22:33:44:55:66:77:88:00x100,rd=65000:1,label=100,target=65000:1", 100, "77:88:63"),
    ],
    "flow4": [("", "10.0.0.0/24x500,protocol=tcp,destination-port=1000,destination-port-step=1,rate-limit=9600", 500, r"10\.1\.243\.0/24")],
    "flow6": [("", "2001:db8::/48x500,protocol=udp,discard", 500, "2001:db8:1f3::/48")],
    "flowvpn4": [("", "10.0.0.0/24x500,rd=65000:1,rd-every=100,wrap=100,target=65000:1,discard", 500, "65000:5")],
    "rtc": [("", "65000:1x100,origin-as=65000", 100, "65000:100")],
    "mup4": [("direct", "direct/192.0.2.1x100,rd=65000:1,target=65000:1", 100, "192.0.2.100"),
             ("session 1", "session-1/10.0.0.1/32x100,rd=65000:1,teid=1,teid-step=1,endpoint=192.0.2.1,target=65000:1", 100, "10.0.0.100/32")],
}


class CountsOfGobgp(Gobgp):
    def count(self, family):
        found = re.search(r"Path: (\d+)", self.ask("global", "rib", "summary", "-a", self.NAMES[family][1]))
        return int(found[1]) if found else 0


class CountsOfGobgpWithPaths(CountsOfGobgp):
    FAMILY = Gobgp.FAMILY + """    [neighbors.afi-safis.add-paths.config]
      receive = true
"""


class CountsOfFrr(Frr):
    def count(self, family):
        said = json.loads(self.ask("show bgp %s summary json" % self.NAMES[family]))
        said = said.get("ipv4Unicast", said)
        return sum(peer.get("pfxRcd", 0) for peer in said.get("peers", {}).values())


class CountsOfBird(Bird):
    def count(self, family):
        found = re.search(r"(\d+) of \d+ routes for", self.ask("show route count table t%d" % self.families.index(family)))
        return int(found[1]) if found else 0


class CountedRanges(RealTest):
    """What they have in common; itself no test."""

    # Loopback is no next hop to most routers.
    NEXT_HOPS = ("--next-hop", "192.0.2.1", "--next-hop", "2001:db8::1")

    def inject(self, router, *words):
        """One session that has the families of all ranges, and holds them."""
        return self.loadgen("inject", "%s:%d" % (router.address, router.port), "--address", router.sources[0], "--local-as", OWN_AS, "--hold", "1h",
                            "--quiet", *self.NEXT_HOPS, *words)

    def wait_counted(self, router, injector, expected):
        wait_until(lambda: injector.status is not None or all(router.count(family) == routes for family, routes in expected.items()),
                   "the router has %s" % expected, every=0.2)
        self.assertIsNone(injector.status, injector.err)

    def counted(self, router, *families):
        words = [word for family in families for _, text, _, _ in RANGES[family] for word in ("--routes", "range:%s:%s" % (family, text))]
        expected = {family: sum(routes for _, _, routes, _ in RANGES[family]) for family in families}
        injector = self.inject(router, *words)
        self.wait_counted(router, injector, expected)
        for family in families:
            table = router.table(family)
            for what, _, _, last in RANGES[family]:
                with self.subTest(family=family, what=what):
                    self.assertRegex(table, last)
        injector.signal(signal.SIGINT)
        injector.wait()
        wait_until(lambda: not any(router.count(family) for family in families), "they go with their session", every=0.2)


class RangesOfGobgp(CountedRanges):
    PATHS = (("--routes", "range:10.0.0.0/24x500,paths=4"), ("--routes", "range:vpnv4:10.0.0.0/24x500,rd=65000:1,path-id=7,paths=4"))

    def test_all_but_route_targets(self):
        families = [name for name in RANGES if name in Gobgp.NAMES and name != "rtc"]
        self.counted(CountsOfGobgp(self, families), *families)

    def test_route_targets(self):
        self.counted(CountsOfGobgp(self, ["rtc"]), "rtc")

    def test_paths(self):
        router = CountsOfGobgpWithPaths(self, ["ipv4", "vpnv4"])
        injector = self.inject(router, "--add-path", *self.PATHS[0], *self.PATHS[1])
        self.wait_counted(router, injector, {"ipv4": 2000, "vpnv4": 2000})

    def test_the_last_path_where_there_is_no_add_path(self):
        router = CountsOfGobgp(self, ["ipv4", "vpnv4"])
        injector = self.inject(router, "--allow-left-out", *self.PATHS[0], *self.PATHS[1])
        self.wait_counted(router, injector, {"ipv4": 500, "vpnv4": 500})


class RangesOfFrr(CountedRanges):
    def test_all_but_labeled_unicast(self):
        families = [name for name in RANGES if name in Frr.NAMES and not name.endswith("-lu")]
        self.counted(CountsOfFrr(self, families), *families)

    def test_labeled_unicast(self):   # no peer of FRR has both
        self.counted(CountsOfFrr(self, ["ipv4-lu", "ipv6-lu"]), "ipv4-lu", "ipv6-lu")


class RangesOfBird(CountedRanges):
    def test_all(self):
        families = [name for name in RANGES if name in Bird.NAMES]
        self.counted(CountsOfBird(self, families), *families)


if __name__ == "__main__":
    unittest.main()
