#!/usr/bin/env python3
"""`loadgen speak` beside ExaBGP on the same configuration: from its start to the last route in `loadgen sink`, and the most memory it took.

    speak_compare.py [--routes 100k] [--repeat 3] [--loadgen build/release/loadgen] [--exabgp exabgp] [--json FILE]

ExaBGP is Debian's (apt-get install exabgp), or another with --exabgp; without one only our own numbers are measured. The configuration is one iBGP
session with N /24s of one attribute set in a `static` section. Every run is a new process; runs of the speakers alternate; the median is printed.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PATIENCE = 900.0   # seconds for one run


def number(text):
    return int(float(text[:-1]) * {"k": 1000, "M": 1000000}[text[-1]]) if text[-1] in "kM" else int(text)


def configuration(routes, address):
    lines = ["neighbor %s {" % address, "router-id 10.0.0.1;", "local-address 127.0.0.1;", "local-as 65000;", "peer-as 65000;",
             "hold-time 180;", "family { ipv4 unicast; }", "static {"]
    lines += ["route %s/24 next-hop 192.0.2.1;" % socket.inet_ntoa(struct.pack(">I", 0x0B000000 + 256 * i)) for i in range(routes)]
    return "\n".join(lines + ["}", "}", ""])


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


def run(loadgen, speaker, routes, directory, environment):
    """(seconds from the speaker's start to the last route, peak KiB)."""
    address = "127.0.0.1"
    sink = subprocess.Popen([loadgen, "sink", "--listen", address + ":0", "--sessions", "1", "--expect", str(routes), "--local-as", "65000",
                             "--quiet", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        port = int(re.search(r":(\d+)$", sink.stderr.readline().strip())[1])
        env = dict(os.environ, exabgp_tcp_port=str(port), exabgp_tcp_bind="", exabgp_api_cli="false", exabgp_log_level="CRIT",
                   exabgp_daemon_user="root" if os.geteuid() == 0 else os.environ.get("USER", "nobody"), **environment)
        conf = os.path.join(directory, "speak.conf")
        with open(os.path.join(directory, "speaker.log"), "wb") as log:
            began = time.monotonic()
            process = subprocess.Popen(speaker(port, conf), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)
        peak = Peak(process.pid)
        while sink.poll() is None:
            peak.look()
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit("the speaker did not tell its routes; it said: " + open(os.path.join(directory, "speaker.log")).read()[-2000:])
            time.sleep(0.005)
        # The sink waits a little for quiet after the last route: the same for all.
        ended = time.monotonic()
        result = json.loads(sink.stdout.read())
        if result["live"] != routes:
            raise SystemExit("the sink has %d routes of %d" % (result["live"], routes))
        peak.look()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return ended - began, peak.kib, result["seconds"]
    finally:
        if sink.poll() is None:
            sink.kill()
        sink.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--routes", type=number, default=100000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--loadgen", default=os.path.join(ROOT, "build", "release", "loadgen"))
    parser.add_argument("--exabgp", default="exabgp")
    parser.add_argument("--json")
    args = parser.parse_args()

    speakers = {
        "loadgen speak --mode sync": (lambda port, conf: [args.loadgen, "speak", "--mode", "sync", "--port", str(port), conf], {}),
        "loadgen speak --mode async": (lambda port, conf: [args.loadgen, "speak", "--mode", "async", "--port", str(port), conf], {}),
    }
    if shutil.which(args.exabgp):
        speakers["ExaBGP"] = (lambda port, conf: [args.exabgp, conf], {})
    else:
        print("no %s: apt-get install exabgp" % args.exabgp, file=sys.stderr)

    samples = {name: [] for name in speakers}
    with tempfile.TemporaryDirectory(prefix="speak-compare-") as directory:
        with open(os.path.join(directory, "speak.conf"), "w") as file:
            file.write(configuration(args.routes, "127.0.0.1"))
        for _ in range(args.repeat):
            for name, (speaker, environment) in speakers.items():
                samples[name].append(run(args.loadgen, speaker, args.routes, directory, environment))

    print("%d routes in the configuration, median of %d runs" % (args.routes, args.repeat))
    print("%-28s %12s %14s %14s" % ("", "seconds", "of them sending", "peak MiB"))
    results = {}
    for name, runs in samples.items():
        seconds, kib, sending = (statistics.median(column) for column in zip(*runs))
        results[name] = {"seconds": seconds, "sending_seconds": sending, "peak_kib": kib, "runs": runs}
        print("%-28s %12.3f %14.3f %14.1f" % (name, seconds, sending, kib / 1024))
    if args.json:
        with open(args.json, "w") as file:
            json.dump({"routes": args.routes, "repeat": args.repeat, "results": results}, file, indent=1)


if __name__ == "__main__":
    main()
