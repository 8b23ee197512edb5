#!/usr/bin/env python3
"""Runs each fuzz target for so many seconds, from seeds of the shared vectors where they are there.
usage: run.py BUILD SECONDS"""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTEXT = {"asn2": 1, "addpath": 2, "extmsg": 4}


SHARED = pathlib.Path(os.environ.get("BARRAGE_SHARED", ROOT.parent / "shared"))


def vectors():
    for file in sorted((SHARED / "vectors").glob("*.txt")):
        for line in file.read_text().splitlines():
            fields = [field.strip() for field in line.split(" | ")]
            if line.startswith("#") or len(fields) < 4:
                continue
            _, _, words = fields[1].partition(" ")
            context = sum(CONTEXT.get(word.partition("=")[0], 0) for word in words.split(",") if word)
            yield context, bytes.fromhex(fields[3])


def attributes(message):
    """(type, value) of each whole attribute of an UPDATE."""
    withdrawn = int.from_bytes(message[19:21], "big")
    at = 23 + withdrawn
    end = at + int.from_bytes(message[at - 2 : at], "big")
    while at + 4 <= min(end, len(message)):
        wide = message[at] & 0x10
        length = int.from_bytes(message[at + 2 : at + (4 if wide else 3)], "big")
        value = at + (4 if wide else 3)
        yield message[at + 1], message[value : value + length]
        at = value + length


def seeds():
    """(target, octets) of every seed."""
    for context, message in vectors():
        head = bytes([context])
        yield "message", head + message
        kind = message[18] if len(message) > 18 else 0
        if kind == 1:
            yield "open", message[19:]
        if kind == 2:
            yield "update", head + message[19:]
            for code, value in attributes(message):
                yield "attribute", head + bytes([code]) + value


def exabgp_seeds():
    """Configurations, and the routes of API lines: an octet that says which, then the text."""
    for file in sorted(SHARED.glob("exabgp/examples/*.conf")):
        yield "exabgp", b"\0" + file.read_bytes()
    for file in sorted(SHARED.glob("parity/cases/*/*.script")):
        for line in file.read_text().splitlines():
            for kind, word in ((1, " announce "), (2, " withdraw ")):
                if word in line:
                    yield "exabgp", bytes([kind]) + line.split(word, 1)[1].strip().encode()
    yield "exabgp", b"\3rpcp afi ipv4 safi unicast sequence 2 counter 200"
    yield "exabgp", b"\3asm afi ipv4 safi unicast advisory \"text\""


def main():
    build, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    for number, (target, octets) in enumerate([*seeds(), *exabgp_seeds()]):
        folder = build / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"seed-{number}").write_bytes(octets)
    failed = []
    for program in sorted((build / "tests" / "fuzz").glob("*_fuzz")):
        target = program.name.removesuffix("_fuzz")
        corpus = build / "corpus" / target
        corpus.mkdir(parents=True, exist_ok=True)
        print(f"{target}: {seconds} s", flush=True)
        command = [program, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0",
                   f"-artifact_prefix={build}/{target}-", corpus]
        if subprocess.run(command).returncode != 0:
            failed.append(target)
    if failed:
        sys.exit("fuzz: found something in " + ", ".join(failed))


main()
