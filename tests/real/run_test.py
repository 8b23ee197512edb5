"""loadgen run against a relay whose delay and faults are known: what it measures, judges and leaves behind."""

import glob
import json
import os
import signal
import time
import unittest

from support.over_relay import OverRelay
from support.programs import wait_until
from support.relay import ChangesCommunity, DropsOneIn
from support.shared import SCENARIOS


class RunsOverRelay(OverRelay):
    def test_a_known_delay_is_measured_to_five_percent(self):
        for delay in (0.2, 0.5):
            def attempt():
                relay = self.relay(delay=delay)
                report = self.play(self.scenario(relay, routes="2k"))
                self.assertIsNone(relay.error)
                return report, lambda: [self.assert_times(report, kind, delay, 2000) for kind in ("convergence", "withdrawal")]
            self.undisturbed(attempt)

    def test_a_known_delay_is_measured_with_a_schedule_too(self):
        def attempt():
            report = self.play(self.scenario(self.relay(delay=0.3), routes="3k", announce=": {rate: 1k}"))
            announce = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "announce")

            def check():
                self.assert_times(report, "convergence", 0.3, 3000)
                self.assert_times(report, "scheduled", 0.3, 3000)
                self.assert_within(announce["rate_per_second"], 1000, 0.02, "rate")
            return report, check
        self.undisturbed(attempt)

    def test_each_prefix_is_held_against_its_own_sending(self):
        # Over three seconds: a prefix that took the time of another would be seconds off.
        def attempt():
            scenario = self.scenario(self.relay(delay=0.3), senders=3, announce=": {rate: 2k}")
            report = self.play(scenario, "--set", "peers.senders.routes=full-table:6k")
            self.assertEqual(report["scenario"]["comparison"]["wrong_attributes_routes"], 0)

            def check():
                self.assert_times(report, "convergence", 0.3, 6000)
                self.assert_within(report["scenario"]["convergence"]["min_seconds"], 0.3, 0.05, "min")
            return report, check
        self.undisturbed(attempt)

    def test_several_receivers_each_count(self):
        report = self.play(self.scenario(self.relay(), senders=3, receivers=4))
        self.assertEqual(report["scenario"]["convergence"]["count"], 4 * 10000)
        self.assertEqual([peer["reflected_routes"] for peer in report["scenario"]["peers"] if peer["receives"]], [20000] * 4)
        self.assertEqual(report["scenario"]["comparison"]["missing_routes"], 0)

    def test_a_dropped_prefix_is_named(self):
        drops = DropsOneIn(10000)
        report = self.play(self.scenario(self.relay(alter=drops), patience="1s"), status=4)
        self.assertEqual(len(drops.dropped), 1)
        self.assertTrue(any("1 missing" in each and drops.dropped[0] in each for each in report["problems"]), report["problems"])

    def test_a_changed_community_is_caught(self):
        relay = self.relay(alter=ChangesCommunity((64496, 1), (64496, 2)))
        scenario = self.scenario(relay, patience="2s", routes="100")
        with open(scenario) as file:
            text = file.read()
        with open(scenario, "w") as file:   # until everything is there, and no further
            file.write(text[:text.index("  - withdraw")])
        report = self.play(scenario, status=4)
        comparison = report["scenario"]["comparison"]
        self.assertEqual(comparison["wrong_attributes_routes"], 100)
        self.assertEqual(comparison["missing_routes"], 0)
        self.assertTrue(comparison["wrong_attributes_samples"][0].startswith("10.0."), comparison)

    def test_a_threshold_ends_the_run_at_once(self):
        began = time.monotonic()
        phases = "  - connect\n  - announce\n  - wait\n  - hold: 1h\nthresholds:\n  - {assert: 'convergence.p50 < 100ms', stop: true}\n"
        report, _ = self.plays(self.relay(delay=0.3), self.SENDER % (1, "100", "") + self.RECEIVER, phases, status=99)
        self.assertLess(time.monotonic() - began, 60)
        self.assertTrue(any("stopped: convergence.p50 < 100ms does not hold: 3" in each for each in report["problems"]), report["problems"])

    def test_a_slow_device_fails_its_threshold(self):
        program = self.run_loadgen("run", self.scenario(self.relay(delay=0.4), routes="100"), "--quiet", "--assert", "convergence.p99 < 100ms",
                                   status=99)
        self.assertRegex(program.err, r"threshold convergence.p99 < 100ms: 4\d\d")
        self.assertRegex(program.out, "FAILED: *convergence.p99")

    def test_report_page_and_series(self):
        words = ["--report", self.path("run.json"), "--html", self.path("run.html"), "--series", self.path("run.ndjson")]
        report = self.play(self.scenario(self.relay(delay=0.1)), *words)
        with open(self.path("run.json")) as file:
            self.assertEqual(json.load(file), report)
        self.assertEqual(report["schema"], "barrage.report/1")
        with open(self.path("run.html")) as file:
            page = file.read()
        self.assertIn("<svg", page)
        for outside in ("http://", "https://", "<script", "<link"):
            self.assertNotIn(outside, page)
        with open(self.path("run.ndjson")) as file:
            series = [json.loads(line) for line in file]
        self.assertEqual(series[-1]["wire_routes"], report["counters"]["wire_routes"])
        self.assertEqual(series[-1]["reflected_routes"], report["counters"]["reflected_routes"])
        made = self.run_loadgen("report", self.path("run.json"), "-o", self.path("again.html"))
        with open(self.path("again.html")) as file:
            self.assertEqual(file.read(), page)
        self.assertIn("again.html", made.out)

    def test_compare(self):
        self.play(self.scenario(self.relay(delay=0.1), routes="500"), "--report", self.path("a.json"))
        self.play(self.scenario(self.relay(delay=0.4), routes="500"), "--report", self.path("b.json"))
        self.run_loadgen("compare", self.path("a.json"), self.path("a.json"))
        worse = self.run_loadgen("compare", self.path("a.json"), self.path("b.json"), status=99)
        self.assertRegex(worse.out, r"convergence.p50 .*WORSE")
        better = self.run_loadgen("compare", self.path("b.json"), self.path("a.json"))
        self.assertRegex(better.out, r"convergence.p50 .*better")
        self.run_loadgen("compare", self.path("a.json"), self.path("scenario.yaml"), status=2)

    def test_a_starved_tester_says_so(self):
        relay = self.relay(delay=0.01)
        # Long enough that the stops fall into it however late this test, starved itself, sees the first routes.
        program = self.loadgen("run", self.scenario(relay, routes="6k", announce=": {rate: 1k}"), "--json", "--quiet")
        wait_until(lambda: program.status is not None or relay.taken >= 100, "routes are announced")
        for _ in range(20):
            program.signal(signal.SIGSTOP)
            time.sleep(0.1)   # the CPU time that it lacks
            program.signal(signal.SIGCONT)
            time.sleep(0.05)
        program.wait()
        self.assert_status(program, 0)
        report = program.json()["scenario"]
        self.assertIn("starved", [finding["what"] for finding in report["findings"]])
        self.assertGreater(report["lateness"]["max_seconds"], 0.05)
        self.assertGreater(report["scheduled"]["max_seconds"], 0.05)

    def test_interrupted_runs_still_report(self):
        relay = self.relay(delay=600)
        program = self.loadgen("run", self.scenario(relay, patience="1h"), "--json", "--quiet")
        wait_until(lambda: program.status is not None or relay.taken >= 10000, "the table is announced")
        program.signal(signal.SIGINT)
        program.wait()
        self.assert_status(program, 130)
        report = program.json()
        self.assertEqual(report["result"], "interrupted")
        self.assertEqual(report["counters"]["wire_routes"], 10000)

    def test_wrong_scenarios_are_told_with_their_place(self):
        with open(self.path("wrong.yaml"), "w") as file:
            file.write("peers:\n  - {name: a, cuont: 3}\nphases:\n  - conect\n")
        for command in ("run", "validate"):
            program = self.run_loadgen(command, self.path("wrong.yaml"), status=2)
            self.assertRegex(program.err, r"wrong.yaml:2:15: unknown key 'cuont' in a group of peers; did you mean 'count'\?")
            self.assertRegex(program.err, r"wrong.yaml:4:5: unknown phase 'conect'; did you mean 'connect'\?\n")
            self.assertEqual(program.out, "")
        self.assertRegex(self.run_loadgen("run", self.path("none.yaml"), status=2).err, "none.yaml: cannot be read")

    def test_words_without_effect_are_warned_of(self):
        relay = self.relay()
        with open(self.scenario(relay, routes="20")) as file:
            text = file.read()
        with open(self.path("words.yaml"), "w") as file:
            file.write(text.replace(", as_step: 0}", ", add_path: true}"))
        said = "words.yaml:6:44: %sadd_path has no effect: the group only receives; say it of a group with routes"
        checked = self.run_loadgen("validate", self.path("words.yaml"))
        self.assertIn(said % "warning: ", checked.err)
        self.assertIn("valid, a scenario", checked.out)
        of_json = self.run_loadgen("validate", "--json", self.path("words.yaml")).json()
        self.assertEqual([(word["line"], word["token"]) for word in of_json["words_without_effect"]], [(6, "add_path")])
        report = self.play(self.path("words.yaml"))
        self.assertTrue(any(warning.endswith(said % "") for warning in report["warnings"]), report["warnings"])

    def test_no_device_is_ever_the_default(self):
        with open(self.path("s.yaml"), "w") as file:
            file.write("peers: [{name: a, role: receive}]\nphases: [connect]\n")
        self.assertRegex(self.run_loadgen("run", self.path("s.yaml"), status=2).err, "which device")

    def test_repeats_are_told_apart(self):
        scenario = self.scenario(self.relay(), routes="200")
        with open(scenario, "a") as file:
            file.write("repeat: 2\nwarmup: 1\n")
        report = self.play(scenario)
        self.assertEqual(len(report["scenario"]["runs"]), 2)

    def test_validate_knows_the_shipped_scenarios(self):
        shipped = sorted(glob.glob(os.path.join(SCENARIOS, "*.yaml")))
        self.assertGreaterEqual(len(shipped), 4)
        self.run_loadgen("validate", *shipped)
        schema = json.loads(self.run_loadgen("validate", "--schema").out)
        with open(os.path.join(SCENARIOS, "schema.json")) as file:
            self.assertEqual(json.load(file), schema, "loadgen/scenarios/schema.json is not what `loadgen validate --schema` prints")


if __name__ == "__main__":
    unittest.main()
