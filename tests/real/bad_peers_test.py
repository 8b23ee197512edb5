"""Peers that misbehave: each ends in one clear message, the right exit status, and nobody else is held up."""

import json
import socket
import time
import unittest

from support.bgp import NOTIFICATION, ROUTE_REFRESH, Receiver, message
from support.programs import RealTest, endpoint, free_port

SESSION_FAILED, INCOMPLETE = 3, 4


class BadPeer(RealTest):
    def receiver(self, address=None, **options):
        receiver = Receiver(address or self.address, **options)
        self.addCleanup(receiver.stop)
        return receiver

    def report(self):
        with open(self.path("report.json")) as file:
            report = json.load(file)
        self.assertEqual(report["schema"], "barrage.report/1")
        return report

    def inject(self, receiver, status, *words):
        """Runs inject into it; there is a report whatever happened."""
        return self.run_loadgen("inject", receiver.endpoint, "--routes", "full-table:100k", "--report", self.path("report.json"),
                                "--quiet", *words, status=status)

    def test_a_refused_connection(self):
        port = free_port(self.address)
        done = self.run_loadgen("inject", endpoint(self.address, port), "--routes", "range:10.0.0.0/24x10", "--quiet",
                                status=SESSION_FAILED)
        self.assert_one_clear_line(done, "(?i)refused", str(port))

    def test_a_wrong_as(self):
        receiver = self.receiver(my_as=64999)
        done = self.inject(receiver, SESSION_FAILED, "--peer-as", "64998")
        self.assert_one_clear_line(done, "another AS|Bad Peer AS")
        receiver.stop()
        self.assertEqual(receiver.sessions[0].notification[:2], (2, 2))   # Bad Peer AS
        self.report()

    def test_a_notification_in_answer_to_the_open(self):
        receiver = self.receiver(instead_of_open=message(NOTIFICATION, b"\2\2"))
        done = self.inject(receiver, SESSION_FAILED)
        self.assert_one_clear_line(done, "(?i)notification|bad peer as")

    def test_a_notification_in_the_middle(self):
        receiver = self.receiver(misbehave=lambda session: len(session.octets) > 200000 and message(NOTIFICATION, b"\6\2"),
                                 receive_buffer=65536)
        done = self.inject(receiver, INCOMPLETE)
        self.assert_one_clear_line(done, "(?i)notification|cease|shutdown")
        self.report()

    def test_a_close_in_the_middle(self):
        receiver = self.receiver(misbehave=lambda session: "close" if len(session.octets) > 200000 else None, receive_buffer=65536)
        done = self.inject(receiver, INCOMPLETE)
        self.assert_one_clear_line(done, "(?i)clos|reset")
        self.report()

    def test_octets_that_are_no_bgp(self):
        receiver = self.receiver(instead_of_open=b"HTTP/1.1 400 Bad Request\r\n\r\n")
        self.inject(receiver, SESSION_FAILED)

    def test_one_of_many_that_closes_leaves_the_others_whole(self):
        receiver = self.receiver(misbehave=lambda session: "close" if session.number == 3 and len(session.octets) > 200000 else None,
                                 receive_buffer=65536)
        self.inject(receiver, INCOMPLETE, "--peers", "10", "--local-as", "65010")
        receiver.stop()
        self.assertIsNone(receiver.error)
        whole = [session for session in receiver.sessions if session.ends_of_rib]
        self.assertGreaterEqual(len(whole), 9)

    def test_a_remote_close_after_everything_came_passes(self):
        receiver = self.receiver(misbehave=lambda session: "close" if session.ends_of_rib else None)
        self.run_loadgen("inject", receiver.endpoint, "--routes", "range:10.0.0.0/24x1k", "--quiet")

    def test_a_session_that_was_to_be_kept_up_and_went_does_not_pass(self):
        for end in ("close", message(NOTIFICATION, b"\6\2"), message(NOTIFICATION, b"\6\4")):
            receiver = self.receiver(misbehave=lambda session: end if session.ends_of_rib else None)
            done = self.run_loadgen("inject", receiver.endpoint, "--routes", "range:10.0.0.0/24x1k", "--hold", "60s", "--quiet", status=INCOMPLETE)
            self.assert_one_clear_line(done, "was lost")

    def test_the_rate_of_a_run_that_was_cut_short_is_that_of_what_was_sent(self):
        receiver = self.receiver()
        self.run_loadgen("inject", receiver.endpoint, "--routes", "range:10.0.0.0/24x100k", "--rate", "500", "--timeout", "2s", "--quiet",
                         "--report", self.path("report.json"), status=INCOMPLETE)
        report = self.report()
        self.assertGreater(report["counters"]["wire_routes"], 100)
        self.assertAlmostEqual(report["rates"]["routes_per_second"] * report["rates"]["seconds"], report["counters"]["wire_routes"], delta=50)

    def test_nobody_is_asked_for_a_refresh_who_does_not_know_it(self):
        # RFC 2918 section 4: the OPEN of this one has no such capability.
        receiver = self.receiver()
        with open(self.path("scenario.yaml"), "w") as file:
            file.write("dut: {address: %s, port: %s}\npeers: [{name: r, role: receive, as: 65001}]\nphases: [connect, refresh]\n"
                       % tuple(receiver.endpoint.rsplit(":", 1)))
        done = self.run_loadgen("run", self.path("scenario.yaml"), "--quiet", status=INCOMPLETE)
        self.assert_one_clear_line(done, "does not know route refresh")
        receiver.stop()
        self.assertEqual(receiver.sessions[0].messages(ROUTE_REFRESH), [])


class PeerThatStopsReading(RealTest):
    PEERS = 100

    def stops(self, address):
        """One of a hundred reads no more after its first octets: the others come through, the send hold timer ends it (RFC 9687),
        and what waits for it costs a fixed window of memory."""
        stuck = 17

        def misbehave(session):
            if session.number == stuck and len(session.octets) > 20000:
                return "stop"
            if session.number != stuck and session.established:
                finish.setdefault(session.number, None)
                if session.ends_of_rib and finish[session.number] is None:
                    finish[session.number] = time.monotonic()
        finish = {}
        receiver = Receiver(address, hold_time=6, misbehave=misbehave, receive_buffer=65536)
        self.addCleanup(receiver.stop)
        words = ("--routes", "full-table:200k", "--next-hop", "192.0.2.1", "--local-as", "65010", "--hold-time", "6s", "--send-hold-time", "8s", "--quiet")
        # The same table to one good peer says what the table itself costs.
        alone = self.start_sink("--sessions", "1", "--expect", "200k", "--hold-time", "6s")
        reference = self.run_loadgen("inject", alone.endpoint, *words)
        injector = self.loadgen("inject", receiver.endpoint, "--peers", self.PEERS, *words, "--report", self.path("report.json"))
        injector.wait()
        ended = time.monotonic()
        receiver.stop()
        self.assertIsNone(receiver.error)
        self.assert_status(injector, 4)
        self.assert_one_clear_line(injector, "(?i)send hold")
        # On a busy machine this receiver may take longer for an OPEN than the injector waits, which then tries again.
        established = [session for session in receiver.sessions if session.established]
        self.assertEqual(len(established), self.PEERS)
        sizes = {len(session.updates()) for session in established if session.number != stuck}
        self.assertEqual(len(sizes), 1, sizes)
        self.assertEqual(len(finish), self.PEERS - 1)
        self.assertLess(max(finish.values()), ended)
        # 200,000 routes are 3 MB of UPDATEs; 100 sessions with queues of their own would be 300 MB.
        self.assertLess(injector.peak_kib - reference.peak_kib, 100 * 1024)

    def test_over_ipv4(self):
        self.stops(self.address)

    def test_over_ipv6(self):
        self.stops("::1")


class BadStart(RealTest):
    """What cannot work is said before anything is begun."""

    USAGE = 2

    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind((self.address, 0))
            taken.listen()
            address = endpoint(*taken.getsockname())
            sink = self.run_loadgen("sink", "--listen", address, status=self.USAGE)
        self.assert_one_clear_line(sink, "(?i)in use", address)

    def test_too_few_files(self):
        done = self.run_loadgen("inject", "--peers", "100", "--routes", "range:10.0.0.0/24x10", status=self.USAGE, open_files=48)
        self.assert_one_clear_line(done, "(?i)open files|file descriptors|ulimit")

    def test_an_unknown_option(self):
        done = self.run_loadgen("inject", "--routs", "range:10.0.0.0/24x10", status=self.USAGE)
        self.assert_one_clear_line(done, "--routs")

    def test_a_source_that_is_none(self):
        for source in ("range:10.0.0.0/33x10", "range:10.0.0.0/24", "full-table:many", "full-table:10,colour=red"):
            done = self.run_loadgen("inject", "--routes", source, status=self.USAGE)
            self.assert_one_clear_line(done, "(?i)expected|needs|must")

    def test_a_dump_that_cannot_be_read(self):
        missing = self.path("missing.mrt")
        self.assert_one_clear_line(self.run_loadgen("inject", "--routes", missing, status=self.USAGE), "missing.mrt")
        garbage = self.path("garbage.mrt")
        with open(garbage, "w") as file:
            file.write("this is no dump\n" * 1000)
        self.assert_one_clear_line(self.run_loadgen("inject", "--routes", garbage, status=self.USAGE), "garbage.mrt")

    def test_no_command(self):
        self.run_loadgen(status=self.USAGE)
        self.assertIn("inject", self.run_loadgen("--help").out)


if __name__ == "__main__":
    unittest.main()
