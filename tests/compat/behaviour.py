#!/usr/bin/python3
"""What the differential test cannot compare, because it takes time or would break the oracle: expiry, reaping,
limits, and requests that Apache ZooKeeper 3.8.0 must not be sent.

  behaviour.py SERVER [--directory DIR] [test names]
"""
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.jute import Writer
from harness.wire import (NO_PASSWORD, OPEN_ACL, Closed, Session, Wire, connect_request, create_body, four_letter,
                          path_body, set_body)

TICK_MS = 500
SHORT = {"tickTime": TICK_MS, "minSessionTimeout": 1000}
NONODE, BADARGUMENTS, MARSHALLINGERROR, UNIMPLEMENTED = -101, -8, -5, -6


def ttl_body(path, flags, ttl):
    return Writer().text(path).buffer(b"").acl(OPEN_ACL).int(flags).long(ttl).bytes()


class Time(ServerCase):
    def wait_gone(self, session, path, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if session.call("exists", path_body(path))[1] == NONODE:
                return True
            time.sleep(0.05)
        return False

    def test_a_silent_session_expires_not_before_its_timeout_and_takes_its_ephemerals_along(self):
        server = self.make_server(SHORT).start()
        watcher = Session(server.address, 10000)
        silent = Session(server.address, 2000)
        silent.call("create", create_body("/mine", flags=1))
        watcher.call("exists", path_body("/mine", watch=True))
        began = time.monotonic()
        self.assertTrue(self.wait_gone(watcher, "/mine", 10))
        lasted = time.monotonic() - began
        self.assertGreaterEqual(lasted, 1.9)
        self.assertLess(lasted, 2 + 3 * TICK_MS / 1000 + 1)
        self.assertEqual(watcher.events, [(2, 3, "/mine")])
        with self.assertRaises(Closed):
            silent.wire.frame()
        again = Session(server.address, 2000, silent.id, silent.password)
        self.assertEqual((again.timeout_ms, again.id), (0, 0))

    def test_pings_keep_a_session(self):
        server = self.make_server(SHORT).start()
        session = Session(server.address, 1000)
        session.call("create", create_body("/mine", flags=1))
        for _ in range(12):
            time.sleep(0.25)
            session.wire.send(struct.pack(">ii", -2, 11))
            self.assertEqual(session.reply()[0], -2)
        self.assertEqual(session.call("exists", path_body("/mine"))[1], 0)

    def test_an_empty_container_and_an_old_ttl_node_are_deleted_and_others_are_not(self):
        server = self.make_server(SHORT, {"znode.container.checkIntervalMs": 300}).start()
        session = Session(server.address, 20000)
        session.call("createContainer", create_body("/box", flags=4))
        session.call("createContainer", create_body("/unused", flags=4))
        session.call("create", create_body("/box/a"))
        session.call("createTTL", ttl_body("/soon", 5, 600))
        session.call("createTTL", ttl_body("/later", 5, 1000000))
        session.call("createTTL", ttl_body("/parent", 5, 600))
        session.call("create", create_body("/parent/child"))
        session.call("delete", Writer().text("/box/a").int(-1).bytes())
        for path in ("/box", "/soon"):
            self.assertTrue(self.wait_gone(session, path, 10), path)
        for path in ("/later", "/unused", "/parent"):
            self.assertEqual(session.call("exists", path_body(path))[1], 0, path)

    def test_a_connection_without_a_session_is_closed_after_a_while(self):
        server = self.make_server(SHORT, {"zookeeper.nio.sessionlessCnxnTimeout": 1000}).start()
        wire = Wire(server.address, 10)
        began = time.monotonic()
        with self.assertRaises(Closed):
            wire.frame()
        self.assertLess(time.monotonic() - began, 5)


class Limits(ServerCase):
    def test_the_connections_of_one_address_are_limited(self):
        server = self.make_server({"maxClientCnxns": 3}).start()
        # the words that asked whether it serves may not be counted off yet
        deadline = time.monotonic() + 5
        while True:
            sessions = []
            try:
                sessions = [Session(server.address) for _ in range(3)]
                break
            except (Closed, OSError):
                [session.close() for session in sessions]
                self.assertLess(time.monotonic(), deadline)
        with self.assertRaises((Closed, OSError)):
            Session(server.address)
        sessions.pop().close()
        while True:
            try:
                Session(server.address)
                break
            except (Closed, OSError):
                self.assertLess(time.monotonic(), deadline)

    def test_many_pipelined_requests_are_all_answered_in_order(self):
        server = self.make_server().start()
        session = Session(server.address)
        session.call("create", create_body("/a"))
        session.wire.socket.settimeout(60)
        xids = []
        for i in range(4000):
            xids.append(session.submit("setData", set_body("/a", b"%d" % i)))
            xids.append(session.submit("getData", path_body("/a")))
        for i in range(0, len(xids), 2):
            self.assertEqual(session.reply()[0], xids[i])
            xid, _, err, reader = session.reply()
            self.assertEqual((xid, err, reader.buffer()), (xids[i + 1], 0, b"%d" % (i // 2)))

    def test_a_frame_of_the_largest_size_is_taken_and_a_larger_one_drops_the_connection(self):
        server = self.make_server().start()
        session = Session(server.address)
        room = 0xfffff - 8 - len(create_body("/big", b""))
        self.assertEqual(session.call("create", create_body("/big", b"x" * room))[1], 0)
        with self.assertRaises((Closed, OSError)):  # while sending, when the server is quicker than the megabyte
            session.submit("setData", set_body("/big", b"x" * 0xfffff))
            session.reply()
        again = Session(server.address)
        _, err, reader = again.call("getData", path_body("/big"))
        self.assertEqual((err, len(reader.buffer())), (0, room))

    def test_a_reader_that_does_not_read_does_not_hold_up_others(self):
        server = self.make_server().start()
        greedy = Session(server.address)
        greedy.call("create", create_body("/big", b"x" * 900000))
        greedy.wire.socket.setblocking(False)
        frame = Writer().int(7).int(4).raw(path_body("/big")).bytes()
        try:
            for _ in range(20000):
                greedy.wire.send(frame)
        except (BlockingIOError, Closed):
            pass
        other = Session(server.address, socket_timeout=10)
        for i in range(50):
            self.assertEqual(other.call("create", create_body(f"/n{i}"))[1], 0)

    def test_the_words_of_an_unlisted_kind_are_refused(self):
        server = self.make_server({"4lw.commands.whitelist": "ruok"}).start()
        self.assertEqual(four_letter(server.address, "ruok"), "imok")
        self.assertEqual(four_letter(server.address, "mntr"),
                         "mntr is not executed because it is not in the whitelist.\n")
        self.assertIn("Mode: standalone", four_letter(server.address, "srvr"))


class Refusals(ServerCase):
    """kept_differences.NOT_SENT: the oracle breaks on these."""

    def setUp(self):
        super().setUp()
        if self.is_apache:
            self.skipTest("Apache ZooKeeper 3.8.0 breaks on it")
        self.server = self.make_server().start()
        self.session = Session(self.server.address)

    def assert_unknown(self, op, body):
        self.assertEqual(self.session.call(op, body)[1], UNIMPLEMENTED)
        with self.assertRaises(Closed):
            self.session.wire.frame()

    def tearDown(self):
        if self.is_apache:
            return
        self.server.kill()
        self.server.start()  # its log can be read back
        self.assertEqual(Session(self.server.address).call("create", create_body("/after"))[1], 0)

    def test_ttl_without_the_flag_is_a_bad_argument(self):
        for flags in range(5):
            for ttl in (-1, -5, 0, 7):
                self.assertEqual(self.session.call("createTTL", ttl_body("/t", flags, ttl))[1], BADARGUMENTS)

    def test_a_check_outside_a_multi_is_unknown(self):
        self.assert_unknown("check", Writer().text("/").int(-1).bytes())

    def test_a_client_cannot_delete_containers(self):
        self.assert_unknown("deleteContainer", Writer().text("/").bytes())

    def test_a_second_createSession_is_unknown(self):
        self.assert_unknown("createSession", Writer().int(5000).bytes())

    def test_a_multi_in_a_multi_is_not_understood(self):
        end = Writer().int(-1).bool(True).int(-1).bytes()
        inner = Writer().int(14).bool(False).int(-1).raw(end).bytes()
        self.assertEqual(self.session.call("multi", inner + end)[1], MARSHALLINGERROR)

    def test_lengths_that_promise_too_much_cost_nothing(self):
        bomb = Writer().text("/a").buffer(b"").int(0x7fffffff).bytes()
        self.assertEqual(self.session.call("create", bomb)[1], MARSHALLINGERROR)
        bomb = Writer().long(0).int(0x7fffffff).bytes()
        self.assertEqual(self.session.call("setWatches", bomb)[1], MARSHALLINGERROR)

    def test_a_connect_request_that_is_none_is_dropped(self):
        for payload in (b"", b"\0" * 10, connect_request(1000)[:-6]):
            wire = Wire(self.server.address, 10)
            wire.send(payload)
            with self.assertRaises(Closed):
                wire.frame()

    def test_a_wrong_password_does_not_get_the_session(self):
        for password in (NO_PASSWORD, b"x" * 16, b"", self.session.password[:15]):
            other = Session(self.server.address, 4000, self.session.id, password)
            self.assertEqual((other.timeout_ms, other.id, other.password), (0, 0, NO_PASSWORD))


if __name__ == "__main__":
    cases.main()
