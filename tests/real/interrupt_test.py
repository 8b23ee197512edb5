"""Ctrl-C and worse: sessions end with a Cease, the report is written, nothing keeps running."""

import json
import signal
import unittest

from support.bgp import Receiver
from support.programs import RealTest, wait_until, wait_until_holding


class Interrupted(RealTest):
    def interrupt(self, number):
        receiver = Receiver(self.address)
        self.addCleanup(receiver.stop)
        injector = self.loadgen("inject", receiver.endpoint, "--peers", "5", "--routes", "full-table:200k", "--rate", "1k",
                                "--report", self.path("report.json"), "--quiet", environment=self.mark())
        wait_until(lambda: len(receiver.sessions) == 5 and all(len(each.octets) > 1000 for each in receiver.sessions)
                   or injector.status is not None, "routes from all sessions")
        injector.signal(number)
        injector.wait(20)
        self.assert_status(injector, 130)
        wait_until(lambda: all(session.closed for session in receiver.sessions), "all sessions are closed")
        for session in receiver.sessions:
            self.assertEqual(session.notification[:2], (6, 2))   # Cease, Administrative Shutdown: RFC 4486
        with open(self.path("report.json")) as file:
            self.assertEqual(json.load(file)["schema"], "barrage.report/1")
        self.assert_nothing_left()

    def test_by_ctrl_c(self):
        self.interrupt(signal.SIGINT)

    def test_by_sigterm(self):
        self.interrupt(signal.SIGTERM)

    def test_a_complete_run_is_a_success(self):
        for words in (["forever"], ["1h"]):
            receiver = Receiver(self.address)
            self.addCleanup(receiver.stop)
            injector = self.loadgen("inject", receiver.endpoint, "--routes", "range:10.0.0.0/24x1k", "--hold", *words, "--report",
                                    self.path("report.json"), "--metrics", self.address + ":0", environment=self.mark())
            wait_until_holding(injector)
            injector.signal(signal.SIGINT)
            injector.wait(20)
            self.assert_status(injector, 0)
            wait_until(lambda: all(session.closed for session in receiver.sessions), "the session is closed")
            self.assertEqual(receiver.sessions[0].notification[:2], (6, 2))
            with open(self.path("report.json")) as file:
                self.assertEqual(json.load(file)["result"], "passed")

    def with_embedded_sink(self):
        injector = self.loadgen("inject", "--peers", "2", "--routes", "full-table:200k", "--rate", "1k", environment=self.mark())
        wait_until(lambda: len(self.still_running()) == 2 or injector.status is not None, "the embedded sink runs")
        self.assertIsNone(injector.status, injector.err)
        return injector

    def test_the_embedded_sink_ends_too(self):
        injector = self.with_embedded_sink()
        injector.signal(signal.SIGINT)
        injector.wait(20)
        self.assert_status(injector, 130)
        self.assert_nothing_left()

    def test_the_embedded_sink_ends_when_inject_is_killed(self):
        injector = self.with_embedded_sink()
        injector.signal(signal.SIGKILL)
        injector.wait(20)
        self.assert_nothing_left()

    def test_a_sink_without_limits_ends_well(self):
        sink = self.start_sink()
        self.run_loadgen("inject", sink.endpoint, "--routes", "range:10.0.0.0/24x1k", "--peers", "3", "--quiet")
        sink.signal(signal.SIGINT)
        sink.wait(20)
        self.assert_status(sink, 0)
        self.assertEqual((sink.json()["distinct"], sink.json()["live"]), (3000, 3000))


class SoakInterrupted(RealTest):
    def test_at_any_moment(self):
        """Killed after 1, 2, 3 … receptions: always 130 or done, never anything left."""
        for octets in (1, 30, 100, 5000, 20000, 100000, 300000):
            for number in (signal.SIGINT, signal.SIGTERM):
                receiver = Receiver(self.address)
                self.addCleanup(receiver.stop)
                injector = self.loadgen("inject", receiver.endpoint, "--peers", "20", "--routes", "full-table:20k", "--quiet")
                wait_until(lambda: sum(len(each.octets) for each in receiver.sessions) >= octets or injector.status is not None,
                           "octets from the sessions", every=0.001)
                injector.signal(number)
                injector.wait(20)
                self.assertIn(injector.status, (0, 130))
                receiver.stop()


if __name__ == "__main__":
    unittest.main()
