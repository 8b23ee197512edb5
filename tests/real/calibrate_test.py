"""loadgen calibrate: the floor of this machine is found, kept, and quoted by reports."""

import json
import re

from support.programs import RealTest, wait_until
from support.schema import assert_fits_schema

SCENARIO = """
dut: {as: 65000}
peers:
  - {name: sender, as: 65001, routes: "range:10.0.0.0/24x200", next_hop: self}
  - {name: receiver, as: 64601}
phases:
  - connect: {timeout: 10s}
  - announce: {rate: 1k}
  - wait: {for: converged, timeout: 20s}
"""


class Calibrate(RealTest):
    def device(self):
        device = self.loadgen("device", "--listen", self.address + ":0")
        found = wait_until(lambda: re.search(r"listening on (\S+:\d+)", device.err), "the device listens")
        return found[1]

    def play(self, endpoint, floor):
        with open(self.path("run.yaml"), "w") as file:
            file.write(SCENARIO)
        done = self.run_loadgen("run", self.path("run.yaml"), "--dut", endpoint, "--report", self.path("run.json"),
                                environment={"BARRAGE_CALIBRATION": floor})
        with open(self.path("run.json")) as file:
            return done, json.load(file)

    def test_it_is_kept_and_quoted(self):
        floor = self.path("state/floor.json")
        done = self.run_loadgen("calibrate", "--file", floor, "--json", "--quiet")
        found = done.json()
        with open(floor) as file:
            self.assertEqual(json.load(file), found)
        self.assertGreater(found["p50_seconds"], 0)
        self.assertGreaterEqual(found["p99_seconds"], found["p50_seconds"])
        self.assertGreaterEqual(found["max_seconds"], found["p99_seconds"])
        self.assertTrue(0 <= found["measuring_cost"] <= 1)

        done, report = self.play(self.device(), floor)
        self.assertEqual(report["floor"], found)
        self.assertRegex(done.out, r"up to .* are this machine's own")
        self.assertEqual({"name", "kernel", "cpu", "cores", "version", "date"}, set(report["host"]))
        self.assertTrue(report["host"]["name"])
        assert_fits_schema(self, report, "loadgen", "report", "report.schema.json")
        # An honest device on this machine is what the floor was taken from.
        found["p50_seconds"] = found["p99_seconds"] = 1
        with open(floor, "w") as file:
            json.dump(found, file)
        done, report = self.play(self.device(), floor)
        findings = {finding["what"]: finding for finding in report["scenario"]["findings"]}
        self.assertIn("near_floor", findings)
        self.assertTrue(findings["near_floor"]["advice"])

    def test_where_there_is_none_the_report_says_how_to_get_one(self):
        done, report = self.play(self.device(), self.path("none.json"))
        self.assertIsNone(report["floor"])
        self.assertRegex(done.out, "loadgen calibrate")
