#!/usr/bin/env python3
"""The same API lines from one program to one peer: `loadgen speak` in both engines beside ExaBGP, into `loadgen sink`.

    flood_compare.py [--routes 1M] [--exabgp-routes 10k] [--repeat 5] [--loadgen build/release/loadgen] [--exabgp /usr/sbin/exabgp] [--json FILE]

The program is a shell that waits for the session, notes the time and writes a file of `announce route` lines (50 different attribute sets) with
cat(1); its answers are thrown away by another cat, not read at all, or switched off. The time goes from its first line to the end of the sink,
which has then seen every prefix. ExaBGP gets fewer of the same lines, as its rate per line is what is compared (Debian: apt-get install exabgp; its
rate falls with more of them, and answers that nobody reads must fit into a pipe). Every run is a new process, the speakers take turns; medians, with
the lowest and highest in parentheses.
"""

import argparse
import json
import os
import statistics
import tempfile
import time

from speakers import PATIENCE, Peak, Sink, add_options, end, number, said, speakers, start_speaker

# Answers are read by a cat(1) in the foreground: what runs behind has no input.
PROGRAM = """while read -r line; do case "$line" in *" up") break;; esac; done
date +%%s.%%N >%(began)s
%(write)s
"""
WRITERS = {
    "read": "cat %(lines)s & exec cat >/dev/null",
    "never read": "cat %(lines)s; exec sleep 86400",
    "off": "cat %(lines)s & exec cat >/dev/null",
}


def lines_of(routes):
    return "".join("announce route 10.%d.%d.%d/32 next-hop 192.0.2.1 med %d\n" % (at >> 16, at >> 8 & 255, at & 255, at % 50) for at in range(routes))


def run(args, speaker, acks, routes, directory):
    """(lines a second, peak KiB)"""
    path = lambda name: os.path.join(directory, name)
    files = {"began": path("began"), "lines": path("lines.%d" % routes)}
    with open(path("program.sh"), "w") as file:
        file.write(PROGRAM % dict(files, write=WRITERS[acks] % files))
    with open(path("flood.conf"), "w") as file:
        file.write("process flood { run /bin/sh %s; encoder text; }\nneighbor 127.0.0.1 {\n router-id 10.0.0.1;\n local-address 127.0.0.1;\n"
                   " local-as 65000;\n peer-as 65000;\n family { ipv4 unicast; }\n api { processes [ flood ]; neighbor-changes; }\n}\n" % path("program.sh"))
    if os.path.exists(files["began"]):
        os.unlink(files["began"])
    log, process, sink = path("speaker.log"), None, Sink(args.loadgen, routes)
    try:
        process = start_speaker(speaker(sink.port, path("flood.conf")), sink.port, log, exabgp_api_ack="false" if acks == "off" else "true")
        peak, deadline = Peak(process.pid), time.monotonic() + PATIENCE
        while sink.running():
            peak.look()
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(said(log))
            time.sleep(0.002)
        ended = time.time()
        sink.result()
        peak.look()
        with open(files["began"]) as file:
            return routes / (ended - float(file.read())), peak.kib
    finally:
        end(process, sink.process)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--routes", type=number, default=1000000)
    parser.add_argument("--exabgp-routes", type=number, default=10000)
    add_options(parser, repeat=5, exabgp="/usr/sbin/exabgp")
    args = parser.parse_args()
    measured = {name: (speaker, args.exabgp_routes if name == "ExaBGP" else args.routes) for name, speaker in speakers(args).items()}

    results = []
    with tempfile.TemporaryDirectory(prefix="flood-compare-") as directory:
        for routes in {routes for _, routes in measured.values()}:
            with open(os.path.join(directory, "lines.%d" % routes), "w") as file:
                file.write(lines_of(routes))
        print("| answers | speaker | lines | lines/s, median of %d | peak MiB | against ExaBGP |\n|---|---|---|---|---|---|" % args.repeat)
        for acks in WRITERS:
            samples = {name: [] for name in measured}
            for _ in range(args.repeat):
                for name, (speaker, routes) in measured.items():
                    samples[name].append(run(args, speaker, acks, routes, directory))
            rates = {name: statistics.median(rate for rate, _ in runs) for name, runs in samples.items()}
            for name, runs in samples.items():
                column = [rate for rate, _ in runs]
                ratio = "×%.0f" % (rates[name] / rates["ExaBGP"]) if "ExaBGP" in rates else ""
                kib = statistics.median(kib for _, kib in runs)
                results.append({"answers": acks, "speaker": name, "lines": measured[name][1], "runs": runs})
                print("| %s | %s | %d | %.0f (%.0f to %.0f) | %.0f | %s |" % (acks, name, measured[name][1], rates[name], min(column), max(column),
                                                                        kib / 1024, ratio), flush=True)
    if args.json:
        with open(args.json, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
