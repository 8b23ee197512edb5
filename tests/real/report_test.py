"""What a run leaves behind and tells while it runs: the report against its schema, series, .hgrm, comparing, metrics over HTTP."""

import copy
import json
import os
import re
import unittest
import urllib.error
import urllib.request
from xml.etree import ElementTree

from support.bgp import capability
from support.programs import RealTest, wait_until
from support.relay import Relay
from support.schema import assert_fits_schema
from support.shared import ROOT

SCHEMA = ("loadgen", "report", "report.schema.json")
DASHBOARD = os.path.join(ROOT, "loadgen", "report", "grafana-dashboard.json")
ROUTES = 4000

SCENARIO = """
name: reported
dut: {{address: {address}, port: {port}, as: 64999, route_server: true}}
device: {{name: a relay, test_case: 5.1.1, interface_type: loopback, mrai: 0s}}
peers:
  - {{name: senders, count: 2, as: 65001, routes: 'range:10.0.0.0/24x{routes}', divided: true}}
  - {{name: receivers, count: 2, as: 64601, as_step: 0}}
phases:
  - connect
  - announce: {{rate: 8k}}
  - wait
  - hold: {hold}
  - withdraw
  - wait
thresholds: [missing == 0, convergence.p99 < 1m]
"""


def get(url, method="GET"):
    """Status, content type and body."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=20) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def samples(text):
    """{name with labels: value} of Prometheus' text form."""
    return {name: float(value) for name, value in re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", text, re.M)}


class Reports(RealTest):
    def scenario(self, hold="100ms", capabilities=b""):
        relay = Relay(self.address, 64999, [64601], capabilities=capabilities)
        self.addCleanup(relay.stop)
        address, port = relay.endpoint.rsplit(":", 1)
        with open(self.path("scenario.yaml"), "w") as file:
            file.write(SCENARIO.format(address=address, port=port, routes=ROUTES, hold=hold))
        return self.path("scenario.yaml")

    def read(self, name):
        with open(self.path(name)) as file:
            return json.load(file)

    def metrics_of(self, program):
        """The URL that it said on stderr."""
        found = wait_until(lambda: program.status is not None or re.search(r"metrics on (http://\S+)\n", program.err), "metrics are served")
        self.assertIsNot(found, True, program.err)
        return found[1]

    def test_every_file_of_a_run(self):
        self.run_loadgen("run", self.scenario(), "--quiet", "--report", self.path("run.json"), "--series", self.path("run.ndjson"),
                         "--hgrm", self.path("run.hgrm"))
        report = self.read("run.json")
        assert_fits_schema(self, report, *SCHEMA)
        scenario, counters = report["scenario"], report["counters"]

        with open(self.path("run.ndjson")) as file:
            series = [json.loads(line) for line in file]
        self.assertEqual(series, scenario["series"])
        last = series[-1]
        for key in ("sent_routes", "wire_routes", "acked_routes", "reflected_routes"):
            values = [sample[key] for sample in series]
            self.assertEqual(values, sorted(values), key + " only grows")
            self.assertEqual(last[key], counters[key])
            self.assertEqual(last[key], sum(peer[key] for peer in scenario["peers"]), key)
        self.assertEqual(last["live_routes"], 0)   # all were withdrawn
        self.assertEqual(max(sample["live_routes"] for sample in series), 2 * ROUTES)
        self.assertEqual(counters["wire_routes"], 2 * ROUTES)                   # announced and withdrawn
        self.assertEqual(counters["reflected_routes"], 2 * 2 * ROUTES)          # … at each of two receivers
        self.assertEqual(sum(phase["wire_routes"] for phase in scenario["phases"]), counters["wire_routes"])
        self.assertEqual(scenario["convergence"]["count"] + scenario["withdrawal"]["count"], counters["reflected_routes"])

        for name, kind in (("run.hgrm", "convergence"), ("run.withdrawal.hgrm", "withdrawal"), ("run.establish.hgrm", "establish")):
            with open(self.path(name)) as file:
                text = file.read()
            times = scenario[kind]
            self.assertEqual(int(re.search(r"Total count +=\s+(\d+)\]", text)[1]), times["count"], name)
            self.assertAlmostEqual(float(re.search(r"#\[Max +=\s+([0-9.]+)", text)[1]), 1000 * times["max_seconds"], places=2)
            lines = re.findall(r"^\s*([0-9.]+) ([01]\.[0-9]+)\s+(\d+)", text, re.M)
            self.assertEqual((float(lines[-1][1]), int(lines[-1][2])), (1.0, times["count"]))
            median = next(float(value) for value, share, _ in lines if float(share) >= 0.5)
            self.assertAlmostEqual(median, 1000 * times["p50_seconds"], delta=0.002)

        benchmark = scenario["rfc7747"]
        self.assertEqual(benchmark["parameters"]["test_case"], "5.1.1")
        self.assertEqual(benchmark["parameters"]["ebgp_sessions"], 4)
        self.assertEqual(benchmark["parameters"]["total_unique_routes"], ROUTES)
        self.assertEqual(benchmark["parameters"]["routes_per_peer"], ROUTES // 2)
        events = {event["convergence_event"]: event for event in benchmark["convergence_events"]}
        announce = events["announce"]
        self.assertLess(announce["first_route_convergence_time_seconds"], announce["full_convergence_time_seconds"])
        self.assertGreaterEqual(announce["full_convergence_time_seconds"], 0.9 * ROUTES / 8000)
        self.assertEqual(announce["route_specific_convergence_time"]["announced"]["maximum_seconds"], scenario["convergence"]["max_seconds"])
        self.assertIsNone(announce["route_specific_convergence_time"]["withdrawn"])

    def test_the_answer_stands_first_everywhere(self):
        software = b"a relay 1.2"
        scenario = self.scenario(capabilities=capability(75, bytes((len(software),)) + software))   # draft-abraitis-bgp-version-capability
        with open(self.path("summary.md"), "w") as file:
            file.write("of another step\n")
        program = self.run_loadgen("run", scenario, "--quiet", "--report", self.path("run.json"), "--markdown", self.path("run.md"), "--junit",
                                   self.path("run.xml"), "--html", self.path("run.html"), "--assert", "convergence.p99 < 0.001ms", status=99,
                                   environment={"GITHUB_STEP_SUMMARY": self.path("summary.md")})
        answer = self.read("run.json")["summary"]
        self.assertEqual(program.out.split("\n")[0], answer)
        self.assertRegex(answer, r"^%s:\d+ \(AS 64999, a relay 1\.2 by its OPEN\) took 2 × %s routes in \S+ m?s, passed them on .* \(p99 .*\); withdrawal took .*; "
                                 r"nothing missing\. Not passed: threshold convergence\.p99 < 0\.001ms: .*\. Limit: " % (re.escape(self.address), "2,000"))
        with open(self.path("run.md")) as file:
            markdown = file.read()
        self.assertIn("took 2 × 2,000 routes", markdown)
        self.assertRegex(markdown, r"(?m)^\| \*\*fails\*\* \| convergence\.p99 \\< 0.001ms \|")
        with open(self.path("summary.md")) as file:
            self.assertEqual(file.read(), "of another step\n" + markdown + "\n")
        with open(self.path("run.html")) as file:
            page = file.read()
        self.assertLess(page.index("took 2 × 2,000 routes"), page.index("The tester"))
        suite = ElementTree.parse(self.path("run.xml")).getroot().find("testsuite")
        self.assertEqual((suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")), ("reported", "4", "1", "0"))
        self.assertEqual([case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None], ["convergence.p99 < 0.001ms"])

        self.run_loadgen("report", self.path("run.json"), "--markdown", self.path("again.md"), "--junit", self.path("again.xml"))
        for one, other in (("run.md", "again.md"), ("run.xml", "again.xml")):   # from the document alone
            with open(self.path(one)) as first, open(self.path(other)) as second:
                self.assertEqual(first.read(), second.read())

    def test_a_report_of_inject(self):
        program = self.run_loadgen("inject", "--routes", "range:10.0.0.0/24x1k", "--peers", "2", "--quiet", "--json", "--html", self.path("i.html"))
        assert_fits_schema(self, program.json(), *SCHEMA)
        with open(self.path("i.html")) as file:
            page = file.read()
        self.assertIn("127.0.1.2", page)   # a row for each session
        self.assertTrue(page.endswith("</html>\n"))

    def test_several_reports_on_each_side(self):
        self.run_loadgen("run", self.scenario(), "--quiet", "--report", self.path("base.json"))
        base = self.read("base.json")

        def slower(name, factor):
            report = copy.deepcopy(base)
            for times in report["scenario"]["runs"]:
                for key in ("p50_seconds", "p99_seconds", "max_seconds"):
                    times["convergence"][key] = 0.1 * factor
            with open(self.path(name), "w") as file:
                json.dump(report, file)
            return self.path(name)

        before = [slower("a%d.json" % i, factor) for i, factor in enumerate((1.0, 1.1, 0.9))]
        after = [slower("b%d.json" % i, factor) for i, factor in enumerate((1.5, 1.4, 3.0))]
        worse = self.run_loadgen("compare", "--before", *before, "--after", *after, status=99)
        self.assertRegex(worse.out, r"convergence.p50 +100 ms \(90.0 ms … 110 ms\) +150 ms \(140 ms … 300 ms\) +\+50 % +WORSE")
        self.run_loadgen("compare", "--before", *before, "--after", *after, "--tolerance", "60%")
        self.run_loadgen("compare", "--before", *after, "--after", *before)
        figures = self.run_loadgen("compare", "--before", *before, "--after", *after, "--json", status=99).json()["figures"]
        p50 = next(figure for figure in figures if figure["name"] == "convergence.p50")
        self.assertAlmostEqual(p50["before"], 0.1)
        self.assertAlmostEqual(p50["after"], 0.15)
        self.assertEqual((p50["before_runs"], p50["verdict"]), (3, "worse"))
        for wrong in (["--before", before[0]], [before[0]], [before[0], after[0], "--before", before[1], "--after", after[1]]):
            self.run_loadgen("compare", *wrong, status=2)


class Metrics(RealTest):
    scenario, metrics_of = Reports.scenario, Reports.metrics_of

    def test_of_run(self):
        program = self.loadgen("run", self.scenario(hold="1h"), "--quiet", "--json", "--metrics", self.address + ":0")
        url = self.metrics_of(program)
        self.assertRegex(url, r"^http://%s:\d+/metrics$" % re.escape(self.address))

        def reached():
            _, _, text = get(url)
            found = samples(text)
            return found if found.get('barrage_phase{name="hold"}') == 4 else program.status is not None
        found = wait_until(reached, "the routes hold")
        self.assertIsNot(found, True, program.err)
        for name, value in {
                'barrage_sessions{group="senders",state="established"}': 2,
                'barrage_sessions{group="receivers",state="established"}': 2,
                'barrage_sessions{group="senders",state="idle"}': 0,
                'barrage_sessions_lost_total': 0,
                'barrage_routes_sent_total{group="senders"}': ROUTES,
                'barrage_routes_wire_total{group="senders"}': ROUTES,
                'barrage_routes_acked_total{group="senders"}': ROUTES,
                'barrage_routes_reflected_total{group="receivers"}': 2 * ROUTES,
                'barrage_routes_reflected_live{group="receivers"}': 2 * ROUTES,
                'barrage_convergence_seconds_count': 2 * ROUTES,
                'barrage_convergence_seconds_bucket{le="+Inf"}': 2 * ROUTES,
                'barrage_scheduled_seconds_count': 2 * ROUTES,
                'barrage_withdrawal_seconds_count': 0,
                'barrage_establish_seconds_count': 4,
                'barrage_phases': 6}.items():
            self.assertEqual(found[name], value, name)

        status, content_type, text = get(url)
        self.assertEqual((status, content_type), (200, "text/plain; version=0.0.4; charset=utf-8"))
        with open(DASHBOARD) as file:
            asked = set(re.findall(r"barrage_[a-z_]+", " ".join(target["expr"] for panel in json.load(file)["panels"] for target in panel["targets"])))
        told = {name.split("{")[0] for name in samples(text)}
        self.assertLessEqual(asked, told)
        self.assertEqual(get(url.replace("/metrics", "/other"))[0], 404)
        self.assertEqual(get(url, "POST")[0], 405)
        self.assertEqual(get(url, "HEAD")[2], "")

        program.signal(2)
        program.wait()
        self.assert_status(program, 130)
        self.assertEqual(program.json()["counters"]["wire_routes"], ROUTES)

    def test_of_inject_and_sink(self):
        sink = self.loadgen("sink", "--listen", self.address + ":0", "--quiet", "--metrics", self.address + ":0")
        at = self.metrics_of(sink)
        router = re.search(r"listening on (\S+)", sink.err)[1]
        inject = self.loadgen("inject", router, "--routes", "range:10.0.0.0/24x1k", "--peers", "3", "--hold", "1h", "--quiet", "--metrics", self.address + ":0")
        from_inject = self.metrics_of(inject)
        for url, name, value in ((from_inject, 'barrage_routes_acked_total{group="peers"}', 3000),
                                 (from_inject, 'barrage_sessions{group="peers",state="established"}', 3),
                                 (at, 'barrage_routes_announced_received_total{group="sessions"}', 3000),
                                 (at, 'barrage_routes_live{group="sessions"}', 3000)):
            wait_until(lambda: samples(get(url)[2]).get(name) == value or inject.status is not None or sink.status is not None, name)
            self.assertEqual(samples(get(url)[2])[name], value, name)
        inject.signal(2)
        inject.wait()
        wait_until(lambda: samples(get(at)[2]).get('barrage_sessions{group="sessions",state="established"}') == 0, "the sink sees them go")
        sink.signal(2)
        sink.wait()

    def test_an_address_that_is_taken(self):
        sink = self.loadgen("sink", "--listen", self.address + ":0", "--quiet")
        wait_until(lambda: "listening on" in sink.err, "it listens")
        taken = re.search(r"listening on (\S+)", sink.err)[1]
        program = self.run_loadgen("run", self.scenario(), "--metrics", taken, status=2)
        self.assertRegex(program.err, "loadgen run: .*" + re.escape(taken))
        self.assertRegex(self.run_loadgen("run", self.scenario(), "--metrics", "nowhere", status=2).err, "--metrics: 'nowhere': expected")
        sink.signal(2)
        sink.wait()


if __name__ == "__main__":
    unittest.main()
