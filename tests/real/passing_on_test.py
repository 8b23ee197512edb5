"""Attributes that a device need not pass on, or rightly changes, are no reason to blame it: our own honest device and four real routers, with one route for
each attribute. What it must leave alone is still seen (verdict_test, gallery_test)."""

import os
import unittest

from support.device import DEVICE_AS, start_device
from support.filled_routers import FilledBird, FilledFrr, FilledGobgp, FilledOpenbgpd
from support.programs import RealTest

SENDER, SENDER_AS = "127.0.1.1", 65001
RECEIVER, RECEIVER_AS = "127.0.1.2", 64601
PASSED, FAILED = 0, 4

# One prefix each: words of ExaBGP's API behind ORIGIN and AS_PATH 64512.
ROUTES = {
    "nothing": "",
    "unknown, transitive": "attribute [ 0x63 0xc0 0x0102 ]",
    "unknown, transitive, Partial": "attribute [ 0x63 0xe0 0x0102 ]",
    "unknown, not transitive": "attribute [ 0x63 0x80 0x0102 ]",
    "route target": "extended-community [ target:1:1 ]",
    "link bandwidth, not transitive, and a route target": "extended-community [ bandwidth:65001:1000 target:1:1 ]",
    "another that is not transitive": "extended-community [ 0x4300000000000001 ]",
    "communities twice": "community [ 1:1 1:1 5:5 2:2 ]",
    "large communities twice": "large-community [ 1:2:3 1:2:3 ]",
    "AGGREGATOR": "aggregator ( 64512:192.0.2.3 ) atomic-aggregate",
    "AIGP": "aigp 100",
    "ONLY_TO_CUSTOMER": "attribute [ 0x23 0xc0 0x0000FC00 ]",
    "PREFIX_SID": "attribute [ 0x28 0xc0 0x01000700000000000035 ]",
    "AS4_PATH": "attribute [ 0x11 0xc0 0x020100010000 ]",
    "AS4_AGGREGATOR": "aggregator ( 64512:192.0.2.3 ) attribute [ 0x12 0xc0 0x00010000C0000203 ]",
    "TUNNEL_ENCAPSULATION": "attribute [ 0x17 0xc0 0x0008000C060A000000000001C0000201 ]",
    "MED and LOCAL_PREF": "med 5 local-preference 5",
    "of reflectors": "originator-id 192.0.2.4 cluster-list [ 192.0.2.4 ]",
    "BLACKHOLE": "community [ blackhole 64512:666 ]",
    "NOPEER": "community [ no-peer ]",
    "LLGR_STALE": "community [ 65535:6 ]",
}
EXCUSED = ("BLACKHOLE", "NOPEER", "LLGR_STALE")   # a device may keep them to itself
SCENARIO = """dut: {address: %s, port: %d, as: %d}
peers:
  - {name: s, as: %d, address: %s, routes: '%s', next_hop: keep}
  - {name: r, as: %d, address: %s}
phases:
  - connect
  - announce
  - wait: {for: %s, timeout: 20s}
"""


class PassesOn(RealTest):
    """What they have in common; itself no test."""

    NEXT_HOP = SENDER
    FAULTS = ()   # what this router gets wrong, and is rightly blamed for

    def play(self, router, routes, status):
        with open(self.path("routes.txt"), "w") as file:
            for number, words in enumerate(routes):
                file.write("announce route 198.51.%d.0/24 next-hop %s origin igp as-path [ 64512 ] %s\n" % (number, self.NEXT_HOP, words))
        with open(self.path("attributes.yaml"), "w") as file:
            file.write(SCENARIO % (*router, DEVICE_AS, SENDER_AS, SENDER, self.path("routes.txt"), RECEIVER_AS, RECEIVER, "converged"))
        return self.run_loadgen("run", self.path("attributes.yaml"), "--json", "--quiet", status=status).json()

    def test_no_attribute_is_blamed(self):
        names = [name for name in ROUTES if name not in self.FAULTS]
        report = self.play(self.router(), [ROUTES[name] for name in names], PASSED)
        comparison = report["scenario"]["comparison"]
        wrong = [names[int(sample.split(".")[2])] for sample in comparison["missing_samples"] + comparison["wrong_attributes_samples"]]
        self.assertEqual((report["problems"], wrong), ([], []))
        self.assertEqual(comparison["expected_routes"], len(names) - len(EXCUSED))
        self.assertEqual(sum(each["routes"] for each in comparison["excused"]), len(EXCUSED))
        self.assertEqual({each["reason"] for each in comparison["excused"]},
                         {"BLACKHOLE (RFC 7999)", "NOPEER to an eBGP receiver (RFC 3765)", "LLGR_STALE (RFC 9494)"})


class PassesOnDevice(PassesOn):
    def router(self):
        return start_device(self).router

    def test_it_says_nothing_of_others_that_are_changed(self):
        for fault in ("change-community", "change-origin", "change-path", "add-no-export"):
            with self.subTest(fault):
                report = self.play(start_device(self, fault).router, [ROUTES["communities twice"]], FAILED)
                self.assertEqual(report["scenario"]["comparison"]["wrong_attributes_routes"], 1)

    def test_ibgp_and_a_border(self):
        """From an iBGP peer to another what is scoped to the AS stays; towards eBGP it goes."""
        router = start_device(self).router
        names = ("unknown, not transitive", "another that is not transitive", "PREFIX_SID", "TUNNEL_ENCAPSULATION", "AIGP")
        with open(self.path("routes.txt"), "w") as file:
            for number, name in enumerate(names):
                file.write("announce route 198.51.%d.0/24 next-hop self origin igp as-path [ 64512 ] %s\n" % (number, ROUTES[name]))
        text = SCENARIO % (*router, DEVICE_AS, DEVICE_AS, SENDER, self.path("routes.txt"), RECEIVER_AS, RECEIVER, "converged")
        text = text.replace("phases:", "  - {name: inside, as: %d, address: 127.0.1.3}\nphases:" % DEVICE_AS)
        with open(self.path("ibgp.yaml"), "w") as file:
            file.write(text.replace("next_hop: keep", "next_hop: self"))
        report = self.run_loadgen("run", self.path("ibgp.yaml"), "--json", "--quiet").json()
        self.assertEqual((report["problems"], report["scenario"]["comparison"]["expected_routes"]), ([], 2 * len(names)))


class PassesOnRouter(PassesOn):
    def router(self):
        router = self.KIND(self, [(SENDER, SENDER_AS), (RECEIVER, RECEIVER_AS)])
        return router.address, router.port


@unittest.skipUnless(os.access("/usr/sbin/bird", os.X_OK), "BIRD is not installed")
class PassesOnBird(PassesOnRouter):
    KIND = FilledBird


@unittest.skipUnless(os.access("/usr/lib/frr/bgpd", os.X_OK), "FRR is not installed")
class PassesOnFrr(PassesOnRouter):
    KIND = FilledFrr
    NEXT_HOP = "192.0.2.1"


@unittest.skipUnless(os.access("/usr/bin/gobgpd", os.X_OK), "GoBGP is not installed")
class PassesOnGobgp(PassesOnRouter):
    KIND = FilledGobgp
    NEXT_HOP = "192.0.2.1"
    # It sends a PREFIX_SID without any TLV, and takes AS4_PATH and AS4_AGGREGATOR of a speaker of four-octet AS numbers, which are to be discarded
    # (RFC 6793 section 4.1), for what they say: another path, or the end of the session.
    FAULTS = ("PREFIX_SID", "AS4_PATH", "AS4_AGGREGATOR")


@unittest.skipUnless(os.access("/usr/sbin/bgpd", os.X_OK), "OpenBGPD is not installed")
class PassesOnOpenbgpd(PassesOnRouter):
    KIND = FilledOpenbgpd


class OwnAs(RealTest):
    def test_the_own_as_is_prepended_so_often(self):
        """A device that prepends nothing does not pass for one that prepends itself thrice."""
        device = start_device(self)
        for prepended, status in (("", PASSED), (", expect: {attributes: {as_path_prepend: [65000, 65000, 65000]}}", FAILED)):
            with open(self.path("prepend.yaml"), "w") as file:
                file.write("""dut: {address: %s, port: %d, as: %d}
peers:
  - {name: s, as: 65001, routes: 'range:10.0.0.0/24x5,as-path=64512', next_hop: self%s}
  - {name: r, as: 64601}
phases:
  - connect
  - announce
  - wait: {for: converged, timeout: 2s}
""" % (*device.router, DEVICE_AS, prepended))
            report = self.run_loadgen("run", self.path("prepend.yaml"), "--json", "--quiet", status=status).json()
            self.assertEqual(report["scenario"]["comparison"]["wrong_attributes_routes"], 5 if prepended else 0)

    @unittest.skipUnless(os.access("/usr/sbin/bird", os.X_OK), "BIRD is not installed")
    def test_a_router_that_does_so_passes(self):
        class Prepends(FilledBird):
            def write(self, name, text, mode=0o644):
                export = "filter { if source != RTS_BGP then reject; " + "bgp_path.prepend(65000); " * 3 + "accept; };"
                return super().write(name, text.replace("export where source = RTS_BGP;", "export " + export), mode)
        router = Prepends(self, [(SENDER, SENDER_AS), (RECEIVER, RECEIVER_AS)])
        for times, status in ((3, PASSED), (2, FAILED), (4, FAILED)):
            text = SCENARIO % (router.address, router.port, DEVICE_AS, SENDER_AS, SENDER, "range:10.0.0.0/24x5,as-path=64512", RECEIVER_AS, RECEIVER, "converged")
            prepended = "next_hop: self, expect: {attributes: {as_path_prepend: [%s]}}" % ", ".join(["65000"] * times)
            with open(self.path("prepend.yaml"), "w") as file:
                file.write(text.replace("next_hop: keep", prepended).replace("timeout: 20s", "timeout: %s" % ("60s" if status == PASSED else "3s")))
            with self.subTest(times):
                self.run_loadgen("run", self.path("prepend.yaml"), "--json", "--quiet", status=status)


@unittest.skipUnless(os.access("/usr/sbin/bird", os.X_OK), "BIRD is not installed")
class Roles(RealTest):
    def test_what_roles_hold_back_is_excused(self):
        """RFC 9234: BIRD is the customer of both, and so passes nothing on from one to the other."""
        class Customer(FilledBird):
            def write(self, name, text, mode=0o644):
                return super().write(name, text.replace("multihop;", "multihop; local role customer;"), mode)
        router = Customer(self, [(SENDER, SENDER_AS), (RECEIVER, RECEIVER_AS)])
        with open(self.path("roles.yaml"), "w") as file:
            file.write((SCENARIO % (router.address, router.port, DEVICE_AS, SENDER_AS, SENDER, "range:10.0.0.0/24x5,as-path=64512", RECEIVER_AS, RECEIVER,
                                    "quiet")).replace("keep", "self"))
        report = self.run_loadgen("run", self.path("roles.yaml"), "--json", "--quiet", status=FAILED).json()
        comparison = report["scenario"]["comparison"]
        self.assertEqual((comparison["missing_routes"], comparison["excused"][0]["reason"], comparison["excused"][0]["routes"]),
                         (0, "ONLY_TO_CUSTOMER, or roles that set it (RFC 9234)", 5))
        self.assertIn("not_compared", [finding["what"] for finding in report["findings"]])


del PassesOn, PassesOnRouter


if __name__ == "__main__":
    unittest.main()
