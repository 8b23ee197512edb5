"""loadgen run where a prefix has several holders: paths of peers that are gone are stale, and going over to another's has a time that a capture
of the wire confirms."""

import os
import unittest

from support.bird import LOCAL_AS, Bird
from support.capture import Capture, can_capture
from support.over_relay import RELAY_AS, OverRelay
from support.programs import RealTest, free_port, wait_until
from support.shared import SCENARIOS

NOTIFICATION = "3"
FRR_AS = 64999


def without_withdrawals(update):
    """Of an UPDATE of IPv4 routes, unless it only withdraws."""
    return None if update[19:21] != b"\0\0" else update


class DevicesThatNeverFailOver(OverRelay):
    """The relay passes on what comes, and nothing when a session ends: receivers keep the path of a peer that is gone."""

    BETTER = "  - {name: better, as: 65001, routes: 'range:10.0.0.0/24x300,as-path=64512'%s}\n"
    OTHER = "  - {name: other, as: 65002, routes: 'range:10.0.0.0/24x300,as-path=%s'}\n"
    PHASES = """  - connect
  - hold: 200ms
  - announce: {peers: other}
  - wait
  - {name: better, announce: {peers: better}}
  - wait: {for: quiet, quiet: 300ms}
  - {name: failure, %s}
"""
    WAIT = "  - {name: until, wait: {for: converged, timeout: 1s}}\n"

    def fails(self, failure, wait=WAIT, path="64512 64513 64514", stale=300, **how):
        report, phases = self.plays(self.relay(**how), self.BETTER % "" + self.OTHER % path + self.RECEIVER, self.PHASES % failure + wait, status=4)
        comparison = report["scenario"]["comparison"]
        self.assertEqual(comparison["stale_routes"], stale, comparison)
        self.assertEqual((comparison["missing_routes"], comparison["unexpected_routes"], comparison["wrong_attributes_routes"]), (0, 0, 0))
        self.assertTrue(comparison["stale_samples"][0].startswith("10.0."), comparison)
        self.assertTrue(any("stale" in problem for problem in report["problems"]), report["problems"])
        self.assertIsNone(phases["failure"]["failover"])
        self.assertEqual(phases["failure"]["failover_not_needed_routes"], 0)
        if "until" in phases:
            self.assertEqual(phases["until"]["comparison"]["stale_routes"], stale)
            self.assertEqual(phases["until"]["note"], "not converged")
        return report, phases

    def test_kills_of_every_kind(self):
        for kind in ("cease", "rst", "fin"):
            with self.subTest(kind=kind):
                self.fails("kill: {peers: better, by: %s}" % kind)

    def test_nobody_waits_for_convergence(self):
        self.fails("kill: {peers: better}", wait="  - wait: {for: quiet, quiet: 300ms}\n")

    def test_a_withdrawal_and_a_part_of_one(self):
        self.fails("withdraw: {peers: better}", alter=without_withdrawals)
        self.fails("withdraw: {peers: better, share: 0.5}", stale=150, alter=without_withdrawals)

    def test_equal_attributes_and_equal_lengths(self):
        self.fails("kill: {peers: better}", path="64512")
        self.fails("withdraw: {peers: better}", path="64513", alter=without_withdrawals)

    def test_a_threshold_of_its_own(self):
        peers = self.BETTER % "" + self.OTHER % "64513" + self.RECEIVER
        report, _ = self.plays(self.relay(), peers, self.PHASES % "kill: {peers: better}" + self.WAIT, "--assert", "stale == 0", "--assert",
                               "phases.until.stale == 300", "--assert", "phases.failure.failover.max < 1m", status=4)
        self.assertEqual([threshold["holds"] for threshold in report["scenario"]["thresholds"]], [False, True, False])

    def test_an_attribute_change_that_does_not_come(self):
        community = "  - {name: change, command: {peers: better, lines: ['announce route 10.0.0.0/24 next-hop 192.0.2.1 as-path [64512] community [64496:7]']}}\n"
        drops = lambda update: None if b"\xfb\xf0\x00\x07" in update else update   # 64496:7
        report, _ = self.plays(self.relay(alter=drops), self.BETTER % "" + self.RECEIVER,
                               "  - connect\n  - hold: 200ms\n  - announce\n  - wait\n" + community + self.WAIT, status=4)
        self.assertEqual(report["scenario"]["comparison"]["stale_routes"], 1)

    def test_a_withdrawal_that_nobody_takes_the_place_of(self):
        report, _ = self.plays(self.relay(alter=without_withdrawals), self.BETTER % "" + self.RECEIVER,
                               "  - connect\n  - hold: 200ms\n  - announce\n  - wait\n  - withdraw\n" + self.WAIT, status=4)
        comparison = report["scenario"]["comparison"]
        self.assertEqual((comparison["unexpected_routes"], comparison["stale_routes"], comparison["missing_routes"]), (300, 300, 0))

    def test_the_shipped_scenarios(self):
        for name in ("rfc7747-5.3-adjacency-failure", "rfc7747-5.3-failover-by-withdrawal"):
            with self.subTest(name=name):
                relay = self.relay(alter=without_withdrawals)
                settings = ("dut.as=%d" % RELAY_AS, "dut.route_server=true", "repeat=1", "peers.better.routes=range:10.0.0.0/24x300,as-path=64512",
                            "peers.other.routes=range:10.0.0.0/24x300,as-path=64512 64513 64514", "phases.7.wait.timeout=1s")
                words = [word for setting in settings for word in ("--set", setting)]
                run = self.run_loadgen("run", os.path.join(SCENARIOS, name + ".yaml"), "--dut", relay.endpoint, "--json", "--quiet", *words, status=4)
                self.assertEqual(run.json()["scenario"]["comparison"]["stale_routes"], 300)


class WhatIsExcused(OverRelay):
    WAIT = "  - connect\n  - hold: 200ms\n  - announce\n  - {name: until, wait: {for: converged, timeout: 2s}}\n"

    def test_a_device_that_drops_its_own_as_and_no_advertise(self):
        looped = RELAY_AS.to_bytes(4, "big")
        drops = lambda update: None if looped in update[23:] or b"\xff\xff\xff\x02" in update else update
        peers = "  - {name: loop, as: 65001, routes: 'range:10.0.0.0/24x10,as-path=64512 %d'}\n" % RELAY_AS
        peers += "  - {name: hidden, as: 65002, routes: 'range:10.1.0.0/24x20,community=no-advertise'}\n"
        peers += "  - {name: plain, as: 65003, routes: 'range:10.2.0.0/24x30'}\n" + self.RECEIVER
        report, phases = self.plays(self.relay(alter=drops), peers, self.WAIT)
        for comparison in (report["scenario"]["comparison"], phases["until"]["comparison"]):
            self.assertEqual(comparison["expected_routes"], 30)
            self.assertEqual({each["reason"]: each["routes"] for each in comparison["excused"]},
                             {"path has the device's AS": 10, "NO_ADVERTISE": 20})

    def test_passing_on_what_must_not_be(self):
        peers = "  - {name: hidden, as: 65002, routes: 'range:10.1.0.0/24x20,community=no-export'}\n" + self.RECEIVER
        report, _ = self.plays(self.relay(), peers, self.WAIT, status=4)
        comparison = report["scenario"]["comparison"]
        self.assertEqual(comparison["unexpected_routes"], 20)
        self.assertIn("NO_EXPORT", comparison["unexpected_samples"][0])

    def test_a_missing_route_says_the_likely_reason(self):
        peers = "  - {name: senders, as: 65001, routes: 'range:10.0.0.0/24x10', next_hop: %s}\n" % self.address + self.RECEIVER
        report, _ = self.plays(self.relay(alter=lambda update: None), peers, self.WAIT, status=4)
        self.assertIn("its next hop is the device's own address", report["scenario"]["comparison"]["missing_samples"][0])

    def test_kept_is_of_what_receivers_held(self):
        peers = "  - {name: senders, as: 65001, routes: 'range:10.0.0.0/24x100', graceful_restart: 120s}\n" + self.RECEIVER
        _, phases = self.plays(self.relay(alter=lambda update: None), peers, "  - connect\n  - hold: 200ms\n  - announce\n  - restart: {down: 300ms}\n",
                               "--assert", "phases.restart.kept >= 0%", status=99)
        self.assertIn("no receiver held any of their routes", phases["restart"]["note"])


def percentile(times, percent):
    times = sorted(times)
    return times[min(len(times) - 1, int(len(times) * percent / 100))]


class SoakFailoverOfRouters(OverRelay):
    """Of the shipped scenarios over real routers: the report's figure against what stood on the wire."""

    ROUTES = 40000

    def wire_times(self, capture, port, by_withdrawal):
        """Per prefix: from the better peer's NOTIFICATION or withdrawal to the device's next announcement to the receiver."""
        sent = {}          # source address: AS numbers in its paths
        gone, came, everything = {}, {}, None
        for at, source, destination, kinds, withdrawn, announced, path in capture.messages():
            if announced and destination == self.address:
                sent.setdefault(source, set()).update(path)
            better = [each for each, path in sent.items() if "65001" in path]
            if source in better and NOTIFICATION in kinds and everything is None:
                everything = at
            if source in better and withdrawn and destination == self.address:
                for prefix in withdrawn:
                    gone.setdefault(prefix, at)
            # The device passes the other path on to the better peer as well: only what goes to the receiver counts.
            elif source == self.address and destination not in sent and (gone or everything is not None) and "65002" in path:
                for prefix in announced:
                    came.setdefault(prefix, at)
        return [came[prefix] - (gone[prefix] if by_withdrawal else everything) for prefix in came if not by_withdrawal or prefix in gone]

    def confirms(self, device, name, by_withdrawal, *settings):
        endpoint, own_as = device
        port = int(endpoint.rsplit(":", 1)[1])

        def attempt():
            capture = Capture(self, self.address, port)
            # A router that lacks CPU time chooses late: both paths are right until it has.
            more = ("dut.as=%d" % own_as, "repeat=1", "phases.5.wait.quiet=4s", "peers.better.routes=range:10.0.0.0/24x%d,as-path=64512" % self.ROUTES,
                    "peers.other.routes=range:10.0.0.0/24x%d,as-path=64512 64513 64514" % self.ROUTES)
            words = [word for setting in more + settings for word in ("--set", setting)]
            run = self.loadgen("run", os.path.join(SCENARIOS, name + ".yaml"), "--dut", endpoint, "--json", "--quiet", *words)
            run.wait(300)
            self.assert_status(run, 0)
            capture.stop()
            report = run.json()
            failure = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "failure")
            self.assertEqual(failure["failover"]["count"], self.ROUTES)
            self.assertEqual(failure["failover_not_needed_routes"], 0)
            wire = self.wire_times(capture, port, by_withdrawal)

            def check():
                self.assertEqual(len(wire), self.ROUTES)
                for key, percent in (("p50_seconds", 50), ("p90_seconds", 90), ("max_seconds", 100)):
                    self.assert_within(failure["failover"][key], percentile(wire, percent), 0.05, key)
                event = next(each for each in report["scenario"]["rfc7747"]["convergence_events"] if each["convergence_event"] == "failure")
                self.assertEqual(event["route_specific_convergence_time"]["failover"]["maximum_seconds"], failure["failover"]["max_seconds"])
            return report, check

        class Undisturbed:
            starved = 0
        self.last_relay = Undisturbed
        self.undisturbed(attempt)

    def bird(self):
        with open(os.path.join(SCENARIOS, "bird.conf")) as file:
            config = file.read().replace("{", "{{").replace("}", "}}")
        config = config.replace("127.0.0.1 port 1790 as 65000", "{address} port {port} as {local_as}")
        return Bird(self, config=config).endpoint, LOCAL_AS

    def frr(self):
        from run_shipped_test import FRR
        port = free_port(self.address)
        with open(self.path("bgpd.conf"), "w") as file:
            file.write(FRR % {"own_as": FRR_AS})
        frr = self.start("/usr/lib/frr/bgpd", "-Z", "-S", "-P", "0", "-f", self.path("bgpd.conf"), "-i", self.path("bgpd.pid"), "--vty_socket",
                         self.directory, "-l", self.address, "-p", port)
        wait_until(lambda: frr.status is not None or os.path.exists(self.path("bgpd.vty")), "FRR listens")
        return "%s:%d" % (self.address, port), FRR_AS

    KEEPS = ("peers.better.next_hop=keep", "peers.other.next_hop=keep")   # FRR takes no next hop of 127/8

    @unittest.skipUnless(can_capture(), "needs root, dumpcap and tshark")
    def test_bird_by_kill(self):
        self.confirms(self.bird(), "rfc7747-5.3-adjacency-failure", False)

    @unittest.skipUnless(can_capture(), "needs root, dumpcap and tshark")
    def test_bird_by_withdrawal(self):
        self.confirms(self.bird(), "rfc7747-5.3-failover-by-withdrawal", True)

    @unittest.skipUnless(can_capture() and os.access("/usr/lib/frr/bgpd", os.X_OK), "needs root, dumpcap, tshark and FRR")
    def test_frr_by_kill(self):
        self.confirms(self.frr(), "rfc7747-5.3-adjacency-failure", False, *self.KEEPS)

    @unittest.skipUnless(can_capture() and os.access("/usr/lib/frr/bgpd", os.X_OK), "needs root, dumpcap, tshark and FRR")
    def test_frr_by_withdrawal(self):
        self.confirms(self.frr(), "rfc7747-5.3-failover-by-withdrawal", True, *self.KEEPS)


if __name__ == "__main__":
    unittest.main()
