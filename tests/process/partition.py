#!/usr/bin/python3
"""Cuts between the servers of an ensemble, each in a network of its own behind one router.

  partition.py SERVER [--directory DIR] [test names]

Runs itself in namespaces (unshare), so it needs no rights and leaves nothing behind. Ends with 77 where the system
does not allow that. A cut drops packets silently, in one direction or both, as a broken switch does.
"""
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import SETTINGS, Ensemble
from harness.wire import Closed, Session, create_body, set_body

from history import Load

INSIDE = "PADDOCK_TEST_NAMESPACE"
SYNC_LIMIT_S = SETTINGS["tickTime"] * SETTINGS["syncLimit"] / 1000
SLACK_S = 3  # of a busy machine


def sh(*lines):
    for line in lines:
        subprocess.run(line.split(), check=True)


def host(number):
    return f"10.0.{number}.2"


class Network:
    """Servers 1..N; this process is the router, and the place of all clients."""

    def __init__(self, count):
        self.cuts = []
        for n in range(1, count + 1):
            sh(f"ip netns add s{n}", f"ip link add router{n} type veth peer name eth{n}",
               f"ip link set eth{n} netns s{n}", f"ip addr add 10.0.{n}.1/24 dev router{n}",
               f"ip link set router{n} up", f"ip netns exec s{n} ip addr add {host(n)}/24 dev eth{n}",
               f"ip netns exec s{n} ip link set eth{n} up", f"ip netns exec s{n} ip link set lo up",
               f"ip netns exec s{n} ip route add default via 10.0.{n}.1")

    def places(self, count):
        return [(host(n), ("ip", "netns", "exec", f"s{n}")) for n in range(1, count + 1)]

    def cut_one_way(self, sender, *receivers):
        for receiver in receivers:
            rule = f"from {host(sender)} to {host(receiver)} blackhole"
            sh(f"ip rule add {rule}")
            self.cuts.append(rule)

    def cut(self, number, *others):
        for other in others:
            self.cut_one_way(number, other)
            self.cut_one_way(other, number)

    def heal(self):
        for rule in self.cuts:
            sh(f"ip rule del {rule}")
        self.cuts = []


class Cut(ServerCase):
    @classmethod
    def setUpClass(cls):
        cls.network = Network(5)

    def make_ensemble(self, count=3):
        self.addCleanup(self.network.heal)
        ensemble = Ensemble(self.directory, [cases.options.server] * count, hosts=self.network.places(count))
        self.addCleanup(ensemble.kill)
        return ensemble.start()

    def leader_and_others(self, ensemble):
        leader = ensemble.wait_leader()
        return leader, [number for number in ensemble.members if number != leader]

    def assert_writes_nothing(self, ensemble, number):
        with self.assertRaises((Closed, OSError)):
            session = Session(ensemble[number].address, 10000, socket_timeout=2)
            session.call("setData", set_body("/load", b"lost"))

    def test_a_leader_without_its_followers_serves_nobody_after_sync_limit(self):
        ensemble = self.make_ensemble()
        with Load(ensemble) as load:
            load.wait_progress()
            leader, others = self.leader_and_others(ensemble)
            self.network.cut(leader, *others)
            ensemble.wait_for("the old leader gives up", lambda: ensemble[leader].mode() is None,
                              SYNC_LIMIT_S + SLACK_S)
            self.assert_writes_nothing(ensemble, leader)
            ensemble.wait_leader(others)
            load.wait_progress()
            self.network.heal()
            ensemble.wait_serving(leader)
        load.check()

    def test_what_a_cut_leader_took_is_not_acknowledged(self):
        ensemble = self.make_ensemble()
        leader, others = self.leader_and_others(ensemble)
        session = Session(ensemble[leader].address, 10000, socket_timeout=SYNC_LIMIT_S + SLACK_S)
        self.network.cut(leader, *others)
        with self.assertRaises((Closed, OSError)):
            session.call("create", create_body("/never", b""))
        ensemble.wait_leader(others)
        self.network.heal()
        ensemble.wait_serving()
        self.assertNotIn("/never", ensemble.wait_equal())

    def cut_leader_one_way(self, deaf):
        ensemble = self.make_ensemble()
        with Load(ensemble) as load:
            load.wait_progress()
            leader, others = self.leader_and_others(ensemble)
            for other in others:
                self.network.cut_one_way(*((other, leader) if deaf else (leader, other)))
            ensemble.wait_leader(others)
            ensemble.wait_for("the old leader gives up", lambda: ensemble[leader].mode() != "leader", 20)
            load.wait_progress()
            self.network.heal()
            ensemble.wait_serving()
        load.check()

    def test_a_leader_that_hears_nobody_gives_up(self):
        self.cut_leader_one_way(deaf=True)

    def test_a_leader_that_nobody_hears_gives_up(self):
        self.cut_leader_one_way(deaf=False)

    def test_a_follower_that_lost_only_its_leader_disturbs_nobody_and_comes_back(self):
        ensemble = self.make_ensemble()
        with Load(ensemble) as load:
            load.wait_progress()
            leader, (lonely, other) = self.leader_and_others(ensemble)
            self.network.cut(leader, lonely)
            ensemble.wait_for("it gives up", lambda: ensemble[lonely].mode() is None, SYNC_LIMIT_S + SLACK_S)
            time.sleep(SYNC_LIMIT_S)
            load.wait_progress()
            self.assertEqual(ensemble[leader].mode(), "leader")
            self.assertEqual(ensemble[other].mode(), "follower")
            self.network.heal()
            ensemble.wait_serving()
            self.assertEqual(ensemble[leader].mode(), "leader")
        load.check()

    def test_a_ring_that_breaks_into_two_and_three(self):
        ensemble = self.make_ensemble(5)
        with Load(ensemble) as load:
            for _ in range(2):
                load.wait_progress()
                leader, others = self.leader_and_others(ensemble)
                minority = [leader, others[0]]
                for number in minority:
                    self.network.cut(number, *others[1:])
                ensemble.wait_leader(others[1:])
                load.wait_progress()
                self.network.heal()
                ensemble.wait_serving()
        load.check()


def enter_namespaces():
    if os.environ.get(INSIDE):
        sh("mount -t tmpfs none /run", "mkdir -p /run/netns", "ip link set lo up")
        Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
        return
    command = ["unshare", "-Urnm"]
    if subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/run"], stderr=subprocess.DEVNULL).returncode != 0:
        print("namespaces are not allowed here")
        sys.exit(77)
    os.environ[INSIDE] = "1"
    os.execvp(command[0], [*command, sys.executable, *sys.argv])


if __name__ == "__main__":
    enter_namespaces()
    cases.main()
