"""Routers of Debian as whoever tries `loadgen inject` or README's scenario has them: eBGP sessions from a few addresses, everything taken and
passed on. Each has a configuration, an address and ports of its own, no kernel table, and is gone with the test."""

import json
import os
import pwd
import re
import socket
import subprocess

from .programs import free_port, wait_until
from .routers import Frr, Gobgp

OWN_AS = 65000
IDENTIFIER = "192.0.2.254"


class Router:
    """`neighbors`: (address, AS) of those it takes sessions from. .accepted() is what it took, by address."""

    def __init__(self, test, neighbors):
        self.test, self.neighbors = test, neighbors
        self.address, self.port = test.address, free_port(test.address)
        self.endpoint = "%s:%d" % (self.address, self.port)
        self.program = self.start()
        wait_until(lambda: self.program.status is not None or self.answers(), "%s answers" % self.program.argv[0])
        if self.program.status is not None:
            test.fail("%s did not start: %s%s" % (self.program.argv[0], self.program.out, self.program.err))

    def write(self, name, text, mode=0o644):
        path = self.test.path(name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex((self.address, self.port)) == 0

    def run(self, *words):
        return subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60).stdout


class FilledBird(Router):
    def start(self):
        text = """router id %s;
protocol device { scan time 3600; }
protocol static { ipv4; route 0.0.0.0/0 via "lo"; }
protocol static { ipv6; route ::/0 via "lo"; }
""" % IDENTIFIER
        for number, (address, neighbor_as) in enumerate(self.neighbors):
            text += """protocol bgp peer%d {
    local %s port %d as %d;
    neighbor %s as %d;
    multihop; passive; strict bind yes; hold time 240;
    ipv4 { import all; export where source = RTS_BGP; };
    ipv6 { import all; export where source = RTS_BGP; };
}
""" % (number, self.address, self.port, OWN_AS, address, neighbor_as)
        return self.test.start("/usr/sbin/bird", "-f", "-c", self.write("bird.conf", text), "-s", self.test.path("bird.ctl"), "-P",
                               self.test.path("bird.pid"))

    def ask(self, command):
        return self.run("/usr/sbin/birdc", "-r", "-s", self.test.path("bird.ctl"), command)

    def answers(self):
        return "BIRD" in self.ask("show status")

    def accepted(self):
        counts = {}
        for number, (address, _) in enumerate(self.neighbors):
            said = self.ask("show protocols all peer%d" % number)
            counts[address] = sum(int(count) for count in re.findall(r"Routes:\s+(\d+) imported", said))
        return counts


class FilledFrr(Router):
    def start(self):
        text = "router bgp %d\n bgp router-id %s\n no bgp ebgp-requires-policy\n" % (OWN_AS, IDENTIFIER)
        for address, neighbor_as in self.neighbors:
            text += " neighbor %s remote-as %d\n neighbor %s passive\n neighbor %s ebgp-multihop\n" % (address, neighbor_as, address, address)
        text += " address-family ipv6 unicast\n" + "".join("  neighbor %s activate\n" % address for address, _ in self.neighbors)
        text += " exit-address-family\n"
        return self.test.start("/usr/lib/frr/bgpd", "-Z", "-S", "-P", "0", "-f", self.write("bgpd.conf", text), "-i",
                               self.test.path("bgpd.pid"), "--vty_socket", self.test.directory, "-l", self.address, "-p", self.port)

    ask = Frr.ask

    def answers(self):
        try:
            return self.neighbors[-1][0] in self.ask("show running-config") and self.listens()
        except OSError:
            return False

    def accepted(self):
        counts = {address: 0 for address, _ in self.neighbors}
        for family in ("ipv4", "ipv6"):
            said = self.ask("show bgp %s unicast summary json" % family)
            peers = json.loads(said[said.index("{"):]).get("peers", {}) if "{" in said else {}
            for address in counts:
                counts[address] += peers.get(address, {}).get("pfxRcd", 0)
        return counts


class FilledGobgp(Router):
    NEIGHBOR = """[[neighbors]]
  [neighbors.config]
    neighbor-address = "%s"
    peer-as = %d
  [neighbors.transport.config]
    passive-mode = true
  [neighbors.ebgp-multihop.config]
    enabled = true
    multihop-ttl = 64
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "ipv4-unicast"
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "ipv6-unicast"
"""

    def start(self):
        self.api_port = free_port(self.address)
        text = Gobgp.GLOBAL % (OWN_AS, IDENTIFIER, self.port, self.address)
        text += "".join(self.NEIGHBOR % neighbor for neighbor in self.neighbors)
        return self.test.start("/usr/bin/gobgpd", "-f", self.write("gobgpd.toml", text), "--pprof-disable", "--api-hosts",
                               "%s:%d" % (self.address, self.api_port))

    ask = Gobgp.ask

    def answers(self):
        return all(address in self.ask("neighbor") for address, _ in self.neighbors) and self.listens()

    def accepted(self):
        return {address: sum(int(count) for count in re.findall(r"Accepted:\s+(\d+)", self.ask("neighbor", address)))
                for address, _ in self.neighbors}


class FilledOpenbgpd(Router):
    """Its processes leave their rights behind, which takes root, and go into the home of the user that Debian made for it."""

    def start(self):
        if os.geteuid() != 0:
            self.test.skipTest("OpenBGPD starts as root alone")
        os.makedirs(pwd.getpwnam("_openbgpd").pw_dir, exist_ok=True)
        text = "AS %d\nrouter-id %s\nfib-update no\nlisten on %s port %d\nsocket \"%s\"\n" % (
            OWN_AS, IDENTIFIER, self.address, self.port, self.test.path("bgpd.sock"))
        for neighbor in self.neighbors:
            text += "neighbor %s {\n remote-as %d\n passive\n multihop 64\n announce IPv4 unicast\n announce IPv6 unicast\n}\n" % neighbor
        text += "nexthop qualify via default\nallow from any\nallow to any\n"
        return self.test.start("/usr/sbin/bgpd", "-d", "-f", self.write("openbgpd.conf", text, 0o600))

    def ask(self, *words):
        return self.run("/usr/sbin/bgpctl", "-s", self.test.path("bgpd.sock"), *words)

    def answers(self):
        return self.neighbors[-1][0] in self.ask("show", "summary") and self.listens()

    def accepted(self):
        counts = {}
        for address, _ in self.neighbors:
            said = json.loads(self.ask("-j", "show", "neighbor", address))
            counts[address] = said["neighbors"][0]["stats"]["prefixes"]["received"]
        return counts
