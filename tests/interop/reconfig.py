#!/usr/bin/python3
"""Ensembles of both kinds are reconfigured while they serve, led by each kind in turn.

  reconfig.py SERVER [--apache apache-3.9.5] [--directory DIR] [test names]         SERVER: a paddockd
"""
import mixed
from harness import cases
from harness.dynamic import DynamicEnsemble
from kazoo import exceptions
from kazoo.retry import ForceRetryError

CONFIG = "/zookeeper/config"


class Reconfigured(mixed.MixedCase):
    def make(self, layout):
        ensemble = DynamicEnsemble(self.directory, self.programs(layout), mixed.PORTS)
        self.addCleanup(ensemble.kill)
        return ensemble.start()

    def client_of(self, ensemble, *numbers):
        client = ensemble.client(*numbers)
        self.addCleanup(client.close)
        self.addCleanup(client.stop)
        return client

    def ask(self, client, joining=None, leaving=None):
        """Until it is so: a connection may be lost with the answer, and a new voter may not be synced yet."""
        def attempt():
            try:
                return client.reconfig(joining=joining, leaving=leaving, new_members=None)
            except (exceptions.NewConfigNoQuorumError, exceptions.ReconfigInProcessError) as not_yet:
                raise ForceRetryError from not_yet
        return client.retry(attempt)

    def wait_same_config(self, ensemble):
        """All servers that run have the same configuration."""
        def same():
            texts = {self.client_of(ensemble, member.number).get(CONFIG)[0] for member in ensemble if member.is_running}
            return len(texts) == 1 and texts.pop()
        return ensemble.wait_for("one configuration", same)

    def run_through(self, layout, joiner):
        """A fourth server joins; the leader is removed, and comes back as an observer."""
        ensemble = self.make(layout)
        self.make_lead(ensemble, 3)
        client = self.client_of(ensemble, 1, 2)
        client.create("/before")
        fourth = ensemble.add(cases.options.server if joiner == "p" else cases.options.apache)
        ensemble.wait_serving(fourth)
        text, _ = self.ask(client, joining=ensemble.joining(fourth))
        self.assertIn(b"server.4=", text)
        ensemble.wait_leader()
        client.retry(client.create, "/with-four")
        self.assertEqual(self.wait_same_config(ensemble), text)

        leader = ensemble.wait_leader()
        client = self.client_of(ensemble, *[n for n in (1, 2, 3, 4) if n != leader])
        self.ask(client, leaving=str(leader))
        ensemble.wait_for("another leader",
                          lambda: [n for n in (1, 2, 3, 4) if n != leader and ensemble[n].mode() == "leader"])
        client.retry(client.create, "/with-three")
        ensemble.wait_for("it follows", lambda: ensemble[leader].mode() == "follower")
        self.wait_same_config(ensemble)

        self.ask(client, joining=ensemble.joining(leader, "observer"))
        ensemble.wait_for("it observes", lambda: ensemble[leader].mode() == "observer")
        client.retry(client.create, "/with-an-observer")
        ensemble.wait_for("service", lambda: all(member.mode() for member in ensemble))
        tree = ensemble.wait_equal()
        for path in ("/before", "/with-four", "/with-three", "/with-an-observer"):
            self.assertIn(path, tree)
        self.wait_same_config(ensemble)

    def test_led_by_paddock_a_server_of_apache_joins(self):
        self.run_through("aap", "a")

    def test_led_by_apache_a_paddock_joins(self):
        self.run_through("paa", "p")

    def test_led_by_apache_with_two_paddocks(self):
        self.run_through("ppa", "a")


if __name__ == "__main__":
    mixed.main()
