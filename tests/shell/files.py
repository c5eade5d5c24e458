#!/usr/bin/python3
"""The commands of `paddock` that read a server's files, on what a real server has written: files.py SERVER --shell build/bin/paddock."""
import base64
import hashlib
import json
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from shell_case import ShellCase, main  # noqa: E402

BINARY = bytes(range(256))
LARGE = "x" * 900_000  # of these a few make Paddock write its checkpoint
PADDING = b"\0"


def everything_in(directory):
    """Content and last change of each file, and what stands in each folder."""
    return {path: (path.stat().st_mtime_ns, hashlib.sha1(path.read_bytes()).digest() if path.is_file() else None)
            for path in sorted(directory.rglob("*"))}


class Files(ShellCase):
    def setUp(self):
        super().setUp()
        self.data = Path(self.server.settings["dataDir"])

    def start_server(self, name, **settings):
        return super().start_server(name, preAllocSize=1024, **settings)  # KiB

    def write_history(self):
        (self.directory / "bytes").write_bytes(BINARY)
        self.out("-c", "create /app hello", "-c", "create /app/db one", "-c", "create -f bytes /app/bytes",
                 "-c", "set /app/db two", "-c", "multi 'create /app/m x; set /app y'", "-c", "delete /app/m")

    def stop(self):
        self.assertEqual(self.server.terminate() in (0, 143), True)

    def logs(self):
        found = sorted(self.data.glob("version-2/log.*" if self.is_apache else "paddock/wal/*.log"))
        self.assertTrue(found)
        return found

    def verdict(self, code=0):
        """What `log verify` says of the data directory, which it must leave as it is."""
        before = everything_in(self.data)
        got, out, _ = self.run_shell("-o", "json", "log", "verify", str(self.data))
        self.assertEqual(got, code, out)
        self.assertEqual(everything_in(self.data), before)
        return json.loads(out)

    def test_a_log_tells_what_was_done(self):
        self.write_history()
        self.stop()
        before = everything_in(self.data)
        txns = self.documents("log", "dump", str(self.data))
        self.assertEqual(everything_in(self.data), before)
        by_path = {}
        for txn in txns:
            by_path.setdefault(txn.get("path"), []).append(txn)
        self.assertEqual(by_path["/app"][0]["data"], "hello")
        self.assertEqual([txn["type"] for txn in by_path["/app/db"]], ["create2", "setData"])
        self.assertEqual(base64.b64decode(by_path["/app/bytes"][0]["base64"]), BINARY)
        [multi] = [txn for txn in txns if txn["type"] == "multi"]
        self.assertEqual([(part["type"], part["path"]) for part in multi["txns"]],
                         [("create", "/app/m"), ("setData", "/app")])
        zxids = [int(txn["zxid"], 16) for txn in txns]
        self.assertEqual(zxids, list(range(zxids[0], zxids[0] + len(zxids))))
        plain = self.out("log", "dump", str(self.data)).splitlines()
        self.assertEqual(len(plain), len(txns))
        self.assertRegex(plain[zxids.index(int(by_path["/app/db"][0]["zxid"], 16))],
                         r'session 0x[0-9a-f]+ cxid 0x[0-9a-f]+ zxid 0x[0-9a-f]+ create2 /app/db "one" acl world:anyone:cdrwa')
        part = self.documents("log", "dump", "--from", hex(zxids[2]), "--to", hex(zxids[4]), str(self.data))
        self.assertEqual([int(txn["zxid"], 16) for txn in part], zxids[2:5])
        self.assertEqual(self.run_shell("log", "dump", "--from", "x", str(self.data))[0], 2)
        verdict = self.verdict()
        self.assertEqual(verdict["transactions"], len(txns))
        # A standalone ZooKeeper has no epochs.
        self.assertEqual(verdict.get("currentEpoch"), None if self.is_apache else zxids[-1] >> 32)
        self.assertEqual(self.documents("log", "dump", str(self.logs()[0])), txns)

    def test_a_torn_end_is_legal_and_rot_is_not(self):
        self.write_history()
        self.stop()
        whole = self.verdict()
        self.assertEqual((whole["verdict"], whole["notes"]), ("whole", []))
        log = self.logs()[-1]
        content = log.read_bytes()
        end = len(content.rstrip(PADDING))
        # The end of the last write did not reach the disk. Paddock's last group may be an empty one, which only notes.
        log.write_bytes(content[:end - 20] + PADDING * (len(content) - end + 20))
        torn = self.verdict()
        self.assertEqual((torn["verdict"], torn["notes"][-1]["kind"]), ("torn", "torn"))
        self.assertIn(torn["transactions"], (whole["transactions"], whole["transactions"] - 1))

        at = content.index(b"hello")
        log.write_bytes(content[:at] + b"HELLO" + content[at + 5:])
        rotten = self.verdict(code=1)
        damage = rotten["notes"][-1]
        self.assertEqual((rotten["verdict"], damage["kind"], damage["file"]), ("damaged", "damage", str(log)))
        self.assertLess(damage["offset"], at)
        self.assertGreater(damage["offset"], at - 600)
        code, out, err = self.run_shell("-o", "json", "log", "dump", str(self.data))
        self.assertEqual(code, 1)
        self.assertEqual(json.loads(out.splitlines()[-1])["zxid"], damage["behind"])
        self.assertIn(f"offset {damage['offset']}", err)

    def make_snapshot(self):
        """A stopped server whose newest snapshot or checkpoint has /app and eight large nodes."""
        self.write_history()
        (self.directory / "large").write_text(LARGE)
        self.out(*(word for number in range(8) for word in ("-c", f"create -f large /app/large-{number}")))
        self.stop()
        if self.is_apache:  # it writes one when it starts
            self.server.start()
            self.stop()

    def test_a_snapshot_shows_the_tree_it_holds(self):
        self.make_snapshot()
        before = everything_in(self.data)
        [summary] = self.documents("snapshot", str(self.data))
        self.assertEqual(summary["form"], "ZooKeeper snapshot" if self.is_apache else "Paddock checkpoint")
        self.assertEqual(summary["mostData"][0]["bytes"], len(LARGE))
        self.assertNotEqual(summary.get("digestMatches"), False)
        nodes = {node["path"]: node for node in self.documents("snapshot", "-l", str(self.data))}
        self.assertEqual(len(nodes), summary["nodes"])
        self.assertEqual(base64.b64decode(nodes["/app/bytes"]["base64"]), BINARY)
        self.assertEqual((nodes["/app/db"]["data"], nodes["/app/db"]["stat"]["version"]), ("two", 1))
        self.assertEqual(nodes["/app"]["acl"], [{"scheme": "world", "id": "anyone", "perms": "cdrwa"}])
        self.assertEqual(nodes["/app"]["stat"]["numChildren"],
                         len([path for path in nodes if path.startswith("/app/")]))
        self.assertIn("├── db\n", self.out("snapshot", "-t", str(self.data), "/app"))
        self.assertIn("(+", self.out("snapshot", "-t", "-n", "1", str(self.data), "/app"))
        [row] = self.documents("snapshot", "-u", "-d", "0", str(self.data), "/app/db")
        self.assertEqual(row, {"bytes": 3, "nodes": 1, "path": "/app/db"})
        self.assertEqual(self.run_shell("snapshot", str(self.data), "/none")[::2], (1, "Node does not exist: /none\n"))
        self.assertEqual(everything_in(self.data), before)

    def test_with_the_log_applied_a_snapshot_has_all_that_was_done(self):
        self.write_history()
        self.server.kill()  # Paddock writes its checkpoint when it is told to stop
        before = everything_in(self.data)
        [summary] = self.documents("snapshot", "-r", str(self.data))
        self.assertGreater(summary["replayed"], 6)
        nodes = {node["path"]: node for node in self.documents("snapshot", "-r", "-l", str(self.data))}
        self.assertEqual((nodes["/app"]["data"], nodes["/app/db"]["data"]), ("y", "two"))
        self.assertNotIn("/app/m", nodes)
        self.assertNotIn("/app", self.out("snapshot", "-l", str(self.data)))
        self.assertEqual(everything_in(self.data), before)

    def test_a_damaged_snapshot_is_not_shown(self):
        self.make_snapshot()
        place = self.data
        if self.is_apache:
            place = max((self.data / "version-2").glob("snapshot.*"), key=lambda path: int(path.suffix[1:], 16))
        for path in [place] if self.is_apache else (self.data / "paddock/checkpoint").glob("*.[sl][do][tbg]"):
            content = path.read_bytes()
            path.write_bytes(content.replace(b"x" * 1000, b"y" * 1000))
        code, out, err = self.run_shell("snapshot", str(place))
        self.assertEqual((code, out), (1, ""))
        self.assertIn(str(place), err)
        if self.is_apache:  # which starts with the one before
            code, out, err = self.run_shell("snapshot", str(self.data))
            self.assertEqual(code, 0)
            self.assertIn("snapshot.0\n", out)
            self.assertIn(f"Passed over, as a server would: {place}: the seal at offset", err)

    def test_a_server_that_runs_is_not_disturbed(self):
        self.write_history()
        self.assertTrue(self.documents("log", "dump", str(self.data)))
        code, out, err = self.run_shell("snapshot", str(self.data))
        if self.is_apache:  # its snapshots are files that do not change
            self.assertEqual(code, 0, err)
        else:
            self.assertEqual((code, out), (1, ""))
            self.assertIn("a server is running on this directory", err)
        self.assertEqual(self.out("get", "/app"), "y\n")

    def test_an_exported_directory_is_zookeepers(self):
        if self.is_apache:
            self.skipTest("export is of Paddock's data")
        self.write_history()
        self.assertEqual(self.run_shell("export", str(self.data), "copy")[0], 1)
        self.stop()
        [made] = self.documents("export", str(self.data), "copy")
        [summary] = self.documents("snapshot", "copy")
        self.assertEqual((summary["form"], summary["zxid"], summary["nodes"], summary["digestMatches"]),
                         ("ZooKeeper snapshot", made["snapshot"], made["nodes"], True))
        self.assertEqual(self.run_shell("export", str(self.data), "copy")[0], 1)
        shutil.rmtree(self.directory / "copy")

    def test_exit_codes_and_help_are_those_of_the_other_commands(self):
        self.assertEqual(self.run_shell("log", "dump")[0], 2)
        self.assertEqual(self.run_shell("log", "mend", str(self.data))[0], 2)
        self.assertEqual(self.run_shell("log", "verify", "none")[::2], (1, "none: no such file or directory\n"))
        self.assertEqual(self.run_shell("bench", "--no-such-option")[0], 2)
        self.assertEqual(self.run_shell("bench", "-s", "127.0.0.1:1", "--duration", "1")[0], 3)
        [report] = self.documents("bench", "--duration", "0.2", "--warmup", "0", "--keys", "10", "--connections", "1")
        self.assertEqual(report["errors"], 0)
        self.assertIn("snapshot [-r] [--log-dir DIR] [-t]", self.out("help", "snapshot"))
        self.assertIn("paddock bench", self.out("help"))


if __name__ == "__main__":
    main()
