"""Routes of TABLE_DUMP_V2 dumps (RFC 6396), read without barrage. A dump that is cut gives what stands before the cut."""

import bz2
import gzip
import socket
import struct
import zlib

from .bgp import UPDATE, attributes_of, changes_of, message, prefix_text


def octets_of(path):
    """The file, decompressed as far as it goes."""
    with open(path, "rb") as file:
        packed = file.read()
    if packed[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(31)
    elif packed[:3] == b"BZh":
        unpacker = bz2.BZ2Decompressor()
    else:
        return packed
    parts = []
    while packed:
        part, packed = packed[:1 << 16], packed[1 << 16:]
        try:
            parts.append(unpacker.decompress(part))
        except (OSError, EOFError, zlib.error):
            break
        if unpacker.eof:
            break
    return b"".join(parts)


def rib_routes(path):
    """(peer index, prefix, attributes) of RIB_IPV4_UNICAST and RIB_IPV6_UNICAST records."""
    octets = octets_of(path)
    at = 0
    while at + 12 <= len(octets):
        _, kind, subtype, length = struct.unpack_from(">IHHI", octets, at)
        body, at = at + 12, at + 12 + length
        if at > len(octets):
            return
        if kind != 13 or subtype not in (2, 4):
            continue
        prefix, size = prefix_text(1 if subtype == 2 else 2, octets, body + 4)
        entry = body + 4 + size + 2
        for _ in range(struct.unpack_from(">H", octets, entry - 2)[0]):
            peer, _, size = struct.unpack_from(">HIH", octets, entry)
            yield peer, prefix, attributes_of(octets, entry + 8, entry + 8 + size)
            entry += 8 + size


def update_messages(path):
    """The BGP messages of BGP4MP and BGP4MP_ET records, in the order of the file, all peers together."""
    octets = octets_of(path)
    at = 0
    while at + 12 <= len(octets):
        _, kind, subtype, length = struct.unpack_from(">IHHI", octets, at)
        body, at = at + 12, at + 12 + length
        if at > len(octets):
            return
        if kind not in (16, 17) or subtype not in (1, 4):
            continue
        if kind == 17:
            body += 4   # microseconds
        body += (8 if subtype == 4 else 4) + 2
        family = struct.unpack_from(">H", octets, body)[0]
        yield octets[body + 2 + 2 * (4 if family == 1 else 16):at]


def live_and_distinct(messages):
    """(routes that live at the end, prefixes ever announced) were these messages one session's."""
    live, ever = set(), set()
    for octets in messages:
        withdrawn, announced = changes_of(octets)
        live -= withdrawn
        live |= announced
        ever |= announced
    return live, ever


def bgp4mp_update(seconds, peer_as, withdrawn=(), announced=()):
    """A BGP4MP_MESSAGE_AS4 record (RFC 6396 section 4.4.3) with one UPDATE of IPv4 prefixes."""
    def nlri(prefixes):
        octets = b""
        for prefix in prefixes:
            address, length = prefix.split("/")
            octets += bytes((int(length),)) + socket.inet_aton(address)[:(int(length) + 7) // 8]
        return octets
    taken = nlri(withdrawn)
    attributes = b""
    if announced:   # ORIGIN, AS_PATH and NEXT_HOP of RFC 4271 section 5.1
        attributes = b"\x40\1\1\0" + b"\x40\2\6\2\1" + struct.pack(">I", peer_as) + b"\x40\3\4" + socket.inet_aton("192.0.2.9")
    body = struct.pack(">H", len(taken)) + taken + struct.pack(">H", len(attributes)) + attributes + nlri(announced)
    record = struct.pack(">IIHH", peer_as, 64999, 0, 1) + socket.inet_aton("192.0.2.9") + socket.inet_aton("192.0.2.1") + message(UPDATE, body)
    return struct.pack(">IHHI", seconds, 16, 4, len(record)) + record
