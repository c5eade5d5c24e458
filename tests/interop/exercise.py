"""One round of everything that clients do, through every server of an ensemble, checked on every other."""
import struct

from harness.jute import Writer
from harness.tree import read_tree
from harness.wire import OPEN_ACL, OPS, Session, create_body, path_body, set_body

OK, NO_NODE, NO_AUTH, BAD_VERSION, NODE_EXISTS, NOT_EMPTY, ROLLED_BACK = 0, -101, -102, -103, -110, -111, -2
EPHEMERAL, SEQUENTIAL, CONTAINER, TTL = 1, 2, 4, 5
OWNER = "owner:secret"
OWNER_ACL = [(31, "digest", "owner:Vj++wdU3sMAbt+g9TyKj1BT+usI=")]
SILENT_MS, TTL_MS = 1500, 300
LONG_MS = 60000  # these sessions say nothing while others are used
# So that containers and nodes with a time to live go within the test.
DEFINES = {"znode.container.checkIntervalMs": "500"}


class Exercise:
    """`case`: a unittest.TestCase. Everything happens below /NAME.

    A leader of Apache ZooKeeper answers the sync of its own clients like a read, before it has applied what its followers'
    clients have already been answered for (its CommitProcessor has no matchSyncs: LeaderZooKeeperServer:69 in 3.8.0 and 3.9.5):
    there, and only there, what must be seen behind a sync may come later.
    """

    def __init__(self, case, ensemble, name):
        self.case = case
        self.ensemble = ensemble
        self.root = f"/{name}"
        self.leader = ensemble.wait_leader()
        self.sessions = {member.number: Session(member.address, LONG_MS) for member in ensemble}

    def run(self):
        self.do(1, "create", create_body(self.root))
        vanishing = self.leave_what_vanishes()
        self.write_through_each()
        self.number_sequentially()
        self.read_behind_sync()
        self.refuse_what_is_wrong()
        self.multi()
        self.access()
        self.move_a_session()
        self.watch()
        self.ensemble.wait_for(f"{vanishing} gone everywhere", lambda: not self.left_of(vanishing), 60)
        for session in self.sessions.values():
            session.call("closeSession")
            session.close()

    def error(self, number, op, body):
        return self.sessions[number].call(op, body)[1]

    def do(self, number, op, body, expected=OK):
        _, err, reader = self.sessions[number].call(op, body)
        self.case.assertEqual(err, expected, f"{op} through {self.ensemble[number]}")
        return reader

    def sync(self, number):
        self.do(number, "sync", Writer().text("/").bytes())

    def see_behind_sync(self, number, what, seen):
        """`seen` is true on that server once its sync was answered."""
        self.sync(number)
        if number == self.leader and self.ensemble[number].is_apache:
            self.ensemble.wait_for(what, seen, 5)
        else:
            self.case.assertTrue(seen(), f"{what}, behind a sync through {self.ensemble[number]}, led by {self.leader}")

    def path(self, number, name):
        return f"{self.root}/{name}-{number}"

    # --- What is there on its own

    def leave_what_vanishes(self):
        """Through each: a container whose only child is gone, a node whose time is over, the ephemeral of a silent session."""
        paths = []
        for number in self.sessions:
            container, ttl, ephemeral = (self.path(number, name) for name in ("container", "ttl", "ephemeral"))
            self.do(number, "createContainer", create_body(container, flags=CONTAINER))
            self.do(number, "create2", create_body(f"{container}/child"))
            self.do(number, "createTTL", create_body(ttl, flags=TTL) + struct.pack(">q", TTL_MS))
            self.do(number, "delete", Writer().text(f"{container}/child").int(-1).bytes())
            silent = Session(self.ensemble[number].address, SILENT_MS)
            self.case.assertEqual(silent.call("create", create_body(ephemeral, flags=EPHEMERAL))[1], OK)
            paths += [container, ttl, ephemeral]
        return paths

    def left_of(self, paths):
        return [path for member in self.ensemble for path in read_tree(member.address) if path in paths]

    # --- Writes and reads

    def write_through_each(self):
        for number in self.sessions:
            path = self.path(number, "by")
            self.do(number, "create", create_body(path, b"1"))
            for version in range(10):
                self.do(number, "setData", set_body(path, b"%d" % version, version))
            self.do(number, "create", create_body(f"{path}/large", bytes(range(256)) * 2000))
            self.do(number, "create", create_body(f"{path}/gone"))
            self.do(number, "delete", Writer().text(f"{path}/gone").int(0).bytes())

    def number_sequentially(self):
        """All at once: the numbers are given without a gap, and twice to nobody."""
        count = 50
        for session in self.sessions.values():
            for _ in range(count):
                session.submit("create", create_body(f"{self.root}/q-", flags=SEQUENTIAL))
        paths = [session.reply()[3].text() for session in self.sessions.values() for _ in range(count)]
        first = min(int(path[-10:]) for path in paths)
        self.case.assertEqual(sorted(paths),
                              [f"{self.root}/q-{first + i:010d}" for i in range(count * len(self.sessions))])

    def read_behind_sync(self):
        """What one was acknowledged, each other one reads behind its sync."""
        path = f"{self.root}/clock"
        self.do(1, "create", create_body(path))
        for time in range(20):
            writer = 1 + time % len(self.sessions)
            self.do(writer, "setData", set_body(path, b"%d" % time))
            for reader in self.sessions:
                self.see_behind_sync(reader, f"{time} of {writer}", lambda: self.read(reader, path) == b"%d" % time)

    def read(self, number, path):
        return self.do(number, "getData", path_body(path)).buffer()

    def refuse_what_is_wrong(self):
        """An error transaction takes its zxid too, and the one that waits for it gets its answer."""
        for number in self.sessions:
            self.do(number, "create", create_body(self.root), NODE_EXISTS)
            self.do(number, "create", create_body(f"{self.root}/none/below"), NO_NODE)
            self.do(number, "setData", set_body(self.root, b"", 7), BAD_VERSION)
            self.do(number, "delete", Writer().text(self.root).int(-1).bytes(), NOT_EMPTY)

    # --- Multi, ACL

    def multi(self):
        for number in self.sessions:
            path = self.path(number, "multi")
            good = [("create", create_body(path)), ("create", create_body(f"{path}/child", b"1")),
                    ("setData", set_body(path, b"2", 0)), ("check", Writer().text(path).int(1).bytes()),
                    ("create", create_body(f"{path}/n-", flags=SEQUENTIAL)),
                    ("delete", Writer().text(f"{path}/child").int(-1).bytes())]
            bad = [("setData", set_body(path, b"3")), ("delete", Writer().text(f"{path}/none").int(-1).bytes()),
                   ("create", create_body(f"{path}/never"))]
            self.case.assertEqual(self.multi_errors(number, good), [OK] * len(good))
            self.case.assertEqual(self.multi_errors(number, bad), [OK, NO_NODE, ROLLED_BACK])

    def multi_errors(self, number, operations):
        body = Writer()
        for op, record in operations:
            body.int(OPS[op]).bool(False).int(-1).raw(record)
        body.int(-1).bool(True).int(-1)
        _, _, reader = self.sessions[number].call("multi", body.bytes())
        return _multi_errors(reader)

    def access(self):
        for number in self.sessions:
            path = self.path(number, "locked")
            self.do(number, "create", create_body(path, b"secret"))
            self.do(number, "setACL", Writer().text(path).acl(OWNER_ACL).int(0).bytes())
            for other in self.leader_first():
                self.see_behind_sync(other, "access lost", lambda: self.error(other, "getData", path_body(path)) == NO_AUTH)
                self.do(other, "setData", set_body(path, b"broken"), NO_AUTH)
                owner = Session(self.ensemble[other].address)
                authenticate(owner, OWNER)
                self.case.assertEqual(owner.call("setData", set_body(path, b"%d" % other))[1], OK)
                self.case.assertEqual(owner.call("create", create_body(f"{path}/{other}", acl=[(31, "auth", "")]))[1], OK)
                owner.call("closeSession")

    def leader_first(self):
        """A leader of Apache ZooKeeper checks writes against the old list until it has applied the new one itself, which may be
        later than others have: its outstanding change keeps the old one (PrepRequestProcessor, 3.8.0:577, 3.9.5:564)."""
        return sorted(self.sessions, key=lambda number: number != self.leader)

    # --- Sessions, watches

    def move_a_session(self):
        """Round all servers with what it owns; the server that it left must not write for it any more."""
        path = f"{self.root}/mine"
        numbers = list(self.sessions)
        here = Session(self.ensemble[numbers[0]].address, LONG_MS)
        self.case.assertEqual(here.call("create", create_body(path, flags=EPHEMERAL))[1], OK)
        for number in numbers[1:] + numbers:
            there = here.move(self.ensemble[number].address)
            self.case.assertEqual(there.id, here.id)
            zxid, err, _ = there.call("setData", set_body(path, b"%d" % number))
            self.case.assertEqual(err, OK)
            here.close()
            here = there
        self.case.assertEqual(here.call("closeSession")[1], OK)
        for number in self.sessions:
            self.see_behind_sync(number, "the ephemeral gone",
                                 lambda: self.error(number, "exists", path_body(path)) == NO_NODE)

    def watch(self):
        """A change through one is told to who watches through another, before that one's sync is answered."""
        for watcher in self.sessions:
            path = self.path(watcher, "watched")
            writer = 1 + watcher % len(self.sessions)
            self.do(watcher, "exists", path_body(path, watch=True), NO_NODE)
            self.do(writer, "create", create_body(path))
            self.see_behind_sync(watcher, "the event", lambda: self.has_event(watcher, path))

    def has_event(self, number, path):
        self.do(number, "exists", path_body(self.root))  # events come before the reply
        return path in [event[2] for event in self.sessions[number].events]


def authenticate(session, credentials):
    session.wire.send(struct.pack(">ii", -4, OPS["auth"]) +
                      Writer().int(0).text("digest").buffer(credentials.encode()).bytes())
    _, _, err, _ = session.reply()
    assert err == OK, f"auth: {err}"


def _multi_errors(reader):
    """Of each part, in order."""
    found = []
    while True:
        op, done, _ = reader.int(), reader.bool(), reader.int()
        if done:
            return found
        if op == -1:
            found.append(reader.int())
            continue
        found.append(OK)
        if op == OPS["create"]:
            reader.text()
        elif op == OPS["setData"]:
            reader.at += 68


__all__ = ["DEFINES", "OPEN_ACL", "Exercise"]
