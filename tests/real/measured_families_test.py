"""Routes of every family through routers of others and the lying device: held against their sending, to the route, as those of IPv4 are. The routes are
those of families_test, read from a dump."""

import json
import os
import struct
import unittest

from support.bgp import Receiver, as_path_of, table_of
from support.device import DEVICE_AS, start_device
from support.family_routes import ROUTES
from support.peer import encode
from support.programs import RealTest, wait_until
from support.routers import OWN_AS, Bird, Frr, Gobgp

PASSED, FAILED = 0, 4
SCENARIO = """dut: {address: %s, port: %d, as: %d}
peers:
%s
phases:
  - connect
  - announce
  - wait: {for: converged, timeout: 30s}
"""
INSPECTED = """  - exec: {command: 'touch %s; while [ ! -e %s ]; do sleep 0.1; done', timeout: 5m}
  - withdraw
  - wait: {for: converged, timeout: 30s}
"""


def dump_of(updates):
    """BGP4MP_MESSAGE_AS4 records: RFC 6396 section 4.4.3."""
    records = b""
    for octets in updates:
        body = struct.pack(">IIHH", 65001, 64999, 0, 1) + bytes((192, 0, 2, 9, 192, 0, 2, 1)) + octets
        records += struct.pack(">IHHI", 1700000000, 16, 4, len(body)) + body
    return records


class Measured(RealTest):
    def dump(self, rows):
        path = self.path("routes.mrt")
        with open(path, "wb") as file:
            file.write(dump_of(encode([update for _, _, update, _ in rows])))
        return path

    def scenario(self, text):
        with open(self.path("families.yaml"), "w") as file:
            file.write(text)
        return self.path("families.yaml")


class MeasuredFamilies(Measured):
    def play(self, router, without=()):
        rows = [(family, *row) for family in router.families for row in ROUTES[family] if (family, row[0]) not in without]
        sender, receiver = router.sources
        peers = "  - {name: s, as: %d, address: %s, routes: '%s', next_hop: keep}\n  - {name: r, as: %d, address: %s}" % (
            OWN_AS, sender, self.dump(rows), OWN_AS, receiver)
        ready, go = self.path("ready"), self.path("go")
        text = SCENARIO % (router.address, router.port, OWN_AS, peers) + INSPECTED % (ready, go)
        run = self.loadgen("run", self.scenario(text), "--json", "--quiet", "--seed", "1")
        wait_until(lambda: os.path.exists(ready) or run.status is not None, "all routes are there")
        shown = {family: router.table(family) for family in router.families}
        with open(go, "w"):
            pass
        run.wait()
        report = run.json()
        comparison = report["scenario"]["comparison"]
        waited = [phase["comparison"] for phase in report["scenario"]["phases"] if phase.get("comparison")][0]
        wrong = waited["missing_samples"] + waited["wrong_attributes_samples"] + waited["unexpected_samples"]
        self.assertEqual((wrong, run.status, report["problems"]), ([], PASSED, []))
        excused = [each["reason"] for each in waited["excused"]]
        self.assertEqual(excused, ["path has an AS_SET (RFC 9774)"] if "ipv4" in router.families else [])
        self.assertEqual(waited["expected_routes"] + len(excused), len(rows))
        for family, what, _, words in rows:
            if shown[family] is not None:
                with self.subTest(family=family, what=what):
                    self.assertIn(words, shown[family])   # the router has it, by its own command
        self.assertEqual(comparison["unexpected_routes"], 0)   # and all of it is gone again
        withdrawal = [phase for phase in report["scenario"]["phases"] if phase["name"] == "withdraw"][0]["withdrawal"]
        self.assertEqual(withdrawal["count"], len(rows))


@unittest.skipUnless(os.access("/usr/bin/gobgpd", os.X_OK), "GoBGP is not installed")
class FamiliesOfGobgpMeasured(MeasuredFamilies):
    def test_all_but_route_targets(self):
        self.play(Gobgp(self, [name for name in ROUTES if name != "rtc"]))


@unittest.skipUnless(os.access("/usr/lib/frr/bgpd", os.X_OK), "FRR is not installed")
class FamiliesOfFrrMeasured(MeasuredFamilies):
    def test_all_but_labeled_unicast(self):
        # FRR 8.4 does not agree to RFC 8950 for VPNv4, and so cannot have the route with an IPv6 next hop.
        self.play(Frr(self, [name for name in ROUTES if not name.endswith("-lu")]), without=[("vpnv4", "SRv6")])

    def test_labeled_unicast(self):   # no peer of FRR has both
        self.play(Frr(self, ["ipv4-lu", "ipv6-lu"]))


@unittest.skipUnless(os.access("/usr/sbin/bird", os.X_OK), "BIRD is not installed")
class FamiliesOfBirdMeasured(MeasuredFamilies):
    def test_all(self):
        self.play(Bird(self, ROUTES))


class FamiliesOfDevice(Measured):
    FAMILIES = [name for name in ROUTES if name not in ("ipv4", "ipv6")]   # whose routes have NO_EXPORT_SUBCONFED there
    LIES = {
        "drop-one-in=2": "missing_routes", "ignore-withdrawals": "unexpected_routes", "change-community": "wrong_attributes_routes",
        "change-origin": "wrong_attributes_routes", "change-path": "wrong_attributes_routes", "refuse-next-hop": "missing_routes",
    }

    def play(self, *faults, rows=None, status=PASSED, senders=1, phases=""):
        rows = rows or [(family, *row) for family in self.FAMILIES for row in ROUTES[family]]
        device = start_device(self, *faults, words=("--families", "all"))
        dump = self.dump(rows)
        peers = "".join("  - {name: s%d, as: %d, routes: '%s'}\n" % (number, 65001 + number, dump) for number in range(senders))
        text = SCENARIO % (*device.router, DEVICE_AS, peers + "  - {name: r, as: 64601}") + phases
        if faults:   # what is to fail does so soon
            text = text.replace("timeout: 30s", "timeout: 2s")
        return rows, self.run_loadgen("run", self.scenario(text), "--json", "--quiet", status=status).json()["scenario"]

    def test_the_honest_one(self):
        rows, scenario = self.play(phases="  - withdraw\n  - wait\n")
        self.assertEqual(scenario["comparison"]["unexpected_routes"], 0)
        waited = [phase["comparison"] for phase in scenario["phases"] if phase.get("comparison")][0]
        self.assertEqual(waited["expected_routes"], len(rows))

    def test_lies(self):
        for fault, kind in self.LIES.items():
            with self.subTest(fault):
                phases = "  - withdraw\n  - wait: {for: converged, timeout: 1s}\n" if "withdrawals" in fault else ""
                rows, scenario = self.play(fault, status=FAILED, phases=phases)
                self.assertGreater(scenario["comparison"][kind], 0, json.dumps(scenario["comparison"]))

    def test_each_family_that_is_dropped(self):
        for family in ("ipv6-mcast", "ipv4-lu", "vpnv6", "evpn", "flow4", "rtc", "ls"):
            with self.subTest(family):
                _, scenario = self.play("drop-family=" + family, status=FAILED)
                missing = [sample for sample in scenario["comparison"]["missing_samples"] if sample.startswith(family + " ")]
                self.assertEqual(len(missing), len(ROUTES[family]), scenario["comparison"])

    def test_failovers(self):
        phases = "  - kill: {peers: s0}\n  - wait: {for: converged, timeout: 30s}\n"
        rows, scenario = self.play(senders=2, phases=phases)
        self.assertEqual(scenario["failover"]["count"], len(rows))
        self.play("never-fail-over", senders=2, phases=phases, status=FAILED)


class KeptPaths(Measured):
    """`as_path: keep`: the path comes back without the sender's AS in it."""

    def test_as_a_route_server_sends_them(self):
        for words, fault, status in (("", (), PASSED), (", as_path: keep", (), PASSED), (", as_path: keep", ("change-path",), FAILED)):
            with self.subTest(words=words, fault=fault):
                device = start_device(self, *fault)
                sender = "  - {name: s, as: 65001, routes: 'range:10.0.0.0/24x50,as-path=64511 64512'%s}\n" % words
                text = SCENARIO % (*device.router, DEVICE_AS, sender + "  - {name: r, as: 64601}")
                report = self.run_loadgen("run", self.scenario(text), "--json", "--quiet", status=status).json()
                comparison = report["scenario"]["comparison"]
                self.assertEqual((comparison["expected_routes"], comparison["wrong_attributes_routes"]), (50, 50 if fault else 0))

    def test_the_path_on_the_wire(self):
        receiver = Receiver(self.address)
        self.addCleanup(receiver.stop)
        for choice, ases in (("prepend", [65001, 64511, 64512]), ("keep", [64511, 64512])):
            self.run_loadgen("inject", receiver.endpoint, "--routes", "range:10.0.0.0/24x1,as-path=64511 64512", "--as-path", choice)
            session = receiver.sessions[-1]
            table = table_of(session.updates())
            self.assertEqual([as_path_of(attributes[2]) for attributes in table.values()], [ases])


if __name__ == "__main__":
    unittest.main()
