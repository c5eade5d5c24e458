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
from harness.jute import Reader, Writer
from harness.wire import (NO_PASSWORD, OPEN_ACL, OPS, PING_XID, Closed, Session, Wire, connect_request, create_body,
                          four_letter, path_body, read_stat, set_body)

TICK_MS = 500
SHORT = {"tickTime": TICK_MS, "minSessionTimeout": 1000}
NONODE, NOAUTH, BADARGUMENTS, MARSHALLINGERROR, UNIMPLEMENTED, THROTTLEDOP = -101, -102, -8, -5, -6, -127


def multi_creates(paths):
    body = Writer()
    for path in paths:
        body.int(OPS["create"]).bool(False).int(-1).raw(create_body(path))
    return body.int(-1).bool(True).int(-1).bytes()


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
            session.wire.send(struct.pack(">ii", PING_XID, OPS["ping"]))
            self.assertEqual(Reader(session.wire.frame()).int(), PING_XID)
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

    def test_a_storm_of_sessions_is_let_in_by_the_tokens_that_are_left(self):
        server = self.make_server({"connection_throttle_tokens": 3, "connection_throttle_fill_time": 1000000}).start()
        sessions = [Session(server.address) for _ in range(3)]
        with self.assertRaises((Closed, OSError)):
            Session(server.address)
        for session in sessions:
            self.assertEqual(session.call("getData", path_body("/"))[1], 0)

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

    def test_a_large_request_is_refused_where_there_is_no_room_for_it(self):
        """largeRequestThreshold and largeRequestMaxBytes, in zoo.cfg as well as by -D."""
        server = self.make_server({"largeRequestThreshold": 1000}, {"zookeeper.largeRequestMaxBytes": 50_000}).start()
        session = Session(server.address)
        self.assertEqual(session.call("create", create_body("/small", b"x" * 500))[1], 0)
        for i in range(5):  # each leaves its room to the next
            self.assertEqual(session.call("create", create_body(f"/large{i}", b"x" * 40_000))[1], 0)
        self.assertEqual(server.metrics()["large_requests_rejected"], "0")
        with self.assertRaises(Closed):
            session.submit("create", create_body("/larger", b"x" * 50_000))
            session.reply()
        self.assertEqual(server.metrics()["large_requests_rejected"], "1")
        again = Session(server.address, 30000, session.id, session.password)
        self.assertEqual(again.call("exists", path_body("/larger"))[1], NONODE)
        if not self.is_apache:
            server.wait_logged("sent create of /larger with .* largeRequestMaxBytes has no room for them")

    def test_watches_are_armed_again_however_many_there_are(self):
        """libzookeeper sends them in one piece, on every connection, until one takes them."""
        if self.is_apache:
            self.skipTest("Apache ZooKeeper closes the connection, whoever asks")
        server = self.make_server().start()
        session = Session(server.address)
        paths = [f"/{'w' * 100}{i:08}" for i in range(20_000)]
        body = Writer().long(session.last_zxid).int(0).int(len(paths))
        for path in paths:
            body.text(path)
        body = body.int(0).bytes()
        self.assertGreater(len(body), 2 << 20)
        self.assertEqual(session.call("setWatches", body)[1], 0)
        session.call("create", create_body(paths[-1]))
        self.assertEqual(session.events, [(1, 3, paths[-1])])
        # The same length of anything else is not read: the connection may end while it is still being sent.
        with self.assertRaises(Closed):
            session.submit("getData", body)
            session.reply()
        server.wait_logged("jute.maxbuffer allows 1048575")

    def test_a_client_that_cannot_take_an_answer_is_told_so_in_the_end(self):
        """What a client of ZooKeeper's own library does: it reads a length above its jute.maxbuffer, closes, comes back."""
        if self.is_apache:
            self.skipTest("Apache ZooKeeper sends it for ever")
        server = self.make_server().start()
        session = Session(server.address)
        session.call("create", create_body("/crowd"))
        for i in range(12):
            session.call("multi", multi_creates([f"/crowd/{'c' * 100}{i:03}{j:04}" for j in range(1000)]))
        for _ in range(2):
            session.submit("getChildren", path_body("/crowd"))
            session.wire.frame()
            session.close()
            session = Session(server.address, 30000, session.id, session.password)
        _, err, reader = session.call("getChildren", path_body("/crowd"))
        self.assertEqual(err, MARSHALLINGERROR)
        self.assertEqual(session.call("getData", path_body("/crowd"))[1], 0)
        # Who takes it gets it.
        self.assertEqual(Session(server.address).call("getChildren", path_body("/crowd"))[1], 0)
        server.wait_logged(r'event=large_answer op=getChildren path="/crowd" bytes=13\d{5} limit=1048575 '
                           r'key=jute.maxbuffer done=sent session=0x[0-9a-f]+ address=127.0.0.1 times=1')

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


class Throttling(ServerCase):
    """request_throttle_*: no more than so many requests are under way at a time, and the others wait for their turn."""
    ONE = {**SHORT, "request_throttle_max_requests": 1}

    def pipelined(self, settings, writes):
        """That many writes of one node, and a ping in the middle, sent at once: the codes of their answers, in order."""
        server = self.make_server(settings).start()
        session = Session(server.address, 30000)
        session.call("create", create_body("/n"))
        asked = [session.submit("setData", set_body("/n", b"x")) for _ in range(writes)]
        session.wire.send(struct.pack(">ii", PING_XID, OPS["ping"]))
        answers = [session.reply() for _ in asked]
        self.assertEqual([xid for xid, _, _, _ in answers], asked)
        return server, session, [err for _, _, err, _ in answers]

    def version(self, session):
        reader = session.call("getData", path_body("/n"))[2]
        reader.buffer()
        return read_stat(reader)["version"]

    def test_all_that_wait_are_done_in_their_order(self):
        server, session, codes = self.pipelined(self.ONE, 1000)
        self.assertEqual(codes, [0] * 1000)
        self.assertEqual(self.version(session), 1000)
        self.assertGreater(int(server.metrics()["request_throttle_wait_count"]), 0)

    def test_who_waits_for_too_long_is_told_so_and_nothing_is_done(self):
        server, session, codes = self.pipelined({**self.ONE, "throttled_op_wait_time": 20}, 1000)
        self.assertEqual(set(codes), {0, THROTTLEDOP})
        self.assertEqual(self.version(session), codes.count(0))
        self.assertEqual(int(server.metrics()["throttled_ops"]), codes.count(THROTTLEDOP))
        self.assertEqual(session.call("setData", set_body("/n", b"y"))[1], 0)

    def test_without_a_limit_nobody_waits(self):
        _, session, codes = self.pipelined({**SHORT, "throttled_op_wait_time": 1000}, 1000)
        self.assertEqual(codes, [0] * 1000)

    def test_who_waits_for_longer_than_its_session_lives_is_dropped(self):
        server = self.make_server({**self.ONE, "request_stale_latency_check": "true",
                                   "globalOutstandingLimit": 100000}).start()
        session = Session(server.address, 1000)
        session.call("create", create_body("/n"))
        try:
            for _ in range(20000):
                session.submit("setData", set_body("/n", b"x"))
            while True:
                self.assertEqual(session.reply()[2], 0)
        except Closed:
            pass
        self.assertGreaterEqual(int(server.metrics()["stale_requests_dropped"]), 1)
        # Nothing behind it was done.
        other = Session(server.address, 30000)
        self.assertLess(self.version(other), 20000)

    def test_what_is_left_of_a_closed_connection_is_dropped(self):
        server = self.make_server(self.ONE).start()
        session, other = Session(server.address, 30000), Session(server.address, 30000)
        session.call("create", create_body("/n"))
        for _ in range(20000):
            session.submit("setData", set_body("/n", b"x"))
        session.close()
        self.assertEqual(other.call("exists", path_body("/n"))[1], 0)
        self.assertLess(self.version(other), 20000)


class Quotas(ServerCase):
    def test_what_goes_over_a_soft_limit_is_done_and_logged(self):
        log4j = Path(__file__).resolve().parents[1] / "harness" / "log4j.properties"
        server = self.make_server({"enforceQuota": "true"},
                                  jvm_flags=("-Xmx1g", f"-Dlog4j.configuration=file:{log4j}")).start()
        session = Session(server.address)
        for path, data in (("/q", b""), ("/zookeeper/quota/q", b""),
                           ("/zookeeper/quota/q/zookeeper_limits", b"count=2,bytes=5"),
                           ("/zookeeper/quota/q/zookeeper_stats", b"count=1,bytes=0"), ("/q/a", b""), ("/q/b", b""),
                           ("/q/c", b"123456")):
            self.assertEqual(session.call("create", create_body(path, data))[1], 0)
        server.terminate()
        log = server.log_path.read_text()
        if self.is_apache:
            self.assertIn("Quota exceeded: /q [current count=3, softCountLimit=2]", log)
            self.assertIn("Quota exceeded: /q [current bytes=6, softByteLimit=5]", log)
        else:
            self.assertIn('event=quota_exceeded path="/q" limit=countSoftLimit allowed=2 used=3 times=1', log)
            self.assertIn('event=quota_exceeded path="/q" limit=byteSoftLimit allowed=5 used=6 times=1', log)
            self.assertEqual(log.count("event=quota_exceeded"), 2)


class SessionSecrets(ServerCase):
    """sessionSecretFile, which Apache ZooKeeper does not know."""

    def setUp(self):
        super().setUp()
        if self.is_apache:
            self.skipTest("Apache ZooKeeper computes passwords from ids")
        self.file = self.directory / "session-secrets"
        self.server = self.make_server({"sessionSecretFile": self.file})

    def start(self, *lines):
        self.server.terminate()
        self.file.write_text("".join(f"{line}\n" for line in lines))
        self.file.chmod(0o600)
        self.server.start()

    def resumed(self, session):
        return Session(self.server.address, 30000, session.id, session.password)

    def test_a_session_survives_each_step_from_computed_passwords_to_secret_ones_and_to_other_secrets(self):
        first, second = "1" * 32, "2" * 32
        del self.server.settings["sessionSecretFile"]
        self.server.start()
        computed = Session(self.server.address)
        self.server.settings["sessionSecretFile"] = self.file
        self.start("zookeeper", first)
        self.assertEqual(self.resumed(computed).password, computed.password)
        self.start(first, "zookeeper")
        self.assertEqual(self.resumed(computed).id, computed.id)
        secret = Session(self.server.address)
        self.start(first)
        self.assertEqual(self.resumed(computed).id, 0)
        self.assertEqual(self.resumed(secret).id, secret.id)
        self.start(second, first)
        renewed = self.resumed(secret)  # and has the new password from now on
        self.assertNotEqual(renewed.password, secret.password)
        self.start(second)
        self.assertEqual(self.resumed(secret).id, 0)
        self.assertEqual(self.resumed(renewed).id, renewed.id)

    def test_a_secret_that_is_none_is_refused_at_the_start_and_not_shown(self):
        with self.assertRaises(RuntimeError) as refused:
            self.start("hunter2")
        self.assertIn("sessionSecretFile: ", str(refused.exception))
        self.assertIn("line 1: a secret of 7 characters can be guessed", str(refused.exception))
        self.assertNotIn("hunter2", str(refused.exception))


class Rights(ServerCase):
    def test_exists_with_a_watch_tells_nothing_of_a_node_that_may_not_be_read(self):
        """kept_differences.NOT_SENT: 3.8.0 does not ask, 3.9.2 and later do."""
        if cases.options.server == "apache":
            self.skipTest("Apache ZooKeeper 3.8.0 tells of it")
        server = self.make_server().start()
        session = Session(server.address)
        hidden = Writer().text("/hidden").buffer(b"").acl([(30, "world", "anyone")]).int(0).bytes()
        self.assertEqual(session.call("create", hidden)[1], 0)
        self.assertEqual(session.call("exists", path_body("/hidden", watch=True))[1], NOAUTH)
        session.call("setData", set_body("/hidden", b"new"))
        session.call("delete", Writer().text("/hidden").int(-1).bytes())
        self.assertEqual(session.call("exists", path_body("/hidden", watch=True))[1], NONODE)
        self.assertEqual(session.events, [])
        session.call("create", create_body("/hidden"))
        self.assertEqual(session.events, [(1, 3, "/hidden")])


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
