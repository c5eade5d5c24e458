#!/usr/bin/python3
"""What one client may take of a strict server (paddock.hardening=strict), each limit driven to its edge: what it is told, that
others are served, and that memory does not grow with it.

  hardening.py SERVER [--directory DIR] [test names]
"""
import re
import socket
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.jute import Writer
from harness.wire import OPEN_ACL, OPS, Session, create_body, path_body, set_body

XID_AUTH = -4
NO_NODE, THROTTLED, QUOTA_EXCEEDED, BAD_ARGUMENTS, INVALID_ACL, AUTH_FAILED = -101, -127, -125, -8, -114, -115


def auth_request(scheme, credential):
    return struct.pack(">ii", XID_AUTH, OPS["auth"]) + Writer().int(0).text(scheme).text(credential).bytes()


def prove(session, scheme, credential):
    session.wire.send(auth_request(scheme, credential))
    return session.reply()[2]


def multi_body(count):
    writer = Writer()
    for index in range(count):
        writer.int(OPS["create"]).bool(False).int(-1).raw(create_body(f"/m{index}"))
    return writer.int(-1).bool(True).int(-1).bytes()


class Strict(ServerCase):
    def setUp(self):
        super().setUp()
        self.server = self.make_server({}, {"paddock.hardening": "strict"}).start()
        self.witness = Session(self.server.address)

    def rss_mib(self):
        status = Path(f"/proc/{self.server.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def tearDown(self):
        """Whatever was done, others are served."""
        self.assertEqual(self.witness.call("create", create_body("/witness"))[1], 0)
        self.assertEqual(self.witness.call("getData", path_body("/witness"))[1], 0)

    def assert_told(self, key):
        self.server.wait_logged(f"event=limit_reached key={key} ")

    def ask(self, session, op, bodies):
        """Pipelined; the errors that were answered."""
        errors = []
        bodies = list(bodies)
        for begin in range(0, len(bodies), 50):
            chunk = bodies[begin:begin + 50]
            for body in chunk:
                session.submit(op, body)
            errors += [session.reply()[2] for _ in chunk]
        return errors

    def test_watches(self):
        greedy = Session(self.server.address)
        self.assertEqual(set(self.ask(greedy, "exists", (path_body(f"/w{n}", True) for n in range(100000)))), {NO_NODE})
        self.assertEqual(self.ask(greedy, "exists", [path_body("/one-more", True)] * 3), [THROTTLED] * 3)
        self.assertEqual(self.ask(greedy, "exists", [path_body("/one-more")]), [NO_NODE])
        self.assert_told("paddock.maxWatchesPerConnection")
        self.assertLess(self.rss_mib(), 150)
        self.assertEqual(self.witness.call("exists", path_body("/mine", True))[1], NO_NODE)

    def test_ephemerals(self):
        greedy = Session(self.server.address)
        self.assertEqual(set(self.ask(greedy, "create", (create_body(f"/e{n}", flags=1) for n in range(10000)))), {0})
        self.assertEqual(self.ask(greedy, "create", [create_body("/one-more", flags=1)]), [QUOTA_EXCEEDED])
        self.assertEqual(self.ask(greedy, "create", [create_body("/persistent")]), [0])
        self.assertLess(self.rss_mib(), 150)
        greedy.call("closeSession")
        self.assertEqual(self.witness.call("exists", path_body("/e0"))[1], NO_NODE)
        self.assertEqual(self.witness.call("exists", path_body("/e9999"))[1], NO_NODE)

    def test_paths_of_ephemerals(self):
        greedy = Session(self.server.address)
        names = [f"/{n:02}" + "p" * 32765 for n in range(16)]  # 512 KiB
        self.assertEqual(self.ask(greedy, "create", (create_body(name, flags=1) for name in names)), [0] * 16)
        self.assertEqual(self.ask(greedy, "create", [create_body("/e", flags=1)]), [QUOTA_EXCEEDED])

    def test_requests_that_are_not_answered(self):
        """They are taken as they are answered, and a client that does not read its answers is not read."""
        greedy = Session(self.server.address)
        self.assertEqual(greedy.call("create", create_body("/large"))[1], 0)
        body = struct.pack(">ii", 7, OPS["setData"]) + set_body("/large", b"x" * 500000)
        frames = struct.pack(">i", len(body)) + body
        greedy.wire.socket.settimeout(0.2)
        sent = 0
        try:
            while sent < 1000 * len(frames):
                sent += greedy.wire.socket.send(frames)
        except (TimeoutError, OSError):
            pass
        self.assertLess(self.rss_mib(), 250)

    def test_paths_lists_and_multis(self):
        self.assertEqual(self.ask(self.witness, "create", [
            create_body("/" + "a" * 65535), create_body("/" + "a" * 65536),
            create_body("/acl", acl=[(1, "ip", f"10.0.0.{n}") for n in range(64)]),
            create_body("/acls", acl=[(1, "ip", f"10.0.0.{n}") for n in range(65)])]), [0, BAD_ARGUMENTS, 0, INVALID_ACL])
        self.assertEqual(self.witness.call("multi", multi_body(10000))[1], 0)
        self.assertEqual(self.witness.call("multi", multi_body(10001))[1], BAD_ARGUMENTS)

    def test_nothing_but_what_a_server_needs(self):
        """Each thread, those that began before the filter was there, too."""
        self.server.wait_logged("event=confined")
        threads = list(Path(f"/proc/{self.server.pid}/task").glob("*/status"))
        self.assertGreater(len(threads), 2)
        for thread in threads:
            self.assertRegex(thread.read_text(), r"Seccomp:\s+2\n")
            self.assertRegex(thread.read_text(), r"NoNewPrivs:\s+1\n")

    def test_users(self):
        many = Session(self.server.address)
        self.assertEqual([prove(many, "digest", f"user{n}:x") for n in range(17)], [0] * 16 + [AUTH_FAILED])
        self.assert_told("paddock.maxIdentitiesPerConnection")

    def test_failures_to_log_in(self):
        for _ in range(5):
            self.assertEqual(prove(Session(self.server.address), "nonsense", "x"), AUTH_FAILED)
        self.assertEqual(prove(Session(self.server.address), "digest", "user:x"), AUTH_FAILED)
        self.assert_told("paddock.maxAuthFailuresPerMinute")

    def test_connections_that_come_too_fast(self):
        """From one address: another one is let in meanwhile."""
        refused = 0
        for _ in range(300):
            with socket.create_connection(self.server.address, timeout=10) as connection:
                connection.sendall(b"ruok")
                try:
                    refused += connection.recv(4) != b"imok"
                except ConnectionResetError:
                    refused += 1
        self.assertGreater(refused, 0)
        with socket.create_connection(self.server.address, timeout=10, source_address=("127.0.0.2", 0)) as connection:
            connection.sendall(b"ruok")
            self.assertEqual(connection.recv(4), b"imok")


class Settings(ServerCase):
    def refused(self, settings, defines):
        server = self.make_server(settings, defines)
        server.start(wait=False)
        self.assertEqual(server.wait(), 2)
        return server.log_path.read_text()

    def test_what_is_neither_strict_nor_none_is_refused(self):
        self.assertIn("paddock.hardening: 'very'", self.refused({}, {"paddock.hardening": "very"}))

    def test_a_strict_server_does_not_skip_acls(self):
        self.assertIn("skipACL=yes", self.refused({"skipACL": "yes"}, {"paddock.hardening": "strict"}))

    def test_nobody_else_reads_what_is_stored_strict_or_not(self):
        server = self.make_server().start()
        stored = list(Path(server.settings["dataDir"]).rglob("*"))
        self.assertTrue(any(path.suffix == ".log" for path in stored))
        self.assertEqual([path for path in stored if path.stat().st_mode & 0o077], [])

    def test_one_limit_can_be_set_and_one_lifted(self):
        server = self.make_server({"paddock.maxIdentitiesPerConnection": 1, "paddock.hardening": "strict",
                                   "paddock.maxMultiOperations": 0}).start()
        session = Session(server.address)
        self.assertEqual(session.call("multi", multi_body(10001))[1], 0)
        self.assertEqual([prove(session, "digest", f"user{n}:x") for n in range(2)], [0, AUTH_FAILED])

    def test_a_server_that_is_short_of_memory_takes_no_more(self):
        server = self.make_server({}, {"paddock.maxMemoryMiB": "100"}).start()
        session = Session(server.address)
        errors = set()
        for index in range(400):  # MiB
            errors.add(session.call("create", create_body(f"/n{index}", b"x" * 1000000))[1])
            if THROTTLED in errors:
                break
        self.assertEqual(errors, {0, THROTTLED})
        server.wait_logged("event=limit_reached key=paddock.maxMemoryMiB ")
        self.assertEqual(session.call("exists", path_body("/n0"))[1], 0)

    def test_by_itself_a_server_has_the_limits_of_zookeeper(self):
        server = self.make_server().start()
        session = Session(server.address)
        self.assertEqual([prove(session, "digest", f"user{n}:x") for n in range(40)], [0] * 40)
        self.assertEqual(session.call("multi", multi_body(10001))[1], 0)
        self.assertEqual(session.call("create", create_body("/" + "a" * 70000, acl=OPEN_ACL))[1], 0)


if __name__ == "__main__":
    cases.main()
