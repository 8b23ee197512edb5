"""The scenarios that come with loadgen, played small, against BIRD and FRR."""

import os
import unittest

from support.bird import LOCAL_AS, Bird
from support.programs import RealTest, free_port, wait_until
from support.shared import SCENARIOS

FRR_AS = 64999


def shipped(over):
    """Gives a class of tests one for each scenario that comes with loadgen, played small over what its device() starts."""

    once = ("repeat=1",)

    def play(self, name, *settings, internal=None, seconds=180):
        endpoint, own_as, program, more = self.device()
        settings += ("dut.as=%d" % own_as,) + more(name)
        if internal:
            settings += ("peers.%s.as=%d" % (internal, own_as),)
        words = [word for setting in settings for word in ("--set", setting)]
        run = self.loadgen("run", os.path.join(SCENARIOS, name + ".yaml"), "--dut", endpoint, "--pid", program.process.pid, "--json", "--quiet", *words)
        run.wait(seconds)
        self.assert_status(run, 0)
        scenario = run.json()["scenario"]
        for kind in ("missing", "unexpected", "wrong_attributes"):
            self.assertEqual(scenario["comparison"][kind + "_routes"], 0, scenario["comparison"])
        self.assertTrue(all(threshold["holds"] for threshold in scenario["thresholds"]))
        self.assertEqual(scenario["sessions_lost"], 0)
        return scenario, {phase["name"]: phase for phase in scenario["phases"]}

    def test_full_table(self):
        scenario, _ = play(self, "full-table", "peers.senders.count=2", "peers.senders.routes=full-table:20k")
        self.assertEqual(scenario["convergence"]["count"], 20000)
        self.assertEqual(scenario["withdrawal"]["count"], 20000)
        self.assertGreater(scenario["device"]["most_resident_octets"], 1e6)

    def test_ixp_route_server(self):
        scenario, phases = play(self, "ixp-route-server", "peers.members.count=20", "peers.members.routes=range:10.0.0.0/24x2k,as-path=64512 64513")
        self.assertEqual(phases["announce"]["convergence"]["count"], 2000 * 19)
        self.assertEqual(scenario["comparison"]["expected_routes"], 2000 * 19)
        self.assertGreater(phases["members-go"]["withdrawal"]["count"], 0)

    def test_churn_soak(self):
        _, phases = play(self, "churn-soak", "peers.senders.count=2", "peers.senders.routes=full-table:5k", "phases.churn.for=3s",
                         "phases.churn.rate=500", "phases.flap.times=2", "phases.flap.down=300ms", "phases.flap.up=300ms")
        self.assertLess(abs(phases["churn"]["rate_per_second"] - 500), 10)

    def table(self, name, *settings, **options):
        """One eBGP session to another, 5000 prefixes, as most scenarios of RFC 7747 have it."""
        scenario, phases = play(self, name, "peers.senders.routes=full-table:5k", *once, *settings, **options)
        self.assertEqual(phases["announce"]["convergence"]["count"], 5000)
        return scenario, phases

    def test_rfc7747_5_1_1_rib_in(self):
        table(self, "rfc7747-5.1.1-rib-in")

    def test_rfc7747_5_1_2_rib_out(self):
        table(self, "rfc7747-5.1.2-rib-out")

    def test_rfc7747_5_1_5_ebgp_multihop(self):
        table(self, "rfc7747-5.1.5-ebgp-multihop")

    def test_rfc7747_5_1_3_ebgp(self):
        _, phases = table(self, "rfc7747-5.1.3-ebgp")
        self.assertEqual(phases["single"]["convergence"]["count"], 1)
        self.assertEqual(phases["connect"]["establish"]["count"], 2)

    def test_rfc7747_5_1_4_ibgp(self):
        table(self, "rfc7747-5.1.4-ibgp", "peers.senders.address=127.1.0.1", internal="senders")

    def fails_over(self, name):
        _, phases = play(self, name, *once, "peers.better.routes=range:10.0.0.0/24x2k,as-path=64512",
                         "peers.other.routes=range:10.0.0.0/24x2k,as-path=64512 64513 64514")
        self.assertEqual(phases["failure"]["failover"]["count"], 2000)
        self.assertEqual(phases["failure"]["failover_not_needed_routes"], 0)
        self.assertIsNone(phases["failure"]["withdrawal"])
        return phases

    def test_rfc7747_5_3_adjacency_failure(self):
        phases = fails_over(self, "rfc7747-5.3-adjacency-failure")
        self.assertEqual(phases["failure"]["convergence"]["count"], 2000)

    def test_rfc7747_5_3_failover_by_withdrawal(self):
        fails_over(self, "rfc7747-5.3-failover-by-withdrawal")

    def test_rfc7747_5_5_soft_reset(self):
        _, phases = table(self, "rfc7747-5.5-soft-reset")
        self.assertGreater(phases["refresh"]["settled_seconds"], 0)
        self.assertIn("the device marked the end after", phases["refresh"]["note"])

    def test_rfc7747_5_6_withdrawal(self):
        _, phases = table(self, "rfc7747-5.6-withdrawal")
        self.assertEqual(phases["half"]["withdrawal"]["count"], 2500)
        self.assertEqual(phases["rest"]["withdrawal"]["count"], 2500)

    def test_rfc7747_5_7_attribute_change(self):
        _, phases = table(self, "rfc7747-5.7-attribute-change", "phases.change.churn.for=2s")
        self.assertGreater(phases["change"]["convergence"]["count"], 1500)
        self.assertIsNone(phases["change"]["withdrawal"])

    def test_rfc7747_5_8_graceful_restart(self):
        _, phases = table(self, "rfc7747-5.8-graceful-restart", "phases.restart.down=500ms")
        self.assertIn("kept 5,000 of 5,000 routes", phases["restart"]["note"])

    def test_graceful_restart(self):
        _, phases = play(self, "graceful-restart", "peers.senders.routes=full-table:4k", "peers.late.routes=range:10.0.0.0/24x100,as-path=64512",
                         "peers.late.graceful_restart=2s", "phases.away.restart.down=4s", "phases.restart-time.hold=2500ms", "phases.3.repeat.phases.0.restart.down=500ms",
                         "phases.3.repeat.phases.0.restart.stale=500ms")
        self.assertIn("kept 4,000 of 4,000 routes", phases["restart"]["note"])   # of half of the peers, at two receivers
        self.assertEqual(phases["away"]["withdrawal"]["count"], 200)
        self.assertGreater(phases["away"]["withdrawal"]["p50_seconds"], 1.5)

    def test_session_storm(self):
        play(self, "session-storm", "peers.clients.count=30", "peers.clients.routes=range:10.0.0.0/24x300,as-path=64512", "phases.flap.times=2",
             "phases.flap.down=200ms", "phases.flap.up=300ms")

    def test_well_known_communities(self):
        scenario, _ = play(self, "well-known-communities", "peers.free.routes=range:10.0.0.0/24x200,as-path=64512",
                           "peers.kept.routes=range:172.16.0.0/26x50,as-path=64512,community=no-export",
                           "peers.held.routes=range:192.168.0.0/30x50,as-path=64512,community=no-advertise")
        self.assertEqual(scenario["comparison"]["expected_routes"], 200)

    for name, test in list(locals().items()):
        if name.startswith("test_"):
            setattr(over, name, test)
    return over


@shipped
class ShippedScenariosOverBird(RealTest):
    def device(self):
        # The configuration that comes with the scenarios, but for the port and the AS.
        with open(os.path.join(SCENARIOS, "bird.conf")) as file:
            config = file.read().replace("{", "{{").replace("}", "}}")
        for shipped_as, own in (("127.0.0.1 port 1790 as 65000", "{address} port {port} as {local_as}"),
                                ("protocol device", 'log "{directory}/bird.log" all;\nprotocol device')):
            self.assertIn(shipped_as, config)
            config = config.replace(shipped_as, own)
        bird = Bird(self, config=config)
        return bird.endpoint, LOCAL_AS, bird.program, lambda name: ()


FRR = """
router bgp %(own_as)d
 bgp router-id 192.0.2.254
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor peers peer-group
 neighbor peers remote-as external
 neighbor peers ebgp-multihop 5
 neighbor peers advertisement-interval 0
 neighbor inner peer-group
 neighbor inner remote-as internal
 neighbor inner advertisement-interval 0
 bgp listen limit 500
 bgp listen range 127.0.0.0/16 peer-group peers
 bgp listen range 127.1.0.0/16 peer-group inner
"""


@unittest.skipUnless(os.access("/usr/lib/frr/bgpd", os.X_OK), "FRR is not installed")
@shipped
class ShippedScenariosOverFrr(RealTest):
    def device(self):
        port = free_port(self.address)
        with open(self.path("bgpd.conf"), "w") as file:
            file.write(FRR % {"own_as": FRR_AS})
        frr = self.start("/usr/lib/frr/bgpd", "-Z", "-S", "-P", "0", "-f", self.path("bgpd.conf"), "-i", self.path("bgpd.pid"), "--vty_socket",
                         self.directory, "-l", self.address, "-p", port)
        wait_until(lambda: frr.status is not None or os.path.exists(self.path("bgpd.vty")), "FRR listens")
        # FRR takes no next hop of 127/8: the routes keep theirs.
        groups = {"ixp-route-server": ("members",), "session-storm": ("clients",), "graceful-restart": ("senders", "late"),
                  "rfc7747-5.3-adjacency-failure": ("better", "other"), "rfc7747-5.3-failover-by-withdrawal": ("better", "other"),
                  "well-known-communities": ("free", "kept", "held")}
        keeps = lambda name: tuple("peers.%s.next_hop=keep" % group for group in groups.get(name, ("senders",)))
        return "%s:%d" % (self.address, port), FRR_AS, frr, keeps


if __name__ == "__main__":
    unittest.main()
