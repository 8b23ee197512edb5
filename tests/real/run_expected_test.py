"""What loadgen run says of devices that do less than was asked, and of what a scenario expects in words."""

import re
import signal
import struct
import threading
import time
import unittest

from support.bgp import ROUTE_REFRESH, UPDATE, message
from support.bird import Bird
from support.over_relay import RELAY_AS, OverRelay
from support.programs import RealTest, wait_until
from support.relay import prefixes_of
from support.shared import shared


def without_withdrawals(octets):
    """The UPDATE without its withdrawn routes, or nothing where it has no others."""
    withdrawn = octets[19] << 8 | octets[20]
    rest = octets[21 + withdrawn:]
    return message(UPDATE, b"\0\0" + rest) if rest != b"\0\0" and withdrawn else None if withdrawn else octets


# RFC 4271 section 5.1.1: ORIGIN is mandatory; RFC 7606 section 3.d: without it the routes are treated as withdrawn. 203.0.113.0/24.
WITHOUT_ORIGIN = message(UPDATE, bytes.fromhex("0000" "0010" "400206" "0201" "0000fde7" "400304" "cb007101" "18cb0071"))


class ExpectedOverRelay(OverRelay):
    CHURN = "  - connect\n  - announce\n  - wait\n  - churn: {rate: 500, for: 2s, share: 50%, timeout: 2s}\n  - wait\n"

    def problems(self, report):
        return "\n".join(report["problems"])

    def test_a_churn_on_a_device_that_ignores_withdrawals_fails(self):
        peers = self.SENDER % (1, "1k", "") + self.RECEIVER
        report, phases = self.plays(self.relay(alter=without_withdrawals), peers, self.CHURN, status=4)
        self.assertGreater(phases["churn"]["not_returned"], 50)
        self.assertRegex(self.problems(report), r"churn: [0-9,]+ changes did not come back: 0 announcements and [0-9,]+ withdrawals")
        self.assertIn("not_returned", [finding["what"] for finding in report["scenario"]["findings"]])
        # A threshold that holds accepts it; one that does not is no pass.
        self.plays(self.relay(alter=without_withdrawals), peers, self.CHURN, "--assert", "phases.churn.not_returned > 0")
        self.plays(self.relay(alter=without_withdrawals), peers, self.CHURN, "--assert", "not_returned == 0", status=4)
        report, phases = self.plays(self.relay(), peers, self.CHURN, "--assert", "not_returned == 0")
        self.assertEqual(phases["churn"]["not_returned"], 0)
        self.assertEqual(report["scenario"]["not_returned"], 0)

    def test_a_flap_on_a_device_that_ignores_withdrawals_fails(self):
        peers = self.SENDER % (1, "1k", "") + self.RECEIVER
        flap = "  - connect\n  - announce\n  - wait\n  - flap: {count: 77, times: 2, down: 200ms, up: 200ms, timeout: 1s}\n  - wait\n"
        report, phases = self.plays(self.relay(alter=without_withdrawals), peers, flap, status=4)
        self.assertEqual(phases["flap"]["not_returned"], 77)
        report, phases = self.plays(self.relay(), peers, flap)
        self.assertEqual(phases["flap"]["withdrawal"]["count"], 2 * 77)   # never more than was asked for

    def test_malformed_updates_of_the_device_are_a_finding(self):
        left = [50]

        def beside(octets):
            left[0] -= 1 if prefixes_of(octets) else 0   # not of an End-of-RIB, which may come before the receiver
            return octets + (WITHOUT_ORIGIN if prefixes_of(octets) and left[0] >= 0 else b"")
        peers = self.SENDER % (1, "1k", "") + self.RECEIVER
        phases = "  - connect\n  - announce: {prefixes_per_update: 10}\n  - wait\n"
        report, played = self.plays(self.relay(alter=beside), peers, phases, status=4)
        self.assertIn("the device sent 50 malformed UPDATEs (the first: treat-as-withdraw: ", self.problems(report))
        self.assertEqual(report["scenario"]["malformed_updates"], 50)
        receiver = report["scenario"]["peers"][1]
        self.assertEqual(receiver["malformed_updates"], 50)
        self.assertTrue(receiver["malformed_sample"].startswith("treat-as-withdraw: "))
        self.assertIn("malformed", [finding["what"] for finding in report["scenario"]["findings"]])
        left[0] = 50
        self.plays(self.relay(alter=beside), peers, phases, "--assert", "malformed <= 50")
        left[0] = 50
        self.plays(self.relay(alter=beside), peers, phases, "--assert", "malformed <= 49", status=4)

    def test_routes_of_a_family_that_was_not_negotiated(self):
        # MP_REACH_NLRI of IPv6 unicast, RFC 4760: the sessions of the relay have IPv4 unicast alone.
        reach = bytes.fromhex("0002" "01" "10" "20010db8000000000000000000000001" "00" "2020010db8")
        attributes = bytes.fromhex("400101" "00" "400206" "0201" "0000fde7") + bytes([0x80, 14, len(reach)]) + reach
        other = message(UPDATE, b"\0\0" + struct.pack(">H", len(attributes)) + attributes)
        report, _ = self.plays(self.relay(alter=lambda octets: octets + other), self.SENDER % (1, "10", "") + self.RECEIVER,
                               "  - connect\n  - announce\n  - hold: 500ms\n", status=4)
        self.assertIn("a family that was not negotiated", self.problems(report))
        self.assertGreater(report["scenario"]["peers"][1]["not_negotiated_updates"], 0)

    def test_messages_that_were_not_negotiated(self):
        # BoRR (RFC 7313) without enhanced refresh, and a ROUTE-REFRESH of IPv6 (RFC 2918) where there is IPv4 alone.
        other = message(ROUTE_REFRESH, bytes.fromhex("00010101")) + message(ROUTE_REFRESH, bytes.fromhex("00020001"))
        report, _ = self.plays(self.relay(alter=lambda octets: octets + other), self.SENDER % (1, "10", "") + self.RECEIVER,
                               "  - connect\n  - announce\n  - hold: 500ms\n", status=4)
        self.assertIn("that the OPENs did not settle", self.problems(report))
        self.assertGreater(report["scenario"]["peers"][1]["not_negotiated_updates"], 1)
        self.assertIn("family_not_negotiated", [finding["what"] for finding in report["scenario"]["findings"]])

    def test_what_was_not_sent_was_not_done(self):
        relay = self.relay()
        peers = self.SENDER % (1, "1k", "") + self.RECEIVER
        threading.Timer(3, relay.stop).start()
        report, phases = self.plays(relay, peers, "  - connect\n  - announce\n  - wait\n  - churn: {rate: 1k, for: 6s}\n", status=4)
        churn = phases["churn"]
        self.assertLess(churn["rate_per_second"], 700)
        changes = int(re.match(r"([0-9,]+) changes", churn["note"])[1].replace(",", ""))
        self.assertLess(changes, 4000)
        self.assertEqual(churn["wire_routes"], changes)
        self.assertIn("were not made", churn["note"])

    def test_a_phase_for_peers_that_are_all_down_is_a_problem(self):
        report, phases = self.plays(self.relay(flush=0.0), self.SENDER % (2, "100", "") + self.RECEIVER,
                                    "  - connect\n  - kill: {peers: senders}\n  - announce\n", status=4)
        self.assertIn("announce: none of its 2 peers is up", self.problems(report))
        self.assertEqual(phases["announce"]["peers_down"], 2)
        self.assertIsNone(phases["announce"]["rate_per_second"])

    def test_times_from_the_schedule_of_a_churn_show_that_the_tester_was_stopped(self):
        relay = self.relay()
        address, port = relay.endpoint.rsplit(":", 1)
        with open(self.path("scenario.yaml"), "w") as file:
            file.write("dut: {address: %s, port: %s, as: %d, route_server: true}\npeers:\n%sphases:\n%s" % (
                address, port, RELAY_AS, self.SENDER % (1, "10k", "") + self.RECEIVER,
                "  - connect\n  - announce\n  - wait\n  - churn: {rate: 1k, for: 6s}\n"))
        run = self.loadgen("run", self.path("scenario.yaml"), "--json", "--quiet")
        wait_until(lambda: relay.taken > 10500, "the churn goes on")
        run.signal(signal.SIGSTOP)
        time.sleep(3)
        run.signal(signal.SIGCONT)
        run.wait()
        self.assert_status(run, 0)
        scenario = run.json()["scenario"]
        churn = [phase for phase in scenario["phases"] if phase["name"] == "churn"][0]
        self.assertGreater(churn["scheduled"]["max_seconds"], 2.5)
        self.assertGreater(churn["lateness"]["max_seconds"], 2.5)
        found = {finding["what"]: finding["text"] for finding in scenario["findings"]}
        self.assertIn("starved", found)
        for share in re.findall(r"([0-9]+) %", found["starved"]):
            self.assertLessEqual(int(share), 100)

    def test_the_receivers_have_every_sample_of_the_phase(self):
        peers = self.SENDER % (2, "5k", "") + "  - {name: receivers, as: 64601, as_step: 0, count: 3}\n"
        report, phases = self.plays(self.relay(delay=0.2), peers, "  - connect\n  - announce\n  - hold: 50ms\n  - wait\n  - withdraw\n  - hold: 50ms\n  - wait\n")
        for name, kind in (("announce", "convergence"), ("withdraw", "withdrawal")):
            of_receivers = sum(receiver[kind]["count"] for receiver in phases[name]["receivers"])
            self.assertEqual(of_receivers, 3 * 5000)
            self.assertEqual(phases[name][kind]["count"], 3 * 5000)
        self.assertEqual(report["scenario"]["convergence"]["count"], 3 * 5000)

    def test_peers_connect_while_receivers_are_compared(self):
        peers = self.SENDER % (2, "1k", "") + "  - {name: late, count: 50, as: 64601, as_step: 0}\n  - {name: receivers, as: 64601}\n"
        phases = """  - connect: {peers: [senders, receivers]}
  - announce
  - parallel:
      - connect: {peers: [late], rate: 100}
      - - wait: converged
        - wait: converged
"""
        report, _ = self.plays(self.relay(), peers, phases, status=4)   # the relay tells late receivers nothing of what came before
        self.assertEqual(report["scenario"]["comparison"]["missing_routes"], 50 * 1000)
        self.assertEqual(report["scenario"]["comparison"]["unexpected_routes"], 0)

    def test_times_are_told_apart_by_the_group_that_sends(self):
        peers = "".join("  - {name: %s, as: %d, routes: 'range:%s/24x%d'}\n" % each
                        for each in (("load", 65001, "10.0.0.0", 2000), ("probe", 65002, "11.0.0.0", 10)))
        report, phases = self.plays(self.relay(delay=0.1), peers + self.RECEIVER, "  - connect\n  - announce\n  - wait\n")
        for times in (report["scenario"]["times_by_group"], phases["announce"]["times_by_group"]):
            self.assertEqual([(each["group"], each["convergence"]["count"]) for each in times], [("load", 2000), ("probe", 10)])
            self.assertGreater(times[1]["convergence"]["min_seconds"], 0.099)

    def test_sessions_are_ended_by_number_and_never_more_than_asked(self):
        peers = self.SENDER % (7, "700", "") + self.RECEIVER
        relay = self.relay(flush=0.0)
        _, phases = self.plays(relay, peers, "  - connect\n  - announce\n  - wait\n  - kill: {peers: senders, count: 2}\n  - wait\n"
                                             "  - connect\n  - wait\n  - {name: share, kill: {peers: senders, share: 50%}}\n  - wait\n")
        self.assertEqual(phases["kill"]["withdrawal"]["count"], 200)
        self.assertEqual(phases["share"]["withdrawal"]["count"], 300)   # 3.5 of 7

    def test_what_is_not_to_come_through(self):
        def only_tens(octets):
            return None if bytes.fromhex("180b0000") in octets else octets
        peers = "".join("  - {name: %s, as: %d, routes: 'range:%s/24x1'%s}\n" % each
                        for each in (("good", 65001, "10.0.0.0", ""), ("filtered", 65002, "11.0.0.0", ", expect: none")))
        phases = "  - connect\n  - announce\n  - wait: {timeout: 2s}\n"
        report, _ = self.plays(self.relay(alter=only_tens), peers + self.RECEIVER, phases)
        self.assertEqual(report["scenario"]["comparison"]["expected_routes"], 1)
        report, _ = self.plays(self.relay(), peers + self.RECEIVER, phases, status=4)
        self.assertEqual(report["scenario"]["comparison"]["unexpected_routes"], 1)
        # The same for a set of routes, and for what a phase announces.
        peers = peers.replace(", expect: none", "")
        of_set = phases + "expect: {routes: 11.0.0.0/8, none: true}\n"
        self.plays(self.relay(alter=only_tens), peers + self.RECEIVER, of_set)
        self.plays(self.relay(), peers + self.RECEIVER, of_set, status=4)
        of_phase = "  - connect\n  - announce: {peers: good}\n  - wait\n  - name: filtered\n    announce: {peers: filtered}\n    expect: none\n  - wait: {for: quiet, quiet: 300ms}\n"
        self.plays(self.relay(alter=only_tens), peers + self.RECEIVER, of_phase)
        self.plays(self.relay(), peers + self.RECEIVER, of_phase, status=4)

    def test_attributes_that_a_policy_sets(self):
        def with_attribute(attribute):
            def alter(octets):
                at = 21 + (octets[19] << 8 | octets[20])
                size = octets[at] << 8 | octets[at + 1]
                if not size:
                    return octets
                attributes = octets[at + 2:at + 2 + size] + attribute
                return message(UPDATE, octets[19:at] + struct.pack(">H", len(attributes)) + attributes + octets[at + 2 + size:])
            return alter
        med, community = bytes.fromhex("80040400000032"), bytes.fromhex("c00804fde80001")
        phases = "  - connect\n  - announce\n  - wait: {timeout: 3s}\n"
        for attribute, expected, status in ((community, ", expect: {attributes: {community: 65000:1}}", 0), (community, "", 4),
                                            (b"", ", expect: {attributes: {community: 65000:1}}", 4), (med, ", expect: {attributes: {med: 50}}", 0),
                                            (b"", ", expect: {attributes: {med: 50}}", 4), (med, "", 0)):   # a MED is the router's own business
            with self.subTest(attribute=attribute.hex(), expected=expected):
                relay = self.relay(alter=with_attribute(attribute))
                report, _ = self.plays(relay, self.SENDER % (1, "100", expected) + self.RECEIVER, phases, status=status)
                self.assertEqual(report["scenario"]["comparison"]["wrong_attributes_routes"], 0 if status == 0 else 100)
        of_set = phases + "expect: {routes: 10.0.0.0/24, attributes: {med: 50}}\n"   # of one of the hundred; the others may have it too
        self.plays(self.relay(alter=with_attribute(med)), self.SENDER % (1, "100", "") + self.RECEIVER, of_set)
        report, _ = self.plays(self.relay(), self.SENDER % (1, "100", "") + self.RECEIVER, of_set, status=4)
        self.assertEqual(report["scenario"]["comparison"]["wrong_attributes_routes"], 1)

    def test_within(self):
        peers = self.SENDER % (1, "100", "") + self.RECEIVER
        phases = "  - connect\n  - name: announce\n    announce:\n    expect: {within: %s}\n  - wait\n"
        self.plays(self.relay(delay=0.3), peers, phases % "5s")
        report, _ = self.plays(self.relay(delay=0.3), peers, phases % "200ms", status=4)
        self.assertIn("expected within 200 ms, and the last change came after 3", self.problems(report))


class SessionsThatAreExpectedToEnd(RealTest):
    def plays(self, status, expect=None):
        with open(shared("cases", "prefix-limit.yaml")) as file:
            text = file.read()   # BIRD ends the session some seconds after the limit
        if expect:
            text = text[:text.index("thresholds:")] + "expect: " + expect + "\n"
        with open(self.path("limit.yaml"), "w") as file:
            file.write(text)
        bird = self.limiting_bird()
        report = self.run_loadgen("run", self.path("limit.yaml"), "--dut", bird.endpoint, "--json", "--quiet", status=status).json()
        self.assertEqual(report["scenario"]["sessions_lost"], 1)
        loss = report["scenario"]["losses"][0]
        self.assertEqual((loss["notification_code"], loss["notification_subcode"]), (6, 1))
        self.assertEqual(loss["expected"], status == 0)

    def test_by_a_threshold_that_holds(self):
        self.plays(0)

    def test_in_words(self):
        self.plays(0, "{sessions_lost: 1, notification: cease/maximum-number-of-prefixes-reached}")

    def test_by_another_notification(self):
        self.plays(4, "{sessions_lost: 1, notification: cease/2}")

    def limiting_bird(self):
        config = """
router id 192.0.2.254;
protocol device {{ scan time 3600; }}
protocol static {{ ipv4; route 0.0.0.0/0 via "lo"; }}
protocol bgp tested {{
    local {address} port {port} as {local_as};
    neighbor range {neighbours} external;
    dynamic name "peer";
    multihop; strict bind yes; error wait time 1, 1; hold time 90;
    ipv4 {{ import all; import limit 100 action restart; export where source = RTS_BGP; next hop self; }};
}}
"""
        return Bird(self, local_as=65000, config=config)


if __name__ == "__main__":
    unittest.main()
