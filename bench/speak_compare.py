#!/usr/bin/env python3
"""`loadgen speak` beside ExaBGP on the same configuration: from its start to the last route in `loadgen sink`, and the most memory it took.

    speak_compare.py [--routes 100k] [--repeat 3] [--loadgen build/release/loadgen] [--exabgp exabgp] [--json FILE]

ExaBGP is Debian's (apt-get install exabgp), or another with --exabgp; without one only our own numbers are measured. The configuration is one iBGP
session with N /24s of one attribute set in a `static` section. Every run is a new process; runs of the speakers alternate; the median is printed.
"""

import argparse
import json
import os
import socket
import statistics
import struct
import tempfile
import time

from speakers import PATIENCE, Peak, Sink, add_options, end, number, said, speakers, start_speaker


def configuration(routes, address):
    lines = ["neighbor %s {" % address, "router-id 10.0.0.1;", "local-address 127.0.0.1;", "local-as 65000;", "peer-as 65000;",
             "hold-time 180;", "family { ipv4 unicast; }", "static {"]
    lines += ["route %s/24 next-hop 192.0.2.1;" % socket.inet_ntoa(struct.pack(">I", 0x0B000000 + 256 * i)) for i in range(routes)]
    return "\n".join(lines + ["}", "}", ""])


def run(loadgen, speaker, routes, directory):
    """(seconds from the speaker's start to the last route, peak KiB, seconds of them that routes came)."""
    log, process, sink = os.path.join(directory, "speaker.log"), None, Sink(loadgen, routes)
    try:
        began = time.monotonic()
        process = start_speaker(speaker(sink.port, os.path.join(directory, "speak.conf")), sink.port, log)
        peak = Peak(process.pid)
        while sink.running():
            peak.look()
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit(said(log))
            time.sleep(0.005)
        # The sink waits a little for quiet after the last route: the same for all.
        ended = time.monotonic()
        peak.look()
        return ended - began, peak.kib, sink.result()["seconds"]
    finally:
        end(process, sink.process)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--routes", type=number, default=100000)
    add_options(parser, repeat=3, exabgp="exabgp")
    args = parser.parse_args()
    measured = speakers(args)

    samples = {name: [] for name in measured}
    with tempfile.TemporaryDirectory(prefix="speak-compare-") as directory:
        with open(os.path.join(directory, "speak.conf"), "w") as file:
            file.write(configuration(args.routes, "127.0.0.1"))
        for _ in range(args.repeat):
            for name, speaker in measured.items():
                samples[name].append(run(args.loadgen, speaker, args.routes, directory))

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
