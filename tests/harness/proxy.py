"""A wire between a client and a server that can be cut, and that can lose what the server answers."""
import socket
import threading


class Proxy:
    def __init__(self, target):
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._pairs = set()
        self._refusing = False
        self._losing = False
        self._skipping = 0
        self._lost = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self):
        return "127.0.0.1:%d" % self._listener.getsockname()[1]

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._refusing:
                client.close()
                continue
            try:
                server = socket.create_connection(self._target)
            except OSError:
                client.close()
                continue
            pair = (client, server)
            with self._lock:
                self._pairs.add(pair)
            threading.Thread(target=self._pump, args=(pair, client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(pair, server, client, True), daemon=True).start()

    def _pump(self, pair, source, sink, replies):
        try:
            while data := source.recv(65536):
                if replies and self._losing and self._skipping:
                    self._skipping -= 1
                elif replies and self._losing:
                    self._losing = False
                    self._lost.set()
                    break
                sink.sendall(data)
        except OSError:
            pass
        self._close(pair)

    def _close(self, pair):
        with self._lock:
            self._pairs.discard(pair)
        for end in pair:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def cut(self, refuse=False):
        """Breaks all connections; with `refuse` no new ones until mend()."""
        self._refusing = refuse
        for pair in list(self._pairs):
            self._close(pair)

    def mend(self):
        self._refusing = False

    def lose_next_reply(self, skip=0):
        """What the server says next, or after `skip` times, gets lost, and the connection with it. The event: it has
        happened."""
        self._lost.clear()
        self._skipping = skip
        self._losing = True
        return self._lost

    def close(self):
        self._listener.close()
        self.cut(refuse=True)
