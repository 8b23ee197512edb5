"""`loadgen speak` against the scripted peer of ExaBGP's functional tests: the same octets in an allowed order, and an end by itself."""

import os
import re
import subprocess
import sys
import threading

from support.programs import LOADGEN, RealTest, words_of
from support.shared import shared

ENDLESS = {"api-flow", "conf-watchdog"}   # say the same again and again: nothing can be told of what comes after


def speaker():
    """As the runner takes it: {mode}, {port} and {confs} are its own words."""
    more = words_of(os.environ.get("BARRAGE_ENGINE", ""))[2:]
    return LOADGEN + " speak --mode {mode} --port {port} " + " ".join([*more, "{confs}"])


def mode():
    return os.environ.get("BARRAGE_ENGINE", "").partition(":")[0] or "both"


def cases():
    folder = shared("parity", "cases")
    return sorted(name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name)))


def is_of_configurations(name):
    return (name.startswith("conf-") or name in ("extended-nexthop", "unknown-message")) and name not in ENDLESS


def command(names, *words):
    return [sys.executable, "-B", shared("parity", "run.py"), "--speaker", speaker(), "--cases", shared("parity", "cases"), "--mode", mode(),
            "--only", ",".join(names), "--verbose", *words]


def of_configurations():
    return [name for name in cases() if is_of_configurations(name)]


def run_cases(names, *words):
    """What the runner prints. It writes down which process the speaker is when that runs already: a case whose signal had to be sent before that
    was not judged, and is run again."""
    while True:
        run = subprocess.run(command(names, "--jobs", "4", "--timeout", "60", *words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             timeout=800)
        failed = re.findall(r"^FAIL +\S+ +(\S+)", run.stdout, re.M)
        not_judged = re.findall(r"^FAIL +\S+ +(\S+) .*could not send SIG\w+ to the speaker: .*No such file", run.stdout, re.M)
        if not failed or failed != not_judged:
            return run.stdout
        names = sorted(set(failed))


def run_side_by_side(test, runs, names, *words):
    outputs = []
    running = [threading.Thread(target=lambda: outputs.append(run_cases(names, *words))) for _ in range(runs)]
    for run in running:
        run.start()
    for run in running:
        run.join()
    test.assertEqual(len(outputs), runs)   # else one took too long
    for out in outputs:
        test.assertRegex(out.splitlines()[-1], r"^\d+ passed, 0 failed", out[-8000:])


class Configurations(RealTest):
    def test_every_case_of_configurations_passes_and_nothing_comes_behind_it(self):
        run_side_by_side(self, 1, of_configurations(), "--linger", "0.5")


class SoakConfigurations(RealTest):
    def test_ten_passes(self):
        run_side_by_side(self, 1, of_configurations(), "--repeat", "10")

    def test_two_side_by_side(self):
        run_side_by_side(self, 2, of_configurations(), "--linger", "1.5")
