#!/usr/bin/env python3
"""What measuring costs: the same peers announce the same routes to BIRD, once with receivers that hold what comes back against what was sent, once
with receivers that only read. Both have BIRD do the same work; runs take turns, and medians are compared. One JSON object on standard output:

    {"bench": "receivers_cost", "peers": 100, "routes": 100000, "receivers": 2, "on": 812000.0, "off": 901000.0, "cost": 0.099, …}

`on` and `off` are routes a second on the wire while announcing, over all peers; `cost` is the share of the rate that measuring takes. The routes are
divided over the peers unless --all says that each announces all of them (then BIRD holds as many paths as peers times routes).
usage: receivers_cost.py [--peers N] [--routes N] [--receivers N] [--runs N] [--all] [--loadgen PATH] [--mode sync|async]"""

import argparse
import json
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SCENARIO = """
dut: {{address: 127.0.0.1, port: {port}, as: 65000}}
peers:
  - {{name: senders, count: {peers}, as: 65001, routes: 'range:10.0.0.0/24x{routes},as-path=64512', divided: {divided}, next_hop: self}}
  - {{name: receivers, count: {receivers}, as: 64001, role: receive, measure: {measure}}}
phases:
  - connect: {{timeout: 2m}}
  - hold: 1s
  - announce
{wait}"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bird:
    """A fresh one for each run: what a run leaves behind is not in the way of the next."""

    def __init__(self, folder):
        self.port = free_port()
        config = (ROOT / "loadgen" / "scenarios" / "bird.conf").read_text().replace("port 1790", "port %d" % self.port)
        (folder / "bird.conf").write_text(config)
        self.control = folder / "bird.ctl"
        self.process = subprocess.Popen(["/usr/sbin/bird", "-f", "-c", folder / "bird.conf", "-s", self.control, "-P", folder / "bird.pid"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            if self.control.exists() or self.process.poll() is not None:
                break
            time.sleep(0.05)
        time.sleep(0.2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def one_run(words, folder, measure):
    with Bird(folder) as bird:
        scenario = folder / "scenario.yaml"
        scenario.write_text(SCENARIO.format(port=bird.port, peers=words.peers, routes=words.routes, receivers=words.receivers,
                                            divided=str(not words.all).lower(), measure=str(measure).lower(),
                                            wait="  - wait: {timeout: 10m}\n" if measure else "  - hold: 2s\n"))
        done = subprocess.run([words.loadgen, "run", scenario, "--json", "--quiet", "--mode", words.mode], stdout=subprocess.PIPE)
        report = json.loads(done.stdout)
        if done.returncode != 0:
            sys.exit("loadgen run ended with %d: %s" % (done.returncode, report["problems"]))
    phases = {phase["name"]: phase for phase in report["scenario"]["phases"]}
    print("measuring %-3s %9.0f routes/s, %s" % ("on" if measure else "off", phases["announce"]["rate_per_second"],
                                                 ", ".join(finding["what"] for finding in report["scenario"]["findings"]) or "undisturbed"),
          file=sys.stderr)
    return phases["announce"]["rate_per_second"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", type=int, default=100)
    parser.add_argument("--routes", type=int, default=100000)
    parser.add_argument("--receivers", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--all", action="store_true", help="each peer announces all routes")
    parser.add_argument("--mode", default="async")
    parser.add_argument("--loadgen", default=ROOT / "build" / "release" / "loadgen")
    words = parser.parse_args()
    rates = {True: [], False: []}
    for _ in range(words.runs):
        for measure in (True, False):
            with tempfile.TemporaryDirectory() as folder:
                rates[measure].append(one_run(words, pathlib.Path(folder), measure))
    on, off = statistics.median(rates[True]), statistics.median(rates[False])
    print(json.dumps({"bench": "receivers_cost", "peers": words.peers, "routes": words.routes, "receivers": words.receivers, "all": words.all,
                      "mode": words.mode, "on": on, "off": off, "cost": 1 - on / off, "on_runs": rates[True], "off_runs": rates[False]}))


main()
