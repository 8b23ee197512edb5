"""API programs of `loadgen speak`: no line lost, none torn, whatever the programs do; and commands from outside."""

import json
import os
import random
import re
import signal
import socket
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from support.bgp import KEEPALIVE, NOTIFICATION, UPDATE, Receiver, message, table_of
from support.programs import LOADGEN, PATIENCE, RealTest, endpoint, free_port, wait_until
from support.shared import shared
from parity_test import ENDLESS, run_side_by_side

FLOOD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "support", "flood_program.py")


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


class WithPrograms(RealTest):
    """What the classes below stand on."""

    def conf(self, programs, *lines, name="speak.conf", peers=None):
        """programs: {name: words of flood_program.py, or a whole command in a list}"""
        text = ""
        for each, words in programs.items():
            run = " ".join(words) if isinstance(words, list) else "%s %s %s" % (sys.executable, FLOOD, words)
            text += "process %s { run %s; encoder text; }\n" % (each, run)
        for peer in peers or [self.address]:
            text += ("neighbor %s {\n router-id 10.0.0.1;\n local-address 127.0.0.1;\n local-as 65001;\n peer-as 65001;\n family { ipv4 unicast; }\n"
                     " api { processes [ %s ]; }\n %s\n}\n" % (peer, " ".join(programs), "\n ".join(lines)))
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def receiver(self, **options):
        receiver = Receiver(self.address, my_as=65001, **options)
        self.addCleanup(receiver.stop)
        return receiver

    def speak(self, port, conf, *words, environment=None):
        return self.loadgen("speak", "--port", str(port), *words, conf,
                            environment=dict({"exabgp_tcp_bind": "", "exabgp_api_cli": "false"}, **(environment or {})))

    def sink(self, routes):
        sink = self.start_sink("--sessions", 1, "--expect", routes, "--local-as", "65001")
        return sink, sink.endpoint.rsplit(":", 1)[1]

    def read(self, name):
        try:
            with open(self.path(name)) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def cli(self, *words, status=0):
        run = self.start(LOADGEN, "cli", "--socket", self.path("socket"), *words)
        run.wait()
        self.assert_status(run, status)
        return run.out


class Floods(WithPrograms):
    programs, lines_each = 50, 400
    posts, lines_of_post = 2, 10000

    def flood(self, routes, words="", programs=1, environment=None, done=None):
        """So many routes from each program are in the sink, each once; what is in each one's file `done` at the end, if not nothing."""
        total = routes * programs
        sink, port = self.sink(total)
        names = {"flood%d" % at: "routes=%d base=%d done=%s.%d %s" % (routes, routes * at, self.path("done"), at, words) for at in range(programs)}
        speaker = self.speak(port, self.conf(names), environment=environment)
        wait_until(lambda: sink.status is not None or speaker.status is not None, "all is there: " + speaker.err, 600)
        self.assert_status(sink, 0)
        files = ["done.%d" % at for at in range(programs)]
        if done != "":
            wait_until(lambda: all(self.read(name) for name in files) or speaker.status is not None, "all is answered: " + speaker.err)
        self.end(speaker)
        if done != "":
            self.assertEqual({self.read(name) for name in files}, {"%d 0 []" % routes if done is None else done})
            for name in files:
                os.unlink(self.path(name))
        result = sink.json()
        self.assertEqual((result["live"], result["announced"], result["malformed"]), (total, total, 0))
        return speaker

    def end(self, speaker):
        speaker.signal(signal.SIGTERM)
        speaker.wait(30)
        self.assert_status(speaker, 0)

    def test_a_million_lines(self):
        speaker = self.flood(1000000, "sets=50")
        self.assertLess(speaker.peak_kib, 1500 * 1024)

    def test_lines_cut_anywhere(self):
        for seed in range(3):
            self.flood(3000, "sets=7 seed=%d" % seed)

    def test_writes_that_are_whole(self):
        self.flood(20000, "chunk=4096")

    def test_a_program_that_never_reads(self):
        routes = 400000   # 2 MB of answers, where a pipe holds 64 KiB
        self.flood(routes, "read=no log=" + self.path("log"), done="")
        self.assertEqual(int(self.read("log")), routes)

    def test_many_programs(self):
        self.flood(self.lines_each, "sets=3", self.programs)

    def test_many_programs_that_never_read(self):
        self.flood(self.lines_each, "sets=3 read=no", self.programs, done="")

    def test_many_programs_without_answers(self):
        self.flood(self.lines_each, "sets=3 acks=off", self.programs, done="done\npong")
        self.flood(self.lines_each, "sets=3 acks=off", self.programs, done="done\npong", environment={"exabgp_api_ack": "false"})

    def test_lines_of_each_program_arrive_in_their_order(self):
        """Each line has attributes of its own, and so an UPDATE of its own."""
        receiver = self.receiver()
        total = self.lines_each * self.programs
        names = {"flood%d" % at: "routes=%d base=%d sets=%d" % (self.lines_each, self.lines_each * at, total) for at in range(self.programs)}
        speaker = self.speak(receiver.port, self.conf(names))
        # 56 octets each: header and lengths 23, ORIGIN 4, AS_PATH 3, NEXT_HOP, MULTI_EXIT_DISC and LOCAL_PREF 7 each, prefix 5. And an End-of-RIB.
        wait_until(lambda: receiver.sessions and len(receiver.sessions[0].octets) >= 56 * total
                   and len(receiver.sessions[0].messages(UPDATE)) == total + 1 or speaker.status is not None, "all is there")
        self.end(speaker)
        receiver.stop()
        came = {at: [] for at in range(self.programs)}
        for octets in receiver.sessions[0].messages(UPDATE):
            if len(octets) > 40:   # no End-of-RIB
                number = int.from_bytes(octets[-3:], "big")
                self.assertIn(b"\x80\x04\x04" + number.to_bytes(4, "big"), octets)
                came[number // self.lines_each].append(number)
        for at, numbers in came.items():
            self.assertEqual(numbers, list(range(self.lines_each * at, self.lines_each * (at + 1))), "of program %d" % at)

    def test_posts_of_many_lines(self):
        for form in ("lines", "commands="):
            routes = self.posts * self.lines_of_post
            sink, port = self.sink(routes)
            speaker = self.speak(port, self.conf({"still": "routes=0"}), "--control", "0")
            url = wait_until(lambda: re.search(r"^control on (\S+)$", speaker.err, re.M), "HTTP is there")[1]
            for post in range(self.posts):
                lines = ["announce route 10.%d.%d.%d/32 next-hop 192.0.2.1 med %d" % (number >> 16, number >> 8 & 255, number & 255, number % 50)
                         for number in range(post * self.lines_of_post, (post + 1) * self.lines_of_post)]
                if form == "lines":
                    request = urllib.request.Request(url, data="\n".join(lines).encode(), headers={"Content-Type": "text/plain"})
                else:
                    request = urllib.request.Request(url, data=urllib.parse.urlencode({"commands": ";".join(lines)}).encode())
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    self.assertEqual(answer.read(), b"done\n" * self.lines_of_post)
            sink.wait()
            self.assert_status(sink, 0)
            self.end(speaker)
            result = sink.json()
            self.assertEqual((result["live"], result["announced"], result["malformed"]), (routes, routes, 0))

    def test_one_that_floods_delays_no_keepalive(self):
        receiver = self.receiver(hold_time=3)
        self.speak(receiver.port, self.conf({"flood": "routes=300000 sets=300000"}, "hold-time 3;"))
        wait_until(lambda: receiver.sessions and len(receiver.sessions[0].messages(UPDATE)) >= 1000, "routes come")
        wait_until(lambda: len(receiver.sessions[0].messages(KEEPALIVE)) >= 4 or receiver.sessions[0].closed, "KEEPALIVEs come")
        self.assertEqual(len(receiver.sessions), 1)
        self.assertIsNone(receiver.sessions[0].notification)


class SoakFloods(Floods):
    lines_each = 20000
    posts = 100

    def test_a_million_lines_that_are_not_answered(self):
        self.flood(1000000, "sets=50 acks=off", done="done\npong")

    def test_a_million_answers_that_are_not_read(self):
        self.flood(1000000, "sets=50 read=no", done="")


class Kills(WithPrograms):
    seeds = range(20)

    def kill_one(self, seed):
        """kill -9 at some time of a flood: every line that was written whole is carried out, and nothing that was not."""
        dice = random.Random(seed)
        routes = 60000
        for name in ("once", "log", "socket"):
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))
        receiver = self.receiver()
        conf = self.conf({"flood": "routes=%d sets=5 chunk=4096 once=%s log=%s" % (routes, self.path("once"), self.path("log"))})
        speaker = self.speak(receiver.port, conf, "--socket", self.path("socket"), environment=self.mark())
        wait_until(lambda: self.read("log") or speaker.status is not None, "the flood begins")
        time.sleep(dice.random() * 0.1)
        # A line that is written to its half when the program dies: cut by the next one who writes, were it not for the end of the pipe.
        program = self.child_of(speaker)
        os.kill(program, signal.SIGKILL)
        wait_until(lambda: self.child_of(speaker) not in (None, program), "it is started again")
        written = int(self.read("log") or 0)
        shown = self.cli("show", "adj-rib", "out").splitlines()
        self.assertEqual(shown.pop(), "done")
        numbers = set()
        for line in shown:
            octets = line.split()[-1].split("/")[0].split(".")
            numbers.add(int(octets[1]) << 16 | int(octets[2]) << 8 | int(octets[3]))
        self.assertEqual(len(numbers), len(shown))
        self.assertEqual(numbers, set(range(len(numbers))))
        self.assertGreaterEqual(len(numbers), written)
        self.assertLessEqual(len(numbers), routes)
        speaker.signal(signal.SIGTERM)
        speaker.wait(30)
        self.assert_status(speaker, 0)
        self.assert_nothing_left()
        receiver.stop()

    def child_of(self, speaker):
        try:
            with open("/proc/%d/task/%d/children" % (speaker.process.pid, speaker.process.pid)) as file:
                children = file.read().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def test_programs_that_are_killed(self):
        self.for_each(self.seeds, self.kill_one)

    def kill_peer(self, seed):
        """The peer goes in the middle of a flood: every line is answered all the same, and the next session has all routes."""
        dice = random.Random(seed)
        if os.path.exists(self.path("done")):
            os.unlink(self.path("done"))
        routes, threshold, how = 60000, dice.randrange(300000), dice.choice(("close", "reset", "notification"))

        def misbehave(session):
            if session.number != 0 or len(session.octets) < threshold:
                return None
            if how == "reset":
                session.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return message(NOTIFICATION, b"\x06\x04") if how == "notification" else "close"
        receiver = self.receiver(misbehave=misbehave)
        speaker = self.speak(receiver.port, self.conf({"flood": "routes=%d sets=5 chunk=4096 done=%s" % (routes, self.path("done"))}),
                             environment=self.mark())
        wait_until(lambda: self.read("done") or speaker.status is not None, "all is answered: " + speaker.err)
        self.assertEqual(self.read("done"), "%d 0 []" % routes)
        os.unlink(self.path("done"))
        wait_until(lambda: len(receiver.sessions) > 1 and len(receiver.sessions[1].octets) >= 5 * routes
                   and len(table_of(receiver.sessions[1].updates())) == routes, "the next session has all routes", every=0.05)
        speaker.signal(signal.SIGTERM)
        speaker.wait(30)
        self.assert_status(speaker, 0)
        self.assert_nothing_left()
        self.assertEqual(len(receiver.sessions), 2)
        self.assertEqual(receiver.sessions[1].notification[0], 6)
        receiver.stop()

    def kill_speaker(self, seed):
        """Whenever that is, its programs end with it, and another one takes its ports and its socket."""
        dice = random.Random(seed)
        receiver = self.receiver()
        conf = self.conf({name: "routes=50000 sets=9 chunk=4096" for name in ("one", "two", "three")}, "connect %d;" % receiver.port)
        port, control = free_port(self.address), free_port(self.address)
        words = (port, conf, "--socket", self.path("socket"), "--control", endpoint(self.address, control))
        environment = dict(self.mark(), exabgp_tcp_bind=self.address)
        speaker = self.speak(*words, environment=environment)
        time.sleep(dice.random() * 0.5)
        self.assertIsNone(speaker.status, speaker.err)
        speaker.signal(signal.SIGKILL)
        speaker.wait()
        self.assert_nothing_left()
        speaker = self.speak(*words, environment=environment)
        wait_until(lambda: "control on" in speaker.err or speaker.status is not None, "the next one runs")
        self.assertRegex(self.cli("version"), r"\Aexabgp .*\ndone\n\Z")
        with socket.create_connection((self.address, port), timeout=PATIENCE):
            pass
        speaker.signal(signal.SIGTERM)
        speaker.wait(30)
        self.assert_status(speaker, 0)
        self.assert_nothing_left()
        self.assertFalse(os.path.exists(self.path("socket")))
        receiver.stop()

    def test_peers_that_go(self):
        self.for_each(self.seeds, self.kill_peer)

    def test_speakers_that_are_killed(self):
        self.for_each(self.seeds, self.kill_speaker)

    def test_one_that_ends_again_and_again_ends_the_speaker(self):
        receiver = self.receiver()
        speaker = self.speak(receiver.port, self.conf({"gone": ["/bin/true"]}))
        speaker.wait(30)
        self.assert_status(speaker, 1)

    def test_without_respawn_it_stays_away(self):
        receiver = self.receiver()
        speaker = self.speak(receiver.port, self.conf({"gone": ["/bin/true"]}), environment={"exabgp_api_respawn": "false"})
        wait_until(lambda: receiver.sessions and receiver.sessions[0].ends_of_rib, "the session is up")
        self.assertIsNone(speaker.status)


class SoakKills(Kills):
    seeds = range(200)


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
