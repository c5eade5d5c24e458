#!/usr/bin/python3
"""Observers that follow followers (observerMasterPort): what they serve, and what becomes of them when a server dies.

  observer_master.py SERVER [--directory DIR] [test names]         SERVER: a paddockd, or 'apache'
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.masters import MasterEnsemble
from harness.wire import Session, create_body, path_body, set_body

from history import Load

PORTS = (29200, 29299)
LONG_MS = 30000


class ObserverMaster(ServerCase):
    def setUp(self):
        super().setUp()
        self.ensemble = MasterEnsemble(self.directory, [cases.options.server] * 5, 2, PORTS)
        self.addCleanup(self.ensemble.kill)
        self.ensemble.start()
        self.masters = self.ensemble.wait_mastered()
        self.leader = self.ensemble.wait_leader()

    def own_something(self):
        """A session on each observer, with an ephemeral."""
        sessions = {observer: Session(self.ensemble[observer].address, LONG_MS) for observer in self.masters}
        for observer, session in sessions.items():
            self.assertEqual(session.call("create", create_body(f"/of-{observer}", flags=1))[1], 0)
        return sessions

    def still_own_it(self, sessions):
        """The sessions live on: through their observer, which may have let the connections go."""
        for observer, session in sessions.items():
            moved = session.move(self.ensemble[observer].address)
            self.assertEqual(moved.id, session.id)
            self.assertEqual(moved.call("setData", set_body(f"/of-{observer}", b"still"))[1], 0)
            sessions[observer] = moved
        tree = self.ensemble.wait_equal()
        for observer in sessions:
            self.assertEqual(tree[f"/of-{observer}"][0], b"still")

    def test_what_is_written_anywhere_is_read_behind_a_sync_through_an_observer(self):
        sessions = {member.number: Session(member.address, LONG_MS) for member in self.ensemble}
        self.assertEqual(self.ensemble.observers_of(self.leader), 0)
        for writer, session in sessions.items():
            self.assertEqual(session.call("create", create_body(f"/by-{writer}"))[1], 0)
            for observer in self.masters:
                self.assertEqual(sessions[observer].call("sync", path_body("/")[:-1])[1], 0)
                self.assertEqual(sessions[observer].call("exists", path_body(f"/by-{writer}"))[1], 0)
        self.ensemble.wait_equal()

    def test_a_silent_session_of_an_observer_expires_and_one_that_calls_does_not(self):
        silent = Session(self.ensemble[4].address, 2000)
        calling = Session(self.ensemble[5].address, 2000)
        for name, session in (("silent", silent), ("calling", calling)):
            self.assertEqual(session.call("create", create_body(f"/{name}", flags=1))[1], 0)

        def expired():
            self.assertEqual(calling.call("exists", path_body("/calling"))[1], 0)
            return calling.call("exists", path_body("/silent"))[1] == -101
        self.ensemble.wait_for("expiry", expired, 15)
        self.assertIn("/calling", self.ensemble.wait_equal())

    def test_sessions_of_observers_survive_their_master(self):
        sessions = self.own_something()
        victim = self.masters[4]
        with Load(self.ensemble) as load:
            load.wait_progress(500)
            self.ensemble.kill(victim)
            self.ensemble.wait_mastered()
            load.wait_progress(300)
            self.ensemble.start(victim)
        load.check()
        self.still_own_it(sessions)

    def test_sessions_of_observers_survive_the_leader(self):
        sessions = self.own_something()
        with Load(self.ensemble) as load:
            load.wait_progress(500)
            self.ensemble.kill(self.leader)
            self.ensemble.wait_mastered()
            load.wait_progress(300)
            self.ensemble.start(self.leader)
        load.check()
        self.still_own_it(sessions)

    def test_an_observer_that_was_away_is_brought_up_to_date_by_a_follower(self):
        self.ensemble.kill(4)
        session = Session(self.ensemble[self.leader].address, LONG_MS)
        for number in range(800):
            session.submit("create", create_body(f"/n-{number}"))
        for _ in range(800):
            self.assertEqual(session.reply()[2], 0)
        self.ensemble.start(4)
        self.ensemble.wait_mastered()
        self.ensemble.wait_equal()


if __name__ == "__main__":
    cases.main()
