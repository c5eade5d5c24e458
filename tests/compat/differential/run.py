#!/usr/bin/python3
"""Sends one seeded random corpus to Apache ZooKeeper and to the server under test and compares all they say.

  run.py SERVER [--seed N] [--operations N] [--directory DIR]      SERVER: the path of a paddockd, or `apache`

Several sessions take turns in an order the seed decides; within a turn a session pipelines. A turn ends when all
its replies are there, so what each connection hears, and in which order, is determined. With `apache` the oracle
is compared with itself: that must find nothing.
"""
import argparse
import random
import shutil
import struct
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from harness.jute import Reader
from harness.servers import APACHE, Server, free_port
from harness.wire import NO_PASSWORD, OPS, Closed, Wire, connect_request

from compare import Ledger, compare_streams
from corpus import Corpus, Step
from kept_differences import KEPT
from messages import ConnectionClosed, Event, Reply, Request, read_frame
from words import compare_words

CONNECTIONS = 6
TIMEOUT_MS = 600_000  # longer than the test: no session expires during it
ZONES = ("/o", "/s", "/p", "/q")


class Difference(Exception):
    pass


class Connection:
    """One session on both servers."""

    def __init__(self, addresses, ledger, names):
        self.addresses = addresses
        self.ledger = ledger
        self.names = names
        self.wires = None
        self.ids = None
        self.passwords = None
        self.xid = 0

    def handshake(self, ids=(0, 0), passwords=(NO_PASSWORD, NO_PASSWORD), timeout=TIMEOUT_MS, zxid=0):
        """New wires and what the servers answered: (timeout, id, password) or None for a drop, per server."""
        wires, answers = [], []
        for address, ident, password in zip(self.addresses, ids, passwords):
            wire = Wire(address)
            wire.send(connect_request(timeout, ident, password, zxid))
            wires.append(wire)
        for wire in wires:
            try:
                r = Reader(wire.frame())
                answers.append((r.int(), r.int(), r.long(), r.buffer(), r.bool(), r.done()))
            except Closed:
                answers.append(None)
        return wires, answers

    def open(self, name):
        self.wires, answers = self.handshake()
        self.check_same("new session", [a and (a[0], a[1], len(a[3]), a[4], a[5]) for a in answers])
        self.ids = [a[2] for a in answers]
        self.passwords = [a[3] for a in answers]
        self.ledger.session_of[self.ids[0]] = self.ids[1]
        for side in (0, 1):
            self.names[side][self.ids[side]] = name

    def reattach(self):
        self.wires, answers = self.handshake(self.ids, self.passwords)
        self.check_same("reattached session", [a and (a[0], a[1], len(a[3]), a[4], a[5]) for a in answers])
        if [a[2] for a in answers] != self.ids:
            raise Difference(f"reattached session: ids {answers} instead of {self.ids}")

    def check_same(self, what, values):
        if values[0] != values[1]:
            raise Difference(f"{what}:\n  oracle: {values[0]}\n  tested: {values[1]}")

    def close(self):
        for wire in self.wires:
            wire.close()

    def number(self, requests):
        for request in requests:
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
        for side, wire in enumerate(self.wires):
            data = bytearray()
            for request in requests:
                body = request.body(lambda place: self.ledger.zxid_at(side, place))
                data += struct.pack(">iii", len(body) + 8, request.xid, request.number()) + body
            try:
                wire.send_raw(data)
            except Closed:
                pass
        return [self.listen(wire, list(requests), until_closed) for wire in self.wires]

    def listen(self, wire, awaited, until_closed):
        frames = []
        try:
            while awaited or until_closed:
                frames.append(read_frame(wire.frame(), awaited))
        except Closed:
            frames.append(ConnectionClosed())
        except TimeoutError:
            frames.append(f"silence for {wire.socket.gettimeout()} s before the replies to "
                          f"{', '.join(map(str, awaited)) or 'nothing: an end was expected'}")
        return frames


class Run:
    def __init__(self, servers, seed, operations):
        self.addresses = [server.address for server in servers]
        self.operations = operations
        self.ledger = Ledger()
        self.names = ({}, {})
        self.corpus = Corpus(random.Random(seed), CONNECTIONS)
        self.connections = [Connection(self.addresses, self.ledger, self.names) for _ in range(CONNECTIONS)]
        self.sent = 0
        self.steps = 0
        self.sessions = 0
        self.outcomes = Counter()
        self.patience = 0  # how many differences are told before the run ends
        self.events = 0

    def prepare(self):
        for connection in self.connections:
            self.open(connection)
        self.make_roots()

    def make_roots(self):
        """The corpus may delete them."""
        roots = [Request("create", {"path": path, "data": b"", "acl": [(31, "world", "anyone")], "flags": 0})
                 for path in ZONES]
        self.burst(Step(0, roots))

    def open(self, connection):
        self.sessions += 1
        connection.open(f"session {self.sessions}")

    def run(self):
        self.prepare()
        while self.sent < self.operations:
            self.take(self.corpus.step())
            if self.steps % 100 == 0:
                self.make_roots()
        self.barrier()

    def take(self, step):
        self.steps += 1
        connection = self.connections[step.connection]
        if step.action in ("refused", "close"):
            self.burst(step, until_closed=True)
            connection.close()
            if step.barrier:
                self.barrier(skip=step.connection)
            self.open(connection) if step.action == "close" else connection.reattach()
        elif step.action:
            self.disturb(step, connection)
        else:
            self.burst(step)

    def burst(self, step, until_closed=False, any_order=False):
        connection = self.connections[step.connection]
        theirs, ours = connection.exchange(step.requests, until_closed)
        closing = any(request.op == "closeSession" for request in step.requests)
        self.compare(step, theirs, ours, any_order or closing)
        if ConnectionClosed in map(type, theirs) and not until_closed:
            connection.close()
            connection.reattach()

    def compare(self, step, theirs, ours, any_order=False):
        self.sent += len(step.requests)
        by_xid = {request.xid: request for request in step.requests}
        for frame in theirs:
            if isinstance(frame, Reply):
                request = by_xid.get(frame.xid)
                if request is not None:
                    failed = any(result[0] == "error" for result in frame.body.get("results", ()))
                    self.outcomes[request.op, frame.err == 0 and not failed] += 1
                    self.corpus.learn(request, frame)
            elif isinstance(frame, Event):
                self.events += 1
        if isinstance(theirs[-1] if theirs else None, str):
            raise Difference(f"step {self.steps}: even the oracle does not answer: {theirs[-1]}")
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
            wires, answers = connection.handshake(connection.ids, (b"x" * 16, b"x" * 16))
            connection.check_same("wrong password", answers)
            self.end_of(step, connection)
        elif step.action == "second connection":
            old = connection.wires
            connection.reattach()
            connection.wires, new = old, connection.wires
            self.end_of(step, connection)
            connection.wires = new
            return
        elif step.action == "zxid of the future":
            wires, answers = connection.handshake(zxid=1 << 60)
            connection.check_same("zxid of the future", answers)
            return
        elif step.action == "new session":
            self.burst(Step(step.connection, [Request("closeSession")]), until_closed=True)
            connection.close()
            self.barrier(skip=step.connection)
            return self.open(connection)
        connection.reattach()

    def end_of(self, step, connection):
        theirs, ours = [connection.listen(wire, [], True) for wire in connection.wires]
        self.compare(step, theirs, ours)
        connection.close()

    def final_state(self):
        """Both trees, node by node, as a super user sees them."""
        connection = Connection(self.addresses, self.ledger, self.names)
        self.open(connection)
        self.connections.append(connection)
        me = len(self.connections) - 1
        self.burst(Step(me, [Request("auth", {"scheme": "digest", "auth": b"super:test"})]))
        pending, nodes = ["/"], 0
        while pending:
            path = pending.pop()
            nodes += 1
            requests = [Request("getData", {"path": path, "watch": False}), Request("getACL", {"path": path}),
                        Request("getChildren", {"path": path, "watch": False})]
            theirs, ours = connection.exchange(requests)
            self.compare(Step(me, requests), theirs, ours)
            children = theirs[-1].body["children"].values
            pending += [path.rstrip("/") + "/" + name for name in children]
        return nodes


def start(programs, directory):
    settings = {"maxSessionTimeout": TIMEOUT_MS, "forceSync": "no", "snapCount": 10_000_000}
    defines = {"zookeeper.enforceQuota": "true", "znode.container.checkIntervalMs": 100_000_000,
               "zookeeper.forceSync": "no", "zookeeper.snapCount": 10_000_000}
    servers = [Server(program, directory / name, free_port(), settings, defines)
               for name, program in zip(("oracle", "tested"), programs)]
    for server in servers:
        server.start(wait=False)
    for server in servers:
        server.wait_ready()
    return servers


def summary(run, nodes, seconds):
    print(f"{run.sent} operations in {run.steps} turns, {run.sessions} sessions, {run.events} events, "
          f"{len(run.ledger.zxids)} zxids, {nodes} nodes at the end; {seconds:.0f} s")
    for op in OPS:
        good, bad = run.outcomes[op, True], run.outcomes[op, False]
        if good or bad:
            print(f"  {op:22} {good:6} succeeded {bad:6} refused")
    for rule in KEPT:
        print(f"  kept difference {rule.name}: {rule.used} times ({rule.reason}; {rule.where})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("--seed", type=int, default=20240601)
    parser.add_argument("--operations", type=int, default=24_000)
    parser.add_argument("--keep-going", type=int, default=0, metavar="N",
                        help="tell N differences in short before ending at the next")
    parser.add_argument("--directory", type=Path, default=Path("differential"))
    options = parser.parse_args()
    shutil.rmtree(options.directory, ignore_errors=True)
    options.directory.mkdir(parents=True)
    began = time.monotonic()
    servers = start((APACHE, options.server), options.directory.resolve())
    run = Run(servers, options.seed, options.operations)
    run.patience = options.keep_going
    try:
        run.run()
        nodes = run.final_state()
        differences, lacking = compare_words(run.addresses, run.names)
    except Difference as difference:
        print(f"DIFFERENCE with seed {options.seed} after {run.sent} operations\n{difference}")
        return 1
    finally:
        for server in servers:
            server.terminate()
    summary(run, nodes, time.monotonic() - began)
    if lacking:
        print(f"  mntr keys of 3.8.0 that the tested server lacks ({len(lacking)}): {' '.join(lacking)}")
    print("\n".join(differences) or "no difference")
    return 1 if differences or run.patience != options.keep_going else 0


if __name__ == "__main__":
    sys.exit(main())
