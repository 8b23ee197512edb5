#!/usr/bin/env python3
"""What barrage is to reach, and what it reaches here: one row of a Markdown table for each goal, with the command that measures it again.

Rows are measured one after the other, medians with their spread, on a machine that is otherwise quiet. Rates are ratios to a program that only writes
prepared octets (compare.py), memory is the process's peak, times are of the wall clock. `--rows` takes some of the rows only."""

import argparse
import json
import os
import re
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import compare
import curves

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
SHARED = os.environ.get("BARRAGE_SHARED") or os.path.join(ROOT, "..", "shared")


def spread(values, form):
    return "%s (%s to %s)" % (form % statistics.median(values), form % min(values), form % max(values))


class Goals:
    def __init__(self, words):
        self.loadgen = os.path.abspath(words.loadgen)
        self.runs = words.runs

    def inject(self, *words, sink=("--count-only",)):
        """The report of one run into a sink of its own."""
        receiver = subprocess.Popen([self.loadgen, "sink", "--listen", "127.0.0.1:0", "--quiet", *sink], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, text=True)
        try:
            to = re.search(r"listening on (\S+)", receiver.stderr.readline()).group(1)
            done = subprocess.run([self.loadgen, "inject", to, "--quiet", "--json", *words], stdout=subprocess.PIPE, text=True)
            if done.returncode != 0:
                raise SystemExit("goals.py: loadgen inject %s ended with status %d" % (" ".join(words), done.returncode))
            return json.loads(done.stdout)
        finally:
            receiver.terminate()
            receiver.wait()
            receiver.stderr.close()

    def reports(self, *words):
        return [self.inject(*words) for _ in range(self.runs)]

    def ratios(self, *words):
        """Of sync and async to the replayer, and of async to sync."""
        seen = compare.measure(compare.parse(["--loadgen", self.loadgen, "--rounds", str(self.runs), "--engines", "sync,async", *words]))
        if not seen:
            return "skipped: no $BARRAGE_SHARED/perf"

        text = {(name, to): "%.2f (%.2f to %.2f)" % compare.ratio(seen, name, to)
                for name, to in (("sync", "replay"), ("async", "replay"), ("async", "sync"))}
        return "sync %s, async %s; async of sync %s; replayer %.0fM/s" % (*text.values(), statistics.median(seen["replay"]) / 1e6)

    def one_peer(self):
        return self.ratios()

    def hundred_peers(self):
        return self.ratios("--sessions", "100", "--", "--next-hop", "self")

    def slices(self):
        return self.ratios("--sessions", "100", "--routes", "100000", "--divided")

    def sessions(self):
        reports = self.reports("--peers", "1000", "--routes", "range:10.0.0.0/24x1000", "--divided")
        return spread([max(each["established_seconds"] for each in report["sessions"]) for report in reports], "%.2f s")

    def shared_table(self):
        memory = [report["memory"] for report in self.reports("--peers", "500", "--routes", "full-table:1M")]
        return spread([(each["peak_resident_octets"] - each["table_octets"] - each["attribute_octets"]) / 1e6 for each in memory], "%.0f MB")

    def ranges(self):
        return spread([report["memory"]["peak_resident_octets"] / 1e6 for report in self.reports(
            "--peers", "100", "--routes", "range:1.0.0.0/32x100M", "--divided")], "%.0f MB")

    def table(self):
        return spread([report["memory"]["table_octets_per_route"] for report in self.reports("--routes", "full-table:1M")], "%.1f octets")

    def first_octet(self):
        dump = os.path.join(SHARED, "data", "rib.derived-20151023.gz")
        if not os.path.exists(dump):
            return "skipped: no " + dump
        return spread([self.until_update("--routes", dump) for _ in range(self.runs)], "%.2f s")

    def until_update(self, *words):
        """Seconds from the start of the process to the first octet of an UPDATE."""
        def message(kind, body=b""):
            return b"\xff" * 16 + struct.pack(">HB", 19 + len(body), kind) + body
        capabilities = bytes.fromhex("0206" "0104" "00010001" "0206" "4104" "0000fde8")   # IPv4 unicast; AS65000 in four octets
        with socket.create_server(("127.0.0.1", 0)) as listener:
            began = time.monotonic()
            injector = subprocess.Popen([self.loadgen, "inject", "127.0.0.1:%d" % listener.getsockname()[1], "--quiet", *words],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(message(1, struct.pack(">BHHIB", 4, 65000, 180, 0xC00002FE, len(capabilities)) + capabilities) + message(4))
                    octets = b""
                    while True:
                        came = connection.recv(1 << 16)
                        if not came:
                            raise SystemExit("goals.py: loadgen inject ended before its first UPDATE")
                        octets += came
                        while len(octets) >= 19:
                            if octets[18] == 2:
                                return time.monotonic() - began
                            octets = octets[struct.unpack(">H", octets[16:18])[0]:]
            finally:
                injector.kill()
                injector.wait()

    def churn(self):
        with tempfile.TemporaryDirectory(prefix="barrage-goals-") as directory:
            points = curves.Points(argparse.Namespace(loadgen=self.loadgen, repeats=1, small=False), directory)
            for _ in range(self.runs):
                points.churn(200_000, 1_000_000, 100, 5)
        return "; ".join("%s: %s/s, p99 %s" % (
            engine, curves.number(statistics.median([each["routes_per_second"] for each in points.found if each["contender"] == engine])),
            spread([1e3 * each["lateness_p99_seconds"] for each in points.found if each["contender"] == engine], "%.1f ms"))
            for engine in ("sync", "async"))


# Row: the work, the goal, the least, how it is measured, and the command that a reader may type.
ROWS = {
    "one_peer": ("1 peer × 1M full table, from a loaded table, packing included", "0.7 of the replayer's routes/s", "0.55",
                 "compare.py --engines sync,async"),
    "hundred_peers": ("100 peers × 1M, own next hop and AS each", "0.85 of the replayer", "0.7",
                      "compare.py --engines sync,async --sessions 100 -- --next-hop self"),
    "slices": ("100 peers × 100K, other routes for each", "0.7 of the replayer", "0.5",
               "compare.py --engines sync,async --sessions 100 --routes 100000 --divided"),
    "sessions": ("1,000 sessions: from the start to all Established", "under 1 s", "3 s", "goals.py --rows sessions"),
    "shared_table": ("500 peers × 1M shared routes, counting sink: memory of `loadgen inject` beyond the table", "under 200 MB", "500 MB",
                     "goals.py --rows shared_table"),
    "ranges": ("100 peers × a range of 1M /32s each (100M routes): memory", "under 300 MB", "1 GB", "goals.py --rows ranges"),
    "table": ("a table of 1M routes: memory beyond attribute octets", "12 octets a route", "24", "goals.py --rows table"),
    "first_octet": ("577,703-route dump (gz) → first octet on the wire", "under 0.5 s", "1 s", "goals.py --rows first_octet"),
    "churn": ("100 peers, 1M routes told, 200K changes/s offered", "kept, p99 lateness under 5 ms", "kept", "goals.py --rows churn"),
}


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--loadgen", default=os.path.join(ROOT, "build/release/loadgen"))
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--rows", default=",".join(ROWS), help="of " + ", ".join(ROWS))
    words = options.parse_args()
    rows = words.rows.split(",")
    if not set(rows) <= set(ROWS):
        options.error("--rows: expected some of " + ",".join(ROWS))
    goals = Goals(words)
    print("| work | goal | at least | measured, median (least to most) | again by `python3 bench/…` |\n|---|---|---|---|---|")
    for row in rows:
        work, goal, least, command = ROWS[row]
        print("| %s | %s | %s | %s | `%s` |" % (work, goal, least, getattr(goals, row)(), command), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
