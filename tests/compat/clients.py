#!/usr/bin/python3
"""Tours of a server with clients that others wrote: zkCli.sh, cli_mt of the C client, node-zookeeper-client.

  clients.py SERVER [--directory DIR] [test names]
"""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import cases
from harness.cases import ServerCase

ZKCLI = "/usr/share/zookeeper/bin/zkCli.sh"
CLI_MT = "/usr/lib/zookeeper/bin/cli_mt"
ANSWER_S = 20

# What is typed, and what must have been printed by then (regular expressions, in this order, on one of the outputs).
ZKCLI_TOUR = [
    ("create /tour hello", r"Created /tour$"),
    ("create -s /tour/seq- a", r"Created /tour/seq-0000000000$"),
    ("create -e /tour/eph b", r"Created /tour/eph$"),
    ("create -c /tour/cont c", r"Created /tour/cont$"),
    ("create -t 100000 /tour/ttl t", r"Created /tour/ttl$"),
    ("create /tour again", r"Node already exists: /tour$"),
    ("ls /tour", r"^\[cont, eph, seq-0000000000, ttl\]$"),
    ("get -w /tour", r"^hello$"),
    ("set /tour world", r"WatchedEvent state:SyncConnected type:NodeDataChanged path:/tour$"),
    ("get -s /tour", r"^world$[\s\S]*^dataVersion = 1$[\s\S]*^ephemeralOwner = 0x0$[\s\S]*^numChildren = 4$"),
    ("set -v 7 /tour no", r"version No is not valid : /tour$"),
    ("stat /tour/eph", r"^ephemeralOwner = 0x[1-9a-f]"),
    ("getAcl /tour", r"^'world,'anyone$\s^: cdrwa$"),
    ("addauth digest u:p", None),
    ("setAcl /tour/seq-0000000000 auth::cdrwa", None),
    ("getAcl /tour/seq-0000000000", r"^'digest,'u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=$\s^: cdrwa$"),
    ("whoami", r"^digest: u$"),
    ("sync /tour", r"^Sync is OK$"),
    ("delete /nope", r"Node does not exist: /nope$"),
    ("delete /tour", r"Node not empty: /tour$"),
    ("getAllChildrenNumber /tour", r"^4$"),
    ("getEphemerals /tour", r"^\[/tour/eph\]$"),
    ("setquota -n 3 /tour", None),
    ("listquota /tour", r"count=3[\s\S]*^Output stat for /tour count=5,bytes=9$"),
    ("addWatch -m PERSISTENT_RECURSIVE /tour", None),
    ("create /tour/x", r"type:NodeCreated path:/tour/x$"),
    ("removewatches /tour", r"type:PersistentWatchRemoved path:/tour$"),
    ("delquota /tour", None),
    ("deleteall /tour", None),
    ("ls /", r"^\[zookeeper\]$"),
    ("quit", None),
]

CLI_MT_TOUR = [
    ("create /tour", r"Creating \[/tour\] node[\s\S]*\[/tour\]: rc = 0\s+name = /tour\b"),
    ("create /tour", r"\[/tour\]: rc = -110"),
    ("create +s /tour/s-", r"name = /tour/s-0000000000"),
    ("create +e /tour/e", r"name = /tour/e\b"),
    ("set /tour hello", r"/tour: rc = 0[\s\S]*version=1"),
    ("get /tour", r"rc = 0[\s\S]*value_len = 5[\s\S]*hello[\s\S]*version=1"),
    ("ls /tour", r"rc = 0\s+(s-0000000000\s+e\b|e\s+s-0000000000)"),
    ("exists /tour/e", None),
    ("exists /nope", r"-101 for /nope"),
    ("wexists /tour/new", r"-101 for /tour/new"),
    ("create /tour/new", r"CREATED_EVENT state = CONNECTED_STATE for path /tour/new[\s\S]*rc = 0"),
    ("sync /tour", r"rc = 0"),
    ("delete /nope", r"rc = -101"),
    ("delete /tour", r"rc = -111"),
    ("delete /tour/new", r"rc = 0"),
    ("addauth digest u:p", None),
]


class Tours(ServerCase):
    def test_zkcli(self):
        server = self.make_server().start()
        script = "".join(command + "\n" for command, _ in ZKCLI_TOUR)
        done = subprocess.run([ZKCLI, "-server", f"127.0.0.1:{server.port}"], input=script, capture_output=True,
                              text=True, timeout=60, cwd=self.directory)
        outputs = {"stdout": done.stdout, "stderr": done.stderr}
        position = dict.fromkeys(outputs, 0)
        for command, expected in ZKCLI_TOUR:
            if expected is None:
                continue
            for name, text in outputs.items():
                found = re.compile(expected, re.MULTILINE).search(text, position[name])
                if found:
                    if "type:" not in expected:  # an event may be printed behind the next answers
                        position[name] = found.end()
                    break
            else:
                self.fail(f"`{command}` did not lead to /{expected}/:\n{done.stdout}\n{done.stderr}")

    def test_cli_mt(self):
        server = self.make_server().start()
        master, slave = pty.openpty()  # a terminal, so that it flushes line by line
        process = subprocess.Popen([CLI_MT, f"127.0.0.1:{server.port}"], stdin=slave, stdout=slave, stderr=slave,
                                   cwd=self.directory)
        os.close(slave)
        self.addCleanup(os.close, master)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.read_until(master, r"Watcher SESSION_EVENT|session Id|CONNECTED_STATE", "(connecting)")
        for command, expected in CLI_MT_TOUR:
            os.write(master, command.encode() + b"\n")
            if expected:
                self.read_until(master, expected, command)
        os.write(master, b"quit\n")
        self.assertEqual(process.wait(ANSWER_S), 0)

    def read_until(self, terminal, expected, command):
        text, deadline = "", time.monotonic() + ANSWER_S
        while not re.search(expected, text):
            ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                self.fail(f"`{command}` did not lead to /{expected}/:\n{text}")
            text += os.read(terminal, 65536).decode(errors="replace").replace("\r", "")

    def test_node_zookeeper_client(self):
        server = self.make_server().start()
        place = self.directory / "node"
        place.mkdir()
        for name in ("package.json", "package-lock.json", ".npmrc", "tour.js"):
            shutil.copy(HERE / "node" / name, place)
        self.run_in(place, "npm", "ci", "--no-audit", "--no-fund")
        self.assertIn("tour done", self.run_in(place, "node", "tour.js", f"127.0.0.1:{server.port}"))

    def run_in(self, place, *command):
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=180)
        self.assertEqual(done.returncode, 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}")
        return done.stdout


if __name__ == "__main__":
    cases.main()
