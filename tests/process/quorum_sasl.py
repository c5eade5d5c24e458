#!/usr/bin/python3
"""SASL between the servers of an ensemble (quorum.auth.*): who gets in, who does not, and the way there under load.

  quorum_sasl.py SERVER [--directory DIR] [test names]         SERVER: a paddockd
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import Ensemble
from harness.keys import Keys
from harness.kerberos import REALM, Kdc
from harness.quorum_sasl import DEMANDS, DIGEST, ENABLED, LOGS_IN, digest_login, ticket_login
from harness.wire import Session, create_body

from history import Load

PORTS = (29100, 29199)


class QuorumSasl(ServerCase):
    def make(self, settings):
        ensemble = Ensemble(self.directory, [cases.options.server] * 3, settings, ports=PORTS)
        for member in ensemble:
            digest_login(member)
        self.addCleanup(ensemble.kill)
        return ensemble

    def test_over_tls_too_servers_elect_replicate_and_replace_their_leader(self):
        keys = Keys(self.directory / "keys")
        ensemble = self.make({**DEMANDS, "sslQuorum": "true"})
        for member in ensemble:
            keys.issue(f"s{member.number}", f"/CN=s{member.number}")
            member.settings.update(keys.quorum_settings(f"s{member.number}", "pem"))
        ensemble.start()
        with Load(ensemble) as load:
            load.wait_progress(200)
            leader = ensemble.wait_leader()
            ensemble.kill(leader)
            load.wait_progress()
            ensemble.start(leader)
            load.wait_progress()
        load.check()

    def test_whoever_does_not_know_the_password_does_not_become_the_third_server(self):
        ensemble = self.make(DEMANDS).start(1, 2)
        third = ensemble[3]
        for settings, password, its, theirs in (
                (DEMANDS, "guess", "it does not believe us", "unknown user or wrong password"),
                (ENABLED, "secret", "event=", "it does not log in; see quorum.auth.serverRequireSasl here")):
            with self.subTest(theirs):
                third.settings.update({key: "false" for key in DEMANDS}, **settings)
                digest_login(third, password)
                third.log_path.unlink(missing_ok=True)
                third.start()
                ensemble.wait_for(theirs, lambda: theirs in ensemble[2].log_path.read_text())
                ensemble.wait_for(its, lambda: its in third.log_path.read_text())
                self.assertIsNone(third.mode())
                third.kill()
        self.assertEqual(Session(ensemble[1].address).call("create", create_body("/a"))[1], 0)
        third.settings.update(DEMANDS)
        digest_login(third)
        ensemble.start(3)
        ensemble.wait_equal()

    def test_whose_ticket_names_no_host_of_the_ensemble_does_not_become_the_third_server(self):
        kdc = Kdc(self.directory / "kdc").start()
        self.addCleanup(kdc.kill)
        kdc.add("zkquorum/localhost")
        keytabs = {name: kdc.add(name) for name in ("learner/localhost", "learner/elsewhere", "learner")}
        ensemble = Ensemble(self.directory, [cases.options.server] * 3, DEMANDS, ports=PORTS, hosts=[("localhost", ())] * 3)
        self.addCleanup(ensemble.kill)
        for member in ensemble:
            ticket_login(member, kdc, "learner/localhost", keytabs["learner/localhost"])
        ensemble.start(1, 2)
        third = ensemble[3]
        for name in ("learner/elsewhere", "learner"):
            ticket_login(third, kdc, name, keytabs[name])
            third.log_path.unlink(missing_ok=True)
            third.start()
            ensemble.wait_for(name, lambda: f"it is {name}@{REALM}, and no server line" in ensemble[2].log_path.read_text())
            ensemble.wait_for("the answer", lambda: "it does not believe us" in third.log_path.read_text())
            self.assertIsNone(third.mode())
            third.kill()
        ticket_login(third, kdc, "learner/localhost", keytabs["learner/localhost"])
        ensemble.start(3)
        ensemble.wait_equal()
        kdc.kill()  # tickets in memory are good until they end; a server that comes now finds nobody to ask
        third.kill()
        third.log_path.unlink()
        third.start()
        ensemble.wait_for("why", lambda: f"no ticket of learner/localhost@{REALM}" in third.log_path.read_text())
        self.assertEqual(Session(ensemble[1].address).call("create", create_body("/a"))[1], 0)
        self.assertEqual(third.terminate(5), 0)

    def test_an_ensemble_comes_to_demand_passwords_server_by_server_under_load(self):
        ensemble = self.make({}).start()
        with Load(ensemble) as load:
            for step in (ENABLED, LOGS_IN, DEMANDS):
                for member in ensemble:
                    load.wait_progress()
                    member.terminate()
                    member.settings.update(step)
                    ensemble.start(member.number)
            load.wait_progress()
        load.check()
        self.assertEqual(load.expired, 0)

    def test_what_cannot_be_kept_is_refused_by_its_name(self):
        def refusal(settings, login=None):
            member = self.make(settings)[1]
            if login is not None:
                member.defines["java.security.auth.login.config"].write_text(login)
            member.start()
            self.assertNotEqual(member.wait(), 0)
            return member.log_tail(1)
        self.assertIn("quorum.auth.serverRequireSasl is true", refusal({**DEMANDS, "quorum.auth.enableSasl": "false"}))
        self.assertIn("quorum.auth.learnerRequireSasl is not",
                      refusal({**DEMANDS, "quorum.auth.learnerRequireSasl": "false"}))
        self.assertIn("no section QuorumServer", refusal(DEMANDS, ""))
        self.assertIn("username or password is missing", refusal(
            DEMANDS, f"QuorumServer {{ {DIGEST} required; }}; QuorumLearner {{ {DIGEST} required; }};"))


if __name__ == "__main__":
    cases.main()
