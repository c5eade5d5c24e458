#!/usr/bin/python3
"""An ensemble of real servers under load, to which one seed does whatever can happen to machines.

  chaos.py SERVER [--servers 3] [--rounds 4] [--seed N] [--shim unsynced_shim.so] [--directory DIR]

A round is a dozen faults: servers are killed (with --shim: lose their power, and with it all that was not synced),
stopped, left without a majority or all at once; then everything is healed and must make progress. In the end everything
acknowledged is on every server, and the servers agree.
"""
import argparse
import random
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness.ensemble import Ensemble

from history import Load
from power_cut import Disk

FAULTS_PER_ROUND = 12


class Chaos:
    def __init__(self, options):
        self.random = random.Random(options.seed)
        self.rounds = options.rounds
        directory = options.directory.resolve()
        shutil.rmtree(directory, ignore_errors=True)
        self.ensemble = Ensemble(directory, [options.server] * options.servers)
        self.paused = set()
        self.disks = {}
        for member in self.ensemble if options.shim else ():
            disk = Disk(options.shim.resolve(), Path(member.settings["dataDir"]))
            member.environment.update(disk.environment())
            self.disks[member.number] = disk

    def run(self):
        self.ensemble.start()
        with Load(self.ensemble, seed=self.random.random(), timeout_ms=60000) as load:
            for number in range(self.rounds):
                for _ in range(FAULTS_PER_ROUND):
                    self.fault()
                    time.sleep(self.random.choice((0, 0.02, 0.1, 0.5)))
                self.heal()
                load.wait_progress(300, seconds=60)
                print(f"round {number}: {load.acknowledged} writes acknowledged", flush=True)
        load.check()
        return load

    def fault(self):
        """One step of somebody's fate."""
        number = self.random.choice(list(self.ensemble.members))
        member = self.ensemble[number]
        if number in self.paused:
            self.resume(number)
        elif not member.is_running:
            self.start(number)
        else:
            self.random.choice((self.kill, self.kill, self.pause, self.kill_leader, self.kill_all))(number)

    def kill(self, number):
        member = self.ensemble[number]
        self.paused.discard(number)
        if member.is_running:
            member.kill()
            if number in self.disks:
                self.disks[number].cut()

    def kill_leader(self, otherwise):
        leaders = [m.number for m in self.ensemble if m.is_running and m.number not in self.paused and
                   m.mode() == "leader"]
        self.kill(leaders[0] if leaders else otherwise)

    def kill_all(self, number):
        for other in self.ensemble.members if self.random.random() < 0.3 else [number]:
            self.kill(other)

    def pause(self, number):
        self.ensemble[number].pause()
        self.paused.add(number)

    def resume(self, number):
        self.ensemble[number].resume()
        self.paused.discard(number)

    def start(self, number):
        self.ensemble.start(number, wait=False)

    def heal(self):
        for number in list(self.paused):
            self.resume(number)
        self.ensemble.start(wait=False)
        self.ensemble.wait_serving(seconds=60)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--shim", type=Path)
    parser.add_argument("--directory", type=Path, default=Path("chaos"))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    began = time.monotonic()
    chaos = Chaos(options)
    try:
        load = chaos.run()
    finally:
        for member in chaos.ensemble:
            member.kill()
    print(f"{load.acknowledged} acknowledged writes, {load.expired} sessions expired, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
