#!/usr/bin/python3
"""kill -9 of the leader of a mixed ensemble, again and again; Paddock and Apache ZooKeeper lead in turn.

  killed.py SERVER [--rounds N] [--apache apache-3.9.5] [--directory DIR] [test names]         SERVER: a paddockd
"""
import mixed
from harness import cases
from mixed import MixedCase

from process.history import Load


class Killed(MixedCase):
    def kill_leaders(self, layout):
        """With equal kinds at the lower numbers and the other kind at the highest, leadership passes from kind to kind."""
        ensemble = self.make_mixed(layout)
        led = {kind: 0 for kind in "ap"}
        with Load(ensemble, workers=3, window=3) as load:
            for _ in range(cases.options.rounds):
                load.wait_progress()
                leader = ensemble.wait_leader()
                led[layout[leader - 1]] += 1
                ensemble.kill(leader)
                load.wait_progress()
                ensemble.start(leader)
            load.wait_progress(500)
        self.remark(f"{layout}: killed {led['a']} leaders of Apache ZooKeeper and {led['p']} of Paddock, "
                    f"{load.acknowledged} writes acknowledged, {load.expired} sessions expired")
        self.check_agreement(ensemble, load.check())
        self.assertEqual(load.expired, 0)
        if cases.options.rounds > 3:
            self.assertTrue(all(led.values()), led)

    def test_one_paddock_with_two_of_apache(self):
        self.kill_leaders("aap")

    def test_two_paddocks_with_one_of_apache(self):
        self.kill_leaders("ppa")


if __name__ == "__main__":
    mixed.main()
