"""Texts as sources of routes, by the command: what comes of each at the embedded sink, and what is said of a text that is none."""

import bz2
import gzip
import lzma
import os
import shutil
import signal
import struct
import subprocess
import unittest

from support.programs import RealTest
from support.shared import shared

USAGE = 2
INCOMPLETE = 4


class RouteFiles(RealTest):
    def write(self, name, text):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
        return path

    def sink_of(self, *words, **options):
        """What the embedded sink has in the end."""
        return self.run_loadgen("inject", "--json", "--quiet", *words, **options).json()["sink"]

    def counts(self, path, *words, **options):
        sink = self.sink_of("--routes", path, *words, **options)
        self.assertEqual(sink["malformed"], 0)
        return sink["announced"], sink["withdrawn"], sink["live"]

    def test_each_of_the_four(self):
        for name, counts in (("prefixes.txt", (3, 0, 3)), ("bgpdump-m.txt", (2, 1, 1)), ("exabgp_api.txt", (1, 0, 1)), ("routes.csv", (1, 0, 1))):
            with self.subTest(name):
                self.assertEqual(self.counts(shared("cases", "text", name)), counts)

    def test_the_others_are_refused_by_name(self):
        for name, looks in (("bird.txt", "BIRD's \"show route\""), ("gobgp.json", "JSON of GoBGP"), ("show_ip_bgp.txt", "\"show ip bgp\"")):
            with self.subTest(name):
                path = shared("cases", "text", name)
                refused = self.run_loadgen("inject", "--routes", path, status=USAGE)
                lines = refused.err.splitlines()
                self.assertEqual(len(lines), 1, refused.err)
                self.assertIn(path + ":1:1: expected one of what is read here: MRT dumps, lists of prefixes, lines of bgpdump -m, CSV with named columns, "
                              "announce and withdraw lines of ExaBGP's API, UPDATEs in hexadecimal digits; this looks like the ", lines[0])
                self.assertIn(looks, lines[0])

    def test_compressed_or_not(self):
        text = b"".join(b"10.%d.%d.0/24\n" % (i // 256, i % 256) for i in range(5000))
        for name, octets in (("list", text), ("list.a", gzip.compress(text)), ("list.b", bz2.compress(text)), ("list.c", lzma.compress(text))):
            with self.subTest(name):
                self.assertEqual(self.counts(self.write(name, octets)), (5000, 0, 5000))
        cut = self.write("cut", gzip.compress(text)[:-2000])
        self.assertIn(cut + ": the compressed", self.run_loadgen("inject", "--routes", cut, status=USAGE).err)

    def test_nothing_of_a_text_that_is_wrong_is_sent(self):
        sink = self.start_sink()
        wrong = self.write("wrong", "10.0.0.0/8\n" * 100_000 + "10.0.0.0/33\n")
        refused = self.run_loadgen("inject", sink.endpoint, "--routes", wrong, status=USAGE)
        self.assertIn(wrong + ":100001:1: expected a prefix", refused.err)
        sink.signal(signal.SIGINT)
        sink.wait()
        self.assertEqual(sink.json()["sessions"], 0)

    def test_replay_by_the_times_of_bgpdump_lines(self):
        line = "BGP4MP_ET|17000000%02d.000000|A|192.0.2.1|64496|10.%d.0.0/16|64496|IGP|192.0.2.1|0|0||NAG||\n"
        updates = self.write("updates", "".join(line % (i, i) for i in range(3)))
        report = self.run_loadgen("inject", "--routes", updates, "--replay", "10", "--json", "--quiet").json()
        self.assertEqual(report["sink"]["live"], 3)
        for name, text in (("table", line.replace("BGP4MP_ET", "TABLE_DUMP2").replace("|A|", "|B|") % (1, 1)),
                           ("lines", "announce route 10.0.0.0/8 next-hop self\nwithdraw route 10.0.0.0/8\n"), ("list", "10.0.0.0/8\n")):
            refused = self.run_loadgen("inject", "--routes", self.write(name, text), "--replay", "1", status=USAGE)
            self.assertIn("has no times to replay by", refused.err)

    def test_next_hops_that_are_named_stand(self):
        csv = self.write("a.csv", "prefix,next_hop\n10.0.0.0/8,192.0.2.9\n10.1.0.0/16,\n")
        named = self.sink_of("--routes", csv)["digest"]
        self.assertEqual(named, self.sink_of("--routes", "range:10.0.0.0/8x1,next-hop=192.0.2.9", "--routes", "range:10.1.0.0/16x1")["digest"])
        self.assertNotEqual(named, self.sink_of("--routes", csv, "--next-hop", "self")["digest"])

    def test_scenarios_read_them_too(self):
        sink = self.start_sink("--sessions", "1", "--expect", "3")
        with open(self.path("scenario.yaml"), "w") as file:
            file.write("name: texts\ndut: {address: %s, port: %s, as: 65000}\npeers:\n  - {name: a, as: 65001, routes: [%s]}\n"
                       "phases:\n  - connect\n  - announce\n" % (*sink.endpoint.rsplit(":", 1), shared("cases", "text", "prefixes.txt")))
        self.run_loadgen("run", self.path("scenario.yaml"), "--quiet")
        sink.wait()
        self.assertEqual(sink.json()["distinct"], 3)

    @unittest.skipUnless(shutil.which("bgpdump"), "skipped: bgpdump is not installed")
    def test_a_dump_and_what_bgpdump_prints_of_it_are_the_same_table(self):
        dump = shared("data", "rib.20140523.0600_firstMB.bz2")
        text = self.path("text")
        with open(text, "wb") as file:
            subprocess.run(["bgpdump", "-m", "-l", "-u", dump], stdout=file, stderr=subprocess.DEVNULL, check=True)
        self.assertGreater(os.path.getsize(text), 1 << 20)
        for peer in ("most", "AS701"):
            with self.subTest(peer):
                # The dump is cut on purpose, and says so.
                of_dump = self.sink_of("--routes", dump, "--mrt-peer", peer, "--allow-left-out")
                of_text = self.sink_of("--routes", text, "--mrt-peer", peer)
                self.assertGreater(of_dump["live"], 1000)
                self.assertEqual((of_dump["live"], of_dump["digest"]), (of_text["live"], of_text["digest"]))


PATH_ATTRIBUTES = bytes.fromhex("40010100" "40020602010000fdf2" "400304c0000201")   # ORIGIN IGP, AS_PATH 65010, NEXT_HOP 192.0.2.1
MESSAGE_AS4, MESSAGE_AS4_ADDPATH = 4, 9


def update(nlri, attributes=PATH_ATTRIBUTES):
    """RFC 4271 section 4.3, without withdrawn routes."""
    body = struct.pack("!HH", 0, len(attributes)) + attributes + bytes.fromhex(nlri)
    return b"\xff" * 16 + struct.pack("!HB", 19 + len(body), 2) + body


def record(messages, subtype=MESSAGE_AS4):
    """BGP4MP of AS65010 at 192.0.2.10: RFC 6396 section 4.4.2, RFC 8050 section 3."""
    body = bytes.fromhex("0000fdf2" "0000fde8" "0000" "0001" "c000020a" "c00002fe") + messages
    return struct.pack("!IHHI", 1700000000, 16, subtype, len(body)) + body


class TurnedDumpsOnce(RealTest):
    """`mrt convert` and `mrt cat`: nothing is made up, and what is missing is said."""

    def dump(self, name, *records):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(b"".join(records))
        return path

    def turned(self, path, form, status=0):
        to = self.path("turned")
        return to, self.run_loadgen("mrt", "convert", path, to, "--to", form, status=status).err

    def test_hex_has_no_path_identifiers(self):
        """Read as a prefix an identifier 0 would be four times 0.0.0.0/0."""
        path = self.dump("one", record(update("00000000" "18c63364"), MESSAGE_AS4_ADDPATH))
        to, _ = self.turned(path, "hex")
        with open(to) as file:
            self.assertEqual(file.read(), update("18c63364").hex() + "\n")
        sink = self.run_loadgen("inject", "--json", "--quiet", "--routes", to).json()["sink"]
        self.assertEqual((sink["announced"], sink["live"]), (1, 1))

    def test_one_path_of_each_prefix_is_in_hex(self):
        """62 routes of 31 prefixes; a peer has a prefix once in 4 cases and twice in 29, and two peers have 2 of them."""
        to, said = self.turned(shared("data", "bview.ipv4_unicast_add_path.gz"), "hex", INCOMPLETE)
        self.assertRegex(said, "33 routes written\n.*: 29 left out that only path identifiers tell from another route of their prefix, the first [0-9./]+; ")
        self.assertEqual(self.run_loadgen("inject", "--json", "--quiet", "--routes", to).json()["sink"]["live"], 31)

    def test_path_identifiers_are_not_guessed_in_digits(self):
        path = self.path("text")
        with open(path, "w") as file:
            file.write(update("00000001" "18c63364").hex() + "\n")
        refused = self.run_loadgen("inject", "--routes", path, status=USAGE)
        self.assertIn(path + ":1:1: expected UPDATEs that can be read, not malformed NLRI in an UPDATE", refused.err)

    def test_what_was_left_out_is_said(self):
        good = record(update("100a01"))
        unread = record(update("", bytes.fromhex("800e0d" "0063" "63" "04c0000201" "00" "03616263") + PATH_ATTRIBUTES[:13]))
        without = record(update("100a03", PATH_ATTRIBUTES[:13]))
        malformed = "malformed in the dump; a record that cannot be read counts as one"
        for name, path, said in (("unread family", self.dump("unread", good, unread), "1 of a family whose routes are not read from dumps"),
                                 ("no next hop", self.dump("without", good, without), "1 without a next hop that suits their family and the session"),
                                 ("two messages", self.dump("two", good, record(update("100a03") + update("100a04"))), "1 " + malformed),
                                 ("octets behind", self.dump("behind", good, record(update("100a03") + b"junk")), "1 " + malformed),
                                 ("entries of a table", shared("cases", "mrt", "malformed-entries.mrt"), "3 " + malformed)):
            for words in (["cat", path], ["cat", "--json", path]) + tuple(
                    ["convert", path, self.path("turned"), "--to", form] for form in ("table-dump-v2", "updates", "hex")):
                with self.subTest(name, words=words):
                    done = self.run_loadgen("mrt", *words, status=INCOMPLETE)
                    self.assertRegex(done.err, r"routes? (was|were) left out: " + said)
                    self.assertNotIn("--allow-left-out", done.err)
            with self.subTest(name, words="info"):
                self.assertRegex(self.run_loadgen("mrt", "info", path).out, "warning +1 left out: ")
            with self.subTest(name, words="inject"):
                self.assertIn(said, self.run_loadgen("inject", "--routes", path, "--quiet", status=INCOMPLETE).err)

    def test_the_first_of_two_messages_is_taken(self):
        path = self.dump("two", record(update("100a01") + update("100a02")))
        self.assertEqual(self.run_loadgen("mrt", "cat", path, status=INCOMPLETE).out,
                         "announce 10.1.0.0/16 next-hop 192.0.2.1 origin igp as-path 65010\n")
        # Behind 12 octets of header, 20 of the session and 46 of the message.
        self.assertIn("octet 78: octets behind the one BGP message of a record", self.run_loadgen("mrt", "info", path).out)
