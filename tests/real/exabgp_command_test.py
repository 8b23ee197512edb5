"""The command `exabgp`: a link of this name, as FRR's topology tests and init scripts call it."""

import json
import os
import pwd
import signal
import unittest

from support.bgp import UPDATE, Receiver, message, table_of
from support.programs import LOADGEN, RealTest, wait_until

# What FRR's topology tests have in exabgp.env, but for the places.
ENVIRONMENT = """
[exabgp.api]
encoder = text
highres = false
respawn = false
socket = ''

[exabgp.bgp]
openwait = 60

[exabgp.cache]
attributes = true
nexthops = true

[exabgp.daemon]
daemonize = true
pid = '%(pid)s'
user = '%(user)s'

[exabgp.log]
all = false
destination = '%(log)s'
enable = true
level = INFO

[exabgp.reactor]
speed = 1.0

[exabgp.tcp]
acl = false
bind = ''
delay = 0
once = false
port = %(port)d
"""

CONFIGURATION = """
process receive-routes { run %(program)s; encoder text; }
neighbor %(peer)s {
 router-id 10.0.0.1; local-address 127.0.0.1; local-as 65001; peer-as 65001;
 family { ipv4 unicast; }
 static { route 20.0.0.0/8 next-hop 192.0.2.1; }
 api { processes [ receive-routes ]; neighbor-changes; receive { parsed; update; } }
}
"""

# One takes commands from a FIFO, as FRR's tests give them; what it is sent goes to a file.
PROGRAM = """#!/bin/sh
id -un > %(folder)s/who
cat %(folder)s/fifo &
exec cat > %(folder)s/events
"""


class ExabgpCommand(RealTest):
    def setUp(self):
        super().setUp()
        self.command = self.path("exabgp")
        os.symlink(LOADGEN, self.command)

    def exabgp(self, *words, status=0, environment=None):
        run = self.start(self.command, *words, environment=dict(self.mark(), **(environment or {})))
        run.wait()
        self.assert_status(run, status)
        return run

    def write(self, name, text, mode=0o644):
        with open(self.path(name), "w") as file:
            file.write(text)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def read(self, name):
        try:
            with open(self.path(name)) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def test_the_version(self):
        for words in (["-v"], ["--version"], ["version"]):
            self.assertEqual(self.exabgp(*words).out.splitlines()[0], "ExaBGP : 4.2.25")
        self.assertEqual(self.exabgp("-v", environment={"exabgp_version": "5.0.0"}).out.splitlines()[0], "ExaBGP : 5.0.0")

    def test_what_is_wrong_has_status_1(self):
        self.exabgp("--no-such-option", status=1)
        self.exabgp(status=1)
        self.exabgp(self.path("no.conf"), status=1)
        self.exabgp("validate", self.write("wrong.conf", "neighbor {"), status=1)
        self.exabgp(self.path("wrong.conf"), status=1)

    def test_the_environment(self):
        given = self.write("own.env", "[exabgp.tcp]\nport = 1790\n[exabgp.log]\nlevel = INFO\n")
        self.assertIn("[exabgp.tcp]\nport = 1790\n", self.exabgp("-e", given, "--di").out)
        self.assertEqual(self.exabgp("-e", given, "--de", environment={"exabgp.tcp.port": "1791"}).out, "exabgp.tcp.port=1791\n")
        everything = self.exabgp("-e", given, "--fi").out
        self.assertEqual(self.exabgp("-e", self.write("all.env", everything), "--fi").out, everything)

    def test_a_health_check_announces_what_it_finds(self):
        """Lines are those that ExaBGP 4.2.21 writes with these options; metrics are its defaults."""
        peer = Receiver(self.address, my_as=65001)
        self.addCleanup(peer.stop)
        check = self.write("up", "")
        conf = self.write("health.cfg", """
process watch {
 run %s healthcheck --no-syslog --no-ip-setup --ip 30.0.0.1 --rise 2 --fall 2 -i 0.05 -f 0.05 --cmd "test -e %s" --up-metric 7;
 encoder text;
}
neighbor %s {
 router-id 10.0.0.1; local-address 127.0.0.1; local-as 65001; peer-as 65001; connect %d;
 family { ipv4 unicast; }
 api { processes [ watch ]; }
}
""" % (self.command, check, self.address, peer.port))
        speaker = self.start(self.command, conf, environment={"exabgp_tcp_bind": "", "exabgp_api_cli": "false", "exabgp_daemon_user": "root"})

        def med():
            return peer.sessions and table_of(peer.sessions[0].updates()).get("30.0.0.1/32", {}).get(4)
        wait_until(lambda: med() == b"\0\0\0\x07", "it is up")
        os.unlink(check)
        wait_until(lambda: med() == b"\0\0\x03\xe8", "it is down")
        self.write("up", "")
        wait_until(lambda: med() == b"\0\0\0\x07", "it is up again")
        speaker.signal(signal.SIGTERM)
        speaker.wait(20)
        self.assert_status(speaker, 0)

    def test_a_health_check_by_itself(self):
        run = self.exabgp("healthcheck", "--config", self.write("health.conf", "# one\nno-ack\nno-syslog\nno-ip-setup\nip = 10.0.0.1\ninterval = 0\nrise=1\n"),
                          "--ip", "2001:db8::1", "--up-metric", "50")
        self.assertEqual(run.out, "announce route 10.0.0.1/32 next-hop self med 50\nannounce route 2001:db8::1/128 next-hop self med 51\n")
        self.exabgp("healthcheck", "--ip", "10.0.0.1/24", status=1)

    def test_paths_of_version_4(self):
        """Both are what ExaBGP 4.2.21 writes of them."""
        tail = "40030401020304" "40050400000064" "180a0000"
        for front, octets, path in (("003a02" "0000001f", "40020a" "01020000000100000002", {"as-path": [], "as-set": [1, 2]}),
                                    ("004402" "00000029", "400214" "02020000000100000002" "01020000000300000004",
                                     {"as-path": [1, 2], "as-set": [3, 4]})):
            run = self.exabgp("--as-version", "4", "decode", 32 * "f" + front + "40010100" + octets + tail)
            event = json.loads(run.out)
            self.assertEqual(event["exabgp"], "4.0.1")
            self.assertEqual(event["neighbor"]["message"], {"update": {
                "attribute": dict(path, **{"origin": "igp", "confederation-path": [], "local-preference": 100}),
                "announce": {"ipv4 unicast": {"1.2.3.4": [{"nlri": "10.0.0.0/24"}]}}}})

    @unittest.skipUnless(os.getuid() == 0, "only root takes another user")
    def test_a_daemon_as_frr_starts_it(self):
        user = pwd.getpwnam("nobody")
        peer = Receiver(self.address, my_as=65001)
        self.addCleanup(peer.stop)
        os.chmod(self.directory, 0o755)
        folder = self.path("of-user")
        os.mkdir(folder)
        os.mkfifo(os.path.join(folder, "fifo"), 0o600)
        for each in (folder, os.path.join(folder, "fifo")):
            os.chown(each, user.pw_uid, user.pw_gid)
        program = self.write("program", PROGRAM % {"folder": folder}, 0o755)
        pid_file = self.path("run/exabgp/exabgp.pid")
        values = {"pid": pid_file, "user": "nobody", "log": self.path("log"), "port": peer.port}
        self.addCleanup(self.end_by, pid_file)
        run = self.start(self.command, "-e", self.write("exabgp.env", ENVIRONMENT % values),
                         self.write("exabgp.cfg", CONFIGURATION % {"program": program, "peer": self.address}), environment=self.mark())
        run.wait()
        self.assertEqual(run.status, 0, run.err + self.read("log"))
        # The command came back: the daemon is there, with its pid file.
        with open(pid_file) as file:
            pid = int(file.read())
        with open("/proc/%d/status" % pid) as file:
            uids = next(line.split()[1:] for line in file if line.startswith("Uid:"))
        self.assertEqual(set(uids), {str(user.pw_uid)})
        with open("/proc/%d/environ" % pid, "rb") as file:
            self.assertIn(b"BARRAGE_TEST_RUN=", file.read())
        wait_until(lambda: peer.sessions and peer.sessions[0].ends_of_rib, "the session is up")
        wait_until(lambda: self.read("of-user/who") == "nobody\n", "the program runs as that user")
        wait_until(lambda: "neighbor %s up\n" % self.address in self.read("of-user/events"), "it is sent text events")

        with open(os.path.join(folder, "fifo"), "w") as fifo:
            fifo.write("announce route 30.0.0.0/8 next-hop 192.0.2.1\n")
        wait_until(lambda: b"\x08\x1e" in peer.sessions[0].updates(), "what is written into the FIFO is announced")
        # ORIGIN, AS_PATH 65002, NEXT_HOP, LOCAL_PREF: RFC 4271 section 4.3
        attributes = bytes.fromhex("40010100" "40020602010000fdea" "400304c0000209" "40050400000064")
        peer.send(message(UPDATE, bytes(2) + len(attributes).to_bytes(2, "big") + attributes + bytes.fromhex("18c63364")))
        line = "neighbor %s receive update announced 198.51.100.0/24 next-hop 192.0.2.9 origin igp as-path ( 65002 ) local-preference 100\n"
        wait_until(lambda: line % self.address in self.read("of-user/events"), "the event of the UPDATE")
        self.assertIn("exabgp.api.encoder has no effect", self.read("log"))

        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: peer.sessions[0].closed, "the session ends")
        self.assertEqual(peer.sessions[0].notification[:2], (6, 2))
        wait_until(lambda: not os.path.exists(pid_file), "the pid file is removed")
        self.assert_nothing_left()

    def end_by(self, pid_file):
        try:
            with open(pid_file) as file:
                os.kill(int(file.read()), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            pass

    def test_a_daemon_that_cannot_start_says_so(self):
        pid = "%d\n" % os.getpid()
        values = {"pid": self.write("taken.pid", pid), "user": "root", "log": "stderr", "port": 1}
        run = self.exabgp("-e", self.write("exabgp.env", ENVIRONMENT % values),
                          self.write("exabgp.cfg", CONFIGURATION % {"program": "/bin/true", "peer": self.address}), status=1)
        self.assertIn("names process %d, which runs" % os.getpid(), run.out + run.err)
        self.assertEqual(self.read("taken.pid"), pid)
        self.assert_nothing_left()


if __name__ == "__main__":
    import sys
    sys.exit("run.py runs these")
