#!/usr/bin/env python3
"""An API program for tests, told by its words what to do:  flood_program.py WORD=VALUE …

routes=N      announces N routes, 10.0.0.0/32 on, each with attributes of one of `sets`
base=N        the first of them is so much behind 10.0.0.0 (0)
sets=N        so many different attributes (1): MULTI_EXIT_DISC is the route's number modulo N
acks=off      asks for no answers
seed=N        lines are written in chunks of any size, cut anywhere
chunk=N       whole lines in writes of at most N octets (65536)
read=no       never reads an answer
log=FILE      notes after each write how many whole lines have left
done=FILE     notes how many answers came, and which were not `done`, when all have; without acks what came first, asked for at the end
then=wait     reads until `shutdown` (wait), ends (end), or asks the speaker to shut down (shutdown)
once=FILE     a second run does nothing but wait: the file says that the first was there
"""

import os
import random
import sys


def words():
    return dict(word.split("=", 1) for word in sys.argv[1:])


def route(number, sets):
    return b"announce route 10.%d.%d.%d/32 next-hop 192.0.2.1 med %d\n" % (number >> 16 & 255, number >> 8 & 255, number & 255, number % sets)


def write(octets):
    while octets:
        octets = octets[os.write(1, octets):]


def wait_for(what):
    """All that came up to this."""
    came = b""
    while what not in came:
        octets = os.read(0, 65536)
        if not octets:
            break
        came += octets
    return came


def note(file, text):
    with open(file + ".new", "w") as out:
        out.write(text)
    os.rename(file + ".new", file)


def chunks(options):
    """(octets, whole lines that have left with them)"""
    count, sets, base = int(options.get("routes", 0)), int(options.get("sets", 1)), int(options.get("base", 0))
    if "seed" in options:
        dice = random.Random(int(options["seed"]))
        octets = b"".join(route(base + number, sets) for number in range(count))
        at = 0
        while at < len(octets):
            size = dice.choice((1, 7, 50, 4096, 65537))
            yield octets[at:at + size], octets.count(b"\n", 0, at + size)
            at += size
        return
    most = int(options.get("chunk", 65536))
    held, held_octets, number = [], 0, 0
    while number < count:
        line = route(base + number, sets)
        if held_octets + len(line) > most:
            yield b"".join(held), number
            held, held_octets = [], 0
        held.append(line)
        held_octets += len(line)
        number += 1
    yield b"".join(held), count


def main():
    options = words()
    if "once" in options:
        if os.path.exists(options["once"]):
            return wait_for(b"shutdown")
        open(options["once"], "w").close()
    if options.get("acks") == "off":
        write(b"silence-ack\n")
    log = os.open(options["log"], os.O_CREAT | os.O_WRONLY | os.O_TRUNC) if "log" in options else None
    for octets, lines in chunks(options):
        write(octets)
        if log is not None:
            os.pwrite(log, b"%10d" % lines, 0)
    if options.get("read") == "no":
        if options.get("then") == "shutdown":
            write(b"shutdown\n")
        while True:
            import time
            time.sleep(3600)
    if options.get("acks") == "off":
        write(b"enable-ack\nping text\n")   # answered, and nothing before them
        came = wait_for(b"active")
        note(options["done"], came.partition(b" ")[0].decode())
        return wait_for(b"shutdown")
    wanted, answers, others, rest = int(options.get("routes", 0)), 0, [], b""
    while answers + len(others) < wanted:
        octets = os.read(0, 1 << 20)
        if not octets:
            break
        *lines, rest = (rest + octets).split(b"\n")
        good = lines.count(b"done")
        answers += good
        if good != len(lines):
            others += [line for line in lines if line != b"done"]
    if "done" in options:
        note(options["done"], "%d %d %r" % (answers, len(others), others[:10]))
    if options.get("then") == "shutdown":
        write(b"shutdown\n")
    if options.get("then", "wait") != "end":
        wait_for(b"shutdown")


main()
