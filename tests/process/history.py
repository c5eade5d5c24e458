"""Clients that write through whichever server takes them, and what the ensemble must hold in the end.

Each worker has one session at a time and moves it to the next server when a connection breaks. What was acknowledged
must be there; what was in flight when a connection broke may be there or not, once; nothing else may be.
"""
import random
import struct
import threading
import time
from collections import deque

from harness.jute import Writer
from harness.wire import Closed, Session, create_body, path_body, set_body

ROOT = "/load"
EPHEMERALS = "/load/ephemeral"
SESSION_EXPIRED, NODE_EXISTS, SESSION_MOVED = -112, -110, -118
SEQUENTIAL, EPHEMERAL = 2, 1


class Worker(threading.Thread):
    def __init__(self, number, addresses, seed, window, timeout_ms):
        super().__init__(daemon=True)
        self.number = number
        self.root = f"{ROOT}/w{number}"
        self.random = random.Random(f"{seed}/{number}")
        self.addresses = list(addresses)
        self.window = window
        self.timeout_ms = timeout_ms
        self.identity = (0, b"\0" * 16)
        self.last_zxid = 0
        self.xid = 0  # where the numbers of a connection begin: none is given twice (Session.move)
        self.count = 0
        self.acknowledged = 0
        self.created = {}     # path -> data, acknowledged
        self.uncertain = []   # data of sequential nodes whose reply never came
        self.value = 0        # of the key: the last acknowledged
        self.tried = 0        # and the last sent
        self.expired = 0
        self.moves = 0
        self.problem = None
        self.stopping = threading.Event()

    # --- The session

    def connect(self):
        self.addresses.append(self.addresses.pop(0))
        session_id, password = self.identity
        session = Session(self.addresses[0], self.timeout_ms, session_id, password, self.last_zxid, socket_timeout=5)
        if session.timeout_ms == 0:
            session.close()
            self.expired += 1
            self.identity = (0, b"\0" * 16)
            return None
        self.xid += 1 << 16
        session.xid = self.xid
        is_new = session.id != session_id
        self.identity = (session.id, session.password)
        if is_new:
            path = f"{EPHEMERALS}/{session.id & (1 << 64) - 1:x}"
            _, err, _ = session.call("create", create_body(path, flags=EPHEMERAL))
            if err not in (0, NODE_EXISTS):
                raise AssertionError(f"ephemeral of a new session: {err}")
        return session

    def run(self):
        try:
            while not self.stopping.is_set():
                self.one_connection()
            self.end_session()
        except Exception as error:  # told by the checker, on its thread
            self.problem = error

    def one_connection(self):
        waiting = deque()
        session = None
        try:
            session = self.connect()
            if session is not None:
                self.work(session, waiting)
        except (Closed, OSError):
            self.moves += 1
            time.sleep(0.01)
        finally:
            self.uncertain += [data for kind, data in waiting if kind == "create"]
            if session is not None:
                session.close()

    def work(self, session, waiting):
        while not self.stopping.is_set() or waiting:
            while len(waiting) < self.window and not self.stopping.is_set():
                waiting.append(self.send(session))
            self.take(session, waiting)

    def send(self, session):
        self.count += 1
        if self.random.random() < 0.5:
            data = f"{self.number}:{self.count}".encode()
            session.submit("create", create_body(f"{self.root}/s-", data, flags=SEQUENTIAL))
            return "create", data
        self.tried += 1
        session.submit("setData", set_body(f"{self.root}/key", str(self.tried).encode()))
        return "set", self.tried

    def take(self, session, waiting):
        _, zxid, err, reader = session.reply()
        if err in (SESSION_EXPIRED, SESSION_MOVED):
            raise Closed(f"error {err}")
        kind, data = waiting.popleft()
        if err != 0:
            raise AssertionError(f"{self.root}: {kind} answered with {err}")
        if zxid <= self.last_zxid:
            raise AssertionError(f"{self.root}: zxid {zxid:#x} behind {self.last_zxid:#x}")
        self.last_zxid = zxid
        self.acknowledged += 1
        if kind == "set":
            self.value = data
            return
        path = reader.text()
        if path in self.created:
            raise AssertionError(f"{path} was given to {self.created[path]} and to {data}")
        self.created[path] = data

    def end_session(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                session = self.connect()
                if session is not None:
                    session.call("closeSession")
                    session.close()
                return
            except (Closed, OSError):
                time.sleep(0.02)

    # --- The check

    def check(self, tree):
        if self.problem is not None:
            raise AssertionError(f"{self.root}: {self.problem!r}") from self.problem
        here = {path: data for path, (data, _) in tree.items() if path.startswith(f"{self.root}/s-")}
        for path, data in self.created.items():
            if here.get(path) != data:
                raise AssertionError(f"{path}: {data} was acknowledged, there is {here.get(path)}")
        extra = [here[path] for path in here if path not in self.created]
        if len(extra) != len(set(extra)) or not set(extra) <= set(self.uncertain):
            raise AssertionError(f"{self.root}: nodes that nobody was answered for: {sorted(extra)[:10]}")
        value = int(tree[f"{self.root}/key"][0])
        if not self.value <= value <= self.tried:
            raise AssertionError(f"{self.root}/key: {value}; {self.value} was acknowledged, {self.tried} sent")


class Load:
    """`with Load(ensemble) as load: ...; load.check()`: writes as long as the block lasts."""

    def __init__(self, ensemble, workers=4, seed=1, window=8, timeout_ms=15000):
        self.ensemble = ensemble
        session = Session(next(member.address for member in ensemble if member.is_running))
        for path in (ROOT, EPHEMERALS):
            session.call("create", create_body(path))
        self.workers = []
        for number in range(workers):
            addresses = ensemble.addresses[number % len(ensemble.members):] + \
                ensemble.addresses[:number % len(ensemble.members)]
            worker = Worker(number, addresses, seed, window, timeout_ms)
            session.call("create", create_body(worker.root))
            session.call("create", create_body(f"{worker.root}/key", b"0"))
            self.workers.append(worker)
        session.call("closeSession")
        session.close()

    def __enter__(self):
        for worker in self.workers:
            worker.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        for worker in self.workers:
            worker.stopping.set()
        for worker in self.workers:
            worker.join(60)

    @property
    def acknowledged(self):
        return sum(worker.acknowledged for worker in self.workers)

    @property
    def expired(self):
        return sum(worker.expired for worker in self.workers)

    @property
    def moves(self):
        return sum(worker.moves for worker in self.workers)

    def wait_progress(self, count=200, seconds=30):
        """So many more acknowledged writes; tells what each server does if they do not come."""
        target = self.acknowledged + count
        self.ensemble.wait_for(f"{count} more writes", lambda: self.problem() or self.acknowledged >= target, seconds)
        if self.problem():
            raise AssertionError(self.problem())

    def problem(self):
        return next((f"{w.root}: {w.problem!r}" for w in self.workers if w.problem is not None), None)

    def check(self):
        """Everything acknowledged is there, on every server; the ephemerals of the ended sessions are gone."""
        self.stop()
        self.ensemble.wait_serving(*[member.number for member in self.ensemble if member.is_running])
        self.ensemble.wait_for("the ephemerals of ended sessions gone", self.no_ephemerals, 60)
        tree = self.ensemble.wait_equal()
        for worker in self.workers:
            worker.check(tree)
        return tree

    def no_ephemerals(self):
        try:
            session = Session(next(m.address for m in self.ensemble if m.is_running), 10000)
            _, _, reader = session.call("getChildren", path_body(EPHEMERALS))
            names = reader.texts()
            session.call("closeSession")
            session.close()
            return not names
        except (Closed, OSError):
            return False


__all__ = ["Load", "Writer"]
