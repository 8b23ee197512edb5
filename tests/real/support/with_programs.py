"""`loadgen speak` with API programs, what comes out at a peer, and what `loadgen cli` says."""

import os
import sys

from .bgp import Receiver
from .programs import LOADGEN, RealTest

FLOOD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flood_program.py")


class WithPrograms(RealTest):
    """What the classes below stand on."""

    def conf(self, programs, *lines, name="speak.conf", peers=None):
        """programs: {name: words of flood_program.py, or a whole command in a list}"""
        text = ""
        for each, words in programs.items():
            run = " ".join(words) if isinstance(words, list) else "%s %s %s" % (sys.executable, FLOOD, words)
            text += "process %s { run %s; encoder text; }\n" % (each, run)
        for peer in peers or [self.address]:
            text += ("neighbor %s {\n router-id 10.0.0.1;\n local-address 127.0.0.1;\n local-as 65001;\n peer-as 65001;\n family { ipv4 unicast; }\n"
                     " api { processes [ %s ]; }\n %s\n}\n" % (peer, " ".join(programs), "\n ".join(lines)))
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def receiver(self, **options):
        receiver = Receiver(self.address, my_as=65001, **options)
        self.addCleanup(receiver.stop)
        return receiver

    def speak(self, port, conf, *words, environment=None):
        return self.loadgen("speak", "--port", str(port), *words, conf,
                            environment=dict({"exabgp_tcp_bind": "", "exabgp_api_cli": "false"}, **(environment or {})))

    def sink(self, routes):
        sink = self.start_sink("--sessions", 1, "--expect", routes, "--local-as", "65001")
        return sink, sink.endpoint.rsplit(":", 1)[1]

    def read(self, name):
        try:
            with open(self.path(name)) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def cli(self, *words, status=0):
        run = self.start(LOADGEN, "cli", "--socket", self.path("socket"), *words)
        run.wait()
        self.assert_status(run, status)
        return run.out
