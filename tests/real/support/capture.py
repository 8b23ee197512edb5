"""What was on the wire, taken on the loopback interface by dumpcap and read by tshark: when each prefix was announced and withdrawn, and to whom."""

import os
import re
import subprocess
import time

from .programs import wait_until

DUMPCAP, TSHARK = "/usr/bin/dumpcap", "/usr/bin/tshark"


def can_capture():
    return os.geteuid() == 0 and os.access(DUMPCAP, os.X_OK) and os.access(TSHARK, os.X_OK)


class Capture:
    """Of a TCP port of an address, until stop()."""

    def __init__(self, test, address, port):
        self.test, self.port, self.file = test, port, test.path("wire.pcapng")
        self.program = test.start(DUMPCAP, "-q", "-i", "lo", "-B", "64", "-f", "host %s and tcp port %d" % (address, port), "-w", self.file)
        wait_until(lambda: self.program.status is not None or (os.path.exists(self.file) and os.path.getsize(self.file) > 0), "dumpcap captures")

    def stop(self):
        time.sleep(0.5)   # what the kernel has not handed over to dumpcap yet
        self.program.process.terminate()
        self.program.wait()

    def messages(self):
        """(seconds, source, destination, kinds, withdrawn prefixes, announced prefixes, AS numbers) of each segment that ends a message."""
        fields = ("frame.time_epoch", "ip.src", "ip.dst", "bgp.type", "bgp.withdrawn_prefix", "bgp.nlri_prefix", "bgp.update.path_attribute.as_path_segment.as4")
        words = [word for field in fields for word in ("-e", field)]
        read = subprocess.run([TSHARK, "-n", "-r", self.file, "-d", "tcp.port==%d,bgp" % self.port, "-Y", "bgp", "-T", "fields", *words], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        self.test.assertEqual(read.returncode, 0, read.stderr)
        for line in read.stdout.splitlines():
            at, source, destination, kinds, withdrawn, announced, path = (line.split("\t") + [""] * 7)[:7]
            listed = [[each for each in re.split(",", field) if each] for field in (kinds, withdrawn, announced, path)]
            yield float(at), source, destination, *listed
