"""loadgen bench: the same work by all, said and proven; other work is named; nothing is left."""

import json
import signal
import unittest

from support.programs import LOADGEN, RealTest, wait_until
from support.schema import assert_fits_schema

SMALL = ("bench", "--routes", "full-table:5k", "--local-as", "65010", "--repeats", "2", "--quiet")


def other(routes, *words):
    """Another injector, which is ours with other words, as a command of a shell."""
    return " ".join(["exec", LOADGEN, "inject", "{host}:{port}", "--peers", "{peers}", "--routes", routes, "--local-as", "65010", "--quiet",
                     *words, ">/dev/null"])


class EnginesSideBySide(RealTest):
    def bench(self, *words, status=0):
        done = self.run_loadgen(*SMALL, *words, "--json", self.path("bench.json"), status=status, environment=self.mark())
        self.assert_nothing_left()
        with open(self.path("bench.json")) as file:
            document = json.load(file)
        assert_fits_schema(self, document, "loadgen", "bench", "bench.schema.json")
        return done, document

    def test_both_engines_deliver_the_same(self):
        done, document = self.bench("--peers", "1,3", "--shards", "1,2", "--html", self.path("bench.html"))
        self.assertEqual(document["schema"], "barrage.bench/1")
        self.assertTrue(document["same_work"])
        self.assertEqual([work["peers"] for work in document["works"]], [1, 3])
        for work in document["works"]:
            self.assertEqual([each["name"] for each in work["contenders"]], ["sync", "async:1", "async:2"])
            self.assertEqual(len({each["proof"]["digest"] for each in work["contenders"]}), 1)
            for each in work["contenders"]:
                self.assertEqual(each["proof"]["live_routes"], 5000 * work["peers"])
                self.assertRegex(each["proof"]["digest"], "^[0-9a-f]{16}$")
                self.assertEqual([run["announced_routes"] for run in each["runs"]], [5000 * work["peers"]] * 2)
                for run in each["runs"]:
                    self.assertEqual(run["problem"], "")
                    self.assertIsNone(run["digest"])   # the receiver counted only
                    for figure in ("routes_per_second", "seconds", "cpu_seconds", "peak_resident_octets", "context_switches"):
                        # So few routes may all come in the turn that the session is up in: no time for the receiver.
                        self.assertGreater(run[figure], -1 if figure in ("routes_per_second", "seconds") else 0, figure)
                        self.assertLessEqual(each["least"][figure], each["median"][figure])
                        self.assertLessEqual(each["median"][figure], each["most"][figure])
        self.assertIn("verdict: async sends", done.out)
        self.assertIn("all delivered the same routes", document["verdict"])
        with open(self.path("bench.html")) as page:
            text = page.read()
        self.assertIn(document["works"][0]["contenders"][0]["proof"]["digest"], text)
        self.assertNotIn("http", text.replace("http://www.w3.org", ""))   # it needs nothing else

    def test_digests_of_every_run(self):
        _, document = self.bench("--peers", "2", "--check-every-run")
        digests = {run["digest"] for each in document["works"][0]["contenders"] for run in [each["proof"]] + each["runs"]}
        self.assertEqual(len(digests), 1)
        self.assertNotIn(None, digests)

    def test_slices(self):
        _, document = self.bench("--peers", "3", "--divided")
        self.assertEqual({each["proof"]["live_routes"] for each in document["works"][0]["contenders"]}, {5000})

    def test_another_injector_that_does_the_same(self):
        _, document = self.bench("--peers", "2", "--against", other("full-table:5k"))
        self.assertTrue(document["same_work"])
        other_one = document["works"][0]["contenders"][2]
        self.assertEqual(len(other_one["runs"]), 2)
        self.assertIsNone(other_one["median"]["blocked_share"])   # only ours says so

    def test_one_that_never_ends_is_ended(self):
        _, document = self.bench("--peers", "2", "--against", other("full-table:5k", "--hold", "1h"))
        self.assertTrue(document["same_work"])

    def test_one_that_does_other_work_is_named(self):
        done, document = self.bench("--peers", "1", "--against", other("full-table:5k,seed=9"), status=4)
        work = document["works"][0]["contenders"]
        self.assertEqual([each["same_work"] for each in work], [True, True, False])
        self.assertNotEqual(work[2]["proof"]["digest"], work[0]["proof"]["digest"])
        self.assertIn(work[2]["proof"]["digest"], work[2]["difference"])
        self.assertRegex(done.out, "note: loadgen with 1 peer did other work: .*digest")
        self.assertIn("not all delivered the same", document["verdict"])

    def test_one_that_delivers_less_is_named(self):
        done, _ = self.bench("--peers", "1", "--against", other("full-table:4k"), status=4)
        self.assertRegex(done.out, "4,000 routes of 5,000")

    def test_one_that_delivers_nothing_is_named(self):
        done, document = self.bench("--peers", "1", "--against", "false", status=4)
        self.assertRegex(done.out, "note: false with 1 peer: exit status 1")
        self.assertEqual(document["works"][0]["contenders"][2]["runs"], [])

    def test_what_is_wrong_is_said_once(self):
        done = self.run_loadgen("bench", "--routes", "nonsense:1", status=2)
        self.assert_one_clear_line(done, "nonsense")
        done = self.run_loadgen(*SMALL, "--next-hop", "nowhere", status=2)
        self.assert_one_clear_line(done, "nowhere")
        self.run_loadgen("bench", "--peers", "1,,2", status=2)

    def test_ctrl_c_ends_all(self):
        bench = self.loadgen("bench", "--peers", "2", "--routes", "full-table:5k", "--quiet", "--against", "sleep 1000",
                             "--json", self.path("bench.json"), environment=self.mark())
        wait_until(lambda: any(self.runs_sleep(process) for process in self.still_running()) or bench.status is not None, "the other injector runs")
        bench.signal(signal.SIGINT)
        bench.wait(20)
        self.assert_status(bench, 130)
        self.assert_nothing_left()
        with open(self.path("bench.json")) as file:
            self.assertEqual(json.load(file)["exit_status"], 130)

    def runs_sleep(self, process):
        try:
            with open("/proc/%s/comm" % process) as file:
                return file.read().strip() == "sleep"
        except OSError:
            return False


if __name__ == "__main__":
    unittest.main()
