"""The verdict is the truth, where fewer routes or sessions than usual are about: groups that send and receive, runs in which nobody looks, failovers
inside flaps and churn, expectations of routes that nobody sends. Each against the honest device and one that lies."""

import heapq
import struct
import time

from support.bgp import UPDATE, message
from support.device import DEVICE_AS, start_device
from support.over_relay import RECEIVER_AS, RELAY_AS, OverRelay
from support.programs import RealTest
from support.relay import Relay, prefixes_of

PASSED, FAILED, THRESHOLD = 0, 4, 99


class WithKinds(RealTest):
    A = "  - {name: a, as: 65111, address: @.12, routes: ['range:10.0.0.0/24x200,as-path=64512%s'], next_hop: self%s}\n"
    B = "  - {name: b, as: 65112, address: @.13, routes: ['range:10.0.0.0/24x200,as-path=64512 64513 64514'], next_hop: self%s}\n"
    RECEIVERS = "  - {name: r, as: 64601, count: 2, address: @.21}\n"
    WAIT = "  - wait: {for: converged, timeout: 3s}\n"
    SENT = "phases:\n  - connect\n  - announce\n" + WAIT
    CHOSEN = SENT + "  - wait: {for: quiet, quiet: 500ms, timeout: 30s}\n"   # of two, both are right until the device has chosen

    def plays(self, text, *faults, status, words=()):
        if status == PASSED:   # however busy the machine is
            text = text.replace("timeout: 3s", "timeout: 60s")
        device = start_device(self, *faults, words=words)
        net = device.router[0].rsplit(".", 1)[0]
        path = self.path("scenario.yaml")
        with open(path, "w") as file:
            file.write(("name: t\ndut: {as: %d}\npeers:\n" % DEVICE_AS) + text.replace("@", net))
        run = self.run_loadgen("run", path, "--dut", device.endpoint, "--json", "--quiet", status=status)
        device.signal(15)
        device.wait()
        return run.json()

    def both(self, text, lie, status=FAILED, said=None):
        """The honest device passes, the one that lies does not; its report."""
        self.plays(text, status=PASSED)
        report = self.plays(text, lie, status=status)
        if said:
            self.assertRegex(" ".join(report["problems"]), said)
        return report

    def sentence(self, text, said, status=FAILED, faults=()):
        report = self.plays(text, *faults, status=status)
        self.assertRegex(" ".join(report["problems"]), said)
        return report


class KindsOfNoPass(WithKinds):
    # ---- Receivers that announce the prefixes themselves: RFC 4271 section 9.2.

    MEMBERS = "  - {name: m, role: both, count: 3, as: 65101, address: @.11, routes: ['range:10.0.0.0/24x50,as-path=64512'], next_hop: self}\n"

    def test_members_that_announce_the_same_prefixes(self):
        text = self.MEMBERS + self.SENT + "thresholds:\n  - missing == 0\n"
        honest = self.plays(text, status=PASSED)
        self.assertEqual(honest["scenario"]["comparison"]["expected_routes"], 100)   # all but whose path is the best
        report = self.plays(text, "refuse-next-hop", status=FAILED)
        self.assertEqual(report["scenario"]["comparison"]["missing_routes"], 100)
        self.both(self.MEMBERS + self.SENT, "drop-one-in=10", said="10 of 100 routes are missing|not converged")

    # ---- Nobody looks.

    def test_no_receiver_is_up(self):
        text = (self.A % ("", "") + self.RECEIVERS + "phases:\n  - connect\n  - kill: {peers: r, by: rst}\n  - announce\n" + self.WAIT
                + "thresholds:\n  - missing == 0\n  - stale == 0\n")
        report = self.sentence(text, "no receiver is up", faults=["drop-one-in=2"])
        self.assertEqual([each["measured"] for each in report["scenario"]["thresholds"]], [None, None])
        self.assertIn("not_compared", [finding["what"] for finding in report["findings"]])
        self.sentence(self.A % ("", "") + self.RECEIVERS + "phases:\n  - connect\n  - announce\n  - kill: {peers: r, by: rst}\n", "nothing was compared")

    def test_nothing_was_sent(self):
        self.sentence(self.A % ("", "") + self.RECEIVERS + "phases:\n  - connect\n" + self.WAIT, "no route was sent before")


class KindsOfFailover(WithKinds):
    # ---- Failovers inside phases that put back what they take away.

    def test_failovers_inside_phases(self):
        two = self.A % ("", "") + self.B % "" + self.RECEIVERS + self.CHOSEN
        end = self.WAIT + "thresholds:\n  - not_returned == 0\n"
        flap = "  - flap: {peers: a, times: 2, %s, down: 1s, up: 300ms, timeout: 2s}\n"
        for phases, lie in ((flap % "of: sessions, share: 100%", "never-fail-over"),
                            (flap % "share: 50%", "never-fail-over=withdraw"),
                            ("  - churn: {peers: a, rate: 500, for: 1s, share: 50%, timeout: 2s}\n", "ignore-withdrawals"),
                            ("  - kill: {peers: a, by: rst}\n  - hold: 2s\n  - connect: {peers: a}\n", "never-fail-over")):
            with self.subTest(phases=phases, lie=lie):
                report = self.both(two + phases + end, lie, said="did not come back")
                self.assertGreater(report["scenario"]["thresholds"][0]["measured"], 0)

    def test_a_flap_waits_for_a_late_failover(self):
        two = self.A % ("", "") + self.B % "" + self.RECEIVERS + self.CHOSEN
        flap = "  - {name: flap, flap: {peers: a, of: sessions, times: 1, share: 100%, down: 100ms, up: 300ms, timeout: 20s}}\n"
        report = self.plays(two + flap + self.WAIT, "fail-over-late=2s", status=PASSED)
        phase = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "flap")
        self.assertGreater(phase["failover"]["max_seconds"], 1.9)

    def test_what_is_expected_within_a_time_is_failovers_too(self):
        two = self.A.replace("next_hop", "expect: {within: 1s}, next_hop") % ("", "") + self.B % "" + self.RECEIVERS + self.CHOSEN
        text = two + "  - withdraw: {peers: a}\n" + self.WAIT
        self.sentence(text.replace("within: 1s", "within: 1500ms"), "a: expected within 1.50 s: the slowest change took 2", faults=["fail-over-late=2s"])
        self.plays(text.replace("within: 1s", "within: 60s"), "fail-over-late=2s", status=PASSED)


class KindsOfExpectation(WithKinds):
    # ---- Attributes are not compared.

    def test_without_attributes_nothing_is_said_of_them(self):
        text = (self.A % ("", "") + self.B % "" + self.RECEIVERS + self.CHOSEN + "  - {name: kill, kill: {peers: a, by: rst}}\n" + self.WAIT
                + "compare_attributes: false\n")
        report = self.plays(text, status=PASSED)
        self.assertTrue(any("neither failovers nor stale paths" in warning for warning in report["warnings"]), report["warnings"])
        phase = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "kill")
        self.assertEqual(phase["failover_not_needed_routes"], 0)
        text = self.A % ("", "") + self.RECEIVERS + self.SENT + "compare_attributes: false\nthresholds:\n  - wrong_attributes == 0\n"
        report = self.plays(text, "change-community", status=THRESHOLD)
        self.assertIsNone(report["scenario"]["thresholds"][0]["measured"])

    # ---- What is expected of routes that were never sent.

    def test_expectations_that_judge_nothing(self):
        for what in ("none: true", "attributes: {community: '9:9'}"):
            self.sentence(self.A % ("", "") + self.RECEIVERS + self.SENT + "expect:\n  - {routes: [99.0.0.0/8], %s}\n" % what,
                          "99.0.0.0/8: none of them was sent")
            self.sentence(self.A % ("", ", expect: {%s}" % what) + self.B.replace("range:10.", "range:20.") % "" + self.RECEIVERS
                          + self.SENT.replace("announce", "announce: {peers: b}"), "a: it sent no route")

    # ---- Less than was asked for.

    def test_less_than_was_asked_for(self):
        start = self.A % ("", ", graceful_restart: 10s") + self.RECEIVERS + self.SENT
        for phases, said in (("  - flap: {share: 0.1%, times: 1, down: 100ms, up: 100ms}\n", "nothing to withdraw"),
                             ("  - withdraw: {share: 0.1%}\n", "nothing was withdrawn"),
                             ("  - withdraw\n  - withdraw\n", "nothing was withdrawn"),
                             ("  - churn: {count: 1000, rate: 1000, for: 300ms}\n", "200 of 1,000 routes could change"),
                             ("  - flap: {count: 1000, times: 1, down: 100ms, up: 100ms}\n", "200 of 1,000 routes could flap"),
                             ("  - flap: {of: sessions, count: 5, peers: a, times: 1, down: 100ms, up: 100ms}\n", "1 of 5 sessions could flap"),
                             ("  - kill: {peers: a, by: cease}\n  - restart: {peers: a, down: 100ms}\n", "no session with graceful restart is up"),
                             ("  - kill: {peers: r, by: rst}\n  - refresh: {timeout: 2s}\n", "no receiver is up")):
            with self.subTest(phases=phases):
                self.sentence(start + phases, said)

    # ---- Paths that a device must not pass on, in front of others.

    def test_the_best_path_must_not_be_passed_on(self):
        """RFC 4271 section 9.2: only the best path is advertised; RFC 1997: and this one is not."""
        for community in ("65535:65281", "65535:65282"):
            text = (self.A % (",community=" + community, "") + self.B.replace("]", ", 'range:20.0.0.0/24x10']") % "" + self.RECEIVERS + self.SENT)
            report = self.plays(text, status=PASSED)
            excused = report["scenario"]["comparison"]["excused"]
            self.assertEqual(sum(each["routes"] for each in excused), 400, excused)

    def test_a_leak_without_its_community_is_a_leak(self):
        text = (self.A % (",community=65535:65281", "") + self.B.replace("range:10.", "range:20.") % "" + self.RECEIVERS + self.SENT
                + "thresholds:\n  - unexpected == 0\n")
        report = self.plays(text, "strip-no-export", status=FAILED)
        comparison = report["scenario"]["comparison"]
        self.assertEqual((comparison["unexpected_routes"], comparison["wrong_attributes_routes"]), (400, 0))
        self.assertFalse(report["scenario"]["thresholds"][0]["holds"])


class KindsOfRestart(WithKinds):
    # ---- Graceful restart: RFC 4724 section 4.2.

    def test_a_session_that_goes_without_a_notification_is_waited_for(self):
        for by in ("rst", "fin"):
            text = (self.A % ("", ", graceful_restart: 60s") + self.RECEIVERS + self.SENT + "  - kill: {peers: a, by: %s}\n" % by
                    + "  - wait: {for: quiet, quiet: 300ms}\n" + self.WAIT)
            self.both(text, "flush-in-restart", said="missing")
        # With a NOTIFICATION it is gone.
        self.plays(self.A % ("", ", graceful_restart: 60s") + self.RECEIVERS + self.SENT + "  - kill: {peers: a, by: cease}\n" + self.WAIT, status=PASSED)

    def test_and_flushed_when_the_restart_time_is_over(self):
        text = (self.A % ("", ", graceful_restart: 1s") + self.RECEIVERS + self.SENT + "  - kill: {peers: a, by: rst}\n  - hold: 2s\n" + self.WAIT)
        self.both(text, "never-flush", said="stale|there that should not be")
        text = self.A % ("", ", graceful_restart: 1s") + self.RECEIVERS + self.SENT + "  - restart: {peers: a, down: 5500ms, stale: 200ms}\n" + self.WAIT
        self.both(text, "never-flush", said="did not come back")

    def test_a_restart_beside_another_holder(self):
        text = (self.A % ("", ", graceful_restart: 60s") + self.B % ", graceful_restart: 60s" + self.RECEIVERS + self.CHOSEN
                + "  - restart: {peers: a, down: 300ms, stale: 200ms}\n" + self.WAIT + "thresholds:\n  - kept == 100%\n")
        self.plays(text, status=PASSED)
        report = self.plays(text, "flush-in-restart", status=THRESHOLD)
        self.assertEqual(report["scenario"]["thresholds"][0]["measured"], 0)

    def test_a_kill_of_nobody(self):
        kill = "  - {name: k, kill: {peers: a, by: fin}}\n" + self.WAIT
        text = (self.A + self.RECEIVERS) % ("", "") + self.SENT + kill
        self.plays(text, status=PASSED)
        self.sentence(text + kill.replace("name: k", "name: again"), "again: none of its 1 peers is up, and nothing was done")

    def test_withdrawals_alone_say_nothing(self):
        with open(self.path("gone.txt"), "w") as file:
            file.write("withdraw route 10.0.0.0/24\nwithdraw route 10.0.1.0/24\n")
        text = "  - {name: a, as: 65111, address: @.12, routes: '%s'}\n" % self.path("gone.txt") + self.RECEIVERS + self.SENT
        self.sentence(text, "nothing was compared: no route that was sent was to come back, and none came")

    def test_several_paths_of_a_prefix_are_not_judged(self):
        text = "  - {name: a, as: 65111, address: @.12, add_path: true, routes: ['range:10.0.0.0/24x20,paths=3']}\n" + self.RECEIVERS
        text += self.SENT.replace("phases:", "allow_left_out: true\nphases:")
        report = self.plays(text, status=FAILED)   # nothing else is there to be compared
        self.assertRegex(" ".join(report["problems"]), "nothing was compared: .*several paths of the prefix from one peer")
        both = text.replace("paths=3'", "paths=3', 'range:172.16.0.0/24x7'")
        comparison = self.plays(both, status=PASSED)["scenario"]["comparison"]
        self.assertEqual((comparison["expected_routes"], comparison["wrong_attributes_routes"]), (2 * 7, 0))


class KindsOfTimes(WithKinds):
    # ---- Times are of what is right.

    def test_a_route_has_come_when_it_has_come_as_it_was_sent(self):
        """RFC 4098 section 3.1: converged is who has the right routes, not who has said something."""
        text = (self.A + self.RECEIVERS) % ("", "") + self.SENT.replace("- announce", "- {name: an, announce: {}}") + "  - hold: 2500ms\n"
        text += self.WAIT + "thresholds: [%s]\n"
        self.plays(text % "wrong_attributes == 0", status=PASSED)
        report = self.plays(text % "phases.an.convergence.max < 1900ms", "correct-late=2s", status=FAILED)
        phase = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "an")
        self.assertEqual(phase["convergence"]["count"], 400)
        self.assertGreater(phase["convergence"]["min_seconds"], 1.9)
        self.assertEqual(report["scenario"]["comparison"]["wrong_attributes_routes"], 0)

    def test_the_old_path_once_more_is_not_the_change(self):
        text = (self.A + self.RECEIVERS) % ("", "") + self.SENT
        text += "  - {name: change, churn: {rate: 2000, for: 100ms, share: 100%, attribute_changes: 100%, timeout: 20s}}\n" + self.WAIT
        honest = self.plays(text, status=PASSED)
        phase = next(phase for phase in honest["scenario"]["phases"] if phase["name"] == "change")
        self.assertGreater(phase["convergence"]["count"], 0)
        report = self.plays(text, "correct-late=1s", status=FAILED)
        phase = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "change")
        self.assertGreater(phase["convergence"]["min_seconds"], 0.5)   # of a route that changed three times the last is corrected with the first

    def test_a_failover_to_a_path_of_a_command(self):
        text = self.A % ("", "") + "  - {name: c, as: 65113, address: @.13, routes: 'range:20.0.0.0/24x1'}\n" + self.RECEIVERS + self.SENT
        line = "announce route 10.0.0.0/24 next-hop self as-path [ 64512 64513 64514 64515 ]"
        text += "  - command: {peers: c, lines: ['%s']}\n  - wait: {for: quiet, quiet: 500ms}\n" % line
        text += "  - {name: kill, kill: {peers: a, by: rst}}\n" + self.WAIT + "thresholds: [phases.kill.failover.max < 60s]\n"
        report = self.plays(text, status=PASSED)
        phase = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "kill")
        self.assertEqual(phase["failover"]["count"], 2)
        report = self.plays(text.replace("60s", "1s"), "fail-over-late=2s", status=THRESHOLD)
        phase = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "kill")
        self.assertGreater(phase["failover"]["min_seconds"], 1.9)

    def test_a_receiver_that_comes_late_blames_nobody(self):
        late = (self.A + self.RECEIVERS) % ("", "") + "phases:\n  - connect: {peers: a}\n  - announce\n  - hold: 2s\n  - connect: {peers: r}\n" + self.WAIT
        report = self.plays(late, status=PASSED)
        self.assertLess(report["scenario"]["convergence"]["max_seconds"], 1.9)

    def test_of_many_senders_each_failover_is_measured(self):
        text = self.A.replace("name: a", "name: a, count: 12").replace("12, routes", "101, routes") % ("", "") + self.RECEIVERS + self.CHOSEN
        text += "  - {name: kill, kill: {peers: a, count: 11}}\n" + self.WAIT + "thresholds: [phases.kill.failover.max < 60s]\n"
        self.plays(text, status=PASSED)
        self.plays(text.replace("60s", "1s"), "fail-over-late=2s", status=THRESHOLD)

    def test_a_failover_behind_a_wrong_path(self):
        text = self.A % ("", "") + self.B % "" + self.RECEIVERS + self.CHOSEN + "  - hold: 1s\n  - {name: kill, kill: {peers: a, by: rst}}\n" + self.WAIT
        report = self.plays(text, "correct-late=500ms", status=FAILED)
        phase = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "kill")
        self.assertEqual((phase["failover"]["count"], phase["failover_not_needed_routes"]), (400, 0))
        self.assertGreater(phase["failover"]["min_seconds"], 0.45)
        self.assertRegex(" ".join(report["problems"]), "routes with attributes that nobody had announced")


class KindsThatPass(WithKinds):
    """What was wrong for a time, or while nobody compared."""

    def test_wrong_attributes_that_are_gone_again(self):
        text = (self.A + self.RECEIVERS) % ("", "") + "phases:\n  - connect\n  - announce\n  - wait: {for: quiet, quiet: 500ms}\n  - withdraw\n" + self.WAIT
        text += "thresholds: [%s]\n"
        self.plays(text % "wrong_attributes == 0", status=PASSED)
        report = self.plays(text % "missing == 0", "change-community", status=FAILED)
        self.assertRegex(" ".join(report["problems"]), "400 routes with attributes that nobody had announced")
        self.assertIn("transient", [finding["what"] for finding in report["scenario"]["findings"]])
        report = self.plays(text % "wrong_attributes == 0", "change-path=2", status=FAILED)
        self.assertEqual(report["scenario"]["thresholds"][0]["measured"], 200)
        self.plays(text % "wrong_attributes < 1000", "change-path=2", status=PASSED)

    def test_withdrawn_routes_that_come_again_later(self):
        for phase in ("withdraw", "kill: {peers: a}"):
            text = (self.A + self.RECEIVERS) % ("", "") + self.SENT + "  - %s\n" % phase + self.WAIT
            self.both(text, "announce-again=300ms", said="stale|there that should not be|that were not to come")

    def test_changes_that_a_branch_takes_back(self):
        branch = "  - parallel:\n      - - withdraw: {peers: a}\n        - hold: 1s\n        - announce: {peers: a}\n      - - hold: 1500ms\n"
        text = (self.A + self.RECEIVERS) % ("", "") + self.SENT + branch + self.WAIT + "thresholds: [not_returned == 0]\n"
        report = self.both(text, "ignore-withdrawals", said="did not come back")
        self.assertEqual(report["scenario"]["thresholds"][0]["measured"], 400)

    def test_an_announcement_that_a_branch_takes_back_at_once_is_no_fault(self):
        """A device may bundle its updates: of several changes it makes the last."""
        branch = "  - parallel:\n      - - announce: {peers: a}\n        - hold: 5ms\n        - withdraw: {peers: a}\n      - - hold: 10ms\n"
        self.plays((self.A + self.RECEIVERS) % ("", "") + self.B.replace("range:10.", "range:20.") % "" + "phases:\n  - connect\n  - announce: {peers: b}\n"
                   + branch + self.WAIT, "work-late=300ms", status=PASSED)

    def test_a_refresh_is_of_each_route(self):
        text = (self.A + self.RECEIVERS) % ("", "") + self.B.replace("range:10.", "range:20.") % "" + self.SENT
        text = text.replace(self.RECEIVERS, "") + "  - parallel:\n      - - {refresh: {timeout: 3s}}\n      - - churn: {peers: b, rate: 2000, for: 1s, share: 100%}\n"
        text = text.replace("phases:", self.RECEIVERS + "phases:", 1)
        self.both(text + self.WAIT, "refresh-partly=2")

    def test_a_restart_that_lasts_too_long_fails_over(self):
        text = self.A % ("", ", graceful_restart: 1s") + self.B % "" + self.RECEIVERS + self.CHOSEN
        text += "  - restart: {peers: a, down: 5500ms, stale: 200ms}\n" + self.WAIT + "thresholds: [not_returned == 0]\n"
        self.both(text, "never-fail-over=withdraw", said="did not come back")

    def test_the_only_receiver_is_lost_as_expected(self):
        text = (self.A + self.RECEIVERS.replace(", count: 2", "")) % ("", "") + "phases:\n  - connect\n  - announce: {}\n    expect: {sessions_lost: 1}\n  - hold: 1s\n"
        self.sentence(text, "nothing was compared", faults=["notify-needlessly=50"])

    def test_routes_that_were_there_before(self):
        """Of an earlier run, at a device that keeps dead paths."""
        device = start_device(self, "ignore-lost-sessions")
        net = device.router[0].rsplit(".", 1)[0]
        path = self.path("scenario.yaml")
        with open(path, "w") as file:
            file.write("name: t\ndut: {as: %d}\npeers:\n" % DEVICE_AS + ((self.A + self.RECEIVERS) % ("", "") + self.SENT.replace("3s", "2s")).replace("@", net))
        self.run_loadgen("run", path, "--dut", device.endpoint, "--json", "--quiet", status=PASSED)
        run = self.run_loadgen("run", path, "--dut", device.endpoint, "--json", "--quiet", status=FAILED)
        self.assertRegex(" ".join(run.json()["problems"]), "it was there before it was sent")


class KindsOfLeaks(WithKinds):
    # ---- What must not come through.

    KEPT = "  - {name: a, as: 65111, address: @.12, routes: ['range:10.0.0.0/24x200,as-path=64512,community=65535:65281'], next_hop: self, expect: none}\n"

    def test_a_leak_that_comes_late_is_a_leak(self):
        text = self.KEPT + self.RECEIVERS
        for phases in (self.SENT, self.SENT.replace(self.WAIT, "  - hold: 10ms\n")):
            with self.subTest(phases=phases):
                self.plays(text + phases, status=PASSED)
                for late in ((), ("work-late=700ms",)):
                    self.sentence(text + phases, "there that should not be", faults=("strip-no-export",) + late)
        # As slow as its other routes.
        both = text.replace("  - {name: r", self.B.replace("range:10.", "range:20.") % "" + "  - {name: r", 1)
        self.sentence(both + self.SENT.replace("3s", "10s"), "there that should not be", faults=("strip-no-export", "work-late=1500ms"))

    def test_a_leak_that_nobody_could_see_is_no_pass(self):
        text = self.KEPT.replace("10.0.0.0/24", "2001:db8::/64") + self.RECEIVERS.replace("as: 64601", "as: 64601, families: [ipv4]")
        self.sentence(text + self.SENT, "none of ipv6 routes: no receiver's session carries this family")

    def test_a_threshold_of_a_phase_is_of_all_its_repetitions(self):
        phases = "phases:\n  - connect\n  - repeat:\n      times: 2\n      phases:\n        - {name: an, announce: {}}\n        - wait\n"
        phases += "        - {name: w, withdraw: {}}\n        - wait\n"
        report = self.plays((self.A + self.RECEIVERS) % ("", "") + phases + "thresholds: [phases.w.duration < 0.000001]\n", status=THRESHOLD)
        played = {phase["name"]: phase["seconds"] for phase in report["scenario"]["phases"]}
        measured = report["scenario"]["thresholds"][0]["measured"]
        self.assertAlmostEqual(measured, max(played["w"], played["w-2"]), 9)


class CollateralDamage(Relay):
    """When a session ends, it takes back all that others announce too, and announces it again half a second later."""

    def __init__(self, *words, **options):
        self.told = []
        super().__init__(*words, **options)

    def _take(self, session, octets, due):
        if octets[18] == UPDATE and session.my_as not in self.receiving:
            self.told.append((session, octets))
        super()._take(session, octets, due)

    def _end(self, session):
        now = time.monotonic()
        for other, octets in self.told if session.my_as not in self.receiving else ():
            if other is not session:
                gone = b"".join(prefixes_of(octets))
                withdrawal = message(UPDATE, struct.pack(">H", len(gone)) + gone + b"\0\0")
                for due, update in ((now, withdrawal), (now + 0.5, octets)):
                    heapq.heappush(self._queue, (due, next(self._numbers), session, update))
        super()._end(session)


class Interrupted(OverRelay):
    PEERS = "".join("  - {name: %s, as: %d, routes: 'range:%s/24x50'}\n" % each for each in (("a", 65001, "10.0.0.0"), ("b", 65002, "11.0.0.0")))
    PHASES = "  - connect\n  - announce\n  - wait\n  - kill: {peers: b}\n  - hold: 1s\n  - wait\n"

    def test_routes_of_others_that_go_and_come_back(self):
        report, phases = self.plays(self.relay(flush=0.0), self.PEERS + self.RECEIVER, self.PHASES)
        self.assertEqual(phases["kill"]["interruptions"], 0)
        relay = CollateralDamage(self.address, RELAY_AS, [RECEIVER_AS], flush=0.0)
        self.addCleanup(relay.stop)
        report, phases = self.plays(relay, self.PEERS + self.RECEIVER, self.PHASES, status=FAILED)
        self.assertEqual(phases["kill"]["interruptions"], 50)
        self.assertRegex(" ".join(report["problems"]), "the device withdrew 50 routes that were announced to it, with nothing changed .after kill.")
        self.assertIn("interrupted", [finding["what"] for finding in report["scenario"]["findings"]])
        relay = CollateralDamage(self.address, RELAY_AS, [RECEIVER_AS], flush=0.0)
        self.addCleanup(relay.stop)
        self.plays(relay, self.PEERS + self.RECEIVER, self.PHASES, "--assert", "interruptions < 100")
