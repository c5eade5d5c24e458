"""Takes the steps of a corpus on both sides and compares what is said, and in the end what is there."""
from compare import compare_streams
from connection import Connection, Difference, shape_of
from corpus import Step
from messages import ConnectionClosed, Event, Reply, Request
from outcomes import CLOSED, Outcomes
from sides import Place
from tour import Tour

CONNECTIONS = 6
ZONES = ("/o", "/s", "/p", "/q")


class Run:
    def __init__(self, sides, corpus, operations):
        self.sides = sides
        self.ledger = sides[0].ledger
        self.operations = operations
        self.names = ({}, {})
        self.corpus = corpus
        self.connections = [self.connection(self.first_place(number)) for number in range(CONNECTIONS)]
        self.sent = 0
        self.steps = 0
        self.sessions = 0
        self.outcomes = Outcomes()
        self.patience = 0  # how many differences are told before the run ends
        self.events = 0

    def connection(self, place=Place()):
        return Connection(self.sides, self.names, place)

    def first_place(self, number):
        return Place()

    def settle(self, role):
        """What follows at that server meets all that was answered at others. One server alone always does."""

    def prepare(self):
        for connection in self.connections:
            self.open(connection)
        self.make_roots()

    def make_roots(self):
        """The corpus may delete them."""
        roots = [Request("create", {"path": path, "data": b"", "acl": [(31, "world", "anyone")], "flags": 0})
                 for path in ZONES]
        self.burst(Step(0, roots))

    def open(self, connection, **more):
        self.settle(connection.place.role)
        self.sessions += 1
        self.outcomes.seen["connect", 0] += 1
        connection.open(f"session {self.sessions}", **more)

    def reattach(self, connection):
        self.settle(connection.place.role)
        self.outcomes.seen["connect", 0] += 1
        connection.reattach()

    def run(self):
        self.prepare()
        self.tour()
        self.wander()
        self.barrier()

    def tour(self):
        """Through all errors, once at each server."""
        for number in range(len(self.sides[0].servers)):
            for step in Tour(number, f"/t{number}").steps():
                self.take(step)

    def wander(self):
        enough = self.sent + self.operations
        while self.sent < enough:
            self.take(self.corpus.step())
            if self.steps % 100 == 0:
                self.make_roots()

    def take(self, step):
        self.steps += 1
        connection = self.connections[step.connection]
        if step.action in ("refused", "close"):
            self.burst(step, until_closed=True)
            connection.close()
            if step.barrier:
                self.barrier(skip=step.connection)
            self.open(connection) if step.action == "close" else self.reattach(connection)
        elif step.action:
            self.disturb(step, connection)
        else:
            self.burst(step)

    def burst(self, step, until_closed=False, any_order=False):
        connection = self.connections[step.connection]
        self.settle(connection.place.role)
        theirs, ours = connection.exchange(step.requests, until_closed)
        closing = any(request.op == "closeSession" for request in step.requests)
        self.compare(step, theirs, ours, any_order or closing)
        if ConnectionClosed in map(type, theirs) and not until_closed:
            connection.close()
            self.reattach(connection)

    def compare(self, step, theirs, ours, any_order=False):
        self.sent += len(step.requests)
        self.outcomes.note(step.requests, theirs)
        by_xid = {request.xid: request for request in step.requests}
        for frame in theirs:
            if isinstance(frame, Reply) and frame.xid in by_xid:
                self.corpus.learn(by_xid[frame.xid], frame)
            self.events += isinstance(frame, Event)
        if isinstance(theirs[-1] if theirs else None, str):
            raise Difference(f"step {self.steps}, {step}: even the oracle does not answer: "
                             f"{'; '.join(map(str, theirs))}")
        found = compare_streams(self.ledger, step.requests, theirs, ours, any_order)
        if found is not None:
            self.tell(step, theirs, ours, *found)

    def tell(self, step, theirs, ours, where, request, a, b):
        lines = [f"step {self.steps}, connection {step.connection}: {where}", f"  request: {request}",
                 f"  oracle: {a}", f"  tested: {b}", "  the whole turn:"]
        lines += [f"    sent {one.xid}: {one}" for one in step.requests[:40]]
        for i in range(max(len(theirs), len(ours))):
            a, b = (str(x[i]) if i < len(x) else "-" for x in (theirs, ours))
            lines.append(f"    {i:3} oracle {a}" + ("" if a == b else f"\n        tested {b}"))
        if self.patience == 0:
            raise Difference("\n".join(lines))
        self.patience -= 1
        print("\n".join(lines[:4]), flush=True)

    def barrier(self, skip=None):
        for i, connection in enumerate(self.connections):
            if i != skip:
                self.burst(Step(i, [Request("ping")]), any_order=True)

    def disturb(self, step, connection):
        """What clients and networks do to a session besides requests."""
        if step.action == "raw":
            for wire in connection.wires:
                wire.send_raw(step.raw)
            self.end_of(step, connection)
        elif step.action == "reconnect":
            connection.close()
        elif step.action == "wrong password":
            self.refused(connection.ids, (b"x" * 16, b"x" * 16), "wrong password", connection)
            self.end_of(step, connection)
        elif step.action == "second connection":
            old = connection.wires
            self.reattach(connection)
            connection.wires, new = old, connection.wires
            self.end_of(step, connection)
            connection.wires = new
            return
        elif step.action == "zxid of the future":
            _, answers = connection.handshake(zxids=(1 << 60, 1 << 60))
            connection.check_same("zxid of the future", answers)
            self.outcomes.seen["connect", CLOSED] += 1
            return
        elif step.action == "new session":
            self.burst(Step(step.connection, [Request("closeSession")]), until_closed=True)
            connection.close()
            self.barrier(skip=step.connection)
            return self.open(connection)
        self.reattach(connection)

    def refused(self, ids, passwords, why, connection, place=None):
        """A session that is not given: both say so and hang up."""
        wires, answers = connection.handshake(ids, passwords, place=place)
        connection.check_same(why, shape_of(answers))
        if answers[0] is None or answers[0][1] != 0:
            raise Difference(f"{why}: even the oracle says {answers[0]}")
        self.outcomes.seen["connect", -112] += 1
        for side, wire in zip(self.sides, wires):
            if not isinstance(connection.frames(side, wire, [], True)[-1], ConnectionClosed):
                raise Difference(f"{why}: not closed by {'oracle tested'.split()[side.index]}")
            wire.close()

    def end_of(self, step, connection):
        theirs, ours = connection.listen([], until_closed=True)
        self.compare(step, theirs, ours)
        connection.close()

    def final_state(self, place=Place()):
        """Both trees, node by node, as a super user sees them there."""
        connection = self.connection(place)
        self.open(connection)
        self.connections.append(connection)
        me = len(self.connections) - 1
        self.burst(Step(me, [Request("auth", {"scheme": "digest", "auth": b"super:test"})]))
        pending, nodes = ["/"], 0
        while pending:
            paths, pending = pending[:20], pending[20:]
            nodes += len(paths)
            requests = [Request(op, {"path": path, "watch": False}) for path in paths
                        for op in ("getData", "getACL", "getChildren")]
            theirs, ours = connection.exchange(requests)
            self.compare(Step(me, requests), theirs, ours)
            for path, reply in zip(paths, theirs[2::3]):
                pending += [path.rstrip("/") + "/" + name for name in reply.body["children"].values]
        return nodes
