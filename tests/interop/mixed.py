#!/usr/bin/python3
"""Ensembles of Paddock and Apache ZooKeeper servers together.

  mixed.py PADDOCKD [--directory DIR] [test names]
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "process"))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import APACHE, Ensemble
from harness.jute import Writer
from harness.wire import OPEN_ACL, OPS, Session, create_body, path_body, set_body

from history import Load

NONODE, NOAUTH, BADVERSION = -101, -102, -103
READ_ONLY_ACL = [(1, "world", "anyone")]
CONTAINER = 4


class MixedCase(ServerCase):
    def make_ensemble(self, letters, **more):
        """'PAA': server 1 is a Paddock, 2 and 3 are Apache's."""
        kinds = [cases.options.server if letter == "P" else APACHE for letter in letters]
        ensemble = Ensemble(self.directory, kinds, **more)
        self.addCleanup(ensemble.kill)
        return ensemble.start()

    def assert_no_mismatch(self, ensemble):
        for member in ensemble:
            self.assertEqual(member.metrics()["digest_mismatches_count"], "0", member)


class Together(MixedCase):
    """Every combination of kinds, each with each server in the lead that an election by ids gives."""

    def check(self, letters):
        ensemble = self.make_ensemble(letters)
        sessions = {member.number: Session(member.address, 20000) for member in ensemble}
        for number, session in sessions.items():
            self.write_everything(session, f"/by-{number}")
        for number, session in sessions.items():
            other = sessions[number % len(sessions) + 1]
            self.read_everything(other, f"/by-{number}", session.id)
        self.move_session(ensemble, sessions.pop(1))
        for session in sessions.values():
            session.call("closeSession")
        tree = ensemble.wait_equal()
        self.assertFalse([path for path in tree if path.endswith("/ephemeral")])
        self.assert_no_mismatch(ensemble)

    def write_everything(self, session, root):
        call = self.succeed
        call(session, "create", create_body(root, b"0"))
        for _ in range(3):
            call(session, "create", create_body(f"{root}/n-", b"x", flags=2))
        call(session, "create", create_body(f"{root}/ephemeral", b"", flags=1))
        call(session, "createContainer", create_body(f"{root}/container", flags=CONTAINER))
        call(session, "create", create_body(f"{root}/closed", b"", READ_ONLY_ACL))
        self.assertEqual(session.call("setData", set_body(f"{root}/closed", b"x"))[1], NOAUTH)
        call(session, "setACL", Writer().text(root).acl(OPEN_ACL).int(0).bytes())
        call(session, "setData", set_body(root, b"1", 0))
        self.assertEqual(session.call("setData", set_body(root, b"2", 0))[1], BADVERSION)
        call(session, "multi", multi(("setData", set_body(root, b"2")), ("create", create_body(f"{root}/m", b"m")),
                                     ("delete", Writer().text(f"{root}/n-0000000000").int(-1).bytes())))
        call(session, "multi", multi(("create", create_body(f"{root}/never")), ("check", Writer().text(root).int(9).bytes())))
        call(session, "delete", Writer().text(f"{root}/n-0000000001").int(0).bytes())

    def read_everything(self, session, root, owner):
        self.succeed(session, "sync", Writer().text(root).bytes())
        self.assertEqual(self.succeed(session, "getData", path_body(root)).buffer(), b"2")
        names = self.succeed(session, "getChildren", path_body(root)).texts()
        self.assertEqual(sorted(names), ["closed", "container", "ephemeral", "m", "n-0000000002"])
        self.assertEqual(session.call("exists", path_body(f"{root}/never"))[1], NONODE)

    def move_session(self, ensemble, session):
        for number in (2, 3, 1, 2):
            session = Session(ensemble[number].address, 20000, session.id, session.password)
            self.assertEqual(self.succeed(session, "getData", path_body("/by-1/ephemeral")).buffer(), b"")
            self.succeed(session, "setData", set_body("/by-1", b"2"))
        session.call("closeSession")

    def succeed(self, session, op, body):
        _, err, reader = session.call(op, body)
        self.assertEqual(err, 0, op)
        return reader

    def test_one_paddock_that_leads(self):
        self.check("AAP")

    def test_one_paddock_that_follows(self):
        self.check("PAA")

    def test_two_paddocks_of_which_one_leads(self):
        self.check("APP")

    def test_two_paddocks_that_follow(self):
        self.check("PPA")


class Killed(MixedCase):
    ROUNDS = 20

    def test_the_leader_of_either_kind_again_and_again(self):
        """An Apache server that leads and one of Paddock in turn; each comes back."""
        ensemble = self.make_ensemble("APA")
        with Load(ensemble, timeout_ms=40000) as load:
            for _ in range(self.ROUNDS):
                load.wait_progress()
                leader = ensemble.wait_leader()
                ensemble.kill(leader)
                load.wait_progress()
                ensemble.start(leader)
        load.check()
        self.assertEqual(load.expired, 0)


class Replaced(MixedCase):
    def test_each_apache_server_by_a_paddock_under_load_and_back(self):
        """Fresh disks. A client holds an ephemeral lock all the time, and notices nothing but lost connections."""
        ensemble = self.make_ensemble("AAA")
        with Lock(ensemble) as lock, Load(ensemble, timeout_ms=40000) as load:
            for kind in (cases.options.server, APACHE):
                for number in (1, 2, 3):
                    load.wait_progress()
                    ensemble[number].terminate()
                    ensemble.replace(number, kind)
                    ensemble.start(number)
                    load.wait_progress()
                lock.check(self)
        load.check()
        self.assertEqual(load.expired, 0)


class Lock:
    """kazoo's client and its lock recipe."""

    def __init__(self, ensemble):
        from kazoo.client import KazooClient
        hosts = ",".join(f"{host}:{port}" for host, port in ensemble.addresses)
        self.states = []
        self.client = KazooClient(hosts, timeout=40)
        self.client.add_listener(self.states.append)

    def __enter__(self):
        self.client.start(30)
        self.lock = self.client.Lock("/lock", "the-holder")
        self.lock.acquire(timeout=30)
        self.session = self.client.client_id[0]
        return self

    def check(self, case):
        case.assertNotIn("LOST", self.states)
        case.assertEqual(self.client.client_id[0], self.session)
        case.assertEqual(self.client.retry(self.lock.contenders), ["the-holder"])

    def __exit__(self, *_):
        self.client.stop()
        self.client.close()


def multi(*operations):
    writer = Writer()
    for name, body in operations:
        writer.int(OPS[name]).bool(False).int(-1).raw(body)
    return writer.int(-1).bool(True).int(-1).bytes()


if __name__ == "__main__":
    cases.main()
