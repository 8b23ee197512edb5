"""Files that are no files, disks that are full, texts that are too large: known before the run where it can be, and never taken in whole."""

import json
import os
import resource
import subprocess
import sys

from support.programs import LOADGEN, PATIENCE, RealTest, engine_words

USAGE, INCOMPLETE = 2, 4


class FullDisks(RealTest):
    """What cannot be written is known before the run where it can be; else the result is printed all the same, and the status says so."""

    def inject(self, *words, status):
        return self.run_loadgen("inject", "--routes", "range:10.0.0.0/24x100", *words, status=status)

    def test_reports_on_a_full_disk(self):
        for option in ("--report", "--html", "--trace-turns"):
            done = self.inject(option, "/dev/full", status=INCOMPLETE)
            self.assertRegex(done.err + done.out, "cannot write /dev/full: No space left on device")
            self.assertRegex(done.out, "100 routes")
        done = self.inject("--report", "/dev/full", "--json", status=INCOMPLETE)
        self.assertIn("cannot write /dev/full", done.err)
        self.assertEqual((done.json()["result"], done.json()["exit_status"]), ("incomplete", INCOMPLETE))

    def test_places_that_are_none(self):
        os.mkdir(self.path("folder"))
        for path, reason in ((self.path("folder"), "Is a directory"), (self.path("none/report.json"), "No such file")):
            for option in ("--report", "--html", "--trace-turns"):
                done = self.inject(option, path, status=USAGE)
                self.assert_one_clear_line(done, "cannot write .*" + reason)

    def test_links_are_not_followed(self):
        with open(self.path("precious"), "w") as file:
            file.write("mine")
        os.symlink(self.path("precious"), self.path("report.json.part"))
        os.symlink(self.path("precious"), self.path("report.json"))
        self.inject("--report", self.path("report.json"), status=0)
        with open(self.path("precious")) as file:
            self.assertEqual(file.read(), "mine")
        with open(self.path("report.json")) as file:
            self.assertEqual(json.load(file)["schema"], "barrage.report/1")
        self.assertEqual(sorted(name for name in os.listdir(self.directory) if name.endswith(".part")), ["report.json.part"])

    def test_results_on_a_full_standard_output(self):
        for words in (("inject", "--routes", "range:10.0.0.0/24x100"), ("inject", "--routes", "range:10.0.0.0/24x100", "--json")):
            done = self.start("/bin/sh", "-c", 'exec "$@" >/dev/full', "sh", LOADGEN, *words, *engine_words(words))
            done.wait()
            self.assert_status(done, INCOMPLETE)
            self.assert_one_clear_line(done, "cannot write the result to standard output")


class LargeFiles(RealTest):
    """Files that are too large say so at once, and take no memory."""

    def start_limited(self, *words, octets=4 << 30):
        def prepare():
            resource.setrlimit(resource.RLIMIT_AS, (octets, octets))
        return subprocess.run([LOADGEN, *words], capture_output=True, text=True, timeout=PATIENCE, preexec_fn=prepare)

    def test_a_scenario_of_100_megabytes(self):
        with open(self.path("large.yaml"), "w") as file:
            file.write("name: large\nphases:\n")
            for _ in range(5):
                file.write("  - hold: 1s\n" * (20 * 1024 * 1024 // 13))
        for words in (("run", self.path("large.yaml"), "--dut", "127.0.0.1"), ("validate", self.path("large.yaml"))):
            done = self.start_limited(*words, octets=1 << 30)
            self.assertEqual(done.returncode, USAGE, done.stderr[-500:])
            self.assertRegex(done.stderr + done.stdout, "larger than 8 MiB")

    def test_templates_that_double(self):
        with open(self.path("doubles.conf"), "w") as file:
            file.write("template {\n neighbor t0 { static { route 10.0.0.0/8 next-hop 192.0.2.1; } }\n")
            for level in range(1, 21):
                file.write(" neighbor t%d { inherit [ t%d t%d ]; }\n" % (level, level - 1, level - 1))
            file.write("}\nneighbor 127.0.0.1 { inherit [ t20 t20 ]; router-id 1.2.3.4; local-address 127.0.0.1; local-as 1; peer-as 1; }\n")
        done = self.start_limited("validate", self.path("doubles.conf"), octets=2 << 30)
        self.assertIn(done.returncode, (0, USAGE), done.stderr[-500:])

    def test_a_million_neighbors(self):
        with open(self.path("million.conf"), "w") as file:
            for number in range(200_000):
                file.write("neighbor 10.%d.%d.%d { router-id 1.2.3.4; local-address 127.0.0.1; local-as 1; peer-as 1; }\n"
                           % (number >> 16, number >> 8 & 255, number & 255))
        done = self.start_limited("validate", self.path("million.conf"))
        self.assertEqual(done.returncode, 0, done.stderr[-500:])
        self.assertRegex(done.stdout, "200000 neighbors")


if __name__ == "__main__":
    sys.exit("run.py runs these")
