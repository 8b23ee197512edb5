"""What the phases of loadgen run do, seen by a relay and, all in one scenario, by BIRD."""

import time
import unittest

from support.bird import LOCAL_AS, Bird
from support.mrt import bgp4mp_update
from support.over_relay import RECEIVER_AS, RELAY_AS, OverRelay
from support.programs import RealTest
from support.relay import Relay, capability, own_as_of, prefixes_of


class DeafToTheFirst(Relay):
    """Like a router whose listen backlog was full: the first connection looks open to who made it, and is never heard of."""

    def _take(self, session, octets, due):
        self.first = getattr(self, "first", session)
        if session is not self.first:
            super()._take(session, octets, due)


class PhasesOverRelay(OverRelay):
    def test_a_connection_that_nobody_hears_of_is_tried_again(self):
        relay = DeafToTheFirst(self.address, RELAY_AS, [RECEIVER_AS])
        self.addCleanup(relay.stop)
        report, _ = self.plays(relay, self.SENDER % (1, "100", "") + self.RECEIVER, "  - connect: {timeout: 60s}\n  - announce\n  - wait\n")
        self.assertEqual(report["scenario"]["comparison"]["expected_routes"], 100)
        self.assertGreater(report["scenario"]["establish"]["max_seconds"], 9)

    def test_a_graceful_restart_keeps_what_the_device_keeps(self):
        peers = self.SENDER % (2, "1k", ", graceful_restart: 120s") + self.RECEIVER
        phases = "  - connect\n  - announce\n  - wait\n  - restart: {down: 300ms}\n  - wait\n"
        report, kept = self.plays(self.relay(), peers, phases, "--assert", "phases.restart.kept >= 100%")
        self.assertIn("kept 1,000 of 1,000 routes", kept["restart"]["note"])
        self.assertIsNone(kept["restart"]["withdrawal"])
        self.assertEqual(report["scenario"]["sessions_lost"], 0)

        def attempt():
            relay = self.relay(flush=0.3)
            report, lost = self.plays(relay, peers, phases.replace("300ms", "1s"), "--assert", "phases.restart.kept == 0%")

            def check():
                self.assertIn("kept 0 of 1,000 routes and took 1,000 back after", lost["restart"]["note"])
                self.assertEqual(lost["restart"]["withdrawal"]["count"], 1000)
                self.assert_within(lost["restart"]["withdrawal"]["p50_seconds"], 0.3, 0.05, "flushed after")
                self.assertEqual(lost["restart"]["convergence"]["count"], 1000)   # they came again
            return report, check
        self.undisturbed(attempt)

    def test_the_opens_of_a_graceful_restart_say_so(self):
        relay = self.relay()
        self.plays(relay, self.SENDER % (1, "10", ", graceful_restart: 120s") + self.RECEIVER,
                   "  - connect\n  - announce\n  - restart: {down: 100ms}\n  - restart: {down: 100ms, kept: false}\n")
        # RFC 4724 section 3: restart flags and time, then AFI, SAFI and flags of each family.
        said = [capability(octets, 64).hex() for octets in relay.opens if own_as_of(octets) == 65001]
        self.assertEqual(said, ["0078" + "00010100", "8078" + "00010180", "8078" + "00010100"])

    def test_parallel_branches_meet_at_their_barriers(self):
        peers = "".join("  - {name: %s, as: %d, routes: 'range:%s/24x500'}\n" % each for each in (("a", 65001, "10.0.0.0"), ("b", 65002, "11.0.0.0")))
        phases = """  - connect
  - parallel:
      - [{hold: 600ms}, barrier, {name: first, announce: {peers: a}}]
      - [barrier, {name: second, announce: {peers: b}}]
  - wait
"""
        report, played = self.plays(self.relay(), peers + self.RECEIVER, phases)
        for name in ("first", "second"):
            self.assertGreater(played[name]["began_seconds"] - played["parallel"]["began_seconds"], 0.59)
            self.assertEqual(played[name]["wire_routes"], 500)
        self.assertLess(abs(played["first"]["began_seconds"] - played["second"]["began_seconds"]), 0.1)
        self.assertEqual(played["parallel"]["convergence"]["count"], 1000)
        self.assertEqual(report["scenario"]["comparison"]["missing_routes"], 0)

    def test_commands_of_an_api_program(self):
        phases = """  - connect
  - announce
  - wait
  - name: some
    command:
      - announce route 172.16.0.0/16 next-hop 192.0.2.9 community [64496:7]
      - |
        withdraw route 10.0.0.0/24
        peer * local-as 65002 announce route 172.17.0.0/16 next-hop 192.0.2.9 as-path [64512 64513]
  - wait
  - name: back
    command: [withdraw route 172.16.0.0/16, announce route 10.0.0.0/24 next-hop 192.0.2.9]
  - wait
  - kill
  - connect
  - wait
"""
        report, played = self.plays(self.relay(delay=0.2, flush=0.0), self.SENDER % (2, "1k", "") + self.RECEIVER, phases)
        self.assertEqual(played["some"]["wire_routes"], 1 + 1 + 2 + 1)   # both peers are told the first two
        self.assertEqual(played["some"]["convergence"]["count"], 2)
        self.assertEqual(played["some"]["withdrawal"]["count"], 1)
        self.assertEqual(report["scenario"]["comparison"]["expected_routes"], 1000 + 1)

    def test_updates_have_the_sizes_that_were_asked_for(self):
        sizes = []

        def note(octets):
            sizes.append(len(prefixes_of(octets)))
            return octets
        self.plays(self.relay(alter=note), self.SENDER % (1, "20k", "") + self.RECEIVER,
                   "  - connect\n  - announce: {prefixes_per_update: {1: 50, 3: 30, 7: 20}}\n  - wait\n")
        told = [size for size in sizes if size]
        self.assertEqual(sum(told), 20000)
        self.assertGreaterEqual(len(told), 20000 / 2.8 * 0.97)   # 0.5 + 0.9 + 1.4 each
        for size, share in ((1, 0.5), (3, 0.3), (7, 0.2)):
            self.assertLess(abs(told.count(size) / len(told) - share), 0.03, size)

    def test_bursts_and_the_order_of_chance(self):
        came = []

        def note(octets):
            came.extend((time.monotonic(), prefix) for prefix in prefixes_of(octets))
            return octets
        self.plays(self.relay(alter=note), self.SENDER % (1, "600", ", order: shuffled") + self.RECEIVER,
                   "  - connect\n  - announce: {rate: 300, burst: 150}\n  - wait\n")
        times, prefixes = zip(*came)
        self.assertEqual(len(set(prefixes)), 600)
        ordered = sum(first < second for first, second in zip(prefixes, prefixes[1:]))
        self.assertLess(abs(ordered - 300), 60)   # rising as often as falling
        for number in range(4):   # four bursts, half a second apart
            burst = times[150 * number:150 * (number + 1)]
            self.assertLess(burst[-1] - burst[0], 0.25)
        self.assertGreater(times[-1] - times[0], 1.3)

    def test_files_of_updates_are_replayed_with_their_gaps(self):
        # Three messages at 0, 2 and 4 seconds; four times as fast.
        with open(self.path("updates.mrt"), "wb") as file:
            for second, withdrawn, announced in ((0, [], range(0, 20)), (2, range(0, 5), range(20, 30)), (4, [], range(0, 2))):
                file.write(bgp4mp_update(1700000000 + second, 64512, withdrawn=["10.9.%d.0/24" % each for each in withdrawn],
                                         announced=["10.9.%d.0/24" % each for each in announced]))

        def attempt():
            report, played = self.plays(self.relay(delay=0.1), "  - {name: senders, as: 65001, routes: [%s]}\n" % self.path("updates.mrt") + self.RECEIVER,
                                        "  - connect\n  - replay: 4\n  - wait\n")
            self.assertEqual(report["scenario"]["comparison"]["expected_routes"], 27)
            self.assertEqual(played["replay"]["wire_routes"], 37)

            def check():
                self.assert_within(played["replay"]["seconds"], 1.0, 0.1, "two gaps of two seconds, four times as fast")
                self.assertGreaterEqual(report["scenario"]["lateness"]["count"], 37)
                self.assert_within(report["scenario"]["scheduled"]["p50_seconds"], 0.1, 0.1, "from when it was due")
            return report, check
        self.undisturbed(attempt)

    def test_where_nobody_receives_it_is_still_noted_how_late_routes_went(self):
        report, played = self.plays(self.relay(), self.SENDER % (2, "500", ""), "  - connect\n  - announce: {rate: 1k}\n  - withdraw\n")
        self.assertEqual(played["announce"]["wire_routes"], 500)
        self.assertEqual(report["scenario"]["lateness"]["count"], 500)   # those that had a schedule

    def test_a_session_that_ends_where_others_have_the_routes_changes_them(self):
        # Nothing is withdrawn; a relay does not choose between paths: the last one holds, that of b, so that nothing is announced either.
        peers = "".join("  - {name: %s, as: %d, routes: 'range:10.0.0.0/24x300,as-path=%s'}\n" % each
                        for each in (("a", 65001, "64512"), ("b", 65002, "64512 64513"))) + self.RECEIVER
        _, played = self.plays(self.relay(), peers, "  - connect\n  - announce: {peers: a}\n  - wait\n  - name: b\n    announce: {peers: b}\n"
                               "  - wait: {for: quiet, quiet: 500ms}\n  - kill: {peers: a}\n  - wait\n")
        self.assertIsNone(played["kill"]["withdrawal"])
        self.assertIsNone(played["kill"]["convergence"])


BIRD = """
router id 192.0.2.254;
log "{directory}/bird.log" all;
protocol device {{ scan time 3600; }}
protocol static {{ ipv4; route 0.0.0.0/0 via "lo"; }}
protocol bgp injected {{
    local {address} port {port} as {local_as};
    neighbor range 127.0.0.0/8 external;
    dynamic name "peer";
    multihop;
    strict bind yes;
    error wait time 1, 1;
    ipv4 {{ import all; export where source = RTS_BGP; next hop self; }};
}}
"""


EVERY_PHASE = """
name: every phase
dut: {as: 65000}
peers:
  - {name: senders, count: 4, as: 65001, routes: full-table:8k, divided: true, hold_time: 3s}
  - {name: receivers, as: 64601, count: 2}
phases:
  - connect
  - announce
  - wait
  - refresh
  - {name: silence, kill: {by: silence, peers: senders, share: 50%}}
  - wait
  - connect
  - wait
  - {name: deaf, kill: {by: stop-reading, peers: senders, share: 25%, for: 1s}}
  - wait
  - {name: fin, kill: {by: fin, peers: senders}}
  - wait
  - connect
  - wait
  - {name: rst, kill: {by: rst, peers: senders}}
  - wait
  - connect
  - wait
  - {name: some, withdraw: 30%}
  - wait
  - flap: {from: 30%, share: 30%, times: 2, down: 200ms, up: 200ms}
  - wait
  - churn: {rate: 2k, for: 2s, attribute_changes: 50%, share: 50%}
  - wait
  - exec: test -n "$HOME"
  - repeat:
      times: 2
      phases: [{withdraw: all}, wait, announce, {wait: {for: quiet, quiet: 200ms}}]
thresholds: [missing == 0, unexpected == 0, wrong_attributes == 0, sessions_lost == 0]
"""


class EveryPhaseOverBird(RealTest):
    def test_every_phase(self):
        bird = Bird(self, config=BIRD)
        with open(self.path("every.yaml"), "w") as file:
            file.write(EVERY_PHASE)
        run = self.run_loadgen("run", self.path("every.yaml"), "--dut", bird.endpoint, "--json", "--quiet", "--set", "dut.as=%d" % LOCAL_AS)
        phases = {phase["name"]: phase for phase in run.json()["scenario"]["phases"]}
        # BIRD gives a silent session up when its hold time is over, and no sooner than a KEEPALIVE's interval before that.
        self.assertGreater(phases["silence"]["withdrawal"]["p50_seconds"], 1.5)
        self.assertEqual(phases["silence"]["withdrawal"]["count"], 2 * 4000)
        for name in ("fin", "rst"):
            self.assertEqual(phases[name]["withdrawal"]["count"], 2 * 8000, name)
        self.assertIn("stayed up", phases["deaf"]["note"])
        self.assertEqual(phases["some"]["withdrawal"]["count"], 2 * 2400)
        self.assertEqual(phases["withdraw-2"]["withdrawal"]["count"], 2 * 8000)
        self.assertGreaterEqual(phases["refresh"]["settled_seconds"], 0)


if __name__ == "__main__":
    unittest.main()
