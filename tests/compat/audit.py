#!/usr/bin/python3
"""The audit log: the same operations on Apache ZooKeeper and on Paddock leave the same lines, but for session ids.

  audit.py SERVER [--oracle apache-3.9.5] [--directory DIR] [test names]
"""
import os
import re
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.dynamic import DynamicEnsemble
from harness.jute import Writer
from harness.servers import APACHE, Server, free_port, is_apache
from harness.wire import OPEN_ACL, OPS, Session, create_body, path_body, set_body

PORTS = tuple(map(int, os.environ.get("PADDOCK_TEST_PORTS", "25500-25999").split("-")))
AUDITED = {"audit.enable": "true"}
FILE = "zookeeper_audit.log"
LOG4J = Path(__file__).resolve().parents[1] / "harness" / "log4j.properties"
JVM_FLAGS = ("-Xmx1g", f"-Dlog4j.configuration=file:{LOG4J}")  # of 3.8.0; 3.9 writes to stderr by itself
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (INFO|ERROR) o\.a\.z\.a\.Slf4jAuditLogger: (.*)")
DELETION = "ephemeralZNodeDeletionOnSessionCloseOrExpire"
XID_AUTH = -4


def delete_body(path, version=-1):
    return Writer().text(path).int(version).bytes()


def acl_body(path, acl, version=-1):
    return Writer().text(path).acl(acl).int(version).bytes()


def ttl_body(path, flags, ttl):
    return Writer().text(path).buffer(b"").acl(OPEN_ACL).int(flags).long(ttl).bytes()


def multi_body(*ops):
    writer = Writer()
    for op, body in ops:
        writer.int(OPS[op]).bool(False).int(-1).raw(body)
    return writer.int(-1).bool(True).int(-1).bytes()


def reconfig_body(joining=None, leaving=None):
    return Writer().text(joining).text(leaving).text(None).long(-1).bytes()


def auth(session, credential):
    session.wire.send(struct.pack(">ii", XID_AUTH, OPS["auth"])
                      + Writer().int(0).text("digest").text(credential).bytes())
    assert session.reply()[2] == 0


class Masked:
    """Lines as pairs, with what differs from run to run replaced."""

    def __init__(self):
        self.sessions = {}

    def line(self, text):
        pairs = [pair.split("=", 1) for pair in text.split("\t")]
        for pair in pairs:
            if pair[0] == "session":
                pair[1] = self.sessions.setdefault(pair[1], f"session {len(self.sessions) + 1}")
            if pair == ["ip", ""]:  # what Java says of a client that has just gone
                pair[1] = "127.0.0.1"
            if pair[0] == "user":  # Java shows them in the order of its hashes
                pair[1] = ",".join(sorted(pair[1].split(",")))
        return " ".join("=".join(pair) for pair in pairs)

    def lines(self, texts):
        """Of one server. The nodes of one session go in any order."""
        lines = [self.line(text) for text in texts]
        at = 0
        while at < len(lines):
            end = at
            while end < len(lines) and DELETION in lines[end]:
                end += 1
            lines[at:end] = sorted(lines[at:end])
            at = end + 1
        return lines


def audit_texts(server):
    """What follows the logger's name, line by line."""
    log = server.log_path if server.is_apache else Path(server.settings["dataDir"]) / FILE
    parts = (line.rstrip("\n").split("Slf4jAuditLogger", 1) for line in log.open(errors="replace"))
    return [part[1].removeprefix(":").removeprefix(" -").removeprefix(" ") for part in parts if len(part) == 2]


class Compared(ServerCase):
    def setUp(self):
        super().setUp()
        self.oracle = cases.options.oracle

    def of_both(self, run):
        """What `run(directory, program)` gives for the oracle, and for the server."""
        return run(self.directory / "oracle", self.oracle), run(self.directory / "server", cases.options.server)

    def run_on(self, directory, program, tour):
        server = Server(program, directory, free_port(), AUDITED, jvm_flags=JVM_FLAGS)
        self.addCleanup(server.kill)
        server.start()
        tour(server)
        server.terminate()
        return Masked().lines(audit_texts(server))

    def compare(self, tour):
        expected, lines = self.of_both(lambda directory, program: self.run_on(directory, program, tour))
        self.assertEqual(lines, expected)
        return lines

    def test_what_a_client_does_and_what_fails(self):
        def tour(server):
            client = Session(server.address)
            for op, body in (
                    ("create", create_body("/a")), ("create", create_body("/a")), ("create", create_body("/no/where")),
                    ("create", create_body("relative")), ("create", create_body("/a/s-", flags=2)),
                    ("create2", create_body("/a/e", flags=1)), ("create2", create_body("/a/es-", flags=3)),
                    ("createContainer", create_body("/c", flags=4)), ("setData", set_body("/a", b"x")),
                    ("setData", set_body("/a", b"y", 7)), ("setData", set_body("/none", b"y")),
                    ("delete", delete_body("/a")), ("delete", delete_body("/none")), ("delete", delete_body("/c")),
                    ("delete", delete_body("/")), ("setACL", acl_body("/a", [(31, "world", "anyone"), (1, "ip", "10.0.0.1")])),
                    ("setACL", acl_body("/a", [])), ("setACL", acl_body("/none", OPEN_ACL)),
                    ("setACL", acl_body("/a", [(3, "digest", "nobody")])),
                    ("getData", path_body("/a")), ("exists", path_body("/none")), ("sync", path_body("/a")[:-1]),
                    ("reconfig", reconfig_body(leaving="3")), ("create", create_body("/\u00e4"))):
                client.call(op, body)
            client.call("closeSession")

        lines = self.compare(tour)
        self.assertEqual(len([line for line in lines if DELETION in line]), 2)

    def test_multis(self):
        def tour(server):
            client = Session(server.address)
            client.call("create", create_body("/m"))
            client.call("multi", multi_body(("create", create_body("/m/a", flags=1)), ("create2", create_body("/m/b")),
                                            ("create", create_body("/m/s-", flags=2)), ("setData", set_body("/m", b"x")),
                                            ("check", delete_body("/m", 1)), ("delete", delete_body("/m/b"))))
            client.call("multi", multi_body(("create", create_body("/m/c")), ("delete", delete_body("/none"))))
            client.call("multi", multi_body())
            client.call("multi", b"\0\0")

        self.compare(tour)

    def test_users_and_what_they_may_not(self):
        def tour(server):
            client = Session(server.address)
            auth(client, "bob:secret")
            client.call("create", create_body("/bobs", acl=[(31, "auth", "")]))
            auth(client, "super:test")
            auth(client, "alice:\u00fc")
            auth(client, " :blank")
            client.call("setData", set_body("/bobs", b"x"))
            stranger = Session(server.address)
            stranger.call("setData", set_body("/bobs", b"y"))
            stranger.call("create", create_body("/bobs/child"))
            stranger.call("delete", delete_body("/zookeeper/config"))
            stranger.call("reconfig", reconfig_body(leaving="1"))

        self.compare(tour)

    def test_a_client_that_hangs_up_is_told_of(self):
        def tour(server):
            witness = Session(server.address)
            client = Session(server.address)
            client.call("create", create_body("/before"))
            client.submit("create", create_body("/parting"))
            client.close()
            deadline = time.monotonic() + 20
            while witness.call("exists", path_body("/parting"))[1] != 0:
                self.assertLess(time.monotonic(), deadline)

        self.compare(tour)

    def test_what_is_audited_since_3_9(self):
        if self.oracle == APACHE:
            self.skipTest("3.8.0 tells neither of createTTL nor of what it cannot read")

        def tour(server):
            client = Session(server.address)
            client.call("createTTL", ttl_body("/t", 5, 60000))
            client.call("createTTL", ttl_body("/t-", 6, 60000))
            client.call("createTTL", ttl_body("/t", 5, 60000))
            client.call("multi", multi_body(("createTTL", ttl_body("/t2", 5, 60000))))
            client.call("create", b"no record")
            client.call("delete", Writer().text("/a").bytes())

        self.compare(tour)

    def test_an_ensemble(self):
        """A request is told where its client is, the end of a session everywhere."""
        def run(directory, program):
            ensemble = DynamicEnsemble(directory, [program] * 3, PORTS)
            self.addCleanup(ensemble.kill)
            for server in ensemble:
                server.settings.update(AUDITED)
            ensemble.start()
            leader = ensemble.wait_leader()
            near, far = (Session(ensemble[number].address, 20000) for number in (leader, ensemble.followers()[0]))
            for client in near, far:
                auth(client, "super:test")
            near.call("create", create_body("/a"))
            far.call("create", create_body("/e", flags=1))
            far.call("create", create_body("/a"))
            far.call("setData", set_body("/a", b"x"))
            left = ensemble.followers()[1]
            far.call("reconfig", reconfig_body(leaving="77,x"))
            self.assertEqual(far.call("reconfig", reconfig_body(leaving=str(left)))[1], 0)
            far.call("closeSession")
            deadline = time.monotonic() + 20
            while near.call("exists", path_body("/e"))[1] == 0:
                self.assertLess(time.monotonic(), deadline)
            servers = [ensemble[number] for number in (leader, ensemble.followers()[0])]
            for server in servers:
                server.terminate()
            masked = Masked()
            return [masked.lines(audit_texts(server)) for server in servers]

        expected, lines = self.of_both(run)
        self.assertEqual(lines, expected)


class File(ServerCase):
    """Paddock's own: the file, its form, and what becomes of the server when it cannot be written."""

    def setUp(self):
        super().setUp()
        if self.is_apache:
            self.skipTest("Paddock's")

    def file_of(self, server):
        return Path(server.settings["dataDir"]) / FILE

    def wait_for(self, what, happened):
        deadline = time.monotonic() + 20
        while not happened():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.01)

    def test_the_form_of_a_line(self):
        server = self.make_server(AUDITED).start()
        client = Session(server.address)
        client.call("create", create_body("/a"))
        client.call("create", create_body("/no\nresult=success\twhere"))
        self.assertEqual(server.terminate(), 0)
        lines = self.file_of(server).read_text().splitlines()
        self.assertEqual([LINE.fullmatch(line).group(1) for line in lines], ["INFO", "INFO", "ERROR", "INFO"])
        told = [LINE.fullmatch(line).group(2) for line in lines]
        self.assertTrue(told[0].endswith("\toperation=serverStart\tresult=success"), told[0])
        self.assertEqual(told[1], f"session={client.id:#x}\tuser=127.0.0.1\tip=127.0.0.1\toperation=create\tznode=/a\t"
                                  "znode_type=persistent\tresult=success")
        self.assertIn("znode=/no\\u000aresult=success\\u0009where\t", told[2])
        self.assertTrue(told[3].endswith("\toperation=serverStop\tresult=invoked"), told[3])

    def test_there_is_none_unless_it_is_asked_for(self):
        server = self.make_server().start()
        Session(server.address).call("create", create_body("/a"))
        server.terminate()
        self.assertFalse(self.file_of(server).exists())

    def test_where_it_is(self):
        beside = self.directory / "logs" / "paddockd.log"
        beside.parent.mkdir()
        server = self.make_server(AUDITED, {"paddock.log.file": beside}).start()
        server.terminate()
        self.assertTrue((beside.parent / FILE).exists())
        named = self.directory / "audit" / "here.log"
        server.defines["paddock.audit.file"] = named
        server.start().terminate()
        self.assertTrue(named.exists())

    def test_a_file_that_is_moved_away_is_followed_by_another(self):
        server = self.make_server(AUDITED).start()
        client = Session(server.address)
        client.call("create", create_body("/a"))
        self.wait_for("the line", lambda: "/a" in self.file_of(server).read_text())
        old = self.file_of(server).rename(self.directory / "old.log")
        client.call("create", create_body("/b"))
        self.wait_for("a new file", lambda: self.file_of(server).exists() and "/b" in self.file_of(server).read_text())
        self.assertNotIn("/b", old.read_text())

    def test_a_full_disk_does_not_stop_the_server(self):
        server = self.make_server(AUDITED, {"paddock.audit.file": "/dev/full"}).start()
        client = Session(server.address)
        for index in range(5):
            self.assertEqual(client.call("create", create_body(f"/a{index}"))[1], 0)
        self.assertEqual(server.terminate(), 0)
        log = server.log_path.read_text()
        self.assertEqual(log.count("event=audit_log_failed"), 1, log)

    def test_a_disk_that_hangs_does_not_stop_the_server(self):
        pipe = self.directory / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDWR)  # which never reads
        self.addCleanup(os.close, reader)
        server = self.make_server(AUDITED, {"paddock.audit.file": pipe}).start()
        client = Session(server.address)
        for index in range(2000):  # more lines than a pipe holds
            client.submit("setData", set_body("/none", b""))
        for index in range(2000):
            client.reply()
        self.assertEqual(client.call("create", create_body("/still"))[1], 0)
        self.assertEqual(server.terminate(), 0)

    def test_what_cannot_be_is_refused(self):
        for define, reason in (({"paddock.audit.file": "/proc/none/audit.log"}, "paddock.audit.file: cannot write"),
                               ({"zookeeper.audit.impl.class": "com.example.Auditor"}, "audit.impl.class")):
            with self.subTest(define):
                server = self.make_server(AUDITED, define)
                server.start(wait=False)
                self.assertEqual(server.wait(), 2)
                self.assertIn(reason, server.log_path.read_text())

    def test_a_start_that_fails_is_told(self):
        server = self.make_server(AUDITED).start()
        directory = self.directory / "second"
        directory.mkdir()
        second = Server(cases.options.server, directory, free_port(),
                        dict(AUDITED, dataDir=server.settings["dataDir"]))
        self.addCleanup(second.kill)
        second.start(wait=False)
        self.assertEqual(second.wait(), 3)
        self.assertIn("\toperation=serverStart\tresult=failure", self.file_of(server).read_text())


if __name__ == "__main__":
    cases.parse(("--oracle", {"default": APACHE}))
    cases.run()
