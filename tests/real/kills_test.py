"""A program, a peer, the speaker itself is killed in the middle of a flood: nothing is lost but what went with it."""

import os
import random
import signal
import socket
import struct
import time
import unittest

from support.bgp import NOTIFICATION, message, table_of
from support.programs import PATIENCE, endpoint, free_port, wait_until
from support.with_programs import WithPrograms


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


if __name__ == "__main__":
    unittest.main()
