#!/usr/bin/python3
"""Data of Apache ZooKeeper taken over at a first start, and exported for Apache ZooKeeper again.

  java_data.py SERVER [--directory DIR] [test names]         SERVER: a paddockd
"""
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import Ensemble
from harness.jute import Writer
from harness.servers import APACHE, Server, free_port
from harness.wire import Session, create_body, four_letter, path_body, read_stat, set_body

SUPER = b"super:test"
PRIVATE = [(31, "digest", "bob:jMqlRiXKB+gZd1JSdO8p4qPrALk=")]
READ_ONLY = [(1, "world", "anyone"), (31, "ip", "10.1.2.3")]
EPHEMERAL, SEQUENTIAL, CONTAINER, TTL = 1, 2, 4, 5
HOUR_MS = 3_600_000
TIMEOUT_MS = 200_000  # no session ends while servers of a busy machine start
# Written anew by each server at its start.
LOCAL = "/zookeeper/config"


class Administrator(Session):
    """Sees everything."""

    def __init__(self, address, **more):
        super().__init__(address, TIMEOUT_MS, **more)
        assert self.call("auth", Writer().int(0).text("digest").buffer(SUPER).bytes())[1] == 0

    def ask(self, op, path):
        body = Writer().text(path).bytes() if op == "getACL" else path_body(path)
        _, err, reader = self.call(op, body)
        assert err == 0, f"{op} {path}: {err}"
        return reader

    def tree(self):
        """path -> (data, ACL, stat)."""
        found = {}
        paths = ["/"]
        while paths:
            path = paths.pop()
            names = self.ask("getChildren2", path).texts()
            data = self.ask("getData", path)
            content = data.buffer()
            acl = self.ask("getACL", path)
            entries = [(acl.int(), acl.text(), acl.text()) for _ in range(acl.int())]
            found[path] = (content, entries, tuple(sorted(read_stat(data).items())))
            paths += [f"{path.rstrip('/')}/{name}" for name in names]
        found.pop(LOCAL, None)
        return found


def create(session, path, data=b"", acl=((31, "world", "anyone"),), flags=0):
    err = session.call("createContainer" if flags == CONTAINER else "create", create_body(path, data, acl, flags))[1]
    assert err == 0, f"create {path}: {err}"


def fill(session, root):
    """A tree of everything that a snapshot may hold."""
    create(session, root, b"root")
    for i in range(200):
        create(session, f"{root}/n-", str(i).encode() * 20, flags=SEQUENTIAL)
    create(session, f"{root}/null", None)
    create(session, f"{root}/private", b"secret", PRIVATE)
    create(session, f"{root}/read-only", b"", READ_ONLY)
    create(session, f"{root}/\u00fcber", "\u20ac".encode())
    create(session, f"{root}/container", flags=CONTAINER)
    create(session, f"{root}/container/child")
    ttl = Writer().text(f"{root}/ttl").buffer(b"t").acl([(31, "world", "anyone")]).int(TTL).long(HOUR_MS).bytes()
    assert session.call("createTTL", ttl)[1] == 0
    for version in range(3):
        assert session.call("setData", set_body(f"{root}/null", b"v%d" % version, version))[1] == 0
    set_acl = Writer().text(f"{root}/read-only").acl(PRIVATE).int(-1).bytes()
    assert session.call("setACL", set_acl)[1] == 0
    assert session.call("delete", Writer().text(f"{root}/n-0000000007").int(-1).bytes())[1] == 0
    assert session.call("delete", Writer().text(f"{root}/absent").int(-1).bytes())[1] != 0
    create(session, f"{root}/ephemeral", b"mine", flags=EPHEMERAL)


def digest_mismatches(address):
    line = [line for line in four_letter(address, "mntr").splitlines() if "digest_mismatches_count" in line]
    return int(line[0].split("\t")[1]) if line else 0


class JavaData(ServerCase):
    def server(self, program, name="server", **settings):
        (self.directory / name).mkdir()
        server = Server(program, self.directory / name, free_port(), {"maxSessionTimeout": TIMEOUT_MS, **settings})
        self.addCleanup(server.kill)
        return server

    def paddock(self, like):
        """A Paddock server with the settings of another server, and so on its data."""
        (self.directory / "paddock").mkdir()
        server = Server(cases.options.server, self.directory / "paddock", like.port, like.settings)
        self.addCleanup(server.kill)
        return server

    def export(self, source, target):
        """An Apache ZooKeeper server on what a Paddock server left."""
        config = source.directory / "zoo.cfg"
        target.mkdir(parents=True)
        done = subprocess.run([source.program, "--export", str(config), str(target)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("version-2", done.stdout)
        server = self.server(APACHE, f"apache-on-{target.name}", dataDir=target)
        return server

    def assert_same_tree(self, address, expected):
        found = Administrator(address).tree()
        self.assertEqual(sorted(found), sorted(expected))
        for path, node in expected.items():
            self.assertEqual(found[path], node, path)
        self.assertEqual(digest_mismatches(address), 0)

    def fill_and_close(self, server):
        session = Administrator(server.address)
        fill(session, "/first")
        session.call("closeSession")

    def take_over(self, java):
        """From Java to Paddock and back, each with the other's tree; sessions and their ephemerals stay."""
        session = Administrator(java.address)
        fill(session, "/second")
        expected = session.tree()
        self.assertIn("/second/ephemeral", expected)
        java.kill()

        paddock = self.paddock(java).start()
        self.assert_same_tree(paddock.address, expected)
        data = Path(java.settings["dataDir"])
        self.assertFalse((data / "version-2").exists())
        self.assertTrue((data / "version-2.imported").exists())
        moved = Administrator(paddock.address, session_id=session.id, password=session.password)
        self.assertEqual(moved.id, session.id)
        fill(moved, "/third")
        expected = moved.tree()
        paddock.kill()
        paddock.start()
        self.assert_same_tree(paddock.address, expected)
        paddock.terminate()

        again = self.export(paddock, self.directory / "exported").start()
        self.assert_same_tree(again.address, expected)
        back = Administrator(again.address, session_id=session.id, password=session.password)
        self.assertEqual(back.id, session.id)
        fill(back, "/fourth")
        expected = back.tree()
        again.kill()
        again.start()
        self.assert_same_tree(again.address, expected)

    def test_data_goes_from_java_to_paddock_and_back(self):
        java = self.server(APACHE).start()
        self.fill_and_close(java)
        java.kill()
        java.start()  # with a snapshot of its own and a second log
        self.take_over(java)

    def test_the_same_with_a_log_directory_of_its_own_and_compressed_snapshots(self):
        java = self.server(APACHE, dataLogDir=self.directory / "log")
        java.defines["zookeeper.snapshot.compression.method"] = "gz"
        java.start()
        self.fill_and_close(java)
        java.terminate()
        java.start()
        self.assertTrue(list(Path(java.settings["dataDir"]).glob("version-2/snapshot.*.gz")))
        self.take_over(java)
        self.assertTrue((self.directory / "log" / "version-2.imported").exists())

    def test_snapshots_taken_under_load_are_taken_over(self):
        java = self.server(APACHE)
        java.defines["zookeeper.snapCount"] = "100"
        java.start()
        session = Administrator(java.address)
        create(session, "/load")
        for i in range(3000):
            session.submit("create", create_body(f"/load/{i}", b"x" * 200))
            if i % 3 == 0:
                session.submit("setData", set_body(f"/load/{i // 2}", b"y"))
        for _ in range(4000):
            session.reply()
        expected = session.tree()
        session.close()
        java.kill()
        self.assertGreater(len(list(Path(java.settings["dataDir"]).glob("version-2/snapshot.*"))), 5)
        paddock = self.paddock(java).start()
        self.assert_same_tree(paddock.address, expected)

    def test_a_paddock_server_that_was_killed_is_exported_whole(self):
        paddock = self.server(cases.options.server).start()
        session = Administrator(paddock.address)
        fill(session, "/first")
        expected = session.tree()
        paddock.kill()
        java = self.export(paddock, self.directory / "exported").start()
        self.assert_same_tree(java.address, expected)

    def test_an_export_refuses_a_source_in_use_and_a_target_that_is_taken(self):
        paddock = self.server(cases.options.server).start()
        data = str(paddock.settings["dataDir"])
        target = self.directory / "exported"
        target.mkdir()
        command = [paddock.program, "--export", data, str(target)]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.returncode, 3)
        self.assertIn("LOCK", done.stderr)
        paddock.terminate()
        (target / "version-2").mkdir()
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.returncode, 3)
        self.assertIn("version-2", done.stderr)


class JavaEnsemble(ServerCase):
    def test_an_ensemble_goes_from_java_to_paddock_server_by_server_on_its_data(self):
        ensemble = Ensemble(self.directory, [APACHE] * 3)
        self.addCleanup(ensemble.kill)
        ensemble.start()
        session = Session(ensemble[1].address)
        create(session, "/kept", b"by java")
        session.call("closeSession")
        ensemble.wait_equal()
        for number in (1, 2, 3):
            ensemble.kill(number)
            ensemble.replace(number, cases.options.server, fresh=False)
            ensemble.start(number)
            self.assertTrue((Path(ensemble[number].settings["dataDir"]) / "version-2.imported").exists())
            session = Session(ensemble[number].address)
            create(session, f"/kept/{number}", b"by both")
            session.call("closeSession")
            tree = ensemble.wait_equal()
        self.assertEqual([path for path in sorted(tree) if path.startswith("/kept")],
                         ["/kept", "/kept/1", "/kept/2", "/kept/3"])


if __name__ == "__main__":
    cases.main()
