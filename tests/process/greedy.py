#!/usr/bin/python3
"""One address that asks for as much as it can, and what becomes of the others.

  greedy.py SERVER [--directory DIR] [test names]
"""
import multiprocessing
import selectors
import socket
import struct
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.jute import Writer
from harness.wire import OPS, Closed, Session, connect_request, create_body, path_body, set_body

GREEDY_ADDRESS = "127.0.0.2"
CONNECTIONS = 55  # maxClientCnxns allows 60
CHILDREN = 50_000
TIMEOUT_MS = 4000
SECONDS = 1.5  # of each kind
# What a client may wait for its heartbeat: libraries give up after two thirds of the timeout.
PATIENCE = TIMEOUT_MS / 1000 * 2 / 3


def framed(op, body):
    request = struct.pack(">ii", 1, OPS[op]) + body
    return struct.pack(">i", len(request)) + request


def multi(op, bodies):
    body = Writer()
    for one in bodies:
        body.int(OPS[op]).bool(False).int(-1).raw(one)
    return body.int(-1).bool(True).int(-1).bytes()


COUNT = framed("getAllChildrenNumber", Writer().text("/crowd").bytes())
LISTS = framed("multiRead", multi("getChildren", [path_body("/crowd")] * 20_000))
WATCHES = framed("setWatches", Writer().long(0).int(0).int(30_000).raw(
    b"".join(Writer().text(f"/none/{i:06}").bytes() for i in range(30_000))).int(0).bytes())
KINDS = {
    "lists of children": (framed("getChildren", path_body("/crowd")) * 1000, True),
    "lists that it does not take": (framed("getChildren", path_body("/crowd")) * 1000, False),
    "counts of descendants": (COUNT * 1000, True),
    "counts behind writes": ((framed("setData", set_body("/crowd", b"x")) + COUNT * 200) * 5, True),
    "thousands of lists in one": (LISTS, True),
    "thousands of watches": (WATCHES, True),
}


def be_greedy(address, stream, reads):
    """Sends the stream on all connections, again and again, until it is killed."""
    selector = selectors.DefaultSelector()
    sent = {}
    for _ in range(CONNECTIONS):
        one = socket.socket()
        one.bind((GREEDY_ADDRESS, 0))
        one.connect(address)
        one.sendall(struct.pack(">i", len(connect_request(30000))) + connect_request(30000))
        one.setblocking(False)
        sent[one] = 0
        selector.register(one, selectors.EVENT_WRITE | (selectors.EVENT_READ if reads else 0))
    while selector.get_map():
        for key, events in selector.select():
            one = key.fileobj
            try:
                if events & selectors.EVENT_READ and not one.recv(1 << 20):
                    selector.unregister(one)
                elif events & selectors.EVENT_WRITE:
                    sent[one] = (sent[one] + one.send(stream[sent[one]:sent[one] + 65536])) % len(stream)
            except BlockingIOError:
                pass
            except OSError:
                selector.unregister(one)


class Other(threading.Thread):
    """Somebody with an ephemeral node, who asks for a little now and then."""

    def __init__(self, address, number):
        super().__init__()
        self.session = Session(address, TIMEOUT_MS)
        assert self.session.call("create", create_body(f"/other{number}", flags=1))[1] == 0
        self.waits = []
        self.lost = None
        self.over = threading.Event()

    def run(self):
        try:
            while not self.over.wait(0.02):
                began = time.monotonic()
                self.session.call("setData", set_body("/small", b"%d" % len(self.waits)))
                self.session.call("getData", path_body("/small"))
                self.waits.append(time.monotonic() - began)
        except (Closed, OSError) as error:
            self.lost = error


class Greedy(ServerCase):
    def test_nobody_else_loses_a_heartbeat(self):
        server = self.make_server({"maxClientCnxns": 60, "minSessionTimeout": 1000}).start()
        self.make_crowd(Session(server.address))
        others = [Other(server.address, number) for number in range(3)]
        for other in others:
            other.start()
            self.addCleanup(other.over.set)
        time.sleep(0.5)
        self.tell("nothing", others)
        for kind, (stream, reads) in KINDS.items():
            with self.subTest(kind):
                greedy = multiprocessing.Process(target=be_greedy, args=(server.address, stream, reads), daemon=True)
                greedy.start()
                time.sleep(SECONDS)
                self.assertTrue(greedy.is_alive())
                greedy.kill()
                self.tell(kind, others)

    def make_crowd(self, session):
        session.call("create", create_body("/small"))
        session.call("create", create_body("/crowd"))
        for first in range(0, CHILDREN, 5000):
            paths = [create_body(f"/crowd/child-{i:09}") for i in range(first, first + 5000)]
            self.assertEqual(session.call("multi", multi("create", paths))[1], 0)

    def tell(self, kind, others):
        waits = []
        for other in others:
            self.assertIsNone(other.lost)
            self.assertTrue(other.waits, "nothing was answered")
            waits += other.waits
            other.waits = []
        waits.sort()
        print(f"  {kind}: {len(waits)} rounds, p50 {waits[len(waits) // 2] * 1000:.1f} ms, "
              f"p99 {waits[len(waits) * 99 // 100] * 1000:.1f} ms, longest {waits[-1] * 1000:.1f} ms", flush=True)
        self.assertLess(waits[-1], PATIENCE)


if __name__ == "__main__":
    cases.main()
