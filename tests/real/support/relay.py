"""A device under test that can be seen through: what one session announces it tells all receiving ones, a known time later, and alters it as told.
Not barrage's code, so that it can prove barrage's clock."""

import heapq
import itertools
import os
import selectors
import socket
import struct
import time

from .bgp import KEEPALIVE, NOTIFICATION, OPEN, UPDATE, message, open_message
from .listener import Listener


class _Session:
    def __init__(self, connection):
        self.socket = connection
        self.octets = bytearray()
        self.out = bytearray()
        self.my_as = None        # the other side's
        self.established = False
        self.prefixes = set()    # announced, as octets


class Relay(Listener):
    """Sessions of an AS in `receiving` are told what the others announce, `delay` seconds after it was read.

    alter(update) → the UPDATE that is told instead, or nothing. Everything is told in the order in which it came. `flush`: seconds after the
    end of a session in which what it had announced is withdrawn; None: that is kept."""

    def __init__(self, address, my_as, receiving, delay=0.0, alter=None, flush=None, capabilities=b""):
        self.capabilities = capabilities   # in its OPEN beside those of open_message()
        self.my_as, self.receiving, self.delay, self.alter, self.flush = my_as, set(receiving), delay, alter, flush
        self.taken = 0           # announced IPv4 prefixes that came
        self.opens = []
        self.starved = 0.0       # the most seconds that its thread waited for a processor in one turn: its delay was longer by that much
        self._queue, self._numbers = [], itertools.count()
        super().__init__(address)
        self.start()

    def _run(self):
        with open("/proc/thread-self/schedstat", "rb", buffering=0) as self._schedstat:
            super()._run()

    def _turn(self):
        before = self._waited()
        timeout = max(0.0, self._queue[0][0] - time.monotonic()) if self._queue else None
        if not self._serve(timeout):
            return False
        self.starved = max(self.starved, self._waited() - before)
        return True

    def _waited(self):
        """Seconds in which this thread could have run and had no processor."""
        return int(os.pread(self._schedstat.fileno(), 100, 0).split()[1]) / 1e9

    def _serve(self, timeout):
        for key, _ in self._selector.select(timeout):
            if key.fileobj is self._wakened:
                return False
            if key.fileobj is self.listener:
                self._accept()
            else:
                self._ready(key.data)
        now = time.monotonic()
        while self._queue and self._queue[0][0] <= now:
            _, _, source, update = heapq.heappop(self._queue)
            for session in self.sessions:
                if session.my_as in self.receiving and session is not source and session.established:
                    session.out += update
        for session in list(self.sessions):
            if session.out:
                self._write(session)
        return True

    def _accept(self):
        connection, _ = self.listener.accept()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = _Session(connection)
        self.sessions.append(session)
        self._selector.register(connection, selectors.EVENT_READ, session)

    def _end(self, session):
        if self.flush is not None and session.prefixes:
            due, prefixes = time.monotonic() + self.flush, sorted(session.prefixes)
            for first in range(0, len(prefixes), 800):
                withdrawn = b"".join(prefixes[first:first + 800])
                update = message(UPDATE, struct.pack(">H", len(withdrawn)) + withdrawn + b"\0\0")
                heapq.heappush(self._queue, (due, next(self._numbers), session, update))
        self._selector.unregister(session.socket)
        session.socket.close()
        self.sessions.remove(session)

    def _write(self, session):
        try:
            sent = session.socket.send(session.out)
            del session.out[:sent]
        except BlockingIOError:
            pass
        except OSError:
            return self._end(session)
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if session.out else 0)
        self._selector.modify(session.socket, wanted, session)
        return None

    def _ready(self, session):
        if session not in self.sessions:
            return
        try:
            octets = session.socket.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        if not octets:
            self._end(session)
            return
        due = time.monotonic() + self.delay
        session.octets += octets
        at = 0
        while at + 19 <= len(session.octets):
            length = session.octets[at + 16] << 8 | session.octets[at + 17]
            if at + length > len(session.octets):
                break
            self._take(session, bytes(session.octets[at:at + length]), due)
            if session not in self.sessions:
                return
            at += length
        del session.octets[:at]

    def _take(self, session, octets, due):
        kind = octets[18]
        if kind == OPEN:
            session.my_as = own_as_of(octets)
            self.opens.append(octets)
            session.out += open_message(self.my_as, more=self.capabilities) + message(KEEPALIVE)
        elif kind == KEEPALIVE:
            session.established = True
        elif kind == NOTIFICATION:
            self._end(session)
        elif kind == UPDATE and session.my_as not in self.receiving:
            announced = prefixes_of(octets)
            self.taken += len(announced)
            if self.flush is not None:
                session.prefixes.update(announced)
            update = self.alter(octets) if self.alter else octets
            if update:
                heapq.heappush(self._queue, (due, next(self._numbers), session, update))


def capability(octets, wanted):
    """The value of a capability of an OPEN (RFC 5492), or nothing."""
    at, end = 29, 29 + octets[28]
    while at < end:
        kind, length = octets[at], octets[at + 1]
        inside = at + 2
        while kind == 2 and inside < at + 2 + length:
            if octets[inside] == wanted:
                return octets[inside + 2:inside + 2 + octets[inside + 1]]
            inside += 2 + octets[inside + 1]
        at += 2 + length
    return None


def own_as_of(octets):
    """The four-octet AS of an OPEN (RFC 6793), which barrage always says."""
    return struct.unpack(">I", capability(octets, 65))[0]


def _parts(octets):
    begin = 21 + (octets[19] << 8 | octets[20])
    end = begin + 2 + (octets[begin] << 8 | octets[begin + 1])
    return begin, end


def prefixes_of(octets):
    """Announced IPv4 prefixes of an UPDATE, each as its octets."""
    _, at = _parts(octets)
    prefixes = []
    while at < len(octets):
        size = 1 + (octets[at] + 7) // 8
        prefixes.append(octets[at:at + size])
        at += size
    return prefixes


class DropsOneIn:
    """Leaves out every n-th announced IPv4 prefix; .dropped are those."""

    def __init__(self, every):
        self.every, self.seen, self.dropped = every, 0, []

    def __call__(self, octets):
        begin, end = _parts(octets)
        kept, at = bytearray(), end
        while at < len(octets):
            size = 1 + (octets[at] + 7) // 8
            self.seen += 1
            if self.seen % self.every == 0:
                address = socket.inet_ntoa(octets[at + 1:at + size].ljust(4, b"\0"))
                self.dropped.append("%s/%d" % (address, octets[at]))
            else:
                kept += octets[at:at + size]
            at += size
        if end < len(octets) and not kept:
            return None
        return message(UPDATE, octets[19:end] + bytes(kept))


class ChangesCommunity:
    """Turns one community into another wherever it stands."""

    def __init__(self, before, after):
        self.before, self.after = struct.pack(">HH", *before), struct.pack(">HH", *after)

    def __call__(self, octets):
        begin, end = _parts(octets)
        at = begin + 2
        changed = bytearray(octets)
        while at < end:
            extended = octets[at] & 0x10
            length = octets[at + 2] << 8 | octets[at + 3] if extended else octets[at + 2]
            value = at + (4 if extended else 3)
            if octets[at + 1] == 8:
                for part in range(value, value + length, 4):
                    if octets[part:part + 4] == self.before:
                        changed[part:part + 4] = self.after
            at = value + length
        return bytes(changed)
