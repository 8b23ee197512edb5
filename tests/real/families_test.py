"""Every family into routers of others and back: what `loadgen encode` makes of JSON is written to the router by a peer of the test's own,
the router shows the route in its own words and reflects it, and `loadgen decode` of what it sends is the route again. The table of
docs/families.md is this test's."""

import unittest

from support.family_routes import ROUTES, withdrawal
from support.peer import Peer, decode, encode, value_of
from support.programs import RealTest, wait_until
from support.routers import OWN_AS, Bird, Frr, Gobgp

REFLECTION = {"originator_id", "cluster_list"}   # what a route reflector adds: RFC 4456 section 8
ROUTE = "mp_reach_nlri.nlri.routes.0.nlri."

# What a router changes of a route, by (family, what): paths in the JSON. Other changes, and the absence of these, are failures.
LOW_LABEL_BITS = {ROUTE + "label_octets"}   # FRR 8.4 writes a label of its table with three low bits of its own
CHANGES_BY_FRR = {
    ("ipv4-lu", ""): LOW_LABEL_BITS,
    ("ipv6-lu", ""): LOW_LABEL_BITS,
    ("vpnv4", ""): LOW_LABEL_BITS,
    ("vpnv6", ""): LOW_LABEL_BITS,
    # it does not keep the endpoint behavior, and an IPv6 next hop of VPNv4 becomes its own address
    ("vpnv4", "SRv6"): LOW_LABEL_BITS | {"prefix_sid.tlvs.0.tlvs.0.behavior", "mp_reach_nlri.next_hop"},
    ("evpn", "type 1"): {ROUTE + "route.label.label", ROUTE + "route.label.low_bits"},   # it writes none
}
CHANGES_BY_GOBGP = {
    ("rtc", ""): {"mp_reach_nlri.next_hop"},   # RFC 4684 section 3.2: its own
}


def differences(want, have, path=""):
    """Paths at which two JSON values differ."""
    if isinstance(want, dict) and isinstance(have, dict):
        return set().union(*(differences(want.get(key), have.get(key), path + "." + key if path else key) for key in {*want, *have}))
    if isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        return set().union(*(differences(a, b, "%s.%d" % (path, at)) for at, (a, b) in enumerate(zip(want, have))))
    return set() if want == have else {path}


class Families(RealTest):
    """What the three have in common; itself no test."""

    def reflect(self, router, changes):
        for source in router.sources:
            self.assertNotEqual(source, router.address)
        sender, receiver = [Peer((router.address, router.port), source, OWN_AS, router.families, "192.0.2.%d" % (10 + number))
                            for number, source in enumerate(router.sources)]
        for peer in (sender, receiver):
            self.addCleanup(peer.close)
            peer.wait_established()
        for family in router.families:
            for what, update, words in ROUTES[family]:
                with self.subTest(family=family, what=what):
                    self.there_and_back(router, sender, receiver, family, update, words, changes.get((family, what), set()))

    def there_and_back(self, router, sender, receiver, family, update, words, changes):
        seen = len(receiver.messages(2))
        octets, gone = encode([update, withdrawal(update)])
        self.assertTrue(all(each["valid"] for each in decode([octets, gone])))

        def came(of_interest):
            sender.updates()   # fails where it ended in a NOTIFICATION
            return [each for each in receiver.updates(seen) if of_interest(value_of(each))]

        sender.send(octets)
        back, = wait_until(lambda: came(lambda values: values["nlri"] or "mp_reach_nlri" in values), "the route comes back")
        self.assertEqual((back["valid"], back["problems"]), (True, []))
        want, have = value_of(update), value_of(back)
        self.assertEqual(differences(want, {name: have[name] for name in have if name not in REFLECTION}), changes, "%s\n%s" % (want, have))
        table = router.table(family)
        if table is not None:
            self.assertIn(words, table)
        sender.send(gone)
        wait_until(lambda: came(lambda values: values["withdrawn"] or "mp_unreach_nlri" in values), "its withdrawal comes back")


class FamiliesOfGobgp(Families):
    def test_all_but_route_targets(self):
        self.reflect(Gobgp(self, [name for name in ROUTES if name != "rtc"]), CHANGES_BY_GOBGP)

    def test_route_targets(self):   # where they are agreed, VPN routes wait for them: RFC 4684 section 6
        self.reflect(Gobgp(self, ["rtc"]), CHANGES_BY_GOBGP)


class FamiliesOfFrr(Families):
    def test_all_but_labeled_unicast(self):
        self.reflect(Frr(self, [name for name in ROUTES if not name.endswith("-lu")]), CHANGES_BY_FRR)

    def test_labeled_unicast(self):   # no peer of FRR has both
        self.reflect(Frr(self, ["ipv4-lu", "ipv6-lu"]), CHANGES_BY_FRR)


class FamiliesOfBird(Families):
    def test_all(self):
        self.reflect(Bird(self, ROUTES), {})


if __name__ == "__main__":
    unittest.main()
