#!/usr/bin/python3
"""The commands of `paddock`, each with its output, forms and exit codes: commands.py SERVER --shell build/bin/paddock."""
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from shell_case import PATIENCE_S, ShellCase, cases, free_port, main  # noqa: E402

BINARY = bytes(range(256))


class Scripts(ShellCase):
    def test_exit_codes_tell_the_class_of_a_failure(self):
        self.out("create", "/a", "x")
        self.assertEqual(self.run_shell("get", "/none")[0], 1)
        self.assertEqual(self.run_shell("get")[0], 2)
        self.assertEqual(self.run_shell("get", "--no-such-flag", "/a")[0], 2)
        self.assertEqual(self.run_shell("-t", "0.2", "ls", PADDOCK_SERVER="127.0.0.1:%d" % free_port(29500, 29999))[0], 3)
        self.out("setAcl", "/a", "world:anyone:ra")
        self.assertEqual(self.run_shell("set", "/a", "y")[0], 4)
        self.out("setAcl", "/a", "world:anyone:cdrwa")
        self.assertEqual(self.run_shell("set", "-v", "9", "/a", "y")[0], 5)
        self.assertEqual(self.run_shell("multi", "create /b x; check /a 9")[0], 5)
        self.assertEqual(self.run_shell("no-such-command")[0], 127)

    def test_standard_output_holds_results_and_nothing_else(self):
        for words in (("get", "/none"), ("get",), ("no-such-command",), ("-t", "0.2", "-s", "127.0.0.1:1", "ls")):
            code, out, err = self.run_shell(*words)
            self.assertNotEqual(code, 0)
            self.assertEqual(out, "")
            self.assertNotEqual(err, "")
        self.assertEqual(self.run_shell("create", "/a", "x"), (0, "Created /a\n", ""))

    def test_scripts_come_from_input_and_from_c(self):
        script = "# a comment\ncreate /s x\nget /none\n\nget /s\n"
        code, out, err = self.run_shell(text=script)
        self.assertEqual((code, out, err), (1, "Created /s\nx\n", "Node does not exist: /none\n"))
        self.assertEqual(self.run_shell("-c", "get /s", "-c", "get /none\nls /s")[:2], (1, "x\n[]\n"))
        self.assertEqual(self.run_shell("--stop", text="get /none\nget /s\n")[:2], (1, ""))

    def test_the_environment_chooses_server_and_output(self):
        self.assertEqual(self.run_shell("version", PADDOCK_OUTPUT="json")[1][:12], '{"paddock":"')
        self.assertEqual(self.run_shell("-o", "yaml", "ls")[0], 2)

    def test_every_reading_command_speaks_json_and_table(self):
        self.out("create", "/a", "hello")
        [node] = self.documents("get", "-s", "/a")
        self.assertEqual((node["data"], node["stat"]["version"], node["stat"]["dataLength"]), ("hello", 0, 5))
        self.assertEqual(self.documents("ls", "/a"), [[]])
        self.assertEqual(self.documents("ls", "-R", "/a"), [{"path": "/a"}])
        self.assertEqual(self.documents("getAcl", "/a"), [[{"scheme": "world", "id": "anyone", "perms": "cdrwa"}]])
        self.assertEqual(self.documents("multi", "create /m x; delete /m"),
                         [{"done": "Created", "path": "/m"}, {"done": "Deleted", "path": "/m"}])
        self.assertIn("stat.version", self.out("-o", "table", "get", "-s", "/a"))
        self.assertEqual(self.out("-o", "table", "find", "/a"), "PATH  BYTES  EPHEMERALOWNER\n/a        5  0x0\n")

    def test_data_is_bytes(self):
        (self.directory / "bytes").write_bytes(BINARY)
        self.out("create", "-f", "bytes", "/b")
        raw = subprocess.run([str(cases.options.shell), "get", "-n", "/b"], stdout=subprocess.PIPE,
                             env=self.environment, timeout=PATIENCE_S).stdout
        self.assertEqual(raw, BINARY)
        encoded = self.out("get", "-b", "/b").strip()
        self.out("set", "-b", "/b", encoded)
        self.assertEqual(self.documents("get", "/b")[0]["base64"], encoded)
        self.assertIn("|000000f0| f0 f1", self.out("get", "-x", "/b"))

    def test_paths_may_be_relative(self):
        out = self.out(text="create /a 1\ncd a\ncreate b 2\nls\nget b\nset ../a 3\nget .\ncd b\npwd\ncd -\npwd\n"
                            "multi create c x; delete c\ncd\npwd\n")
        self.assertEqual(out.splitlines(), ["Created /a", "Created /a/b", "[b]", "2", "3", "/a/b", "/a",
                                            "Created /a/c", "Deleted /a/c", "/"])
        self.assertEqual(self.run_shell("cd", "/none")[0], 1)


class Trees(ShellCase):
    def setUp(self):
        super().setUp()
        self.out(text="create /app root\ncreate /app/a \"error: x\"\ncreate /app/a/b ok\ncreate /app/c 0123456789\n")

    def test_tree_find_grep_and_du(self):
        self.assertEqual(self.out("tree", "/app"), "/app\n├── a\n│   └── b\n└── c\n")
        self.assertEqual(self.out("tree", "-n", "1", "-d", "1", "/app"), "/app\n├── a\n└── (+1 more)\n")
        self.assertEqual(self.out("find", "/app", "-name", "[bc]"), "/app/a/b\n/app/c\n")
        self.assertEqual(self.out("find", "/app", "-size", "9"), "/app/c\n")
        self.assertEqual(self.run_shell("find", "/app", "-name", "zz")[:2], (1, ""))
        self.assertEqual(self.out("grep", "err|56", "/app"), "/app/a:error: x\n/app/c:0123456789\n")
        self.assertEqual(self.out("grep", "-l", "-i", "ERROR", "/app"), "/app/a\n")
        self.assertEqual(self.run_shell("grep", "(", "/app")[0], 2)
        rows = {row["path"]: (row["bytes"], row["nodes"]) for row in self.documents("du", "/app")}
        self.assertEqual(rows, {"/app": (24, 4), "/app/a": (10, 2), "/app/c": (10, 1)})

    def test_copies_go_between_nodes_servers_files_and_folders(self):
        (self.directory / "bytes").write_bytes(BINARY)
        self.out("create", "-f", "bytes", "/app/bytes")
        self.out("create", "/app/null")
        other = self.start_server("other")
        elsewhere = "zk://127.0.0.1:%d/deep/copy" % other.port
        for place in ("/copy", elsewhere, "json:tree.json", "dir:tree"):
            self.out("cp", "-r", "/app", place)
            self.assertEqual(self.run_shell("diff", "/app", place), (0, "", ""), place)
        self.out("cp", "-r", "json:tree.json", "/from-json")
        self.out("cp", "-r", "dir:tree", "/from-dir")
        for path in ("/from-json", "/from-dir"):
            self.assertEqual(self.run_shell("diff", "/app", path)[0], 0)
            self.assertEqual(self.out("get", path + "/null"), "null\n")
        self.out("create", "/piped", "x")
        self.assertEqual(self.run_shell("cp", "-r", "json:-", "/piped", text=self.out("cp", "-r", "/app", "json:-"))[0], 1)
        self.assertIn("1 changed", self.out("cp", "--overwrite", "/app", "/piped"))
        self.assertEqual(self.run_shell("cp", "-r", "/app", "/app/inside")[0], 2)

    def test_mirror_makes_the_same_and_deletes_the_rest_but_no_ephemerals(self):
        holder = subprocess.Popen([str(cases.options.shell)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                  env=self.environment)
        self.addCleanup(holder.communicate)
        self.out("cp", "-r", "/app", "/m")
        holder.stdin.write("create -e /m/eph x\n")
        holder.stdin.flush()
        self.assertEqual(holder.stdout.readline(), "Created /m/eph\n")
        self.out(text="create /m/extra x\ncreate /m/extra/y x\nset /m/c other\n")
        [counts] = self.documents("mirror", "/app", "/m")
        self.assertEqual(counts, {"created": 0, "changed": 1, "unchanged": 3, "deleted": 2})
        self.assertEqual(self.out("ls", "/m"), "[a, c, eph]\n")
        self.assertEqual(self.run_shell("diff", "/app", "/m")[0], 0)  # /m/eph is nobody's data

    def test_acls_are_copied_when_asked_for(self):
        self.out("setAcl", "/app/c", "world:anyone:r,ip:127.0.0.1:cdrwa")
        self.out("cp", "-r", "-a", "/app", "json:acl.json")
        self.out("cp", "-r", "-a", "json:acl.json", "/with")
        self.assertEqual(self.out("getAcl", "/with/c"), self.out("getAcl", "/app/c"))
        self.out("cp", "-r", "/app", "/without")
        code, out, _ = self.run_shell("diff", "-a", "/app", "/without")
        self.assertEqual((code, out), (1, "+- /c\n"))

    def test_diff_tells_what_differs(self):
        self.out("cp", "-r", "/app", "/other")
        self.out(text="delete /other/a/b\ncreate /other/new x\nset /other/c x\n")
        code, out, _ = self.run_shell("diff", "/app", "/other")
        self.assertEqual((code, out), (1, "-- /a/b\n+- /c\n++ /new\n"))

    def test_edit_stores_what_the_editor_leaves_unless_somebody_else_was_faster(self):
        self.out("edit", "--editor", "sed -i s/root/branch/", "/app")
        self.assertEqual(self.out("get", "/app"), "branch\n")
        self.assertIn("nothing has changed", self.run_shell("edit", "--editor", "true", "/app")[2])
        other = f"{cases.options.shell} set /app taken; echo mine >"
        code, _, err = self.run_shell("edit", "--editor", other, "/app")
        self.assertEqual(code, 5)
        draft = Path(err.strip().rsplit(" ", 1)[-1])
        self.addCleanup(draft.unlink)
        self.assertEqual(draft.read_text(), "mine\n")
        self.assertEqual(self.out("get", "/app"), "taken\n")


class Watching(ShellCase):
    def watch(self, *words):
        watcher = subprocess.Popen([str(cases.options.shell), *words], text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.environment, cwd=self.directory)
        self.addCleanup(lambda: watcher.poll() is None and watcher.kill())
        self.assertIn("Watching", watcher.stderr.readline())
        return watcher

    def test_events_are_streamed_in_order_and_in_every_form(self):
        plain = self.watch("watch", "/", "-n", "3")
        documents = self.watch("-o", "json", "watch", "/", "-n", "3")
        self.out(text="create /w x\nset /w y\ndelete /w\n")
        self.assertEqual(plain.communicate(timeout=PATIENCE_S)[0],
                         "NodeCreated /w\nNodeDataChanged /w\nNodeDeleted /w\n")
        events = [json.loads(line) for line in documents.communicate(timeout=PATIENCE_S)[0].splitlines()]
        self.assertEqual([(e["event"], e["path"]) for e in events],
                         [("NodeCreated", "/w"), ("NodeDataChanged", "/w"), ("NodeDeleted", "/w")])

    def test_a_command_is_run_for_each_event(self):
        watcher = self.watch("watch", "/", "-n", "2", "--exec", 'echo "$PADDOCK_EVENT:$PADDOCK_PATH"')
        self.out(text="create /w x\nset /w y\n")
        self.assertEqual(watcher.communicate(timeout=PATIENCE_S)[0], "NodeCreated:/w\nNodeDataChanged:/w\n")
        self.assertEqual(watcher.returncode, 0)

    def test_interrupt_ends_a_watch_well(self):
        watcher = self.watch("watch", "/")
        watcher.send_signal(signal.SIGINT)
        self.assertEqual(watcher.wait(PATIENCE_S), 0)


class Ensemble(ShellCase):
    def test_sessions_and_owners_are_found(self):
        holder = subprocess.Popen([str(cases.options.shell)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                  env={**self.environment, "PADDOCK_OUTPUT": "json"})
        self.addCleanup(holder.communicate)
        holder.stdin.write("create -e /mine x\nsession\n")
        holder.stdin.flush()
        holder.stdout.readline()
        session = json.loads(holder.stdout.readline())["session"]
        for words in (("owner", "/mine"), ("session", session)):
            [found] = self.documents(*words)
            self.assertEqual((found["session"], found["server"]), (session, self.address))
            self.assertTrue(found["client"].startswith("127.0.0.1:"))
        self.assertIn(session, [found["session"] for found in self.documents("session", "-a")])
        self.assertEqual(self.run_shell("session", "0x1")[0], 1)
        self.assertEqual(self.run_shell("owner", "/zookeeper")[0], 1)

    def test_health_marks_who_does_not_answer(self):
        [row] = self.documents("health")
        self.assertEqual((row["server"], row["mode"], row["notes"]), (self.address, "standalone", []))
        dead = "127.0.0.1:%d" % free_port(29500, 29999)
        code, out, _ = self.run_shell("-s", f"{self.address},{dead}", "health")
        self.assertEqual(code, 1)
        self.assertIn("Connection refused", out)
        self.assertEqual(self.run_shell("-s", dead, "health")[0], 1)


class Large(ShellCase):
    CHILDREN = 300000

    def test_a_node_with_300000_children_is_only_slow(self):
        tree = self.directory / "wide.json"
        nodes = [{"path": "", "data": ""}] + [{"path": "/n%06d" % i, "data": "x"} for i in range(self.CHILDREN)]
        tree.write_text(json.dumps(nodes))
        began = time.monotonic()
        words = [("mirror", "json:wide.json", "/wide"), ("find", "/wide", "-name", "n299999"), ("tree", "/wide"),
                 ("du", "/wide"), ("grep", "nothing", "/wide"), ("deleteall", "/wide")]
        for command in words:
            done = subprocess.run([str(cases.options.shell), *command], capture_output=True, text=True, timeout=600,
                                  cwd=self.directory, env=self.environment)
            took, began = time.monotonic() - began, time.monotonic()
            print(f"{command[0]}: {took:.1f} s", file=sys.stderr)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertLess(len(done.stdout), 10000)
            if command[0] == "find":
                self.assertEqual(done.stdout, "/wide/n299999\n")
        self.assertEqual(self.run_shell("stat", "/wide")[0], 1)


if __name__ == "__main__":
    main()
