#!/usr/bin/python3
"""paddock lock, elect and semaphore: guarded.py SERVER --shell build/bin/paddock."""
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.servers import Server, free_port  # noqa: E402

PORTS = (26600, 26699)


class Guarded(cases.ServerCase):
    def setUp(self):
        super().setUp()
        self.server = Server(cases.options.server, self.directory / "server", free_port(*PORTS),
                             {"tickTime": 500, "maxSessionTimeout": 60000})
        self.addCleanup(self.server.kill)
        self.server.start()
        self.servers = "127.0.0.1:%d" % self.server.port

    def start(self, *words, servers=None):
        process = subprocess.Popen([str(cases.options.shell), "-s", servers or self.servers, *words], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def run_one(self, *words):
        process = self.start(*words)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def await_file(self, path):
        limit = time.monotonic() + 60
        while not path.exists():
            self.assertLess(time.monotonic(), limit, f"no {path}")
            time.sleep(0.05)

    def test_the_command_gets_fence_and_node_and_its_exit_code_is_passed_on(self):
        code, out, err = self.run_one("lock", "job", "--", "sh", "-c", 'echo "$PADDOCK_FENCE $PADDOCK_NODE"; exit 7')
        self.assertEqual(code, 7, err)
        fence, node = out.split()
        self.assertTrue(node.startswith("/locks/job/"))
        again = self.run_one("lock", "job", "--", "sh", "-c", 'echo "$PADDOCK_FENCE"')[1]
        self.assertGreater(int(again), int(fence))
        self.assertEqual(self.run_one("elect", "boss", "--id", "me", "--", "sh", "-c", "kill -9 $$")[0], 128 + 9)

    def test_who_cannot_have_it_in_time_says_so(self):
        held = self.directory / "held"
        holder = self.start("lock", "job", "--", "sh", "-c", f"touch {held}; exec sleep 60")
        self.await_file(held)
        code, _, err = self.run_one("lock", "job", "--wait", "0.3", "--", "true")
        self.assertEqual(code, 124)
        self.assertIn("/locks/job: not acquired in time", err)
        holder.send_signal(signal.SIGTERM)  # is passed on
        self.assertEqual(holder.wait(60), 128 + signal.SIGTERM)
        self.assertEqual(self.run_one("lock", "job", "--wait", "30", "--", "true")[0], 0)

    def test_a_semaphore_lets_as_many_in_as_it_has_leases(self):
        marks = [self.directory / f"in-{i}" for i in range(2)]
        holders = [self.start("semaphore", "-n", "2", "seats", "--", "sh", "-c", f"touch {mark}; exec sleep 60")
                   for mark in marks]
        for mark in marks:
            self.await_file(mark)
        self.assertEqual(self.run_one("semaphore", "-n", "2", "seats", "--wait", "0.3", "--", "true")[0], 124)
        for holder in holders:
            holder.send_signal(signal.SIGTERM)
            holder.wait(60)

    def test_the_command_is_ended_when_the_lock_is_lost(self):
        proxy = Proxy(self.server.address)
        self.addCleanup(proxy.close)
        held, told = self.directory / "held", self.directory / "told"
        script = f"trap 'touch {told}; exit 0' TERM; touch {held}; while :; do sleep 0.05; done"
        holder = self.start("lock", "job", "--", "sh", "-c", script, servers=proxy.address)
        self.await_file(held)
        proxy.cut(refuse=True)
        self.assertEqual(holder.wait(60), 123)
        self.assertTrue(told.exists())

    def test_a_command_that_does_not_exist_and_words_that_make_no_sense(self):
        self.assertEqual(self.run_one("lock", "job", "--", "/no/such/command")[0], 127)
        self.assertEqual(self.run_one("lock", "job")[0], 125)
        self.assertEqual(self.run_one("semaphore", "seats", "--", "true")[0], 125)


if __name__ == "__main__":
    cases.parse(("--shell", {"type": Path, "required": True}))
    cases.run()
