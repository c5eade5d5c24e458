"""One session on both sides, and what each side says on its connection."""
import struct
import time

from harness.jute import Reader
from harness.wire import NO_PASSWORD, Closed
from messages import ConnectionClosed, read_frame
from sides import TIMEOUT_MS, Place

PATIENCE_S = 30
# A server of Apache ZooKeeper 3.8.0 may fall asleep over its last request until another comes (ZOOKEEPER-4537).
ASLEEP_S = 0.4


class Difference(Exception):
    pass


class Connection:
    """`names`: what both sides call a session; `poke`: makes a server that has fallen asleep look about."""

    def __init__(self, sides, names, place=Place(), poke=lambda side, role: None):
        self.sides = sides
        self.ledger = sides[0].ledger
        self.names = names
        self.place = place
        self.poke = poke
        self.wires = None
        self.ids = None
        self.passwords = None
        self.xid = 0

    def handshake(self, ids=(0, 0), passwords=(NO_PASSWORD, NO_PASSWORD), timeout=TIMEOUT_MS, zxids=(0, 0), place=None,
                  read_only=b"\0"):
        """New wires and what the servers answered: (version, timeout, id, password, read-only, complete) or None for a
        drop, per side."""
        place = place or self.place
        wires, answers = [], []
        for side, ident, password, zxid in zip(self.sides, ids, passwords, zxids):
            body = struct.pack(">iqiqi", 0, zxid, timeout, ident, len(password)) + password + read_only
            wires.append(self.ask(side, place, body))
        for side, wire in zip(self.sides, wires):
            answers.append(self.answer(side, wire, place))
        return wires, answers

    def ask(self, side, place, body):
        wire = None
        try:
            wire = side.wire(place)
            wire.send(body)
            return wire
        except (Closed, OSError):
            if wire is not None:
                wire.close()
            return None

    def answer(self, side, wire, place):
        if wire is None:
            return None
        try:
            self.await_readable(side, wire, place)
            r = Reader(wire.frame())
            return r.int(), r.int(), r.long(), r.buffer(), not r.done() and r.bool(), r.done()
        except Closed:
            wire.close()
            return None

    def await_readable(self, side, wire, place):
        """False if nothing comes for as long as anybody waits."""
        deadline = time.monotonic() + PATIENCE_S
        while not wire.readable(ASLEEP_S):
            if time.monotonic() > deadline:
                return False
            self.poke(side, place.role)
        return True

    def open(self, name, **more):
        self.wires, answers = self.handshake(**more)
        self.check_same("new session", shape_of(answers))
        if answers[0] is None:
            raise Difference("new session: nobody answers")
        self.ids = [a[2] for a in answers]
        self.passwords = [a[3] for a in answers]
        self.ledger.session_of[self.ids[0]] = self.ids[1]
        for side in (0, 1):
            self.names[side][self.ids[side]] = name

    def reattach(self):
        self.wires, answers = self.handshake(self.ids, self.passwords, zxids=self.ledger.newest)
        self.check_same("reattached session", shape_of(answers))
        if None in answers or [a[2] for a in answers] != self.ids:
            raise Difference(f"reattached session: {answers} instead of the ids {self.ids}")

    def check_same(self, what, values):
        if values[0] != values[1]:
            raise Difference(f"{what}:\n  oracle: {values[0]}\n  tested: {values[1]}")

    def close(self):
        for wire in self.wires:
            if wire is not None:
                wire.close()

    def number(self, requests):
        for request in requests:
            request.role = self.place.role
            if request.op == "ping":
                request.xid = -2
            elif request.op == "auth":
                request.xid = -4
            else:
                self.xid += 1
                request.xid = self.xid

    def exchange(self, requests, until_closed=False):
        """Sends the requests to both and returns both lists of frames, up to the last reply or the end."""
        self.number(requests)
        self.send(requests)
        return self.listen(requests, until_closed)

    def send(self, requests):
        for side, wire in zip(self.sides, self.wires):
            data = bytearray()
            for request in requests:
                body = request.body(side)
                data += struct.pack(">iii", len(body) + 8, request.xid, request.number()) + body
            try:
                wire.send_raw(data)
            except Closed:
                pass

    def listen(self, requests, until_closed=False):
        return [self.frames(side, wire, list(requests), until_closed) for side, wire in zip(self.sides, self.wires)]

    def hear(self, count):
        """So many frames of each side, for which nobody has asked."""
        heard = ([], [])
        for side, wire in zip(self.sides, self.wires):
            while len(heard[side.index]) < count:
                if not self.await_readable(side, wire, self.place):
                    raise Difference(f"{side} tells only {heard[side.index]}")
                heard[side.index].append(read_frame(wire.frame(), [], side.name_member))
        return heard

    def frames(self, side, wire, awaited, until_closed):
        frames = []
        try:
            while awaited or until_closed:
                if not self.await_readable(side, wire, self.place):
                    frames.append(f"silence for {PATIENCE_S} s before the replies to "
                                  f"{', '.join(map(str, awaited)) or 'nothing: an end was expected'}")
                    return frames
                frames.append(read_frame(wire.frame(), awaited, side.name_member))
        except Closed:
            frames.append(ConnectionClosed())
        return frames


def shape_of(answers):
    """What two sides must say alike of a session: all but its id and its password, which is there or is zeros."""
    return [a and (a[0], a[1], a[2] == 0, len(a[3]), a[3] == NO_PASSWORD, a[4], a[5]) for a in answers]
