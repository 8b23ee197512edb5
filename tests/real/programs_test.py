"""API programs of `loadgen speak`: no line lost, none torn, whatever the programs do; and commands from outside."""

import json
import os
import signal
import sys
import urllib.error
import urllib.parse
import urllib.request

from support.bgp import UPDATE, Receiver, message
from support.programs import LOADGEN, PATIENCE, RealTest, wait_until
from support.shared import shared
from support.with_programs import WithPrograms
from parity_test import ENDLESS, run_side_by_side


def cases():
    folder = shared("parity", "cases")
    return sorted(name for name in os.listdir(folder) if name.startswith("api-") or name in ENDLESS)


class ApiCases(RealTest):
    def test_every_case_of_the_api_passes(self):
        run_side_by_side(self, 1, cases())


class SoakApiCases(RealTest):
    def test_ten_passes(self):
        run_side_by_side(self, 1, cases(), "--repeat", "10")

    def test_two_side_by_side(self):
        run_side_by_side(self, 2, cases(), "--repeat", "2")

    def test_nothing_comes_behind_the_last_message(self):
        run_side_by_side(self, 1, [name for name in cases() if name not in ENDLESS], "--linger", "1.5")


class Signals(WithPrograms):
    def test_reload_keeps_the_routes_of_programs_and_the_session(self):
        receiver = self.receiver()
        conf = self.conf({"flood": "routes=3"}, "static { route 20.0.0.0/8 next-hop 192.0.2.1; route 30.0.0.0/8 next-hop 192.0.2.1; }")
        speaker = self.speak(receiver.port, conf, "--socket", self.path("socket"))
        wait_until(lambda: len(self.shown()) == 5, "all routes are there")
        self.conf({"flood": "routes=3"}, "static { route 20.0.0.0/8 next-hop 192.0.2.1; route 40.0.0.0/8 next-hop 192.0.2.1; }")
        speaker.signal(signal.SIGUSR1)
        wait_until(lambda: "40.0.0.0/8" in self.shown(), "the new route is there")
        self.assertEqual(self.shown(), {"10.0.0.0/32", "10.0.0.1/32", "10.0.0.2/32", "20.0.0.0/8", "40.0.0.0/8"})
        with open(conf, "w") as file:
            file.write("neighbor {")
        speaker.signal(signal.SIGUSR1)
        wait_until(lambda: "stays as it was" in speaker.err, "the file is refused")
        self.assertEqual(len(self.shown()), 5)
        self.assertEqual(len(receiver.sessions), 1)
        self.assertFalse(receiver.sessions[0].closed)
        speaker.signal(signal.SIGTERM)
        speaker.wait(30)
        self.assert_status(speaker, 0)

    def shown(self):
        run = self.start(LOADGEN, "cli", "--socket", self.path("socket"), "show", "adj-rib", "out")
        run.wait()
        return {line.split()[-1] for line in run.out.splitlines() if line != "done"}

    def test_usr2_starts_programs_again_and_alarm_the_sessions_too(self):
        receiver = self.receiver()
        conf = self.conf({"flood": "routes=2 log=" + self.path("log")})
        speaker = self.speak(receiver.port, conf, "--socket", self.path("socket"))
        wait_until(lambda: self.read("log"), "the program runs")
        os.unlink(self.path("log"))
        speaker.signal(signal.SIGUSR2)
        wait_until(lambda: self.read("log"), "it runs again")
        self.assertEqual(len(receiver.sessions), 1)
        os.unlink(self.path("log"))
        speaker.signal(signal.SIGALRM)
        wait_until(lambda: self.read("log"), "and again")
        wait_until(lambda: len(receiver.sessions) == 2 and receiver.sessions[1].established, "with a new session")
        speaker.signal(signal.SIGHUP)
        speaker.wait(30)
        self.assert_status(speaker, 0)


class Control(WithPrograms):
    def start_speaker(self, *words, environment=None, programs=None):
        self.peer = self.receiver()
        conf = self.conf(programs or {"still": "routes=0"})
        speaker = self.speak(self.peer.port, conf, *words, environment=environment)
        wait_until(lambda: self.peer.sessions and self.peer.sessions[0].ends_of_rib, "the session is up")
        return speaker

    def announced(self, prefix_octets):
        return wait_until(lambda: prefix_octets in self.peer.sessions[0].updates(), "the route is announced")

    def test_the_socket_and_its_command(self):
        speaker = self.start_speaker("--socket", self.path("socket"))
        self.assertEqual(self.cli("announce", "route", "20.1.0.0/16", "next-hop", "192.0.2.1"), "done\n")
        self.announced(b"\x10\x14\x01")
        self.assertEqual(self.cli("show adj-rib out"), "%s ipv4 unicast 20.1.0.0/16\ndone\n" % self.address)
        self.assertEqual(self.cli("show adj-rib out extensive"),
                         "neighbor %s local-ip 127.0.0.1 local-as 65001 peer-as 65001 router-id 10.0.0.1 family-allowed in-open ipv4 unicast 20.1.0.0/16 "
                         "next-hop 192.0.2.1\ndone\n" % self.address)
        self.assertEqual(json.loads(self.cli("show adj-rib out json").splitlines()[0]),
                         {self.address: {"routes": [{"prefix": "20.1.0.0/16", "family": "ipv4 unicast"}]}})
        self.assertEqual(self.cli("dance", status=4), "error\n")
        answer = json.loads(self.cli("--json", "dance", status=4).splitlines()[-1])
        self.assertEqual(answer["answer"], "error")
        self.assertIn("unknown command", answer["message"])
        summary = self.cli("show", "neighbor", "summary")
        self.assertRegex(summary, r"(?m)^%s +65001 +0:00:\d\d established +\d+ +\d+$" % self.address.replace(".", r"\."))
        page = json.loads(self.cli("show neighbor json").splitlines()[0])
        self.assertEqual((page[0]["state"], page[0]["fsm"], page[0]["families"]), ("up", "ESTABLISHED", ["ipv4 unicast"]))
        self.assertIn("Neighbor " + self.address, self.cli("show neighbor extensive"))
        self.assertIn("neighbor %s {" % self.address, self.cli("show neighbor configuration"))
        self.assertEqual(os.stat(self.path("socket")).st_mode & 0o777, 0o600)
        self.assertEqual(self.cli("shutdown"), "shutdown in progress\ndone\n")
        speaker.wait(30)
        self.assert_status(speaker, 0)
        self.assertFalse(os.path.exists(self.path("socket")))

    def test_what_the_peer_told_is_shown(self):
        self.start_speaker("--socket", self.path("socket"))
        # ORIGIN igp, AS_PATH empty, NEXT_HOP 192.0.2.9, LOCAL_PREF 100: RFC 4271 section 4.3
        attributes = bytes.fromhex("40010100" "400200" "400304c0000209" "40050400000064")
        told = bytes.fromhex("18c63364" "18cb0071")
        self.peer.send(message(UPDATE, bytes(2) + len(attributes).to_bytes(2, "big") + attributes + told))
        wait_until(lambda: len(self.cli("show adj-rib in").splitlines()) == 3, "both routes are shown")
        self.peer.send(message(UPDATE, bytes.fromhex("0004" "18cb0071" "0000")))
        wait_until(lambda: self.cli("show adj-rib in") == "%s ipv4 unicast 198.51.100.0/24\ndone\n" % self.address, "one is withdrawn")
        self.assertIn("198.51.100.0/24 next-hop 192.0.2.9 origin igp local-preference 100\n", self.cli("show adj-rib in extensive"))
        self.assertEqual(json.loads(self.cli("show adj-rib in json inet").splitlines()[0]),
                         {self.address: {"routes": [{"prefix": "198.51.100.0/24", "family": "ipv4 unicast"}]}})
        self.assertEqual(self.cli("show adj-rib in flow"), "done\n")
        self.assertEqual(self.cli("show adj-rib out"), "done\n")
        self.assertEqual(self.cli("clear adj-rib in"), "done\n")
        self.assertEqual(self.cli("show adj-rib in"), "done\n")

    def test_long_answers_are_told_to_their_end(self):
        """However the one who reads and the one who writes meet."""
        routes = 20000
        self.start_speaker("--socket", self.path("socket"), programs={"flood": "routes=%d done=%s" % (routes, self.path("done"))})
        wait_until(lambda: self.read("done"), "all routes are there")
        for _ in range(20):
            answer = self.cli("show adj-rib out extensive")
            self.assertEqual((answer.count("\n"), answer[-6:]), (routes + 1, "\ndone\n"))

    def test_groups_are_whole_or_not_at_all(self):
        self.start_speaker("--socket", self.path("socket"))
        self.cli("group announce route 20.1.0.0/16 next-hop 192.0.2.1 ; announce route 20.2.0.0/33 next-hop 192.0.2.1", status=4)
        self.assertEqual(self.cli("show adj-rib out"), "done\n")
        self.assertEqual(self.cli("group announce route 20.1.0.0/16 next-hop 192.0.2.1 ; announce route 20.2.0.0/16 next-hop 192.0.2.1"),
                         "group processed: 2 announced, 0 withdrawn\ndone\n")
        self.assertEqual(len(self.cli("show adj-rib out").splitlines()), 3)

    def test_neighbours_come_and_go(self):
        self.start_speaker("--socket", self.path("socket"))
        other = Receiver("127.0.0.1", my_as=65009)
        self.addCleanup(other.stop)
        self.cli("create neighbor 127.0.0.1 local-address 127.0.0.1 local-as 65001 peer-as 65009 connect %d" % other.port)
        wait_until(lambda: other.sessions and other.sessions[0].established, "the new neighbour is up")
        self.assertEqual(self.cli("create neighbor 127.0.0.1 local-address 127.0.0.1 local-as 65001 peer-as 65009", status=4), "error\n")
        self.cli("neighbor 127.0.0.1 announce route 20.3.0.0/16 next-hop 192.0.2.1")
        wait_until(lambda: b"\x10\x14\x03" in other.sessions[0].updates(), "it is told a route")
        self.assertNotIn(b"\x10\x14\x03", self.peer.sessions[0].updates())
        self.cli("delete neighbor 127.0.0.1 peer-as 65009")
        wait_until(lambda: other.sessions[0].closed, "it goes")
        self.assertEqual(other.sessions[0].notification[:2], (6, 3))   # Cease, Peer De-configured

    def test_http(self):
        speaker = self.start_speaker("--control", "0")
        url = wait_until(lambda: [line for line in speaker.err.splitlines() if line.startswith("control on ")], "HTTP is there")[0].split()[-1]
        self.assertRegex(url, r"^http://127\.0\.0\.1:\d+/$")

        def post(body, content_type="application/x-www-form-urlencoded", accept="*/*"):
            request = urllib.request.Request(url, data=body.encode(), headers={"Content-Type": content_type, "Accept": accept})
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()

        with urllib.request.urlopen(url + "healthz", timeout=PATIENCE) as answer:
            self.assertEqual(answer.status, 200)
        self.assertEqual(post("command=announce+route+20.4.0.0%2F16+next-hop+192.0.2.1"), (200, "done\n"))
        self.announced(b"\x10\x14\x04")
        self.assertEqual(post("commands=announce route 20.5.0.0/16 next-hop 192.0.2.1;withdraw route 20.4.0.0/16"), (200, "done\ndone\n"))
        self.announced(b"\x10\x14\x05")
        self.assertEqual(post("announce route 20.6.0.0/16 next-hop 192.0.2.1\nversion\n", "text/plain")[1].splitlines()[0], "done")
        self.assertEqual(post("command=dance"), (400, "error\n"))
        status, answer = post("command=announce route 20.6.0.0/99 next-hop 1.1.1.1", accept="application/json")
        self.assertEqual((status, json.loads(answer)["answer"]), (400, "error"))
        self.assertEqual(post("nothing=here")[0], 400)
        many = "\n".join("announce route 20.7.%d.0/24 next-hop 192.0.2.1" % i for i in range(256))
        self.assertEqual(post(many, "text/plain"), (200, "done\n" * 256))

    def test_named_pipes(self):
        # Where ExaBGP looks, and so do we; each name is ours alone.
        folders = [each for each in ("/run/exabgp", "/run/%d" % os.getuid(), "/run") if os.access(each, os.W_OK)]
        if not folders:
            self.skipTest("no place for named pipes")
        folder = folders[0]
        name = "barrage-%d" % os.getpid()
        for end in (".in", ".out"):
            os.mkfifo(os.path.join(folder, name + end))
            self.addCleanup(os.unlink, os.path.join(folder, name + end))
        self.start_speaker(environment={"exabgp_api_cli": "true", "exabgp_api_pipename": name})
        for _ in range(2):   # clients come and go
            answers = os.open(os.path.join(folder, name + ".out"), os.O_RDONLY | os.O_NONBLOCK)
            commands = os.open(os.path.join(folder, name + ".in"), os.O_WRONLY)
            os.write(commands, b"announce route 20.8.0.0/16 next-hop 192.0.2.1\nversion\n")
            got = bytearray()

            def read():
                try:
                    got.extend(os.read(answers, 4096))
                except BlockingIOError:
                    pass
                return got.count(b"done\n") == 2
            wait_until(read, "the answers")
            self.assertRegex(bytes(got), rb"^done\nexabgp .*\ndone\n$")
            os.close(commands)
            os.close(answers)
        self.announced(b"\x10\x14\x08")


if __name__ == "__main__":
    sys.exit("run.py runs these")
