#!/usr/bin/env python3
"""Runs each fuzz target for so many seconds, from seeds: NLRI of every family, messages, and where the shared data is there its vectors, their
JSON, and the records of its small MRT dumps. As many targets run at once as there are cores. Programs that were not built with libFuzzer take each seed once, whatever SECONDS is.
usage: run.py BUILD SECONDS [TARGET…]"""

import bz2
import concurrent.futures
import gzip
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("BARRAGE_SHARED", ROOT.parent / "shared"))
CONTEXT = {"asn2": 1, "addpath": 2, "extmsg": 4}


def vectors():
    folder = SHARED / "vectors"
    for file in sorted(folder.glob("*.txt")):
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


def mrt_records(octets):
    """Whole records of a dump: RFC 6396 section 2."""
    at = 0
    while at + 12 <= len(octets):
        length = int.from_bytes(octets[at + 8 : at + 12], "big")
        if at + 12 + length > len(octets):
            return
        yield octets[at : at + 12 + length]
        at += 12 + length


def dumps():
    """Each small dump of the shared data, uncompressed; at most 200 of its records."""
    openers = {".gz": gzip.open, ".bz2": bz2.open}
    folder = SHARED / "data" / "small"
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if file.is_file():
            try:
                with openers.get(file.suffix, open)(file, "rb") as dump:
                    yield from list(mrt_records(dump.read(1 << 20)))[:200]
            except OSError:
                pass


def families_of_code():
    """{(AFI, SAFI): number in NlriFamilies}, as nlri_fuzz counts them."""
    text = (ROOT / "codec" / "nlri" / "nlri_families.hpp").read_text()
    (names,) = re.findall(r"using NlriFamilies =\s*FamilyList<([^>]*)>", text)
    return [name.strip() for name in names.split(",")]


# As NlriFamilies orders them.
AFI_SAFI = {"Ipv4Unicast": (1, 1), "Ipv4Multicast": (1, 2), "Ipv6Unicast": (2, 1), "Ipv6Multicast": (2, 2), "Ipv4LabeledUnicast": (1, 4),
            "Ipv6LabeledUnicast": (2, 4), "Ipv4Vpn": (1, 128), "Ipv6Vpn": (2, 128), "Evpn": (25, 70), "RtConstraint": (1, 132),
            "Vpls": (25, 65), "Ipv4SrPolicy": (1, 73), "Ipv6SrPolicy": (2, 73), "Ipv4FlowSpec": (1, 133), "Ipv6FlowSpec": (2, 133),
            "Ipv4FlowSpecVpn": (1, 134), "Ipv6FlowSpecVpn": (2, 134), "Ipv4Mvpn": (1, 5), "Ipv6Mvpn": (2, 5), "Ipv4Mup": (1, 85),
            "Ipv6Mup": (2, 85), "LinkState": (16388, 71), "LinkStateVpn": (16388, 72), "LinkStateSpf": (16388, 80),
            "Ipv4ClassfulTransport": (1, 76), "Ipv6ClassfulTransport": (2, 76)}


def json_lines(messages):
    """What `loadgen decode` says of each (context, message), where there is a loadgen."""
    loadgen = pathlib.Path(os.environ.get("BARRAGE_LOADGEN", ROOT / "build" / "release" / "loadgen"))
    if not loadgen.exists():
        return
    for context in range(8):
        lines = [message.hex() for each, message in messages if each == context]
        options = ["--asn2"] * (context & 1) + ["--addpath", "all"] * (context >> 1 & 1) + ["--extended-message"] * (context >> 2)
        done = subprocess.run([loadgen, "decode", "--json", *options], input="\n".join(lines) + "\n", capture_output=True, text=True)
        for line in done.stdout.splitlines() if lines else ():
            yield context, line.encode()


def nlri_fields(message):
    """(AFI and SAFI, withdrawn, octets) of the multiprotocol attributes."""
    for code, value in attributes(message):
        if code == 14 and len(value) > 4:
            yield (value[0] << 8 | value[1], value[2]), False, value[5 + value[3] :]
        if code == 15 and len(value) > 2:
            yield (value[0] << 8 | value[1], value[2]), True, value[3:]


def seeds():
    """(target, octets) of every seed."""
    numbers = {AFI_SAFI[name]: number for number, name in enumerate(families_of_code())}
    yield "mrt", bytes(12)
    for record in dumps():
        yield "mrt", record
    for context, line in json_lines(list(vectors())):
        yield "json", bytes([context]) + line
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
            for family, withdrawn, octets in nlri_fields(message):
                if family in numbers:
                    yield "nlri", bytes([context | 8 * withdrawn, numbers[family]]) + octets


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


def scenario_seeds():
    """The scenarios that come with loadgen, whole and phase by phase."""
    for file in sorted((ROOT / "loadgen" / "scenarios").glob("*.yaml")):
        text = file.read_text()
        yield "scenario", text.encode()
        head, _, rest = text.partition("phases:\n")
        for line in rest.splitlines():
            if line.startswith("  - "):
                yield "scenario", (head + "phases:\n  - connect\n" + line + "\n").encode()


def routes_seeds():
    """Texts with routes: those of the shared cases, and of each other form a line or two."""
    for file in sorted((SHARED / "cases" / "text").glob("*")):
        yield "routes", file.read_bytes()
    for text in (
            "# list\r\n10.0.0.0/8\n 2001:db8::/32 # one\n192.0.2.1\n",
            'prefix,next_hop,as_path,origin,med,local_pref,community,large_community,path_id\n'
            '10.0.0.0/8,192.0.2.1,"65001 {1,2}",igp,1,2,65001:1 no-export,1:2:3,7\n"2001:db8::/32",2001:db8::1+fe80::1,,,,,"65001:1\n65001:2",,\n',
            "TABLE_DUMP2_AP|1|B|192.0.2.1|64496|10.0.0.0/8|7|(1 2) 3 {4,5} [6]|EGP|192.0.2.9|1|2|1:2 local-AS|1:2:3|AG|1 192.0.2.7|23:e0:0000fde8|\n"
            "TABLE_DUMP2|1|B|192.0.2.1|64496|10.0.0.0/8|1|IGP|255.255.255.255|0|0||NAG||\n",
            "BGP4MP_ET|7|1700000000.25|A|192.0.2.1|1|10.0.0.0/8|1|IGP|192.0.2.1|0|0||NAG||\nBGP4MP|1|W|192.0.2.1|1|10.0.0.0/8\n"
            "BGP4MP|1|STATE|192.0.2.1|1|5|6\nBGP4MP_LOCAL|1|W|192.0.2.1|1|10.0.0.0/8\n",
            "announce route 10.0.0.0/8 next-hop self med 1\nwithdraw route 10.0.0.0/8\nannounce eor ipv4 unicast\n"
            "announce ipv4 mpls-vpn 10.3.0.0/16 rd 65001:1 label 16 next-hop 192.0.2.1\nannounce attributes next-hop self nlri 10.0.0.0/8 11.0.0.0/8\n"
            "announce flow route { match { destination 10.0.0.0/8; } then { discard; } }\n"):
        yield "routes", text.encode()


def ranges_seeds():
    """The ranges of the unit tests, right and wrong."""
    text = (ROOT / "tests" / "loadgen" / "nlri_range_words_test.cpp").read_text()
    for words in re.findall(r'"((?:range|[a-z0-9-]+):[^" ]+)"', text):
        yield "ranges", (words if words.startswith("range:") else "range:" + words).encode()
    for words in ("full-table:1M,seed=7,family=ipv6", "rib.bz2,snapshot=2", "range:10.0.0.0/24x1k,step=2,as-path=1 2,attribute=17:c0:00"):
        yield "ranges", words.encode()


def main():
    if not SHARED.is_dir():
        print("skipped: no seeds without the shared data")
        sys.exit(77)
    build, seconds, wanted = pathlib.Path(sys.argv[1]), int(sys.argv[2]), set(sys.argv[3:])
    for number, (target, octets) in enumerate([*seeds(), *exabgp_seeds(), *scenario_seeds(), *routes_seeds(), *ranges_seeds()]):
        folder = build / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"seed-{number}").write_bytes(octets)
    programs = [program for program in sorted((build / "tests" / "fuzz").glob("*_fuzz"))
                if not wanted or program.name.removesuffix("_fuzz") in wanted]

    def run(program):
        target = program.name.removesuffix("_fuzz")
        corpus = build / "corpus" / target
        corpus.mkdir(parents=True, exist_ok=True)
        command = [program, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0",
                   f"-artifact_prefix={build}/{target}-", corpus]
        return target, subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")

    failed = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        for target, done in threads.map(run, programs):
            print(f"{target}: {seconds} s\n{done.stdout}", flush=True)
            if done.returncode != 0:
                failed.append(target)
    if failed:
        sys.exit("fuzz: found something in " + ", ".join(failed))


main()
