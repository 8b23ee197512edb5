"""tshark's reading of a message against ours: every right UPDATE of the shared vectors that tshark 4.0 dissects without a complaint, and the
routes of all families of this test suite. Facts that tshark has no field for are in docs/families.md."""

import collections
import os
import sys
import unittest

from support.dissection import both_say, facts_of_json, facts_of_tshark
from support.family_routes import ROUTES
from support.peer import decode, encode
from support.programs import RealTest
from support.shared import shared

NOT_DISSECTED = {"mup4", "mup6", "srpol4", "srpol6", "ls-vpn"}   # what tshark 4.0 knows not, or not whole


class DissectedByTshark(RealTest):
    def setUp(self):
        super().setUp()
        self.guessed = 0
        sys.path.insert(0, os.path.dirname(shared("oracle", "bgporacle.py")))
        self.addCleanup(sys.path.pop, 0)

    def compare(self, named, context=""):
        """Of (name, octets) each, in a session of this context."""
        import bgporacle
        import bgppcap
        words = dict(word.partition("=")[::2] for word in context.split(",") if word)
        families = words.get("addpath", "").split("+") if words.get("addpath") else []
        capabilities = {"asn4": "asn2" not in words, "extmsg": "extmsg" in words, "families": list(bgppcap.FAM.values()),
                        "addpath": {bgppcap.FAM[name]: 3 for name in families}}
        options = ["--asn2"] * ("asn2" in words) + ["--extended-message"] * ("extmsg" in words)
        options += ["--addpath", "+".join(families)] if families else []
        capture = self.path("messages.pcap")
        frames = bgppcap.write_pcap(capture, [octets for _, octets in named], capabilities)
        read = decode([octets for _, octets in named], options)
        facts = 0
        seen = set()
        for packet in bgporacle.tshark(capture, capabilities):
            number = int(packet.find(".//field[@name='num']").get("show"))
            if number not in frames:
                continue
            name, octets = named[frames[number]]
            seen.add(name)
            theirs, ours = both_say(facts_of_tshark(packet), facts_of_json(read[frames[number]]))
            if not families and any(kind == "path id" for kind, _ in theirs):   # it guesses them from the octets, not from the OPENs
                self.guessed += 1
                continue
            facts += sum(ours.values())
            with self.subTest(name=name, octets=octets.hex()):
                self.assertEqual(theirs, ours, "only tshark: %s; only we: %s" % (theirs - ours, ours - theirs))
        self.assertEqual(len(seen), len(named))
        return facts

    def test_the_shared_vectors(self):
        rows = collections.defaultdict(list)
        left_out = collections.Counter()
        folder = shared("vectors")
        for file in sorted(os.listdir(folder)):
            if not file.endswith(".txt") or file == "disputed.txt":
                continue
            with open(os.path.join(folder, file)) as lines:
                for line in lines:
                    fields = [field.strip() for field in line.split(" | ")]
                    if line.startswith("#") or len(fields) < 5 or not fields[1].startswith("update/") or fields[2] != "valid":
                        continue
                    kind, _, context = fields[1].partition(" ")
                    families = set(kind.partition("/")[2].split("+"))
                    octets = bytes.fromhex(fields[3])
                    paths = set(context.partition("addpath=")[2].split(",")[0].split("+")) - {""}
                    if fields[0] == "frr-aspath-BGP_AS_ZERO":   # malformed since RFC 7607: docs/disputed.md
                        left_out["AS 0, which tshark lets pass"] += 1
                    elif "tshark:ok" not in fields[4]:
                        left_out["tshark complains"] += 1
                    elif families & NOT_DISSECTED:
                        left_out["a family it does not know"] += 1
                    elif b"\xc0\x80" in octets and "attr_set" in [each["value"]["name"] for each in decode([octets])[0]["message"]["attributes"]]:
                        left_out["attributes within ATTR_SET"] += 1
                    elif len(octets) > 4096:
                        left_out["more than 4096 octets"] += 1
                    elif paths - {"ipv4", "ipv6"} or (paths and families - paths):
                        left_out["path identifiers it does not know of"] += 1
                    else:
                        rows[context].append((fields[0], octets))
        facts = sum(self.compare(named, context) for context, named in rows.items())
        print("%d messages, %d facts; path identifiers guessed in %d; left out: %s"
              % (sum(map(len, rows.values())), facts, self.guessed, dict(left_out)), file=sys.stderr)

    def test_routes_of_all_families(self):
        named = [("%s %s" % (family, what), encode([update])[0]) for family, routes in ROUTES.items() for what, update, _ in routes
                 if family not in NOT_DISSECTED]
        self.compare(named)


if __name__ == "__main__":
    unittest.main()
