"""API programs that write as fast as they can: no line lost, none torn, none told twice, whether they read their answers or not."""

import os
import re
import signal
import unittest
import urllib.parse
import urllib.request

from support.bgp import KEEPALIVE, UPDATE
from support.programs import PATIENCE, wait_until
from support.with_programs import WithPrograms


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


if __name__ == "__main__":
    unittest.main()
