"""README's examples into four real routers as they stand, over eBGP: the router's own count is what the verdict says, or the verdict is not
"passed"."""

import os
import unittest

from support.filled_routers import OWN_AS, FilledBird, FilledFrr, FilledGobgp, FilledOpenbgpd
from support.programs import RealTest, wait_until

NEIGHBORS = [("127.0.1.1", 65001), ("127.0.1.2", 65002), ("127.0.1.3", 64601)]
ROUTES = 5000

SCENARIO = """name: full table
dut: {address: %s, port: %d, as: %d}
peers:
  - {name: senders, count: 2, as: 65001, routes: full-table:%d, next_hop: self}
  - {name: receivers, as: 64601}
phases:
  - connect: {rate: 50}
  - announce: {rate: 100k}
  - wait: converged
  - churn: {rate: 1k, for: 1s, attribute_changes: 30%%}
  - wait: converged
thresholds:
  - missing == 0
"""


class Fills(RealTest):
    """What the four have in common; itself no test."""

    WORDS = ()   # of inject, so that the router takes the routes on loopback

    def router(self):
        return self.KIND(self, NEIGHBORS)

    def test_injected_routes_are_the_routers(self):
        router = self.router()
        injector = self.loadgen("inject", router.endpoint, "--peers", "2", "--routes", "full-table:%d" % ROUTES, "--hold", "1h", "--quiet",
                                *self.WORDS)
        expected = {"127.0.1.1": ROUTES, "127.0.1.2": ROUTES, "127.0.1.3": 0}
        wait_until(lambda: injector.status is not None or router.accepted() == expected, "the router has them", 60)
        self.assertIsNone(injector.status, injector.err)

    def test_verified(self):
        done = self.run_loadgen("inject", self.router().endpoint, "--peers", "2", "--routes", "full-table:%d" % ROUTES, "--peer-as", OWN_AS,
                                *self.WORDS, "--verify", "--json", "--quiet", "--timeout", "60s")
        report = done.json()
        self.assertEqual((report["result"], report["counters"]["missing_routes"], report["problems"]), ("passed", 0, []))
        self.assertEqual(report["scenario"]["comparison"]["expected_routes"], ROUTES)

    def test_the_scenario(self):
        router = self.router()
        with open(self.path("table.yaml"), "w") as file:
            file.write(SCENARIO % (router.address, router.port, OWN_AS, ROUTES))
        next_hop = ("--set", "peers.senders.next_hop=%s" % self.WORDS[1]) if self.WORDS else ()
        self.run_loadgen("run", self.path("table.yaml"), "--quiet", *next_hop)


class FillsBird2(Fills):
    KIND = FilledBird


@unittest.skipUnless(os.access("/usr/lib/frr/bgpd", os.X_OK), "FRR is not installed")
class FillsFrr(Fills):
    """It takes no next hop of 127.0.0.0/8, which is where its peers are here."""

    KIND = FilledFrr
    WORDS = ("--next-hop", "192.0.2.1")

    def test_what_it_refuses_does_not_pass(self):
        router = self.router()
        for words in (("--hold", "20s"), ("--verify", "--peer-as", OWN_AS, "--timeout", "10s")):
            done = self.run_loadgen("inject", router.endpoint, "--peers", "2", "--routes", "full-table:100", "--quiet", *words, status=4)
            self.assertIn("Invalid NEXT_HOP", done.err)


@unittest.skipUnless(os.access("/usr/bin/gobgpd", os.X_OK), "GoBGP is not installed")
class FillsGobgp(Fills):
    """It drops routes with a next hop of 127.0.0.0/8 and says nothing of it."""

    KIND = FilledGobgp
    WORDS = ("--next-hop", "192.0.2.1")

    def test_what_it_drops_does_not_pass(self):
        done = self.run_loadgen("inject", self.router().endpoint, "--peers", "2", "--routes", "full-table:100", "--peer-as", OWN_AS, "--verify",
                                "--timeout", "5s", "--json", "--quiet", status=4)
        self.assertEqual(done.json()["counters"]["missing_routes"], 100)


@unittest.skipUnless(os.access("/usr/sbin/bgpd", os.X_OK), "OpenBGPD is not installed")
class FillsOpenbgpd(Fills):
    KIND = FilledOpenbgpd


del Fills


if __name__ == "__main__":
    unittest.main()
