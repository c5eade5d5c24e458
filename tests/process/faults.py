#!/usr/bin/python3
"""What a server does when it is told to stop, when its disk is full or broken, and when nobody reads its log.

  faults.py SERVER --shim unsynced_shim.so [--directory DIR] [test names]
"""
import os
import signal
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.wire import Closed, Session, Wire, create_body, path_body, set_body

from load import Worker, set_up_tree
from power_cut import Disk

ENDS_WITHIN_S = 20
PIPE_BYTES = 65536  # what a pipe holds before a writer blocks


class UnderLoad(ServerCase):
    def begin(self, server):
        server.start()
        set_up = set_up_tree(server.address)
        self.workers = [Worker(number, seed=7) for number in range(2)]
        for worker in self.workers:
            worker.set_up(set_up)
        set_up.close()
        for worker in self.workers:
            worker.start(server.address)
        self.progress(200)

    def progress(self, count):
        deadline = time.monotonic() + 30
        start = sum(worker.acknowledged for worker in self.workers)
        while sum(worker.acknowledged for worker in self.workers) < start + count:
            self.assertLess(time.monotonic(), deadline, "the server acknowledges nothing")
            time.sleep(0.002)

    def assert_nothing_lost(self, server):
        for worker in self.workers:
            worker.thread.join()
        session = Session(server.address)
        for worker in self.workers:
            self.assertIsNone(worker.check(session))


class Stopping(UnderLoad):
    def test_sigterm_under_load_ends_cleanly_and_loses_nothing(self):
        server = self.make_server()
        self.begin(server)
        began = time.monotonic()
        code = server.terminate(ENDS_WITHIN_S)
        self.assertLess(time.monotonic() - began, ENDS_WITHIN_S)
        if not self.is_apache:  # the JVM reports the signal
            self.assertEqual(code, 0, server.log_tail())
        server.start()
        self.assert_nothing_lost(server)

    def test_sigterm_of_an_idle_server_is_quick(self):
        server = self.make_server().start()
        began = time.monotonic()
        server.terminate(ENDS_WITHIN_S)
        self.assertLess(time.monotonic() - began, 5)

    def test_a_second_server_on_the_same_data_does_not_start(self):
        first = self.make_server().start()
        if self.is_apache:
            self.skipTest("Apache ZooKeeper has no lock")
        second = self.make_server()
        second.start(wait=False)
        self.assertNotEqual(second.wait(ENDS_WITHIN_S), 0)
        first.kill()
        self.make_server().start()

    def test_a_session_survives_a_restart_within_its_timeout(self):
        server = self.make_server().start()
        session = Session(server.address, timeout_ms=20000)
        session.call("create", create_body("/mine", b"x", flags=1))
        server.terminate(ENDS_WITHIN_S)
        server.start()
        again = Session(server.address, timeout_ms=20000, session_id=session.id, password=session.password)
        self.assertEqual(again.id, session.id)
        _, err, _ = again.call("exists", path_body("/mine"))
        self.assertEqual(err, 0)


class Disks(UnderLoad):
    def disk_server(self):
        data = self.directory / "server" / "data"
        disk = Disk(cases.options.shim.resolve(), data)
        return disk, self.make_server(environment=disk.environment(entries_too=self.is_apache))

    def ends_telling(self, server, *words):
        code = server.wait(ENDS_WITHIN_S)
        self.assertNotEqual(code, 0)
        self.assertGreaterEqual(code, 0, f"ended by signal {-code}, not by decision:\n{server.log_tail()}")
        told = server.log_tail(60)
        for word in words:
            self.assertIn(word, told)

    def test_a_full_disk_ends_the_server_and_loses_nothing(self):
        if self.is_apache:
            self.skipTest("what Apache ZooKeeper then does is not our contract")
        disk, server = self.disk_server()
        self.begin(server)
        disk.mode("S")
        self.ends_telling(server, "No space left on device")
        disk.mode("0")
        disk.cut()
        server.start()
        self.assert_nothing_lost(server)

    def test_a_failed_sync_ends_the_server_and_loses_nothing(self):
        if self.is_apache:
            self.skipTest("what Apache ZooKeeper then does is not our contract")
        disk, server = self.disk_server()
        self.begin(server)
        disk.mode("E")
        self.ends_telling(server, "Input/output error")
        disk.mode("0")
        disk.cut()
        server.start()
        self.assert_nothing_lost(server)

    def test_a_full_disk_at_start_is_told_and_does_no_harm(self):
        if self.is_apache:
            self.skipTest("what Apache ZooKeeper then does is not our contract")
        disk, server = self.disk_server()
        self.begin(server)
        server.kill()
        disk.cut()
        disk.mode("S")
        server.start(wait=False)
        try:  # it may live until it writes
            server.wait_ready(5)
            Session(server.address)
        except (RuntimeError, OSError, Closed):
            pass
        self.ends_telling(server, "No space left on device")
        disk.mode("0")
        disk.cut()
        server.start()
        self.assert_nothing_lost(server)


class LogSink(ServerCase):
    def test_a_log_that_nobody_reads_does_not_block_the_server(self):
        """Standard error is a full pipe. Whatever the server has to say of bad clients, it goes on serving."""
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        server = self.make_server()
        server.start(stderr=writing)
        os.set_blocking(writing, False)
        try:
            os.write(writing, b"x" * PIPE_BYTES)
        except BlockingIOError:
            pass
        os.close(writing)
        session = Session(server.address, socket_timeout=10)
        session.call("create", create_body("/a"))
        for _ in range(300):
            wire = Wire(server.address, 10)
            wire.send_raw(b"\xff\xff\xff\xff")  # a bad frame: worth a line in the log
            wire.close()
        for i in range(200):
            _, err, _ = session.call("setData", set_body("/a", b"%d" % i))
            self.assertEqual(err, 0)
        server.process.send_signal(signal.SIGTERM)
        server.wait(ENDS_WITHIN_S)


if __name__ == "__main__":
    cases.main()
