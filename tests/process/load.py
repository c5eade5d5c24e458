"""Pipelined writes of one session, and what they must have left behind after a crash.

Each worker owns a subtree; its operations are applied in the order it sent them, so after a crash its subtree must
equal the model after some number of them, at least as many as were acknowledged. Nothing in between is legal:
half a multi, a value with the wrong version, a sequence number used twice or left out.
"""
import random
import threading
from collections import deque

from harness.jute import Writer
from harness.wire import OPS, Closed, Session, create_body, path_body, read_stat, set_body

WINDOW = 64
KEYS = 6


class Model:
    """The subtree of one worker: path -> (data, version), and how many children its root ever had."""

    def __init__(self, root):
        self.root = root
        self.nodes = {}
        self.created = 0

    def apply(self, op):
        kind = op[0]
        if kind == "set":
            self._set(op[1], op[2])
        elif kind == "sequential":
            self._create(self.sequence_name(), op[1])
        elif kind == "delete":
            del self.nodes[op[1]]
        elif kind == "multi":
            self._set(f"{self.root}/left", op[1])
            self._create(self.sequence_name(), op[1])
            self._set(f"{self.root}/right", op[1])
        elif kind == "create":
            self._create(op[1], b"")

    def sequence_name(self):
        return f"{self.root}/s-{self.created:010d}"

    def _set(self, path, data):
        self.nodes[path] = (data, self.nodes[path][1] + 1)

    def _create(self, path, data):
        self.nodes[path] = (data, 0)
        self.created += 1

    def copy(self):
        twin = Model(self.root)
        twin.nodes = dict(self.nodes)
        twin.created = self.created
        return twin


def encode(op, root):
    """Opcode name and body."""
    kind = op[0]
    if kind == "set":
        return "setData", set_body(op[1], op[2])
    if kind == "sequential":
        return "create", create_body(f"{root}/s-", op[1], flags=2)
    if kind == "delete":
        return "delete", Writer().text(op[1]).int(-1).bytes()
    if kind == "create":
        return "create", create_body(op[1])
    w = Writer()
    for name, body in (("setData", set_body(f"{root}/left", op[1])),
                       ("create", create_body(f"{root}/s-", op[1], flags=2)),
                       ("setData", set_body(f"{root}/right", op[1]))):
        w.int(OPS[name]).bool(False).int(-1).raw(body)
    return "multi", w.int(-1).bool(True).int(-1).bytes()


class Worker:
    """Writes until the server goes away. `confirmed` is the model of all that was acknowledged; `pending` are the
    operations sent after it, in order."""

    def __init__(self, number, seed):
        self.root = f"/crash/w{number}"
        self.random = random.Random(f"{seed}/{number}")
        self.confirmed = Model(self.root)
        self.pending = deque()
        self.plan = Model(self.root)  # as if everything sent had been applied
        self.count = 0
        self.acknowledged = 0
        self.last_zxid = 0
        self.problem = None
        self.thread = None

    def set_up(self, session):
        """The first time: the subtree's root and keys."""
        session.call("create", create_body(self.root))
        for name in [f"k{i}" for i in range(KEYS)] + ["left", "right"]:
            op = ("create", f"{self.root}/{name}")
            zxid, err, _ = session.call(*encode(op, self.root))
            assert err == 0, err
            self.confirmed.apply(op)
        self.plan = self.confirmed.copy()

    def next_op(self):
        self.count += 1
        data = f"{self.count}:".encode() + self.random.randbytes(self.random.choice((10, 100, 100, 1000)))
        kind = self.random.random()
        sequential = [path for path in self.plan.nodes if "/s-" in path]
        if kind < 0.4:
            return ("set", f"{self.root}/k{self.random.randrange(KEYS)}", data)
        if len(sequential) > 30 or (kind < 0.55 and sequential):
            return ("delete", sequential[0])
        return ("sequential", data) if kind < 0.75 else ("multi", data)

    def start(self, address, stop_at=None):
        self.thread = threading.Thread(target=self._run, args=(address, stop_at), daemon=True)
        self.thread.start()

    def _run(self, address, stop_at):
        try:
            session = Session(address, timeout_ms=1000, socket_timeout=20)
            session.call("create", create_body(f"/crash/ephemeral/{self.root.rsplit('/')[-1]}-{self.count}", flags=1))
            outstanding = deque()
            while stop_at is None or self.acknowledged < stop_at or outstanding:
                while len(outstanding) < WINDOW and (stop_at is None or self.acknowledged < stop_at):
                    op = self.next_op()
                    self.plan.apply(op)
                    self.pending.append(op)
                    outstanding.append(session.submit(*encode(op, self.root)))
                self._take_reply(session, outstanding)
        except (Closed, OSError):
            pass  # the crash
        except Exception as error:  # told by the checker, on its thread
            self.problem = error

    def _take_reply(self, session, outstanding):
        xid, zxid, err, _ = session.reply()
        expected = outstanding.popleft()
        if xid != expected or err != 0:
            raise AssertionError(f"{self.root}: reply {xid} err {err} to request {expected} {self.pending[0][:2]}")
        self.last_zxid = max(self.last_zxid, zxid)
        self.confirmed.apply(self.pending.popleft())
        self.acknowledged += 1

    def check(self, session):
        """Compares the server's subtree with what it may be, and goes on from there. Returns a complaint or None."""
        if self.problem is not None:
            return f"{self.root}: {self.problem!r}"
        seen, created, zxid = read_tree(session, self.root)
        if zxid < self.last_zxid:
            return f"{self.root}: zxid {zxid:#x} after a reply with {self.last_zxid:#x}"
        closest = _difference(self.confirmed, seen, created)
        model = self.confirmed.copy()
        for applied in range(len(self.pending) + 1):
            if applied > 0:
                model.apply(self.pending[applied - 1])
            if model.nodes == seen and model.created == created:
                self.confirmed, self.plan = model, model.copy()
                self.pending.clear()
                return None
        return (f"{self.root}: neither the state after {self.acknowledged} acknowledged operations nor after any of "
                f"the {len(self.pending)} sent later; against the acknowledged state: {closest}")


def _difference(model, seen, created):
    parts = [f"created {created}, not {model.created}"] if created != model.created else []
    for path in sorted(model.nodes.keys() | seen.keys()):
        if model.nodes.get(path) != seen.get(path):
            parts.append(f"{path}: {_brief(seen.get(path))} instead of {_brief(model.nodes.get(path))}")
    return "; ".join(parts[:8])


def _brief(node):
    return "nothing" if node is None else f"{node[0][:12]!r} version {node[1]}"


def read_tree(session, root):
    """The children of `root` with data and version, how many there ever were, and the last zxid."""
    zxid, err, reader = session.call("getChildren2", path_body(root))
    if err != 0:
        return {"error": (str(err).encode(), err)}, -1, zxid
    names = reader.texts()
    stat = read_stat(reader)
    nodes = {}
    for name in names:
        session.submit("getData", path_body(f"{root}/{name}"))
    for name in names:
        _, zxid, err, reader = session.reply()
        data = reader.buffer() if err == 0 else b"error"
        nodes[f"{root}/{name}"] = (data, read_stat(reader)["version"] if err == 0 else err)
    return nodes, (stat["cversion"] + stat["numChildren"]) // 2, zxid


def set_up_tree(address):
    session = Session(address)
    for path in ("/crash", "/crash/ephemeral"):
        session.call("create", create_body(path))
    return session


def ephemerals(session):
    _, _, reader = session.call("getChildren", path_body("/crash/ephemeral"))
    return reader.texts()
