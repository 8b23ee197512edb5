#!/usr/bin/env python3
"""What a build tree cost to build: seconds by unit, and the headers that bring most text into them.

The seconds come from ninja's own log (.ninja_log), which has the start and the end of the last job for each output. Their sum is an
estimate of CPU time: it is right where ninja ran no more jobs than there were cores, and too high where jobs shared a core. An object
that ccache had costs next to nothing in the log; build with CCACHE_DISABLE=1 to measure the compiler.

--headers runs the preprocessor of each unit (-E), which takes under a second each. A header is counted with all that it includes, at
the first place in a unit that includes it; so the figures of two headers may overlap. Precompiled headers are left out of the commands:
the figures are those of units that read everything themselves.

The log parsing has its tests in this file: python3 -m doctest tools/build_cost.py"""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
SAME_RUN_SECONDS = 2.0   # ninja's clock and the file system's may differ by so much; two runs of ninja start further apart

Job = collections.namedtuple("Job", "start end stamp outputs")   # start and end: ms since ninja started; stamp: mtime in the log, ns


class Trouble(Exception):
    """One line for a person."""


def parse_log(lines):
    """The jobs of a .ninja_log: the last one of each output, and one for all outputs that a command made together.

    >>> log = ["# ninja log v5", "0\\t1500\\t10\\ta.o\\taa", "200\\t900\\t11\\tb.o\\tbb", "900\\t950\\t12\\tlib.a\\tcc",
    ...        "900\\t950\\t12\\tlib.txt\\tcc"]
    >>> [(job.end - job.start, job.outputs) for job in parse_log(log)]
    [(1500, ['a.o']), (700, ['b.o']), (50, ['lib.a', 'lib.txt'])]

    What was built again counts once, as it was last:
    >>> [job.end - job.start for job in parse_log(log + ["0\\t40\\t13\\ta.o\\taa"])]
    [700, 50, 40]

    Another file is refused, and so is a line that is cut:
    >>> parse_log(["0\\t1\\t2\\ta.o\\taa"])
    Traceback (most recent call last):
    ...
    build_cost.Trouble: line 1: expected "# ninja log v5" or later
    >>> parse_log(["# ninja log v5", "0\\t1\\t2"])
    Traceback (most recent call last):
    ...
    build_cost.Trouble: line 2: expected start, end, mtime, output and hash, with tabs between them
    """
    last = {}
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\n")
        if number == 1:
            version = re.fullmatch(r"# ninja log v(\d+)", line)
            if not version or int(version[1]) < 5:
                raise Trouble('line 1: expected "# ninja log v5" or later')
            continue
        fields = line.split("\t")
        if len(fields) != 5 or not all(field.isdigit() for field in fields[:3]):
            raise Trouble("line %d: expected start, end, mtime, output and hash, with tabs between them" % number)
        start, end, stamp = map(int, fields[:3])
        last.pop(fields[3], None)   # so that the order is that of the last time
        last[fields[3]] = (start, end, stamp, fields[4])
    jobs = {}
    for output, (start, end, stamp, command) in last.items():
        jobs.setdefault((start, end, command), Job(start, end, stamp, [])).outputs.append(output)
    return list(jobs.values())


def wall(jobs, ends):
    """(seconds, runs): the time from the first job to the last one of each run of ninja, added up. Each run counts its milliseconds anew, so
    jobs are put to a run by the moment at which it started: `ends` has for each job when its output was written, in seconds.

    >>> one, two = [Job(0, 3000, 0, []), Job(100, 5000, 0, [])], [Job(0, 1000, 0, [])]
    >>> wall(one + two, [1003.0, 1005.1, 2001.0])
    (6.0, 2)
    """
    started = sorted((end - job.end / 1000, job) for job, end in zip(jobs, ends))
    runs = []
    previous = None
    for start, job in started:
        if previous is None or start - previous > SAME_RUN_SECONDS:
            runs.append([])
        runs[-1].append(job)
        previous = start
    return sum(max(job.end for job in run) - min(job.start for job in run) for run in runs) / 1000, len(runs)


class Unit:
    """One entry of compile_commands.json."""

    def __init__(self, entry, tree, root):
        self.directory = entry["directory"]
        self.words = shlex.split(entry["command"]) if "command" in entry else list(entry["arguments"])
        self.source = os.path.normpath(os.path.join(self.directory, entry["file"]))
        output = entry.get("output") or self.words[self.words.index("-o") + 1]
        self.output = os.path.normpath(os.path.join(self.directory, output))
        self.is_pch = os.path.basename(self.source).startswith("cmake_pch")
        self.name = self._name(tree, root)

    def _name(self, tree, root):
        """Its source; of several that are compiled as one, all of them."""
        if not self.source.startswith(tree + os.sep):
            return os.path.relpath(self.source, root)
        target = re.search(r"CMakeFiles/([^/]+)\.dir/", self.source)
        name = os.path.basename(self.source)
        if not os.path.basename(os.path.dirname(self.source)) == "Unity":
            return "%s: %s" % (target[1], name) if target else name
        try:
            with open(self.source) as file:
                parts = re.findall(r'#include "([^"]+)"', file.read())
        except OSError:
            parts = []
        parts = [os.path.relpath(part, root) for part in parts]
        # The folder that all of them are in stands there once.
        folder = os.path.commonpath([os.path.dirname(part) for part in parts]) if parts else ""
        words = ", ".join(os.path.relpath(part, folder or ".") for part in parts)
        return "%s: %s" % (folder or (target[1] if target else name), words or name)

    def preprocess_words(self):
        """Its command as one that writes the preprocessed text to standard output."""
        words = list(self.words)
        while words and os.path.basename(words[0]) in ("ccache", "sccache", "distcc"):
            del words[0]
        kept = []
        i = 0
        while i < len(words):
            word = words[i]
            following = words[i + 1 : i + 4]
            if word in ("-o", "-MF", "-MT", "-MQ"):
                i += 2
            elif word in ("-c", "-MD", "-MMD", "-MP", "-Winvalid-pch", "-fpch-instantiate-templates"):
                i += 1
            elif word == "-include" and following and "cmake_pch" in following[0]:
                i += 2
            elif word == "-Xclang" and following[:1] in (["-include-pch"], ["-include"]) and "cmake_pch" in following[2]:
                i += 4
            elif word == "-Xclang" and following[:1] in (["-emit-pch"], ["-fno-pch-timestamp"]):
                i += 2
            else:
                kept.append(word)
                i += 1
        return kept + ["-E"]


class Tree:
    def __init__(self, path, needed=("compile_commands.json", ".ninja_log")):
        self.path = os.path.realpath(path)
        self.shown = path
        if not os.path.isdir(self.path):
            raise Trouble("%s: there is no such build tree; for build/release: cmake --preset release && ninja -C build/release" % path)
        for name, made_by in (("compile_commands.json", "cmake -G Ninja -DCMAKE_EXPORT_COMPILE_COMMANDS=ON"), (".ninja_log", "ninja")):
            if name in needed and not os.path.isfile(os.path.join(self.path, name)):
                raise Trouble("%s: no %s in it; %s writes that" % (path, name, made_by))
        self.root = self._root()
        try:
            with open(os.path.join(self.path, "compile_commands.json")) as file:
                entries = json.load(file)
            self.units = [Unit(entry, self.path, self.root) for entry in entries]
        except (ValueError, KeyError, IndexError) as wrong:
            raise Trouble("%s/compile_commands.json: %s" % (path, wrong or type(wrong).__name__)) from wrong
        try:
            with open(os.path.join(self.path, ".ninja_log")) as file:
                self.jobs = parse_log(file)
        except FileNotFoundError:
            self.jobs = []
        except Trouble as wrong:
            raise Trouble("%s/.ninja_log: %s" % (path, wrong)) from wrong

    def _root(self):
        try:
            with open(os.path.join(self.path, "CMakeCache.txt")) as file:
                found = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.+)$", file.read(), re.MULTILINE)
            return os.path.realpath(found[1]) if found else ROOT
        except OSError:
            return ROOT

    def absolute(self, output):
        return os.path.normpath(os.path.join(self.path, output))

    def wall(self):
        ends = []
        for job in self.jobs:
            try:
                ends.append(os.stat(self.absolute(job.outputs[0])).st_mtime_ns / 1e9)
            except OSError:
                ends.append(job.stamp / 1e9)
        return wall(self.jobs, ends)

    def costs(self):
        """([(seconds, unit)], the most expensive first; seconds of all other jobs; how many those are; units that were not built)"""
        by_output = {self.absolute(output): job for job in self.jobs for output in job.outputs}
        costs, compiled = [], set()
        for unit in self.units:
            job = by_output.get(unit.output)
            if job:
                costs.append(((job.end - job.start) / 1000, unit))
                compiled.add(id(job))
        others = [job for job in self.jobs if id(job) not in compiled]
        costs.sort(key=lambda cost: -cost[0])
        return costs, sum(job.end - job.start for job in others) / 1000, len(others), len(self.units) - len(costs)


class Header:
    def __init__(self):
        self.units = 0
        self.octets = 0
        self.lines = 0


STDC_PREDEF = "/usr/include/stdc-predef.h"   # included by the compiler itself
SYSTEM_FOLDERS = r"^/usr/(?:local/)?(?:lib/(?:gcc|llvm-\d+)/.*?)?include/(?:c\+\+/\d+/)?"
MARKER = re.compile(rb'^# \d+ "((?:[^"\\]|\\.)*)"((?: \d)*)$', re.MULTILINE)


def measure_text(text):
    """What each file brings into preprocessed text, with all that it includes: {file: [octets, lines, includer]}. The unit itself has no includer.

    >>> text = b'# 1 "u.cpp"\\nint u;\\n# 1 "a.hpp" 1\\nint a;\\n# 1 "b.hpp" 1\\nint bb;\\n# 2 "a.hpp" 2\\n# 2 "u.cpp" 2\\nint v;\\n'
    >>> for name, (octets, lines, includer) in measure_text(text).items(): print(name, octets, lines, includer)
    b.hpp 8 1 a.hpp
    a.hpp 15 2 u.cpp
    u.cpp 29 4 None
    """
    found = {}
    octets = lines = 0
    stack = []   # [file, octets before it, lines before it]
    at = None

    def close():
        name, octets_before, lines_before = stack.pop()
        if any(name == other[0] for other in stack):
            return   # inside itself: counted with the outer one
        includer = next((other[0] for other in reversed(stack) if not other[0].startswith("<")), None)
        entry = found.setdefault(name, [0, 0, includer])
        entry[0] += octets - octets_before
        entry[1] += lines - lines_before

    for marker in MARKER.finditer(text):
        if at is not None:
            octets += marker.start() - at
            lines += text.count(b"\n", at, marker.start())
        at = marker.end() + 1
        name = marker[1].decode(errors="replace")
        flags = marker[2].split()
        if b"1" in flags:
            stack.append([name, octets, lines])
        elif b"2" in flags:
            while len(stack) > 1 and stack[-1][0] != name:
                close()
        elif not stack:
            stack.append([name, octets, lines])
        # Else a name within the same file: "<built-in>", "<command-line>", and the unit again.
    if at is not None:
        octets += len(text) - at
        lines += text.count(b"\n", at)
    while stack:
        close()
    return found


def measure_headers(tree, jobs):
    """(headers of the project, headers of libraries that the project includes itself, octets and lines of all units, how many units)"""
    own, others = collections.defaultdict(Header), collections.defaultdict(Header)
    whole = Header()
    inside = tree.root + os.sep
    built = tree.path + os.sep

    def preprocessed(unit):
        done = subprocess.run(unit.preprocess_words(), cwd=unit.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            first = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[0]
            raise Trouble("%s cannot be preprocessed: %s" % (unit.name, first))
        return unit, measure_text(done.stdout)

    def is_own(directory, name):
        full = os.path.normpath(os.path.join(directory, name))
        return os.path.relpath(full, tree.root) if full.startswith(inside) and not full.startswith(built) else None

    def add(header, octets, lines):
        header.units += 1
        header.octets += octets
        header.lines += lines

    units = [unit for unit in tree.units if not unit.is_pch]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for unit, found in pool.map(preprocessed, units):
            for name, (octets, lines, includer) in found.items():
                if includer is None:
                    add(whole, octets, lines)
                    continue
                relative = is_own(unit.directory, name)
                if relative:
                    if relative.endswith((".hpp", ".h")):
                        add(own[relative], octets, lines)
                elif is_own(unit.directory, includer) and name != STDC_PREDEF:
                    add(others[re.sub(SYSTEM_FOLDERS, "", os.path.normpath(name))], octets, lines)
    return own, others, whole, len(units)


def print_costs(tree, most):
    costs, rest, others, unbuilt = tree.costs()
    seconds, runs = tree.wall()
    compiling = sum(cost for cost, _ in costs)
    print("%s: %.0f s of jobs: %.0f s compile %d units, %.0f s are %d other jobs (archives, links)" % (
        tree.shown, compiling + rest, compiling, len(costs), rest, others))
    print("wall: %.0f s in %d run%s of ninja" % (seconds, runs, "" if runs == 1 else "s"))
    if unbuilt:
        print("not built: %d of %d units" % (unbuilt, len(tree.units)))
    print()
    print("seconds  unit")
    for cost, unit in costs[:most]:
        print("%7.1f  %s" % (cost, unit.name))


def print_total(tree):
    costs, rest, _, unbuilt = tree.costs()
    seconds, _ = tree.wall()
    print("build cost of %s: %.0f s of jobs, %.0f s of wall time, %d of %d units%s" % (
        tree.shown, sum(cost for cost, _ in costs) + rest, seconds, len(costs), len(tree.units),
        "" if not costs else ", the most expensive %.0f s" % costs[0][0]))


def print_headers(tree, most, jobs):
    own, others, whole, units = measure_headers(tree, jobs)
    print("%d units are %.0f MB and %.2f million lines when they are preprocessed" % (units, whole.octets / 1e6, whole.lines / 1e6))
    for title, headers in (("header of the project", own), ("header of a library, as the project includes it", others)):
        print()
        print("  units       MB  M lines  kB a unit  %s" % title)
        ranked = sorted(headers.items(), key=lambda each: -each[1].octets)
        for name, header in ranked[:most]:
            print("%7d  %7.1f  %7.2f  %9.0f  %s" % (header.units, header.octets / 1e6, header.lines / 1e6,
                                                  header.octets / 1e3 / header.units, name))


def positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def main():
    summary, details = __doc__.split("\n\n", 1)
    parser = argparse.ArgumentParser(description=summary, epilog=details, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", nargs="?", default="build/release", help="a build tree, generated for ninja [%(default)s]")
    parser.add_argument("--units", type=positive, default=20, metavar="N", help="how many of the most expensive units to print [%(default)s]")
    parser.add_argument("--headers", action="store_true", help="print the most expensive headers, too: preprocesses every unit; the tree need not be built")
    parser.add_argument("--top", type=positive, default=10, metavar="N", help="with --headers: how many of each kind to print [%(default)s]")
    parser.add_argument("--jobs", type=positive, default=os.cpu_count() or 1, metavar="N",
                        help="with --headers: how many preprocessors run at once [%(default)s, one for each core]")
    parser.add_argument("--total", action="store_true", help="print one line and nothing else, for a log of continuous integration")
    words = parser.parse_args()
    if words.total and words.headers:
        parser.error("--total and --headers do not go together")
    try:
        # What headers bring needs no build.
        tree = Tree(words.tree, ("compile_commands.json",)) if words.headers else Tree(words.tree)
        if words.total:
            print_total(tree)
            return 0
        if tree.jobs or not words.headers:
            print_costs(tree, words.units)
            print()
        if words.headers:
            print_headers(tree, words.top, words.jobs)
    except Trouble as trouble:
        print("build_cost.py: %s" % trouble, file=sys.stderr)
        return 2
    except BrokenPipeError:   # | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
