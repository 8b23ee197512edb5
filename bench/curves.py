#!/usr/bin/env python3
"""Cost as work grows: time per route over routes, peers, attribute sets, size of messages, shards and churn, by `loadgen bench` and `loadgen run`.

Every point is a bench of its own: sync and async in turns on the same work, proven by digest, medians and spread. Times per route are of the
receiver's clock, from the first Established to the last route, over all peers. `--small` takes smaller sizes and fewer rounds."""

import argparse
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
CURVES = ("routes", "peers", "sets", "message", "shards", "churn")


def mrt_table(path, routes, routes_per_set):
    """A TABLE_DUMP_V2 of one peer (RFC 6396 section 4.3): /24s, as many of them as asked for with the same AS path."""
    def record(subtype, body):
        return struct.pack(">IHHI", 1700000000, 13, subtype, len(body)) + body

    with open(path, "wb") as file:
        peer = struct.pack(">BIII", 2, 0xC0000201, 0xC0000201, 65010)   # IPv4, 4-octet AS
        file.write(record(1, struct.pack(">IHH", 0xC0000201, 0, 1) + peer))
        for number in range(routes):
            path_octets = struct.pack(">BBII", 2, 2, 65010, 100000 + number // routes_per_set)
            attributes = (b"\x40\x01\x01\x00" + b"\x40\x02" + bytes([len(path_octets)]) + path_octets
                          + b"\x40\x03\x04\xc0\x00\x02\x01")
            prefix = struct.pack(">I", 0x10000000 + (number << 8))[:3]
            entry = struct.pack(">HIH", 0, 1700000000, len(attributes)) + attributes
            file.write(record(2, struct.pack(">I", number) + b"\x18" + prefix + struct.pack(">H", 1) + entry))


class Points:
    def __init__(self, words, directory):
        self.loadgen = os.path.abspath(words.loadgen)
        self.repeats = words.repeats or (3 if words.small else 5)
        self.directory = directory
        self.found = []

    def bench(self, curve, x, peers, routes, *more):
        """One point: medians of every contender."""
        path = os.path.join(self.directory, "bench.json")
        command = [self.loadgen, "bench", "--peers", str(peers), "--routes", routes, "--repeats", str(self.repeats), "--quiet", "--timeout", "5m",
                   "--json", path, *more]
        print("curves.py: %s %s" % (curve, x), file=sys.stderr)
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise SystemExit("curves.py: %s ended with status %d:\n%s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))
        with open(path) as file:
            document = json.load(file)
        for each in document["works"][0]["contenders"]:
            rates = {which: each[which]["routes_per_second"] for which in ("median", "least", "most")}
            announced = each["proof"]["announced_routes"]
            self.found.append({
                "curve": curve, "x": x, "contender": each["name"], "announced_routes": announced,
                "routes_per_second": rates["median"], "routes_per_second_least": rates["least"], "routes_per_second_most": rates["most"],
                "nanoseconds_per_route": 1e9 / rates["median"] if rates["median"] else None,
                # Of the injector from its start, loading included.
                "cpu_nanoseconds_per_route": 1e9 * each["median"]["cpu_seconds"] / announced,
                "sink_cpu_nanoseconds_per_route": 1e9 * each["median"]["sink_cpu_seconds"] / announced,
                "peak_resident_octets": each["median"]["peak_resident_octets"],
                "other_cpu_share": max(run["other_cpu_share"] for run in each["runs"]),
                "command": " ".join(["loadgen"] + [word for word in command[1:] if word not in ("--quiet", "--json", path)]
                                    ).replace(self.directory + "/", ""),
            })

    def churn(self, rate, routes, peers, seconds):
        """Changes of a told table at a rate, into a sink that counts: how late they are handed over."""
        print("curves.py: churn %d" % rate, file=sys.stderr)
        for engine in ("sync", "async"):
            sink = subprocess.Popen([self.loadgen, "sink", "--listen", "127.0.0.1:0", "--count-only", "--quiet", "--json"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            try:
                address, port = re.search(r"listening on (\S+):(\d+)", sink.stderr.readline()).groups()
                scenario, report = os.path.join(self.directory, "churn.yaml"), os.path.join(self.directory, "churn.json")
                with open(scenario, "w") as file:
                    file.write("name: churn\ndut: {address: %s, port: %s, as: 65000}\npeers:\n"
                               "  - {name: senders, count: %d, as: 65001, routes: 'full-table:%d', next_hop: self, divided: true}\n"
                               "phases:\n  - connect\n  - announce\n  - churn: {rate: %d, for: %ds, attribute_changes: 50%%}\n"
                               % (address, port, peers, routes, rate, seconds))
                done = subprocess.run([self.loadgen, "run", scenario, "--mode", engine, "--report", report, "--quiet"],
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                if done.returncode != 0:
                    raise SystemExit("curves.py: loadgen run ended with status %d:\n%s" % (done.returncode, done.stdout))
                with open(report) as file:
                    phase = [each for each in json.load(file)["scenario"]["phases"] if each["name"].startswith("churn")][0]
            finally:
                sink.terminate()
                sink.wait()
            late = phase["lateness"] or {}
            self.found.append({"curve": "churn", "x": rate, "contender": engine, "routes_per_second": phase["rate_per_second"],
                               "lateness_p50_seconds": late.get("p50_seconds"), "lateness_p99_seconds": late.get("p99_seconds"),
                               "command": "loadgen run: %d peers, full-table:%d divided, churn %d/s for %d s" % (peers, routes, rate, seconds)})


def measure(points, curves, small):
    if "routes" in curves:
        for routes in (10_000, 100_000, 1_000_000) if small else (10_000, 100_000, 1_000_000, 10_000_000):
            points.bench("routes", routes, 1, "full-table:%d" % routes)
    if "peers" in curves:
        for peers in (1, 10, 100, 500) if small else (1, 10, 100, 500, 1000, 2000):
            points.bench("peers", peers, peers, "full-table:%d" % (20_000 if small else 50_000), "--next-hop", "self")
    if "sets" in curves:
        for routes_per_set in (1, 2, 7, 100, 300_000):
            routes = 100_000 if small else 300_000
            path = os.path.join(points.directory, "sets-%d.mrt" % routes_per_set)
            mrt_table(path, routes, routes_per_set)
            points.bench("sets", round(1 / min(routes_per_set, routes), 6), 1 if small else 10, path)
    if "message" in curves:
        for shape in ("full-table:300000", "range:16.0.0.0/24x1000000"):
            points.bench("message", "4096, " + shape, 10, shape)
            points.bench("message", "65535, " + shape, 10, shape, "--extended-message")
    if "shards" in curves:
        points.bench("shards", "sync, 1, 2, 4", 20 if small else 100, "full-table:200000", "--next-hop", "self", "--shards", "1,2,4")
    if "churn" in curves:
        for rate in (1_000, 10_000, 100_000) if small else (1_000, 10_000, 50_000, 100_000, 200_000):
            points.churn(rate, 200_000 if small else 1_000_000, 10 if small else 100, 5)


def number(value):
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value is not None and value >= limit:
            return "%.3g%s" % (value / limit, unit)
    return "-" if value is None else "%.3g" % value


def markdown(found):
    lines = []
    for curve in CURVES:
        rows = [each for each in found if each["curve"] == curve]
        if not rows:
            continue
        lines += ["", "**%s**" % curve, ""]
        if curve == "churn":
            lines += ["| changes/s offered | engine | kept | lateness p50 | p99 |", "|---|---|---|---|---|"]
            for each in rows:
                times = [("%.3g ms" % (1e3 * each[key]) if each[key] is not None else "-") for key in ("lateness_p50_seconds", "lateness_p99_seconds")]
                lines.append("| %s | %s | %s/s | %s | %s |" % (number(each["x"]), each["contender"], number(each["routes_per_second"]), *times))
            continue
        lines += ["| | engine | routes/s, median | least – most | ns a route | CPU ns | receiver's | peak memory |", "|---|---|---|---|---|---|---|---|"]
        for each in rows:
            lines.append("| %s | %s | %s | %s – %s | %.3g | %.3g | %.3g | %d MB |"
                         % (number(each["x"]) if not isinstance(each["x"], str) else each["x"], each["contender"], number(each["routes_per_second"]),
                            number(each["routes_per_second_least"]), number(each["routes_per_second_most"]), each["nanoseconds_per_route"],
                            each["cpu_nanoseconds_per_route"], each["sink_cpu_nanoseconds_per_route"], each["peak_resident_octets"] / 1e6))
    return "\n".join(lines).strip() + "\n"


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--loadgen", default=os.path.join(ROOT, "build/release/loadgen"))
    options.add_argument("--curves", default=",".join(CURVES), help="of " + ", ".join(CURVES))
    options.add_argument("--repeats", type=int, help="timed runs of each engine at each point [5]")
    options.add_argument("--small", action="store_true")
    options.add_argument("--json", help="write all points to this file")
    options.add_argument("--markdown", help="write the tables to this file [standard output]")
    words = options.parse_args()
    curves = words.curves.split(",")
    if not set(curves) <= set(CURVES):
        options.error("--curves: expected some of " + ",".join(CURVES))
    with tempfile.TemporaryDirectory(prefix="barrage-curves-") as directory:
        points = Points(words, directory)
        try:
            measure(points, curves, words.small)
        finally:
            if words.json:
                with open(words.json, "w") as file:
                    json.dump({"schema": "barrage.curves/1", "cores": len(os.sched_getaffinity(0)), "points": points.found}, file, indent=1)
    text = markdown(points.found)
    if words.markdown:
        with open(words.markdown, "w") as file:
            file.write(text)
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
