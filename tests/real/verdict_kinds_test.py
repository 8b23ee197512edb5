"""The verdict is the truth, where fewer routes or sessions than usual are about: groups that send and receive, runs in which nobody looks, failovers
inside flaps and churn, expectations of routes that nobody sends. Each against the honest device and one that lies."""

from support.device import DEVICE_AS, start_device
from support.programs import RealTest

PASSED, FAILED, THRESHOLD = 0, 4, 99


class KindsOfNoPass(RealTest):
    A = "  - {name: a, as: 65111, address: @.12, routes: ['range:10.0.0.0/24x200,as-path=64512%s'], next_hop: self%s}\n"
    B = "  - {name: b, as: 65112, address: @.13, routes: ['range:10.0.0.0/24x200,as-path=64512 64513 64514'], next_hop: self%s}\n"
    RECEIVERS = "  - {name: r, as: 64601, count: 2, address: @.21}\n"
    WAIT = "  - wait: {for: converged, timeout: 3s}\n"
    SENT = "phases:\n  - connect\n  - announce\n" + WAIT

    def plays(self, text, *faults, status, words=()):
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

    # ---- Failovers inside phases that put back what they take away.

    def test_failovers_inside_phases(self):
        two = self.A % ("", "") + self.B % "" + self.RECEIVERS + self.SENT
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
        two = self.A % ("", "") + self.B % "" + self.RECEIVERS + self.SENT
        flap = "  - {name: flap, flap: {peers: a, of: sessions, times: 1, share: 100%, down: 100ms, up: 300ms, timeout: 20s}}\n"
        report = self.plays(two + flap + self.WAIT, "fail-over-late=2s", status=PASSED)
        phase = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "flap")
        self.assertGreater(phase["failover"]["max_seconds"], 1.9)

    # ---- Attributes are not compared.

    def test_without_attributes_nothing_is_said_of_them(self):
        text = (self.A % ("", "") + self.B % "" + self.RECEIVERS + self.SENT + "  - {name: kill, kill: {peers: a, by: rst}}\n" + self.WAIT
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
        text = (self.A % ("", ", graceful_restart: 60s") + self.B % ", graceful_restart: 60s" + self.RECEIVERS + self.SENT
                + "  - restart: {peers: a, down: 300ms, stale: 200ms}\n" + self.WAIT + "thresholds:\n  - kept == 100%\n")
        self.plays(text, status=PASSED)
        report = self.plays(text, "flush-in-restart", status=THRESHOLD)
        self.assertEqual(report["scenario"]["thresholds"][0]["measured"], 0)
