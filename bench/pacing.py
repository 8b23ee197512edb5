#!/usr/bin/env python3
"""How well a rate is kept: `loadgen run` announces at 1K, 10K, 100K and 1M prefixes/s over one peer and over 100, into `loadgen sink`.

    pacing.py [--seconds 10] [--rates 1k,10k,100k,1M] [--peers 1,100] [--mode async] [--loadgen build/release/loadgen] [--json FILE]

Of each: the mean rate from the first route to the last (the phase `announce`, so with the wait for the last acknowledgement in it) and its error, how
much later than due UPDATEs were handed over (p50, p99, max), prefixes an UPDATE, and what the run itself found to be the limit. Wanted is an error
of at most 1 % where the wire allows, and no UPDATE with more than 10 ms of the rate. The sink only counts; it shares the machine.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PATIENCE = 600  # seconds, for one run

SCENARIO = """
name: pacing
dut: {{address: 127.0.0.1, port: {port}, as: 65000}}
peers:
  - {{name: senders, count: {peers}, as: 65001, routes: 'range:10.0.0.0/32x{routes}', divided: true}}
  - {{name: receivers, as: 64601}}   # the sink tells it nothing; lateness is noted where somebody measures
phases: [connect, {{announce: {{rate: {rate}}}}}]
"""


def number(text):
    scale = {"k": 1000, "M": 1000000}.get(text[-1:], 1)
    return int(float(text.rstrip("kM")) * scale)


def measure(args, rate, peers):
    with tempfile.TemporaryDirectory() as directory:
        sink = subprocess.Popen([args.loadgen, "sink", "--listen", "127.0.0.1:0", "--count-only", "--quiet", "--json"], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)
        try:
            port = re.search(r":(\d+)$", sink.stderr.readline().strip())[1]
            path = os.path.join(directory, "pacing.yaml")
            with open(path, "w") as file:
                file.write(SCENARIO.format(port=port, peers=peers, routes=rate * args.seconds, rate=rate))
            run = subprocess.run([args.loadgen, "run", path, "--mode", args.mode, "--quiet", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 text=True, timeout=PATIENCE)
        finally:
            sink.send_signal(signal.SIGINT)
            sink.communicate(timeout=PATIENCE)
    if run.returncode != 0:
        sys.exit("pacing.py: loadgen run ended with %d: %s" % (run.returncode, run.stderr.strip()))
    report = json.loads(run.stdout)
    announce = next(phase for phase in report["scenario"]["phases"] if phase["name"] == "announce")
    lateness = report["scenario"]["lateness"] or {}
    return {"asked_per_second": rate, "peers": peers, "seconds": announce["seconds"], "rate_per_second": announce["rate_per_second"],
            "error_percent": 100 * (announce["rate_per_second"] / rate - 1),
            "late_p50_seconds": lateness.get("p50_seconds"), "late_p99_seconds": lateness.get("p99_seconds"), "late_max_seconds": lateness.get("max_seconds"),
            "prefixes_per_update": announce["wire_routes"] / max(1, announce["wire_updates"]),
            "own_cores": report["limits"]["own_cores"], "other_cpu_share": report["limits"]["other_cpu_share"],
            "findings": [finding["what"] for finding in report["scenario"]["findings"]]}


def row(result):
    def late(key):
        return "-" if result[key] is None else "%.2f" % (1000 * result[key])
    return "| %d | %d | %.1f | %.0f | %+.3f %% | %s | %s | %s | %.1f | %s |" % (
        result["asked_per_second"], result["peers"], result["seconds"], result["rate_per_second"], result["error_percent"], late("late_p50_seconds"),
        late("late_p99_seconds"), late("late_max_seconds"), result["prefixes_per_update"], ", ".join(result["findings"]) or "none")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rates", default="1k,10k,100k,1M")
    parser.add_argument("--peers", default="1,100")
    parser.add_argument("--mode", default="async", choices=["sync", "async"])
    parser.add_argument("--loadgen", default=os.path.join(ROOT, "build", "release", "loadgen"))
    parser.add_argument("--json", help="also write the figures to this file")
    args = parser.parse_args()
    print("| asked, prefixes/s | peers | s | mean, prefixes/s | error | late p50, ms | p99 | max | prefixes an UPDATE | findings |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    results = []
    for rate in map(number, args.rates.split(",")):
        for peers in map(int, args.peers.split(",")):
            results.append(measure(args, rate, peers))
            print(row(results[-1]), flush=True)
    if args.json:
        with open(args.json, "w") as file:
            json.dump({"seconds": args.seconds, "mode": args.mode, "runs": results}, file, indent=1)


if __name__ == "__main__":
    main()
