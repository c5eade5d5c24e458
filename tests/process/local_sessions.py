#!/usr/bin/python3
"""Sessions that only the server knows that they are connected to (localSessionsEnabled), and how they become the ensemble's.

  local_sessions.py SERVER [--directory DIR] [--ports FIRST-LAST] [test names]
"""
import shutil
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.ensemble import FIRST_PORT, LAST_PORT, Ensemble
from harness.servers import is_apache
from harness.wire import OPS, Closed, Session, Writer, create_body, path_body, set_body

OK, NO_NODE, EPHEMERAL_ON_LOCAL_SESSION, SESSION_EXPIRED, ROLLED_BACK = 0, -101, -120, -112, -2
EPHEMERAL, EPHEMERAL_SEQUENTIAL, CONTAINER, TTL = 1, 3, 4, 5
TIMEOUT_MS, SHORT_MS = 20000, 1000
OBSERVER = 3


def multi_body(*operations):
    body = Writer()
    for op, record in operations:
        body.int(OPS[op]).bool(False).int(-1).raw(record)
    return body.int(-1).bool(True).int(-1).bytes()


def multi_errors(reader):
    """Of a multi that failed, in order."""
    found = []
    while True:
        reader.int()
        if reader.bool():
            return found
        reader.int()
        found.append(reader.int())


class LocalSessionCase(unittest.TestCase):
    """A leader, a follower and an observer, which the tests of a class share."""
    UPGRADING = None  # not set

    @classmethod
    def setUpClass(cls):
        settings = {"localSessionsEnabled": "true"}
        if cls.UPGRADING:
            settings["localSessionsUpgradingEnabled"] = cls.UPGRADING
        directory = cases.options.directory.resolve() / cls.__name__
        shutil.rmtree(directory, ignore_errors=True)
        cls.ensemble = Ensemble(directory, [cases.options.server] * 3, settings, observers=(OBSERVER,),
                                ports=tuple(map(int, cases.options.ports.split("-"))))
        cls.addClassCleanup(cls.ensemble.kill)
        cls.ensemble.start()

    def setUp(self):
        self.is_apache = is_apache(cases.options.server)
        self.leader = self.ensemble[self.ensemble.wait_leader()]
        self.roles = [(member, f"/{self._testMethodName}-{member.mode()}") for member in self.ensemble]

    def each_role(self, prove):
        """On every server in turn, with a path of its own."""
        for member, path in self.roles:
            with self.subTest(member.mode()):
                prove(member, path)

    def session(self, member, timeout_ms=TIMEOUT_MS):
        return Session(member.address, timeout_ms)

    def do(self, session, op, body, expected=OK):
        _, err, reader = session.call(op, body)
        self.assertEqual(err, expected, op)
        return reader

    def resume(self, member, session, password=None):
        """On another connection; None if the server says that the session has ended."""
        again = Session(member.address, TIMEOUT_MS, session.id, password or session.password, 0)
        again.xid = session.xid
        return again if again.id else None

    def sessions(self, member):
        metrics = member.metrics()
        return int(metrics["local_sessions"]), int(metrics["global_sessions"])

    def wait_sessions(self, member, local, known):
        self.ensemble.wait_for(f"{local} local and {known} global sessions of {member}",
                               lambda: self.sessions(member) == (local, known), 20)

    def zxid(self):
        """The last one, once all have applied it."""
        for member in self.ensemble:
            session = self.session(member)
            self.do(session, "sync", Writer().text("/").bytes())
            session.call("closeSession")
        return int(self.leader.srvr("Zxid"), 16)

    def wait_closed(self, session):
        with self.assertRaises(Closed):
            while True:
                session.wire.frame()

    def write_all_kinds(self, session, path):
        self.do(session, "create", create_body(path))
        self.do(session, "create2", create_body(f"{path}/a"))
        self.do(session, "createContainer", create_body(f"{path}/container", flags=CONTAINER))
        self.do(session, "createTTL", create_body(f"{path}/ttl", flags=TTL) + struct.pack(">q", 100000))
        self.do(session, "setData", set_body(f"{path}/a", b"1"))
        self.do(session, "multi", multi_body(("create", create_body(f"{path}/b")), ("setData", set_body(path, b"2"))))
        self.do(session, "delete", Writer().text(f"{path}/a").int(-1).bytes())
        self.do(session, "sync", Writer().text("/").bytes())
        self.assertEqual(self.do(session, "getData", path_body(path)).buffer(), b"2")


class Local(LocalSessionCase):
    def test_it_is_this_servers_alone(self):
        def prove(member, path):
            zxid = self.zxid()
            session = self.session(member)
            self.assertEqual(session.id >> 56, member.number)
            for other in self.ensemble:
                self.assertEqual(self.sessions(other), (int(other is member), 0), other)
            self.assertEqual(self.zxid(), zxid)
            self.write_all_kinds(session, path)
            self.assertEqual(self.sessions(member), (1, 0))
            zxid = self.zxid()
            self.do(session, "closeSession", b"")
            self.wait_closed(session)
            self.wait_sessions(member, 0, 0)
            self.assertIsNone(self.resume(member, session))
            self.assertEqual(self.zxid(), zxid)
        self.each_role(prove)

    def test_it_owns_nothing(self):
        def prove(member, path):
            session = self.session(member)
            for op in ("create", "create2"):
                for flags in (EPHEMERAL, EPHEMERAL_SEQUENTIAL):
                    self.do(session, op, create_body(path, flags=flags), EPHEMERAL_ON_LOCAL_SESSION)
            self.do(session, "create", create_body("/none/below", flags=EPHEMERAL), EPHEMERAL_ON_LOCAL_SESSION)
            reader = self.do(session, "multi", multi_body(("create", create_body(path)),
                                                          ("create", create_body(f"{path}/e", flags=EPHEMERAL)),
                                                          ("setData", set_body(path, b""))))
            # A learner of Apache's tells what its leader says, who does not know the session.
            told = EPHEMERAL_ON_LOCAL_SESSION if member is self.leader or not self.is_apache else SESSION_EXPIRED
            self.assertEqual(multi_errors(reader), [OK, told, ROLLED_BACK])
            self.do(session, "exists", path_body(path), NO_NODE)
            self.do(session, "create", create_body(path))
            self.assertEqual(self.sessions(member), (1, 0))
            session.call("closeSession")
        self.each_role(prove)

    def test_it_comes_back_to_its_server_only(self):
        def prove(member, path):
            session = self.session(member)
            self.do(session, "create", create_body(path))
            session.close()
            for other in self.ensemble:
                if other is not member:
                    self.assertIsNone(self.resume(other, session), other)
            self.assertIsNone(self.resume(member, session, b"x" * 16))
            again = self.resume(member, session)
            self.assertEqual(again.id, session.id)
            self.do(again, "setData", set_body(path, b"again"))
            # The server takes it for the one connection of the session.
            third = self.resume(member, again)
            self.wait_closed(again)
            third.call("closeSession")
        self.each_role(prove)

    def test_who_says_nothing_is_expired_by_its_server(self):
        def prove(member, path):
            silent, lively = self.session(member, SHORT_MS), self.session(member, SHORT_MS)
            zxid = self.zxid()

            def ended():
                self.do(lively, "exists", path_body(path), NO_NODE)
                return self.sessions(member) == (1, 0)
            self.ensemble.wait_for("the silent one's end", ended, 10)
            self.wait_closed(silent)
            self.assertIsNone(self.resume(member, silent))
            self.assertEqual(self.zxid(), zxid)
            lively.call("closeSession")
        self.each_role(prove)

    def test_it_ends_with_its_servers_role(self):
        follower = self.ensemble[self.ensemble.followers()[0]]
        observer = self.ensemble[OBSERVER]
        sessions = {member: self.session(member) for member in (follower, observer)}
        self.leader.kill()
        for session in sessions.values():
            self.wait_closed(session)
        self.leader.start()
        self.ensemble.wait_serving()
        for member, session in sessions.items():
            self.assertIsNone(self.resume(member, session), member)

    def test_requests_in_flight_keep_their_order(self):
        def prove(member, path):
            session = self.session(member)
            asked = [session.submit("create", create_body(path)), session.submit("setData", set_body(path, b"1")),
                     session.submit("getData", path_body(path)),
                     session.submit("create", create_body(f"{path}/e", flags=EPHEMERAL)),
                     session.submit("setData", set_body(path, b"2")), session.submit("closeSession")]
            answers = [session.reply() for _ in asked]
            self.assertEqual([xid for xid, _, _, _ in answers], asked)
            self.assertEqual([err for _, _, err, _ in answers], [OK, OK, OK, EPHEMERAL_ON_LOCAL_SESSION, OK, OK])
            self.wait_closed(session)
        self.each_role(prove)

    def test_dump_tells_them_apart(self):
        def prove(member, _):
            session = self.session(member)
            lines = member.words("dump").splitlines()
            self.assertEqual(lines[0], "SessionTracker dump:")
            self.assertRegex(lines[1], r"^Local Session Sets \(\d+\)/\(1\):$")
            known = "Global Session Sets (0)/(0):" if member is self.leader else "Global Sessions(0):"
            self.assertLess(lines.index(f"\t0x{session.id:x}"), lines.index(known))
            self.assertIn(f"sid=0x{session.id:x},lop=SESS", member.words("cons"))
            session.call("closeSession")
        self.each_role(prove)


class Upgraded(LocalSessionCase):
    UPGRADING = "true"

    def mine(self, session):
        return self.do(session, "getEphemerals", Writer().text("/").bytes())

    def test_an_ephemeral_makes_it_the_ensembles(self):
        def prove(member, path):
            session = self.session(member)
            self.write_all_kinds(session, path)
            self.assertEqual(self.sessions(member), (1, 0))
            self.do(session, "create", create_body(f"{path}/e", flags=EPHEMERAL))
            for other in self.ensemble:
                self.wait_sessions(other, 0, 1)
            self.move_round(session, member, f"{path}/e")
        self.each_role(prove)

    def move_round(self, session, member, ephemeral):
        """It moves like any other, and what it owns goes with it in the end."""
        here = session
        for other in self.ensemble:
            here.close()
            there = self.resume(other, here)
            self.assertEqual(there.id, session.id, other)
            self.do(there, "setData", set_body(ephemeral, b"moved"))
            here = there
        self.do(here, "closeSession", b"")
        for other in self.ensemble:
            self.wait_sessions(other, 0, 0)
            reader = self.session(other)
            self.do(reader, "exists", path_body(ephemeral), NO_NODE)
            self.do(reader, "closeSession", b"")
        for other in self.ensemble:
            self.assertIsNone(self.resume(other, session))

    def test_so_does_one_within_a_multi(self):
        def prove(member, path):
            session = self.session(member)
            self.do(session, "multi", multi_body(("create", create_body(path)),
                                                 ("create2", create_body(f"{path}/e", flags=EPHEMERAL_SEQUENTIAL))))
            self.wait_sessions(member, 0, 1)
            session.call("closeSession")
        self.each_role(prove)

    def test_once_for_many_at_a_time(self):
        def prove(member, path):
            session = self.session(member)
            zxid = self.zxid()
            asked = [session.submit("create", create_body(path))]
            asked += [session.submit("create", create_body(f"{path}-e{i}", flags=EPHEMERAL)) for i in range(10)]
            self.assertEqual([session.reply()[2] for _ in asked], [OK] * len(asked))
            self.assertEqual(self.zxid(), zxid + len(asked) + 1)
            session.call("closeSession")
        self.each_role(prove)

    def test_even_if_there_is_no_node_in_the_end(self):
        def prove(member, _):
            session = self.session(member)
            self.do(session, "create", create_body("/none/below", flags=EPHEMERAL), NO_NODE)
            self.wait_sessions(member, 0, 1)
            session.call("closeSession")
            self.wait_sessions(member, 0, 0)
        self.each_role(prove)

    def test_the_leader_expires_it_then(self):
        def prove(member, path):
            silent = self.session(member, SHORT_MS)
            self.do(silent, "create", create_body(path, flags=EPHEMERAL))
            other = self.session(member)
            self.ensemble.wait_for("the silent one's end", lambda: other.call("exists", path_body(path))[1] == NO_NODE, 20)
            self.wait_closed(silent)
            other.call("closeSession")
        self.each_role(prove)

    def test_it_outlives_the_leader_then(self):
        follower = self.ensemble[self.ensemble.followers()[0]]
        session = self.session(follower)
        self.do(session, "create", create_body("/mine", flags=EPHEMERAL))
        self.leader.kill()
        self.leader.start()
        self.ensemble.wait_serving()
        again = self.resume(follower, session)
        self.assertEqual(again.id, session.id)
        self.do(again, "exists", path_body("/mine"))
        self.do(again, "closeSession", b"")


if __name__ == "__main__":
    cases.parse(("--ports", {"default": f"{FIRST_PORT}-{LAST_PORT}"}))
    cases.run()
