"""A BGP speaker small enough to be seen through: it takes sessions, keeps every octet, and misbehaves as told. Not barrage's code,
so that it can judge barrage's octets."""

import selectors
import socket
import struct
import time

from .listener import Listener

OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH = range(1, 6)
MARKER = b"\xff" * 16


def message(kind, body=b""):
    return MARKER + struct.pack(">HB", 19 + len(body), kind) + body


def capability(code, value=b""):
    return bytes((code, len(value))) + value


def open_message(my_as, hold_time=0, identifier="192.0.2.1", extended=False, add_path=False, more=b""):
    """RFC 4271 section 4.2 with IPv4 and IPv6 unicast (RFC 4760), four-octet AS numbers (RFC 6793), and `more` capabilities."""
    capabilities = capability(1, b"\0\1\0\1") + capability(1, b"\0\2\0\1") + capability(65, struct.pack(">I", my_as))
    if extended:
        capabilities += capability(6)
    if add_path:
        capabilities += capability(69, b"\0\1\1\1\0\2\1\1")  # willing to receive, RFC 7911 section 4
    capabilities += more
    parameters = bytes((2, len(capabilities))) + capabilities
    two_octet_as = my_as if my_as < 65536 else 23456
    return message(OPEN, struct.pack(">BHH", 4, two_octet_as, hold_time) + socket.inet_aton(identifier)
                   + bytes((len(parameters),)) + parameters)


def messages_of(octets):
    """(type, whole message) one after the other; what is cut at the end is left out."""
    at = 0
    while at + 19 <= len(octets):
        length = octets[at + 16] << 8 | octets[at + 17]
        if length < 19 or octets[at:at + 16] != MARKER:
            raise ValueError("no BGP message at octet %d" % at)
        if at + length > len(octets):
            return
        yield octets[at + 18], bytes(octets[at:at + length])
        at += length


class Session:
    def __init__(self, connection, remote, number):
        self.socket = connection
        self.remote = remote
        self.number = number
        self.octets = bytearray()      # everything that came
        self.framed = 0                # octets of whole messages among them
        self.established = False
        self.closed = False
        self.reading = True
        self.notification = None       # (code, subcode, data) that came
        self.ends_of_rib = 0
        self.keepalive_at = None

    def messages(self, kind=None):
        return [octets for each, octets in messages_of(self.octets) if kind is None or each == kind]

    def updates(self):
        return b"".join(self.messages(UPDATE))


class Receiver(Listener):
    """Listens and answers any number of sessions in one thread.

    misbehave(session) is asked after every read: None, "stop" (no more reading, KEEPALIVEs still go out), "close",
    or octets to send and then close. `instead_of_open`: octets that are sent in answer to an OPEN, before closing. `more`: capabilities."""

    def __init__(self, address, my_as=65000, hold_time=0, extended=False, add_path=False, misbehave=None, receive_buffer=None,
                 instead_of_open=None, more=b""):
        self.my_as, self.hold_time, self.extended, self.add_path = my_as, hold_time, extended, add_path
        self.instead_of_open, self.more = instead_of_open, more
        self.misbehave = misbehave or (lambda session: None)
        super().__init__(address, receive_buffer)
        self.start()

    def send(self, octets):
        """to the first session"""
        self.sessions[0].socket.sendall(octets)   # little, into an empty buffer

    def _turn(self):
        for key, _ in self._selector.select(timeout=0.5 if self.hold_time else None):
            if key.fileobj is self._wakened:
                return False
            if key.fileobj is self.listener:
                self._accept()
            else:
                self._read(key.data)
        if self.hold_time:
            now = time.monotonic()
            for session in self.sessions:
                if session.established and not session.closed and now >= session.keepalive_at:
                    self._send(session, message(KEEPALIVE))
                    session.keepalive_at = now + self.hold_time / 3
        return True

    def _accept(self):
        connection, remote = self.listener.accept()
        connection.setblocking(False)
        session = Session(connection, remote, len(self.sessions))
        self.sessions.append(session)
        self._selector.register(connection, selectors.EVENT_READ, session)

    def _send(self, session, octets):
        try:
            session.socket.send(octets)   # small, into an empty buffer
        except OSError:
            pass

    def _end(self, session):
        if session.reading:
            self._selector.unregister(session.socket)
        session.reading = False
        session.closed = True
        session.socket.close()

    def _read(self, session):
        try:
            octets = session.socket.recv(1 << 20)
        except BlockingIOError:
            return None
        except OSError:
            octets = b""
        if not octets:
            return self._end(session)
        session.octets += octets
        self._frame(session)
        if session.closed:
            return None
        action = self.misbehave(session)
        if action == "stop":
            self._selector.unregister(session.socket)
            session.reading = False
        elif action == "close":
            self._end(session)
        elif action:
            self._send(session, action)
            self._end(session)
        return None

    def _frame(self, session):
        octets, at = session.octets, session.framed
        while at + 19 <= len(octets):
            length = octets[at + 16] << 8 | octets[at + 17]
            if length < 19:
                raise ValueError("session %d: no BGP message at octet %d" % (session.number, at))
            if at + length > len(octets):
                break
            kind = octets[at + 18]
            if kind == OPEN and self.instead_of_open:
                self._send(session, self.instead_of_open)
                return self._end(session)
            if kind == OPEN:
                self._send(session, open_message(self.my_as, self.hold_time, extended=self.extended, add_path=self.add_path, more=self.more)
                           + message(KEEPALIVE))
            elif kind == KEEPALIVE and not session.established:
                session.established = True
                session.keepalive_at = time.monotonic() + self.hold_time / 3
            elif kind == NOTIFICATION:
                session.notification = (octets[at + 19], octets[at + 20], bytes(octets[at + 21:at + length]))
            elif kind == UPDATE and length <= 30 and bytes(octets[at + 19:at + length]) in (
                    b"\0\0\0\0", b"\0\0\0\x06\x80\x0f\x03\0\2\1", b"\0\0\0\x07\x90\x0f\0\x03\0\2\1"):
                session.ends_of_rib += 1   # RFC 4724 section 2
            at += length
        session.framed = at


def prefix_text(family, octets, at):
    """(prefix as text, octets it took)."""
    length = octets[at]
    size = (length + 7) // 8
    whole = bytes(octets[at + 1:at + 1 + size]).ljust(4 if family == 1 else 16, b"\0")
    return socket.inet_ntop(socket.AF_INET if family == 1 else socket.AF_INET6, whole) + "/%d" % length, 1 + size


def attributes_of(octets, at, end):
    """{type: value} of a sequence of path attributes."""
    attributes = {}
    while at < end:
        flags, kind = octets[at], octets[at + 1]
        if flags & 0x10:
            length, at = octets[at + 2] << 8 | octets[at + 3], at + 4
        else:
            length, at = octets[at + 2], at + 3
        attributes[kind] = bytes(octets[at:at + length])
        at += length
    return attributes


def _prefixes(family, octets, at, end):
    while at < end:
        text, size = prefix_text(family, octets, at)
        at += size
        yield text


def _parts_of(update):
    """(withdrawn prefixes, [(announced prefixes, their attributes)]) of one UPDATE without ADD-PATH."""
    begin = 21 + (update[19] << 8 | update[20])
    end = begin + 2 + (update[begin] << 8 | update[begin + 1])
    attributes = attributes_of(update, begin + 2, end)
    withdrawn = list(_prefixes(1, update, 21, begin))
    announced = [(_prefixes(1, update, end, len(update)), attributes)]
    if 15 in attributes:
        value = attributes[15]
        withdrawn += _prefixes(value[0] << 8 | value[1], value, 3, len(value))
    if 14 in attributes:
        value = attributes[14]
        own = {kind: octets for kind, octets in attributes.items() if kind != 14}
        own["next hop"] = value[4:4 + value[3]]
        announced.append((_prefixes(value[0] << 8 | value[1], value, 5 + value[3], len(value)), own))
    return withdrawn, announced


def changes_of(octets):
    """(prefixes withdrawn, prefixes announced) by one message."""
    if octets[18] != UPDATE:
        return set(), set()
    withdrawn, announced = _parts_of(octets)
    return set(withdrawn), {prefix for prefixes, _ in announced for prefix in prefixes}


def table_of(updates):
    """{prefix: attributes} of the routes that live at the end of these UPDATEs."""
    table = {}
    for kind, octets in messages_of(updates):
        if kind != UPDATE:
            continue
        withdrawn, announced = _parts_of(octets)
        for prefix in withdrawn:
            table.pop(prefix, None)
        for prefixes, attributes in announced:
            for prefix in prefixes:
                table[prefix] = attributes
    return table


def one_prefix_each(updates):
    """The same routes as UPDATEs of one IPv4 prefix each, in the opposite order."""
    out = []
    for _, octets in messages_of(updates):
        begin = 21 + (octets[19] << 8 | octets[20])
        end = begin + 2 + (octets[begin] << 8 | octets[begin + 1])
        at = end
        while at < len(octets):
            size = 1 + (octets[at] + 7) // 8
            out.append(message(UPDATE, b"\0\0" + octets[begin:end] + octets[at:at + size]))
            at += size
    return b"".join(reversed(out))


def speak(endpoint, my_as, updates):
    """A session that sends these octets, ends with a Cease, and waits for the other side to close."""
    address, port = endpoint.rsplit(":", 1)
    with socket.create_connection((address.strip("[]"), int(port)), timeout=60) as connection:
        connection.sendall(open_message(my_as) + message(KEEPALIVE))
        came = bytearray()
        while KEEPALIVE not in [kind for kind, _ in messages_of(came)]:
            octets = connection.recv(65536)
            if not octets:
                raise ConnectionError("the session was not taken")
            came += octets
        connection.sendall(updates + message(NOTIFICATION, b"\x06\x02"))
        while connection.recv(65536):
            pass


def as_path_of(value):
    """AS numbers of a four-octet AS_PATH; a set stands as a tuple."""
    path, at = [], 0
    while at < len(value):
        kind, count = value[at], value[at + 1]
        numbers = struct.unpack_from(">%dI" % count, value, at + 2)
        if kind == 2:
            path.extend(numbers)
        else:
            path.append(numbers)
        at += 2 + 4 * count
    return path
