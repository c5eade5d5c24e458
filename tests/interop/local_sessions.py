#!/usr/bin/python3
"""Sessions that only their own server knows (localSessionsEnabled) in an ensemble of both kinds, led by each.

  local_sessions.py SERVER [--apache apache-3.9.5] [--directory DIR] [test names]         SERVER: a paddockd
"""
import mixed
from exercise import DEFINES, Exercise
from mixed import MixedCase

from harness.wire import Session, create_body, path_body, set_body

OK, NO_NODE, EPHEMERAL_ON_LOCAL_SESSION = 0, -101, -120
EPHEMERAL = 1
LONG_MS = 30000


class LocalSessions(MixedCase):
    def led_by_both(self, upgrading, prove):
        settings = {"localSessionsEnabled": "true", "localSessionsUpgradingEnabled": upgrading}
        ensemble = self.make_mixed("pap", settings, defines=DEFINES)
        for leader in (3, 2):
            self.make_lead(ensemble, leader)
            for member in ensemble:
                with self.subTest(f"{member}, led by {ensemble[leader]}"):
                    prove(member, f"/led-by-{leader}-{member.number}")
        return ensemble

    def do(self, session, op, body, expected=OK):
        self.assertEqual(session.call(op, body)[1], expected, op)

    def known(self, member):
        metrics = member.metrics()
        return int(metrics["local_sessions"]), int(metrics["global_sessions"])

    def see(self, path, expected):
        """What each server says of it, behind its sync."""
        for member in self.ensemble:
            reader = Session(member.address, LONG_MS)
            self.do(reader, "sync", path_body("/")[:-1])
            self.ensemble.wait_for(f"{path}: {expected} of {member}",
                                   lambda: reader.call("exists", path_body(path))[1] == expected, 10)
            self.do(reader, "closeSession", b"")

    def test_who_becomes_the_ensembles_moves_with_what_it_owns(self):
        def prove(member, path):
            session = Session(member.address, LONG_MS)
            self.do(session, "create", create_body(path))
            self.assertEqual(self.known(member), (1, 0))
            self.do(session, "create", create_body(f"{path}/e", flags=EPHEMERAL))
            self.assertEqual(self.known(member), (0, 1))
            self.see(f"{path}/e", OK)
            for other in self.ensemble:
                there = session.move(other.address)
                self.assertEqual(there.id, session.id)
                self.do(there, "setData", set_body(f"{path}/e", b"moved"))
                session.close()
                session = there
            self.do(session, "closeSession", b"")
            self.see(f"{path}/e", NO_NODE)
        ensemble = self.led_by_both("true", prove)
        Exercise(self, ensemble, "all-else").run()
        self.check_agreement(ensemble)

    def test_who_may_not_owns_nothing(self):
        def prove(member, path):
            session = Session(member.address, LONG_MS)
            self.do(session, "create", create_body(path))
            self.do(session, "create", create_body(f"{path}/e", flags=EPHEMERAL), EPHEMERAL_ON_LOCAL_SESSION)
            self.do(session, "setData", set_body(path, b"x"))
            self.assertEqual(self.known(member), (1, 0))
            self.do(session, "closeSession", b"")
        self.led_by_both("false", prove).wait_equal()


if __name__ == "__main__":
    mixed.main()
