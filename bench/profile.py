#!/usr/bin/env python3
"""Where the time of a run of `loadgen inject` goes: perf(1) over several runs into a receiver that counts, samples put to stages by symbol.

Counted is what lies between the first UPDATE that is packed and the last octet that goes to TCP; before and behind it the table is made, loaded
and let go. Anything behind -- goes to inject."""

import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
# The first that is found in a symbol names its stage; user space, then the kernel.
USER = (
    ("pack", r"UpdatePacker|ExabgpPacker|NlriPacking|WindowCutter|pack_window|PackedUpdates|encode_common_variant|[Vv]ariant|put_header|RouteWalk|RouteSlice"),
    ("patch", r"barrage::patch|memmove|memcpy"),
    ("send: outbox, sockets, turns", r"Outbox|PeerSockets|Peer::|Session|Shard|turn|Turn|AdjRibOut|Waiter|PollLoop|Executor|epoll|poll|asio|WindowSource|Window"),
    ("pipeline: TBB", r"tbb|pipeline"),
)
KERNEL = (
    ("kernel: copying octets in", r"copy_from_iter|copy_user|copyin|_copy_from_user|rep_movs"),
    ("kernel: memory", r"page|fault|lruvec|memcg|cgroup|anon|mmap|vma|folio|clear_|madvise|mem_"),
    ("kernel: waiting, waking, switching", r"schedul|finish_task|futex|poll|wake|__switch|hrtimer|idle|sigreturn"),
    ("kernel: TCP, loopback", r""),
)


def stage(symbol, is_kernel):
    for name, pattern in KERNEL if is_kernel else USER:
        if re.search(pattern, symbol):
            return name
    return "other"


def stages_while_sending(data):
    text = subprocess.run(["perf", "script", "-i", data, "-F", "time,ip,sym,dso"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=True).stdout
    samples = []
    for line in text.splitlines():
        found = re.match(r"\s*([0-9.]+):\s+[0-9a-f]+ (.+) \((.*)\)$", line)
        if found:
            at, symbol, binary = found.groups()
            samples.append((float(at), symbol, stage(symbol, "kernel" in binary or "[" in binary)))
    samples.sort()
    sends = [at for at, symbol, name in samples if name == "pack" or "tcp_sendmsg" in symbol]
    return [name for at, _, name in samples if sends and sends[0] <= at <= sends[-1]]


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--loadgen", default=os.path.join(ROOT, "build/release/loadgen"))
    options.add_argument("--peers", default="1,100")
    options.add_argument("--routes", default="full-table:1M")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("words", nargs="*", help="after --: more options for inject")
    words = options.parse_args()
    print("| peers | engine | stage | samples | share |\n|---|---|---|---|---|")
    for peers in words.peers.split(","):
        for mode in ("sync", "async"):
            counts = collections.Counter()
            for _ in range(words.runs):
                with tempfile.TemporaryDirectory(prefix="barrage-profile-") as directory:
                    data = os.path.join(directory, "perf.data")
                    sink = subprocess.Popen([words.loadgen, "sink", "--listen", "127.0.0.1:0", "--sessions", peers, "--count-only", "--quiet"],
                                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                    try:
                        address = re.search(r"listening on (\S+)", sink.stderr.readline())[1]
                        subprocess.run(["perf", "record", "-q", "-F", "5000", "-o", data, "--", words.loadgen, "inject", address, "--peers", peers,
                                        "--routes", words.routes, "--next-hop", "self", "--mode", mode, "--quiet", *words.words],
                                       stdout=subprocess.DEVNULL, check=True)
                    finally:
                        sink.terminate()
                        sink.wait()
                    counts.update(stages_while_sending(data))
            for name, count in counts.most_common():
                print("| %s | %s | %s | %d | %.0f %% |" % (peers, mode, name, count, 100 * count / counts.total()))
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
