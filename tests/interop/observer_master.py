#!/usr/bin/python3
"""Observers of one kind that follow followers of the other (observerMasterPort).

  observer_master.py SERVER [--apache apache-3.9.5] [--directory DIR] [test names]         SERVER: a paddockd
"""
import mixed
from exercise import DEFINES, Exercise
from harness.masters import MasterEnsemble
from harness.wire import Session, create_body, set_body
from mixed import PATIENCE, MixedCase, write

PORTS = (29300, 29399)
LONG_MS = 30000


class ObserverMaster(MixedCase):
    def make(self, layout):
        self.ensemble = MasterEnsemble(self.directory, self.programs(layout), 2, PORTS, PATIENCE, defines=DEFINES)
        self.addCleanup(self.ensemble.kill)
        self.ensemble.start()
        return self.ensemble.wait_mastered()

    def everything_goes_on(self, layout):
        """Whatever clients do goes through every server; then a master and the leader die in turn, and come back. The
        sessions that observers serve live on."""
        masters = self.make(layout)
        ensemble = self.ensemble
        Exercise(self, ensemble, "all").run()
        self.check_agreement(ensemble)
        session = Session(ensemble[4].address, LONG_MS)
        self.assertEqual(session.call("create", create_body("/mine", flags=1))[1], 0)
        for victim in (masters[4], ensemble.wait_leader()):
            ensemble.kill(victim)
            ensemble.wait_leader()
            ensemble.wait_mastered()
            ensemble.wait_serving(*[member.number for member in ensemble if member.is_running])
            session = session.move(ensemble[4].address)
            self.assertEqual(session.call("setData", set_body("/mine", b"%d" % victim))[1], 0)
            for number in range(20):
                write(ensemble[5], f"/without-{victim}-{number}")
            ensemble.start(victim)
            ensemble.wait_equal()
        for observer in (4, 5):
            ensemble.kill(observer)
            for number in range(20):
                write(ensemble[ensemble.wait_leader()], f"/{observer}-was-away-{number}")
            ensemble.start(observer)
        ensemble.wait_mastered()
        self.assertIn("/mine", ensemble.wait_equal())

    def test_observers_of_apache_follow_paddock(self):
        self.everything_goes_on("pppaa")

    def test_paddock_observers_follow_apache(self):
        self.everything_goes_on("aaapp")

    def test_observers_of_both_kinds_follow_followers_of_both_kinds(self):
        masters = self.make("papap")
        Exercise(self, self.ensemble, "all").run()
        self.check_agreement(self.ensemble)
        self.remark(f"led by {self.ensemble.wait_leader()}, observers and their masters {masters}")


if __name__ == "__main__":
    mixed.main()
