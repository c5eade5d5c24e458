#!/usr/bin/python3
"""Three servers of both kinds that speak TLS to each other, led by each kind once.

  quorum_tls.py SERVER [--apache apache-3.9.5] [--directory DIR] [test names]         SERVER: a paddockd
"""
import mixed
from harness.ensemble import Ensemble
from harness.keys import Keys
from harness.wire import Session, create_body
from mixed import MixedCase, write

PORTS = (28900, 28999)
WRITES = 150  # a digest is kept every 128 transactions


class QuorumTls(MixedCase):
    def make_secured(self, layout, kinds, settings):
        """`kinds`: of each server's stores."""
        keys = Keys(self.directory / "keys")
        self.ensemble = Ensemble(self.directory, self.programs(layout), mixed.PATIENCE, ports=PORTS)
        for member, kind, own in zip(self.ensemble, kinds, settings):
            keys.issue(f"s{member.number}", f"/CN=s{member.number}")
            member.settings.update(keys.quorum_settings(f"s{member.number}", kind), **own)
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

    def test_each_kind_leads_over_tls_alone(self):
        self.led_by_each(self.make_secured("pap", ("pem", "jks", "p12"), [{"sslQuorum": "true"}] * 3))

    def test_each_kind_leads_half_way_from_plain_to_tls(self):
        either = {"portUnification": "true"}
        secure = {"sslQuorum": "true", **either}
        self.led_by_each(self.make_secured("aap", ("pem", "pem", "pem"), [either, secure, secure]))


if __name__ == "__main__":
    mixed.main()
