"""The octets that inject writes, kept by a receiver of our own, before independent judges: tshark, a strict reader, bgpdump's dumps."""

import subprocess
import sys
import unittest

from support import mrt
from support.bgp import NOTIFICATION, OPEN, Receiver, UPDATE, as_path_of, messages_of, table_of
from support.programs import RealTest, words_of
from support.shared import shared


class Captured(RealTest):
    def capture(self, *words, **options):
        """All octets of one session of inject."""
        receiver = Receiver(self.address, **options)
        self.addCleanup(receiver.stop)
        self.run_loadgen("inject", receiver.endpoint, "--quiet", *words)
        receiver.stop()
        self.assertIsNone(receiver.error)
        self.assertEqual(len(receiver.sessions), 1)
        return receiver.sessions[0]

    def judge(self, session, *words):
        """Nothing malformed, says the oracle."""
        octets = self.path("octets.raw")
        with open(octets, "wb") as file:
            file.write(session.octets)
        done = subprocess.run([sys.executable, "-B", shared("oracle", "bgporacle.py"), "check", octets, "--quiet", *words],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=800)
        self.assertEqual(done.returncode, 0, done.stdout[-4000:])


class Conversation(Captured):
    def test_opens_and_closes_as_it_should(self):
        session = self.capture("--routes", "range:10.0.0.0/24x100", "--local-as", "65010")
        kinds = [kind for kind, _ in messages_of(session.octets)]
        self.assertEqual(kinds[0], OPEN)
        self.assertEqual(kinds[-1], NOTIFICATION)
        self.assertEqual(session.notification[0], 6)    # Cease
        self.assertGreaterEqual(session.ends_of_rib, 1)

    def test_ebgp_prepends_its_as_and_keeps_the_next_hop(self):
        session = self.capture("--routes", "range:10.0.0.0/24x100,as-path=64500 64501,next-hop=192.0.2.77,local-pref=300",
                               "--local-as", "65010")
        table = table_of(session.updates())
        self.assertEqual(len(table), 100)
        for attributes in table.values():
            self.assertEqual(as_path_of(attributes[2]), [65010, 64500, 64501])
            self.assertEqual(attributes[3], bytes((192, 0, 2, 77)))
            self.assertNotIn(5, attributes)

    def test_ibgp_prepends_nothing_and_has_a_local_pref(self):
        session = self.capture("--routes", "range:10.0.0.0/24x100,as-path=64500 64501", "--local-as", "65000")
        for attributes in table_of(session.updates()).values():
            self.assertEqual(as_path_of(attributes[2]), [64500, 64501])
            self.assertEqual(attributes[5], b"\0\0\0\x64")

    def test_messages_are_as_full_as_the_session_allows(self):
        for extended, most in ((False, 4096), (True, 65535)):
            session = self.capture("--routes", "range:10.0.0.0/24x50k", *["--extended-message"] * extended, extended=extended)
            sizes = [len(octets) for octets in session.messages(UPDATE)]
            self.assertLessEqual(max(sizes), most)
            self.assertTrue(all(size > most - 4 for size in sizes[:-2]), sizes[:20])


class BeforeTheOracle(Captured):
    def test_a_synthetic_table(self):
        session = self.capture("--routes", "full-table:5k", "--routes", "full-table:2k,family=ipv6")
        self.assertEqual(len(table_of(session.updates())), 7000)
        self.judge(session)

    def test_a_range_withdrawn_again(self):
        self.judge(self.capture("--routes", "range:10.0.0.0/24x3k", "--withdraw-after", "10ms"))

    def test_long_messages(self):
        self.judge(self.capture("--routes", "range:10.0.0.0/24x30k", "--extended-message", extended=True), "--extmsg")


class EnginesBeforeTheOracle(Captured):
    """What is long to judge: of both engines, and once where their octets are the same."""

    def each_engine(self, *words):
        seen = []
        for engine in ("sync", "async", "async:2"):
            with self.subTest(engine=engine):
                session = self.capture(*words, *words_of(engine))
                octets = session.octets[:session.octets.rfind(b"\xff" * 16)]   # without the Cease
                if octets not in seen:
                    seen.append(octets)
                    yield session

    def test_the_updates_of_2026(self):
        for session in self.each_engine("--routes", shared("data", "updates.20260222.1530.bz2"), "--allow-left-out"):
            self.judge(session)

    def test_a_real_table_has_the_same_prefixes(self):
        file = shared("data", "rib.derived-20151023.gz")
        expected = {prefix: attributes for _, prefix, attributes in mrt.rib_routes(file)}
        for session in self.each_engine("--routes", file, "--next-hop", "keep"):
            table = table_of(session.updates())
            self.assertEqual(len(table), 577703)
            self.assertEqual(table.keys(), expected.keys())
            for prefix, attributes in table.items():   # every one; eBGP adds its AS and drops what is iBGP's
                kept = {kind: value for kind, value in expected[prefix].items() if kind not in (5, 9, 10)}
                self.assertEqual(as_path_of(attributes[2]), [65001] + as_path_of(kept[2]), prefix)
                self.assertEqual({kind: value for kind, value in attributes.items() if kind != 2},
                                 {kind: value for kind, value in kept.items() if kind != 2}, prefix)


class SoakBeforeTheOracle(Captured):
    def test_a_real_table(self):
        session = self.capture("--routes", shared("data", "rib.derived-20151023.gz"))
        self.judge(session)

    def test_what_tshark_lists_is_the_table(self):
        file = shared("data", "rib.derived-20151023.gz")
        octets = self.path("octets.raw")
        with open(octets, "wb") as out:
            out.write(self.capture("--routes", file).octets)
        done = subprocess.run([sys.executable, "-B", shared("oracle", "bgporacle.py"), "prefixes", octets], stdout=subprocess.PIPE,
                              text=True, check=True, timeout=800)
        seen = {line.split()[-1] for line in done.stdout.splitlines()}
        self.assertEqual(seen, {prefix for _, prefix, _ in mrt.rib_routes(file)})


if __name__ == "__main__":
    unittest.main()
