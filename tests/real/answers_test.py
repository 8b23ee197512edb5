"""What `loadgen speak` answers and says: no `done` where nothing was done, each member of a range a neighbour of its own, and why a session does not
come up."""

import json
import os
import re
import socket
import struct
import subprocess

from support.bgp import KEEPALIVE, UPDATE, capability, message, open_message
from support.programs import LOADGEN, free_port, wait_until
from support.with_programs import WithPrograms


def family(afi, safi):
    return capability(1, struct.pack(">HBB", afi, 0, safi))


class Answers(WithPrograms):
    def start_speaker(self, families="ipv4 unicast;", more=b"", lines=(), words=()):
        self.peer = self.receiver(more=more)
        conf = self.path("speak.conf")
        with open(conf, "w") as file:
            file.write("process still { run /bin/cat; encoder json; }\nneighbor %s {\n router-id 10.0.0.1;\n local-address 127.0.0.1;\n local-as 65001;\n"
                       " peer-as 65001;\n family { %s }\n api { processes [ still ]; }\n %s\n}\n" % (self.address, families, "\n ".join(lines)))
        speaker = self.speak(self.peer.port, conf, "--socket", self.path("socket"), *words)
        wait_until(lambda: self.peer.sessions and self.peer.sessions[0].ends_of_rib, "the session is up")
        return speaker

    def answers_error(self, line, reason):
        self.assertEqual(self.cli(line, status=4), "error\n")
        answer = json.loads(self.cli("--json", line, status=4).splitlines()[-1])
        self.assertEqual(answer["answer"], "error")
        self.assertRegex(answer["message"], reason)

    def test_a_family_that_the_peer_does_not_have(self):
        speaker = self.start_speaker()
        for line, words in (("announce route 2001:db8::/32 next-hop 2001:db8::1", "ipv6 unicast"),
                            ("announce flow route { match { destination 192.0.2.1/32; } then { discard; } }", "ipv4 flow"),
                            ("withdraw route 2001:db8::/32", "ipv6 unicast"),
                            ("neighbor %s announce eor ipv6 unicast" % self.address, "ipv6 unicast"),
                            ("announce route-refresh ipv6 unicast", "ipv6 unicast")):
            self.answers_error(line, "%s has no %s in its configuration" % (re.escape(self.address), words))
        self.assertEqual(self.cli("announce route 198.51.100.0/24 next-hop 192.0.2.1"), "done\n")
        wait_until(lambda: bytes.fromhex("18c63364") in self.peer.sessions[0].updates(), "the third is announced")
        self.assertEqual(speaker.err.count("has no ipv6 unicast in its configuration"), 1)   # of the same to the same, once

    def test_a_family_that_the_session_does_not_have(self):
        speaker = self.start_speaker(families="ipv4 unicast; ipv6 unicast; ipv4 mpls-vpn;")
        self.assertIn("%s is up without ipv4 mpls-vpn\n" % self.address, speaker.err)
        self.answers_error("announce route 198.51.100.0/24 rd 65000:1 label 16 next-hop 192.0.2.1", "has no ipv4 mpls-vpn in its session")
        self.assertEqual(self.cli("show adj-rib out"), "done\n")   # an error has no effect
        self.assertEqual(self.cli("announce route 2001:db8::/32 next-hop 2001:db8::1"), "done\n")

    def test_what_nobody_carries_out(self):
        self.start_speaker()
        for line, reason in (("neighbor 127.9.9.9 announce route 198.51.100.0/24 next-hop 192.0.2.1", "no neighbor matches"),
                             ("show neighbor summary 127.9.9.9", "no neighbor matches"),
                             ("show adj-rib out 127.9.9.9", "no neighbor matches"),
                             ("announce watchdog nobody", "no route has the watchdog nobody"),
                             ("announce route-refresh ipv4 unicast", "route-refresh"),
                             ("announce operational asm afi ipv4 safi unicast advisory \"x\"", "operational"),
                             ("teardown 4", "teardown needs a neighbor"),
                             ("crash", "crash")):
            with self.subTest(line=line):
                self.answers_error(line, reason)

    def test_of_several_neighbors_one_is_enough(self):
        other = self.receiver()
        text = "process still { run /bin/cat; encoder json; }\n"
        for port, local, families in ((other.port, "127.0.0.1", "ipv4 unicast;"), (other.port, "127.0.0.2", "ipv4 unicast; ipv6 unicast;")):
            text += ("neighbor %s {\n router-id 10.0.0.1;\n local-address %s;\n local-as 65001;\n peer-as 65001;\n connect %d;\n family { %s }\n"
                     " api { processes [ still ]; }\n}\n" % (self.address, local, port, families))
        with open(self.path("two.conf"), "w") as file:
            file.write(text)
        speaker = self.speak(other.port, self.path("two.conf"), "--socket", self.path("socket"))
        wait_until(lambda: len(other.sessions) == 2 and all(session.ends_of_rib for session in other.sessions), "both are up")
        for local in ("127.0.0.1", "127.0.0.2"):   # each by its own name
            wait_until(lambda: "%s (from %s) is up" % (self.address, local) in speaker.err, "it says so")
        self.assertEqual(self.cli("announce route 2001:db8::/32 next-hop 2001:db8::1"), "done\n")
        self.assertIn("%s (from 127.0.0.1) has no ipv6 unicast in its configuration: its routes are for the others" % self.address, speaker.err)
        self.answers_error("neighbor %s local-ip 127.0.0.1 announce route 2001:db8::/32 next-hop 2001:db8::1" % self.address, "ipv6 unicast")
        self.assertIn("%s (from 127.0.0.2)" % self.address, self.cli("show neighbor summary"))

    def test_each_change_of_a_label_is_sent(self):
        """RFC 8277 section 2: what a route is announced with; RFC 3107 3, RFC 4364 4.3.4."""
        self.start_speaker(families="ipv4 unicast; ipv4 mpls-vpn; ipv6 nlri-mpls;", more=family(1, 128) + family(2, 4))
        vpn, prefix = bytes.fromhex("0000fde800000001"), bytes.fromhex("c63364")
        for line, octets in (
                ("announce route 198.51.100.0/24 rd 65000:1 label 16 next-hop 192.0.2.1", bytes.fromhex("70000101") + vpn + prefix),
                ("announce route 198.51.100.0/24 rd 65000:1 label 17 next-hop 192.0.2.1", bytes.fromhex("70000111") + vpn + prefix),
                ("announce route 198.51.100.0/24 rd 65000:1 label [ 17 18 ] next-hop 192.0.2.1", bytes.fromhex("88000110000121") + vpn + prefix),
                ("announce ipv6 nlri-mpls 2001:db8::/32 label 20 next-hop 2001:db8::1", bytes.fromhex("3800014120010db8")),
                ("announce ipv6 nlri-mpls 2001:db8::/32 label 21 next-hop 2001:db8::1", bytes.fromhex("3800015120010db8"))):
            before = len(self.peer.sessions[0].messages(UPDATE))
            self.assertEqual(self.cli(line), "done\n")
            wait_until(lambda: len(self.peer.sessions[0].messages(UPDATE)) > before, line)
            self.assertIn(octets, self.peer.sessions[0].messages(UPDATE)[-1], line)
        # Once more the same: nothing is sent, the next route comes right behind.
        before = len(self.peer.sessions[0].messages(UPDATE))
        self.cli("announce ipv6 nlri-mpls 2001:db8::/32 label 21 next-hop 2001:db8::1")
        self.cli("announce route 203.0.113.0/24 next-hop 192.0.2.1")
        wait_until(lambda: bytes.fromhex("18cb0071") in self.peer.sessions[0].updates(), "the next")
        self.assertEqual(len(self.peer.sessions[0].messages(UPDATE)), before + 1)

    def early_withdrawals(self, *words):
        """The UPDATEs without End-of-RIBs, as bodies."""
        self.start_speaker("ipv4 unicast; ipv6 unicast; ipv4 flow; ipv4 mpls-vpn;", family(1, 133) + family(1, 128), words=words)
        wait_until(lambda: len(self.peer.sessions[0].messages(UPDATE)) == 4, "all End-of-RIBs are there")
        for line in ("withdraw flow route destination 192.0.2.77/32", "withdraw route 198.51.100.0/24 rd 65000:1 label 26",
                     "withdraw route 2001:db8:9::/48", "announce route 203.0.113.0/24 next-hop 192.0.2.1"):
            self.assertEqual(self.cli(line), "done\n")
        wait_until(lambda: bytes.fromhex("18cb0071") in self.peer.sessions[0].updates(), "the route is announced")
        return [octets[19:] for octets in self.peer.sessions[0].messages(UPDATE)[4:]]

    def test_early_withdrawals_as_exabgp_has_them(self):
        updates = self.early_withdrawals()
        self.assertGreater(len(updates), 1)
        # ORIGIN, AS_PATH, LOCAL_PREF and no NLRI: what parity pins (api-flow).
        self.assertEqual(updates[0].hex(), "0000" "000e" "40010100" "400200" "40050400000064")

    def test_by_rfc_nothing_is_sent_for_what_was_never_announced(self):
        updates = self.early_withdrawals("--rfc")
        self.assertEqual(len(updates), 1)
        self.assertIn(bytes.fromhex("18cb0071"), updates[0])

    def test_routes_that_do_not_fit_are_counted_and_said_once(self):
        speaker = self.start_speaker(lines=["capability { extended-message disable; }"])
        for prefix in ("198.51.100.0/24", "203.0.113.0/24"):   # 1,100 communities are 4,400 octets: RFC 4271 section 4 allows 4,096
            words = " ".join("65001:%d" % i for i in range(1100))
            self.assertEqual(self.cli("announce route %s next-hop 192.0.2.1 community [ %s ]" % (prefix, words)), "done\n")
        wait_until(lambda: json.loads(self.cli("show neighbor json").splitlines()[0])[0]["left-out"] == {"too_large": 2}, "they are counted")
        self.assertEqual(speaker.err.count("routes whose attributes leave no room for a prefix in a message are not sent, 198.51.100.0/24 first"), 1)
        self.assertRegex(self.cli("show neighbor extensive"), r"not sent, too_large: +2 *\n")

    def test_a_reload_is_answered_and_said(self):
        speaker = self.start_speaker()
        self.assertEqual(self.cli("reload"), "reload in progress\ndone\n")
        wait_until(lambda: "the configuration was read again; neighbors: 1 in all, 0 new" in speaker.err, "it is said")
        with open(self.path("speak.conf"), "a") as file:
            file.write("neighbor nobody {")
        self.assertEqual(self.cli("reload", status=4), "reload in progress\nerror\n")
        self.assertIn("the configuration stays as it was", speaker.err)
        self.assertEqual(len(self.peer.sessions), 1)


class Members(WithPrograms):
    """Sessions out of a range: `neighbor 127.0.3.0/24`."""

    def setUp(self):
        super().setUp()
        self.port = free_port(self.address)
        self.events = self.path("events")
        self.range = self.address.rsplit(".", 1)[0] + ".0"
        conf = self.path("members.conf")
        with open(conf, "w") as file:
            file.write("process events { run /bin/sh -c \"exec cat > %s\"; encoder json; }\n"
                       "neighbor %s/24 {\n router-id 192.0.2.1; local-address 127.0.0.2; local-as 65010; peer-as auto; passive; listen %d;\n"
                       " family { ipv4 unicast; }\n static { route 198.51.100.0/24 next-hop self; }\n"
                       " api { processes [ events ]; neighbor-changes; receive { parsed; update; notification; open; } }\n}\n"
                       % (self.events, self.range, self.port))
        self.speaker = self.speak(self.port, conf, "--socket", self.path("socket"))

    def come(self, last, asn):
        address = self.range[:-1] + str(last)

        def connected():
            connection = socket.socket()
            connection.bind((address, 0))
            try:
                connection.connect(("127.0.0.2", self.port))
                return connection
            except ConnectionRefusedError:
                connection.close()
        connection = wait_until(connected, "it listens")
        self.addCleanup(connection.close)
        connection.sendall(open_message(asn, identifier="192.0.2.%d" % last) + message(KEEPALIVE))
        connection.settimeout(20)
        self.read_until(connection, bytes.fromhex("18c63364"))
        return address, connection

    def read_until(self, connection, wanted):
        octets = b""
        while wanted not in octets:
            more = connection.recv(65536)
            self.assertTrue(more, octets.hex())
            octets += more
        return octets

    def states(self):
        try:
            with open(self.events) as file:
                events = [json.loads(line) for line in file.read().splitlines() if line.startswith("{")]
        except FileNotFoundError:
            return []
        return [(event["neighbor"]["address"]["peer"], event["neighbor"]["asn"]["peer"], event["neighbor"]["state"])
                for event in events if event["type"] == "state"]

    def test_each_is_a_neighbor_of_its_own(self):
        members = [self.come(128 + i, 65001 + i) for i in range(3)]
        summary = wait_until(lambda: (lambda text: text if text.count("established") == 3 else None)(self.cli("show neighbor summary")), "all are up")
        for i, (address, _) in enumerate(members):
            self.assertRegex(summary, r"(?m)^%s +%d +\d+:\d\d:\d\d established" % (re.escape(address), 65001 + i))
        self.assertIn(self.range + "/24", summary)
        self.assertEqual(self.cli("neighbor %s announce route 203.0.113.0/24 next-hop 192.0.2.1" % members[0][0]), "done\n")
        self.read_until(members[0][1], bytes.fromhex("18cb0071"))
        self.assertEqual(self.cli("announce route 192.0.2.0/24 next-hop 192.0.2.1"), "done\n")
        for _, connection in members:
            self.assertNotIn(bytes.fromhex("18cb0071"), self.read_until(connection, bytes.fromhex("18c00002")))
        members[1][1].close()
        wait_until(lambda: (members[1][0], 65002, "down") in self.states(), "its end is told")
        for i, (address, _) in enumerate(members):
            self.assertIn((address, 65001 + i, "up"), self.states())
        self.assertNotIn(members[1][0], wait_until(
            lambda: (lambda text: text if members[1][0] not in text else None)(self.cli("show neighbor summary")), "it is gone"))
        self.assertEqual(self.cli("neighbor %s announce route 203.0.113.0/24 next-hop 192.0.2.1" % members[1][0], status=4), "error\n")
        # It comes back, and hears what all were told meanwhile.
        self.assertEqual(self.cli("announce route 100.64.0.0/16 next-hop 192.0.2.1"), "done\n")
        address, connection = self.come(129, 65002)
        self.assertEqual(address, members[1][0])
        wait_until(lambda: self.states().count((address, 65002, "up")) == 2, "it is up again")

    def test_others_are_refused_and_said_once(self):
        wait_until(lambda: os.path.exists(self.path("socket")), "it runs")
        for _ in range(3):
            def refused():
                connection = socket.socket()
                connection.bind(("127.77.77.77", 0))
                try:
                    connection.connect(("127.0.0.2", self.port))
                except ConnectionRefusedError:
                    return connection.close()
                connection.settimeout(20)
                try:
                    octets = connection.recv(100)
                except ConnectionResetError:
                    octets = b""
                connection.close()
                return octets == b""
            wait_until(refused, "it is refused")
        wait_until(lambda: "Refused connections: 3" in self.cli("status"), "they are counted")
        self.assertEqual(self.speaker.err.count("a connection from 127.77.77.77"), 1)


class Reasons(WithPrograms):
    """Why a session does not come up: in the log, as an event, in `show neighbor`, once each time it is another."""

    def start_speaker(self, port, *lines, peer=None, local="127.0.0.1", families="ipv4 unicast;"):
        conf = self.path("speak.conf")
        with open(conf, "w") as file:
            file.write("process events { run /bin/sh -c \"exec cat > %s\"; encoder json; }\n"
                       "neighbor %s {\n router-id 10.0.0.1;\n local-address %s;\n local-as 65001;\n peer-as 65001;\n family { %s }\n"
                       " api { processes [ events ]; neighbor-changes; }\n %s\n}\n"
                       % (self.path("events"), peer or self.address, local, families, "\n ".join(lines)))
        return self.speak(port, conf, "--socket", self.path("socket"))

    def says(self, speaker, reason, peer=None):
        wait_until(lambda: re.search(r"%s does not come up: .*%s" % (re.escape(peer or self.address), reason), speaker.err), reason, 30)
        events = wait_until(lambda: [json.loads(line) for line in self.read("events").splitlines()], "an event")
        self.assertEqual(events[-1]["neighbor"]["state"], "down")
        self.assertRegex(events[-1]["neighbor"]["reason"], reason)
        self.assertRegex(self.cli("show neighbor summary"), reason)
        self.assertRegex(self.cli("show neighbor extensive"), reason)
        self.assertRegex(json.loads(self.cli("show neighbor json").splitlines()[0])[0]["reason"], reason)

    def test_nobody_listens(self):
        speaker = self.start_speaker(free_port(self.address))
        self.says(speaker, "Connection refused; nothing listens there")
        # It tries again and again, and has nothing new to say.
        wait_until(lambda: self.cli("show neighbor summary") and len(speaker.err.splitlines()) >= 1, "it goes on")
        self.assertEqual(speaker.err.count("does not come up"), 1)

    def test_the_source_is_not_on_this_machine(self):
        self.says(self.start_speaker(free_port(self.address), local="192.0.2.77"), "the address is not on this machine")

    def test_the_interface_is_missing(self):
        self.says(self.start_speaker(free_port(self.address), "source-interface nowhere0;"), "there is no such interface")

    def test_link_local_without_interface(self):
        self.says(self.start_speaker(free_port(self.address), peer="fe80::77", local="fe80::1"), "name the interface", peer="fe80::77")

    def test_silence_and_a_key(self):
        """A listener without the key: what is signed is dropped (RFC 2385 section 4.1)."""
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.bind((self.address, 0))
        listener.listen()
        # SYNs that are signed are taken by a socket without a key: only one with another key keeps silent.
        key = struct.pack("=H2s4s120x2xHI80s", socket.AF_INET, b"\0\0", socket.inet_aton("127.0.0.1"), 5, 0, b"other".ljust(80, b"\0"))
        listener.setsockopt(socket.IPPROTO_TCP, 14, key)
        speaker = self.start_speaker(listener.getsockname()[1], "md5-password mine;")
        self.says(speaker, "no answer within 5 s; an MD5 key is set here")

    def test_the_open_is_refused(self):
        self.peer = self.receiver(instead_of_open=message(3, bytes((2, 2))))   # OPEN Message Error, Bad Peer AS
        speaker = self.start_speaker(self.peer.port)
        self.says(speaker, "received OPEN Message Error / Bad Peer AS")

    def test_no_family_in_common(self):
        self.peer = self.receiver()
        speaker = self.start_speaker(self.peer.port, families="ipv4 flow;")
        wait_until(lambda: "is up, but cannot be told any route: no family in common" in speaker.err, "it is said")
        events = wait_until(lambda: [json.loads(line)["neighbor"] for line in self.read("events").splitlines()][1:], "an event")
        self.assertEqual((events[0]["state"], events[0]["reason"]), ("up", "no family in common"))
        self.assertEqual(json.loads(self.cli("show neighbor json").splitlines()[0])[0]["reason"], "no family in common")
        self.assertIn("no family in common", self.cli("show neighbor summary"))

    def test_up_has_no_reason(self):
        self.peer = self.receiver()
        self.start_speaker(self.peer.port)
        wait_until(lambda: self.peer.sessions and self.peer.sessions[0].ends_of_rib, "the session is up")
        self.assertIsNone(json.loads(self.cli("show neighbor json").splitlines()[0])[0]["reason"])


class Logs(WithPrograms):
    """A log never ends or blocks a session."""

    def speaker_with_log(self, redirection):
        self.peer = self.receiver()
        conf = self.conf({"still": "routes=0"})
        script = "exec \"$@\" " + redirection
        speaker = self.start("/bin/sh", "-c", script, "sh", LOADGEN, "speak", "--port", str(self.peer.port), "--socket",
                             self.path("socket"), conf, environment={"exabgp_tcp_bind": "", "exabgp_api_cli": "false"})
        wait_until(lambda: self.peer.sessions and self.peer.sessions[0].ends_of_rib, "the session is up")
        for _ in range(3):
            self.cli("dance", status=4)
        self.assertEqual(self.cli("announce route 198.51.100.0/24 next-hop 192.0.2.1"), "done\n")
        wait_until(lambda: bytes.fromhex("18c63364") in self.peer.sessions[0].updates(), "a route is announced")
        return speaker

    def test_a_full_device(self):
        self.speaker_with_log("2>/dev/full")

    def test_a_closed_descriptor(self):
        self.speaker_with_log("2>&-")
        # No octet of a log went into a session.
        self.assertTrue(all(kind in range(1, 6) for kind in (octets[18] for octets in self.peer.sessions[0].messages())))

    def test_a_pipe_that_nobody_reads(self):
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        self.peer = self.receiver()
        conf = self.conf({"still": "routes=0"})
        program = subprocess.Popen([LOADGEN, "speak", "--port", str(self.peer.port), "--socket", self.path("socket"), conf],
                                   stderr=writer, env=dict(os.environ, exabgp_tcp_bind="", exabgp_api_cli="false"))
        os.close(writer)
        try:
            wait_until(lambda: self.peer.sessions and self.peer.sessions[0].ends_of_rib, "the session is up")
            lines = "\n".join("dance %d %s" % (i, "x" * 400) for i in range(2000))
            with socket.socket(socket.AF_UNIX) as control:
                control.connect(self.path("socket"))
                control.sendall(lines.encode() + b"\nannounce route 198.51.100.0/24 next-hop 192.0.2.1\n")
                wait_until(lambda: bytes.fromhex("18c63364") in self.peer.sessions[0].updates(), "a route is announced")
            text = b""
            while b"left out here" not in text:
                more = os.read(reader, 1 << 16)
                self.assertTrue(more)
                text += more
            self.assertRegex(text.decode(), r"\d+ lines were left out here")
        finally:
            os.close(reader)
            program.terminate()
            program.wait(20)
        self.assertEqual(program.returncode, 0)
