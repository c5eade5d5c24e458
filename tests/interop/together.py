#!/usr/bin/python3
"""Three servers, one or two of them Paddock, led by each in turn: all that clients do, and equal trees in the end.

  together.py SERVER [--apache apache-3.9.5] [--directory DIR] [test names]         SERVER: a paddockd
"""
import mixed
from exercise import DEFINES, Exercise
from mixed import MixedCase


class Together(MixedCase):
    def led_by_each(self, layout):
        ensemble = self.make_mixed(layout, defines=DEFINES)
        for leader in (3, 2, 1):
            self.make_lead(ensemble, leader)
            Exercise(self, ensemble, f"led-by-{leader}").run()
            self.check_agreement(ensemble)

    def test_one_paddock_with_two_of_apache(self):
        self.led_by_each("aap")

    def test_two_paddocks_with_one_of_apache(self):
        self.led_by_each("app")


class TogetherInOtherOrders(MixedCase):
    """Who has the higher number opens the election's connections, and wins when histories are equal."""

    led_by_each = Together.led_by_each

    def test_paddock_with_the_lowest_number(self):
        self.led_by_each("paa")

    def test_apache_with_the_highest_number(self):
        self.led_by_each("ppa")


if __name__ == "__main__":
    mixed.main()
