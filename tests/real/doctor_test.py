"""`loadgen doctor`: what it finds of real routers, configured by its own templates, and that what it advises works as it stands."""

import os
import re
import shlex
import socket
import unittest

from support.filled_routers import FilledBird, FilledFrr, FilledGobgp, FilledOpenbgpd
from support.programs import RealTest, endpoint, free_port
from support.shared import ROOT

PEERS = 3


class FromTemplate:
    """A router whose configuration is what `loadgen doctor --config` prints, in place of the one of the other tests."""

    OPTIONS = ()

    def write(self, name, text, mode=0o644):
        printed = self.test.run_loadgen("doctor", self.endpoint, "--config", self.KIND, "--peers", PEERS, "--address", self.neighbors[0][0],
                                        *self.OPTIONS).out
        socket_line = re.search(r"^socket .*\n", text, re.M)   # OpenBGPD's, for bgpctl
        return super().write(name, printed + (socket_line[0] if socket_line else ""), mode)


class DoctorBird(FromTemplate, FilledBird):
    KIND = "bird"


class DoctorBirdMd5(DoctorBird):
    OPTIONS = ("--md5", "secret")


class DoctorFrr(FromTemplate, FilledFrr):
    KIND = "frr"


class DoctorGobgp(FromTemplate, FilledGobgp):
    KIND = "gobgp"


class DoctorOpenbgpd(FromTemplate, FilledOpenbgpd):
    KIND = "openbgpd"


class Advised(RealTest):
    def neighbors(self):
        _, second, third, fourth = self.address.split(".")   # 127.64 to 127.127: 127.128 and above are nobody else's
        first = "127.%d.%s" % (int(second) + 64, third)
        return [("%s.%d" % (first, int(fourth) + number if int(fourth) < 250 else number), 65001 + number) for number in range(PEERS)]

    def examine(self, kind, *words, status=0):
        neighbors = self.neighbors()
        router = kind(self, neighbors)
        return router, self.run_loadgen("doctor", router.endpoint, "--address", neighbors[0][0], "--peers", PEERS, *words, status=status)

    def works(self, kind, own_as=65000):
        router, doctor = self.examine(kind, "--scenario", self.path("scenario.yaml"))
        out = doctor.out
        self.assertRegex(out, r"(?m)^its OPEN +AS %d, identifier 10\.255\.255\.254, hold time \d+ s" % own_as)
        self.assertRegex(out, r"(?m)^sessions +3 of 3 came up: from %s as AS 65001, .* as AS 65003$" % re.escape(router.neighbors[0][0]))
        self.assertRegex(out, r"(?m)^families +.*\bipv4\b")
        self.assertNotIn("problem", out)

        inject = re.search(r"(?m)^  loadgen (inject .*)$", out)[1]
        words = [word.replace("full-table:100k", "range:10.0.0.0/24x1k") for word in shlex.split(inject)]
        verified = self.run_loadgen(*words, "--json", "--quiet").json()
        self.assertEqual(verified["result"], "passed")
        self.assertEqual((verified["counters"]["wire_routes"], verified["counters"]["missing_routes"]), (2000, 0))
        report = self.run_loadgen("run", self.path("scenario.yaml"), "--set", "peers.senders.routes=range:10.0.0.0/24x1k", "--json", "--quiet").json()
        self.assertEqual(report["result"], "passed", report["problems"])
        self.assertEqual(report["scenario"]["convergence"]["count"], 1000)
        return router, out

    def test_bird(self):
        _, out = self.works(DoctorBird)
        self.assertRegex(out, r"next hop +%s, .*: a route with it was passed on" % re.escape(self.neighbors()[0][0]))
        self.assertNotIn("--next-hop 192.0.2.1", out)
        with open(self.path("compact.yaml"), "w") as file:   # what it prints is a scenario, too
            printed = self.run_loadgen("doctor", re.search(r"(?m)^router +(\S+)", out)[1], "--address", self.neighbors()[0][0], "--json").json()
            file.write(printed["scenario"])
        self.assertEqual([session["established"] for session in printed["sessions"]], [True] * PEERS)
        self.assertIn("valid, a scenario of 3 peers", self.run_loadgen("validate", self.path("compact.yaml")).out)

    def test_frr(self):
        _, out = self.works(DoctorFrr)   # which ends a session that has such a next hop
        self.assertRegex(out, r"next hop +not %s, .*: the router answered UPDATE Message Error / Invalid NEXT_HOP Attribute" % re.escape(self.neighbors()[0][0]))
        self.assertIn(" --next-hop 192.0.2.1 ", out)
        self.assertIn("next_hop: 192.0.2.1}", self.run_loadgen("doctor", re.search(r"(?m)^router +(\S+)", out)[1], "--address",
                                                              self.neighbors()[0][0]).out)

    def test_gobgp(self):
        _, out = self.works(DoctorGobgp)   # which drops such routes
        self.assertRegex(out, r"next hop +not %s, .*: the router dropped a route with it in silence" % re.escape(self.neighbors()[0][0]))

    def test_openbgpd(self):
        # Behind each session that ended it refuses the neighbor for a while, longer each time: one more is not waited for.
        _, doctor = self.examine(DoctorOpenbgpd)
        self.assertRegex(doctor.out, r"(?m)^sessions +3 of 3 came up")

    def test_md5(self):
        router, doctor = self.examine(DoctorBirdMd5, "--timeout", "1s", status=3)
        self.assertRegex(doctor.out, r"problem +from \S+: the host is there, and port %d does not answer: it wants TCP MD5 signatures \(--md5 KEY\)" % router.port)
        first = router.neighbors[0][0]
        other = self.run_loadgen("doctor", router.endpoint, "--address", first, "--md5", "wrong", "--timeout", "1s", status=3)
        self.assertRegex(other.out, r"does not answer to this key")
        right = self.run_loadgen("doctor", router.endpoint, "--address", first, "--md5", "secret")
        self.assertRegex(right.out, r"(?m)^sessions +3 of 3 came up")
        self.assertRegex(right.out, r"loadgen inject .* --md5 KEY ")
        self.assertNotIn("secret", right.out)

    def test_another_as(self):
        router, doctor = self.examine(DoctorFrr, "--local-as", "64999", status=3)
        # The neighbor is configured with AS 65001.
        self.assertRegex(doctor.out, r"problem +from %s: the router sent OPEN Message Error / Bad Peer AS.*: it has the neighbor %s with another AS than 64999"
                         % (re.escape(router.neighbors[0][0]), re.escape(router.neighbors[0][0])))
        self.assertIn("AS 65000, identifier 10.255.255.254", doctor.out)

    def test_an_address_that_is_no_neighbor(self):
        router, _ = self.examine(DoctorFrr)
        stranger = self.run_loadgen("doctor", router.endpoint, "--address", self.address, status=3)
        self.assertRegex(stranger.out, r"closed it without an OPEN: it has no neighbor %s" % re.escape(self.address))
        self.assertIn("--config KIND", stranger.out)


class FoundOnce(RealTest):
    """What can be wrong before BGP."""

    def test_nobody_listens(self):
        port = free_port(self.address)
        doctor = self.run_loadgen("doctor", endpoint(self.address, port), status=3)
        self.assertRegex(doctor.out, r"port +%d: closed" % port)
        self.assertIn("nobody listens on port %d" % port, doctor.out)

    def test_an_address_of_somebody_else(self):
        doctor = self.run_loadgen("doctor", "192.0.2.1", "--address", "192.0.2.11", "--json", status=3).json()
        self.assertIn("192.0.2.11 is no address of this host", doctor["sessions"][0]["problem"])

    def test_a_router_that_never_speaks(self):
        with socket.socket() as listening:
            listening.bind((self.address, 0))
            listening.listen()
            doctor = self.run_loadgen("doctor", "%s:%d" % listening.getsockname(), "--timeout", "200ms", "--peers", "1", status=3)
        self.assertRegex(doctor.out, r"port +\d+: open")
        self.assertIn("sends no OPEN", doctor.out)

    def test_the_page_of_routers_shows_the_templates(self):
        with open(os.path.join(ROOT, "docs", "routers.md")) as file:
            page = file.read()
        for kind in ("bird", "frr", "gobgp", "openbgpd", "junos", "iosxr", "eos", "srlinux"):
            text = self.run_loadgen("doctor", "192.0.2.1", "--address", "192.0.2.11", "--peers", "2", "--peer-as", "65000", "--config", kind).out
            self.assertIn("```\n%s```\n" % text, page, kind)

    def test_every_template_names_every_peer(self):
        for kind in ("bird", "frr", "gobgp", "openbgpd", "junos", "iosxr", "eos", "srlinux"):
            for router, first, family in (("192.0.2.1", "192.0.2.11", "4"), ("2001:db8::1", "2001:db8::11", "6")):
                text = self.run_loadgen("doctor", router, "--address", first, "--peers", "2", "--config", kind, "--peer-as", "65010", "--md5", "secret").out
                for word in (first, first[:-1] + "2", "65001", "65002", "65010"):
                    self.assertRegex(text, r"(?<![\w.:])%s(?![\w.:])" % re.escape(word), kind)
                self.assertRegex(text, r"(?i)ip(v)?6|inet6" if family == "6" else r"(?i)ip(v)?4|inet\b", kind)
                if kind != "srlinux":   # whose keys stand in a keychain
                    self.assertIn("secret", text, kind)
        wrong = self.run_loadgen("doctor", "192.0.2.1", "--config", "ciso", status=2)
        self.assertIn("expected one of bird, frr", wrong.err)


if __name__ == "__main__":
    unittest.main()
