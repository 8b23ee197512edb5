"""`loadgen device`, and peers of it that say what they are asked to and keep what comes. Octets are made and read here, not by barrage."""

import json
import re
import select
import socket
import struct

from .bgp import KEEPALIVE, NOTIFICATION, ROUTE_REFRESH, UPDATE, as_path_of, capability, message, messages_of, table_of
from .peer import Peer
from .programs import endpoint, wait_until

DEVICE_AS = 65000
NO_EXPORT, NO_ADVERTISE = 0xffffff01, 0xffffff02
ORIGIN, AS_PATH, NEXT_HOP, MED, LOCAL_PREF, COMMUNITIES, ORIGINATOR_ID, CLUSTER_LIST = 1, 2, 3, 4, 5, 8, 9, 10


def start_device(test, *faults, words=(), address=None):
    """On a port of the kernel's choice; .endpoint and .router say which."""
    lies = [word for fault in faults for word in ("--fault", fault)]
    device = test.loadgen("device", "--listen", endpoint(address or test.address, 0), "--as", DEVICE_AS, "--json", *lies, *words)
    wait_until(lambda: device.out.endswith("\n") or device.status is not None, "the device listens")
    if device.status is not None:
        test.fail("the device did not start: " + device.err)
    said = json.loads(device.out)
    device.endpoint, device.router, device.said = said["listening"], (said["address"], said["port"]), said
    return device


def faults_of(test):
    """{form: sentence}, as --help lists them: "drop-one-in=N [1000]"."""
    listed = test.run_loadgen("device", "--help").out.split("none is given:\n", 1)[1].split("Examples:", 1)[0]
    return dict(re.fullmatch(r"  (\S+(?: \[[^]]*\])?)  +(.*)", line).groups() for line in listed.splitlines())


def name_of(form):
    return re.match(r"[a-z-]+", form)[0]


def graceful_restart(seconds, kept=False, restarted=False, families=((1, 1), (2, 1))):
    flags = 0x80 if kept else 0
    return capability(64, struct.pack(">H", (0x8000 if restarted else 0) | seconds)
                      + b"".join(struct.pack(">HBB", afi, safi, flags) for afi, safi in families))


ENHANCED_REFRESH = capability(70)
END_OF_RIB = message(UPDATE, b"\0\0\0\0")
BEGIN, END = 1, 2   # of RFC 7313


def refresh(afi=1, kind=0):
    return message(ROUTE_REFRESH, struct.pack(">HBB", afi, kind, 1))


def nlri(prefixes):
    octets = b""
    for prefix in prefixes:
        address, length = prefix.split("/")
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        octets += bytes((int(length),)) + socket.inet_pton(family, address)[:(int(length) + 7) // 8]
    return octets


def attribute(flags, kind, value):
    if len(value) > 255:
        return struct.pack(">BBH", flags | 0x10, kind, len(value)) + value
    return bytes((flags, kind, len(value))) + value


def sequence(path):
    return bytes((2, len(path))) + struct.pack(">%dI" % len(path), *path) if path else b""


def announce(prefixes, path, origin=0, med=None, local_pref=None, communities=(), next_hop="192.0.2.1", more=b""):
    """One UPDATE; all prefixes are of one family."""
    six = ":" in prefixes[0]
    attributes = attribute(0x40, ORIGIN, bytes((origin,))) + attribute(0x40, AS_PATH, sequence(path))
    if not six:
        attributes += attribute(0x40, NEXT_HOP, socket.inet_aton(next_hop))
    for kind, flags, value in ((MED, 0x80, med), (LOCAL_PREF, 0x40, local_pref)):
        if value is not None:
            attributes += attribute(flags, kind, struct.pack(">I", value))
    if communities:
        attributes += attribute(0xc0, COMMUNITIES, struct.pack(">%dI" % len(communities), *communities))
    attributes += more
    if six:
        reach = b"\0\x02\x01\x10" + socket.inet_pton(socket.AF_INET6, "2001:db8::1") + b"\0" + nlri(prefixes)
        return message(UPDATE, struct.pack(">HH", 0, len(attributes) + len(attribute(0x80, 14, reach))) + attribute(0x80, 14, reach) + attributes)
    return message(UPDATE, struct.pack(">HH", 0, len(attributes)) + attributes + nlri(prefixes))


def withdraw(prefixes):
    if ":" in prefixes[0]:
        unreach = attribute(0x80, 15, b"\0\x02\x01" + nlri(prefixes))
        return message(UPDATE, struct.pack(">HH", 0, len(unreach)) + unreach)
    gone = nlri(prefixes)
    return message(UPDATE, struct.pack(">H", len(gone)) + gone + b"\0\0")


class Speaker(Peer):
    """A peer of the device. `number` makes its address and identifier; its AS is 65000 + number unless `my_as` says another."""

    def __init__(self, device, number, my_as=None, families=("ipv4", "ipv6"), more=b"", source=None):
        self.my_as = my_as or DEVICE_AS + number
        super().__init__(device.router, source or "127.0.1.%d" % number, self.my_as, families, "10.0.0.%d" % number, more)
        self.closed = False
        wait_until(lambda: self._read() or self.messages_of(KEEPALIVE), "a session with the device")

    def _read(self):
        while not self.closed and select.select([self.socket], [], [], 0)[0]:
            try:
                octets = self.socket.recv(1 << 16)
            except OSError:
                octets = b""
            self.closed = not octets
            self.octets += octets

    def messages_of(self, *kinds):
        self._read()
        return [octets for kind, octets in messages_of(self.octets) if kind in kinds]

    def announce(self, *prefixes, path=(), **attributes):
        """With the own AS in front, unless it is the device's."""
        own = () if self.my_as == DEVICE_AS else (self.my_as,)
        if not own:
            attributes.setdefault("local_pref", 100)
        self.send(announce(prefixes, own + tuple(path), **attributes))

    def withdraw(self, *prefixes):
        self.send(withdraw(prefixes))

    def table(self):
        return table_of(b"".join(self.messages_of(UPDATE)))

    def wait_for(self, *prefixes):
        """Until it holds these and no others; their attributes."""
        wanted = set(prefixes)
        try:
            wait_until(lambda: set(self.table()) == wanted, "exactly these prefixes", 20)
        except AssertionError as error:
            raise AssertionError("%s: %s, but %s" % (error, sorted(wanted), sorted(self.table()))) from None
        return self.table()

    def wait_until_in(self, prefix):
        wait_until(lambda: prefix in self.table(), "%s has come" % prefix, 20)

    def path(self, prefix):
        return as_path_of(self.table()[prefix][AS_PATH])

    def wait_path(self, prefix, *path):
        wait_until(lambda: prefix in self.table() and self.path(prefix) == list(path), "%s with the path %s" % (prefix, path), 20)

    def ends_of_rib(self):
        return sum(octets[19:] in (b"\0\0\0\0", b"\0\0\0\x06\x80\x0f\x03\0\2\1") for octets in self.messages_of(UPDATE))

    def count(self, prefix):
        """How often it was announced."""
        return sum(prefix in table_of(octets) for octets in self.messages_of(UPDATE))

    def notification(self):
        came = self.messages_of(NOTIFICATION)
        return (came[0][19], came[0][20]) if came else None
