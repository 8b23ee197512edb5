"""The same script of API commands in both engines: the same octets to every peer where the script fixes what falls in one turn, the same
final tables where a program writes as fast as it can."""

import collections
import os
import signal
import socket
import struct
import sys
import threading
import time
import unittest

from support.bgp import KEEPALIVE, UPDATE, Receiver, capability, messages_of, table_of
from support.programs import PATIENCE, RealTest, words_of
from support.script import PIPE_BUF, Neighbor, Script

RELAY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "support", "relay_program.py")
MARKER_NLRI = b"\x20\xc0\x00\x02\xff"       # support.script.MARKER
MED = b"\x80\x04\x04"                       # flags, type and length of MULTI_EXIT_DISC
OF_WATCHDOGS = ("172.17.0.0/16", "172.18.0.0/16")
ROUTE_REFRESH_AND_FLOW = capability(2) + capability(1, b"\0\1\0\x85")

Played = collections.namedtuple("Played", "conversations answers sessions")


class Peers:
    """A receiver for each neighbour; what marker each has seen last."""

    def __init__(self, neighbors):
        self.seen = [0] * len(neighbors)
        self.read = [0] * len(neighbors)
        self.changed = threading.Condition()
        self.receivers = [Receiver(each.address, my_as=each.peer_as, add_path=each.add_path, more=ROUTE_REFRESH_AND_FLOW,
                                   misbehave=lambda session, at=each.number: self.look(at, session)) for each in neighbors]

    def look(self, at, session):
        for kind, octets in messages_of(memoryview(session.octets)[self.read[at]:session.framed].tobytes()):
            self.read[at] += len(octets)
            if kind == UPDATE and MARKER_NLRI in octets and MED in octets:
                value = octets.index(MED) + len(MED)
                with self.changed:
                    self.seen[at] = max(self.seen[at], struct.unpack_from(">I", octets, value)[0])
                    self.changed.notify_all()
            elif octets[19:] == b"\0\0\0\0":   # the first End-of-RIB, for IPv4
                with self.changed:
                    self.changed.notify_all()

    def wait(self, condition, what):
        with self.changed:
            if not self.changed.wait_for(condition, PATIENCE):
                raise AssertionError("not within %g s: %s; markers %r" % (PATIENCE, what, self.seen))

    def wait_for_marker(self, number):
        self.wait(lambda: min(self.seen) >= number, "marker %d is with all peers" % number)

    def wait_for_sessions(self):
        self.wait(lambda: all(each.sessions and each.sessions[0].ends_of_rib >= 1 for each in self.receivers), "all sessions are up")

    def stop(self):
        for each in self.receivers:
            each.stop()


class Relay:
    """The other end of relay_program.py."""

    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(1)
        self.listener.settimeout(PATIENCE)
        self.connection = None
        self.lines, self.rest = [], b""
        self.answered = 0   # `done` or `error`

    def accept(self):
        self.connection, _ = self.listener.accept()
        self.connection.settimeout(PATIENCE)

    def write(self, lines):
        octets = "".join(line + "\n" for line in lines).encode()
        self.connection.sendall(struct.pack(">I", len(octets)) + octets)
        return len(octets)

    def wait_for_answers(self, count):
        """count: since the beginning."""
        while self.answered < count:
            octets = self.connection.recv(1 << 20)
            if not octets:
                raise AssertionError("the program has gone")
            *lines, self.rest = (self.rest + octets).split(b"\n")
            self.lines += lines
            self.answered += lines.count(b"done") + lines.count(b"error")

    def close(self):
        self.listener.close()
        if self.connection:
            self.connection.close()


class ModesTest(RealTest):
    def play(self, script, engine, in_batches):
        words = words_of(engine)
        peers = Peers(script.neighbors)
        self.addCleanup(peers.stop)
        path = self.path("relay.%d" % time.monotonic_ns())
        relay = Relay(path)
        self.addCleanup(relay.close)
        conf = "process hand { run %s %s %s; encoder text; }\n" % (sys.executable, RELAY, path)
        conf += "".join(each.configuration(peers.receivers[each.number].port, "hand") for each in script.neighbors)
        path = self.path("speak.conf")
        with open(path, "w") as file:
            file.write(conf)
        speaker = self.loadgen("speak", *words, path, environment={"exabgp_tcp_bind": "", "exabgp_api_cli": "false"})
        relay.accept()
        peers.wait_for_sessions()
        wanted = 0
        if in_batches:
            for number, lines in enumerate(script.batches):
                self.assertLessEqual(relay.write(lines), PIPE_BUF)
                wanted += len(lines)
                relay.wait_for_answers(wanted)
                peers.wait_for_marker(number + 1)
        else:
            writer = threading.Thread(target=lambda: [relay.write(lines) for lines in script.batches], daemon=True)
            writer.start()
            relay.wait_for_answers(sum(len(lines) for lines in script.batches))
            writer.join()
            peers.wait_for_marker(len(script.batches))
        speaker.signal(signal.SIGTERM)
        speaker.wait(30)
        self.assert_status(speaker, 0)
        peers.stop()
        for each in peers.receivers:
            self.assertIsNone(each.error)
            self.assertEqual(len(each.sessions), 1)
        sessions = [each.sessions[0] for each in peers.receivers]
        return Played([[octets for kind, octets in messages_of(session.octets) if kind != KEEPALIVE] for session in sessions],
                      [line.decode() for line in relay.lines], sessions)

    def compare_octets(self, engines, commands, peers, seed):
        script = Script(seed, [Neighbor(number) for number in range(peers)], commands)
        first, *others = [self.play(script, engine, in_batches=True) for engine in engines]
        for engine, other in zip(engines[1:], others):
            self.assertEqual(first.answers, other.answers, "answers in %s" % engine)
            for neighbor, mine, theirs in zip(script.neighbors, first.conversations, other.conversations):
                for at, (one, two) in enumerate(zip(mine, theirs)):
                    self.assertEqual(one.hex(), two.hex(), "message %d to neighbour %d in %s" % (at, neighbor.number, engine))
                self.assertEqual(len(mine), len(theirs), "messages to neighbour %d in %s" % (neighbor.number, engine))
        return sum(len(each) for each in first.conversations)

    def compare_tables(self, engines, commands, peers, seed):
        script = Script(seed, [Neighbor(number, plain=True) for number in range(peers)], commands, plain=True)
        answers = set()
        for engine in engines:
            played = self.play(script, engine, in_batches=False)
            answers.add("\n".join(played.answers))
            for neighbor, session in zip(script.neighbors, played.sessions):
                table = {prefix: int.from_bytes(attributes[4], "big") if 4 in attributes else None
                         for prefix, attributes in table_of(session.updates()).items() if prefix not in OF_WATCHDOGS}
                self.assertEqual(table, script.tables[neighbor.number], "neighbour %d in %s" % (neighbor.number, engine))
        self.assertEqual(len(answers), 1)


class EnginesPlayScripts(ModesTest):
    def test_every_peer_gets_the_same_octets(self):
        self.compare_octets(("sync", "async:2", "async:4"), commands=1000, peers=10, seed=1)

    def test_tables_are_as_the_script_says(self):
        self.compare_tables(("sync", "async:2"), commands=3000, peers=10, seed=2)


class SoakEnginesPlayScripts(ModesTest):
    engines = ("sync", "async", "async:1", "async:2", "async:4", "async:8")

    def test_every_peer_gets_the_same_octets(self):
        for seed in range(100, 103):
            with self.subTest(seed=seed):
                self.compare_octets(self.engines, commands=10000, peers=40, seed=seed)

    def test_tables_are_as_the_script_says(self):
        for seed in range(200, 203):
            with self.subTest(seed=seed):
                self.compare_tables(self.engines, commands=10000, peers=40, seed=seed)


if __name__ == "__main__":
    unittest.main()
