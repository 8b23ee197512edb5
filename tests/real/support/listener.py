"""A listening socket and the thread that serves it and its connections, one turn after the other, until stop()."""

import selectors
import socket
import threading


class Listener:
    """A subclass has _turn(): True to go on. It serves `_selector`, whose `_wakened` says that the end has come."""

    def __init__(self, address, receive_buffer=None):
        self.sessions, self.error = [], None
        self.listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if receive_buffer:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.listener.bind((address, 0))
        self.listener.listen(1024)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.endpoint = ("[%s]:%d" if ":" in address else "%s:%d") % (address, self.port)
        self._wake, self._wakened = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.listener, selectors.EVENT_READ)
        self._selector.register(self._wakened, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        if self._thread.is_alive():
            self._wake.send(b"x")
            self._thread.join()
        for session in self.sessions:
            session.socket.close()
        for each in (self.listener, self._selector, self._wake, self._wakened):
            each.close()

    def _run(self):
        try:
            while self._turn():
                pass
        except Exception as error:   # the test looks at it; a thread's exception would pass unseen
            self.error = error
