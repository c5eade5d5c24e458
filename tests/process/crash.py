#!/usr/bin/python3
"""Kills a server again and again under pipelined load, on one data directory, and checks what it then serves.

  crash.py SERVER [--rounds N] [--shim unsynced_shim.so] [--mutant] [--seed N] [--directory DIR]

With --shim each kill is a power cut: whatever was not synced is gone. With --mutant the disk forgets all syncs; the
run must then find a loss, and succeeds only if it does.
"""
import argparse
import random
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness.servers import Server, free_port
from harness.wire import Session

from load import Worker, ephemerals, set_up_tree
from power_cut import Disk

WORKERS = 4
SETTINGS = {"tickTime": 500, "minSessionTimeout": 1000}
SMALL_LOG = {"zookeeper.preAllocSize": "1024", "paddock.checkpoint.tailBytes": "262144"}  # its segments are used up soon
SESSION_GONE_S = 15  # a session of 1 s is gone after at most three ticks; the rest is a slow machine


class Lost(Exception):
    """Something acknowledged is missing, or something half-applied is there."""


class Crashes:
    def __init__(self, options):
        self.random = random.Random(options.seed)
        self.options = options
        directory = options.directory.resolve()
        shutil.rmtree(directory, ignore_errors=True)
        data = directory / "server" / "data"
        data.mkdir(parents=True)
        self.disk = Disk(options.shim.resolve(), data) if options.shim else None
        # Apache ZooKeeper relies on the name of a new file being synced with its content.
        environment = self.disk.environment(entries_too=options.server == "apache") if self.disk else {}
        if self.disk and options.mutant:
            self.disk.mode("F")
        self.server = Server(options.server, directory / "server", free_port(), SETTINGS,
                             defines=None if options.server == "apache" else SMALL_LOG, environment=environment,
                             jvm_flags=("-Xmx256m", "-XX:TieredStopAtLevel=1"))
        self.workers = [Worker(number, options.seed) for number in range(WORKERS)]

    def run(self):
        if self.disk and self.server.is_apache:  # its first snapshot is never synced, but it cannot start without
            self.server.start().terminate()
            self.disk.settle()
        self.server.start()
        session = set_up_tree(self.server.address)
        for worker in self.workers:
            worker.set_up(session)
        session.close()
        for number in range(self.options.rounds):
            self.round(number)
        self.end()

    def round(self, number):
        before = self.acknowledged()
        for worker in self.workers:
            worker.start(self.server.address)
        self.wait_for_progress(before + self.random.randrange(1, 3000))
        self.server.kill()
        for worker in self.workers:
            worker.thread.join()
        if self.disk:
            self.disk.cut()
        try:
            self.server.start()
        except RuntimeError as error:
            raise Lost(f"round {number}: the server does not start: {error}") from error
        self.check(number)

    def acknowledged(self):
        return sum(worker.acknowledged for worker in self.workers)

    def wait_for_progress(self, target):
        deadline = time.monotonic() + 20
        while self.acknowledged() < target and time.monotonic() < deadline:
            time.sleep(0.001)

    def check(self, number):
        session = Session(self.server.address)
        complaints = [worker.check(session) for worker in self.workers]
        session.close()
        told = [complaint for complaint in complaints if complaint]
        if told:
            raise Lost(f"round {number}: " + "\n".join(told))

    def end(self):
        """The sessions of the dead are gone after their timeout, with what they owned."""
        session = Session(self.server.address)
        deadline = time.monotonic() + SESSION_GONE_S
        while ephemerals(session) and time.monotonic() < deadline:
            time.sleep(0.1)
        left = ephemerals(session)
        if left:
            raise Lost(f"ephemerals of dead sessions are still there: {left}")
        self.server.terminate()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--shim", type=Path)
    parser.add_argument("--mutant", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--directory", type=Path, default=Path("crash"))
    options = parser.parse_args()
    began = time.monotonic()
    crashes = Crashes(options)
    lost = None
    try:
        crashes.run()
    except Lost as error:
        lost = error
    finally:
        crashes.server.kill()
    print(f"{options.rounds} rounds, {crashes.acknowledged()} acknowledged operations, "
          f"{time.monotonic() - began:.0f} s, seed {options.seed}")
    if options.mutant:
        print(f"the loss was noticed: {lost}" if lost else "A SERVER THAT SYNCS NOTHING PASSED")
        return 0 if lost else 1
    if lost:
        print(f"LOST: {lost}\n{crashes.server.log_tail()}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
