"""inject → sink: nothing is lost, whatever the source and however many sessions; equal tables have equal digests."""

import unittest

from support import mrt
from support.bgp import UPDATE, Receiver, message, one_prefix_each, speak
from support.programs import RealTest, words_of
from support.shared import shared

# The same for all peers, so that all of them tell the same.
OUR_AS = ("--local-as", "65010", "--next-hop", "192.0.2.1", "--next-hop", "2001:db8:ffff::1")


# As bgpdump shows them: four routes have AS 0 in their path (treated as withdrawn), 18 in AGGREGATOR (which is discarded). RFC 7607.
WITH_AS_0_IN_2015, MALFORMED_IN_2015 = 4, 4


class EverySource(RealTest):
    def same_from_all(self, routes, count, peers=(1, 7), words=()):
        """`count` routes from each session, one digest for all."""
        digests = set()
        for number in peers:
            result = self.into_sink(number, routes, *OUR_AS, *words, expect=count)
            self.assertEqual(result["distinct"], count * number)
            self.assertEqual(result["live"], count * number)
            digests |= {session["digest"] for session in result["per_session"]}
        self.assertEqual(len(digests), 1, digests)
        return digests.pop()

    def test_range(self):
        self.same_from_all("range:10.0.0.0/24x30k", 30000)

    def test_ipv6_range(self):
        self.same_from_all("range:2001:db8::/48x20k,next-hop=2001:db8:ffff::1", 20000)

    def test_several_ranges_are_one_table(self):
        together = self.same_from_all(["range:10.0.0.0/24x1k", "range:172.16.0.0/28x1k"], 2000)
        self.assertEqual(together, self.same_from_all(["range:172.16.0.0/28x1k", "range:10.0.0.0/24x1k"], 2000))

    def test_full_table(self):
        first = self.same_from_all("full-table:100k", 100000)
        self.assertNotEqual(first, self.same_from_all("full-table:100k,seed=7", 100000, peers=(1,)))

    def test_withdrawn_routes_are_gone(self):
        result = self.into_sink(2, "range:10.0.0.0/24x5k", "--withdraw-after", "10ms")
        self.assertEqual((result["distinct"], result["withdrawn"], result["live"]), (10000, 10000, 0))

    def test_a_slice_for_each_is_the_whole(self):
        result = self.into_sink(4, "full-table:10003", *OUR_AS, "--divided")
        self.assertEqual(result["distinct"], 10003)
        self.assertLessEqual(max(each["distinct"] for each in result["per_session"]), 2501)

    def test_over_ipv6(self):
        sink = self.start_sink("--sessions", "3", "--expect", "5k", address="::1")
        self.run_loadgen("inject", sink.endpoint, "--peers", "3", "--routes", "full-table:5k,family=ipv6", "--quiet")
        sink.wait()
        self.assert_status(sink, 0)
        self.assertEqual(sink.json()["distinct"], 15000)

    def test_paced_no_faster_than_asked(self):
        result = self.into_sink(1, "range:10.0.0.0/24x20k", "--rate", "20k", expect=20000)
        self.assertGreater(result["seconds"], 0.8)

    def test_into_the_embedded_sink(self):
        done = self.run_loadgen("inject", "--peers", "4", "--routes", "full-table:20k", "--report", self.path("report.json"))
        self.assertIn("80,000", done.out)


class ManySessions(RealTest):
    def test_200_sessions_of_10000_routes(self):
        result = self.into_sink(200, "full-table:10k", *OUR_AS, expect=10000)
        self.assertEqual(result["distinct"], 2000000)
        self.assertEqual({each["distinct"] for each in result["per_session"]}, {10000})
        self.assertEqual(len({each["digest"] for each in result["per_session"]}), 1)
        self.assertEqual(len({each["remote"].rsplit(":", 1)[0] for each in result["per_session"]}), 200)


class Digest(RealTest):
    def test_does_not_depend_on_packing_or_order(self):
        """What inject sent goes to a second sink by other means: one prefix an UPDATE, in the opposite order."""
        source = "full-table:5k"
        straight = self.into_sink(1, source, *OUR_AS, expect=5000)["digest"]
        receiver = Receiver(self.address)
        self.addCleanup(receiver.stop)
        self.run_loadgen("inject", receiver.endpoint, "--routes", source, *OUR_AS, "--quiet")
        receiver.stop()
        self.assertIsNone(receiver.error)
        sink = self.start_sink("--sessions", "1")
        speak(sink.endpoint, 65010, one_prefix_each(receiver.sessions[0].updates()))
        sink.wait()
        self.assert_status(sink, 0)
        again = sink.json()
        self.assertEqual((again["distinct"], again["malformed"]), (5000, 0))
        self.assertEqual(again["digest"], straight)


class EnginesAgree(RealTest):
    """The same source through either engine, and any number of shards, is the same table to the receiver."""

    ENGINES = [words_of(engine) for engine in ("sync", "async", "async:1", "async:2", "async:4", "async:8")]

    def agree(self, routes, *words, sessions=3, malformed=0):
        results = [self.into_sink(sessions, routes, *OUR_AS, *words, *engine, malformed=malformed) for engine in self.ENGINES]
        self.assertGreater(results[0]["live"], 0)
        self.assertEqual(len({(each["digest"], each["distinct"], each["live"]) for each in results}), 1, results)

    def test_ranges(self):
        self.agree(["range:10.0.0.0/24x20k", "range:2001:db8::/48x5k,next-hop=2001:db8:ffff::1"])

    def test_a_full_table(self):
        self.agree("full-table:50k", "--divided")
        self.agree("full-table:50k", "--prefixes-per-update", "3")

    def test_a_dump(self):
        self.agree(shared("data", "rib.derived-20151023.gz"), "--allow-left-out", sessions=2, malformed=2 * MALFORMED_IN_2015)

    def test_updates(self):
        self.agree(shared("data", "updates.20260222.1530.bz2"), "--allow-left-out")


class WhatCounts(RealTest):
    # ORIGIN, AS_PATH 65001, NEXT_HOP; RFC 4271 section 4.3. 10.0.1.0/24, and 2001:db8::/32 in MP_REACH_NLRI (RFC 4760).
    ATTRIBUTES = bytes.fromhex("40010100" "4002060201" "0000fde9" "400304c0000201")
    V6 = bytes.fromhex("800e1a" "000201" "10" "20010db8000000000000000000000001" "00" "2020010db8")

    def update(self, attributes, nlri=b""):
        return message(UPDATE, b"\0\0" + len(attributes).to_bytes(2, "big") + attributes + nlri)

    def test_distinct_prefixes_are_not_told_apart_where_they_are_only_counted(self):
        listen = ("--listen", self.address + ":0", "--count-only")
        for words in (("--expect", 10), ("--max-routes", 10)):
            done = self.run_loadgen("sink", *listen, *words, status=2)
            self.assertIn(words[0], done.err)
            self.assertIn("--count-only", done.err)
        self.assertIn("--count-only", self.run_loadgen("sink", "--listen", self.address + ":0", "--announced", 10, status=2).err)

    def test_announced_routes_are_counted_distinct_or_not(self):
        sink = self.start_sink("--count-only", "--announced", 3)
        speak(sink.endpoint, 65001, self.update(self.ATTRIBUTES, bytes.fromhex("180a0001")) * 3)
        sink.wait()
        self.assert_status(sink, 0)
        self.assertEqual((sink.json()["announced"], sink.json()["distinct"]), (3, 0))

    def test_routes_of_a_family_that_was_not_negotiated_count_apart(self):
        sink = self.start_sink("--families", "ipv4", "--sessions", 1)
        speak(sink.endpoint, 65001, self.update(self.ATTRIBUTES + self.V6, bytes.fromhex("180a0001")) + self.update(self.ATTRIBUTES + self.V6))
        sink.wait()
        self.assert_status(sink, 0)
        result = sink.json()
        self.assertEqual([result[key] for key in ("announced", "distinct", "live", "malformed", "not_negotiated")], [1, 1, 1, 0, 2])
        self.assertIn("2 messages", sink.err)


class Dumps(RealTest):
    """Real dumps arrive with the counts of an independent reader, and those that its README.md names."""

    def counts(self, file, *words, sessions=1, malformed=0):
        return self.into_sink(sessions, shared("data", file), *OUR_AS, "--allow-left-out", *words, malformed=sessions * malformed)

    def test_a_whole_table(self):
        result = self.counts("rib.derived-20151023.gz", sessions=2, malformed=MALFORMED_IN_2015)
        self.assertEqual([each["live"] for each in result["per_session"]], [577703 - WITH_AS_0_IN_2015] * 2)

    def test_updates_of_2015(self):
        result = self.counts("updates.et-header.2015.gz", malformed=MALFORMED_IN_2015)
        self.assertEqual((result["distinct"], result["live"]), (577706 - WITH_AS_0_IN_2015, 577703 - WITH_AS_0_IN_2015))

    def test_a_table_and_the_updates_that_made_it_are_the_same(self):
        table = self.counts("rib.derived-20151023.gz", malformed=MALFORMED_IN_2015)
        updates = self.counts("updates.et-header.2015.gz", malformed=MALFORMED_IN_2015)
        self.assertEqual(table["digest"], updates["digest"])

    def test_updates_of_2026(self):
        file = shared("data", "updates.20260222.1530.bz2")
        live, ever = mrt.live_and_distinct(mrt.update_messages(file))
        self.assertEqual(len(ever), 7831)
        result = self.counts("updates.20260222.1530.bz2")
        self.assertEqual((result["distinct"], result["live"]), (7831, len(live)))

    def test_the_first_megabyte_of_a_table(self):
        self.first_megabyte("rib.20140523.0600_firstMB.bz2", 9072)

    def test_the_first_megabyte_of_an_ipv6_table(self):
        self.first_megabyte("rib6.20151101.0600_firstMB.bz2", 6870)

    def first_megabyte(self, name, prefixes):
        """Cut on purpose: what stands before the cut arrives, and a warning says so."""
        file = shared("data", name)
        routes = {}
        for peer, prefix, _ in mrt.rib_routes(file):
            routes.setdefault(peer, set()).add(prefix)
        self.assertEqual(len(set().union(*routes.values())), prefixes)
        self.assertEqual(self.counts(name)["distinct"], max(len(of_peer) for of_peer in routes.values()))
        self.assertEqual(self.counts(name, "--mrt-peer", "all")["distinct"], prefixes)
        injector = self.run_loadgen("inject", "--routes", file, "--quiet", status=4)
        self.assertRegex(injector.err, "(?i)warning|cut|truncated|ends")
        self.assertIn(name, injector.err)


class SoakManySessions(RealTest):
    def test_200_sessions_again_and_again(self):
        for _ in range(20):
            result = self.into_sink(200, "full-table:10k", *OUR_AS, expect=10000)
            self.assertEqual(result["distinct"], 2000000)
            self.assertEqual(len({each["digest"] for each in result["per_session"]}), 1)

    def test_a_full_table_to_50_sessions(self):
        result = self.into_sink(50, "full-table:1M", *OUR_AS, expect=1000000)
        self.assertEqual(result["distinct"], 50000000)


if __name__ == "__main__":
    unittest.main()
