"""The gallery: what the scenarios that come with loadgen say of devices that lie. gallery.table says what they have to say."""

import concurrent.futures
import itertools
import os
import re
import shlex

from support.device import DEVICE_AS, faults_of, name_of, start_device
from support.programs import RealTest
from support.shared import SCENARIOS

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gallery.table")
AT_ONCE = 10    # cells: most of their time is waiting
TIMES = ("convergence", "withdrawal", "scheduled", "failover", "settled")


def compared(kind, word):
    """At the end, or when it was waited for."""
    return lambda scenario, said: (scenario["comparison"] or {}).get(kind, 0) > 0 or re.search(r"\b[1-9][0-9,]* (?:of [0-9,]+ )?(?:routes )?%s" % word, said)


def broken(*metrics):
    """A threshold on one of these does not hold."""
    return lambda scenario, _: any(not threshold["holds"] and any(metric in threshold["words"] for metric in metrics)
                                   for threshold in scenario["thresholds"])


# What a cell says → whether the run says it too, in its report or on stderr.
WORDS = {
    "missing": compared("missing_routes", "missing"),
    "unexpected": compared("unexpected_routes", "unexpected"),
    "stale": compared("stale_routes", "stale"),
    "wrong": compared("wrong_attributes_routes", "(?:with|have) other attributes"),
    "reflected": compared("reflected_to_sender_routes", "reflected"),
    "lost": lambda scenario, _: scenario["sessions_lost"] > 0,
    "late": broken(*TIMES),
    "kept": broken("kept"),
    "duplicates": broken("duplicates"),
    "no-end": lambda scenario, _: any(finding["what"] == "no_end_of_rib" for finding in scenario["findings"]),
    "returned": lambda scenario, _: (scenario["not_returned"] or 0) > 0,
    "family": lambda _, said: "of a family that was not negotiated" in said,
    "malformed": lambda scenario, _: scenario.get("malformed_updates", 0) > 0,
}


class Gallery:
    def __init__(self):
        self.small, self.scenarios, self.rows = {}, {}, {}
        with open(TABLE) as file:
            for line in file:
                words = shlex.split(line, comments=True)
                if not words:
                    continue
                if words[0] == "small":
                    self.small[words[1]] = words[2:]
                elif words[0] == "scenarios":
                    self.scenarios = dict(word.split("=") for word in words[1:])
                else:
                    assert len(words) == 1 + len(self.scenarios), "a cell for each scenario: " + line
                    self.rows[words[0]] = dict(zip(self.scenarios, words[1:]))


class WithGallery(RealTest):
    gallery = Gallery()
    copies = itertools.count()

    def scenario_of(self, name, impatient):
        """A copy of the scenario; for what is to fail with little patience, so that it does so soon."""
        with open(os.path.join(SCENARIOS, name + ".yaml")) as file:
            text = file.read()
        if impatient:
            text = re.sub(r"timeout: \d+m", "timeout: 5s", text)
            text = re.sub(r"((?:%s)[.a-z0-9]* < )\d+(?:ms|s|m)\b" % "|".join(TIMES), r"\g<1>1s", text)
        path = self.path("%s.%d.yaml" % (name, next(self.copies)))
        with open(path, "w") as copy:
            copy.write(text)
        return path

    def play(self, name, fault, impatient):
        device = start_device(self, *(() if fault == "honest" else (fault,)))
        settings = ["dut.as=%d" % DEVICE_AS] + self.gallery.small[name]
        run = self.loadgen("run", self.scenario_of(name, impatient), "--dut", device.endpoint, "--json", "--quiet",
                           *[word for setting in settings for word in ("--set", setting)])
        try:
            run.wait(180)
            alive = device.status is None
        finally:
            for program in (run, device):
                program.reap()
        if not alive:
            return "the device ended: " + device.err[-500:]
        if run.status not in (0, 3, 4, 99):   # 3: who ends sessions may do so before all of them were up again
            return "exit status %s: %s" % (run.status, run.err[-1000:])
        return run

    def judge(self, short, fault, cell):
        """Nothing, or what is not as the table says."""
        run = self.play(self.gallery.scenarios[short], fault, cell[0] not in ".+")
        if isinstance(run, str):
            return run
        scenario = run.json()["scenario"]
        seen = [word for word, says in WORDS.items() if says(scenario, run.err)]
        told = "exit status %d, %s; %s" % (run.status, ", ".join(seen) or "nothing seen", " ".join(run.err.split())[-300:])
        if cell == ".":
            return None if run.status == 0 else "expected to pass: " + told
        if cell.startswith("+"):
            return None if run.status == 0 and cell[1:] in seen else "expected to pass with %s: %s" % (cell, told)
        if run.status == 0:
            return "expected %s, and it PASSED (%s)" % (cell, ", ".join(seen))
        return None if set(cell.split("|")) & set(seen) else "expected %s: %s" % (cell, told)

    def judge_all(self, cells):
        """[(short, fault, cell)]"""
        wrong = []
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for (short, fault, _), result in zip(cells, pool.map(lambda cell: self.judge(*cell), cells)):
                if result:
                    wrong.append("%s × %s: %s" % (short, fault, result))
        self.assertEqual(wrong, [], "\n".join([""] + wrong))


class GalleryOfTheHonest(WithGallery, RealTest):
    def test_every_scenario_passes(self):
        self.judge_all([(short, "honest", ".") for short in self.gallery.scenarios])

    def test_the_table_has_every_scenario_and_every_fault(self):
        shipped = {name[:-5] for name in os.listdir(SCENARIOS) if name.endswith(".yaml")}
        self.assertEqual(shipped, set(self.gallery.scenarios.values()))
        self.assertEqual(shipped, set(self.gallery.small))
        self.assertEqual({name_of(form) for form in faults_of(self)}, {name_of(row) for row in self.gallery.rows})
        for cells in self.gallery.rows.values():
            for cell in cells.values():
                self.assertTrue(cell == "." or set(cell.lstrip("+").split("|")) <= set(WORDS), cell)


class GallerySample(WithGallery, RealTest):
    """Each fault once: in the first scenario that it has to show in."""

    def test_each_fault_is_seen(self):
        first = {fault: next((short for short, cell in cells.items() if cell != "."), None)
                 for fault, cells in self.gallery.rows.items()}
        self.judge_all([(short, fault, self.gallery.rows[fault][short]) for fault, short in first.items() if short])


class SoakGallery(WithGallery, RealTest):
    """All of it."""

    def test_every_cell(self):
        self.judge_all([(short, fault, cell) for fault, cells in self.gallery.rows.items() for short, cell in cells.items()])
