"""Routers of Debian that take routes of many families from one peer and reflect them to another (RFC 4456), so that a route comes back as
it was sent. Each has a configuration, an address and ports of its own, no privilege, no kernel table, and is gone with the test."""

import socket
import subprocess

from .programs import free_port, wait_until

OWN_AS = 65000
IDENTIFIER = "192.0.2.254"


class Reflector:
    """`families` by barrage's names; .sources are the two addresses it takes sessions from."""

    def __init__(self, test, families):
        self.test = test
        self.families = [name for name in families if name in self.NAMES]
        self.address, self.port = test.address, free_port(test.address)
        _, second, third, fourth = test.address.split(".")   # 127.64 to 127.127: those 64 and 128 above are nobody else's
        self.sources = ["127.%d.%s.%s" % (int(second) + more, third, fourth) for more in (64, 128)]
        self.program = self.start()
        wait_until(lambda: self.program.status is not None or self.answers(), "%s answers" % self.program.argv[0])
        if self.program.status is not None:
            test.fail("%s did not start: %s%s" % (self.program.argv[0], self.program.out, self.program.err))

    def write(self, name, text):
        with open(self.test.path(name), "w") as file:
            file.write(text)
        return self.test.path(name)

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex((self.address, self.port)) == 0


class Gobgp(Reflector):
    NAMES = {  # of the configuration, of the command (nothing: the command cannot show it)
        "ipv4": ("ipv4-unicast", "ipv4"), "ipv6": ("ipv6-unicast", "ipv6"),
        "ipv4-lu": ("ipv4-labelled-unicast", "ipv4-mpls"), "ipv6-lu": ("ipv6-labelled-unicast", "ipv6-mpls"),
        "vpnv4": ("l3vpn-ipv4-unicast", "vpnv4"), "vpnv6": ("l3vpn-ipv6-unicast", "vpnv6"),
        "evpn": ("l2vpn-evpn", "evpn"), "vpls": ("l2vpn-vpls", None), "rtc": ("rtc", "rtc"),
        "flow4": ("ipv4-flowspec", "ipv4-flowspec"), "flow6": ("ipv6-flowspec", "ipv6-flowspec"),
        "flowvpn4": ("l3vpn-ipv4-flowspec", "ipv4-l3vpn-flowspec"), "flowvpn6": ("l3vpn-ipv6-flowspec", "ipv6-l3vpn-flowspec"),
        "srpol4": ("ipv4-srpolicy", None), "srpol6": ("ipv6-srpolicy", None), "ls": ("ls", "ls"),
        "mup4": ("ipv4-mup", "ipv4-mup"), "mup6": ("ipv6-mup", "ipv6-mup"),
    }
    GLOBAL = """[global.config]
  as = %d
  router-id = "%s"
  port = %d
  local-address-list = ["%s"]
"""
    NEIGHBOR = """[[neighbors]]
  [neighbors.config]
    neighbor-address = "%s"
    peer-as = %d
  [neighbors.transport.config]
    passive-mode = true
  [neighbors.route-reflector.config]
    route-reflector-client = true
    route-reflector-cluster-id = "%s"
"""
    FAMILY = """  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "%s"
"""

    def start(self):
        self.api_port = free_port(self.address)
        families = "".join(self.FAMILY % self.NAMES[name][0] for name in self.families)
        text = self.GLOBAL % (OWN_AS, IDENTIFIER, self.port, self.address)
        text += "".join(self.NEIGHBOR % (source, OWN_AS, IDENTIFIER) + families for source in self.sources)
        return self.test.start("/usr/bin/gobgpd", "-f", self.write("gobgpd.toml", text), "--pprof-disable", "--api-hosts",
                               "%s:%d" % (self.address, self.api_port))

    def ask(self, *words):
        return subprocess.run(["/usr/bin/gobgp", "-u", self.address, "-p", str(self.api_port), *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60).stdout

    def answers(self):
        return all(source in self.ask("neighbor") for source in self.sources) and self.listens()

    def table(self, family):
        word = self.NAMES[family][1]
        # gobgp 3.10 crashes on a link without its identifiers but in JSON
        return word and self.ask("global", "rib", "-a", word, *(["-j"] if word == "ls" else []))


class Frr(Reflector):
    NAMES = {
        "ipv4": "ipv4 unicast", "ipv6": "ipv6 unicast", "ipv4-mcast": "ipv4 multicast", "ipv6-mcast": "ipv6 multicast",
        "ipv4-lu": "ipv4 labeled-unicast", "ipv6-lu": "ipv6 labeled-unicast", "vpnv4": "ipv4 vpn", "vpnv6": "ipv6 vpn",
        "evpn": "l2vpn evpn", "flow4": "ipv4 flowspec", "flow6": "ipv6 flowspec",
    }
    GLOBAL = """router bgp %d
 bgp router-id %s
 bgp cluster-id %s
 no bgp default ipv4-unicast
 neighbor clients peer-group
 neighbor clients remote-as %d
 neighbor clients passive
"""
    FAMILY = """ address-family %s
  neighbor clients activate
  neighbor clients route-reflector-client
 exit-address-family
"""

    def start(self):
        text = self.GLOBAL % (OWN_AS, IDENTIFIER, IDENTIFIER, OWN_AS)
        text += "".join(" neighbor %s peer-group clients\n" % source for source in self.sources)
        text += "".join(self.FAMILY % self.NAMES[name] for name in self.families)
        # without zebra (-Z) all next hops are taken for reachable; no port for people (-P 0), no change of user (-S)
        return self.test.start("/usr/lib/frr/bgpd", "-Z", "-S", "-P", "0", "-f", self.write("bgpd.conf", text), "-i",
                               self.test.path("bgpd.pid"), "--vty_socket", self.test.directory, "-l", self.address, "-p", self.port)

    def ask(self, command):
        """As vtysh does it: a command and NUL; the answer ends with three NULs and the status."""
        with socket.socket(socket.AF_UNIX) as vty:
            vty.settimeout(60)
            vty.connect(self.test.path("bgpd.vty"))
            answer = b""
            for words in ("enable", command):
                vty.sendall(words.encode() + b"\0")
                answer = b""
                while b"\0\0\0" not in answer[-4:]:
                    octets = vty.recv(1 << 16)
                    if not octets:
                        return answer.decode(errors="replace")
                    answer += octets
        return answer[:-4].decode(errors="replace")

    def answers(self):
        try:
            return all(source in self.ask("show running-config") for source in self.sources) and self.listens()
        except OSError:
            return False

    def table(self, family):
        return self.ask("show bgp %s%s" % (self.NAMES[family], " detail" if "flowspec" in self.NAMES[family] else ""))


class Bird(Reflector):
    NAMES = {  # channel, kind of table, table of next hops
        "ipv4": ("ipv4", "ipv4", "igp4"), "ipv6": ("ipv6", "ipv6", "igp6"),
        "ipv4-mcast": ("ipv4 multicast", "ipv4", "igp4"), "ipv6-mcast": ("ipv6 multicast", "ipv6", "igp6"),
        "ipv4-lu": ("ipv4 mpls", "ipv4", "igp4"), "ipv6-lu": ("ipv6 mpls", "ipv6", "igp6"),
        "vpnv4": ("vpn4 mpls", "vpn4", "igp4"), "vpnv6": ("vpn6 mpls", "vpn6", "igp6"),
        "flow4": ("flow4", "flow4", None), "flow6": ("flow6", "flow6", None),
    }
    GLOBAL = """router id %s;
ipv4 table igp4;
ipv6 table igp6;
protocol device { scan time 3600; }
protocol static { ipv4 { table igp4; }; route 0.0.0.0/0 via "lo"; }
protocol static { ipv6 { table igp6; }; route ::/0 via "lo"; }
"""
    NEIGHBOR = """protocol bgp {
    local %s port %d as %d;
    neighbor %s as %d;
    multihop; passive; strict bind yes; rr client; rr cluster id %s; hold time 600;
%s}
"""

    def start(self):
        tables, channels = "", ""
        for number, name in enumerate(self.families):
            channel, kind, igp = self.NAMES[name]
            tables += "%s table t%d;\n" % (kind, number)
            via = "igp table %s; next hop keep; %s" % (igp, "extended next hop yes;" if name == "vpnv4" else "") if igp else ""
            channels += "    %s { table t%d; %s import all; export all; };\n" % (channel, number, via)
        text = self.GLOBAL % IDENTIFIER + tables
        text += "".join(self.NEIGHBOR % (self.address, self.port, OWN_AS, source, OWN_AS, IDENTIFIER, channels)
                        for source in self.sources)
        return self.test.start("/usr/sbin/bird", "-f", "-c", self.write("bird.conf", text), "-s", self.test.path("bird.ctl"), "-P",
                               self.test.path("bird.pid"))

    def ask(self, command):
        return subprocess.run(["/usr/sbin/birdc", "-r", "-s", self.test.path("bird.ctl"), command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60).stdout

    def answers(self):
        return "BIRD" in self.ask("show status")

    def table(self, family):
        return self.ask("show route table t%d all" % self.families.index(family))
