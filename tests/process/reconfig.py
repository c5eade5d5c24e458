#!/usr/bin/python3
"""Ensembles that are reconfigured while they serve: members join, leave and change their role, and the files follow.

  reconfig.py SERVER [--directory DIR] [test names]         SERVER: a paddockd, or 'apache'
"""
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.dynamic import DynamicEnsemble
from harness.servers import free_port
from kazoo import exceptions

PORTS = (25000, 25299)
CONFIG = "/zookeeper/config"


class ReconfigCase(ServerCase):
    def make_ensemble(self, count=3, **more):
        ensemble = DynamicEnsemble(self.directory, [cases.options.server] * count, PORTS, **more)
        self.addCleanup(ensemble.kill)
        return ensemble.start()

    def client_of(self, ensemble, *numbers, **more):
        client = ensemble.client(*numbers, **more)
        self.addCleanup(client.close)
        self.addCleanup(client.stop)
        return client

    def members_in(self, text):
        return sorted(int(line.split("=")[0].removeprefix("server."))
                      for line in text.decode().splitlines() if line.startswith("server."))

    def reconfig(self, client, joining=None, leaving=None, members=None, version=-1):
        return client.reconfig(joining=joining, leaving=leaving, new_members=members, from_config=version)

    def version_of(self, text):
        return int(text.decode().rsplit("version=", 1)[1], 16)


class Members(ReconfigCase):
    def test_the_first_leader_gives_the_configuration_a_version(self):
        ensemble = self.make_ensemble()
        text, stat = self.client_of(ensemble, 1).get(CONFIG)
        self.assertEqual(self.members_in(text), [1, 2, 3])
        self.assertEqual(self.version_of(text), 0x100000000)
        self.assertEqual((stat.version, stat.mzxid), (-1, 0x100000000))

    def test_a_fourth_server_joins_and_counts(self):
        ensemble = self.make_ensemble()
        client = self.client_of(ensemble, 1)
        client.create("/before")
        fourth = ensemble.add(cases.options.server)
        ensemble.wait_serving(fourth)
        self.assertEqual(ensemble[fourth].mode(), "follower")
        text, stat = self.reconfig(client, joining=ensemble.joining(fourth))
        self.assertEqual(self.members_in(text), [1, 2, 3, 4])
        self.assertEqual(self.version_of(text), stat.mzxid)
        client.create("/after")
        ensemble.wait_equal()
        for number in (1, 2, 3, 4):
            own, _ = self.client_of(ensemble, number).get(CONFIG)
            self.assertEqual(own, text)
        # Two of four are no quorum.
        leader = ensemble.wait_leader()
        others = [n for n in (1, 2, 3, 4) if n != leader]
        ensemble.kill(*others[:2])
        ensemble.wait_for("no service", lambda: ensemble[leader].mode() is None)
        ensemble.start(others[0])
        ensemble.wait_leader()

    def test_a_removed_follower_serves_on_and_does_not_count(self):
        ensemble = self.make_ensemble()
        leader = ensemble.wait_leader()
        leaving = 1 if leader != 1 else 2
        staying = next(n for n in (1, 2, 3) if n not in (leader, leaving))
        client = self.client_of(ensemble, leader)
        text, _ = self.reconfig(client, leaving=str(leaving))
        self.assertEqual(self.members_in(text), sorted((leader, staying)))
        client.create("/after")
        ensemble.wait_equal()
        ensemble.kill(staying)
        ensemble.wait_for("no service", lambda: ensemble[leader].mode() is None)

    def test_a_removed_leader_hands_over(self):
        ensemble = self.make_ensemble()
        fourth = ensemble.add(cases.options.server)
        ensemble.wait_serving(fourth)
        leader = ensemble.wait_leader()
        client = self.client_of(ensemble, *[n for n in (1, 2, 3) if n != leader])
        client.create("/kept")
        client.retry(self.reconfig, client, joining=ensemble.joining(fourth), leaving=str(leader))
        ensemble.wait_for("another leader",
                          lambda: [n for n in (1, 2, 3, 4) if n != leader and ensemble[n].mode() == "leader"])
        client.retry(client.create, "/after")
        ensemble.wait_for("it follows", lambda: ensemble[leader].mode() == "follower")
        self.assertIn("/kept", ensemble.wait_equal())
        ensemble.kill(leader)
        client.retry(client.create, "/without-it")

    def test_roles_change(self):
        ensemble = self.make_ensemble()
        fourth = ensemble.add(cases.options.server, "observer")
        client = self.client_of(ensemble, 1, 2, 3)
        ensemble.wait_serving(fourth)
        client.retry(self.reconfig, client, joining=ensemble.joining(fourth, "observer"))
        ensemble.wait_for("it observes", lambda: ensemble[fourth].mode() == "observer")
        client.retry(self.reconfig, client, joining=ensemble.joining(fourth))
        ensemble.wait_for("it follows", lambda: ensemble[fourth].mode() == "follower")
        leader = ensemble.wait_leader()
        other = next(n for n in (1, 2, 3) if n != leader)
        client.retry(self.reconfig, client, joining=ensemble.joining(other, "observer"))
        ensemble.wait_for("it observes", lambda: ensemble[other].mode() == "observer")
        ensemble.wait_equal()

    def test_all_members_at_once_from_a_known_version(self):
        ensemble = self.make_ensemble()
        client = self.client_of(ensemble, ensemble.wait_leader())
        text, _ = client.get(CONFIG)
        keep = sorted((ensemble.wait_leader(), ensemble.followers()[0]))
        members = "\n".join(ensemble.joining(n) for n in keep)
        with self.assertRaises(exceptions.BadVersionError):
            self.reconfig(client, members=members, version=self.version_of(text) + 1)
        after, _ = self.reconfig(client, members=members, version=self.version_of(text))
        self.assertEqual(self.members_in(after), keep)


class Refused(ReconfigCase):
    def test_what_cannot_be_is_refused_in_the_order_of_zookeeper(self):
        ensemble = self.make_ensemble()
        client = self.client_of(ensemble, 1)
        stranger = self.client_of(ensemble, 1, auth=False)
        new = "server.9=127.0.0.1:1:2:participant;3"
        for who, arguments, error in (
                (stranger, dict(joining="some thing"), exceptions.BadArgumentsError),
                (stranger, dict(joining=new, version=77), exceptions.BadVersionError),
                (stranger, dict(joining="server.9=127.0.0.1:1:2:observer;3"), exceptions.NoAuthError),
                (client, dict(joining="server.9=127.0.0.1:1:2:observer"), exceptions.BadArgumentsError),
                (client, dict(joining="server.9=127.0.0.1:1:1:observer;3"), exceptions.BadArgumentsError),
                (client, dict(joining="server.9=127.0.0.1:1:2:king;3"), exceptions.BadArgumentsError),
                (client, dict(joining="server.x=127.0.0.1:1:2:observer;3"), exceptions.MarshallingError),
                (client, dict(leaving="x"), exceptions.MarshallingError),
                (client, dict(leaving="1,2,3"), exceptions.BadArgumentsError),
                (client, dict(members="clientPort=3"), exceptions.BadArgumentsError),
                (client, dict(members="server.7=127.0.0.1:1:2;3,server.8=127.0.0.1:4:5;6,server.9=127.0.0.1:7:8;9"),
                 exceptions.NewConfigNoQuorumError)):
            with self.subTest(**arguments), self.assertRaises(error):
                self.reconfig(who, **arguments)
        text, _ = client.get(CONFIG)
        self.assertEqual(self.version_of(text), 0x100000000)
        _, stat = self.reconfig(client, joining="server.9=127.0.0.1:1:2:observer;3", leaving="99")
        self.assertGreater(stat.mzxid, 0x100000000)


class Seen(ReconfigCase):
    def test_watches_of_the_configuration_fire_everywhere(self):
        ensemble = self.make_ensemble()
        fired = {}
        for number in (1, 2, 3):
            fired[number] = threading.Event()
            self.client_of(ensemble, number).get(CONFIG, watch=lambda _, event=fired[number]: event.set())
        self.reconfig(self.client_of(ensemble, 1), joining="server.9=127.0.0.1:1:2:observer;3")
        for number, event in fired.items():
            self.assertTrue(event.wait(20), f"client of server {number}")

    def test_files_follow_and_a_restart_reads_them(self):
        ensemble = self.make_ensemble()
        client = self.client_of(ensemble, ensemble.wait_leader())
        text, stat = self.reconfig(client, joining="server.9=127.0.0.1:1:2:observer;127.0.0.1:3")
        ensemble.wait_equal()
        for number in (1, 2, 3):
            directory = ensemble[number].directory
            dynamic = directory / f"zoo.cfg.dynamic.{stat.mzxid:x}"
            lines = sorted(line for line in text.decode().splitlines() if not line.startswith("version"))
            ensemble.wait_for("the file", dynamic.exists)
            self.assertEqual(dynamic.read_text(), "\n".join(lines))
            static = (directory / "zoo.cfg").read_text()
            self.assertIn(f"dynamicConfigFile={dynamic}\n", static)
            self.assertNotIn("server.", static)
            self.assertIn("server.1=", (directory / "zoo.cfg.bak").read_text())
            self.assertFalse((directory / "zoo.cfg.dynamic.next").exists())
        ensemble.kill()
        ensemble.start()
        ensemble.wait_leader()
        again, _ = self.client_of(ensemble).get(CONFIG)
        self.assertEqual(sorted(again.split()), sorted(text.split()))  # their order may be another

    def test_the_client_port_moves(self):
        ensemble = self.make_ensemble()
        leader = ensemble.wait_leader()
        moving = next(n for n in (1, 2, 3) if n != leader)
        stays = self.client_of(ensemble, moving)
        client = self.client_of(ensemble, leader)
        port = free_port(*PORTS)
        line = ensemble.joining(moving).rsplit(":", 1)[0]
        self.reconfig(client, joining=f"{line}:{port}")
        ensemble[moving].port, ensemble[moving].address = port, ("127.0.0.1", port)
        ensemble.wait_for("the new port", lambda: ensemble[moving].mode() == "follower")
        stays.create("/an-old-connection-stays")
        ensemble.wait_equal()

    def test_a_leader_whose_quorum_port_moves_hands_over(self):
        ensemble = self.make_ensemble()
        leader = ensemble.wait_leader()
        client = self.client_of(ensemble, *[n for n in (1, 2, 3) if n != leader])
        address, own = ensemble.lines[leader].split(";")
        quorum, election = free_port(*PORTS), free_port(*PORTS)
        client.retry(self.reconfig, client, joining=f"server.{leader}=127.0.0.1:{quorum}:{election}:participant;{own}")
        ensemble.wait_for("another leader", lambda: any(ensemble[n].mode() == "leader" for n in (1, 2, 3) if n != leader))
        ensemble.wait_for("it follows", lambda: ensemble[leader].mode() == "follower")
        client.retry(client.create, "/after")
        ensemble.wait_equal()


if __name__ == "__main__":
    cases.main()
