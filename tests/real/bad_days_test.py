"""Bad days: memory runs out, a log is full, a file is none, one peer sends without end. What was asked for goes on, or ends with one clear message,
and nothing grows."""

import os
import re
import resource
import signal
import socket
import struct
import subprocess
import sys

from support.bgp import KEEPALIVE, NOTIFICATION, UPDATE, message, messages_of, open_message
from support.peer import Peer
from support.programs import LOADGEN, PATIENCE, RealTest, endpoint, engine_words, free_port, wait_until
from support.with_programs import WithPrograms

USAGE, INCOMPLETE = 2, 4
# ORIGIN IGP, AS_PATH 65001 in four octets, NEXT_HOP 192.0.2.1; within an AS an empty AS_PATH and LOCAL_PREF 100 (RFC 4271 section 5.1)
EXTERNAL = b"\x40\x01\x01\0\x40\x02\x06\x02\x01\0\0\xfd\xe9\x40\x03\x04\xc0\0\x02\x01"
INTERNAL = b"\x40\x01\x01\0\x40\x02\0\x40\x03\x04\xc0\0\x02\x01\x40\x05\x04\0\0\0\x64"
MIB = 1 << 20


def updates(numbers, attributes=EXTERNAL, per_update=500, withdrawn=False):
    """/32s by number, so many in an UPDATE (RFC 4271 section 4.3)."""
    numbers = list(numbers)
    octets = []
    for at in range(0, len(numbers), per_update):
        nlri = b"".join(b"\x20" + struct.pack(">I", number) for number in numbers[at:at + per_update])
        if withdrawn:
            octets.append(message(UPDATE, struct.pack(">H", len(nlri)) + nlri + b"\0\0"))
        else:
            octets.append(message(UPDATE, b"\0\0" + struct.pack(">H", len(attributes)) + attributes + nlri))
    return b"".join(octets)


def memory_of(program, what="VmRSS"):
    with open("/proc/%d/status" % program.process.pid) as file:
        return int(re.search(what + r":\s+(\d+) kB", file.read())[1]) * 1024


def descriptors_of(program):
    return len(os.listdir("/proc/%d/fd" % program.process.pid))


def cpu_of(program):
    with open("/proc/%d/stat" % program.process.pid) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def at(program_endpoint):
    address, port = program_endpoint.rsplit(":", 1)
    return address, int(port)


class DayWithPeers(RealTest):
    def peer(self, sink, my_as=65001, identifier="192.0.2.7"):
        peer = Peer(at(sink.endpoint), self.address, my_as, ["ipv4"], identifier)
        self.addCleanup(peer.close)
        peer.wait_established()
        return peer

    def ended_with(self, peer):
        """Code and subcode of the NOTIFICATION that came."""
        return tuple(wait_until(lambda: peer.messages(NOTIFICATION), "a NOTIFICATION")[0][19:21])


class FullLogs(RealTest):
    """sink, inject, run and device do what they are for, whatever becomes of stderr."""

    def with_stderr(self, redirection, *words):
        return self.start("/bin/sh", "-c", 'exec "$@" ' + redirection, "sh", LOADGEN, *words, *engine_words(words))

    def sink_on_a_known_port(self, redirection):
        port = free_port(self.address)
        sink = self.with_stderr(redirection, "sink", "--listen", endpoint(self.address, port), "--sessions", "1", "--expect", "1000", "--json")

        def listens():
            with socket.socket() as probe:   # a connection that says nothing: none of the sessions
                return probe.connect_ex((self.address, port)) == 0
        wait_until(lambda: listens() or sink.status is not None, "the sink listens")
        return sink, port

    def check(self, redirection):
        sink, port = self.sink_on_a_known_port(redirection)
        injector = self.with_stderr(redirection, "inject", endpoint(self.address, port), "--routes", "range:10.0.0.0/24x1000", "--json")
        injector.wait()
        self.assertEqual(injector.status, 0)
        self.assertEqual(injector.json()["counters"]["wire_routes"], 1000)
        sink.wait()
        self.assertEqual(sink.status, 0)
        self.assertEqual(sink.json()["distinct"], 1000)

    def test_a_full_device(self):
        self.check("2>/dev/full")

    def test_a_closed_descriptor(self):
        self.check("2>&-")

    def stuck_pipe(self):
        """Full to its last octet, and nobody reads it."""
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        os.set_blocking(writer, False)
        try:
            while os.write(writer, b"x" * 4096):
                pass
        except BlockingIOError:
            pass
        os.set_blocking(writer, True)
        return writer

    def test_a_pipe_that_is_full_and_not_read(self):
        writer = self.stuck_pipe()
        port = free_port(self.address)
        words = ["sink", "--listen", endpoint(self.address, port)]
        sink = subprocess.Popen([LOADGEN, *words, *engine_words(words)], stderr=writer, stdout=subprocess.DEVNULL)
        self.addCleanup(sink.wait)
        self.addCleanup(sink.kill)
        injected = wait_until(lambda: subprocess.run([LOADGEN, "inject", endpoint(self.address, port), "--routes", "range:10.0.0.0/24x1000"],
                                                     stderr=writer, stdout=subprocess.DEVNULL, timeout=PATIENCE).returncode == 0, "routes are injected")
        self.assertTrue(injected)
        sink.send_signal(signal.SIGTERM)
        self.assertEqual(sink.wait(PATIENCE), 0)

    def test_run_and_device(self):
        port = free_port(self.address)
        device = self.with_stderr("2>/dev/full", "device", "--listen", endpoint(self.address, port), "--as", "64999")
        with open(self.path("scenario.yaml"), "w") as file:
            file.write("name: a full log\ndut: {address: %s, port: %d, as: 64999}\npeers:\n  - {name: senders, as: 65001, routes: 'range:10.0.0.0/24x100'}\n"
                       "  - {name: receivers, as: 64601}\nphases:\n  - connect\n  - announce\n  - wait\n" % (self.address, port))
        run = self.with_stderr("2>/dev/full", "run", self.path("scenario.yaml"), "--json")
        run.wait()
        self.assertEqual(run.status, 0, run.out[-2000:])
        device.signal(signal.SIGTERM)
        device.wait()
        self.assertEqual(device.status, 0)


class OutOfMemory(DayWithPeers):
    """RFC 4486: Cease, Out of Resources, to every peer; the result of what came; one message; exit status 4."""

    def limit(self, program, more):
        size = memory_of(program, "VmSize") + more
        resource.prlimit(program.process.pid, resource.RLIMIT_AS, (size, size))

    def test_a_sink(self):
        sink = self.start_sink()
        peer, other = self.peer(sink), self.peer(sink, identifier="192.0.2.8")
        self.limit(sink, 48 * MIB)
        sent = 0
        try:
            while sink.status is None and not peer.messages(NOTIFICATION) and sent < 60_000_000:
                peer.send(updates(range(sent, sent + 50_000)))
                sent += 50_000
        except OSError:   # it closed the connection
            pass
        sink.wait()
        self.assert_status(sink, INCOMPLETE)
        self.assert_one_clear_line(sink, "(?m)^loadgen sink: ended early: out of memory; ")
        self.assertEqual(len(re.findall("out of memory", sink.err)), 1)
        for each in (peer, other):
            self.assertEqual(self.ended_with(each), (6, 8))
        result = sink.json()
        self.assertEqual(len(result["per_session"]), 2)
        self.assertGreater(result["announced"], 50_000)


class OnePeerFillsNothing(DayWithPeers):
    def assert_memory_below(self, sink, peer, limit):
        """Not at once: on a busy machine many connections are open at a time, and the allocator keeps for seconds what they gave back."""

        def is_below():
            peer.send(updates([1]))   # it looks at what it keeps when it is asked for more
            return memory_of(sink) < limit

        wait_until(is_below, "memory is below %d MiB" % (limit // MIB), 60)

    def test_prefixes_that_are_only_withdrawn(self):
        sink = self.start_sink()
        peer = self.peer(sink)
        peer.send(updates(range(1000)) + updates(range(1000), withdrawn=True))
        before = memory_of(sink)
        for block in range(1, 41):
            peer.send(updates(range(block * 50_000, (block + 1) * 50_000), withdrawn=True))
        peer.close()
        self.run_loadgen("inject", sink.endpoint, "--routes", "range:10.0.0.0/24x10", "--quiet")   # behind all of it
        wait_until(lambda: memory_of(sink) < before + 32 * MIB, "memory is as it was: 2M prefixes would be 70 MiB and more", 20)
        sink.signal(signal.SIGTERM)
        sink.wait()
        self.assertEqual(sink.json()["withdrawn"], 2_001_000)
        self.assertEqual(sink.json()["distinct"], 1010)

    def test_too_many_prefixes(self):
        sink = self.start_sink("--max-routes", "10000")
        good, bad = self.peer(sink), self.peer(sink, identifier="192.0.2.8")
        good.send(updates(range(10_000)))
        bad.send(updates(range(10_001)))
        self.assertEqual(self.ended_with(bad), (6, 1))   # RFC 4486: Maximum Number of Prefixes Reached
        good.send(updates(range(10_000)))
        self.assertEqual(good.messages(NOTIFICATION), [])
        sink.signal(signal.SIGTERM)
        sink.wait()
        self.assert_status(sink, 0)
        ends = sorted(session["end"] for session in sink.json()["per_session"])
        self.assertRegex(" ".join(ends), r"more distinct prefixes than --max-routes allows")

    def test_memory_of_sessions_that_are_gone_is_given_back(self):
        sink = self.start_sink()
        stays = self.peer(sink)
        stays.send(updates(range(100)))
        sizes = []
        for block in range(1, 17):
            peer = self.peer(sink, identifier="192.0.2.%d" % (10 + block))
            peer.send(updates(range(block * 200_000, (block + 1) * 200_000)))
            peer.socket.shutdown(socket.SHUT_WR)
            wait_until(lambda: not peer.socket.recv(1 << 16), "the sink has read all, and closed")
            peer.close()
            sizes.append(memory_of(sink))
        # What a session of 200,000 prefixes leaves was 9 octets for each, and more; twelve of them are 20 MiB.
        self.assert_memory_below(sink, stays, sizes[3] + 12 * MIB)

    def test_reconnects_cost_nothing_afterwards(self):
        sink = self.start_sink(open_files=4096)
        peer = self.peer(sink)

        def connect(count):
            for _ in range(count // 500):   # the sink closes them before there are so many that it refuses more
                for _ in range(500):
                    with socket.create_connection(at(sink.endpoint), timeout=PATIENCE) as connection:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                wait_until(lambda: descriptors_of(sink) < 100, "the sink has closed them")
            before = len(peer.octets)
            peer.send(updates([1]))   # one more turn, behind those
            return before

        connect(500)
        before, cpu = memory_of(sink), cpu_of(sink)
        connect(500)
        first = cpu_of(sink) - cpu
        connect(5000)
        cpu = cpu_of(sink)
        connect(500)
        last = cpu_of(sink) - cpu
        # Were the dead walked, each of the last would cost ten times what each of the first did.
        self.assertLess(last, 5 * max(first, 0.1))
        self.assert_memory_below(sink, peer, before + 16 * MIB)   # 5,500 peers with their buffers would be 100 and more


class Reloads(WithPrograms):
    """A configuration that is none when it is read again: it stays as it was, at once."""

    def check(self, replace, reason):
        receiver = self.receiver()
        conf = self.conf({"still": "routes=0"}, "static { route 198.51.100.0/24 next-hop 192.0.2.1; }")
        speaker = self.speak(receiver.port, conf, "--socket", self.path("socket"))
        wait_until(lambda: receiver.sessions and receiver.sessions[0].ends_of_rib, "the session is up")
        os.unlink(conf)
        replace(conf)
        for number in (signal.SIGUSR1, signal.SIGUSR2):
            said = speaker.err.count("the configuration stays as it was")
            speaker.signal(number)
            wait_until(lambda: speaker.err.count("the configuration stays as it was") > said, "it is said that nothing changes")
        self.assertRegex(speaker.err, re.escape(conf) + r".*" + reason)
        # It still takes commands, and has lost nothing.
        self.assertEqual(self.cli("announce route 198.51.101.0/24 next-hop 192.0.2.1"), "done\n")
        wait_until(lambda: bytes.fromhex("18c63365") in receiver.sessions[0].updates(), "another route is announced")
        self.assertIsNone(receiver.sessions[0].notification)
        self.assertEqual(len(receiver.sessions), 1)
        speaker.signal(signal.SIGTERM)
        speaker.wait(30)
        self.assert_status(speaker, 0)

    def test_a_directory(self):
        self.check(os.mkdir, "cannot be read: Is a directory")

    def test_a_pipe_that_nobody_writes(self):
        self.check(os.mkfifo, "cannot be read: not a regular file")

    def test_an_empty_file(self):
        self.check(lambda path: open(path, "w").close(), "is empty")

    def test_a_file_of_comments_and_blanks(self):
        def write(path):
            with open(path, "w") as file:
                file.write("# being written\n\n")
        self.check(write, "is empty")

    def test_nothing(self):
        self.check(lambda path: None, "cannot be read: No such file or directory")

    def test_a_link_that_leads_nowhere(self):
        self.check(lambda path: os.symlink(self.path("nowhere"), path), "cannot be read: No such file or directory")

    def test_a_device_without_end(self):
        self.check(lambda path: os.symlink("/dev/zero", path), "cannot be read: not a regular file")


class LimitsOfSpeak(WithPrograms):
    def flood(self, *words, attributes_of):
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.bind((self.address, 0))
        listener.listen()
        listener.settimeout(PATIENCE)
        speaker = self.speak(listener.getsockname()[1], self.conf({"still": "routes=0"}), "--socket", self.path("socket"), *words)
        connection, _ = listener.accept()
        self.addCleanup(connection.close)
        connection.settimeout(PATIENCE)
        octets = b""
        connection.sendall(open_message(65001, identifier="192.0.2.9") + message(KEEPALIVE))
        try:
            for number in range(3000):
                connection.sendall(updates([number], attributes_of(number)))
        except OSError:
            pass

        def notification():
            nonlocal octets
            try:
                octets += connection.recv(1 << 16)
            except OSError:
                pass
            return [each for kind, each in messages_of(octets) if kind == NOTIFICATION]
        return speaker, notification

    @staticmethod
    def large(number):
        # COMMUNITIES of 500 values, RFC 1997: optional transitive, extended length
        return INTERNAL + b"\xd0\x08\x07\xd0" + struct.pack(">I", number) * 500

    def test_too_many_octets_of_attributes(self):
        speaker, notification = self.flood("--max-attribute-octets", "1M", attributes_of=self.large)
        self.assertEqual(tuple(wait_until(notification, "a NOTIFICATION")[0][19:21]), (6, 8))   # RFC 4486: Out of Resources
        wait_until(lambda: "--max-attribute-octets" in speaker.err, "why is in the log")

    def test_too_many_routes(self):
        speaker, notification = self.flood("--max-routes", "1000", attributes_of=lambda number: INTERNAL)
        self.assertEqual(tuple(wait_until(notification, "a NOTIFICATION")[0][19:21]), (6, 1))   # Maximum Number of Prefixes Reached
        wait_until(lambda: "--max-routes" in speaker.err, "why is in the log")


if __name__ == "__main__":
    sys.exit("run.py runs these")
