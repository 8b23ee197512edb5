"""Who gets in, and as whom: commands over HTTP, keys and tokens that nobody else sees, root only for as long as it is needed."""

import http.client
import os
import pwd
import re
import signal
import socket
import struct
import sys
import unittest

from support.programs import PATIENCE, RealTest, endpoint, wait_until
from support.with_programs import WithPrograms

USAGE = 2


def at(text):
    address, port = text.rsplit(":", 1)
    return address, int(port)


class HttpControl(WithPrograms):
    def start_speaker(self, *words, environment=None):
        self.to = self.receiver()
        speaker = self.speak(self.to.port, self.conf({"still": "routes=0"}), *words, environment=environment)
        found = wait_until(lambda: re.search(r"^control on http://(\S+)/$", speaker.err, re.M) or speaker.status is not None, "HTTP is there")
        self.assertIsNot(found, True, speaker.err)
        self.control = at(found[1])
        return speaker

    def post(self, headers, body=b"announce route 198.51.100.0/24 next-hop 192.0.2.1", host=None):
        connection = http.client.HTTPConnection(*self.control, timeout=PATIENCE)
        self.addCleanup(connection.close)
        connection.putrequest("POST", "/", skip_host=True)
        for name, value in {"Host": host or "%s:%d" % self.control, "Content-Type": "text/plain", "Content-Length": str(len(body)), **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def nothing_was_announced(self):
        self.assertEqual(self.post({}, b"announce route 198.51.101.0/24 next-hop 192.0.2.1"), (200, "done\n"))
        wait_until(lambda: self.to.sessions and bytes.fromhex("18c63365") in self.to.sessions[0].updates(), "what is ours is announced")
        self.assertNotIn(bytes.fromhex("18c63364"), self.to.sessions[0].updates())

    def test_a_page_of_another_site_gives_no_commands(self):
        self.start_speaker("--control", "0")
        for headers, host in (({"Origin": "http://evil.example"}, None),
                              ({"Origin": "null"}, None),
                              ({"Sec-Fetch-Site": "cross-site"}, None),
                              ({}, "evil.example:%d" % self.control[1]),   # a name that leads to 127.0.0.1: DNS rebinding
                              ({"Origin": "http://evil.example:%d" % self.control[1]}, "evil.example:%d" % self.control[1])):
            self.assertEqual(self.post(headers, host=host)[0], 403, (headers, host))
        self.nothing_was_announced()
        self.assertEqual(self.post({"Origin": "http://%s:%d" % self.control})[0], 200)
        self.assertEqual(self.post({}, host="localhost:%d" % self.control[1])[0], 200)

    def test_beyond_loopback_it_needs_a_token(self):
        speaker = self.speak(1790, self.conf({"still": "routes=0"}), "--control", "0.0.0.0:0")
        speaker.wait()
        self.assert_status(speaker, USAGE)
        self.assert_one_clear_line(speaker, "--control-token-file")

    def with_token(self, *words, environment=None):
        speaker = self.start_speaker("--control", "%s:0" % self.address, *words, environment=environment)
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}):
            self.assertEqual(self.post(headers)[0], 401)
        self.assertEqual(self.post({"Authorization": "Bearer sesame"})[0], 200)
        with open("/proc/%d/cmdline" % speaker.process.pid) as file:
            self.assertNotIn("sesame", file.read())
        return speaker

    def test_a_token_in_a_file(self):
        with open(self.path("token"), "w") as file:
            file.write("sesame\n")
        self.assertNotIn("warning", self.with_token("--control-token-file", self.path("token")).err)

    def test_a_token_in_the_environment(self):
        speaker = self.with_token(environment={"BARRAGE_CONTROL_TOKEN": "sesame"})
        with open("/proc/%d/task/%d/children" % (speaker.process.pid, speaker.process.pid)) as file:
            for child in file.read().split():   # API programs do not inherit it
                with open("/proc/%s/environ" % child) as environ:
                    self.assertNotIn("sesame", environ.read())

    def test_a_token_in_the_command_line(self):
        self.assertRegex(self.with_token("--control-token", "sesame").err, "warning: .*--control-token-file")

    def test_slow_clients_lock_nobody_out(self):
        speaker = self.start_speaker("--control", "0")
        slow = []
        for _ in range(64):
            slow.append(socket.create_connection(self.control, timeout=PATIENCE))
            self.addCleanup(slow[-1].close)
            slow[-1].sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nX-")
        for _ in range(3):
            self.assertEqual(self.post({})[0], 200)
        speaker.signal(signal.SIGTERM)   # while they wait
        speaker.wait(30)
        self.assert_status(speaker, 0)

    def test_what_is_no_request(self):
        self.start_speaker("--control", "0")
        for octets, status in ((b"dance\r\n\r\n", 400), (b"POST / HTTP/1.1\r\n\r\n", 400), (b"\x16\x03\x01\x02\x00\r\n\r\n", 400),
                               (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", 431)):
            with socket.create_connection(self.control, timeout=PATIENCE) as connection:
                connection.sendall(octets)
                answer = b""
                while True:
                    more = connection.recv(4096)
                    if not more:
                        break
                    answer += more
                self.assertRegex(answer, b"^HTTP/1.1 %d " % status)


class Secrets(RealTest):
    """A key of TCP MD5 is nothing for `ps`."""

    def inject(self, *words, environment=None, file=None):
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.bind((self.address, 0))
        listener.listen()
        # TCP_MD5SIG of linux/tcp.h: a sockaddr_storage, flags, prefix length, key length, interface, 80 octets of key
        peer = struct.pack("=HH4s120x", socket.AF_INET, 0, socket.inet_aton("127.0.0.1"))
        try:
            listener.setsockopt(socket.IPPROTO_TCP, 14, peer + struct.pack("=BBHi80s", 0, 0, 6, 0, b"sesame"))
        except OSError:
            self.skipTest("no TCP MD5 here")
        injector = self.loadgen("inject", endpoint(*listener.getsockname()), "--address", "127.0.0.1", "--routes", "range:10.0.0.0/24x10", *words,
                                environment=environment)
        listener.settimeout(PATIENCE)
        connection, _ = listener.accept()   # with another key, or none, nobody would come
        self.addCleanup(connection.close)
        with open("/proc/%d/cmdline" % injector.process.pid) as arguments:
            self.assertNotIn("sesame", arguments.read())
        injector.signal(signal.SIGKILL)
        return injector

    def test_in_a_file(self):
        with open(self.path("key"), "w") as file:
            file.write("sesame\n")
        self.assertNotIn("could be read by every user", self.inject("--md5-file", self.path("key")).err)

    def test_in_the_environment(self):
        self.assertNotIn("could be read by every user", self.inject(environment={"BARRAGE_MD5": "sesame"}).err)

    def test_in_the_command_line(self):
        self.assertRegex(self.inject("--md5", "sesame").err, "warning: .*--md5-file")
        self.assertRegex(self.inject("--md5=sesame").err, "warning: .*--md5-file")

    def test_a_file_that_is_none(self):
        for path, reason in ((self.path("none"), "No such file"), (self.directory, "Is a directory"), ("/dev/null", "nothing in its first line")):
            done = self.run_loadgen("inject", "127.0.0.1:1790", "--routes", "range:10.0.0.0/24x10", "--md5-file", path, status=USAGE)
            self.assert_one_clear_line(done, "--md5-file: .*" + reason)


def nobody():
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return None


def identity_of(pid):
    with open("/proc/%s/status" % pid) as file:
        text = file.read()
    return {name: re.search(r"^%s:\s*(.*)$" % name, text, re.M)[1].split() for name in ("Uid", "Gid", "Groups", "CapEff", "CapPrm", "NoNewPrivs")}


@unittest.skipUnless(os.geteuid() == 0 and nobody(), "only root can become somebody else")
class OtherUsers(WithPrograms):
    def assert_is_nobody(self, pid, starts_programs=True):
        uid, gid = str(nobody().pw_uid), str(nobody().pw_gid)
        identity = identity_of(pid)
        self.assertEqual((identity["Uid"], identity["Gid"]), ([uid] * 4, [gid] * 4))
        if starts_programs:   # it is the thread's own, and inherited
            self.assertEqual(identity["NoNewPrivs"], ["1"])
        self.assertEqual(set(identity["Groups"]) - {gid}, set())
        self.assertEqual((int(identity["CapEff"][0], 16), int(identity["CapPrm"][0], 16)), (0, 0))

    def test_a_sink_on_a_port_of_root(self):
        sink = self.loadgen("sink", "--listen", endpoint(self.address, 179), "--user", "nobody", "--sessions", "1", "--expect", "10", "--json")
        wait_until(lambda: "listening on" in sink.err or sink.status is not None, "it listens")
        injector = self.loadgen("inject", endpoint(self.address, 179), "--routes", "range:10.0.0.0/24x5", "--hold", "10m", "--quiet")
        wait_until(lambda: injector.status is not None or identity_of(sink.process.pid)["NoNewPrivs"] == ["1"],   # the last step
                   "it is another user")
        self.assert_is_nobody(sink.process.pid)
        for thread in os.listdir("/proc/%d/task" % sink.process.pid):
            self.assert_is_nobody("%d/task/%s" % (sink.process.pid, thread), starts_programs=False)
        sink.signal(signal.SIGTERM)
        sink.wait()

    def test_speak_and_its_programs(self):
        os.chmod(self.directory, 0o777)
        receiver = self.receiver()
        conf = self.conf({"still": ["/bin/sleep", "1000"]})
        speaker = self.speak(receiver.port, conf, "--user", "nobody", "--socket", self.path("socket"))
        wait_until(lambda: speaker.status is not None or (receiver.sessions and receiver.sessions[0].ends_of_rib), "the session is up")
        self.assertIsNone(speaker.status, speaker.err)
        self.assert_is_nobody(speaker.process.pid)
        with open("/proc/%d/task/%d/children" % (speaker.process.pid, speaker.process.pid)) as file:
            children = file.read().split()
        self.assertTrue(children)
        for child in children:
            self.assert_is_nobody(child)
        self.assertEqual(os.stat(self.path("socket")).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(self.path("socket")).st_uid, nobody().pw_uid)
        self.assertEqual(self.cli("announce route 198.51.100.0/24 next-hop 192.0.2.1"), "done\n")
        speaker.signal(signal.SIGTERM)
        speaker.wait(30)
        self.assert_status(speaker, 0)

    def test_a_user_that_is_none(self):
        sink = self.loadgen("sink", "--listen", endpoint(self.address, 0), "--user", "no-such-user")
        sink.wait()
        self.assert_status(sink, USAGE)
        self.assert_one_clear_line(sink, "--user: cannot become user no-such-user")


if __name__ == "__main__":
    sys.exit("run.py runs these")
