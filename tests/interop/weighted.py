#!/usr/bin/python3
"""Quorums that are no majority of the servers, in ensembles of both kinds: weights, and groups of servers.

  weighted.py SERVER [--apache apache-3.9.5] [--directory DIR] [test names]         SERVER: a paddockd
"""
import time

import mixed
from mixed import MixedCase, write

# Server 1 has more weight than both others; whoever is without it is without a quorum.
WEIGHTS = {"group.1": "1:2:3", "weight.1": 3, "weight.2": 1, "weight.3": 1}
# A majority of a majority of these groups: 4 and 5 are one, 1, 2 and 3 are none.
GROUPS = {"group.1": "1:2:3", "group.2": "4", "group.3": "5"}


class Weighted(MixedCase):
    def check_alone(self, ensemble, leaving, staying):
        """`staying` serve without `leaving`, and all agree when those have come back."""
        ensemble.kill(*leaving)
        leader = ensemble.wait_leader(staying)
        ensemble.wait_serving(*staying)
        for number in staying:
            write(ensemble[number], f"/by-{number}-without-{leaving[0]}-led-by-{leader}")
        ensemble.start(*leaving)
        ensemble.wait_equal()

    def check_stops(self, ensemble, leaving, staying):
        """`staying` are no quorum. None of them serves within two syncLimits, and none begins to."""
        ensemble.kill(*leaving)
        ensemble.wait_for("no service", lambda: not any(ensemble[n].mode() for n in staying))
        quiet_until = time.monotonic() + 1
        while time.monotonic() < quiet_until:
            self.assertEqual([ensemble[n].mode() for n in staying], [None] * len(staying))
        ensemble.start(*leaving)
        ensemble.wait_leader()
        ensemble.wait_equal()

    def weights(self, layout):
        ensemble = self.make_mixed(layout, WEIGHTS)
        self.check_alone(ensemble, (2, 3), (1,))
        self.check_stops(ensemble, (1,), (2, 3))

    def test_a_paddock_that_outweighs_two_of_apache(self):
        self.weights("paa")

    def test_a_server_of_apache_that_outweighs_two_paddocks(self):
        self.weights("app")

    def test_two_groups_of_three(self):
        ensemble = self.make_mixed("papap", GROUPS)
        self.check_alone(ensemble, (1, 2, 3), (4, 5))
        self.check_stops(ensemble, (4, 5), (1, 2, 3))
        self.check_alone(ensemble, (3, 5), (1, 2, 4))


if __name__ == "__main__":
    mixed.main()
