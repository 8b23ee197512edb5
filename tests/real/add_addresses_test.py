"""Sessions that are not on loopback: two network namespaces with a veth between them, made for the test and gone with it."""

import os
import subprocess
import unittest

from support.programs import LOADGEN, RealTest, wait_until

ROUTER, TESTER = "192.0.2.1", "192.0.2.2"
SESSION_FAILED = 3


def may_make_namespaces():
    return os.geteuid() == 0 and subprocess.run(["unshare", "-n", "true"], stderr=subprocess.DEVNULL).returncode == 0


@unittest.skipUnless(may_make_namespaces(), "it takes the right to make network namespaces")
class NotOnLoopback(RealTest):
    def setUp(self):
        super().setUp()
        self.router, self.tester = (self.start("unshare", "-n", "sleep", "600") for _ in range(2))
        for holder in (self.router, self.tester):
            wait_until(lambda: self.namespace(holder) != os.readlink("/proc/self/ns/net"), "a namespace")
        subprocess.run(["ip", "link", "add", "r0", "netns", str(self.router.process.pid), "type", "veth", "peer", "name", "t0", "netns",
                        str(self.tester.process.pid)], check=True)
        for holder, name, address in ((self.router, "r0", ROUTER), (self.tester, "t0", TESTER)):
            for words in (("addr", "add", address + "/24", "dev", name), ("link", "set", name, "up"), ("link", "set", "lo", "up")):
                subprocess.run([*self.inside(holder), "ip", *words], check=True)

    @staticmethod
    def namespace(holder):
        return os.readlink("/proc/%d/ns/net" % holder.process.pid)

    @staticmethod
    def inside(holder):
        return ["nsenter", "-t", str(holder.process.pid), "-n"]

    def addresses(self):
        said = subprocess.run([*self.inside(self.tester), "ip", "-o", "-4", "addr", "show", "dev", "t0"], stdout=subprocess.PIPE, text=True,
                              check=True).stdout
        return sorted(line.split()[3] for line in said.splitlines())

    def sink(self, *words):
        sink = self.start(*self.inside(self.router), LOADGEN, "sink", "--listen", ROUTER + ":1790", "--json", *words)
        wait_until(lambda: "listening on" in sink.err or sink.status is not None, "the sink listens")
        return sink

    def inject(self, *words):
        return self.start(*self.inside(self.tester), LOADGEN, "inject", ROUTER + ":1790", "--routes", "range:10.0.0.0/24x10", "--quiet", *words)

    ADDED = ["192.0.2.11/32", "192.0.2.12/32", "192.0.2.13/32", "192.0.2.2/24"]

    def test_addresses_are_added_and_removed(self):
        sink = self.sink("--sessions", "3")
        inject = self.inject("--peers", "3", "--address", "192.0.2.11", "--add-addresses")
        inject.wait()
        self.assert_status(inject, 0)
        sink.wait()
        self.assertEqual(sorted(each["remote"].split(":")[0] for each in sink.json()["per_session"]), ["192.0.2.11", "192.0.2.12", "192.0.2.13"])
        self.assertEqual(self.addresses(), ["192.0.2.2/24"])

    def test_also_after_an_interrupt(self):
        self.sink()
        inject = self.inject("--peers", "3", "--address", "192.0.2.11", "--add-addresses", "--hold", "1h")
        wait_until(lambda: self.addresses() == self.ADDED or inject.status is not None, "the addresses are there")
        inject.signal(2)
        inject.wait()
        self.assertIn(inject.status, (0, 130), inject.err)   # 0 where all was sent by then
        self.assertEqual(self.addresses(), ["192.0.2.2/24"])

    def test_those_that_were_there_stay(self):
        subprocess.run([*self.inside(self.tester), "ip", "addr", "add", "192.0.2.12/32", "dev", "t0"], check=True)
        self.sink("--sessions", "3")
        inject = self.inject("--peers", "3", "--address", "192.0.2.11", "--add-addresses")
        inject.wait()
        self.assert_status(inject, 0)
        self.assertEqual(self.addresses(), ["192.0.2.12/32", "192.0.2.2/24"])

    def test_all_from_one_address_is_explained(self):
        """BIRD has one session with an address, and refuses the others."""
        with open(self.path("bird.conf"), "w") as file:
            file.write("router id 192.0.2.254;\nprotocol device {}\nprotocol bgp { local %s port 1790 as 65000; neighbor %s external; "
                       "passive; ipv4 { import all; }; }\n" % (ROUTER, TESTER))
        bird = self.start(*self.inside(self.router), "/usr/sbin/bird", "-f", "-c", self.path("bird.conf"), "-s", self.path("bird.ctl"), "-P",
                          self.path("bird.pid"))
        listens = [*self.inside(self.router), "ss", "-Hltn", "sport = :1790"]
        wait_until(lambda: bird.status is not None or subprocess.run(listens, stdout=subprocess.PIPE, check=True).stdout, "BIRD listens")
        inject = self.inject("--peers", "2", "--connect-timeout", "5s", "--hold", "1s")
        inject.wait()
        self.assertNotEqual(inject.status, 0)
        self.assertRegex(inject.err, r"all 2 sessions come from one address.*--address.*ip addr add.*--add-addresses")


if __name__ == "__main__":
    unittest.main()
