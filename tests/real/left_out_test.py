"""What is not put on the wire is counted by reason, said, and judged; next hops have the form that their family is to have."""

import json
import re
import socket
import unittest

from support.bgp import UPDATE, Receiver, capability
from support.programs import RealTest, wait_until
from support.shared import shared

INCOMPLETE = 4
BOTH = ("--routes", "range:10.0.0.0/24x10", "--routes", "range:2001:db8::/48x7")


class LeftOutOfInject(RealTest):
    def left_out(self, *words, router=(), reasons=None):
        """{reason: routes} of an injection that is not passed, and is once that is allowed."""
        done = self.run_loadgen("inject", *router, *words, "--json", "--quiet", status=INCOMPLETE)
        self.assertRegex(done.err, r"(?s)routes? (was|were) left out: .*--allow-left-out")
        report = done.json()
        self.assertEqual(report["result"], "incomplete")
        found = {each["reason"]: each["routes"] for each in report["left_out"]}
        self.assertTrue(all(each["sample"] for each in report["left_out"]))
        allowed = self.run_loadgen("inject", *router, *words, "--json", "--quiet", "--allow-left-out").json()
        self.assertEqual({each["reason"]: each["routes"] for each in allowed["left_out"]}, found)
        self.assertIn("left out", " ".join(allowed["warnings"]))
        for each in (report, allowed):
            self.assertIn("left_out", [finding["what"] for finding in each["findings"]])
        if reasons is not None:
            self.assertEqual(found, reasons)
        return report

    def test_a_family_that_is_not_configured(self):
        report = self.left_out(*BOTH, "--families", "ipv4", reasons={"not_configured": 7})
        self.assertEqual(report["left_out"][0]["sample"], "2001:db8::/48")
        self.assertEqual((report["counters"]["wire_routes"], report["counters"]["missing_routes"]), (10, 0))

    def test_a_family_that_the_router_does_not_speak(self):
        sink = self.start_sink("--families", "ipv4")
        self.left_out(*BOTH, router=(sink.endpoint,), reasons={"not_negotiated": 7})

    def test_of_what_is_verified(self):
        sink = self.start_sink("--families", "ipv4")
        done = self.run_loadgen("inject", sink.endpoint, *BOTH, "--verify", "--allow-left-out", "--timeout", "1s", "--json", "--quiet", status=INCOMPLETE)
        self.assertIn("left_out", [finding["what"] for finding in done.json()["findings"]])

    def test_withdrawals_too(self):
        sink = self.start_sink("--families", "ipv4")
        self.left_out(*BOTH, "--withdraw-after", "10ms", router=(sink.endpoint,), reasons={"not_negotiated": 14})

    def test_ipv4_routes_over_a_session_that_has_no_ipv4(self):
        sink = self.start_sink(address="::1")
        self.left_out("--routes", "range:198.51.100.0/24x1", router=(sink.endpoint,), reasons={"no_next_hop": 1})

    def test_a_next_hop_of_the_other_family(self):
        self.left_out("--routes", "range:10.0.0.0/24x5,next-hop=2001:db8::9", reasons={"no_next_hop": 5})

    def test_attributes_that_are_too_large(self):
        self.left_out("--routes", shared("cases", "mrt", "attributes-too-large.mrt"), reasons={"too_large": 2})

    def test_what_the_reader_of_dumps_passes_over(self):
        for name, reason, routes in (("malformed-entries", "malformed", 3), ("ospf-record-first", "unsupported", 2), ("table-then-updates", "unsupported", 2)):
            with self.subTest(name):
                self.left_out("--routes", shared("cases", "mrt", name + ".mrt"), reasons={reason: routes})

    def test_a_dump_of_a_family_that_the_router_does_not_speak(self):
        sink = self.start_sink("--families", "ipv4")
        self.left_out("--routes", shared("cases", "mrt", "rib-generic.mrt"), router=(sink.endpoint,), reasons={"not_negotiated": 1})
        done = self.run_loadgen("inject", "--routes", shared("cases", "mrt", "rib-generic.mrt"), "--json", "--quiet").json()   # the embedded sink speaks it
        self.assertEqual((done["left_out"], done["counters"]["acked_routes"]), ([], 3))

    def test_paths_of_a_prefix_that_only_identifiers_tell_apart(self):
        """16 prefixes under 31 path identifiers: RFC 7911."""
        table = ("--routes", shared("data", "bview.ipv4_unicast_add_path.gz"), "--add-path")
        sink = self.start_sink("--sessions", 2)
        report = self.left_out(*table, router=(sink.endpoint,), reasons={"add_path_not_negotiated": 15})
        self.assertEqual((report["counters"]["wire_routes"], report["counters"]["left_out_routes"]["add_path_not_negotiated"]), (16, 15))
        sink.wait()
        self.assertEqual([(each["announced"], each["live"]) for each in sink.json()["per_session"]], [(16, 16)] * 2)
        sink = self.start_sink("--sessions", 1, "--add-path")
        report = self.run_loadgen("inject", sink.endpoint, *table, "--json", "--quiet").json()
        self.assertEqual((report["counters"]["wire_routes"], report["left_out"]), (31, []))

    def test_nothing_where_nothing_is(self):
        report = self.run_loadgen("inject", *BOTH, "--json", "--quiet").json()
        self.assertEqual((report["left_out"], report["warnings"], report["problems"]), ([], [], []))

    def test_metrics_tell(self):
        sink = self.start_sink("--families", "ipv4")
        inject = self.loadgen("inject", sink.endpoint, *BOTH, "--hold", "1h", "--metrics", self.address + ":0")
        url = wait_until(lambda: re.search(r"metrics on http://([\d.]+):(\d+)/", inject.err), "metrics are served")

        def told():
            with socket.create_connection((url[1], int(url[2]))) as connection:
                connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
                text = b"".join(iter(lambda: connection.recv(1 << 16), b"")).decode()
            return 'barrage_routes_left_out_total{reason="not_negotiated"} 7' in text
        wait_until(told, "the metric says so")


class LeftOutOfRun(RealTest):
    def play(self, scenario, *words, status=0):
        with open(self.path("scenario.yaml"), "w") as file:
            file.write(scenario)
        return self.run_loadgen("run", self.path("scenario.yaml"), "--json", "--quiet", *words, status=status)

    def scenario(self, endpoint, group, more=""):
        address, port = endpoint.rsplit(":", 1)
        return "dut: {address: '%s', port: %s}\n%speers:\n  - {name: senders, as: 65001, %s}\nphases: [connect, announce]\n" % (
            address.strip("[]"), port, more, group)

    def test_nothing_is_sent(self):
        sink = self.start_sink(address="::1")
        scenario = self.scenario(sink.endpoint, "routes: 'range:198.51.100.0/24x1', next_hop: self")
        report = self.play(scenario, status=INCOMPLETE).json()
        self.assertEqual(report["left_out"], [{"reason": "no_next_hop", "routes": 1, "sample": "198.51.100.0/24"}])
        self.assertIn("left_out", [finding["what"] for finding in report["findings"]])
        allowed = self.play(scenario, "--allow-left-out").json()
        self.assertIn("left_out", [finding["what"] for finding in allowed["scenario"]["findings"]])
        self.play(self.scenario(sink.endpoint, "routes: 'range:198.51.100.0/24x1', next_hop: self", "allow_left_out: true\n"))

    def test_lines_of_commands_too(self):
        sink = self.start_sink("--families", "ipv4")
        scenario = self.scenario(sink.endpoint, "routes: 'range:10.0.0.0/24x3', families: [ipv4, ipv6]")
        scenario = scenario.replace("phases: [connect, announce]",
                                    "phases: [connect, announce, {command: 'announce route 2001:db8::/32 next-hop 2001:db8::1'}]")
        report = self.play(scenario, status=INCOMPLETE).json()
        self.assertEqual(report["left_out"], [{"reason": "not_negotiated", "routes": 1, "sample": "2001:db8::/32"}])

    def test_records_of_dumps(self):
        sink = self.start_sink()
        report = self.play(self.scenario(sink.endpoint, "routes: '%s'" % shared("cases", "mrt", "table-then-updates.mrt")), status=INCOMPLETE).json()
        self.assertEqual([(each["reason"], each["routes"]) for each in report["left_out"]], [("unsupported", 2)])


class NextHops(RealTest):
    def next_hops(self, *words):
        """Those of NEXT_HOP and of MP_REACH_NLRI."""
        receiver = Receiver(self.address)
        self.addCleanup(receiver.stop)
        self.run_loadgen("inject", receiver.endpoint, "--quiet", *words)
        receiver.stop()
        self.assertIsNone(receiver.error)
        session, found = receiver.sessions[0], set()
        for update in session.messages(UPDATE):
            body = update[19:]
            at = 2 + int.from_bytes(body[:2], "big")
            end = at + 2 + int.from_bytes(body[at:at + 2], "big")
            at += 2
            while at < end:
                flags, kind = body[at:at + 2]
                wide = 2 if flags & 0x10 else 1
                length = int.from_bytes(body[at + 2:at + 2 + wide], "big")
                value = body[at + 2 + wide:at + 2 + wide + length]
                if kind == 3:
                    found.add(value.hex())
                if kind == 14:
                    found.add(value[4:4 + value[3]].hex())
                at += 2 + wide + length
        return found

    SELF = bytes((127, 0, 1, 1)).hex()
    LOOPBACK6 = "0" * 31 + "1"

    def test_the_sessions_own_is_the_default_of_ebgp_and_of_made_up_tables(self):
        self.assertEqual(self.next_hops("--routes", "full-table:100"), {self.SELF})
        self.assertEqual(self.next_hops("--routes", "full-table:100", "--local-as", "65000"), {self.SELF})
        file = shared("cases", "mrt", "table-then-updates.mrt")
        self.assertEqual(self.next_hops("--routes", file, "--allow-left-out"), {self.SELF})
        self.assertEqual(self.next_hops("--routes", file, "--allow-left-out", "--local-as", "65000"), {"c000020a"})   # iBGP: as it is there

    def test_what_the_words_of_a_source_name_stays(self):
        self.assertEqual(self.next_hops("--routes", "range:10.0.0.0/24x3,next-hop=192.0.2.77"), {"c000024d"})
        self.assertEqual(self.next_hops("--routes", "range:10.0.0.0/24x3,next-hop=192.0.2.77", "--next-hop", "self"), {self.SELF})

    def test_one_for_each_family(self):
        self.assertEqual(self.next_hops(*BOTH), {self.SELF, self.LOOPBACK6})   # never ::ffff:127.0.1.1
        self.assertEqual(self.next_hops(*BOTH, "--next-hop", "192.0.2.1", "--next-hop", "2001:db8::1"),
                         {"c0000201", "20010db8000000000000000000000001"})
        self.assertEqual(self.next_hops(*BOTH, "--next-hop", "192.0.2.1"), {"c0000201", self.LOOPBACK6})
        self.assertEqual(self.next_hops(*BOTH, "--next-hop", "::ffff:192.0.2.1"), {self.SELF, "00000000000000000000ffffc0000201"})

    def test_a_link_local_one_beside_it(self):
        pair = "20010db8000000000000000000000001" + "fe800000000000000000000000000001"
        self.assertEqual(self.next_hops("--routes", "range:2001:db8::/48x3,next-hop=2001:db8::1+fe80::1"), {pair})
        self.assertEqual(self.next_hops("--routes", "range:2001:db8::/48x3", "--next-hop", "2001:db8::1+fe80::1"), {pair})
        self.assertIn("20010db8000000000000000000000009", " ".join(self.next_hops("--routes", shared("cases", "mrt", "next-hop-of-32-octets.mrt"),
                                                                                  "--next-hop", "keep", "--allow-left-out")))

    def test_of_a_vpn_it_has_its_route_distinguisher(self):
        """RFC 4364 section 4.3.2: `next_hop: self` is 12 octets."""
        receiver = Receiver(self.address, more=capability(1, b"\0\1\0\x80"))
        self.addCleanup(receiver.stop)
        address, port = receiver.endpoint.rsplit(":", 1)
        for next_hop, expected in (("self", "7f000101"), ("keep", "c0000201")):
            with open(self.path("vpn.yaml"), "w") as file:
                file.write("dut: {address: %s, port: %s}\npeers:\n  - {name: senders, as: 65001, families: [ipv4, vpnv4], "
                           "routes: 'range:198.51.100.0/24x1', next_hop: %s}\nphases:\n  - connect\n  - command: {lines: ['announce ipv4 mpls-vpn "
                           "203.0.113.0/24 rd 65000:1 next-hop 192.0.2.1 label 700']}\n" % (address, port, next_hop))
            self.run_loadgen("run", self.path("vpn.yaml"), "--quiet")
            octets = bytes(receiver.sessions[-1].octets)
            self.assertIn(bytes.fromhex("000180" + "0c" + "0000000000000000" + expected), octets)

    def test_keep_warns_where_it_cannot_be_right(self):
        sink = self.start_sink()
        done = self.run_loadgen("inject", sink.endpoint, "--routes", "range:10.0.0.0/24x3", "--next-hop", "keep", "--quiet", "--json")
        self.assertRegex(" ".join(done.json()["warnings"]), r"3 routes \(192\.0\.2\.1\) is not on the session's network \(127\.0\.0\.1/8 of lo\)")
        done = self.run_loadgen("inject", sink.endpoint, "--routes", "range:10.0.0.0/24x3", "--next-hop", self.address, "--quiet", "--json")
        self.assertRegex(" ".join(done.json()["warnings"]), "the router's own address")
        # The session's own suits the router; of loopback, as here, some take none.
        done = self.run_loadgen("inject", sink.endpoint, "--routes", "range:10.0.0.0/24x3", "--quiet", "--json")
        self.assertEqual([warning for warning in done.json()["warnings"] if "is a loopback address" not in warning], [])


class Acknowledged(RealTest):
    def test_what_was_acknowledged_is_told_of_an_interrupted_run(self):
        """Of a receiver that stops reading after a while, and holds the rest back."""
        receiver = Receiver(self.address, misbehave=lambda session: "stop" if len(session.octets) > 2_000_000 else None)
        self.addCleanup(receiver.stop)
        inject = self.loadgen("inject", receiver.endpoint, "--routes", "full-table:1M", "--report", self.path("report.json"), "--quiet")
        wait_until(lambda: inject.status is not None or receiver.sessions and len(receiver.sessions[0].octets) > 2_000_000, "half of it came")
        inject.signal(2)
        inject.wait()
        self.assert_status(inject, 130)
        with open(self.path("report.json")) as file:
            report = json.load(file)
        self.assertGreater(report["counters"]["acked_routes"], 0)
        self.assertLessEqual(report["counters"]["acked_routes"], report["counters"]["wire_routes"])
        self.assertLess(report["counters"]["acked_routes"], 1_000_000)


if __name__ == "__main__":
    unittest.main()
