"""A peer small enough to be seen through: it opens a session from an address of its own, writes octets, and keeps what comes. What the
octets mean is for `loadgen encode` and `decode` to say, which run here as programs."""

import json
import select
import socket
import struct
import subprocess

from .bgp import KEEPALIVE, NOTIFICATION, OPEN, UPDATE, capability, message, messages_of
from .programs import LOADGEN, wait_until

FAMILIES = {  # AFI, SAFI
    "ipv4": (1, 1), "ipv4-mcast": (1, 2), "ipv4-lu": (1, 4), "mvpn4": (1, 5), "srpol4": (1, 73), "mup4": (1, 85), "vpnv4": (1, 128),
    "rtc": (1, 132), "flow4": (1, 133), "flowvpn4": (1, 134), "ipv6": (2, 1), "ipv6-mcast": (2, 2), "ipv6-lu": (2, 4), "mvpn6": (2, 5),
    "srpol6": (2, 73), "mup6": (2, 85), "vpnv6": (2, 128), "flow6": (2, 133), "flowvpn6": (2, 134), "vpls": (25, 65), "evpn": (25, 70),
    "ls": (16388, 71), "ls-vpn": (16388, 72), "ls-spf": (16388, 80), "ipv4-ct": (1, 76), "ipv6-ct": (2, 76), "ipv4-car": (1, 83),
    "ipv6-car": (2, 83), "vpnv4-car": (1, 84), "vpnv6-car": (2, 84),
}
HOLD_TIME = 600  # longer than any test, so that nothing has to be sent by the clock


def encode(values):
    """The octets of each message; a failure names the line that cannot be encoded."""
    text = "".join(json.dumps(value) + "\n" for value in values)
    done = subprocess.run([LOADGEN, "encode"], input=text, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise AssertionError("loadgen encode: " + done.stderr)
    return [bytes.fromhex(line) for line in done.stdout.splitlines()]


def decode(messages, options=()):
    text = "".join(octets.hex() + "\n" for octets in messages)
    done = subprocess.run([LOADGEN, "decode", "--json", *options], input=text, capture_output=True, text=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def value_of(update):
    """{name: value} of the attributes, with "withdrawn" and "nlri" among them."""
    body = update["message"]
    values = {each["value"]["name"]: each["value"] for each in body["attributes"]}
    return dict(values, withdrawn=body["withdrawn"], nlri=body["nlri"])


class Peer:
    def __init__(self, router, source, my_as, families, identifier, more=b""):
        self.octets = bytearray()
        self.socket = socket.socket()
        self.socket.bind((source, 0))
        self.socket.settimeout(60)
        self.socket.connect(router)
        capabilities = b"".join(capability(1, struct.pack(">HBB", FAMILIES[name][0], 0, FAMILIES[name][1])) for name in families)
        capabilities += capability(2) + capability(65, struct.pack(">I", my_as))
        capabilities += capability(5, b"".join(struct.pack(">HHH", 1, safi, 2) for safi in (1, 4, 128)))  # RFC 8950 section 4
        capabilities += more
        parameters = bytes((2, len(capabilities))) + capabilities
        self.send(message(OPEN, struct.pack(">BHH", 4, my_as, HOLD_TIME) + socket.inet_aton(identifier)
                          + bytes((len(parameters),)) + parameters) + message(KEEPALIVE))

    def close(self):
        self.socket.close()

    def send(self, octets):
        self.socket.sendall(octets)

    def messages(self, kind):
        while select.select([self.socket], [], [], 0)[0]:
            octets = self.socket.recv(1 << 16)
            if not octets:
                break
            self.octets += octets
        return [octets for each, octets in messages_of(self.octets) if each == kind]

    def updates(self, after=0):
        """Decoded; those that came later than the first `after`. A NOTIFICATION is a failure."""
        refused = self.messages(NOTIFICATION)
        if refused:
            raise AssertionError("the router ended the session: %s" % json.dumps(decode(refused)))
        came = self.messages(UPDATE)[after:]
        return decode(came) if came else []

    def wait_established(self):
        wait_until(lambda: self.messages(KEEPALIVE) or self.updates(), "the session is established")
