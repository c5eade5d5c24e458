#!/usr/bin/python3
"""Servers of an ensemble that lose their data: a flipped byte of the log or the checkpoint, a directory that is empty
(DESIGN.md rule 8). Such a server does not vote before it has a leader's history, and nothing acknowledged is lost.

  rot.py SERVER [--directory DIR] [--ports FIRST-LAST] [test names]
"""
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import APACHE, FIRST_PORT, LAST_PORT, Ensemble

from history import Load

def flip(path):
    """One bit in the middle of what the file holds."""
    content = bytearray(path.read_bytes())
    used = len(content.rstrip(b"\0"))
    place = next(at for at in range(used // 2, used) if content[at])
    content[place] ^= 0x10
    path.write_bytes(content)


def biggest(paths):
    return max(paths, key=lambda path: len(path.read_bytes().rstrip(b"\0")))


class Data:
    """What one server has stored."""

    def __init__(self, member):
        self.root = Path(member.settings["dataDir"])
        self.own = self.root / "paddock"

    def rot_log(self):
        flip(biggest(self.own.glob("wal*/*")))

    def rot_epochs(self):
        path = self.own / "epochs"
        content = path.read_bytes()
        path.write_bytes(bytes(byte ^ 0xFF for byte in content))

    def rot_checkpoint(self):
        for path in self.own.glob("checkpoint*/*.ldb"):
            flip(path)

    def wipe(self):
        shutil.rmtree(self.root)

    def has_noted_damage(self):
        return (self.own / "DAMAGE").exists()

    def put_aside(self):
        return list(self.own.glob("damaged-*"))


LOSSES = ("rot_log", "rot_checkpoint", "rot_epochs", "wipe")


class RotCase(ServerCase):
    def make_ensemble(self, kinds, **more):
        ports = tuple(int(port) for port in cases.options.ports.split("-"))
        ensemble = Ensemble(self.directory, kinds, ports=ports, **more)
        self.addCleanup(ensemble.kill)
        return ensemble.start()

    def paddocks(self, count):
        return self.make_ensemble([cases.options.server] * count,
                                  defines={"zookeeper.preAllocSize": "1024", "paddock.checkpoint.tailBytes": "65536"})

    def lose_and_return(self, ensemble, loss, load):
        victim = ensemble.followers()[0]
        data = Data(ensemble[victim])
        load.wait_progress(500)
        if loss == "rot_checkpoint":
            # Before, a start can do without it: the log has everything since the first.
            for _ in range(2):
                ensemble[victim].terminate()
                ensemble.start(victim)
        ensemble.kill(victim)
        getattr(data, loss)()
        aside = len(data.put_aside())
        load.wait_progress(200)
        ensemble.start(victim)
        load.wait_progress(200)
        self.assertFalse(data.has_noted_damage())
        self.assertEqual(len(data.put_aside()) - aside, 0 if loss == "wipe" else 1)
        return victim


class OneOfThree(RotCase):
    def check(self, loss):
        ensemble = self.paddocks(3)
        with Load(ensemble) as load:
            victim = self.lose_and_return(ensemble, loss, load)
            # It counts again: with one of the others it is a quorum that lacks nothing.
            other = next(n for n in (1, 2, 3) if n != victim and ensemble[n].mode() == "follower")
            ensemble.kill(other)
            load.wait_progress(200)
            ensemble.start(other)
        load.check()

    def test_a_flipped_bit_of_the_log(self):
        self.check("rot_log")

    def test_a_flipped_bit_of_the_checkpoint(self):
        self.check("rot_checkpoint")

    def test_lost_epochs(self):
        self.check("rot_epochs")

    def test_an_empty_directory(self):
        self.check("wipe")


class EachInTurn(RotCase):
    def test_five_servers_lose_their_data_one_after_the_other(self):
        ensemble = self.paddocks(5)
        with Load(ensemble) as load:
            for loss in LOSSES + ("rot_log",):
                self.lose_and_return(ensemble, loss, load)
        load.check()

    def test_the_leader_loses_its_data(self):
        ensemble = self.paddocks(3)
        with Load(ensemble) as load:
            for loss in ("wipe", "rot_log"):
                leader = ensemble.wait_leader()
                load.wait_progress(300)
                ensemble.kill(leader)
                getattr(Data(ensemble[leader]), loss)()
                ensemble.start(leader)
                load.wait_progress(200)
        load.check()


class TwoOfThree(RotCase):
    def check(self, losses):
        """The good one alone does not serve, and the others do not help it to. With the data of one of them put back all is there."""
        ensemble = self.paddocks(3)
        with Load(ensemble) as load:
            load.wait_progress(1000)
        load.check()
        before = ensemble.wait_equal()
        ensemble.kill()
        saved = self.directory / "saved"
        shutil.copytree(Data(ensemble[1]).root, saved)
        for number, loss in zip((1, 2), losses):
            getattr(Data(ensemble[number]), loss)()
        # Two empty servers that hear of nobody else are a new ensemble: they forget while somebody remembers.
        ensemble.start(3, wait=False)
        ensemble.wait_for("server 3 is there", lambda: ensemble[3].words("ruok") == "imok")
        ensemble.start(wait=False)
        deadline = time.monotonic() + 8
        while time.monotonic() < deadline:
            self.assertEqual([member for member in ensemble if member.mode()], [])
            ensemble.complain_of_the_dead()
            time.sleep(0.2)
        ensemble.kill(1)
        shutil.rmtree(Data(ensemble[1]).root)
        shutil.copytree(saved, Data(ensemble[1]).root)
        ensemble.start(1)
        ensemble.wait_serving()
        after = ensemble.wait_equal()
        self.assertEqual({path: after.get(path) for path in before}, before)

    def test_two_empty_directories(self):
        self.check(("wipe", "wipe"))

    def test_a_rotten_log_and_an_empty_directory(self):
        self.check(("rot_log", "wipe"))

    def test_two_rotten_logs(self):
        self.check(("rot_log", "rot_log"))


class UnderJava(RotCase):
    """Apache ZooKeeper leads; the Paddock server that comes back is a stranger to it until it has everything."""

    def check(self, loss):
        ensemble = self.make_ensemble([cases.options.server, APACHE, APACHE])
        if ensemble.wait_leader() == 1:
            ensemble.kill(1)
            ensemble.wait_leader(among=(2, 3))
            ensemble.start(1)
        with Load(ensemble) as load:
            load.wait_progress(300)
            ensemble.kill(1)
            getattr(Data(ensemble[1]), loss)()
            load.wait_progress(100)
            ensemble.start(1)
            load.wait_progress(100)
            self.assertNotEqual(ensemble.wait_leader(), 1)
            follower = next(n for n in (2, 3) if ensemble[n].mode() == "follower")
            ensemble.kill(follower)
            load.wait_progress(100)
            ensemble.start(follower)
        load.check()

    def test_an_empty_directory(self):
        self.check("wipe")

    def test_a_flipped_bit_of_the_log(self):
        self.check("rot_log")


if __name__ == "__main__":
    cases.parse(("--ports", {"default": f"{FIRST_PORT}-{LAST_PORT}"}))
    cases.run()
