#!/usr/bin/env python3
"""How near `loadgen inject` comes to a sender that only writes prepared octets: the same table into the same receiver, in turns.

The receiver and that sender are the C programs of $BARRAGE_SHARED/perf, built here. What is compared is routes/s from the receiver's first
KEEPALIVE to its last prefix, packing included on our side. Give the ratio, never the absolute figure: that drifts with the machine. With
--divided each session of ours has routes of its own, as many as the other's sessions, of a synthetic table: its UPDATEs are somewhat smaller."""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))


def build_tools(shared, directory):
    for name in os.listdir(os.path.join(shared, "perf")):
        shutil.copyfile(os.path.join(shared, "perf", name), os.path.join(directory, name))
    subprocess.run(["make", "-s", "-C", directory, "sink", "replay"], check=True, stdout=sys.stderr)


def listening(port):
    """Whether someone listens there; asked of the kernel, since a connection would count as a session."""
    with open("/proc/net/tcp") as table:
        return any(re.search(r":%04X 00000000:0000 0A " % port, line) for line in table)


def one_run(directory, name, sessions, routes, send):
    """routes/s as the receiver saw them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    out = os.path.join(directory, "sink.json")
    sink = subprocess.Popen([os.path.join(directory, "sink"), "--listen", "127.0.0.1:%d" % port, "--conns", str(sessions), "--expect",
                             str(routes), "--local-as", "65000", "--brief", "--timeout", "120", "--out", out],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sender = None
    try:
        deadline = time.monotonic() + 10
        while not listening(port):
            if time.monotonic() > deadline or sink.poll() is not None:
                raise SystemExit("compare.py: the receiver does not listen")
            time.sleep(0.01)
        sender = subprocess.Popen(send("127.0.0.1:%d" % port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said, _ = sender.communicate(timeout=180)
        try:
            sink.wait(timeout=30)
        except subprocess.TimeoutExpired:
            sink.terminate()   # it still says what it has
            sink.wait(timeout=10)
            raise SystemExit("compare.py: the receiver still waits after %s ended with status %d, saying:\n%s" % (name, sender.returncode,
                                                                                                                 said))
        with open(out) as file:
            result = json.load(file)
        if result.get("nlri", 0) < routes * sessions:
            raise SystemExit("compare.py: only %s of %d routes came from %s, which said:\n%s" % (result.get("nlri"), routes * sessions,
                                                                                                name, said))
        return result["routes_per_s"]
    finally:
        for process in (sender, sink):
            if process and process.poll() is None:
                process.kill()
                process.wait()


def spread(values):
    return "median %8.2fM   from %8.2fM to %8.2fM" % (statistics.median(values) / 1e6, min(values) / 1e6, max(values) / 1e6)


def ratio(seen, name, to):
    """Of the medians; and the least and the most of one round."""
    by_round = [ours / theirs for ours, theirs in zip(seen[name], seen[to])]
    return statistics.median(seen[name]) / statistics.median(seen[to]), min(by_round), max(by_round)


def parse(words=None):
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--loadgen", default=os.path.join(ROOT, "build/release/loadgen"))
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--routes", type=int, default=1000000)
    options.add_argument("--sessions", type=int, default=1)
    options.add_argument("--engines", default="async", help="such as sync,async,async:4; the first is what the others are held against")
    options.add_argument("--divided", action="store_true", help="--routes to each session, other ones to each of ours")
    options.add_argument("--at-least", type=float, default=0, help="exit 1 when a ratio of medians to the replayer is below this")
    options.add_argument("words", nargs="*", help="after --: more options for inject, such as --next-hop self")
    return options.parse_args(words)


def measure(words):
    """{"replay" or engine: routes/s of each round}; nothing without the shared programs."""
    shared = os.environ.get("BARRAGE_SHARED") or os.path.join(ROOT, "..", "shared")
    if not os.path.isdir(os.path.join(shared, "perf")):
        return None
    with tempfile.TemporaryDirectory(prefix="barrage-compare-") as directory:
        build_tools(shared, directory)
        subprocess.run([sys.executable, "-B", os.path.join(directory, "gen_table.py"), "--out", directory, "--count",
                        str(words.routes), "--formats", "raw,mrt"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        table = ["full-table:%d" % (words.routes * words.sessions), "--divided"] if words.divided else [os.path.join(directory, "full.mrt")]

        def inject(engine):
            mode, _, shards = engine.partition(":")
            # The receiver does not count a session as done whose Cease it reads together with the last prefix: so inject stays a
            # moment. What is measured ends with the last prefix.
            return lambda to: [os.path.abspath(words.loadgen), "inject", to, "--peers", str(words.sessions), "--routes", *table, "--quiet", "--hold",
                               "1s", "--mode", mode, *(["--shards", shards] if shards else []), *words.words]
        senders = {"replay": lambda to: [os.path.join(directory, "replay"), "--connect", to, "--conns", str(words.sessions), "--file",
                                         os.path.join(directory, "full.raw"), "--local-as", "65001", "--as-step", "1", "--quiet"]}
        senders.update((engine, inject(engine)) for engine in words.engines.split(","))
        seen = {name: [] for name in senders}
        for _ in range(words.rounds):
            for name, send in senders.items():   # in turns, so that a change of the machine meets both
                seen[name].append(one_run(directory, name, words.sessions, words.routes, send))
    return seen


def main():
    words = parse()
    seen = measure(words)
    if not seen:
        print("compare.py: skipped: no perf in $BARRAGE_SHARED, which says where its programs are")
        return 0
    print("%d routes × %d sessions, %d rounds, routes/s:" % (words.routes, words.sessions, words.rounds))
    for name, values in seen.items():
        print("  %-8s %s" % (name, spread(values)))
    engines = words.engines.split(",")
    pairs = [(engine, "replay") for engine in engines] + [(engine, engines[0]) for engine in engines[1:]]
    for name, to in pairs:
        print("  %-17s ratio %.3f   by round from %.3f to %.3f" % (name + " / " + to, *ratio(seen, name, to)))
    return 1 if min(ratio(seen, engine, "replay")[0] for engine in engines) < words.at_least else 0


if __name__ == "__main__":
    sys.exit(main())
