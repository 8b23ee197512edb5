#!/usr/bin/env python3
"""An API program that is the hand of a test:  relay_program.py SOCKET

What the test sends over the Unix socket, four octets of length before each batch, is written in one write; answers go back as they come."""

import os
import socket
import struct
import sys
import threading


def whole(connection, size):
    octets = b""
    while len(octets) < size:
        more = connection.recv(size - len(octets))
        if not more:
            os._exit(0)
        octets += more
    return octets


def give_back(connection):
    while True:
        octets = os.read(0, 65536)
        if not octets:
            os._exit(0)
        connection.sendall(octets)


def main():
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(sys.argv[1])
    threading.Thread(target=give_back, args=(connection,), daemon=True).start()
    while True:
        octets = whole(connection, struct.unpack(">I", whole(connection, 4))[0])
        while octets:
            octets = octets[os.write(1, octets):]   # up to PIPE_BUF: the whole of it at once, pipe(7)


main()
