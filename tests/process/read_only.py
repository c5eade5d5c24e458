#!/usr/bin/python3
"""A server that has lost its ensemble serves clients that only read (readonlymode.enabled).

  read_only.py SERVER [--directory DIR] [--ports FIRST-LAST] [test names]
"""
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import FIRST_PORT, LAST_PORT, Ensemble
from harness.servers import apache_classpath
from harness.wire import Closed, Session, create_body, path_body, set_body

NOT_READ_ONLY = -119


class ReadOnly(ServerCase):
    def setUp(self):
        super().setUp()
        # Without local sessions ZooKeeper serves nobody who comes then.
        local = {"localSessionsEnabled": "true", "localSessionsUpgradingEnabled": "true"} if self.is_apache else {}
        self.ensemble = Ensemble(self.directory, [cases.options.server] * 3, local, {"readonlymode.enabled": "true"},
                                 ports=tuple(map(int, cases.options.ports.split("-"))))
        self.addCleanup(self.ensemble.kill)
        self.ensemble.start()
        self.alone = self.ensemble[self.ensemble.followers()[0]]
        self.others = [number for number in self.ensemble.members if number != self.alone.number]
        self.writer = Session(self.alone.address, 20000)
        self.assertEqual(self.writer.call("create", create_body("/a", b"data"))[1], 0)

    def leave_alone(self):
        self.ensemble.kill(*self.others)
        self.ensemble.wait_for("reading only", lambda: self.alone.words("isro") == "ro")

    def reunite(self):
        self.ensemble.start(*self.others)
        self.ensemble.wait_for("writing again", lambda: self.alone.words("isro") == "rw")

    def reader(self, **more):
        return Session(self.alone.address, 20000, read_only=True, **more)

    def test_readers_are_served_and_nobody_else(self):
        self.assertFalse(self.reader().is_read_only)
        self.leave_alone()
        self.assertEqual(self.alone.mode(), "read-only")
        self.assertIn("READ-ONLY mode; serving only read-only clients", self.alone.words("stat"))
        reader = self.reader()
        self.assertTrue(reader.is_read_only)
        _, err, reply = reader.call("getData", path_body("/a"))
        self.assertEqual((err, reply.buffer()), (0, b"data"))
        for op, body in (("create", create_body("/b")), ("setData", set_body("/a", b"x")), ("sync", path_body("/a")[:-1]),
                         ("multi", b""), ("delete", b"no record")):
            with self.subTest(op):
                self.assertEqual(reader.call(op, body)[1], NOT_READ_ONLY)
        with self.assertRaises(Closed):
            Session(self.alone.address, 20000)
        self.reunite()
        with self.assertRaises(Closed):
            reader.wire.frame()
        self.assertEqual(Session(self.alone.address, 20000).call("create", create_body("/b"))[1], 0)

    def test_the_shell_of_zookeeper_reads(self):
        self.leave_alone()
        done = subprocess.run(["java", "-Dzookeeper.root.logger=OFF", "-cp", apache_classpath(),
                               "org.apache.zookeeper.ZooKeeperMain", "-r", "-server",
                               f"127.0.0.1:{self.alone.port}", "get", "/a"], capture_output=True, text=True, timeout=120)
        self.assertIn("data\n", done.stdout)

    def test_a_session_of_the_ensemble_reads_and_lives_on(self):
        if self.is_apache:
            self.skipTest("3.7 and later turn it away")
        self.assertEqual(self.writer.call("create", create_body("/mine", flags=1))[1], 0)
        mine = dict(session_id=self.writer.id, password=self.writer.password, last_zxid=self.writer.last_zxid)
        self.leave_alone()
        reader = self.reader(**mine)
        self.assertEqual((reader.id, reader.is_read_only), (self.writer.id, True))
        self.assertEqual(reader.call("exists", path_body("/mine"))[1], 0)
        self.reunite()
        back = Session(self.alone.address, 20000, **mine)
        self.assertEqual(back.id, self.writer.id)
        self.assertEqual(back.call("delete", path_body("/mine")[:-1] + b"\xff\xff\xff\xff")[1], 0)


if __name__ == "__main__":
    cases.parse(("--ports", {"default": f"{FIRST_PORT}-{LAST_PORT}"}))
    cases.run()
