"""inject → BIRD 2: the router's own count, and its own idea of a sample of routes."""

import random
import re
import signal
import socket
import struct
import unittest

from support import mrt
from support.bgp import as_path_of
from support.bird import Bird
from support.programs import RealTest, wait_until, wait_until_holding
from support.shared import shared

PATIENCE = 300


def as_birdc_says(attributes, own_as):
    """What birdc shows of a route with these attributes, sent by `own_as` over eBGP."""
    path = [own_as] + as_path_of(attributes[2])
    says = {
        "origin": ("IGP", "EGP", "Incomplete")[attributes[1][0]],
        "as_path": " ".join(str(each) if isinstance(each, int) else "{%s}" % " ".join(map(str, each)) for each in path),
        "next_hop": socket.inet_ntoa(attributes[3]),
    }
    if 4 in attributes:
        says["med"] = str(struct.unpack(">I", attributes[4])[0])
    if 8 in attributes:
        says["community"] = {struct.unpack_from(">HH", attributes[8], at) for at in range(0, len(attributes[8]), 4)}
    if 7 in attributes:
        own, address = struct.unpack(">I4s", attributes[7])
        says["aggregator"] = "%s AS%d" % (socket.inet_ntoa(address), own)
    if 6 in attributes:
        says["atomic_aggr"] = ""
    return says


def comparable(says):
    """Of birdc's words those compared; LOCAL_PREF is BIRD's own default."""
    says = {name: value for name, value in says.items() if name in
            ("origin", "as_path", "next_hop", "med", "community", "aggregator", "atomic_aggr")}
    if "community" in says:
        says["community"] = {(int(high), int(low)) for high, low in re.findall(r"\((\d+),\s*(\d+)\)", says["community"])}
    return says


class FillsBird(RealTest):
    def fill(self, routes, peers, count, *words):
        """BIRD with `count` routes from each of `peers` sessions that stay up."""
        bird = Bird(self)
        injector = self.loadgen("inject", bird.endpoint, "--peers", peers, "--routes", routes, "--hold", "1h", "--quiet",
                                "--metrics", self.address + ":0", *words)
        expected = {65001 + peer: count for peer in range(peers)}

        def filled():
            self.assertIsNone(injector.status, "inject ended: " + injector.err)
            return bird.imported() == expected
        try:
            wait_until(filled, "all routes in BIRD", PATIENCE, every=0.2)
        except AssertionError:
            self.assertEqual(bird.imported(), expected)
            raise
        self.assertIn("%d of %d routes" % (count * peers, count * peers), bird.ask("show route count"))
        return bird, injector

    def end(self, injector):
        wait_until_holding(injector)   # BIRD may have the routes before its last acknowledgement is here
        injector.signal(signal.SIGINT)
        injector.wait()
        self.assert_status(injector, 0)   # all was sent

    def test_a_real_table_from_four_sessions(self):
        file = shared("data", "rib.derived-20151023.gz")
        bird, injector = self.fill(file, 4, 577703, "--next-hop", "keep")
        routes = {prefix: attributes for _, prefix, attributes in mrt.rib_routes(file)}
        self.assertEqual(len(routes), 577703)
        # A sample of everything, and some of each kind that is rare.
        chosen = random.Random(1).sample(sorted(routes), 40)
        for kind in (4, 6, 7, 8):
            chosen += [prefix for prefix in sorted(routes) if kind in routes[prefix]][:5]
        chosen += [prefix for prefix in sorted(routes) if any(not isinstance(each, int) for each in as_path_of(routes[prefix][2]))][:5]
        for number, prefix in enumerate(chosen):
            own_as = 65001 + number % 4
            shown = bird.route(prefix, bird.protocol_of(own_as))
            self.assertEqual(comparable(shown), as_birdc_says(routes[prefix], own_as), prefix)
        self.end(injector)

    def test_routes_of_both_families(self):
        bird, injector = self.fill("range:10.0.0.0/24x1k", 2, 2000, "--routes",
                                   "range:2001:db8::/48x1k,next-hop=2001:db8:ffff::1")
        self.assertIn("2000 of 2000 routes for 1000 networks in table master6", bird.ask("show route count"))
        with open(self.path("bird.log")) as file:
            self.assertNotRegex(file.read(), "(?i)malformed|invalid|bad ")
        self.end(injector)

    def test_a_synthetic_table(self):
        _, injector = self.fill("full-table:200k", 2, 200000)
        self.end(injector)

    def test_fifty_sessions(self):
        _, injector = self.fill("full-table:10k", 50, 10000)
        self.end(injector)


class SoakFillsBird(RealTest):
    def test_ten_times(self):
        for _ in range(10):
            one = FillsBird("test_a_synthetic_table")
            one.debug()


if __name__ == "__main__":
    unittest.main()
