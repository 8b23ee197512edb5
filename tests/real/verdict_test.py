"""The verdict is the truth: what `loadgen run` and `loadgen inject` must not call passed, and what they have to say of it."""

import signal
import socket
import struct
import unittest

from support.bgp import OPEN, UPDATE, Receiver, capability, message
from support.device import DEVICE_AS, start_device
from support.mrt import bgp4mp_update
from support.over_relay import RECEIVER_AS, RELAY_AS, OverRelay
from support.programs import RealTest, wait_until
from support.relay import ChangesCommunity, DropsOneIn, Relay, prefixes_of
from support.shared import shared

RANGE = "range:10.0.0.0/24x100,as-path=64512,community=64496:1"
PASSED, FAILED, INTERRUPTED = 0, 4, 130


def attributes_changed(change):
    """alter() of a relay: change(type, flags, value) → value, or None to leave that attribute out; of UPDATEs with routes."""
    def alter(octets):
        begin = 21 + (octets[19] << 8 | octets[20])
        end = begin + 2 + (octets[begin] << 8 | octets[begin + 1])
        if end == len(octets):
            return octets
        at, changed = begin + 2, b""
        while at < end:
            flags, kind = octets[at], octets[at + 1]
            length, head = (octets[at + 2] << 8 | octets[at + 3], 4) if flags & 0x10 else (octets[at + 2], 3)
            value = change(kind, octets[at + head:at + head + length])
            if value is not None:
                changed += struct.pack(">BBH", flags | 0x10, kind, len(value)) + value
            at += head + length
        return message(UPDATE, octets[19:begin] + struct.pack(">H", len(changed)) + changed + octets[end:])
    return alter


def with_next_hop(address):
    return attributes_changed(lambda kind, value: socket.inet_aton(address) if kind == 3 else value)


def without_first_as(kind, value):
    """The sender's AS, which is the first of its sequence."""
    return bytes((2, value[1] - 1)) + value[6:] if kind == 2 else value


def withdrawn_again(octets):
    gone = b"".join(prefixes_of(octets))
    return octets + message(UPDATE, struct.pack(">H", len(gone)) + gone + b"\0\0") if gone else octets


# RFC 4271 section 4.3: 203.0.113.0/24 with ORIGIN, AS_PATH 65001 and NEXT_HOP 203.0.113.1.
NOBODYS = message(UPDATE, bytes.fromhex("0000" "0014" "40010100" "400206" "0201" "0000fde9" "400304" "cb007101" "18cb0071"))
UNKNOWN_ATTRIBUTE = bytes.fromhex("e0" "63" "04" "00000001")


def with_unknown_attribute(octets):
    begin = 21 + (octets[19] << 8 | octets[20])
    size = octets[begin] << 8 | octets[begin + 1]
    if begin + 2 + size == len(octets):
        return octets
    attributes = octets[begin + 2:begin + 2 + size] + UNKNOWN_ATTRIBUTE
    return message(UPDATE, octets[19:begin] + struct.pack(">H", len(attributes)) + attributes + octets[begin + 2 + size:])


class WhatIsNoPass(OverRelay):
    """Ways to lie × ways to look: each has to be seen by both, and the honest relay by neither."""

    RECEIVER_ADDRESS = "127.0.1.2"   # behind the one sender, as loadgen chooses them on loopback

    LIES = {
        "nothing": (None, None),
        "one prefix of ten is dropped": (lambda: DropsOneIn(10), "missing"),
        "a prefix that nobody sent": (lambda: lambda octets: octets + NOBODYS if prefixes_of(octets) else octets, "unexpected"),
        "another community": (lambda: ChangesCommunity((64496, 1), (64496, 2)), "wrong_attributes"),
        "an attribute more": (lambda: with_unknown_attribute, "wrong_attributes"),
        "a community less": (lambda: attributes_changed(lambda kind, value: None if kind == 8 else value), "wrong_attributes"),
        "the sender's AS is hidden": (lambda: attributes_changed(without_first_as), "wrong_attributes"),
        "withdrawn behind each announcement": (lambda: withdrawn_again, "missing"),
        "a next hop that is the receiver": (lambda: with_next_hop(WhatIsNoPass.RECEIVER_ADDRESS), "malformed"),
        "a next hop of zeros": (lambda: with_next_hop("0.0.0.0"), "malformed"),
        "no ORIGIN": (lambda: attributes_changed(lambda kind, value: None if kind == 1 else value), "malformed"),
        "nothing at all": (lambda: lambda octets: None, "missing"),
    }

    def seen(self, report):
        scenario = report["scenario"]
        comparison = scenario["comparison"] or {}
        kinds = {kind for kind in ("missing", "unexpected", "wrong_attributes") if comparison.get(kind + "_routes")}
        return kinds | ({"malformed"} if scenario["malformed_updates"] else set())

    def run_over(self, relay, status):
        report, _ = self.plays(relay, "  - {name: senders, as: 65001, routes: '%s'}\n" % RANGE + self.RECEIVER,
                               "  - connect\n  - announce\n  - wait: {timeout: 1s}\n", status=status)
        return report

    def inject_over(self, relay, status):
        return self.run_loadgen("inject", relay.endpoint, "--routes", RANGE, "--verify", "--route-server", "--peer-as", RELAY_AS, "--timeout", "1s",
                                "--json", "--quiet", status=status).json()

    def test_each_lie_is_seen_by_both(self):
        for lie, (alter, kind) in self.LIES.items():
            for look in (self.run_over, self.inject_over):
                with self.subTest(lie=lie, look=look.__name__):
                    report = look(self.relay(alter=alter and alter()), FAILED if kind else PASSED)
                    seen = self.seen(report)
                    self.assertEqual(kind in seen if kind else not seen, True, (seen, report["problems"]))

    def test_the_own_as_has_to_be_in_front_unless_it_is_a_route_server(self):
        words = ("--routes", RANGE, "--verify", "--timeout", "1s", "--json", "--quiet")
        report = self.run_loadgen("inject", self.relay().endpoint, *words, "--peer-as", RELAY_AS, status=FAILED).json()
        self.assertIn("malformed", self.seen(report))
        self.assertIn("the path does not begin with the peer's AS", " ".join(report["problems"]))
        # Whose AS it is is known from its OPEN.
        self.run_loadgen("inject", self.relay().endpoint, *words, status=FAILED)
        self.run_loadgen("inject", self.relay().endpoint, *words, "--route-server", status=PASSED)
        device = start_device(self, "keep-as-path")
        self.run_loadgen("inject", device.endpoint, *words, "--peer-as", DEVICE_AS, status=FAILED)
        self.run_loadgen("inject", device.endpoint, *words, "--peer-as", DEVICE_AS, "--route-server", status=PASSED)


    def test_interrupted_it_says_what_is_known(self):
        relay = self.relay(alter=lambda octets: None)
        run = self.loadgen("inject", relay.endpoint, "--verify", "--route-server", "--peer-as", RELAY_AS, "--routes", "range:10.0.0.0/24x50", "--json", "--quiet")
        wait_until(lambda: relay.taken == 50 or run.status is not None, "the routes have come")
        run.signal(signal.SIGINT)
        run.wait()
        self.assert_status(run, INTERRUPTED)
        report = run.json()
        comparison = report["scenario"]["comparison"]
        self.assertEqual((comparison["expected_routes"], comparison["missing_routes"]), (50, 50))
        self.assertEqual(report["result"], "interrupted")
        self.assertTrue(any("did not come to its end" in warning for warning in report["warnings"]), report["warnings"])

    def test_a_family_that_the_device_refuses_to_the_receiver_is_not_compared(self):
        relay = WithoutIpv6ForReceivers(self.address, RELAY_AS, [RECEIVER_AS], alter=lambda octets: octets if prefixes_of(octets) else None)
        self.addCleanup(relay.stop)
        peers = "  - {name: senders, as: 65001, routes: ['range:10.0.0.0/24x5', 'range:2001:db8::/48x7']}\n  - {name: receivers, as: 64601%s}\n"
        phases = "  - connect\n  - hold: 200ms\n  - announce\n  - wait\n"
        report, _ = self.plays(relay, peers % "", phases, status=FAILED)
        self.assertIn("7 routes could not be compared: of a family that the device did not agree to with the receiver", report["problems"][0])
        self.assertIn("not_compared", [finding["what"] for finding in report["findings"]])
        # Who asks for IPv4 alone is not to see the others.
        self.plays(relay, peers % ", families: [ipv4]", phases, status=PASSED)
        self.plays(relay, peers % "", phases, "--allow-left-out", status=PASSED)


class WithoutIpv6ForReceivers(Relay):
    """Says nothing of IPv6 unicast (RFC 4760 section 8) to those whom it passes routes on to."""

    def _take(self, session, octets, due):
        super()._take(session, octets, due)
        if octets[18] == OPEN and session.my_as in self.receiving:
            session.out[:] = session.out.replace(capability(1, b"\0\2\0\1"), capability(0xef, b"\0\2\0\1"))   # unassigned


class VerifyOverDevice(RealTest):
    def verify(self, *words, status, faults=(), families="ipv4,ipv6"):
        device = start_device(self, *faults, words=("--families", families))
        return self.run_loadgen("inject", device.endpoint, "--verify", "--peer-as", DEVICE_AS, "--json", "--quiet", *words, status=status)

    def test_where_all_is_excused_nothing_was_compared(self):
        for routes, reason in (("range:10.0.0.0/24x7,as-path=64512 %d" % DEVICE_AS, "path has the device's AS"),
                               ("range:10.0.0.0/24x7,community=no-export", "NO_EXPORT to an eBGP receiver"),
                               ("range:10.0.0.0/24x7,as-path=64512 0", "path has AS 0 (RFC 7607)"),
                               ("range:10.0.0.0/24x7,as-path=64601", "path has the receiver's AS")):
            with self.subTest(reason=reason):
                faults = ("drop-one-in=1",) if "receiver" in reason and "NO" not in reason else ()
                run = self.verify("--routes", routes, status=FAILED, faults=faults)
                report = run.json()
                self.assertIn("not_compared", [finding["what"] for finding in report["findings"]])
                self.assertIn("nothing was compared", report["problems"][0])
                self.assertIn(reason, report["problems"][0])
                self.assertEqual(report["scenario"]["comparison"]["expected_routes"], 0)
        # One that is expected is enough to say something of the device.
        self.verify("--routes", "range:10.0.0.0/24x7,community=no-export", "--routes", "range:11.0.0.0/24x1", status=PASSED)

    def test_as_0_is_said_before_it_is_sent_and_excused(self):
        run = self.verify("--routes", shared("cases", "mrt", "paths-with-as-0.mrt"), "--routes", "range:11.0.0.0/24x1", status=PASSED)
        self.assertIn("warning: ", run.err)
        self.assertIn("AS 0 in the path", run.err)
        report = run.json()
        self.assertTrue(any("AS 0 in the path" in warning and "RFC 7607" in warning for warning in report["warnings"]), report["warnings"])
        self.assertIn("path has AS 0 (RFC 7607)", [each["reason"] for each in report["scenario"]["comparison"]["excused"]])
        # Without a receiver, too, and into the embedded sink.
        device = start_device(self)
        for router in ([device.endpoint], []):
            run = self.run_loadgen("inject", *router, "--routes", "range:10.0.0.0/24x7,as-path=64512 0", "--json", "--quiet", status=None)
            self.assertIn("7 routes have AS 0 in the path", run.err)
            self.assertTrue(any("AS 0 in the path" in warning for warning in run.json()["warnings"]))

    def assert_status(self, program, status):
        if status is not None:
            super().assert_status(program, status)

    def test_at_its_time_limit_it_says_what_is_known(self):
        run = self.verify("--routes", "range:10.0.0.0/24x50", "--timeout", "1s", status=FAILED, faults=("drop-one-in=1",))
        comparison = run.json()["scenario"]["comparison"]
        self.assertEqual((comparison["expected_routes"], comparison["missing_routes"]), (50, 50))


class WhatElseIsSaid(OverRelay):
    """Beside whether it passed."""

    def test_time_in_which_a_router_takes_nothing_counts_to_the_end(self):
        router = Receiver(self.address, misbehave=lambda session: "stop" if len(session.octets) > 10000 else None, receive_buffer=4096)
        self.addCleanup(router.stop)
        run = self.loadgen("inject", router.endpoint, "--routes", "full-table:300k", "--timeout", "5s", "--json", "--quiet")
        run.wait()
        self.assert_status(run, FAILED)
        report = run.json()
        self.assertGreater(report["sessions"][0]["blocked_seconds"], 1)
        self.assertGreater(report["limits"]["blocked_share"], 0.1)

    def replayed_file(self):
        with open(self.path("updates.mrt"), "wb") as file:
            for second, prefix in ((0, "10.0.0.0/24"), (2, "10.0.1.0/24")):
                file.write(bgp4mp_update(1700000000 + second, 65001, announced=[prefix]))
        return self.path("updates.mrt")

    def test_a_replay_that_waits_for_its_times_is_limited_by_them(self):
        file = self.replayed_file()
        report = self.run_loadgen("inject", "--routes", file, "--replay", "1", "--json", "--quiet").json()
        self.assert_limited_by_the_schedule(report)
        report, _ = self.plays(self.relay(), "  - {name: senders, as: 65001, routes: %s}\n" % file + self.RECEIVER, "  - connect\n  - replay\n  - wait\n")
        self.assert_limited_by_the_schedule(report)

    def assert_limited_by_the_schedule(self, report):
        """Unless somebody else took the machine, which is not for the test to say."""
        limits = report["limits"]
        self.assertIn(limits["limited_by"], ("schedule", "foreign_cpu", "starved"), limits)
        self.assertLess(limits["own_cores"], 0.2, limits)   # of two seconds in which there is nothing to do

    def test_next_hops_of_loopback_are_said(self):
        sink = self.start_sink()
        said = "is a loopback address: some routers drop such routes without a word"
        for words, is_said in (((), True), (("--next-hop", "192.0.2.1"), False), (("--next-hop", "127.0.0.9"), True)):
            run = self.run_loadgen("inject", sink.endpoint, "--routes", "range:10.0.0.0/24x10", *words, "--json", "--quiet")
            self.assertEqual(said in run.err, is_said, run.err)
            self.assertEqual(any(said in warning for warning in run.json()["warnings"]), is_said)
        self.assertNotIn(said, self.run_loadgen("inject", "--routes", "range:10.0.0.0/24x10", "--json", "--quiet").err)


class WhatIsExpectedInWords(OverRelay):
    def with_med_50(self):
        def alter(octets):
            begin = 21 + (octets[19] << 8 | octets[20])
            size = octets[begin] << 8 | octets[begin + 1]
            if not size:
                return octets
            attributes = octets[begin + 2:begin + 2 + size] + bytes.fromhex("80040400000032")
            return message(UPDATE, octets[19:begin] + struct.pack(">H", len(attributes)) + attributes + octets[begin + 2 + size:])
        return alter

    def test_attributes_of_what_a_phase_announces(self):
        peers = "".join("  - {name: %s, as: %d, routes: 'range:%s/24x10'}\n" % each
                        for each in (("first", 65001, "10.0.0.0"), ("second", 65002, "11.0.0.0"))) + self.RECEIVER
        phases = ("  - connect\n  - hold: 200ms\n  - name: one\n    announce: {peers: first}%s\n  - {name: until, wait: {timeout: 1s}}\n"
                  "  - {name: two, announce: {peers: second}}\n  - wait: {timeout: 1s}\n")
        expected = "\n    expect: {attributes: {med: 50}}"
        self.plays(self.relay(alter=self.with_med_50()), peers, phases % expected)
        report, _ = self.plays(self.relay(), peers, phases % expected, status=FAILED)
        self.assertEqual(report["scenario"]["comparison"]["wrong_attributes_routes"], 10)   # of the one phase
        self.assertTrue(report["scenario"]["comparison"]["wrong_attributes_samples"][0].startswith("10.0."))

    def test_what_is_announced_again_is_expected_as_it_is_then(self):
        relay = self.relay(alter=lambda octets: self.change(octets))
        self.change = self.with_med_50()
        peers = "  - {name: senders, as: 65001, routes: 'range:10.0.0.0/24x10'}\n" + self.RECEIVER
        command = "['announce route 10.0.0.0/24 next-hop 192.0.2.1 as-path [ 64512 ]']"
        phases = ("  - connect\n  - hold: 200ms\n  - name: changed\n    command: {lines: %s}\n    expect: {attributes: {med: 50}}\n  - wait: {timeout: 1s}\n" % command)
        self.plays(relay, peers, phases)
        self.change = lambda octets: octets
        self.plays(relay, peers, phases, status=FAILED)

    def test_within_of_a_set_of_routes(self):
        peers = "  - {name: senders, as: 65001, routes: 'range:10.0.0.0/24x100'}\n" + self.RECEIVER
        phases = "  - connect\n  - hold: 200ms\n  - announce\n  - wait\nexpect: {routes: [10.0.7.0/24, 10.0.8.0/22], within: %s}\n"
        self.plays(self.relay(delay=0.3), peers, phases % "60s")
        report, _ = self.plays(self.relay(delay=0.3), peers, phases % "200ms", status=FAILED)
        self.assertRegex(" ".join(report["problems"]), r"routes 10\.0\.7\.0/24, 10\.0\.8\.0/22: expected within 200 ms: the slowest change took ([3-9]\d\d ms|[\d.]+ s)")
        # Of routes that nobody announces nothing can be measured.
        report, _ = self.plays(self.relay(), peers, phases.replace("10.0.7.0/24, 10.0.8.0/22", "192.168.0.0/16") % "60s", status=FAILED)
        self.assertIn("not measured", " ".join(report["problems"]))

    def test_peers_restart_by_number(self):
        peers = self.SENDER % (5, "500", ", graceful_restart: 120s") + self.RECEIVER
        phases = "  - connect\n  - announce\n  - wait\n  - restart: {count: %d, down: 100ms}\n  - wait\n"
        relay = self.relay()
        _, played = self.plays(relay, peers, phases % 2)
        self.assertIn("2 sessions gone", played["restart"]["note"])
        self.assertIn("of 200 routes", played["restart"]["note"])
        report, _ = self.plays(self.relay(), peers, phases % 6, status=FAILED)
        self.assertIn("5 of 6 sessions could be restarted", " ".join(report["problems"]))


class SilentPeers(RealTest):
    """RFC 4271 section 6.5: a device whose hold timer expires ends the session, and fails over."""

    SCENARIO = """dut: {{address: {address}, port: {port}, as: 65000}}
peers:
  - {{name: better, as: 65001, hold_time: 3s, routes: 'range:10.0.0.0/24x20,as-path=64512', next_hop: self}}
  - {{name: other, as: 65002, routes: 'range:10.0.0.0/24x20,as-path=64512 64513 64514', next_hop: self}}
  - {{name: receivers, as: 64601}}
phases:
  - connect
  - announce: {{peers: other}}
  - wait
  - {{name: better, announce: {{peers: better}}}}
  - wait: {{for: quiet, quiet: 300ms}}
  - {{name: failure, kill: {{peers: better, by: {by}}}}}
  - {{name: until, wait: {{timeout: {patience}}}}}
"""

    def play(self, by, *faults, status, patience="60s"):
        device = start_device(self, *faults)
        address, port = device.router
        with open(self.path("silent.yaml"), "w") as file:
            file.write(self.SCENARIO.format(address=address, port=port, by=by, patience=patience))
        report = self.run_loadgen("run", self.path("silent.yaml"), "--json", "--quiet", status=status).json()
        return report, {phase["name"]: phase for phase in report["scenario"]["phases"]}

    def test_the_device_fails_over_when_a_peer_falls_silent(self):
        report, phases = self.play("silence", status=PASSED)
        self.assertEqual(phases["failure"]["failover"]["count"], 20)
        self.assertGreater(phases["failure"]["failover"]["min_seconds"], 1)   # of three since its last KEEPALIVE, which it sends each second
        self.assertEqual(report["scenario"]["sessions_lost"], 0)

    def test_one_that_keeps_the_paths_of_silent_peers_is_found(self):
        report, _ = self.play("silence", "ignore-lost-sessions", status=FAILED, patience="2s")
        self.assertEqual(report["scenario"]["comparison"]["stale_routes"], 20)

    def test_a_peer_that_stops_reading_and_is_well_again_loses_nothing(self):
        report, phases = self.play("stop-reading, for: 500ms", status=PASSED)
        self.assertIn("1 of 1 sessions stayed up", phases["failure"]["note"])
        self.assertIsNone(phases["failure"]["failover"])
        self.assertEqual(report["scenario"]["sessions_lost"], 0)


if __name__ == "__main__":
    unittest.main()
