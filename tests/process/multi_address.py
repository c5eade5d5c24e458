#!/usr/bin/python3
"""Servers with two addresses each (multiAddress.enabled), of which one may not answer.

  multi_address.py SERVER [--directory DIR] [test names]         SERVER: a paddockd, 'apache' or 'apache-3.9.5'

Runs itself in namespaces, as partition.py does. What a server sends comes from a third address, so that either of the other
two can be cut off alone. A cut drops packets silently.
"""
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import Ensemble
from harness.wire import Closed, Session, create_body

from partition import Network, enter_namespaces, host, sh

COUNT = 3
FIRST, SECOND, SENDER = "10.0", "10.1", "10.2"
# A follower notices after syncLimit (3 s) that its leader is silent; Apache ZooKeeper then asks each address for a second.
SECONDS = 40


class TwoWays(Network):
    def __init__(self, count):
        super().__init__(count)
        for n in range(1, count + 1):
            inside = f"ip netns exec s{n} ip"
            for way in (SECOND, SENDER):
                sh(f"ip addr add {way}.{n}.1/24 dev router{n}", f"{inside} addr add {way}.{n}.2/24 dev eth{n}")
            sh(f"{inside} route replace default via {FIRST}.{n}.1 src {SENDER}.{n}.2")

    def cut_way(self, way):
        for rule in (f"from {SENDER}.0.0/16 to {way}.0.0/16 blackhole", f"from {way}.0.0/16 to {SENDER}.0.0/16 blackhole"):
            sh(f"ip rule add {rule}")
            self.cuts.append(rule)


class MultiAddress(ServerCase):
    @classmethod
    def setUpClass(cls):
        cls.network = TwoWays(COUNT)

    def make(self):
        settings = {"multiAddress.enabled": "true", "multiAddress.reachabilityCheckTimeoutMs": "1000"}
        # Java reads the server lines before it takes the setting from zoo.cfg.
        ensemble = Ensemble(self.directory, [cases.options.server] * COUNT, settings, {"zookeeper.multiAddress.enabled": "true"},
                            hosts=self.network.places(COUNT))
        for n in range(1, COUNT + 1):
            _, quorum, election = ensemble[n].settings[f"server.{n}"].split(":")
            line = "|".join(f"{way}.{n}.2:{quorum}:{election}" for way in (FIRST, SECOND))
            for member in ensemble:
                member.settings[f"server.{n}"] = line
        self.addCleanup(self.network.heal)
        self.addCleanup(ensemble.kill)
        return ensemble

    def serves(self, ensemble, name):
        """How long it took until every server takes a write."""
        began = time.monotonic()
        for member in ensemble:
            def written():
                try:
                    session = Session(member.address, 10000, socket_timeout=2)
                    return session.call("create", create_body(f"/{name}-", flags=2))[1] == 0
                except (Closed, OSError):
                    return False
            ensemble.wait_for(f"a write through {member}, {name}", written, SECONDS)
        took = time.monotonic() - began
        print(f"{name}: {took:.1f} s", flush=True)
        return took

    def test_an_ensemble_starts_while_the_first_address_of_each_does_not_answer(self):
        self.network.cut_way(FIRST)
        ensemble = self.make().start(wait=False)
        self.serves(ensemble, "started")

    def test_an_ensemble_starts_while_the_second_address_of_each_does_not_answer(self):
        self.network.cut_way(SECOND)
        ensemble = self.make().start(wait=False)
        self.serves(ensemble, "started")

    def test_the_ensemble_goes_on_by_the_other_address_when_the_one_in_use_dies(self):
        self.network.cut_way(FIRST)
        ensemble = self.make().start(wait=False)
        self.serves(ensemble, "by-the-second")
        self.network.heal()
        self.network.cut_way(SECOND)
        self.serves(ensemble, "by-the-first")
        ensemble.wait_equal()


if __name__ == "__main__":
    enter_namespaces()
    cases.main()
