#!/usr/bin/env python3
"""How near the bulk IPv4 roads of the codec come to tight C loops over the same table, in turns: packing it into UPDATEs, and counting the
prefixes of those UPDATEs. The loops are microbench.c of $BARRAGE_SHARED/perf, built here; what is packed comes to both from memory, with its
attributes grouped. The goal is 1.5 times the loop's time for packing, twice for reading. Give the ratio: absolute figures move with the
machine. Says so and ends where the shared data is not there."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
SHARED = os.environ.get("BARRAGE_SHARED") or os.path.join(ROOT, "..", "shared")
GOALS = {"encode": 1.5, "decode": 2.0}


def loop(directory, road, file, rounds):
    """Best routes/s of the C loop."""
    out = subprocess.run([os.path.join(directory, "microbench"), road, file, str(rounds)], check=True, capture_output=True, text=True).stdout
    lines = [json.loads(line) for line in out.splitlines()]
    return max(max(line["Mroutes_s"], line.get("small_buf_Mroutes_s", 0)) for line in lines) * 1e6


def ours(program, road, environment):
    done = subprocess.run([program, "--benchmark_filter=^%s_table$" % road, "--benchmark_format=json", "--benchmark_min_time=0.3"], check=True,
                          capture_output=True, text=True, env=dict(os.environ, **environment))
    (result,) = json.loads(done.stdout)["benchmarks"]
    if result.get("error_occurred"):
        raise SystemExit("loops.py: %s: %s" % (road, result["error_message"]))
    return result["routes/s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "release", "bench", "bulk_codec_bench"))
    parser.add_argument("--routes", type=int, default=1000000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    if not os.path.isdir(os.path.join(SHARED, "perf")):
        print("loops.py: skipped, no %s (BARRAGE_SHARED says where shared data is)" % os.path.join(SHARED, "perf"))
        return
    with tempfile.TemporaryDirectory(prefix="barrage-loops-") as directory:
        for name in os.listdir(os.path.join(SHARED, "perf")):
            shutil.copyfile(os.path.join(SHARED, "perf", name), os.path.join(directory, name))
        subprocess.run(["make", "-s", "-C", directory, "microbench"], check=True, stdout=sys.stderr)
        subprocess.run([sys.executable, os.path.join(directory, "gen_table.py"), "--out", directory, "--count", str(options.routes),
                        "--formats", "raw,mrt,rt"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        file = {name: os.path.join(directory, "full." + name) for name in ("raw", "mrt", "rt")}
        environment = {"BARRAGE_BENCH_MRT": file["mrt"], "BARRAGE_BENCH_RAW": file["raw"]}
        for road, word, of_loop in (("encode", "encode", file["rt"]), ("decode", "parse", file["raw"])):
            pairs = [(loop(directory, word, of_loop, 5), ours(options.program, road, environment)) for _ in range(options.rounds)]
            ratios = [theirs / mine for theirs, mine in pairs]
            print("%s of %d routes: C loop %.0fM routes/s, barrage %.0fM, ratio %.2f (%.2f to %.2f over %d rounds), goal %.1f"
                  % (road, options.routes, statistics.median(theirs for theirs, _ in pairs) / 1e6,
                     statistics.median(mine for _, mine in pairs) / 1e6, statistics.median(ratios), min(ratios), max(ratios),
                     options.rounds, GOALS[road]))


main()
