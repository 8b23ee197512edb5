"""BIRD 2 as the router under test: own configuration, address, port and control socket, no privilege, no state left."""

import re
import subprocess

from .programs import free_port, wait_until

CONFIG = """
router id 192.0.2.254;
log "{directory}/bird.log" all;
ipv4 table igp4;     # empty: next hops of real tables are not reachable here, and need not be to be counted
ipv6 table igp6;
protocol device {{ scan time 3600; }}
protocol bgp injected {{
    local {address} port {port} as {local_as};
    neighbor range {neighbours} external;
    dynamic name "peer";
    multihop;
    strict bind yes;
    hold time 240;
    ipv4 {{ igp table igp4; import all; export none; }};
    ipv6 {{ igp table igp6; import all; export none; }};
}}
"""


# BIRD takes a route with its own AS in the path for a withdrawal (RFC 4271 section 9.1.2), and real tables do have leaked private
# AS numbers in them: 65000 stands in 83 paths of the table of 2015, 64999 in two, this one in none.
LOCAL_AS = 4200000001


class Bird:
    def __init__(self, test, local_as=LOCAL_AS, neighbours="127.0.0.0/8", config=CONFIG):
        self.address, self.port = test.address, free_port(test.address)
        self.endpoint = "%s:%d" % (self.address, self.port)
        self.socket = test.path("bird.ctl")
        with open(test.path("bird.conf"), "w") as file:
            file.write(config.format(directory=test.directory, address=self.address, port=self.port, local_as=local_as,
                                     neighbours=neighbours))
        self.program = test.start("/usr/sbin/bird", "-f", "-c", test.path("bird.conf"), "-s", self.socket,
                                  "-P", test.path("bird.pid"))
        wait_until(lambda: self.program.status is not None or "BIRD" in self.ask("show status"), "BIRD answers")
        if self.program.status is not None:
            test.fail("BIRD did not start: " + self.program.err)

    def ask(self, command):
        done = subprocess.run(["/usr/sbin/birdc", "-r", "-s", self.socket, command], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        return done.stdout

    def imported(self):
        """{neighbour's AS: routes it imported over all families}."""
        counts = {}
        for text in re.split(r"\n(?=\S+ +BGP )", self.ask("show protocols all")):
            neighbour = re.search(r"Neighbor AS:\s+(\d+)", text)
            if neighbour and "Established" in text:
                counts[int(neighbour[1])] = sum(int(count) for count in re.findall(r"Routes:\s+(\d+) imported", text))
        return counts

    def protocol_of(self, neighbour_as):
        for text in re.split(r"\n(?=\S+ +BGP )", self.ask("show protocols all")):
            if re.search(r"Neighbor AS:\s+%d\b" % neighbour_as, text):
                return text.split()[0]
        raise KeyError(neighbour_as)

    def route(self, prefix, protocol):
        """{attribute as birdc names it: its text} of one route."""
        text = self.ask("show route for %s protocol %s all" % (prefix, protocol))
        return {name: value.strip() for name, value in re.findall(r"BGP\.(\w+):(.*)", text)}
