#!/usr/bin/python3
"""Two voters and an oracle (oraclePath): a file at each server whose first character is 1 where it may go on alone.

  oracle.py SERVER [--other SERVER] [--directory DIR] [test names]         SERVER: a paddockd, or 'apache'; --other: the second
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import Ensemble
from harness.servers import apache_classpath, is_apache
from harness.wire import Session, create_body, path_body

PORTS = (26300, 26399)
LONG_MS = 30000


class OracleCase(ServerCase):
    def setUp(self):
        super().setUp()
        self.ensemble = Ensemble(self.directory, [cases.options.server, cases.options.other or cases.options.server],
                                 ports=PORTS)
        self.addCleanup(self.ensemble.kill)
        for member in self.ensemble:
            member.settings["oraclePath"] = self.oracle_of(member.number)
        self.say(1, "0")
        self.say(2, "0")
        self.ensemble.start()
        self.leader = self.ensemble.wait_leader()
        self.follower = 3 - self.leader

    def oracle_of(self, number):
        return self.directory / f"oracle{number}"

    def say(self, number, text):
        """In one step, as a witness should."""
        fresh = self.directory / "fresh"
        fresh.write_text(text)
        fresh.replace(self.oracle_of(number))

    def let_go_alone(self, number):
        self.say(number, "1\n")
        if not self.ensemble[number].is_apache:  # which asks when it has to know
            self.ensemble[number].wait_logged('event=oracle .*"may go on alone"')

    def create(self, number, path):
        session = Session(self.ensemble[number].address, LONG_MS)
        self.assertEqual(session.call("create", create_body(path))[1], 0)

    def wait_idle(self, number):
        self.ensemble.wait_for(f"{number} serving nobody", lambda: self.ensemble[number].mode() is None, 30)


class Oracle(OracleCase):
    def test_a_leader_goes_on_without_its_follower_which_then_gets_everything(self):
        self.let_go_alone(self.leader)
        session = Session(self.ensemble[self.leader].address, LONG_MS)
        self.assertEqual(session.call("create", create_body("/both"))[1], 0)
        self.ensemble.kill(self.follower)
        self.assertEqual(session.call("create", create_body("/alone"))[1], 0)
        self.assertEqual(session.call("sync", path_body("/")[:-1])[1], 0)
        self.ensemble.start(self.follower)
        self.create(self.follower, "/both-again")
        self.assertEqual(self.ensemble.wait_leader(), self.leader)
        self.assertLessEqual({"/both", "/alone", "/both-again"}, set(self.ensemble.wait_equal()))

    def test_a_follower_that_may_takes_the_place_of_its_leader(self):
        self.create(self.leader, "/before")
        self.say(self.follower, "1")
        self.ensemble.kill(self.leader)
        self.assertEqual(self.ensemble.wait_leader(), self.follower)
        self.create(self.follower, "/after")
        self.ensemble.start(self.leader)
        self.assertLessEqual({"/before", "/after"}, set(self.ensemble.wait_equal()))
        self.assertEqual(self.ensemble.wait_leader(), self.follower)

    def test_whom_it_lets_do_nothing_alone_serves_nobody_alone(self):
        self.say(self.leader, "")
        self.ensemble.kill(self.follower)
        self.wait_idle(self.leader)
        self.say(self.leader, "1")
        self.assertEqual(self.ensemble.wait_leader(), self.leader)
        self.create(self.leader, "/late")

    def test_what_it_takes_back_ends_a_lone_leader(self):
        self.let_go_alone(self.leader)
        self.ensemble.kill(self.follower)
        self.create(self.leader, "/alone")
        self.say(self.leader, "0")
        self.wait_idle(self.leader)
        self.ensemble.start(self.follower)
        self.assertIn("/alone", self.ensemble.wait_equal())


class OwnOracle(OracleCase):
    """Paddock's own."""

    def test_an_oracle_that_cannot_be_read_lets_nobody_go_alone_and_is_told_of(self):
        self.oracle_of(self.leader).unlink()
        self.ensemble[self.leader].wait_logged(r"event=oracle .*No such file")
        self.ensemble.kill(self.follower)
        self.wait_idle(self.leader)

    def test_a_paused_leader_that_was_alone_has_lost_its_permission_when_it_wakes(self):
        self.let_go_alone(self.leader)
        session = Session(self.ensemble[self.leader].address, LONG_MS)
        self.ensemble.kill(self.follower)
        self.assertEqual(session.call("create", create_body("/alone"))[1], 0)
        leader = self.ensemble[self.leader]
        leader.pause()
        self.say(self.leader, "0")
        self.say(self.follower, "1")
        # It has all but what was written alone: this is what an oracle must not do, and what shows who commits.
        self.ensemble.start(self.follower)
        self.assertEqual(self.ensemble.wait_leader([self.follower]), self.follower)
        session.submit("create", create_body("/too-late"))
        leader.resume()
        self.assertNotIn("/too-late", self.ensemble.wait_equal())


if __name__ == "__main__":
    cases.parse(("--other", {}))
    try:
        for program in filter(is_apache, (cases.options.server, cases.options.other)):
            apache_classpath(program)
    except SystemExit as missing:
        print(f"skipped: {missing}")
        sys.exit(77)  # ctest's SKIP_RETURN_CODE
    cases.run()
