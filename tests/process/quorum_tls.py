#!/usr/bin/python3
"""TLS between the servers of an ensemble (sslQuorum, portUnification, ssl.quorum.*): who gets in, who does not, and the way there
from a plain ensemble under load.

  quorum_tls.py SERVER [--directory DIR] [test names]         SERVER: a paddockd
"""
import re
import socket
import ssl
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import Ensemble
from harness.keys import Keys
from harness.revoking import RevokingKeys, Teller
from harness.servers import free_port
from harness.wire import Session, create_body

from history import Load

PORTS = (28800, 28899)
# Each server has an address of its own, so that a certificate is for one of them alone.
HOSTS = [(f"127.0.0.{number}", ()) for number in (1, 2, 3)]
TLS = {"sslQuorum": "true"}
EITHER = {"portUnification": "true"}


class QuorumTls(ServerCase):
    def setUp(self):
        super().setUp()
        self.keys = Keys(self.directory / "keys")
        for number, (host, _) in enumerate(HOSTS, 1):
            self.keys.issue(f"s{number}", f"/CN=s{number}", f"IP:{host}")

    def make(self, settings=None, kinds=("pem", "pem", "pem")):
        """With the stores of each in place, whether they are asked for or not."""
        ensemble = Ensemble(self.directory, [cases.options.server] * 3, settings, ports=PORTS, hosts=HOSTS)
        for member, kind in zip(ensemble, kinds):
            member.settings.update(self.keys.quorum_settings(f"s{member.number}", kind))
        self.addCleanup(ensemble.kill)
        return ensemble

    def ports_of(self, member):
        host, quorum, election = member.settings[f"server.{member.number}"].split(":")[:3]
        return {"quorum": (host, int(quorum)), "election": (host, int(election))}

    def shown(self, address):
        """The subject of the certificate that a server shows to one of the ensemble."""
        with socket.create_connection(address, 5) as plain, self.keys.context("s1").wrap_socket(plain) as secure:
            return dict(pair[0] for pair in secure.getpeercert()["subject"])["commonName"]

    def is_hung_up_on(self, address, context=None):
        """Whoever says hello as server 1 gets no answer and no connection."""
        hello = bytes.fromhex("ffffffffffff0000" "0000000000000001" "0000000b") + b"127.0.0.1:1"
        with socket.create_connection(address, 5) as stream:
            try:
                stream = context.wrap_socket(stream) if context else stream
                stream.sendall(hello)
                return stream.recv(1) == b""
            except (ssl.SSLError, ConnectionResetError, BrokenPipeError):
                return True


class Together(QuorumTls):
    def test_three_servers_with_stores_of_three_kinds_elect_and_replicate_over_tls_alone(self):
        ensemble = self.make(TLS, kinds=("pem", "p12", "jks"))
        password = self.directory / "password"
        password.write_text(ensemble[2].settings.pop("ssl.quorum.keyStore.password") + "\n")
        ensemble[2].settings["ssl.quorum.keyStore.passwordPath"] = password
        ensemble[3].settings["ssl.quorum.enabledProtocols"] = "TLSv1.2"
        ensemble.start()
        self.keys.issue("s1", "/CN=renewed", "IP:127.0.0.1")
        leader = ensemble.wait_leader()
        for name, address in self.ports_of(ensemble[leader]).items():
            with self.subTest(name):
                self.assertIn(self.shown(address), (f"s{leader}", "renewed"))
                self.assertTrue(self.is_hung_up_on(address))
                self.assertTrue(self.is_hung_up_on(address, self.keys.context()))
        with Load(ensemble) as load:
            load.wait_progress(1000)
            ensemble.kill(leader)
            load.wait_progress()
            ensemble.start(leader)
            load.wait_progress()
        load.check()
        self.assertEqual(load.expired, 0)
        ensemble.wait_for("the renewed certificate",
                          lambda: self.shown(self.ports_of(ensemble[1])["election"]) == "renewed", 10)


class Refused(QuorumTls):
    """Servers 1 and 2 serve; the third is what should not get in."""

    def wait_log(self, number, pattern):
        self.ensemble.wait_for(f"{pattern!r} in the log of server {number}",
                               lambda: re.search(pattern, self.ensemble[number].log_path.read_text()), 10)

    def meet(self, settings, in_its_log, in_others):
        with self.subTest(in_others):
            third = self.ensemble[3]
            before = dict(third.settings)
            third.settings.update(settings)
            third.log_path.unlink(missing_ok=True)
            third.start()
            try:
                self.wait_log(3, in_its_log)
                self.wait_log(2, in_others)
                self.assertIsNone(third.mode())
            finally:
                third.kill()
                third.settings = before
            self.assertEqual(Session(self.ensemble[1].address).call("create", create_body("/a-", flags=2))[1], 0)

    def test_whoever_cannot_prove_that_it_is_the_third_server_does_not_become_it(self):
        self.ensemble = self.make(TLS).start(1, 2)
        others = Keys(self.directory / "others", "Other CA")
        others.issue("s3", "/CN=s3", "IP:127.0.0.3")
        forged = dict(others.quorum_settings("s3"), **{"ssl.quorum.trustStore.location": self.keys.ca})
        self.meet(forged, "server [12] cannot be reached: .*alert.*see ssl.quorum.keyStore here",
                  "certificate verify failed: .*see ssl.quorum.trustStore here and ssl.quorum.keyStore there")
        self.meet(others.quorum_settings("s3"), "server [12] cannot be reached: .*see ssl.quorum.trustStore here",
                  "see ssl.quorum.keyStore here and ssl.quorum.trustStore there")
        self.meet(self.keys.quorum_settings("s1"),
                  "server [12] cannot be reached: (it has hung up; see its log|Broken pipe|Connection reset by peer)",
                  "says that it is server 3, but shows the certificate of CN=s1 .* is not for 127.0.0.3")
        self.meet({"sslQuorum": "false"}, "it speaks TLS; see sslQuorum of both, and portUnification here",
                  "it does not speak TLS; see sslQuorum of both, and portUnification here")
        self.ensemble.start(3)
        self.ensemble.wait_equal()


    def test_what_cannot_be_kept_is_refused_by_its_name(self):
        for name, value in (("keyStore.location", "/nowhere.pem"), ("trustStore.location", "/nowhere.pem"),
                            ("clientAuth", "maybe"), ("allowReverseDnsLookup", "true"), ("enabledProtocols", "SSLv3"),
                            ("handshakeDetectionTimeoutMillis", "0")):
            with self.subTest(name):
                member = self.make({**TLS})[1]
                member.settings[f"ssl.quorum.{name}"] = value
                member.start()
                self.assertNotEqual(member.wait(), 0)
                self.assertIn(f"ssl.quorum.{name}: ", member.log_tail(1))


class Revoked(QuorumTls):
    def test_a_server_whose_certificate_is_revoked_does_not_come_back(self):
        port = free_port(*PORTS)
        teller = Teller(port)
        self.addCleanup(teller.close)
        self.keys = RevokingKeys(self.directory / "told", f"127.0.0.1:{port}")
        for number, (host, _) in enumerate(HOSTS, 1):
            self.keys.issue_told(f"s{number}", f"/CN=s{number}", hosts=f"IP:{host}")
        self.keys.revoke("s3")
        crl = self.keys.list()
        teller.pages["/list"] = lambda _: crl
        ensemble = self.make({**TLS, "ssl.quorum.crl": "true"}).start(1, 2)
        ensemble[3].start()
        for number in (1, 2):
            ensemble.wait_for("s3 is turned away", lambda: "CN=s3 is revoked, says http://" in
                              ensemble[number].log_path.read_text(), 20)
        self.assertIsNone(ensemble[3].mode())
        self.assertEqual(Session(ensemble[1].address).call("create", create_body("/still"))[1], 0)
        teller.pages.clear()
        ensemble.kill(2)
        ensemble[2].start()  # the list is still known; whoever has forgotten it is refused
        ensemble.wait_for("2 refuses all", lambda: re.search("whether CN=s1 is revoked is not known: .*: status 404",
                                                             ensemble[2].log_path.read_text()), 20)


class RolledOver(QuorumTls):
    def test_a_plain_ensemble_becomes_one_of_tls_server_by_server_under_load(self):
        ensemble = self.make().start()
        with Load(ensemble) as load:
            for step in (EITHER, {**EITHER, **TLS}, {**TLS, "portUnification": "false"}):
                for member in ensemble:
                    load.wait_progress()
                    member.terminate()
                    member.settings.update(step)
                    ensemble.start(member.number)
            load.wait_progress()
        load.check()
        self.assertEqual(load.expired, 0)
        for member in ensemble:
            self.assertTrue(self.is_hung_up_on(self.ports_of(member)["election"]))
            self.assertEqual(self.shown(self.ports_of(member)["election"]), f"s{member.number}")


if __name__ == "__main__":
    cases.main()
