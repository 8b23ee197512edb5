"""What the comparisons of speakers share: the speakers, the sink they all tell their routes, the memory they took."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PATIENCE = 900.0   # seconds for one run


def number(text):
    return int(float(text[:-1]) * {"k": 1000, "M": 1000000}[text[-1]]) if text[-1] in "kM" else int(text)


def add_options(parser, repeat, exabgp):
    parser.add_argument("--repeat", type=int, default=repeat)
    parser.add_argument("--loadgen", default=os.path.join(ROOT, "build", "release", "loadgen"))
    parser.add_argument("--exabgp", default=exabgp)
    parser.add_argument("--json")


def speakers(args):
    """{name: its words for (port, configuration)}, without ExaBGP where there is none."""
    def loadgen(mode):
        return lambda port, conf: [args.loadgen, "speak", "--mode", mode, "--port", port, conf]
    all_speakers = {"loadgen speak, " + mode: loadgen(mode) for mode in ("sync", "async")}
    if shutil.which(args.exabgp):
        all_speakers["ExaBGP"] = lambda port, conf: [args.exabgp, conf]
    else:
        print("no %s: apt-get install exabgp" % args.exabgp, file=sys.stderr)
    return all_speakers


class Sink:
    """`loadgen sink` until it has so many routes of one session."""

    def __init__(self, loadgen, routes):
        self.routes = routes
        self.process = subprocess.Popen([loadgen, "sink", "--listen", "127.0.0.1:0", "--sessions", "1", "--expect", str(routes), "--local-as",
                                         "65000", "--quiet", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.port = re.search(r":(\d+)$", self.process.stderr.readline().strip())[1]

    def running(self):
        return self.process.poll() is None

    def result(self):
        """Its JSON; each route came once and nothing else did."""
        result = json.loads(self.process.stdout.read())
        if (result["live"], result["announced"], result["malformed"]) != (self.routes, self.routes, 0):
            raise SystemExit("the sink has %(live)d routes, %(announced)d announced, %(malformed)d malformed" % result)
        return result


def start_speaker(words, port, log, **environment):
    env = dict(os.environ, exabgp_tcp_port=port, exabgp_tcp_bind="", exabgp_api_cli="false", exabgp_log_level="CRIT",
               exabgp_daemon_user="root" if os.geteuid() == 0 else os.environ.get("USER", "nobody"), **environment)
    with open(log, "wb") as file:
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=env)


def end(*processes):
    """Asks each to go, and sees to it."""
    for each in processes:
        if each and each.poll() is None:
            each.send_signal(signal.SIGTERM)
    for each in processes:
        if each:
            try:
                each.wait(20)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()


def said(log):
    with open(log, errors="replace") as file:
        return "the speaker did not tell its routes; it said: " + file.read()[-2000:]


class Peak:
    """The most memory that a process and its children had resident, sampled and, at the end, as the kernel kept it."""

    def __init__(self, pid):
        self.pid, self.kib = pid, 0

    def look(self):
        total = 0
        for pid in [self.pid] + self.children(self.pid):
            try:
                with open("/proc/%d/status" % pid) as file:
                    found = re.search(r"VmHWM:\s+(\d+)", file.read())
                    total += int(found[1]) if found else 0
            except OSError:
                pass
        self.kib = max(self.kib, total)

    @staticmethod
    def children(pid):
        try:
            with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
                return [int(word) for word in file.read().split()]
        except OSError:
            return []
