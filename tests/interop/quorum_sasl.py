#!/usr/bin/python3
"""Three servers of both kinds that log in to each other by SASL, led by each kind once.

  quorum_sasl.py SERVER [--apache apache-3.9.5] [--directory DIR] [test names]         SERVER: a paddockd
"""
import mixed
from harness.ensemble import Ensemble
from harness.kerberos import Kdc
from harness.quorum_sasl import DEMANDS, ENABLED, LOGS_IN, digest_login, ticket_login
from harness.wire import Session, create_body
from mixed import MixedCase, write

PORTS = (29000, 29099)
WRITES = 150  # a digest is kept every 128 transactions


class QuorumSasl(MixedCase):
    def make(self, layout, settings):
        self.ensemble = Ensemble(self.directory, self.programs(layout), mixed.PATIENCE, ports=PORTS)
        for member, own in zip(self.ensemble, settings):
            digest_login(member)
            member.settings.update(own)
        self.addCleanup(self.ensemble.kill)
        return self.ensemble.start()

    def make_of_tickets(self, layout):
        """On hosts that have a name, as principals demand it."""
        kdc = Kdc(self.directory / "kdc").start()
        self.addCleanup(kdc.kill)
        kdc.add("zkquorum/localhost")
        keytab = kdc.add("learner/localhost")
        self.ensemble = Ensemble(self.directory, self.programs(layout), {**mixed.PATIENCE, **DEMANDS}, ports=PORTS,
                                 hosts=[("localhost", ())] * 3)
        for member in self.ensemble:
            ticket_login(member, kdc, "learner/localhost", keytab)
        self.addCleanup(self.ensemble.kill)
        return self.ensemble.start()

    def led_by_each(self, ensemble):
        for leader in (3, 2):
            self.make_lead(ensemble, leader)
            for member in ensemble:
                write(member, f"/led-by-{leader}-through-{member.number}", b"x" * 40000)
            session = Session(ensemble[1].address)
            for _ in range(WRITES):
                session.submit("create", create_body(f"/led-by-{leader}-", flags=2))
            self.assertEqual([session.reply()[2] for _ in range(WRITES)], [0] * WRITES)
            self.check_agreement(ensemble)

    def test_each_kind_leads_where_passwords_are_demanded(self):
        self.led_by_each(self.make("pap", [DEMANDS] * 3))

    def test_each_kind_leads_where_tickets_are_demanded(self):
        self.led_by_each(self.make_of_tickets("pap"))

    def test_each_kind_leads_half_way_to_passwords(self):
        self.led_by_each(self.make("aap", [LOGS_IN, ENABLED, LOGS_IN]))


if __name__ == "__main__":
    mixed.main()
