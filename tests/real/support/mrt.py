"""Routes of TABLE_DUMP_V2 dumps (RFC 6396), read without barrage. A dump that is cut gives what stands before the cut."""

import bz2
import gzip
import struct
import zlib

from .bgp import attributes_of, prefix_text


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
