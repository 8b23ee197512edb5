"""What peers and files write into texts: reports, results and events stay valid JSON, and nothing that moves a terminal is printed."""

import json
import os
import resource
import signal
import socket

from support.bgp import NOTIFICATION, Receiver, message, open_message, KEEPALIVE
from support.programs import LOADGEN, RealTest, wait_until
from support.shared import shared

# Not UTF-8; an escape sequence; CSI as one character and as one octet; a right-to-left override; a line feed; a quotation mark.
SHUTDOWN_TEXT = b'bye \xff\xfe \x1b[2J \xc2\x9b2J \x9b1m \xe2\x80\xaegnp.exe\n"end"'
SHUTDOWN = message(NOTIFICATION, bytes((6, 2, len(SHUTDOWN_TEXT))) + SHUTDOWN_TEXT)   # RFC 9003

SCENARIO = """
dut: {address: %s, port: %d}
peers:
  - {name: senders, as: 65001, address: %s, routes: "range:10.0.0.0/24x10", next_hop: self}
  - {name: receivers, as: 65002}
phases:
  - connect: {timeout: 5s}
  - announce: {timeout: 5s}
  - hold: 500ms
"""


def read(path):
    with open(path, "rb") as file:
        return file.read()


class WordsOfPeers(RealTest):
    def assert_fit_for_a_terminal(self, octets):
        text = octets.decode()   # UTF-8, or it is no text
        for character in text:
            number = ord(character)
            self.assertFalse((number < 0x20 and character not in "\n\r") or 0x7f <= number < 0xa0 or 0x202a <= number <= 0x202e
                             or 0x2066 <= number <= 0x2069, repr(text))

    def assert_valid(self, octets):
        self.assert_fit_for_a_terminal(octets)
        return json.loads(octets.decode())

    def assert_words_are_there(self, end):
        self.assertIn("bye \\xff\\xfe \\x1b[2J", end)
        self.assertIn("end", end)

    def receiver(self):
        receiver = Receiver(self.address, misbehave=lambda session: session.ends_of_rib and SHUTDOWN or None)
        self.addCleanup(receiver.stop)
        return receiver

    def test_run(self):
        receiver = self.receiver()
        with open(self.path("run.yaml"), "w") as file:
            file.write(SCENARIO % (self.address, receiver.port, "127.0.9.1"))
        run = self.loadgen("run", self.path("run.yaml"), "--report", self.path("run.json"), "--html", self.path("run.html"),
                           "--series", self.path("run.ndjson"))
        run.wait()
        report = self.assert_valid(read(self.path("run.json")))
        self.assert_words_are_there(report["scenario"]["peers"][0]["end"])
        self.assert_fit_for_a_terminal(read(self.path("run.html")))
        self.assert_fit_for_a_terminal(read(run.out_path))
        self.assert_fit_for_a_terminal(read(run.err_path))
        for line in read(self.path("run.ndjson")).splitlines():
            self.assert_valid(line)
        # barrage reads back what it wrote.
        self.run_loadgen("report", self.path("run.json"), "-o", self.path("again.html"))
        self.assert_fit_for_a_terminal(read(self.path("again.html")))
        compared = self.loadgen("compare", self.path("run.json"), self.path("run.json"))
        compared.wait()
        self.assertEqual(compared.err, "")

    def test_inject(self):
        done = self.loadgen("inject", self.receiver().endpoint, "--routes", "range:10.0.0.0/24x10", "--hold", "5s", "--json",
                            "--report", self.path("inject.json"))
        done.wait()
        report = self.assert_valid(read(self.path("inject.json")))
        self.assert_words_are_there(report["sessions"][0]["end"])
        self.assert_valid(read(done.out_path))
        self.assert_fit_for_a_terminal(read(done.err_path))

    def speak_to(self, endpoint):
        """A session with it that ends with the words."""
        address, port = endpoint.rsplit(":", 1)
        with socket.create_connection((address, int(port)), timeout=30) as peer:
            peer.sendall(open_message(65001) + message(KEEPALIVE))
            came = b""
            while came.count(b"\xff" * 16) < 2:
                came += peer.recv(1 << 16)
            peer.sendall(SHUTDOWN)
            while peer.recv(1 << 16):
                pass

    def test_sink(self):
        sink = self.start_sink("--sessions", "1")
        self.speak_to(sink.endpoint)
        sink.wait()
        result = self.assert_valid(read(sink.out_path))
        self.assert_words_are_there(result["per_session"][0]["end"])
        self.assert_fit_for_a_terminal(read(sink.err_path))

    def test_speak(self):
        receiver = self.receiver()
        with open(self.path("program.sh"), "w") as file:
            file.write("#!/bin/sh\nexec cat > %s\n" % self.path("events"))
        os.chmod(self.path("program.sh"), 0o755)
        for encoder in ("json", "text"):
            with open(self.path("speak.conf"), "w") as file:
                file.write("process watcher { run %s; encoder %s; }\n"
                           "neighbor %s { router-id 10.0.0.1; local-address 127.0.0.1; local-as 65001; peer-as 65000; family { ipv4 unicast; }\n"
                           " api { processes [ watcher ]; neighbor-changes; receive { parsed; notification; } } }\n"
                           % (self.path("program.sh"), encoder, self.address))
            speaker = self.loadgen("speak", "--port", str(receiver.port), self.path("speak.conf"), environment={"exabgp_tcp_bind": ""})
            events = wait_until(lambda: os.path.exists(self.path("events")) and b"down" in read(self.path("events"))
                                and read(self.path("events")), "the session went down")
            speaker.signal(signal.SIGTERM)
            speaker.wait()
            events = read(self.path("events"))
            self.assert_fit_for_a_terminal(events)
            if encoder == "json":
                reasons = [json.loads(line)["neighbor"].get("reason", "") for line in events.splitlines() if b"down" in line and b"neighbor" in line]
                self.assertTrue(any("end" in reason for reason in reasons), reasons)
            self.assert_fit_for_a_terminal(read(speaker.err_path))
            os.unlink(self.path("events"))

    def test_names_in_files(self):
        dump = shared("cases", "mrt", "view-name-with-escapes.mrt")
        for words in (("info", dump), ("info", "--json", dump), ("cat", dump), ("cat", "--json", dump)):
            done = self.loadgen("mrt", *words)
            done.wait()
            self.assert_fit_for_a_terminal(read(done.out_path))
            self.assert_fit_for_a_terminal(read(done.err_path))
        odd = os.path.join(self.directory, "\x1b]0;gone\x07\x9b.yaml")
        for words in (("run", odd), ("validate", odd), ("validate", "--json", odd), ("inject", "--routes", odd), ("report", odd), ("mrt", "info", odd)):
            done = self.loadgen(*words)
            done.wait()
            self.assertNotEqual(done.status, 0)
            self.assert_fit_for_a_terminal(read(done.err_path))
            self.assert_fit_for_a_terminal(read(done.out_path))


class Descriptors(RealTest):
    """A listener that runs out of descriptors says so, counts, and does not spin."""

    def connect(self, endpoint, count):
        address, port = endpoint.rsplit(":", 1)
        connections = []
        for _ in range(count):
            try:
                connections.append(socket.create_connection((address, int(port)), timeout=30))
            except ConnectionResetError:
                pass   # refused before connect() looked
        self.addCleanup(lambda: [each.close() for each in connections])
        return connections

    def test_the_soft_limit_is_raised(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < 4096:
            self.skipTest("may have only %d files" % hard)
        started = self.start("/bin/sh", "-c", "ulimit -Sn 256; exec %s sink --listen %s:0 --json" % (LOADGEN, self.address))
        wait_until(lambda: "listening on" in started.err, "the sink listens")
        with open("/proc/%d/limits" % started.process.pid) as file:
            limit = next(line for line in file if line.startswith("Max open files")).split()
        self.assertGreaterEqual(int(limit[3]), 4096)
        started.signal(signal.SIGTERM)
        self.assertEqual(started.wait(), 0)

    def test_a_refused_connection_is_said_once_and_counted(self):
        sink = self.start_sink()
        limit = 24
        resource.prlimit(sink.process.pid, resource.RLIMIT_NOFILE, (limit, limit))
        self.connect(sink.endpoint, 3 * limit)
        wait_until(lambda: "connections are refused" in sink.err, "the sink says so")

        def cpu():
            with open("/proc/%d/stat" % sink.process.pid) as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        before = cpu()
        signal.sigtimedwait([], 1)   # what it takes meanwhile is the question
        self.assertLess(cpu() - before, 0.5)
        sink.signal(signal.SIGTERM)
        self.assertEqual(sink.wait(), 4)
        self.assertEqual(sink.err.count("connections are refused"), 1)
        self.assertRegex(sink.err, "ulimit -n")
        self.assertGreater(sink.json()["refused_connections"], 0)
